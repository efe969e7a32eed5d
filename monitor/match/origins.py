"""Names of states that say only where a person's family is from: "Iranian-born", or a surname made of one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.languages import any_of, every
from monitor.match.scan import Hit, Sentence
from monitor.topic.records import STATES, Topic

_REACH = 24  # folded characters before and behind a name
_WORDS = 3  # behind a name that are looked at, an ending of it among them


class Origins:
    """The names of the sides and other states of a topic; built once."""

    def __init__(self, topic: Topic) -> None:
        concepts = enumerate(topic.concepts)
        self._known = frozenset(n for n, c in concepts if (c.side >= 0 and not c.actor) or c.key in STATES)

    def of(self, sentences: Sequence[Sentence]) -> Sequence[Sentence]:
        """The sentences without the names that only tell an origin, or are part of a surname."""
        return [self._read(sentence) for sentence in sentences]

    def _read(self, sentence: Sentence) -> Sentence:
        gone = {hit for hit in sentence.hits if hit.concept in self._known and _is_origin(hit, sentence.folded)}
        return sentence._replace(hits=tuple(hit for hit in sentence.hits if hit not in gone)) if gone else sentence


def _is_origin(hit: Hit, folded: str) -> bool:
    rest = folded[hit.end : hit.end + _REACH]
    if len(words := rest.split(" ", _WORDS)) > _WORDS:
        rest = rest[: -1 - len(words[_WORDS])]
    if _tells_behind(rest):
        return True
    end = hit.start - (folded[hit.start - 1 : hit.start] == " ")
    word = folded[folded.rfind(" ", 0, end) + 1 : end]
    return _may_tell(word) and _shapes()[0].search(folded, max(0, hit.start - _REACH), hit.start) is not None


@lru_cache(maxsize=1)
def _shapes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    before = any_of(lambda known: known.names.born_before)
    behind = any_of(lambda known: known.names.born)
    return re.compile(rf"(?:^|\W){before}\s?$"), re.compile(rf"\w{{0,4}}[\s-]?{behind}(?!\w)")


@lru_cache(maxsize=16_384)  # the same few words stand behind names
def _tells_behind(rest: str) -> bool:
    """Whether the words right behind a name tell an origin."""
    return _shapes()[1].match(rest) is not None


@lru_cache(maxsize=1)
def _last_words() -> re.Pattern[str]:
    wordings = "|".join(every(lambda known: known.names.born_before)).split("|")
    return re.compile(f"(?:{'|'.join(wording.rpartition(' ')[2] for wording in wordings)})$")


@lru_cache(maxsize=16_384)  # the same few words stand before names
def _may_tell(word: str) -> bool:
    """Whether a word before a name may be the last of those that tell an origin."""
    return _last_words().search(word) is not None
