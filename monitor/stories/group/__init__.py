"""Grouping: reports of one event become one story, as they arrive.

Reports that come together (those of a poll, or of a stream) are clustered by average linkage, best pair first. The
stories known so far are clusters to begin with. So an article that fits two stories goes to the better one, and two
stories that new reports show to be one are merged. An inverted index of the rarest terms finds the pairs worth
comparing; `resemblance` computes how likely a pair is of one event, in one language or across two.
docs/explanation/grouping.md has the sources and how the figures were found.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import nlargest

from monitor.model import Document
from monitor.stories.group.crossing import Tables
from monitor.stories.group.features import Features, Reader, probes
from monitor.stories.group.linkage import Linkage
from monitor.stories.group.resemblance import same_event

CROWD = 150  # a term that so many reports hold finds no candidates
NEAREST = 24  # reports compared with each new one
NEAREST_SHORT = 60  # the same for a headline, where comparing is cheap and stories are large
SHORT = 40  # distinct words up to which a document is a headline
FAINT = 0.02  # a probability below this is no edge
JOIN = 1.4  # times the threshold, to join a story that was settled before its rivals came
MERGE = 2.0  # times the threshold, to merge two stories that a reader may have seen as two
SAMPLE = 12  # reports of a settled story kept for comparison


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """How to group. threshold: mean probability of one event (0 to 1) from which reports are one story.

    window: a story without a new report for so long is closed. capacity: most reports kept for comparison, so that
    memory is bounded in streams without dates too. batch: documents of a stream that are clustered together.
    """

    threshold: float = 0.275
    window: timedelta = timedelta(days=10)
    capacity: int = 4000
    batch: int = 2000


@dataclass(frozen=True, slots=True)
class Assignment:
    """The story that a document was given.

    story: its number; None where the document begins a story, which the caller then numbers with ``Grouper.place``.
    similarity: mean probability (0 to 1) that it and the story's other reports are of one event, or of the nearest
    report where none was near enough. nearest: id of the report most like this one. reason: one line for a person.
    merged: numbers of known stories found to be part of ``story`` (on the first document that shows it).
    """

    document: str
    story: int | None
    joined: bool
    similarity: float
    nearest: str
    reason: str
    merged: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class _Member:
    document: str
    features: Features
    day: float | None
    story: _Story
    probes: dict[tuple[str, str], float]
    edges: dict[_Member, float] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Story:
    key: int
    number: int | None = None
    sample: list[_Member] = field(default_factory=list)
    reports: int = 0
    last: float = 0.0


class Grouper:
    """Groups documents in the order they are given; the same order gives the same stories. No I/O, no clock.

    tables: what is known of words beforehand; `tables.load_tables` gives the shipped ones.
    """

    def __init__(self, tables: Tables, settings: GroupSettings | None = None) -> None:
        self._settings = settings or GroupSettings()
        self._reader = Reader(tables)
        self._stories: OrderedDict[int, _Story] = OrderedDict()  # longest without a report first
        self._numbered: dict[int, _Story] = {}
        self._index: dict[tuple[str, str], dict[_Member, None]] = {}
        self._new: list[_Member] = []
        self._unnumbered: dict[str, _Story] = {}
        self._apart: set[frozenset[int]] = set()
        self._today = 0.0  # latest publication seen, in days
        self._opened = 0
        self._held = 0

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
        return self.settle()[-1]

    def collect(
        self,
        document: Document,
        entities: tuple[str, ...] = (),
        acts: tuple[str, ...] = (),
        story: int | None = None,
    ) -> None:
        """Add a document, with the parameters of ``add``; ``settle`` decides the stories of all that were collected."""
        features = self._reader.read(document, (*entities, *acts))
        day = None if document.published is None else document.published.timestamp() / 86400
        self._today = max(self._today, day or 0.0)
        self._expire()  # first, or a story that is closed by now would still take the report in
        home = self._open() if story is None else self._of_number(story)
        member = _Member(document.id, features, day, home, probes(features))
        self._compare(member)
        self._enter(member)
        if story is None:
            self._new.append(member)
        else:
            self._thin(home)

    def settle(self, number: Callable[[str], int] | None = None) -> tuple[Assignment, ...]:
        """Decide the stories of the documents collected since the last call; one assignment for each, in order.

        number: called with the id of a document that begins a story; it returns the story's number. Without it, such
        an assignment has no story until ``place`` is called, and no document may be added before that.
        """
        new, self._new = self._new, []
        touched = {member.story.key: member.story for member in new}
        for member in new:
            touched.update((other.story.key, other.story) for other in member.edges)
        gone = self._cluster(touched)
        begins = self._number(new, number)
        assignments = tuple(self._assignment(member, begins, gone) for member in new)
        for story in {member.story.key: member.story for member in new}.values():
            self._thin(story)
        return assignments

    def place(self, assignment: Assignment, story: int) -> None:
        """Number the story that ``assignment`` began."""
        found = self._unnumbered.pop(assignment.document)
        found.number = story
        self._numbered[story] = found

    def keep_apart(self, one: int, other: int) -> None:
        """Never merge these two stories, given by number, because a person split them."""
        self._apart.add(frozenset((one, other)))

    @property
    def held(self) -> int:
        """Reports kept for comparison."""
        return self._held

    # comparing

    def _compare(self, member: _Member) -> None:
        """Edges to the reports that share the document's rarest terms."""
        window = self._settings.window / timedelta(days=1)
        found: dict[_Member, float] = {}
        for term, weight in member.probes.items():
            holders = self._index.get(term)
            if holders and len(holders) <= CROWD:
                for other in holders:
                    found[other] = found.get(other, 0.0) + weight
        most = NEAREST_SHORT if len(member.features.words.weights) <= SHORT else NEAREST
        for other in nlargest(most, found, key=found.__getitem__):
            days = None if member.day is None or other.day is None else abs(member.day - other.day)
            if days is not None and days > window:
                continue
            likely = same_event(member.features, other.features, days)
            if likely >= FAINT:
                member.edges[other] = other.edges[member] = likely

    def _cluster(self, touched: dict[int, _Story]) -> dict[int, list[int]]:
        """Merge what is one story; for each story that took known ones in, the numbers that are gone."""
        edges = [
            (story.key, other.story.key, member.features.space, other.features.space, likely)
            for story in touched.values()
            for member in story.sample
            for other, likely in member.edges.items()
            if story.key < other.story.key and other.story.key in touched
        ]
        spaces = {key: Counter(member.features.space for member in story.sample) for key, story in touched.items()}
        together = Linkage(spaces, edges)

        def allowed(one: int, other: int) -> bool:
            known = [number for key in (one, other) if (number := touched[key].number) is not None]
            if not known:  # neither has been seen by a reader, so that merging surprises nobody
                return True
            surer = JOIN if len(known) == 1 else MERGE
            return together.mean(one, other) >= self._settings.threshold * surer and frozenset(known) not in self._apart

        part_of = together.run(self._settings.threshold, allowed)
        gone: dict[int, list[int]] = {}
        for key, home in part_of.items():  # in order: what was merged first is moved first
            story, into = touched[key], touched[home]
            self._absorb(into, story)
            gone.setdefault(home, []).extend(gone.pop(key, []))
            if story.number is not None and story.number != into.number:
                gone[home].append(story.number)
        return gone

    def _number(self, new: list[_Member], number: Callable[[str], int] | None) -> set[_Member]:
        """Number the stories that begin; the members that begin them."""
        begins: set[_Member] = set()
        for member in new:
            story = member.story
            if story.number is not None or story in self._unnumbered.values():
                continue
            begins.add(member)
            if number is None:
                self._unnumbered[member.document] = story
            else:
                story.number = number(member.document)
                self._numbered[story.number] = story
        return begins

    def _assignment(self, member: _Member, begins: set[_Member], gone: dict[int, list[int]]) -> Assignment:
        story = member.story
        merged = tuple(gone.pop(story.key, ()))
        inside = {other: likely for other, likely in member.edges.items() if other.story is story}
        if member in begins or not inside:
            other, likely = _strongest(member.edges)
            reason = f"new: the nearest, {other}, reaches {likely:.2f}" if other else "new: nothing like it"
            return Assignment(member.document, story.number, False, likely, other, reason, merged)
        near = max(inside, key=inside.__getitem__)
        mean = sum(inside.values()) / max(1, len(story.sample) - 1)
        reason = f"joined at {mean:.2f}; most like {near.document}: {_common(member.features, near.features)}"
        return Assignment(member.document, story.number, True, mean, near.document, reason, merged)

    # stories

    def _open(self) -> _Story:
        self._opened += 1
        story = self._stories[self._opened] = _Story(self._opened)
        return story

    def _of_number(self, number: int) -> _Story:
        story = self._numbered.get(number)
        if story is None:
            story = self._numbered[number] = self._open()
            story.number = number
        return story

    def _enter(self, member: _Member) -> None:
        story = member.story
        story.sample.append(member)
        story.reports += 1
        story.last = max(story.last, self._today if member.day is None else member.day)
        self._stories.move_to_end(story.key)
        self._held += 1
        for term in member.probes:
            self._index.setdefault(term, {})[member] = None

    def _absorb(self, keep: _Story, gone: _Story) -> None:
        """``gone`` becomes part of ``keep``, whose number stays; a known number is never lost to an unknown one."""
        for member in gone.sample:
            member.story = keep
        keep.sample += gone.sample
        keep.reports += gone.reports
        keep.last = max(keep.last, gone.last)
        del self._stories[gone.key]
        self._stories.move_to_end(keep.key)
        if gone.number is not None:
            self._numbered[gone.number] = keep
            keep.number = gone.number if keep.number is None else keep.number

    def _thin(self, story: _Story) -> None:
        """Keep a sample that spans the story: its first reports, its last, and some between."""
        while len(story.sample) > SAMPLE:
            # Never at random: the same stream has to give the same stories.
            self._forget(story.sample.pop(1 + story.reports % (SAMPLE - 2)))

    def _forget(self, member: _Member) -> None:
        self._held -= 1
        for other in member.edges:
            del other.edges[member]
        for term in member.probes:
            holders = self._index[term]
            del holders[member]
            if not holders:
                del self._index[term]

    def _expire(self) -> None:
        """Close stories out of the window, and the longest silent ones beyond the capacity."""
        oldest_open = self._today - self._settings.window / timedelta(days=1)
        # Not while reports wait to be settled: what they were compared with may be in the oldest stories.
        while self._stories and not self._new:
            key, story = next(iter(self._stories.items()))
            if story.last >= oldest_open and self._held < self._settings.capacity:
                return
            del self._stories[key]
            for member in story.sample:
                self._forget(member)
            self._numbered = {n: held for n, held in self._numbered.items() if held is not story}


