"""Suggestions: what the service last found worth adding to each watch, and when it looked."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.model import Suggestions
from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.rows import insert, suggestions_json, to_suggestions


@frozen
class Looked:
    """version: the watch's version that was looked at, as a receipt names it."""

    found: Suggestions
    version: str
    at: datetime


def keep(db: sa.Connection, found: Suggestions, version: str, now: datetime) -> None:
    """Replaces what was found for the watch before."""
    row = {"version": version, "found": suggestions_json(found), "looked": now}
    statement = insert(db, schema.suggestions).values(watch=found.watch, **row)
    db.execute(statement.on_conflict_do_update(index_elements=["watch"], set_=row))


def latest(db: sa.Connection, watch: str) -> Looked | None:
    """What was found last, None where nobody has looked."""
    row = db.execute(sa.select(schema.suggestions).where(schema.suggestions.c.watch == watch)).one_or_none()
    return Looked(to_suggestions(row.found), row.version, row.looked) if row else None


def looked_at(db: sa.Connection) -> dict[str, tuple[str, datetime]]:
    """watch → the version that was looked at last, and when."""
    table = schema.suggestions
    return {row.watch: (row.version, row.looked) for row in db.execute(
        sa.select(table.c.watch, table.c.version, table.c.looked)
    )}  # fmt: skip
