"""How much a likeness of two headlines says where many headlines come on one day. Pure.

Of the headlines of a day each is of one event, however many there are; but the more there are, the more of the others
share a name and a word with it by chance. So the odds of one event fall with their number, and fall again where the two
share one thing alone, of one word or of several that stand together ("Hong Kong"). A watch sees a few dozen a day, of
which that is not so; a file of all the news of a day is another matter.
"""

from __future__ import annotations

import math
from collections import Counter

from monitor.stories.group.features import Features
from monitor.stories.group.records import Member

ORDINARY = 100  # headlines alone of one language in a day, up to which likelihoods stand as they are
STEEP = 5.0  # the odds fall with this power of how many more there are
LONE = 0.1  # the odds fall to so much where two headlines of a crowd share one thing alone
NAME = 3  # so many words at most that stand together in both are one thing
_PARTS = 2  # of a day, in which headlines are counted


class Crowd:
    """Counts the headlines alone that come, by language and time."""

    def __init__(self) -> None:
        self._held: Counter[tuple[str, int]] = Counter()

    def add(self, member: Member) -> None:
        """Count a report, if it is a headline alone and its time is known."""
        if member.features.bare and member.day is not None:
            self._held[member.features.space, math.floor(member.day * _PARTS)] += 1

    def weigh(self, one: Member, other: Member, likely: float) -> float:
        """The likelihood (0 to 1) of one event, by how many headlines came about the time of the two."""
        if not (one.features.bare and other.features.bare) or one.features.space != other.features.space:
            return likely
        many = max(self._a_day(one), self._a_day(other))
        if many <= ORDINARY:
            return likely
        odds = likely * math.pow(ORDINARY / many, STEEP)
        if _share_one_thing(one.features, other.features):
            odds *= LONE
        return odds / (1 - likely + odds)

    def _a_day(self, member: Member) -> float:
        """How many headlines a day come about the time of a report: in its half of a day, and those beside it."""
        if member.day is None:
            return 0.0
        space, at = member.features.space, math.floor(member.day * _PARTS)
        return sum(self._held[space, at + beside] for beside in (-1, 0, 1)) * _PARTS / 3


def _share_one_thing(one: Features, other: Features) -> bool:
    """Whether of the words that say something two headlines share one at most, or those of one name."""
    both = one.telling & other.telling
    if not 1 < len(both) <= NAME:
        return len(both) < NAME
    pairs = (pair.split(" ") for pair in one.pairs.weights.keys() & other.pairs.weights.keys())
    return sum(map(both.issuperset, pairs)) >= len(both) - 1
