"""The words behind the amounts of a receipt, for a person who asks why: which words of an article gave each feature.

Worked out again from the article when it is asked for, so that stored receipts stay small. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.match.firing import FIRING, STRIKE
from monitor.match.no_dealing import OFFICES
from monitor.match.scan import Sentence
from monitor.match.side_features import STRIKES, part_against, part_of
from monitor.match.unit import Unit
from monitor.model import Passage
from monitor.text.fold_offsets import fold_with_offsets
from monitor.text.scripts import script
from monitor.topic.records import Topic

_SHOWN = 6  # words of one amount
_OPENING = 3  # sentences
_WORDS = frozenset({"latin", "cyrillic"})  # scripts that write endings as letters of a word, and a space behind it
_ACTORS = frozenset({"actor", "actors"})
_ACTS = frozenset({"act", "acts", "word", "words", "passage"})  # in the name of a feature: it counts wordings of acts
_IN_PLAIN_WORDS = {  # the part that speaks against → what is said of it
    "another field": "it is about something else",
    "words of another field": "it is about something else",
    "other countries": "other countries are named",
    "other states": "other states have a part",
    "hostile acts": "attacks, threats or force",
    STRIKES: "attacks, threats or force",
    "mediation": "talks between others",
    "remembrance": "ceremonies and old wars",
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """words: feature → the words of the article that gave it. plain: what was found, in three sentences at most.

    part: the beginning of the part that decided, of a page with several; "" of one report. text: the paragraphs of the
    whole text with what was found in them.
    """

    words: Mapping[str, tuple[str, ...]]
    plain: tuple[str, ...]
    part: str = ""
    text: tuple[Passage, ...] = ()


def grounds_of(
    features: Iterable[str], sentences: Sequence[Sentence], units: Sequence[Unit], topic: Topic, part: str
) -> Grounds:
    """What stands behind ``features`` in the sentences that were weighed. units: what each of these holds."""
    found = list(zip(sentences, units, strict=True))
    words = {name: _once(_of_feature(name, found, topic))[:_SHOWN] for name in features}
    return Grounds({name: each for name, each in words.items() if each}, tuple(_plain(words, found, topic)), part)


def _of_feature(name: str, found: Sequence[tuple[Sentence, Unit]], topic: Topic) -> Iterator[str]:
    """The words of one feature. Where it asks for sides and acts both, names take no more than half of the room."""
    scope, _, parts = name.partition(": ")
    about = {word.strip(",") for word in (parts or name).split()}
    names: dict[str, None] = {}
    acts: dict[str, None] = {}
    for sentence, unit in _within(scope, found):
        if name.startswith("against"):
            yield from _against(parts, sentence, unit, topic)
            continue
        for hit in sentence.hits:
            concept = topic.concepts[hit.concept]
            acting = about & _ACTORS and (concept.side in unit.actors or (unit.actors and concept.key in OFFICES))
            if acting or (concept.side >= 0 and "sides" in about):
                names[_written(sentence, hit.start, hit.end)] = None
        if about & _ACTS:
            acts |= dict.fromkeys(_acts(sentence, unit))
    yield from list(names)[: _SHOWN // 2 if acts else _SHOWN]
    yield from acts


def _within(scope: str, found: Sequence[tuple[Sentence, Unit]]) -> Sequence[tuple[Sentence, Unit]]:
    """The sentences that a feature looks at, by the beginning of its name."""
    if scope == "first sentence":
        return found[:1]
    if scope == "opening":
        return found[:_OPENING]
    front = [place for place in ("title", "lead") if place in scope.replace(",", " ").split()]
    return [each for each in found if each[0].where in front] if front else found


def _against(part: str, sentence: Sentence, unit: Unit, topic: Topic) -> Iterator[str]:
    for hit in sentence.hits:
        concept = topic.concepts[hit.concept]
        heading = STRIKE if concept.key == FIRING else concept.key if concept.kind == "context" else ""
        counts = heading == STRIKE if part == STRIKES else part_against(heading) == part
        if heading in unit.contexts and counts:
            yield _written(sentence, hit.start, hit.end)


def _acts(sentence: Sentence, unit: Unit) -> Iterator[str]:
    """The wordings of acts, but for those that lie in a longer one."""
    places = [(start, end) for start, end, _ in unit.wordings]
    for start, end in places:
        if not any(first <= start and end <= last and last - first > end - start for first, last in places):
            yield _written(sentence, start, end)


def _written(sentence: Sentence, start: int, end: int) -> str:
    first, last = fold_with_offsets(sentence.text).original_span(start, end)
    return sentence.text[first : _end_of_word(sentence.text, last)]


def _end_of_word(text: str, end: int) -> int:
    """Where the word ends that a term has begun, in letters of which words are made: "extradites", for "extradit*"."""
    begun = end and script(text[end - 1])
    while end < len(text) and text[end].isalpha() and script(text[end]) == begun and begun in _WORDS:
        end += 1
    return end


def _once(words: Iterable[str]) -> tuple[str, ...]:
    """Each word once, in whatever letters, as it stands first."""
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(word.casefold(), word)
    return tuple(found.values())


def _plain(words: Mapping[str, tuple[str, ...]], found: Sequence[tuple[Sentence, Unit]], topic: Topic) -> Iterator[str]:
    named: dict[str, dict[str, None]] = {name: {} for name in topic.sides}
    for sentence, _ in found:
        for hit in sentence.hits:
            if (side := topic.concepts[hit.concept].side) >= 0:
                named[topic.sides[side]][_written(sentence, hit.start, hit.end)] = None
    written = zip(topic.labels, named.values(), strict=True)
    sides = (f"{label} ({', '.join(_once(each)[:_SHOWN])})" for label, each in written)
    yield f"It names {' and '.join(sides)}."
    acts = _once(word for sentence, unit in found for word in _acts(sentence, unit))
    if acts:
        yield f"It tells of: {', '.join(acts[:_SHOWN])}."
    else:
        yield "It tells of nothing that they do in the field of the watch."
    against: dict[str, tuple[str, ...]] = {}
    for name, each in words.items():
        if (part := part_of(name)) and each:
            told = _IN_PLAIN_WORDS[part]
            against[told] = _once((*against.get(told, ()), *each))[:_SHOWN]
    if against:
        yield "Against it: " + "; ".join(f"{told} ({', '.join(each)})" for told, each in against.items()) + "."
