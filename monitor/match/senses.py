"""Phrases in which a word means something else ("food security"): what they take away. Pure.

The longest wording wins over all lists of words, so that a phrase inside a longer wording takes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.match.scan import Hit
from monitor.topic.records import OTHER_FIELD, STATES, Concept

_OWN_WORDS = frozenset({"term", "learned", "required", "excluded", "sense"})


class Sense(NamedTuple):
    """A phrase at [start, end) in which words mean something else, and the heading that says what they are not."""

    start: int
    end: int
    heading: str


def senses_of(hits: Sequence[Hit], concepts: Sequence[Concept]) -> list[Sense]:
    """The phrases in which words mean something else, but for those that lie in a longer wording."""
    return [
        Sense(sense.start, sense.end, concepts[sense.concept].key)
        for sense in hits
        if concepts[sense.concept].kind == "sense"
        if not any(_longer(other, sense) for other in hits)
    ]


def _longer(hit: Hit | Sense, other: Hit) -> bool:
    return hit.start <= other.start and other.end <= hit.end and other.end - other.start < hit.end - hit.start


def taken_away(hit: Hit, concept: Concept, senses: Iterable[Sense]) -> bool:
    """Whether a hit lies in a phrase in which its word means something else; a word that speaks for, or only overlaps
    one. Words of another field stay: "food security" is one of farming. Of names only a town's is taken."""
    if concept.kind in _OWN_WORDS:
        return False
    if concept.side >= 0:
        return any(sense.heading == "place" and _longer(sense, hit) for sense in senses)
    if concept.kind == "context" and concept.key in STATES:  # the Soviet Union is none any more
        return any(_longer(sense, hit) or (sense.heading == "other_state" and sense[:2] == hit[:2]) for sense in senses)
    if concept.kind == "context":
        return not concept.key.startswith(OTHER_FIELD) and any(_longer(sense, hit) for sense in senses)
    return any(hit.start < sense.end and sense.start < hit.end for sense in senses)
