"""Notices: what digests and the web page say about the service itself, such as a refused configuration."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.store import schema
from monitor.store.rows import insert


def post(db: sa.Connection, key: str, text: str, now: datetime) -> None:
    """Show ``text`` until the notice ``key`` is cleared. One posted before keeps the time it began."""
    # A fault may be posted many times; how long it has lasted is worth more than when it was last seen.
    statement = insert(db, schema.notices).values(key=key, text=text, since=now)
    db.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"text": text}))


def clear(db: sa.Connection, key: str) -> None:
    """Remove the notice ``key``, if there is one."""
    db.execute(schema.notices.delete().where(schema.notices.c.key == key))


def current(db: sa.Connection) -> tuple[str, ...]:
    """The texts of all notices, oldest first."""
    return tuple(db.scalars(sa.select(schema.notices.c.text).order_by(schema.notices.c.since)))
