"""Whom and what matches name, by the ids that the matcher resolved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.store import schema


def named_between(db: sa.Connection, watches: Sequence[str], start: datetime, end: datetime) -> frozenset[str]:
    """Ids of all entities that matches of these watches name, of those that were judged in [start, end)."""
    match = schema.matches.c
    within = (match.watch.in_(list(watches)), match.verdict == "match", match.matched >= start, match.matched < end)
    rows = db.scalars(sa.select(match.entities).where(*within).distinct())
    return frozenset(entity for row in rows for entity in json.loads(row))
