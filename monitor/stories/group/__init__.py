"""Grouping: reports of one event become one story, as they arrive.

An inverted index of the rarest terms finds the reports worth comparing with a new one (`Index`). `resemblance` computes
how likely a pair is of one event, in one language or across two. Then the stories that something new touches are
clustered afresh, the best pair first (`regroup`), so that the order in which reports come hardly matters.
docs/explanation/grouping.md has the sources and how the figures were found.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import Document
from monitor.stories.group.crossing import Tables
from monitor.stories.group.crowd import Crowd
from monitor.stories.group.features import Features, Reader, probes, strongest_common
from monitor.stories.group.index import Index
from monitor.stories.group.records import Assignment, Cluster, GroupSettings, Member
from monitor.stories.group.regroup import Named, named, regroup
from monitor.stories.group.resemblance import same_event
from monitor.stories.group.signature import Signature, sign

__all__ = ["FIRST", "LAST", "Assignment", "GroupSettings", "Grouper", "group_stream"]

FAINT = 0.02  # a probability below this is no edge, unless it speaks against others
FEW = 1000  # reports that are kept though their window is over
LATE = 2.0  # days that a report may come after its time
ROUNDS = 3  # of taking in what reports that were put out of their story belong to
FIRST, LAST = 24, 40  # reports kept of a story for comparison, from its beginning and from its end


@dataclass(frozen=True, slots=True)
class _Collected:
    """A report that waits to be entered. decide: whether its story is. counted: by the reader, already."""

    document: str
    signature: Signature
    day: float | None
    story: int | None
    fixed: bool
    alone: bool
    decide: bool
    counted: bool


class Grouper:
    """Groups reports as they come; the same reports give nearly the same stories in any order. No I/O, no clock.

    tables: what is known of words beforehand; `tables.load_tables` gives the shipped ones. reader: one that has learned
    all reports that will be taken.
    """

    def __init__(self, tables: Tables, settings: GroupSettings | None = None, reader: Reader | None = None) -> None:
        self._tables = tables
        self._settings = settings or GroupSettings()
        self._window = self._settings.window / timedelta(days=1)
        self._reader = reader or Reader(tables)
        self._stories: OrderedDict[int, Cluster] = OrderedDict()  # longest without a report first
        self._numbered: dict[int, Cluster] = {}
        self._index = Index()
        self._crowd = Crowd()
        self._collected: list[_Collected] = []
        self._apart: frozenset[frozenset[int]] = frozenset()
        self._today = 0.0  # latest publication seen, in days
        self._opened = 0
        self._highest = 0

    def add(
        self,
        document: Document,
        entities: tuple[str, ...] = (),
        acts: tuple[str, ...] = (),
        story: int | None = None,
    ) -> Assignment:
        """Add one document and decide its story. entities, acts: ids found in it, the same in every language.

        story: the number of the story it is known to belong to, such as a stored one after a restart.
        """
        self.collect(document, entities, acts, story)
        if story is not None:
            return Assignment(document.id, story, True, 1.0, "", "stored in this story")
        return self.settle()[0]

    def collect(
        self,
        document: Document,
        entities: tuple[str, ...] = (),
        acts: tuple[str, ...] = (),
        story: int | None = None,
        *,
        fixed: bool = False,
    ) -> None:
        """Add a document, with the parameters of ``add``; ``settle`` decides the stories of all that were collected.

        fixed: it stays in ``story``.
        """
        day = None if document.published is None else document.published.timestamp() / 86400
        signature = sign(document, self._tables, (*entities, *acts))
        decide = story is None
        self._collected.append(_Collected(document.id, signature, day, story, fixed, False, decide, counted=False))
        self._highest = max(self._highest, story or 0)

    def take(
        self,
        document: str,
        signature: Signature,
        day: float | None,
        story: int | None = None,
        *,
        fixed: bool = False,
        alone: bool = False,
        again: bool = False,
    ) -> None:
        """Add a report by its signature, which the reader has learned; else as `collect`.

        day: of its publication. alone: it joins nothing, and only copies of it join it. again: its story is decided
        again, as that of a new one.
        """
        decide = again or story is None
        self._collected.append(_Collected(document, signature, day, story, fixed, alone, decide, counted=True))
        self._highest = max(self._highest, story or 0)

    def settle(self, number: Callable[[str], int] | None = None) -> tuple[Assignment, ...]:
        """Decide the stories of what was collected since the last call: an assignment for each, in order.

        After those, one for each report that was known before and is now in another story. number: called with the id
        of a report that begins a story; it returns the story's number. Without it stories are counted on.
        """
        new = self._enter_collected()
        if not new:
            return ()
        touched = {member.story.key: member.story for member in new}
        touched |= self._neighbours([Named([member], None, ()) for member in new], touched)
        parts = self._part(touched)
        for _ in range(ROUNDS):
            if not (more := self._neighbours(parts, touched)):
                break
            touched |= more
            parts = self._part(touched)
        return self._decide(new, parts, touched, number or self._next_number)

    def keep_apart(self, one: int, other: int) -> None:
        """Never merge these two stories, given by number, because a person split them."""
        self._apart |= {frozenset((one, other))}

    @property
    def held(self) -> int:
        """Reports kept for comparison."""
        return len(self._index)

    # what was collected

    def _enter_collected(self) -> list[Member]:
        """Weighs what was collected and compares what is to be decided; the reports of which that is."""
        collected, self._collected = self._collected, []
        new: list[Member] = []
        for each in collected:
            self._today = max(self._today, each.day or 0.0)
            if not new:  # later what those were compared with may be in the oldest stories
                self._expire()
            if not each.counted:
                self._reader.learn(each.signature)
            features = self._reader.weigh(each.signature)
            home = self._open() if each.story is None else self._of_number(each.story)
            member = Member(each.document, features, each.day, home, each.fixed, probes(features), each.alone)
            if each.decide:
                new.append(member)
                self._compare(member)
            self._enter(member)
            if not each.decide:
                self._thin(home)
        return new

    def _compare(self, member: Member) -> None:
        """Edges to the reports that share the report's rarest terms."""
        member.compared = True
        for other in self._index.nearest(member):
            likely = self._likely(member, other) if other is not member else 0.0
            if likely >= FAINT or likely < 0:
                member.edges[other] = other.edges[member] = likely

    def _likely(self, one: Member, other: Member) -> float:
        days = None if one.day is None or other.day is None else abs(one.day - other.day)
        if days is not None and days > self._window:
            return 0.0
        return same_event(one.features, other.features, days, self._settings.models)

    def _part(self, touched: dict[int, Cluster]) -> list[Named]:
        """What the reports of the touched stories fall into."""
        members = [member for story in touched.values() for member in story.core]
        for member in members:
            if not member.compared:  # known from before
                self._compare(member)
        return named(regroup(members, self._settings.threshold, self._apart, self._crowd.weigh))

    def _neighbours(self, parts: Iterable[Named], touched: dict[int, Cluster]) -> dict[int, Cluster]:
        """Stories beyond the touched ones that a part which is no story as it was may be one with."""
        found: dict[int, Cluster] = {}
        for part in parts:
            first = part.members[0].story
            if (
                len(part.members) == len(first.core)
                and all(m.story is first for m in part.members)
                and first.number is not None
            ):
                continue
            for member in part.members:
                for other, likely in member.edges.items():
                    # A mean that reaches the threshold has a pair that does.
                    if likely >= self._settings.threshold and other.story.key not in touched:
                        found[other.story.key] = other.story
        return found

    # deciding

    def _decide(
        self, new: list[Member], parts: list[Named], touched: dict[int, Cluster], number: Callable[[str], int]
    ) -> tuple[Assignment, ...]:
        order = {member: at for at, member in enumerate(new)}
        before = {member: member.story.number for story in touched.values() for member in story.core}
        for story in touched.values():
            del self._stories[story.key]
        merged: dict[Member, tuple[int, ...]] = {}
        begins: set[Member] = set()
        into: dict[int, int] = {}
        firsts = [(min(part.members, key=lambda member: order.get(member, len(new))), part) for part in parts]
        for first, part in sorted(firsts, key=lambda each: order.get(each[0], len(new))):
            chosen = part.number
            if chosen is None:
                chosen = number(first.document)
                begins.add(first)
            if part.gone:
                merged[first] = part.gone
                into.update(dict.fromkeys(part.gone, chosen))
            self._become(part, chosen)
        moved = [
            member for member, was in before.items() if was is not None and into.get(was, was) != member.story.number
        ]
        told = sorted({*moved, *(member for member in merged if member not in order)}, key=lambda member: member.place)
        found = tuple(
            _assignment(member, self._weighed(member), member in begins, before[member], merged.get(member, ()))
            for member in (*new, *told)
        )
        for story in {member.story.key: member.story for member in before}.values():
            self._thin(story)
        return found

    def _weighed(self, member: Member) -> dict[Member, float]:
        return {other: self._crowd.weigh(member, other, likely) for other, likely in member.edges.items() if likely > 0}

    def _become(self, part: Named, number: int) -> None:
        """The part is the story with this number from now on."""
        story = self._open()
        story.number = number
        story.core = list(part.members)
        story.reports = len(part.members)
        story.last = max(self._today if member.day is None else member.day for member in part.members)
        for known in (number, *part.gone):
            if old := self._numbered.get(known):
                story.reports += old.reports - len(old.core)
                story.last = max(story.last, old.last)
            self._numbered[known] = story
            story.numbers.append(known)
        for member in part.members:
            member.story = story

    def _next_number(self, _document: str) -> int:
        self._highest += 1
        return self._highest

    # stories

    def _open(self) -> Cluster:
        self._opened += 1
        story = self._stories[self._opened] = Cluster(self._opened)
        return story

    def _of_number(self, number: int) -> Cluster:
        story = self._numbered.get(number)
        if story is None:
            story = self._numbered[number] = self._open()
            story.number = number
            story.numbers.append(number)
        return story

    def _enter(self, member: Member) -> None:
        story = member.story
        story.core.append(member)
        story.reports += 1
        story.last = max(story.last, self._today if member.day is None else member.day)
        self._stories.move_to_end(story.key)
        self._index.add(member)
        self._crowd.add(member)

    def _thin(self, story: Cluster) -> None:
        """Keep what spans the story: its first reports and its last, in time."""
        if len(story.core) <= FIRST + LAST:
            return
        story.core.sort(key=lambda member: member.place)
        for member in story.core[FIRST:-LAST]:
            self._index.forget(member)
        del story.core[FIRST:-LAST]

    def _expire(self) -> None:
        """Close the longest silent stories: those beyond the capacity, and those that nothing of today can join.

        Few are kept whatever their day, so that a short stream may come in any order.
        """
        closed = self._today - self._window - LATE
        while self._stories:
            story = next(iter(self._stories.values()))
            if len(self._index) < self._settings.capacity and (len(self._index) < FEW or story.last >= closed):
                break
            del self._stories[story.key]
            for member in story.core:
                self._index.forget(member)
            for number in story.numbers:
                if self._numbered.get(number) is story:
                    del self._numbered[number]


