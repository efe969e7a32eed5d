"""Armed groups by what they are called: "the Kurdish armed formations", in whatever order the words stand. Pure.

Each language has a dozen words for such a group and a dozen for its kind. A word of either list beside one of the other
names one of the groups that fight a side; neither does by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_BESIDE = 4  # folded characters between the two: an article, an ending or a particle
_GROUP, _KIND = "faction", "faction_kind"  # of config/lexicon/signals.yaml

Signal = tuple[int, int, str]  # start, end, heading


def factions_in(signals: Sequence[Signal]) -> Iterator[tuple[int, int]]:
    """Where a group of such a kind is named, with both its words."""
    kinds = [(start, end) for start, end, signal in signals if signal == _KIND]
    for start, end, signal in signals if kinds else ():
        for first, last in kinds if signal == _GROUP else ():
            if 0 <= max(first - end, start - last) <= _BESIDE:
                yield min(start, first), max(end, last)
