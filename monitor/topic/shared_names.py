"""Names that nearly all seeds hold, in whatever script and with whatever endings: candidates for bodies.

Capitals tell little in German and nothing in Arabic, and where nouns have cases no one form of a name stands in most
titles. So words and runs of two or three are counted by their stems, as terms are. What does what only a body does
(seed_bodies) is one.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.text.fold import fold, stem
from monitor.text.scripts import script
from monitor.topic.mentions import NameBook, Reading, whole_words
from monitor.topic.name_words import Word, is_office, small_words, words
from monitor.topic.unspaced import runs, shared_runs

TITLES, SEEDS = 0.6, 0.8  # share of the titles and of the seeds that hold a name
_LONGEST = 3  # words
_SHORTEST = 3  # letters
_INSIDE = 0.8  # share of a name's uses within a longer one from which it is a part of it
_LONGER = 0.6  # share of a part's uses below which a name merely has more words at an end
_GAP = " \u00a0"
_BESIDE = f"{_GAP}\u200c-"
_STEM = 4  # letters of a stem that may be another's without its ending

Gram = tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """Where a gram stands. small: how often it is written without a capital in a script that has them."""

    writings: Counter[str] = field(default_factory=Counter)
    titles: set[str] = field(default_factory=set)
    seeds: set[str] = field(default_factory=set)
    small: int = 0


def shared_names(readings: Sequence[Reading], book: NameBook) -> Iterator[tuple[str, ...]]:
    """The writings of each such name, the commonest first. Names that the book knows are none, nor parts of them."""
    found: defaultdict[Gram, _Found] = defaultdict(_Found)
    unspaced = shared_runs([fold(part.text) for read in readings for part in read.parts], ())
    for read in readings:
        for part in read.parts:
            known = [whole_words(part.text, each) for each in book.finder(read).find(part.text)]
            free = unspaced.difference(fold(part.text[start:end]) for start, end in known)
            for gram, written in (*_grams(part.text, read.language, known), *_runs(part.text, free)):
                row = found[gram]
                row.writings[written] += 1
                row.seeds.add(read.name)
                row.small += written[0] != written[0].upper()
                if part.where == "title":
                    row.titles.add(read.name)
    joined = _joined(found)
    of = len(readings)
    often = {
        gram: row
        for gram, row in joined.items()
        if len(row.titles) >= math.ceil(TITLES * of) and len(row.seeds) >= math.ceil(SEEDS * of) and not row.small
    }
    for gram in sorted(_whole(often, joined), key=lambda gram: (-often[gram].writings.total(), gram)):
        yield tuple(written for written, _ in often[gram].writings.most_common())


def _joined(found: Mapping[Gram, _Found]) -> dict[Gram, _Found]:
    """Under the shortest of stems of one word that differ by an ending of a letter or two alone."""
    joined: dict[Gram, _Found] = {}
    for gram, row in sorted(found.items()):
        stems = (last := gram[-1], last[:-1], last[:-2])
        key = next((key for each in stems[::-1] if len(each) >= _STEM and (key := (*gram[:-1], each)) in joined), gram)
        into = joined.setdefault(key, _Found())
        into.writings += row.writings
        into.titles |= row.titles
        into.seeds |= row.seeds
        into.small += row.small
    return joined


def _grams(text: str, code: str, known: Sequence[tuple[int, int]]) -> Iterator[tuple[Gram, str]]:
    """(stems, as written) of the words of a text and of two or three in a row, neither in what is known nor right
    beside it: "Museum" is no name in "British Museum".
    """
    row: list[Word] = []
    for word in words(text, code):
        free = script(word.text) != "han" and not any(
            (word.end > start and word.start < end)
            or not text[min(end, word.end) : max(start, word.start)].strip(_BESIDE)
            for start, end in known
        )
        if not free or (row and text[row[-1].end : word.start].strip(_GAP)):
            row = []
        if free:
            row = [*row[1 - _LONGEST :], word]
            for first in range(len(row)):
                some = row[first:]
                if _is_plain(some[0].text) and _is_plain(some[-1].text):
                    stems = tuple(stem(fold(each.text), code) for each in some)
                    yield stems, text[some[0].start : some[-1].end]


def _is_plain(word: str) -> bool:
    """Whether a word may begin or end a name: it is neither a small word, nor an office, nor too short."""
    if word.isupper() and word != word.lower():
        return len(word) > 1
    return len(word) >= _SHORTEST and fold(word) not in small_words() and not is_office(word)


def _runs(text: str, shared: frozenset[str]) -> Iterator[tuple[Gram, str]]:
    """The same of a script without spaces."""
    folded = fold(text)
    for start, end in runs(folded) if shared else ():
        if folded[start:end] in shared:
            yield (folded[start:end],), folded[start:end]


def _whole(often: Mapping[Gram, _Found], found: Mapping[Gram, _Found]) -> Iterator[Gram]:
    """Without what stands mostly within a longer one, and without those that merely have more words at an end."""
    for gram, row in often.items():
        count = row.writings.total()
        within = [other for other in often if len(other) > len(gram) and _holds(other, gram)]
        parts = [gram[start:end] for start in range(len(gram)) for end in range(start + 1, len(gram) + 1)]
        most = max((found[part].writings.total() for part in parts if part != gram and part in often), default=0)
        if count >= _LONGER * most and all(often[other].writings.total() < _INSIDE * count for other in within):
            yield gram


def _holds(longer: Gram, gram: Gram) -> bool:
    return any(longer[at : at + len(gram)] == gram for at in range(len(longer) - len(gram) + 1))
