"""Groups with the name of the state that they fight: "Iranian opposition"; nobody of them is of that side. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.match.implied import ENEMY
from monitor.match.places import Name

GROUPS = "armed_groups"  # of config/lexicon/acts.yaml: what is done about a group, and names of groups

Signal = tuple[int, int, str]  # start, end, heading
Span = tuple[int, int]


def names_of_groups(signals: Iterable[Signal], names: Sequence[Name]) -> list[Span]:
    """Where groups are named by a wording that holds the name of a side."""
    spans = [(start, end) for start, end, signal in signals if signal == ENEMY]
    return [each for each in spans if any(within(name, [each]) for name in names)]


def within(name: Name, groups: Iterable[Span]) -> bool:
    """Whether the name stands in the name of a group, and is not the whole of it."""
    return any(start <= name.start and name.end <= end and end - start > name.end - name.start for start, end in groups)


def without_names_of_groups(acts: list[Signal], signals: Iterable[Signal], names: Sequence[Name]) -> list[Signal]:
    """The acts without the names of groups, where a side is named by its opponents alone."""
    groups = names_of_groups(signals, names)
    if not groups or {name.side for name in names if not within(name, groups)} == {name.side for name in names}:
        return acts
    return [each for each in acts if each[2] != GROUPS or all(first != each[0] for first, _ in groups)]
