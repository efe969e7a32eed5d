"""Average-linkage clustering of a sparse graph, best pair first.

Clusters merge while the mean of their pairs' weights reaches a threshold; a pair without an edge counts as 0.
Agglomerative clustering by group average after Sokal & Michener (1958), with a heap of cluster pairs (Day &
Edelsbrunner 1984): E log E for E edges, since only linked clusters are ever looked at.

Each member has a kind (its language). A pair of one kind counts as ``ONE_KIND`` pairs in the mean, because two texts in
one language can be compared better than two in different ones. It does not count alone: else the only report in a
language would decide for the many beside it.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

Edge = tuple[int, int, str, str, float]  # cluster, cluster, kind of the member in each, weight


ONE_KIND = 10  # what a pair of one kind counts, where one of two kinds counts 1


class Linkage:
    """Clusters and the edges between them. kinds: cluster number (lower is older) → how many members of each kind."""

    def __init__(self, kinds: Mapping[int, Counter[str]], edges: Iterable[Edge]) -> None:
        self._kinds = {cluster: Counter(held) for cluster, held in kinds.items()}
        self._links: dict[int, dict[int, float]] = {cluster: {} for cluster in kinds}  # summed over their pairs
        for one, other, kind, other_kind, weight in edges:
            self._add(one, other, weight * ONE_KIND if kind == other_kind else weight)
        self._changed = dict.fromkeys(kinds, 0)
        self._heap: list[tuple[float, int, int, int, int]] = []

    def mean(self, one: int, other: int) -> float:
        """Mean weight between two clusters."""
        link = self._links[one].get(other)
        if link is None:
            return 0.0
        mine, theirs = self._kinds[one], self._kinds[other]
        same = sum(count * theirs[kind] for kind, count in mine.items() if kind in theirs)
        return link / (mine.total() * theirs.total() + (ONE_KIND - 1) * same)

    def _add(self, one: int, other: int, link: float) -> None:
        self._links[one][other] = self._links[other][one] = self._links[one].get(other, 0.0) + link

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
