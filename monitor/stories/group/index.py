"""An inverted index of the rarest terms of the reports that are held: what is worth comparing with a new report."""

from __future__ import annotations

from collections import defaultdict

from monitor.stories.group.records import Member
from monitor.stories.group.resemblance import ENGLISH

CROWD = 150  # a term that so many reports hold finds no candidates
NEAREST = 24  # reports compared with each new one
NEAREST_SHORT = 60  # the same for a headline, where comparing is cheap and stories are large
# Two English reports with texts and times that share less of what the rarest terms of the new one are worth are not
# compared. Most reports found share one rare word by chance, and a tenth of them reach this share.
LEAST = 0.08
SHORT = 40  # distinct words up to which a report is a headline


def _is_dated_english(member: Member) -> bool:
    return member.features.space == ENGLISH and not member.features.bare and member.day is not None


class Index:
    """The reports by the terms they are found by."""

    def __init__(self) -> None:
        self._holders: dict[tuple[str, str], dict[Member, None]] = {}
        self._held = 0

    def __len__(self) -> int:
        return self._held

    def nearest(self, member: Member) -> list[Member]:
        """The reports that share the most of the report's rarest terms."""
        found: defaultdict[Member, float] = defaultdict(float)
        holders_of = self._holders.get
        for term, weight in member.probes.items():
            holders = holders_of(term)
            if holders and len(holders) <= CROWD:
                for other in holders:
                    found[other] += weight
        most = NEAREST_SHORT if len(member.features.words.weights) <= SHORT else NEAREST
        # Sorting them all is quicker than a heap of so few, and leaves those of one worth in the same order.
        nearest = sorted(found, key=found.__getitem__, reverse=True)[:most]
        if not _is_dated_english(member):
            return nearest
        least = LEAST * sum(member.probes.values())
        return [other for other in nearest if found[other] >= least or not _is_dated_english(other)]

    def add(self, member: Member) -> None:
        """Hold a report."""
        self._held += 1
        for term in member.probes:
            self._holders.setdefault(term, {})[member] = None

    def forget(self, member: Member) -> None:
        """Hold a report no longer, and drop the edges to it."""
        self._held -= 1
        for other in member.edges:
            del other.edges[member]
        for term in member.probes:
            holders = self._holders[term]
            del holders[member]
            if not holders:
                del self._holders[term]
