"""matches → stories: replays the reports of the window into their stories, then adds the new ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.model import Report
from monitor.pipeline.documents import document_of
from monitor.store import corrections, stories
from monitor.stories.group import Grouper
from monitor.stories.group.tables import load_tables

BATCH = 2000  # reports whose stories are decided together


def group_reports(
    db: Connection, watch: str, waiting: Sequence[Report], window: timedelta, now: datetime
) -> tuple[set[int], set[int]]:
    """Puts every waiting report into a story; ids of the stories that began and of those that went on.

    A person's corrections come first: an article that was put into a story goes there, and stories that were taken
    apart are not merged again.
    """
    apart = corrections.splits(db, watch)
    grouper = Grouper(load_tables())
    for one, other in apart:
        grouper.keep_apart(one, other)
    oldest = min(stories.seen_at(report.article) for report in waiting)
    for report, story in stories.grouped(db, watch, oldest - window):
        grouper.add(document_of(report.article), report.match.entities, report.match.acts, story=story)
    begun: set[int] = set()
    went_on: set[int] = set()
    pinned = corrections.pins(db, watch, [report.article.id for report in waiting])
    for report in waiting:
        if home := pinned.get(report.article.id):
            grouper.add(document_of(report.article), report.match.entities, report.match.acts, story=home)
            stories.place(db, watch, report, home, "put here by a person")
            went_on.add(home)
    free = [report for report in waiting if report.article.id not in pinned]
    for start in range(0, len(free), BATCH):
        _add(db, watch, grouper, free[start : start + BATCH], apart, begun, went_on, now)
    return begun, went_on - begun


def _add(
    db: Connection,
    watch: str,
    grouper: Grouper,
    reports: Sequence[Report],
    apart: set[tuple[int, int]],
    begun: set[int],
    went_on: set[int],
    now: datetime,
) -> None:
    for report in reports:
        grouper.collect(document_of(report.article), report.match.entities, report.match.acts)
    for report, found in zip(reports, grouper.settle(_beginner(db, watch, reports, begun)), strict=True):
        assert found.story is not None  # numbered by the call above
        # Two known stories that the new reports show to be one. What an edition has shown stays shown in any story.
        gone = [old for old in found.merged if old != found.story and (*sorted((old, found.story)),) not in apart]
        if gone:
            corrections.merge(db, found.story, gone, now)
            begun.difference_update(gone)
            apart |= corrections.splits(db, watch)
        stories.place(db, watch, report, found.story, found.reason)
        went_on.add(found.story)


def _beginner(db: Connection, watch: str, reports: Sequence[Report], begun: set[int]) -> Callable[[str], int]:
    """Makes the story that a document begins, and numbers it."""
    by_id = {str(report.article.id): report for report in reports}

    def begin(document: str) -> int:
        story = stories.create(db, watch, by_id[document])
        begun.add(story)
        return story

    return begin
