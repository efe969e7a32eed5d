"""How rare a word is, in the language it stands in: from what was read so far over a shipped background.

monitor/data/group_background.tsv.gz holds document frequencies of stems and neighbouring pairs, counted in ordinary
news in English, Persian and Arabic: space, term, articles that hold it, 1 where it is mostly written as a name.
The background counts as ``BACKGROUND`` articles, so that a service's own stream soon has the greater say.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

BACKGROUND = 500.0
_LOWEST = 0.01


@dataclass(frozen=True, slots=True)
class Background:
    """Share of articles that hold each term; the stems that are mostly names, and those known not to be."""

    share: dict[str, float]
    names: frozenset[str]


@lru_cache(maxsize=8)
def background(space: str) -> Background:
    """The background of a space ("latin", "fa", "ar"); empty for one that has none."""
    counts: dict[str, int] = {}
    names: set[str] = set()
    packed = (resources.files("monitor.data") / "group_background.tsv.gz").read_bytes()
    for line in gzip.decompress(packed).decode("utf-8").splitlines():
        where, term, count, name = line.split("\t")
        if where == space:
            counts[term] = int(count)
            if name == "1":
                names.add(term)
    articles = counts.pop("", 1)
    return Background({term: count / articles for term, count in counts.items()}, frozenset(names))


class Rarity:
    """Learns document frequencies as they come; ``of`` a term is the natural log of articles / articles with it."""

    def __init__(self, share: dict[str, float], names: frozenset[str] = frozenset()) -> None:
        self._share = share
        self._names = names
        self._prior = BACKGROUND if share else 0.0
        self._seen: dict[str, int] = {}
        self._count = 0

    def learn(self, *documents: Iterable[str]) -> None:
        """Count one document, given as collections of distinct terms."""
        self._count += 1
        seen = self._seen
        for terms in documents:
            for term in terms:
                seen[term] = seen.get(term, 0) + 1

    def of(self, term: str) -> float:
        held = self._seen.get(term, 0) + self._prior * self._share.get(term, 0.0)
        return max(_LOWEST, math.log((self._count + self._prior + 1) / (held + 0.5)))

    def is_name(self, stem: str) -> bool:
        """Whether a stem written with a capital is a name: ordinary words are not, the unknown are."""
        return stem in self._names or stem not in self._share
