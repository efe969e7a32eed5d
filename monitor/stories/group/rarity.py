"""How rare a word is, in the language it stands in: from what was read so far over a shipped background.

monitor/data/group_background.tsv.gz holds document frequencies of stems and neighbouring pairs, counted in ordinary
news in English, Persian and Arabic.
The background counts as ``BACKGROUND`` articles, so that a service's own stream soon has the greater say. A language
that has none counts as one whose words are all rare: else the first reports in it would have no rare word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

BACKGROUND = 500.0
# Of a longer stream what is older counts half, again and again: else the weights of all terms would rise with its
# length, which the models do not expect, and memory with them.
MOST = 4000
KEPT = 800_000  # terms counted at most
_LOWEST = 0.01
_E_LOWEST = math.exp(_LOWEST)


@dataclass(frozen=True, slots=True)
class Background:
    """Share of articles that hold each term; the stems that are mostly names, and those known not to be."""

    share: dict[str, float] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    def is_name(self, stem: str) -> bool:
        """Whether a stem written with a capital is a name: ordinary words are not, the unknown are."""
        return stem in self.names or stem not in self.share


def parse_backgrounds(text: str) -> dict[str, Background]:
    """The backgrounds in a table, by space; a line is the space, a term, how many articles hold it, "1" for a name.

    The line without a term says how many articles were counted.
    """
    counts: dict[str, dict[str, int]] = {}
    names: dict[str, set[str]] = {}
    for line in text.splitlines():
        space, term, count, name = line.split("\t")
        counts.setdefault(space, {})[term] = int(count)
        if name == "1":
            names.setdefault(space, set()).add(term)
    found: dict[str, Background] = {}
    for space, terms in counts.items():
        articles = terms.pop("")
        share = {term: count / articles for term, count in terms.items()}
        found[space] = Background(share, frozenset(names.get(space, ())))
    return found


class Rarity:
    """Learns document frequencies as they come, over those of a background.

    counted: how many documents hold each term, of ``documents`` that were counted before; a term that is left out of it
    is one that a single document holds, or none.
    """

    def __init__(self, share: dict[str, float], counted: Mapping[str, int] | None = None, documents: int = 0) -> None:
        self._share = share
        self._before = counted or {}
        self._seen: dict[str, int] = {}
        self._count = documents

    def learn(self, *documents: Iterable[str]) -> None:
        """Count one document, given as collections of distinct terms."""
        self._count += 1
        seen, before = self._seen, self._before
        for terms in documents:
            for term in terms:
                seen[term] = (seen.get(term) or before.get(term, 0)) + 1
        if self._count > MOST or len(seen) > KEPT:
            self._count //= 2
            self._seen = {term: number // 2 for term, number in seen.items() if number > 1}

    def weigh(self, terms: dict[str, float]) -> dict[str, float]:
        """Each term's value times how rare it is: the natural log of articles / articles that hold it."""
        seen, before, share = self._seen.get, self._before.get, self._share.get
        articles, log = self._count + BACKGROUND + 1, math.log
        whole = articles / _E_LOWEST
        found = {}
        for term, value in terms.items():
            held = (seen(term) or before(term, 1)) + 0.5 + BACKGROUND * share(term, 0.0)
            found[term] = value * (log(articles / held) if held < whole else _LOWEST)
        return found
