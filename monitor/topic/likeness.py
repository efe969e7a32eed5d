"""How alike an article and the seeds are: the one measure that learning and judging share.

A cosine of log-frequency × rarity vectors, whose division by the article's own length is estimated from its characters:
an article's other words need not be looked up, and the ranking is the same (benchmarks/results/relevance.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import log, sqrt

from monitor.languages import language

CAP = 6.0  # rarity above which rarer says no more: one article in 400
TITLE = 2  # so much more a word of the title counts
PHRASE = 0.6  # a phrase counts beside its words
_WORD = 11  # characters of text for each word that says something
_LEAST = 15  # words: an article of one line is not all topic because it holds a word of it
_RARITY = 4.0  # of an average word
_DENSE = 4  # times as many letters Latin writes for a character of Chinese or Japanese


def pull(count: float) -> float:
    """What ``count`` occurrences of a term say, as a factor of its weight (sublinear term frequency)."""
    return 1 + log(count)


@lru_cache(maxsize=64)
def _density(code: str) -> int:
    return _DENSE if language(code).script in ("han", "japanese") else 1


def size_of(characters: int, code: str | None) -> int:
    """The length of a text in a language, as letters of an alphabet."""
    return characters * _density(code) if code else characters


def likeness(total: float, length: int) -> float:
    """About 0 to 1: likeness of an article of ``length`` letters whose terms pull ``total`` in all."""
    return total / (_RARITY * sqrt(length / _WORD + _LEAST))


def norm(weights: Mapping[str, float]) -> float:
    """The length of the vector of the seeds' words. ``weights``: term → weight; phrases do not lengthen it."""
    return sqrt(sum(weight * weight for term, weight in weights.items() if " " not in term)) or 1.0
