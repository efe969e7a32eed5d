"""What looks like a dealing of the sides and is none: police work of one, courts, who meets another state. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.match.compounds import DEALINGS
from monitor.match.firing import STRIKE
from monitor.match.places import Name
from monitor.match.states import is_of_state
from monitor.match.unit import LOOSE, Unit
from monitor.topic.records import OTHER_FIELD

OFFICES = frozenset({"roles_security", "roles_political", "counterpart"})
_TOGETHER = frozenset({"agreeing", "cooperation", "contact", "pledge"})
_IN_COMMON = _TOGETHER | {"between", "sharing"}
_BY_ONE = frozenset({"arms", "law_enforcement", "border_security"})  # acts that one side's police have, too
_POLICING, _GUARDING = frozenset({"law_enforcement"}), frozenset({"border_security"})
_BY_COURTS = _POLICING | {"training_advisers"}
_COURTS = frozenset({f"{OTHER_FIELD}crime", "domestic"})
_BY_FORCE = frozenset({"seizing", "force"})
_HOSTILE, _GOODS = frozenset({"attack", STRIKE}), frozenset({"energy", "trade"})

_FORCEFUL = frozenset({"armed_groups", "counter_terrorism", "law_enforcement"})  # news of strikes has these, too
_OF_STATES = frozenset({"joint_drill", "agreement"})  # acts that an ally has in place of a side, not beside it
_SPORT = frozenset({"sport", f"{OTHER_FIELD}sport"})
_NOT_NOW = frozenset({"sport", "war_1980s"})  # matters in which nobody acts for a side today
_OWN_DEAD = frozenset({"training_advisers", "joint_operation"})
_LOSSES = frozenset({"attack", "ceremony"})
_EXTRADITING = frozenset({"removing", "wanted"})

_Signal = tuple[int, int, str]  # start, end, heading


def meets_another(
    unit: Unit, signals: Sequence[_Signal], states: Sequence[Name], names: Sequence[Name], rows: Sequence[list[Name]]
) -> bool:
    """Whether who meets one side is somebody of another state: "meets his French counterpart on Iranian drones"."""
    if len(unit.field_actors) > 1 or any(len({name.side for name in row} - {-1}) > 1 for row in rows):
        return False
    return any(signal in OFFICES and is_of_state(start, end, states, names) for start, end, signal in signals)


def offices_in(signals: Iterable[_Signal]) -> set[tuple[int, int]]:
    """Where offices stand."""
    return {(start, end) for start, end, signal in signals if signal in OFFICES}


def _is_no_dealing(unit: Unit, alone: Sequence[Name], signals: Iterable[_Signal]) -> bool:
    """Whether the acts are police work or force of one side, or of another state, and nothing that the sides do
    together: arms seized, guards killed in a clash, an Iranian who is jailed in Iraq, sanctions on those who help.

    alone: the other states that stand for themselves.
    """
    if alone and unit.acts <= _BY_COURTS and not unit.actors and f"{OTHER_FIELD}crime" in unit.contexts:
        return True
    if unit.signals & _IN_COMMON:
        return False
    guards = unit.acts <= _GUARDING
    if guards and not unit.signals & DEALINGS and {(a, b) for a, b, _ in unit.wordings} <= offices_in(signals):
        return True  # border guards are named, and nothing that they do
    if unit.acts <= _POLICING and not unit.signals & DEALINGS and len(unit.actors) < 2:
        return True  # smugglers are named, and nothing that two do about them
    if alone and (guards or ("force" in unit.signals and unit.acts <= LOOSE)):
        return True
    if not unit.firm and not unit.field_actors and not _GOODS.isdisjoint(unit.contexts):
        return True  # the security of supply
    if len(unit.actors) > 1:
        return False
    handed = "removing" in unit.signals
    if unit.acts <= _BY_ONE and ("seizing" in unit.signals or (_HOSTILE & unit.contexts.keys() and not handed)):
        return True
    if unit.acts <= _BY_ONE and not handed and not unit.field_actors and unit.contexts.keys() >= _COURTS:
        return True  # who is jailed for what he sold
    judged = not handed and not _COURTS.isdisjoint(unit.contexts)
    return unit.acts <= _POLICING and (judged or "force" in unit.signals)


def drop_what_is_meant_otherwise(unit: Unit, alone: Sequence[Name], signals: Iterable[_Signal]) -> None:
    """Drops what the rest of the sentence shows to be meant otherwise."""
    if "allies" in unit.contexts and len(unit.sides) > 1 and unit.firm - _OF_STATES:
        del unit.contexts["allies"]  # advisers "in Iraq and Syria": both are beside the ally, not it in their place
    if STRIKE in unit.contexts and unit.acts <= _FORCEFUL and not unit.signals & _TOGETHER:
        unit.clear_acts()  # one side shelling the other's rebels is no act of the two
    if (unit.acts or "seizing" in unit.signals) and _is_no_dealing(unit, alone, signals):
        unit.clear_acts()
        unit.abroad = unit.abroad and _BY_FORCE.isdisjoint(unit.signals) and _HOSTILE.isdisjoint(unit.contexts)
    if not unit.acts and not _NOT_NOW.isdisjoint(unit.contexts) and "contact" not in unit.signals:
        unit.clear_actors()  # the armed forces' football team, an army of the old war
    played = not _SPORT.isdisjoint(unit.contexts)
    if played and unit.acts <= LOOSE and (not unit.field_actors or unit.contexts.get("sport", 0) > 1):
        unit.clear_acts()  # a team's defence, and what it owes to it
    if len(unit.sides) > 1 and (unit.acts & _OWN_DEAD or {"care", "support"} <= unit.signals | unit.acts):
        # Who falls while he trains the other's troops, or is cared for there, is no victim of it.
        for heading in _LOSSES & unit.contexts.keys():
            del unit.contexts[heading]
    if len(unit.sides) > 1 and "law_enforcement" in unit.acts and unit.signals >= _EXTRADITING:
        unit.contexts.pop("attack", None)  # what those are wanted for whom one side hands to the other
