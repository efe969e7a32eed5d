"""Average-linkage clustering of a sparse graph, best pair first.

Clusters merge while the mean of their pairs' weights reaches a threshold; a pair without an edge counts as 0.
Agglomerative clustering by group average after Sokal & Michener (1958), with a heap of cluster pairs (Day &
Edelsbrunner 1984): E log E for E edges, since only linked clusters are ever looked at.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping


class Linkage:
    """Clusters by number (lower is older) with their sizes and the sums of weights between them."""

    def __init__(self, sizes: Mapping[int, int], edges: Iterable[tuple[int, int, float]]) -> None:
        self._size = dict(sizes)
        self._sums: dict[int, dict[int, float]] = {cluster: {} for cluster in sizes}
        for one, other, weight in edges:
            self._sums[one][other] = self._sums[one].get(other, 0.0) + weight
            self._sums[other][one] = self._sums[other].get(one, 0.0) + weight
        self._changed = dict.fromkeys(sizes, 0)
        self._heap: list[tuple[float, int, int, int, int]] = []

    def mean(self, one: int, other: int) -> float:
        """Mean weight over all pairs between two clusters."""
        return self._sums[one].get(other, 0.0) / (self._size[one] * self._size[other])

    def run(self, threshold: float, allowed: Callable[[int, int], bool]) -> dict[int, int]:
        """Merge until no allowed pair reaches the threshold; cluster → the older cluster it became part of."""
        part_of: dict[int, int] = {}
        for one in self._sums:
            self._offer(one, threshold, only_younger=True)
        while self._heap:
            _, one, other, version_one, version_other = heapq.heappop(self._heap)
            if self._changed.get(one) != version_one or self._changed.get(other) != version_other:
                continue
            if allowed(one, other):
                self._merge(one, other)
                part_of[other] = one
                self._offer(one, threshold)
        return part_of

    def _offer(self, one: int, threshold: float, *, only_younger: bool = False) -> None:
        for other in self._sums[one]:
            if only_younger and other < one:
                continue
            mean = self.mean(one, other)
            if mean >= threshold:
                low, high = (one, other) if one < other else (other, one)
                heapq.heappush(self._heap, (-mean, low, high, self._changed[low], self._changed[high]))

    def _merge(self, keep: int, gone: int) -> None:
        for neighbour, weight in self._sums.pop(gone).items():
            del self._sums[neighbour][gone]
            if neighbour != keep:
                self._sums[keep][neighbour] = self._sums[keep].get(neighbour, 0.0) + weight
                self._sums[neighbour][keep] = self._sums[keep][neighbour]
        self._size[keep] += self._size.pop(gone)
        del self._changed[gone]
        self._changed[keep] += 1
