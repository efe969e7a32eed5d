"""What a source changed in an article after it was cited: found by comparing two looks at its text. Pure.

Compared is what a sentence says, not how it is written: quotes, dashes, white space, entities, invisible characters,
upper case and vowel marks do not count. Nor does the place of a sentence, nor what the page says of itself
(see `pages.stamps`).
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from difflib import SequenceMatcher
from functools import partial
from itertools import accumulate

from monitor.model.frozen import frozen
from monitor.pages.facts import DEGREES, changed_facts
from monitor.pages.stamps import without_stamps
from monitor.pages.story_below import without_story_below
from monitor.pages.tables import cells_of, is_row
from monitor.text.fold import fold
from monitor.text.furniture import LINKS, furniture
from monitor.text.likeness import is_unspaced, words_of
from monitor.text.sentences import STOPS

Difference = tuple[str, str, str]
"""(kind, before, after); kind: see `monitor.model.PageChange`."""

MOST = 12  # passages of one article that are kept apart; what changed beyond them is kept as one
WORDS = 4  # of a short line that ends as a sentence does; fewer are a button
UNSPACED = 12  # characters of such a line in a script without spaces
LONG = 120  # characters from which a line is text even without a full stop at its end
TELLING = 8  # characters of a key below which it stands in any text by chance
TEASERS = 5  # lines after "Related stories" that may be teasers

_WEATHER = 80  # characters of a line that gives the weather of a town at most
_STEM = 4  # first letters by which words are the same: endings differ
_SHARED = 1  # words of the text that such a line has at most: the town
_TOLD = 3  # lines of a text from which one is beside the others
_OF_A_TOWN = re.compile(r"[^\d:：\"'“”«»]{2,40}[:：](?=(?:\W*\w+){4})[^\"“”«»]*$")  # "Basra: 28°C, clear and dry."

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_END = re.compile(rf"[{STOPS}:][\"'”»’)\]]*$")
_SENTENCE = re.compile(r"(?<=[.!?؟۔።։…])\s+|(?<=[。！？])|\s+[|•]\s+")
_TOKEN = re.compile(r"\d+(?:[.:/]\d+)*|[?%$€£]|[^\W\d]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SITE = re.compile(r"\s+(?:\||::|»)\s+.*$")


@frozen
class Sentence:
    """A sentence as it is written, and the key under which it is compared, "" for one that says nothing."""

    text: str
    key: str


@frozen
class _Keys:
    """The keys of a text's sentences, one after the other. starts: where each begins in ``whole``."""

    whole: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> _Keys:
        keys = [each.key for each in sentences if each.key]
        return cls("".join(keys), tuple(accumulate(map(len, keys), initial=0)))

    def say(self, key: str, other: _Keys) -> bool:
        """Whether a sentence of the text ``other`` stands in this one, too, on its own or run together with others.

        Not where a sentence here begins or ends with more than ``other`` says: "It does not" before it denies it.
        """
        if len(key) < TELLING:
            return self.has(key)
        at = self.whole.find(key)
        while at >= 0:
            first, last = self._sentence_at(at), self._sentence_at(at + len(key) - 1)
            begins = self.starts[first] == at or self._sentence(first) in other.whole
            ends = self.starts[last + 1] == at + len(key) or self._sentence(last) in other.whole
            if begins and ends:
                return True
            at = self.whole.find(key, at + 1)
        return False

    def has(self, key: str) -> bool:
        """Whether this is a sentence of the text."""
        return any(self._sentence(number) == key for number in range(len(self.starts) - 1))

    def _sentence_at(self, place: int) -> int:
        return bisect_right(self.starts, place) - 1

    def _sentence(self, number: int) -> str:
        return self.whole[self.starts[number] : self.starts[number + 1]]


