"""Grouping: reports of one event become one story, as they arrive.

Average linkage, on line: an article joins the story with whose reports it is, on average, most likely to share the
event; where a new report shows two stories to be one, they are merged (Allan, Papka & Lavrenko 1998 for single-pass
detection on time-ordered news; average linkage as in Day & Edelsbrunner 1984). How likely two reports are of one
event, in one language or two, is monitor.resemblance. Candidates come from an inverted index of the rarest terms.
docs/grouping.md tells how the figures were found.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.features import Features, Reader
from monitor.model import Document
from monitor.resemblance import same_event

PROBES = 24  # strongest terms of a document that are looked up
CROWD = 400  # a term that so many reports hold finds no candidates
NEAREST = 40  # reports that propose their stories
CANDIDATES = 6  # stories looked at closely
SAMPLE = 12  # reports of a story kept for comparison


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """threshold: mean probability of one event from which an article joins; undated: the same where the document
    has no date to tell events apart. window: a story that had no report for so long is closed.
    capacity: reports remembered at most, so that memory is bounded in streams without dates too.
    """

    threshold: float = 0.32
    undated: float = 0.42
    window: timedelta = timedelta(days=10)
    capacity: int = 4000


@dataclass(frozen=True, slots=True)
class Assignment:
    """What became of a document.

    story: the story it joined; None where it begins one, which the caller numbers with ``Grouper.place``.
    similarity: mean probability (0 to 1) that it and that story's reports are of one event, or of the nearest story
    where none was near enough. nearest: id of the report in it that is most like this one.
    reason: one line for a person. merged: stories that this report showed to be part of ``story``.
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
    day: float
    story: _Story


@dataclass(slots=True, eq=False)
class _Story:
    key: int
    number: int | None = None
    sample: list[_Member] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    last: float = 0.0


class Grouper:
    """Groups documents in the order they are added; the same order gives the same stories. No I/O, no clock."""

    def __init__(self, settings: GroupSettings | None = None) -> None:
        self._settings = settings or GroupSettings()
        self._reader = Reader()
        self._stories: OrderedDict[int, _Story] = OrderedDict()  # longest without a report first
        self._numbered: dict[int, _Story] = {}
        self._pending: dict[str, _Story] = {}
        self._index: dict[tuple[str, str], dict[_Member, None]] = {}
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
        """Put a document with the story it belongs to. entities, acts: ids found in it, of any language.

        story: it is known to stand in this story (a stored one, after a restart).
        """
        features = self._reader.read(document, (*entities, *acts))
        day = self._day(document)
        self._expire()
        if story is not None:
            self._join(self._of_number(story), document.id, features, day)
            return Assignment(document.id, story, True, 1.0, "", "stored in this story")
        ranked = self._ranked(features, day)
        threshold = self._settings.threshold if document.published else self._settings.undated
        if not ranked or ranked[0][0] < threshold:
            return self._begin(document.id, features, day, ranked)
        similarity, home = ranked[0]
        near = max(home.sample, key=lambda member: same_event(member.features, features, member.day - day))
        reason = f"joined at {similarity:.2f}, by {near.document}: {_common(near.features, features)}"
        member = self._join(home, document.id, features, day)
        merged = self._merge_into(member, [other for _, other in ranked[1:]], threshold)
        return Assignment(document.id, member.story.number, True, similarity, near.document, reason, merged)

    def place(self, assignment: Assignment, story: int) -> None:
        """Give the story that ``assignment`` began the number the caller keeps it under."""
        found = self._pending.pop(assignment.document)
        found.number = story
        self._numbered[story] = found

    def keep_apart(self, one: int, other: int) -> None:
        """Never merge these two stories: a person split them."""
        self._apart.add(frozenset((one, other)))

    # time and memory

    def _day(self, document: Document) -> float:
        if document.published is None:
            return self._today
        day = document.published.timestamp() / 86400
        self._today = max(self._today, day)
        return day

    def _expire(self) -> None:
        oldest_open = self._today - self._settings.window / timedelta(days=1)
        while self._stories:
            key, story = next(iter(self._stories.items()))
            if story.last >= oldest_open and self._held < self._settings.capacity:
                return
            del self._stories[key]
            if story.number is not None:
                self._numbered.pop(story.number, None)
            for member in story.sample:
                self._forget(member)

    def _forget(self, member: _Member) -> None:
        self._held -= 1
        for term in _probes(member.features):
            holders = self._index[term]
            del holders[member]
            if not holders:
                del self._index[term]

    # stories

    def _begin(self, document: str, features: Features, day: float, ranked: list[tuple[float, _Story]]) -> Assignment:
        story = self._open()
        self._join(story, document, features, day)
        self._pending[document] = story
        if not ranked:
            return Assignment(document, None, False, 0.0, "", "new: nothing like it in the window")
        similarity, nearest = ranked[0]
        reason = f"new: the nearest, {nearest.documents[0]}, reaches {similarity:.2f}"
        return Assignment(document, None, False, similarity, nearest.documents[0], reason)

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

    def _join(self, story: _Story, document: str, features: Features, day: float) -> _Member:
        member = _Member(document, features, day, story)
        story.documents.append(document)
        story.last = max(story.last, day)
        self._stories.move_to_end(story.key)
        self._held += 1
        for term in _probes(features):
            self._index.setdefault(term, {})[member] = None
        self._keep(story, member)
        return member

    def _keep(self, story: _Story, member: _Member) -> None:
        """Keep a sample that spans the story: when it is full, the one whose neighbours are closest goes."""
        story.sample.append(member)
        if len(story.sample) > SAMPLE:
            gone = story.sample.pop(1 + len(story.documents) % (SAMPLE - 1))
            self._forget(gone)

    def _merge_into(self, member: _Member, others: list[_Story], threshold: float) -> tuple[int, ...]:
        """Merge stories that are one with the member's, the older one taking the younger; numbers that are gone."""
        merged: list[int] = []
        for other in others:
            mine = member.story
            if other.key not in self._stories or self._kept_apart(mine, other):
                continue
            if _linkage(mine, other) < threshold:
                continue
            keep, gone = (mine, other) if mine.key < other.key else (other, mine)
            self._absorb(keep, gone)
            if gone.number is not None:
                merged.append(gone.number)
        return tuple(merged)

    def _kept_apart(self, one: _Story, other: _Story) -> bool:
        numbers = (one.number, other.number)
        return None not in numbers and frozenset(n for n in numbers if n is not None) in self._apart

    def _absorb(self, keep: _Story, gone: _Story) -> None:
        for member in gone.sample:
            member.story = keep
        keep.documents += gone.documents
        keep.last = max(keep.last, gone.last)
        for member in gone.sample:
            self._keep(keep, member)
        del self._stories[gone.key]
        self._stories.move_to_end(keep.key)
        if gone.number is not None:
            self._numbered[gone.number] = keep
        self._pending.update({document: keep for document, story in self._pending.items() if story is gone})

    # candidates

    def _ranked(self, features: Features, day: float) -> list[tuple[float, _Story]]:
        """Stories that hold the document's rarest terms, with the mean probability of one event, highest first."""
        found: dict[_Member, float] = {}
        for term, weight in _probes(features).items():
            holders = self._index.get(term)
            if holders and len(holders) <= CROWD:
                for member in holders:
                    found[member] = found.get(member, 0.0) + weight
        nearest = sorted(found, key=lambda member: -found[member])[:NEAREST]
        stories = list(dict.fromkeys(member.story for member in nearest))[:CANDIDATES]
        scored = [(_mean(story, features, day), story) for story in stories]
        return sorted(scored, key=lambda pair: (-pair[0], pair[1].key))


