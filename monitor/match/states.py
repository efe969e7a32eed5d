"""Other states in a sentence: which stand for themselves, and which office, actor or act is one of theirs. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from monitor.match.places import Name
from monitor.match.scan import Sentence
from monitor.topic.records import STATES, Concept

_CLAIM = 24  # folded characters between a state and the actor that it claims
_CLOSE = 2  # folded characters between an act or office and the state whose it is
_NONE_THERE: frozenset[int] = frozenset()
_STOP = re.compile(r"[,،;:.()\"“”—–]")


def standing_alone(
    states: Sequence[Name], rows: Sequence[Sequence[Name]], sides: Collection[int], counterpart: bool
) -> list[Name]:
    """The other states that stand for themselves, and do not take part in what all sides do.

    A state takes part that stands in one row with several sides, or with one side as the counterparts of another do.
    """
    taking_part: set[int] = set()
    if len(sides) > 1:
        for row in rows:
            own = {name.side for name in row} - {-1}
            if len(own) > 1 or (own and counterpart):
                taking_part.update(place for name in row for place in range(name.start, name.end))
    return [state for state in states if state.start not in taking_part]


def is_of_state(start: int, end: int, states: Sequence[Name], names: Sequence[Name]) -> bool:
    """Whether what stands at [start, end) is another state's: that state is named right beside it, and no side nearer.

    "Jordan's military attaché in Baghdad", "U.S. military aid to Iraq".
    """
    gap = min(max(state.start - end, start - state.end) for state in states)
    return gap <= _CLOSE and all(max(name.start - end, start - name.end) > gap for name in names)


def of_another_state(sentence: Sentence, found: Sequence[Concept]) -> Collection[int]:
    """Where actors' names begin that another state claims: "Ethiopia's former revolutionary guard".

    Only where the side itself is not named in the sentence.
    """
    if not any(concept.actor for concept in found):
        return _NONE_THERE
    states = [hit for hit, concept in zip(sentence.hits, found, strict=True) if concept.key in STATES]
    if not states:
        return _NONE_THERE
    own = {concept.side for concept in found if not concept.actor} | {-1}
    actors = [
        hit for hit, concept in zip(sentence.hits, found, strict=True) if concept.actor and concept.side not in own
    ]
    return {
        hit.start
        for hit in actors
        if any(
            (0 < hit.start - state.end <= _CLAIM and not _STOP.search(sentence.folded, state.end, hit.start))
            or state.start - hit.end == 1
            for state in states
        )
    }
