"""What the reader of the next digest must know about the service itself, such as a refused configuration."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.store import schema
from monitor.store.rows import insert


def post(db: sa.Connection, key: str, text: str, now: datetime) -> None:
    statement = insert(db, schema.notices).values(key=key, text=text, since=now)
    db.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"text": text}))


def clear(db: sa.Connection, key: str) -> None:
    db.execute(schema.notices.delete().where(schema.notices.c.key == key))


def current(db: sa.Connection) -> tuple[str, ...]:
    return tuple(db.scalars(sa.select(schema.notices.c.text).order_by(schema.notices.c.since)))
