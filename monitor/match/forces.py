"""Forces that no list of names has: militias beside a state's name, "both navies"; and what a force is given. Pure.

"Iraqi militias" act for Iraq as its army does. "The two armies" are those of the sides, wherever these are named in a
short item. Where one side gives, teaches or heals and a force of the other is named, the two have a dealing, whatever
is given: "Tehran hands ambulances to Basra's police".
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from monitor.match.implied import ENEMY
from monitor.match.places import Name
from monitor.match.unit import Unit
from monitor.topic.records import OTHER_FIELD

_BESIDE = 4  # folded characters between a militia and whose it is: "militias in Iraq"
_OF_TWO = 9  # folded characters between guards and the two whose they are: "guards of the two neighbours"
_AT_BORDER = 5  # folded characters between a border and the side of which nothing else is named
_MILITIA, _FOES = "militia", frozenset({ENEMY, "faction_kind"})
_FRIENDS = ("pro ", "pro-")  # "pro-Iranian militias" are nobody's by that word
_GIVING = frozenset({"transfer", "help", "teaching", "sharing", "care"})
_NOT_GIVEN = frozenset(
    {"seizing", "force", "firing", "exercise", "onlooking", "against", "against_behind", "mentioned"}
)

Signal = tuple[int, int, str]  # start, end, heading


def _gap(start: int, end: int, first: int, last: int) -> int:
    return max(first - end, start - last)


def sides_of_militias(signals: Sequence[Signal], names: Sequence[Name], folded: str) -> set[int]:
    """The sides whose militias are named: the state stands beside the word, and nothing says that they fight it."""
    sides = set()
    foes = [(start, end) for start, end, signal in signals if signal in _FOES]
    for start, end, signal in signals:
        if signal != _MILITIA or any(_gap(start, end, *foe) <= _BESIDE for foe in foes):
            continue
        near = [
            (gap, name.side)
            for name in names
            if name.side >= 0 and not name.actor and (gap := _gap(start, end, name.start, name.end)) <= _BESIDE
            if not folded[: name.start].endswith(_FRIENDS)
        ]
        if near:
            sides.add(min(near)[1])
    return sides


def forces_of_two(signals: Sequence[Signal], headings: Set[str]) -> tuple[int, int] | None:
    """Where forces of two are named as a pair: "both navies", "guards of the two neighbours". headings: of the
    signals."""
    if "two_forces" not in headings and not ("between" in headings and "roles_security" in headings):
        return None
    pairs = [(start, end) for start, end, signal in signals if signal == "between"]
    for start, end, signal in signals:
        if signal == "two_forces":
            return start, end
        if signal == "roles_security" and any(0 <= _gap(start, end, *pair) <= _OF_TWO for pair in pairs):
            return start, end
    return None


def is_given(unit: Unit, signals: Sequence[Signal], names: Sequence[Name]) -> bool:
    """Whether something is given, taught or healed between a force of one side and another side, and nothing tells of
    force, of arrests or of other matters. A side of which only the border is named has no part in it."""
    if len(unit.sides) < 2 or not unit.field_actors or unit.signals.isdisjoint(_GIVING):
        return False
    if not unit.signals.isdisjoint(_NOT_GIVEN) or any(not name.startswith(OTHER_FIELD) for name in unit.contexts):
        return False
    borders = [(start, end) for start, end, signal in signals if signal == "border"]
    there = {
        name.side
        for name in names
        if name.side >= 0 and not any(_gap(name.start, name.end, *each) <= _AT_BORDER for each in borders)
    }
    return there >= unit.sides
