"""Talks of the topic's field: "security talks", "defence ministers discuss"; and where they are an act. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from monitor.match.no_dealing import OFFICES
from monitor.match.unit import SILENT, VAGUE_GRADE, Unit
from monitor.topic.records import OTHER_FIELD

_ELSEWHERE = frozenset({"nuclear", "sport"})  # what is talked about instead
_ARTS = f"{OTHER_FIELD}education_culture"
_FIELD_TALKS = 24  # folded characters between a meeting and what makes it one of the field: "security talks"
_NO_TALKS = frozenset({"attack", "strike", "threat", "mediation", "sport", "pilgrims"})  # told of between them instead
_OF_PLACES = frozenset({"border", "stability"})  # talks on trade across a border, too

_Signal = tuple[int, int, str]  # start, end, heading


def is_talks(unit: Unit, signals: Sequence[_Signal], field_: Collection[str]) -> bool:
    """Whether a meeting is called one of the field, and nothing else is talked about there."""
    return _of_field(signals, field_) and not _is_elsewhere(unit)


def _is_elsewhere(unit: Unit) -> bool:
    """Whether a meeting is on sport, nuclear matters or the arts, and not at a school of the forces."""
    return not _ELSEWHERE.isdisjoint(unit.contexts) or (_ARTS in unit.contexts and "teaching" not in unit.signals)


def _of_field(signals: Sequence[_Signal], field_: Collection[str]) -> bool:
    """Whether a meeting is called one of the field, or its subject stands right beside it."""
    subjects = [(first, last) for first, last, other in signals if other in field_ and other not in SILENT | _OF_PLACES]
    return any(
        0 <= max(first - end, start - last) <= _FIELD_TALKS
        for start, end, signal in signals
        if signal == "contact"
        for first, last in subjects
    )


def add_talks(unit: Unit, signals: Sequence[_Signal], field_: Collection[str]) -> None:
    """Talks of the field that the sides hold are an act of security in general.

    Their subject is no part of somebody's office, since a defence minister may visit a museum, and not terror, since
    one side may receive those whom the other calls terrorists. Nor is anything of another field named, unless somebody
    of this field talks: universities speak of cyber security, too.
    """
    others = {name for name in unit.contexts if name in _NO_TALKS or name.startswith(OTHER_FIELD)}
    if others & _NO_TALKS or (others and not unit.field_actors):
        return
    offices = [(start, end) for start, end, signal in signals if signal in OFFICES]
    meetings = [each for each in signals if each[2] == "contact"]
    own = [
        (start, end, signal)
        for start, end, signal in signals
        if signal not in ("contact", "terror") and not any(first < end and start < last for first, last in offices)
    ]
    if _of_field([*meetings, *own], field_):
        unit.acts.add("cooperation")
        unit.vague = True
        unit.grade = max(unit.grade, VAGUE_GRADE)
        unit.places += [(start, end, -1) for start, end, _ in meetings]
