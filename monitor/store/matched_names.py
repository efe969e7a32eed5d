"""Whom and what matches name, by the ids that the matcher resolved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.column_types import UtcDateTime


@frozen
class Named:
    """Whom and what the matches of a time name, by id. reports: how many there are. since: the first came, if any."""

    ids: frozenset[str] = frozenset()
    reports: int = 0
    since: datetime | None = None


def named_between(db: sa.Connection, watches: Sequence[str], start: datetime, end: datetime) -> Named:
    """What matches of these watches name, of those that were judged in [start, end)."""
    match = schema.matches.c
    within = (match.watch.in_(list(watches)), match.verdict == "match", match.matched >= start, match.matched < end)
    rows = db.scalars(sa.select(match.entities).where(*within).distinct())
    ids = frozenset(entity for row in rows for entity in json.loads(row))
    first = sa.func.min(match.matched, type_=UtcDateTime)
    reports, since = db.execute(sa.select(sa.func.count(), first).where(*within)).one()
    return Named(ids, reports, since)
