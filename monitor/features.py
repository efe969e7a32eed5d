"""What an article says, as sparse features that grouping compares: words, word pairs, names, numbers.

One pass over title and the beginning of the text. Words are stems of the folded word (see monitor.fold), so that
spellings meet; a word pair ("plane crash") says more about an event than its words. News is written top-down
(inverted pyramid), so title and lead weigh more than what follows, and the text is read only to ``READ_CHARS``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor import fold
from monitor.model import Document

READ_CHARS = 1500  # of the text; what follows is background that other events share
LEAD_WORDS = 60
TITLE_WEIGHT = 2.0
TAIL_WEIGHT = 0.5
NAME_WEIGHT = 1.5  # a capitalised word: who and where decide which event it is
PAIR_WEIGHT = 0.25

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_PUBLISHER = re.compile(r"\s+[-–—|]\s+[^-–—|]{2,40}$")


@dataclass(frozen=True, slots=True)
class Features:
    """``terms``: term → weight before rarity is applied. ``words``: how many words were read."""

    terms: dict[str, float]
    words: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word as counted: its stem, and whether it is written as a name."""

    stem: str
    name: bool


@lru_cache(maxsize=200_000)
def _word(surface: str) -> Word:
    folded = fold.fold(surface)
    stem = fold.stem(folded.replace(" ", ""))
    return Word(stem, surface[:1].isupper())


def headline(title: str) -> str:
    """The title without the " - Publisher" that search feeds and many sites hang on it."""
    shorter = _PUBLISHER.sub("", title)
    return shorter if len(shorter) >= 15 else title


def read(document: Document) -> Features:
    """The features of a document. Empty where it holds no word."""
    terms: dict[str, float] = {}
    count = 0
    for words, weights in (_title(document), _text(document)):
        before = ""
        for word, weight in zip(words, weights, strict=False):
            count += 1
            stem = word.stem
            if not stem:
                continue
            terms[stem] = terms.get(stem, 0.0) + weight
            if before:
                pair = f"{before} {stem}"
                terms[pair] = terms.get(pair, 0.0) + weight * PAIR_WEIGHT
            before = stem
    return Features({term: 1 + math.log(n) if n > 1 else n for term, n in terms.items()}, count)


def _title(document: Document) -> tuple[list[Word], Iterator[float]]:
    words = [_word(word) for word in _WORD.findall(headline(document.title))]
    return words, iter([TITLE_WEIGHT] * len(words))


def _text(document: Document) -> tuple[list[Word], Iterator[float]]:
    words = [_word(word) for word in _WORD.findall(document.text[:READ_CHARS])]
    weights = (
        (1.0 if at < LEAD_WORDS else TAIL_WEIGHT) * (NAME_WEIGHT if word.name and at else 1.0)
        for at, word in enumerate(words)
    )
    return words, weights
