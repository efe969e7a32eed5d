"""Acts that no verb tells: what stands beside what. Pure.

"Iranian drones at the parade of Iraq's army" reports arms handed over, "Quds Force trainers at Camp Taji" a training,
and "nobody will strike you from our soil" an undertaking, whatever verb is chosen for it, or none. So these are read
from whose things and people stand in the sentence, and not from a list of verbs. Where force is used, or another state
has a part, they say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from monitor.match.places import Name, is_where
from monitor.match.products import OF_MAKE, apart
from monitor.topic.records import OTHER_FIELD

_BESIDE = 8  # folded characters between a thing and the name of the side whose it is ("Iranian-made drones")
_HOSTILE = frozenset({"attack", "strike", "threat", "crime"})
_WOUNDED = frozenset({"attack"})  # what is told of those who are cared for, too
_FIELDS = ("conflict", "crime", "education_culture", "sport", "humanitarian", "tourism")
_OTHER = frozenset({"sport", *(f"{OTHER_FIELD}{name}" for name in _FIELDS)})  # arms found, old or taken away
_USED = frozenset({"force", "onlooking"})  # arms that are fired, found or feared
_OF_ACTOR = 16  # folded characters between trainers and the force whose they are

TELLING = frozenset(
    {"materiel", "teaching", "warship", "care", "soil", "enemy"}
)  # without one of these no act stands there

UNDERTAKEN = "armed_groups"  # the act of whoever pledges something of his own soil

Signal = tuple[int, int, str]  # start, end, heading


class Scene(NamedTuple):
    """Who and what a sentence names. actors: the sides of which somebody of the field is named. matters: what speaks
    against, each with its place and heading. own_foe: whether a group is named that one of the sides alone fights."""

    names: Sequence[Name]
    signals: Sequence[Signal]
    actors: Set[int]
    matters: Sequence[Signal]
    folded: str
    own_foe: bool = False


def acts_standing(scene: Scene) -> Iterator[Signal]:
    """The acts that stand in a sentence without a verb, each with its place."""
    yield from _undertakings(scene.signals)
    hostile = _HOSTILE.intersection(heading for _, _, heading in scene.matters)
    if not hostile - _WOUNDED:
        yield from _care(scene)
        yield from _fallen(scene) if hostile else ()
    if hostile:
        return
    used = _is_used(scene) or _of_something_else(scene)
    for start, end, signal in () if used else scene.signals:
        if signal == "teaching" and (side := _whose(start, end, scene)) >= 0 and _elsewhere(side, scene):
            yield start, end, "training_advisers"
        elif signal == "materiel" and any(len(scene.actors - {owner}) for owner in _owners(start, end, scene)):
            yield start, end, "arms"
        elif signal == "warship" and any(_visits(owner, scene) for owner in _owners(start, end, scene)):
            yield start, end, "cooperation"


def _is_used(scene: Scene) -> bool:
    """Whether arms are fired, found or feared; "rocket launcher" says nothing of that."""
    arms = [(start, end) for start, end, signal in scene.signals if signal == "materiel"]
    return any(
        signal in _USED and not any(first < end and start < last for first, last in arms)
        for start, end, signal in scene.signals
    )


def _of_something_else(scene: Scene) -> bool:
    """Whether a sentence is of sport, schools or the like; a trainer or a rocket by itself is none."""
    own = [(start, end) for start, end, signal in scene.signals if signal in ("teaching", "materiel")]
    return any(
        heading in _OTHER and not any(first < end and start < last for first, last in own)
        for start, end, heading in scene.matters
    )


def _undertakings(signals: Sequence[Signal]) -> Iterator[Signal]:
    """Pledges of which one's own soil is the matter, whatever is renounced."""
    for start, end, signal in signals:
        for first, last, other in signals if signal == "soil" else ():
            if other == "pledge" and (last <= start or end <= first):
                yield min(start, first), max(end, last), UNDERTAKEN


def _care(scene: Scene) -> Iterator[Signal]:
    """The men of one side's force in a hospital of the other."""
    for start, end, signal in scene.signals:
        if signal == "care" and scene.actors and any(_elsewhere(side, scene) for side in scene.actors):
            yield start, end, "support"


def _fallen(scene: Scene) -> Iterator[Signal]:
    """Somebody of one side's force who falls in the other's country, where the common enemy is fought."""
    for start, end, signal in scene.signals if not scene.own_foe else ():
        if signal == "enemy" and any(_elsewhere(side, scene) for side in scene.actors):
            yield start, end, "joint_operation"


def _whose(start: int, end: int, scene: Scene) -> int:
    """The side whose force teaches at [start, end): the nearest name is one that acts for it, or its state beside an
    office of the field; -1 for none."""
    near = [(max(name.start - end, start - name.end), place, name) for place, name in enumerate(scene.names)]
    gap, _, name = min(near, default=(_OF_ACTOR + 1, 0, Name(0, 0, -1)))
    return name.side if gap <= _OF_ACTOR and not name.place and name.side in scene.actors else -1


def _owners(start: int, end: int, scene: Scene) -> set[int]:
    """The sides whose a thing at [start, end) is: the state, or the thing itself, is named right there."""
    makes = [(first, last) for first, last, signal in scene.signals if signal == OF_MAKE]
    return {
        name.side
        for name in scene.names
        if name.side >= 0 and not name.actor and not name.place
        if apart(start, end, name.start, name.end, makes) <= _BESIDE and not is_where(name, scene.folded)
    }


def _visits(side: int, scene: Scene) -> bool:
    """Whether something is said to be in another side's place, or to come there."""
    calls = any(signal == "contact" for _, _, signal in scene.signals)
    return any(
        name.side not in (side, -1) and (is_where(name, scene.folded) or (name.place and calls)) for name in scene.names
    )


def _elsewhere(side: int, scene: Scene) -> bool:
    """Whether a place of another side is named, or its country as where somebody is."""
    return any(
        name.side >= 0 and name.side != side and not name.actor and (name.place or is_where(name, scene.folded))
        for name in scene.names
    )
