"""Local repair: the reports of the stories that something new touches are clustered afresh, and keep their numbers.

So it does not matter in which order reports came: each is held against what its story is now, leaves it when the
story has moved on, and two stories that were begun for one event become one. Only what a reader has seen together, or a
person put together, stays together whatever comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from monitor.stories.group.features import cosine
from monitor.stories.group.linkage import Linkage
from monitor.stories.group.partners import have_own_names
from monitor.stories.group.records import Member

COPY = 0.8  # cosine of the words of two reports from which one is a copy or a version of the other
MERGE = 1.4  # times the threshold, to merge two stories that a reader has seen as two


@dataclass(frozen=True, slots=True)
class Named:
    """A part with the number of the story that it goes on with, None where it begins one. gone: stories it took in."""

    members: Sequence[Member]
    number: int | None
    gone: tuple[int, ...]


def regroup(
    members: Iterable[Member],
    threshold: float,
    apart: frozenset[frozenset[int]],
    weigh: Callable[[Member, Member, float], float],
) -> list[list[Member]]:
    """The parts that the reports fall into, each in order of time.

    apart: stories never to be merged. weigh: what the likelihood of two reports is worth by all that has come.
    """
    blocks = _blocks(members)
    home = {member: at for at, block in enumerate(blocks) for member in block}
    kinds = {at: Counter(member.features.space for member in block) for at, block in enumerate(blocks)}
    edges = [
        (at, home[other], member.features.space, other.features.space, weigh(member, other, likely))
        for member, at in home.items()
        for other, likely in member.edges.items()
        if at < home.get(other, -1)
    ]
    together = Linkage(kinds, edges)
    numbers = {at: {m.story.number for m in block if m.story.number is not None} for at, block in enumerate(blocks)}
    fixed = {at: {m.story.number for m in block if m.fixed} for at, block in enumerate(blocks)}

    held = {at: list(block) for at, block in enumerate(blocks)}
    alone = {at for at, block in enumerate(blocks) if any(member.alone for member in block)}

    def merge(one: int, other: int) -> bool:
        """Whether the two parts may be one; if so they are from now on."""
        if apart and any(frozenset((a, b)) in apart for a in numbers[one] for b in numbers[other]):
            return False
        if alone & {one, other}:
            lone, free = (one, other) if one in alone else (other, one)
            if len(numbers[one] | numbers[other]) > 1 or not _copies(held[free], held[lone]):
                return False
        if fixed[one] and fixed[other] and together.mean(one, other) < threshold * MERGE:
            return False
        if have_own_names(*([member.features for member in held[part]] for part in (one, other))):
            return False
        numbers[one] |= numbers[other]
        fixed[one] |= fixed[other]
        held[one] += held[other]
        if other in alone:
            alone.add(one)
        return True

    part_of = together.run(threshold, merge)
    parts: dict[int, list[Member]] = {}
    for at, block in enumerate(blocks):
        while at in part_of:
            at = part_of[at]
        parts.setdefault(at, []).extend(block)
    return [sorted(part, key=lambda member: member.place) for part in parts.values()]


def _copies(some: Sequence[Member], of: Sequence[Member]) -> bool:
    """Whether each report of the first is a copy of one of the others."""
    return all(any(_is_copy(each, other) for other in of) for each in some)


def _is_copy(one: Member, other: Member) -> bool:
    same = one.features.space == other.features.space
    return same and cosine(one.features.words, other.features.words) >= COPY


def _blocks(members: Iterable[Member]) -> list[list[Member]]:
    """What is never taken apart: the fixed reports of a story together, each other report alone; the oldest first."""
    held: dict[object, list[Member]] = {}
    for member in members:
        held.setdefault(member.story if member.fixed else member, []).append(member)
    blocks = [sorted(block, key=lambda member: member.place) for block in held.values()]
    return sorted(blocks, key=lambda block: block[0].place)


def named(parts: Sequence[Sequence[Member]]) -> list[Named]:
    """Which story each part goes on with: the one most of whose reports it has, those that are fixed before all.

    Each story goes on with one part at most. A story that goes on with none is part of the one that has most of its
    reports.
    """
    shares: list[tuple[int, int, int, int]] = []  # fixed reports, reports, number, part
    for at, part in enumerate(parts):
        held: Mapping[int, int] = Counter(m.story.number for m in part if m.story.number is not None)
        fixed = Counter(m.story.number for m in part if m.fixed)
        shares += [(fixed[number], reports, number, at) for number, reports in held.items()]
    shares.sort(key=lambda share: (-share[0], -share[1], share[2], share[3]))
    number_of: dict[int, int] = {}
    for _, _, number, at in shares:
        if at not in number_of and number not in number_of.values():
            number_of[at] = number
    gone: dict[int, list[int]] = {}
    into: set[int] = set()
    for _, _, number, at in shares:
        if number not in number_of.values() and number not in into:
            into.add(number)
            gone.setdefault(at, []).append(number)
    return [Named(part, number_of.get(at), tuple(gone.get(at, ()))) for at, part in zip(count(), parts, strict=False)]
