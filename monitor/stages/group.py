"""Grouping: reports of one event become one story, as they arrive.

Single pass, average linkage with time decay: an article joins the story whose reports it resembles most on
average, if that is enough (Allan et al. 1998, topic detection and tracking; Yang, Pierce & Carbonell 1998 for
the decaying similarity). Resemblance is the cosine of idf-weighted words and word pairs, where rarity is learned
from what arrives over a shipped background. docs/grouping.md tells how the figures were found.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from monitor import features
from monitor.model import Document


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """threshold: similarity from which an article joins. fade: time in which similarity falls to 1/e.

    window: a story that had no report for so long is closed. capacity: reports remembered at most.
    """

    threshold: float = 0.18
    fade: timedelta = timedelta(hours=24)
    window: timedelta = timedelta(days=7)
    capacity: int = 20_000


@dataclass(frozen=True, slots=True)
class Assignment:
    """What became of a document.

    story: the story it joined; None where it begins a new one, which the caller numbers with ``Grouper.place``.
    similarity: 0 to 1 to that story, or to the nearest one that was not near enough. nearest: the id of the report
    in that story it resembles most. reason: one line for the receipt.
    """

    document: str
    story: int | None
    joined: bool
    similarity: float
    nearest: str
    reason: str


@dataclass(slots=True)
class _Member:
    document: str
    vector: dict[str, float]
    when: float


@dataclass(slots=True)
class _Story:
    key: int
    story: int | None = None
    total: dict[str, float] = field(default_factory=dict)
    members: list[_Member] = field(default_factory=list)
    first: float = 0.0
    last: float = 0.0


class Grouper:
    """Groups documents in the order they are added; the same order gives the same stories. No I/O, no clock."""

    def __init__(self, settings: GroupSettings | None = None) -> None:
        self._settings = settings or GroupSettings()
        self._stories: OrderedDict[int, _Story] = OrderedDict()  # least recently reported first
        self._by_story: dict[int, int] = {}
        self._by_document: dict[str, int] = {}
        self._index: dict[str, set[int]] = {}
        self._seen: dict[str, int] = {}
        self._count = 0
        self._clock = 0.0
        self._next = 0
        self._size = 0

    def add(
        self,
        document: Document,
        entities: tuple[str, ...] = (),
        acts: tuple[str, ...] = (),
        story: int | None = None,
    ) -> Assignment:
        """Put a document with the story it belongs to. ``story`` given: it is known to stand there already."""
        vector, when = self._vector(document, entities, acts), self._when(document)
        self._expire(when)
        if story is not None:
            home = self._known(story)
            self._join(home, document, vector, when)
            return Assignment(document.id, story, True, 1.0, "", "stored in this story")
        best, similarity = self._best(vector, when)
        if best is None or similarity < self._settings.threshold:
            nearest = _nearest(best, vector).document if best else ""
            self._join(self._open(), document, vector, when)
            reason = f"new: nearest is {nearest} at {similarity:.2f}" if nearest else "new: nothing like it"
            return Assignment(document.id, None, False, similarity, nearest, reason)
        near = _nearest(best, vector)
        self._join(best, document, vector, when)
        shared = ", ".join(_shared(near.vector, vector))
        reason = f"joined at {similarity:.2f} by {near.document}: {shared}"
        return Assignment(document.id, best.story, True, similarity, near.document, reason)

    def place(self, assignment: Assignment, story: int) -> None:
        """Give the story that ``assignment`` began the number the caller keeps it under."""
        key = self._by_document[assignment.document]
        self._stories[key].story = story
        self._by_story[story] = key

    def _vector(self, document: Document, entities: tuple[str, ...], acts: tuple[str, ...]) -> dict[str, float]:
        found = features.read(document)
        self._count += 1
        vector: dict[str, float] = {}
        for term, weight in found.terms.items():
            self._seen[term] = seen = self._seen.get(term, 0) + 1
            vector[term] = weight * math.log((self._count + 1) / (seen + 0.5) + 1)
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        return {term: value / length for term, value in vector.items()}

    def _when(self, document: Document) -> float:
        if document.published is None:
            return self._clock
        when = document.published.timestamp() / self._settings.fade.total_seconds()
        self._clock = max(self._clock, when)
        return when

    def _expire(self, when: float) -> None:
        limit = self._clock - self._settings.window / self._settings.fade
        while self._stories:
            key, oldest = next(iter(self._stories.items()))
            if oldest.last >= limit and self._size < self._settings.capacity:
                return
            del self._stories[key]
            self._size -= len(oldest.members)
            if oldest.story is not None:
                self._by_story.pop(oldest.story, None)
            for member in oldest.members:
                self._by_document.pop(member.document, None)
            for term in oldest.total:
                holders = self._index[term]
                holders.discard(key)
                if not holders:
                    del self._index[term]

    def _open(self) -> _Story:
        self._next += 1
        story = self._stories[self._next] = _Story(self._next)
        return story

    def _known(self, story: int) -> _Story:
        key = self._by_story.get(story)
        if key is not None:
            return self._stories[key]
        opened = self._open()
        opened.story = story
        self._by_story[story] = opened.key
        return opened

    def _join(self, story: _Story, document: Document, vector: dict[str, float], when: float) -> None:
        story.first = when if not story.members else min(story.first, when)
        story.last = max(story.last, when)
        story.members.append(_Member(document.id, vector, when))
        self._by_document[document.id] = story.key
        self._size += 1
        for term, value in vector.items():
            story.total[term] = story.total.get(term, 0.0) + value
            self._index.setdefault(term, set()).add(story.key)
        self._stories.move_to_end(story.key)

    def _best(self, vector: dict[str, float], when: float) -> tuple[_Story | None, float]:
        found: dict[int, float] = {}
        strongest = sorted(vector.items(), key=lambda item: (-item[1], item[0]))[:30]
        for term, value in strongest:
            for key in self._index.get(term, ()):
                story = self._stories[key]
                found[key] = found.get(key, 0.0) + value * story.total[term] / len(story.members)
        likely = sorted(found, key=lambda key: (-found[key], key))[:12]
        best, similarity = None, 0.0
        for key in likely:
            story = self._stories[key]
            total = story.total
            now = sum(value * total[term] for term, value in vector.items() if term in total)
            now *= math.exp(-max(0.0, abs(when - story.last))) / len(story.members)
            if now > similarity:
                best, similarity = story, now
        return best, similarity


def _nearest(story: _Story, vector: dict[str, float]) -> _Member:
    return max(
        story.members[-20:],
        key=lambda member: sum(value * member.vector.get(term, 0.0) for term, value in vector.items()),
    )


def _shared(one: dict[str, float], other: dict[str, float], most: int = 4) -> list[str]:
    common = {term: value * other[term] for term, value in one.items() if term in other}
    return sorted(common, key=lambda term: (-common[term], term))[:most]


def group_stream(documents: Iterable[Document], settings: GroupSettings | None = None) -> Iterator[tuple[str, str]]:
    """(document id, story) for each document of a stream, in order. Stories are numbered from 1."""
    grouper = Grouper(settings)
    stories = 0
    for document in documents:
        found = grouper.add(document)
        if found.story is None:
            stories += 1
            grouper.place(found, stories)
            yield document.id, str(stories)
        else:
            yield document.id, str(found.story)
