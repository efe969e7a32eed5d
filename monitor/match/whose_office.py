"""Whose an office in a sentence is: the side's that is named beside it, in any order of the words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from monitor.languages import every
from monitor.match.compounds import OF_LEXICON
from monitor.match.groups import within
from monitor.match.no_dealing import OFFICES
from monitor.match.offices import commands_another, is_past
from monitor.match.places import Name, is_where
from monitor.match.rows import ends_beside
from monitor.match.states import is_of_state
from monitor.match.unit import Unit
from monitor.text.fold import fold

_BESIDE = 16  # folded characters between an office and the side it belongs to
_OFFICE_OF = 12  # folded characters between an office and the field it is for
_AWAY = 10  # folded characters that a place where somebody is, or a name before "and", stands further from an office
_BETWEEN = 2  # words between a name and an office: "and", and an article
_COMMA = frozenset(",،、;؛")

_Signal = tuple[int, int, str]  # start, end, heading


def find_offices(
    unit: Unit,
    names: Sequence[Name],
    signals: Sequence[_Signal],
    field_: Collection[str],
    rows: Sequence[list[Name]],
    states: Sequence[Name],
    groups: Sequence[tuple[int, int]],
    folded: str,
) -> None:
    """ "Iraqi oil minister", in any order of the words: an office beside a side's name is an actor of that side.

    It is one of the field where its own word says so ("defence minister"), or a word of the field stands beside it.
    groups: wordings of which a side's name may be a part, as which nobody acts for it.
    """
    others = [(start, end) for start, end, signal in signals if signal in field_ and signal not in OF_LEXICON]
    offices = [each for each in signals if each[2] in OFFICES]
    whose_own = [name for name in names if not is_where(name, folded)] if states and offices else []
    claimed = [each for each in offices if states and is_of_state(each[0], each[1], states, whose_own)]
    for start, end, signal in offices:
        if any(first <= start and end <= last for first, last, _ in claimed):
            continue  # in "Syria's defence minister" the minister is Syria's, too
        near = any(max(first - end, start - last) <= _OFFICE_OF for first, last in others)
        reach = _BESIDE + (_OFFICE_OF if near else 0)
        whose = [
            (gap + _AWAY * (is_where(n, folded) or _is_joined_on(start, n, folded)), n.side, place)
            for place, n in enumerate(names)
            if (gap := max(n.start - end, start - n.end)) <= reach and not _is_parted((start, end), n, folded)
        ]
        if whose and not is_past(start, end, folded):
            _, _, place = min(whose)
            if within(names[place], groups):
                continue  # "Iranian opposition commander", "Iranian pilgrims"
            if names[place].start > end and _commands_another(start, end, folded, signals, names):
                continue
            sides = {names[place].side}
            for row in rows:
                if names[place] in row:  # "Iran, Iraq interior ministers"
                    sides |= {name.side for name in row} - {-1}
            unit.actors |= sides
            if near or (signal == "roles_security" and signal in field_):
                unit.field_actors |= sides
            if signal == "counterpart":
                unit.signals.add("counterpart of a side")


def _commands_another(start: int, end: int, folded: str, signals: Sequence[_Signal], names: Sequence[Name]) -> bool:
    known = [start for start, _, _ in signals] + [name.start for name in names]
    deeds = {start for start, _, signal in signals if signal == "contact"}
    return commands_another(start, end, folded, known, deeds)


def _is_joined_on(start: int, name: Name, folded: str) -> bool:
    """Whether "and" stands between a name and an office behind it: of "the commander of Basra and that of Ilam" the
    second is Ilam's. Where no other name is near it is of the same side ("Iran's army and police")."""
    between = folded[name.end : start].split(maxsplit=_BETWEEN) if name.end < start else []
    return 0 < len(between) <= _BETWEEN and between[0] in _for_and()


@lru_cache(maxsize=1)
def _for_and() -> frozenset[str]:
    return frozenset(fold(word).strip() for word in every(lambda known: known.names.beside[:1]))


def _is_parted(office: tuple[int, int], name: Name, folded: str) -> bool:
    """Whether a comma, a colon or "and" parts an office from the name behind it ("the minister, Iran and Iraq", "Iran's
    police and Iraq's"), or a colon from more than the name before it: "Iraqis in a camp: police called"."""
    if office[1] <= name.start:
        between = folded[office[1] : name.start]
        return ":" in between or not _COMMA.isdisjoint(between) or bool(ends_beside().search(between))
    colon = folded.find(": ", name.end, office[0])
    return colon >= 0 and " " in folded[name.end : colon]