def _assignment(
    member: Member, edges: dict[Member, float], begins: bool, before: int | None, merged: tuple[int, ...]
) -> Assignment:
    story = member.story
    assert story.number is not None
    inside = {other: likely for other, likely in edges.items() if other.story is story}
    left = before if before not in (None, story.number) and before not in merged else None
    if begins or not inside:
        other, likely = _strongest(edges)
        reason = f"new: the nearest, {other}, reaches {likely:.2f}" if other else "new: nothing like it"
        return Assignment(member.document, story.number, not begins, likely, other, reason, left, merged)
    near = max(inside, key=inside.__getitem__)
    mean = sum(inside.values()) / max(1, len(story.core) - 1)
    reason = f"joined at {mean:.2f}; most like {near.document}: {_common(member.features, near.features)}"
    return Assignment(member.document, story.number, True, mean, near.document, reason, left, merged)


def _strongest(edges: dict[Member, float]) -> tuple[str, float]:
    if not edges:
        return "", 0.0
    near = max(edges, key=edges.__getitem__)
    return near.document, edges[near]


def _common(one: Features, other: Features, most: int = 4) -> str:
    """The terms that speak most for one event, for a person to read."""
    same = one.space == other.space
    pair = (one.words, other.words) if same else (one.shared, other.shared)
    return ", ".join(strongest_common(*pair, most))


def group_stream(
    documents: Iterable[Document], tables: Tables, settings: GroupSettings | None = None
) -> Iterator[tuple[str, str]]:
    """(document id, story number) for each document of a stream, in order. Stories are numbered from 1 as they begin.

    Nothing is yielded before the last document was read, because a later one may show two stories to be one.
    """
    chosen = settings or GroupSettings()
    grouper = Grouper(tables, chosen)
    order: list[str] = []
    placed: dict[str, int] = {}
    part_of: dict[int, int] = {}

    def settle() -> None:
        for found in grouper.settle():
            part_of.update(dict.fromkeys(found.merged, found.story))
            placed[found.document] = found.story

    for count, document in enumerate(documents, 1):
        order.append(document.id)
        grouper.collect(document)
        if count % chosen.batch == 0:
            settle()
    settle()
    for document_id in order:
        story = placed[document_id]
        while story in part_of:
            story = part_of[story]
        yield document_id, str(story)