def _probes(features: Features) -> dict[tuple[str, str], float]:
    """The strongest terms and shared keys, as index keys with what sharing one is worth."""
    words = sorted(features.words.weights.items(), key=lambda item: (-item[1], item[0]))[:PROBES]
    shared = sorted(features.shared.weights.items(), key=lambda item: (-item[1], item[0]))[:PROBES]
    found = {(features.space, term): weight * weight for term, weight in words}
    found.update({("", key): weight * weight for key, weight in shared})
    return found


def _mean(story: _Story, features: Features, day: float) -> float:
    total = sum(same_event(member.features, features, member.day - day) for member in story.sample)
    return total / len(story.sample)


def _linkage(one: _Story, other: _Story) -> float:
    return sum(_mean(one, member.features, member.day) for member in other.sample) / len(other.sample)


def _common(one: Features, other: Features, most: int = 4) -> str:
    """The terms that speak most for one event, for a person to read."""
    a, b = (
        (one.words.weights, other.words.weights)
        if one.space == other.space
        else (one.shared.weights, other.shared.weights)
    )
    common = sorted(a.keys() & b.keys(), key=lambda term: (-a[term] * b[term], term))
    return ", ".join(common[:most])


def group_stream(documents: Iterable[Document], settings: GroupSettings | None = None) -> Iterator[tuple[str, str]]:
    """(document id, story) for each document of a stream in order, after the last was read: a story may still be
    found to be part of an earlier one. Stories are numbered from 1 as they begin.
    """
    grouper = Grouper(settings)
    placed: list[tuple[str, int]] = []
    part_of: dict[int, int] = {}
    opened = 0
    for document in documents:
        found = grouper.add(document)
        story = found.story
        if story is None:
            opened += 1
            story = opened
            grouper.place(found, story)
        part_of.update(dict.fromkeys(found.merged, story))
        placed.append((document.id, story))
    for document_id, story in placed:
        while story in part_of:
            story = part_of[story]
        yield document_id, str(story)
