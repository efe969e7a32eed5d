"""How much work waits in each step of the flow, for whoever operates the service."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.store import schema
from monitor.store.column_types import UtcDateTime

_COUNT = sa.func.count()


def lengths(db: sa.Connection, now: datetime) -> dict[str, int]:
    """Step → how many wait for it: entries for their article, articles for a judgement, deliveries to be sent."""
    entry, owed = schema.entries.c, schema.deliveries.c
    due = sa.or_(entry.state == "new", sa.and_(entry.state == "retry", entry.next_try <= now))
    judged = sa.select(sa.func.coalesce(sa.func.max(schema.judged.c.newest), 0)).scalar_subquery()
    waiting = {
        "entries": sa.select(_COUNT).select_from(schema.entries).where(due),
        "judgements": sa.select(_COUNT).select_from(schema.articles).where(schema.articles.c.id > judged),
        "judgements_again": sa.select(_COUNT).select_from(schema.matches).where(schema.ANEW),
        "deliveries": sa.select(_COUNT).select_from(schema.deliveries).where(owed.state.in_(("pending", "sending"))),
    }
    return {step: db.scalar(query) or 0 for step, query in waiting.items()}


def retried(db: sa.Connection) -> dict[str, int]:
    """Channel → how many of its deliveries failed and are to be tried again: 0 where all is well."""
    owed = schema.deliveries.c
    again = sa.case((sa.and_(owed.state == "pending", owed.attempts > 0), 1), else_=0)
    rows = db.execute(sa.select(owed.channel, sa.func.sum(again)).group_by(owed.channel))
    return {row[0]: int(row[1]) for row in rows}


def oldest_open_delivery(db: sa.Connection) -> datetime | None:
    """When the oldest delivery was owed that is neither sent nor failed; None where there is none."""
    owed = schema.deliveries.c
    open_ones = owed.state.in_(("pending", "sending"))
    found: datetime | None = db.scalar(sa.select(sa.func.min(owed.created, type_=UtcDateTime)).where(open_ones))
    return found


def last_composed(db: sa.Connection) -> dict[str, datetime]:
    """Digest → when its newest edition was composed."""
    edition = schema.editions.c
    query = sa.select(edition.digest, sa.func.max(edition.composed, type_=UtcDateTime)).group_by(edition.digest)
    return {row[0]: row[1] for row in db.execute(query)}