def _strongest(edges: dict[_Member, float]) -> tuple[str, float]:
    if not edges:
        return "", 0.0
    near = max(edges, key=edges.__getitem__)
    return near.document, edges[near]


def _common(one: Features, other: Features, most: int = 4) -> str:
    """The terms that speak most for one event, for a person to read."""
    same = one.space == other.space
    a, b = (one.words.weights, other.words.weights) if same else (one.shared.weights, other.shared.weights)
    common = sorted(a.keys() & b.keys(), key=lambda term: (-a[term] * b[term], term))
    return ", ".join(common[:most])


def group_stream(
    documents: Iterable[Document], tables: Tables, settings: GroupSettings | None = None
) -> Iterator[tuple[str, str]]:
    """(document id, story number) for each document of a stream, in order. Stories are numbered from 1 as they begin.

    Nothing is yielded before the last document was read, because a later one may show two stories to be one.
    """
    chosen = settings or GroupSettings()
    grouper = Grouper(tables, chosen)
    placed: list[tuple[str, int]] = []
    part_of: dict[int, int] = {}
    opened = 0

    def next_number(_: str) -> int:
        nonlocal opened
        opened += 1
        return opened

    def settle() -> None:
        for found in grouper.settle(next_number):
            assert found.story is not None
            part_of.update((gone, found.story) for gone in found.merged if gone != found.story)
            placed.append((found.document, found.story))

    for count, document in enumerate(documents, 1):
        grouper.collect(document)
        if count % chosen.batch == 0:
            settle()
    settle()
    for document_id, story in placed:
        while story in part_of:
            story = part_of[story]
        yield document_id, str(story)