def differences(
    before: tuple[str, str],
    after: tuple[str, str],
    around: Set[str] = frozenset(),
    items: Set[str] = frozenset(),
    values: Set[str] = frozenset(),
    *,
    bare: bool = False,
) -> list[Difference]:
    """What differs in headline and text, given (title, text) of the two looks.

    Each place where the text differs is one difference, with the sentences that went and those that came, at most
    `MOST`. around: keys of sentences that stand around the article on either page and do not count. items: lines that
    are items of lists on either. values: the same of what stands below its name (``dd``). bare: the texts are what a
    feed gives, with no page around it: then a short line without a full stop counts, too, as posts have them.
    """
    old, new = (title if bare else _SITE.sub("", title) for title in map(plain, (before[0], after[0])))
    found: list[Difference] = []
    if "" != sentence_key(old) != sentence_key(new) != "":
        found.append(("headline", old, new))
    texts, facts = (before[1], after[1]), frozenset[str]()
    if not bare:
        lines = without_story_below(_lines(texts[0]), _lines(texts[1]), lambda line: sentence_key(line) in around)
        texts, facts = ("\n".join(lines[0]), "\n".join(lines[1])), changed_facts(*lines, items, values)
    read, between = (_said, "\n") if bare else (partial(_prose, around=around, facts=facts), " ")
    places = [(between.join(gone), between.join(came)) for gone, came in _places(*texts, read)]
    if len(places) > MOST:
        went, came = (" ".join(filter(None, part)) for part in zip(*places[MOST - 1 :], strict=True))
        places[MOST - 1 :] = [(went, came)]
    return found + [("text", *place) for place in places]


