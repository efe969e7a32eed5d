"""Why each report is in its story: as it was decided, and what speaks for it and against it now."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.model import Story
from monitor.model.frozen import frozen
from monitor.pipeline.documents import document_of
from monitor.pipeline.group_stories import reader_of, signature_of
from monitor.store import signatures, stories
from monitor.stories.group.tables import load_tables
from monitor.stories.group.why import Told, Why, why


@frozen
class Explained:
    """A report in its story. reason: the line stored when it was decided. fixed: it stays there, because an edition has
    shown it or a person put it there.
    """

    article_id: int
    reason: str
    fixed: bool
    why: Why


def explain(db: Connection, story: Story) -> list[Explained]:
    """For each report of the story, oldest first."""
    ids = [report.article.id for report in story.reports]
    reasons, fixed = stories.reasons(db, story.id), signatures.fixed(db, story.watch, ids)
    told = [Told(document_of(report.article), signature_of(report)) for report in story.reports]
    found = why(told, reader_of(db, story.watch), load_tables())
    return [
        Explained(number, reasons.get(number, ""), number in fixed, each)
        for number, each in zip(ids, found, strict=True)
    ]
