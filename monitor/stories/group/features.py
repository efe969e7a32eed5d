"""The features of an article that grouping compares: words, names, word pairs, dates and weekdays, as sparse vectors.

They come from the title and the beginning of the text. Words are stems of the folded word (see monitor.text.fold), so
that spellings meet. A word pair ("plane crash") is surer evidence of an event than its words, and names and dates
separate two similar events. News puts the important first, so words after the lead weigh less, and the text is read
only to ``READ_CHARS``: the rest is background that other events share.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.model import Document
from monitor.stories.group.crossing import Crossing, Tables, Word, space_of
from monitor.stories.group.rarity import Rarity
from monitor.text import fold
from monitor.text.dates import Dates, dates_in, weekdays_in

READ_CHARS = 1000
LEAD_WORDS = 40
TAIL_SALIENCE = 0.4  # of a word after the lead; the lead's is 1
WEEKDAY_WORDS = 80  # a weekday within so many words dates the event itself

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_PUBLISHER = re.compile(r"\s+[-–—|]\s+[^-–—|]{2,40}$")


@dataclass(frozen=True, slots=True)
class Vector:
    """Weights by term, and the natural log of 1 + its squared length."""

    weights: dict[str, float]
    size: float


@dataclass(frozen=True, slots=True)
class Features:
    """The features of an article. Only articles of one ``space`` ("latin", "fa", "ar", "ckb", ...) share words.

    dates: named anywhere in what was read. weekdays: 0 is Monday, named in title and lead. shared: keys that are the
    same in other languages (see monitor.stories.group.crossing).
    """

    space: str
    words: Vector
    names: Vector
    pairs: Vector
    dates: Dates
    weekdays: frozenset[int]
    shared: Vector


@lru_cache(maxsize=200_000)
def _word(surface: str) -> Word:
    folded = fold.fold(surface).replace(" ", "")
    return Word(fold.stem(folded), folded, surface[:1].isupper(), surface.isupper())


def headline(title: str) -> str:
    """The title without the " - Publisher" that search feeds and many sites append."""
    shorter = _PUBLISHER.sub("", title)
    return shorter if len(shorter) >= 15 else title


def words_of(text: str) -> list[Word]:
    """The words of a text in order, in any script."""
    return [word for word in map(_word, _WORD.findall(text)) if word.stem]


class Reader:
    """Makes features of documents and learns from each which words are rare, so the order of documents matters."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rarity: dict[str, Rarity] = {}
        self._crossing = Crossing(tables)

    def read(self, document: Document, extra: tuple[str, ...] = ()) -> Features:
        """The features of a document; ``extra`` are ids of things recognised in it, the same in every language."""
        title, text = words_of(headline(document.title)), words_of(document.text[:READ_CHARS])
        everything = title + text
        space = space_of(document.language, everything)
        rarity = self._known(space)
        words, pairs = _salience(title, text)
        rarity.learn(words, pairs)
        names = {word.stem for word in everything if word.capital and rarity.is_name(word.stem)}
        weights = rarity.weigh(words)
        keys = self._crossing.weights(space, document.language or "", (title, text), names, extra)
        folded = [word.folded for word in everything]
        return Features(
            space,
            _vector(weights),
            _vector({term: weight for term, weight in weights.items() if term in names}),
            _vector(rarity.weigh(pairs)),
            dates_in(folded),
            weekdays_in(folded[:WEEKDAY_WORDS]),
            _vector(keys),
        )

    def _known(self, space: str) -> Rarity:
        known = self._rarity.get(space)
        if known is None:
            shipped = self._tables.background(space)
            known = self._rarity[space] = Rarity(shipped.share, shipped.names)
        return known


def _vector(weights: dict[str, float]) -> Vector:
    return Vector(weights, math.log1p(sum(weight * weight for weight in weights.values())))


def _salience(title: Sequence[Word], text: Sequence[Word]) -> tuple[dict[str, float], dict[str, float]]:
    """Root of the highest salience of each stem and of each pair of neighbours (both sides count it)."""
    words: dict[str, float] = {}
    pairs: dict[str, float] = {}
    tail = math.sqrt(TAIL_SALIENCE)
    for part, salience in ((title, 1.0), (text[:LEAD_WORDS], 1.0), (text[LEAD_WORDS - 1 :], tail)):
        before = ""
        for word in part:
            stem = word.stem
            words.setdefault(stem, salience)
            if before:
                pairs.setdefault(f"{before} {stem}", salience)
            before = stem
    return words, pairs


def dot(one: Vector, other: Vector) -> float:
    """Natural log of 1 + the inner product."""
    a, b = one.weights, other.weights
    common = a.keys() & b.keys()
    return math.log1p(sum([a[term] * b[term] for term in common])) if common else 0.0