def _places(before: str, after: str, read: Callable[[str], list[Sentence]]) -> Iterator[tuple[list[str], list[str]]]:
    """(sentences that went, sentences that came) for each place at which the texts differ. read: what counts of one."""
    first, second = map(read, (before, after))
    old, new = (_Keys.of(sentences_of(text)) for text in (before, after))
    matcher = SequenceMatcher(a=[each.key for each in first], b=[each.key for each in second], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        # A sentence that stands elsewhere on the other page, or is broken into other lines there, was not changed.
        gone = [each.text for each in first[i:j] if not new.say(each.key, old)]
        came = [each.text for each in second[k:m] if not old.say(each.key, new)]
        if kind != "equal" and (gone or came):
            yield gone, came


def replaced(text: str, before: str, after: str) -> str:
    """``text`` with the sentences of ``before`` taken out and ``after`` in place of the first of them."""
    old, new = (_Keys.of(sentences_of(passage)) for passage in (before, after))
    lines: list[str] = []
    for line in text.split("\n"):
        kept: list[str] = []
        sentences = [(each, _is_withdrawn(each.key, old, new)) for each in _sentences(line)]
        for each, withdrawn in sentences:
            if not withdrawn:
                kept.append(each.text)
            elif after:
                kept.append(after)
                after = ""
        changed = any(withdrawn for _, withdrawn in sentences)
        lines += [" ".join(kept)] * bool(kept) if changed else [line]
    return "\n".join(lines)


def _is_withdrawn(key: str, old: _Keys, new: _Keys) -> bool:
    """Whether a sentence holds, or is part of, what was there before and is there no more."""
    if len(key) < TELLING:
        return key != "" and old.has(key) and not new.has(key)
    return (key in old.whole and not new.say(key, old)) or (len(old.whole) >= 2 * TELLING and old.whole in key)


def share_kept(before: str, after: str) -> float:
    """The share, 0 to 1, of the sentences before (by length) that stand in the text after, too."""
    sentences, new = _prose(before, around=frozenset()), whole_key(after)
    whole = sum(len(each.key) for each in sentences)
    return sum(len(each.key) for each in sentences if each.key in new) / whole if whole else 1.0


def sentences_of(text: str) -> list[Sentence]:
    """All sentences of a text, those of furniture too, in order."""
    return [each for line in text.split("\n") for each in _sentences(line)]


def sentence_key(sentence: str, *, opens: bool = True) -> str:
    """What a sentence says, for comparing: words run together, figures apart. "" where it is furniture or empty."""
    folded = fold(plain(sentence))
    # A figure alone is no date that the page shows of itself, but what the line above it names.
    return _key(folded if folded.isdigit() else without_stamps(folded, opens=opens))


def _key(folded: str) -> str:
    tokens = _TOKEN.findall(_THOUSANDS.sub("", folded))
    # Without spaces, because a joiner that is dropped or added parts and joins words; but 12 brigades are not 1 or 2.
    return "".join(f"|{token}|" if token[0].isdigit() else token for token in tokens)


def whole_key(text: str) -> str:
    """The keys of all sentences of a text, one after the other."""
    return "".join(each.key for each in sentences_of(text))


def plain(text: str) -> str:
    """``text`` on one line without entities and invisible characters."""
    for _ in range(3):  # some sites escape twice, and once more in a headline
        if "&" not in text:
            break
        text = html.unescape(text)
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def _lines(text: str) -> list[str]:
    return [line for line in map(plain, text.split("\n")) if line]


def _sentences(line: str) -> list[Sentence]:
    found: list[Sentence] = []
    line = plain(line)
    for part in [line] if is_row(line) else filter(None, _SENTENCE.split(line)):
        # What follows a stamp may be another: "Published on Friday. Updated on Saturday."
        opens = not any(each.key for each in found)
        found.append(Sentence(part, sentence_key(part, opens=opens)))
    return found


def _said(text: str) -> list[Sentence]:
    """The sentences of what a feed gives."""
    lines = (line for line in map(plain, text.split("\n")) if line and not furniture(line))
    return [each for line in lines for each in _sentences(line) if each.key]


def _prose(text: str, *, around: Set[str], facts: Set[str] = frozenset()) -> list[Sentence]:
    """The sentences of a page that belong to the article, and those of its ``facts``, in order."""
    lines = _without_teasers(_lines(text))
    kept = [
        (each, line in facts)
        for line in _without_weather(lines)
        if line in facts or _is_prose(line)
        for each in _sentences(line)
    ]
    return [each for each, fact in kept if each.key and (fact or len(each.key) >= TELLING) and not _is_in(each, around)]


def _is_in(sentence: Sentence, around: Set[str]) -> bool:
    if sentence.key in around:
        return True
    keys = [key for cell in cells_of(sentence.text) if (key := sentence_key(cell))]
    return bool(keys) and all(key in around for key in keys)


def _is_prose(line: str) -> bool:
    if len(line) >= LONG:
        return True
    whole = line.count(" ") >= WORDS - 1 or (len(line) >= UNSPACED and is_unspaced(line))
    return whole and _END.search(line) is not None and not furniture(line)


def _without_weather(lines: Iterable[str]) -> list[str]:
    """The lines without the one short one that gives the weather behind the name of a town, and nothing of the others.

    A report of which the degrees are a part tells them in a sentence, or has some of its words beside them.
    """
    lines = list(lines)
    warm = [line for line in lines if DEGREES.search(line)]
    if len(warm) != 1 or len(warm[0]) > _WEATHER or len(lines) < _TOLD or not _OF_A_TOWN.match(warm[0]):
        return lines
    others = [line for line in lines if line is not warm[0]]
    told = {word[:_STEM] for line in others for word in words_of(line)}
    shared = {word[:_STEM] for word in words_of(warm[0]) if len(word) >= _STEM} & told
    return others if len(shared) <= _SHARED else lines


def _without_teasers(lines: Sequence[str]) -> Iterable[str]:
    """The lines without those that a heading such as "Related stories" announces: one, or all that are left."""
    skip = 0
    for at, line in enumerate(lines):
        if skip:
            skip -= 1
        elif furniture(line) == LINKS:
            left = len(lines) - at - 1
            skip = left if left <= TEASERS else int(line.count(" ") < WORDS)
        else:
            yield line
