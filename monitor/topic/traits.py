"""What concepts are, as bits of a number. Those of a sentence joined say in one step what need not be looked for in it.

Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.topic.records import Concept

SIGNAL, ACT, CONTEXT, SENSE, LEARNED, ENTITY = 1, 2, 4, 8, 16, 32  # kinds
STATE = 64  # the name of a state that is no side
ACTOR = 128
WEAK = 256
IMPLIES = 512  # a group or crossing that may stand for a side
_SIDES = 16  # the first of the bits of sides
NAMED = -1 << _SIDES  # of whatever names a side
_KINDS = {
    "signal": SIGNAL, "act": ACT, "context": CONTEXT, "sense": SENSE, "learned": LEARNED, "entity": ENTITY,
}  # fmt: skip


def traits_of(concept: Concept, states: frozenset[str]) -> int:
    """The bits of one concept. states: the keys of the contexts that are names of states."""
    return (
        _KINDS.get(concept.kind, 0)
        | STATE * (concept.key in states)
        | ACTOR * concept.actor
        | WEAK * concept.weak
        | IMPLIES * (concept.implies >= 0)
        | (1 << (_SIDES + concept.side) if concept.side >= 0 else 0)
    )


def names_several(traits: int) -> bool:
    """Whether concepts with these bits name several sides."""
    sides = traits >> _SIDES
    return sides & (sides - 1) != 0
