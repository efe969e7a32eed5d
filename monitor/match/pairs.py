"""Forces that are named as a pair in one sentence, and whose they are in another: "Both navies will escort ships. Iran
and Iraq said so". Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.match.unit import Unit
from monitor.topic.records import OTHER_FIELD

_FEW = 3  # sentences, the title among them: in a longer report "both armies" may be anybody's
_TWO = frozenset({0, 1})  # the sides of a topic that a pair can be of


def with_pairs(units: Sequence[Unit], sides: int) -> Sequence[Unit]:
    """The units of a short item, with a pair of forces as both sides', where these are named, and no state and no other
    matter beside them. sides: how many a topic has; a pair is of two."""
    if len(units) > _FEW or sides != len(_TWO) or all(unit.of_two is None for unit in units):
        return units
    if not {side for unit in units for side in unit.sides} >= _TWO:
        return units
    if any(not context.startswith(OTHER_FIELD) for unit in units for context in unit.contexts):
        return units
    for unit in units:
        if unit.of_two is not None:
            unit.places += [(*unit.of_two, side) for side in sorted(_TWO - unit.sides)]
            unit.sides |= _TWO
            unit.actors |= _TWO
            unit.field_actors |= _TWO
    return units
