"""Average-linkage clustering of a sparse graph, best pair first.

Clusters merge while the mean of their pairs' weights reaches a threshold; a pair without an edge counts as 0.
Agglomerative clustering by group average after Sokal & Michener (1958), with a heap of cluster pairs (Day &
Edelsbrunner 1984): E log E for E edges, since only linked clusters are ever looked at.

Each member has a kind (its language). Where two clusters have members of one kind, the mean is over those pairs alone,
because two texts in one language can be compared better than two in different ones. Else it is over all pairs.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Edge = tuple[int, int, str, str, float]  # cluster, cluster, kind of the member in each, weight


@dataclass(slots=True)
class _Between:
    """The weights between two clusters: summed over pairs of one kind, and over all other pairs."""

    alike: float = 0.0
    across: float = 0.0

    def add(self, more: _Between) -> None:
        self.alike += more.alike
        self.across += more.across


class Linkage:
    """Clusters and the edges between them. kinds: cluster number (lower is older) → how many members of each kind."""

    def __init__(self, kinds: Mapping[int, Counter[str]], edges: Iterable[Edge]) -> None:
        self._kinds = {cluster: Counter(held) for cluster, held in kinds.items()}
        self._links: dict[int, dict[int, _Between]] = {cluster: {} for cluster in kinds}
        for one, other, kind, other_kind, weight in edges:
            self._add(one, other, _Between(alike=weight) if kind == other_kind else _Between(across=weight))
        self._changed = dict.fromkeys(kinds, 0)
        self._heap: list[tuple[float, int, int, int, int]] = []

    def mean(self, one: int, other: int) -> float:
        """Mean weight between two clusters, of pairs of one kind where there are any, else of all."""
        link = self._links[one].get(other)
        if link is None:
            return 0.0
        mine, theirs = self._kinds[one], self._kinds[other]
        same = sum(count * theirs[kind] for kind, count in mine.items() if kind in theirs)
        return link.alike / same if same else link.across / (mine.total() * theirs.total())

    def _add(self, one: int, other: int, link: _Between) -> None:
        known = self._links[one].get(other)
        if known is None:
            known = self._links[one][other] = self._links[other][one] = _Between()
        known.add(link)

    def run(self, threshold: float, allowed: Callable[[int, int], bool]) -> dict[int, int]:
        """Merge until no allowed pair reaches the threshold; cluster → the older cluster it became part of."""
        part_of: dict[int, int] = {}
        for one in self._links:
            self._offer(one, threshold, only_younger=True)
        while self._heap:
            _, one, other, version_one, version_other = heapq.heappop(self._heap)
            # An entry from before one of the two changed. Skipping it here is cheaper than finding it when they change.
            if self._changed.get(one) != version_one or self._changed.get(other) != version_other:
                continue
            if allowed(one, other):
                self._merge(one, other)
                part_of[other] = one
                self._offer(one, threshold)
        return part_of

    def _offer(self, one: int, threshold: float, *, only_younger: bool = False) -> None:
        for other in self._links[one]:
            if only_younger and other < one:
                continue
            mean = self.mean(one, other)
            if mean >= threshold:
                low, high = (one, other) if one < other else (other, one)
                heapq.heappush(self._heap, (-mean, low, high, self._changed[low], self._changed[high]))

    def _merge(self, keep: int, gone: int) -> None:
        for neighbour, link in self._links.pop(gone).items():
            del self._links[neighbour][gone]
            if neighbour != keep:
                self._add(keep, neighbour, link)
        self._kinds[keep] += self._kinds.pop(gone)
        del self._changed[gone]
        self._changed[keep] += 1
