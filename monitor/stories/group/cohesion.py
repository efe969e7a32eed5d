"""How far the headlines that hold a word agree in their other words, too: what tells an event from a topic in a burst.

When a president is caught, a hundred headlines name him within a day, and agree in nothing else: his name is then the
topic, and says little of one event. The headlines that hold "ferry" and "Marren" on the day that a ferry sinks agree in
"sinks" and "missing" as well. A word that the background knows as rare may be either. So it is counted over the latest
headlines, each by those that came before it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

LATEST = 2000  # headlines that are held
HOLDERS = 24  # of them, that hold a word, its latest: those are compared
FEW = 3  # so many holders say nothing yet
RARE = 1.0  # how rare a word has to be to be looked at: of others there is no topic
CLOSE = 0.05  # mean cosine of its holders from which a word says all that its rarity says

_Unit = dict[str, float]  # a headline's words, of length 1


class _Holders:
    """The headlines that hold a word, and the sum of them without the word, kept as they come and go."""

    def __init__(self) -> None:
        self.units: deque[_Unit] = deque()
        self._whole: dict[str, float] = {}
        self._together = 0.0  # the sum times itself
        self._alone = 0.0  # each headline times itself

    def add(self, unit: _Unit, term: str) -> None:
        self.units.append(unit)
        self._count(unit, term, 1.0)
        if len(self.units) > HOLDERS:
            self.drop(term)

    def drop(self, term: str) -> None:
        """Forget the oldest."""
        self._count(self.units.popleft(), term, -1.0)

    def mean(self) -> float:
        """The mean cosine of two of them."""
        return max(0.0, self._together - self._alone) / (len(self.units) * (len(self.units) - 1))

    def _count(self, unit: _Unit, term: str, sign: float) -> None:
        whole, square, common = self._whole, 0.0, 0.0
        for other, weight in unit.items():
            if other != term:
                before = whole.get(other, 0.0)
                common += before * weight
                square += weight * weight
                whole[other] = before + sign * weight
        self._together += 2 * sign * common + square
        self._alone += sign * square


class Cohesion:
    """Of the words of one space, learned from headlines as they come. known: of words that were counted before."""

    def __init__(self, known: Mapping[str, float] | None = None) -> None:
        self._known = known or {}
        self._latest: deque[_Unit] = deque()
        self._holders: dict[str, _Holders] = {}

    def learn(self, weights: Mapping[str, float]) -> None:
        """Hold a headline by how rare each of its words is, and forget the oldest beyond the limit."""
        length = math.sqrt(sum([weight * weight for weight in weights.values()])) or 1.0
        unit = {term: weight / length for term, weight in weights.items() if weight >= RARE}
        self._latest.append(unit)
        for term in unit:
            self._holders.setdefault(term, _Holders()).add(unit, term)
        if len(self._latest) > LATEST:
            self._forget(self._latest.popleft())

    def of(self, term: str) -> float:
        """The mean cosine of the headlines that hold a word, without the word itself; 1 where too few hold it."""
        holders = self._holders.get(term)
        if holders is None or len(holders.units) <= FEW:
            return self._known.get(term, 1.0)
        return holders.mean()

    def topics(self) -> dict[str, float]:
        """The words that say less than their rarity does, with the mean cosine of their holders."""
        found = {term: its.mean() for term, its in self._holders.items() if len(its.units) > FEW}
        return {term: mean for term, mean in found.items() if mean < CLOSE}

    def _forget(self, unit: _Unit) -> None:
        for term in unit:
            holders = self._holders[term]
            if holders.units[0] is unit:
                holders.drop(term)
                if not holders.units:
                    del self._holders[term]
