"""Entries: each is taken once, whatever feed or poll brings it again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Entry
from monitor.store import schema
from monitor.store.rows import chunks, insert

_FIELDS = ("feed_url", "title", "link", "content", "published", "updated", "author", "publisher", "language")


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """A stored entry whose article is not made yet (or only from the feed, with the page to be tried again)."""

    id: int
    entry: Entry
    first_seen: datetime
    attempts: int
    article_id: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is needed to plan the work on an entry; the contents of many would fill the memory."""

    id: int
    link: str
    published: datetime | None
    first_seen: datetime


def add(db: sa.Connection, new: Sequence[Entry], now: datetime) -> list[int]:
    """Stores entries with their keys; their ids, in the same order."""
    if not new:
        return []
    rows = [
        {name: getattr(entry, name) for name in _FIELDS} | {"first_seen": now, "state": "new", "attempts": 0}
        for entry in new
    ]
    statement = schema.entries.insert().returning(schema.entries.c.id, sort_by_parameter_order=True)
    ids = list(db.scalars(statement, rows))
    add_keys(db, [(key, number) for entry, number in zip(new, ids, strict=True) for key in entry.keys])
    return ids


def add_keys(db: sa.Connection, pairs: Iterable[tuple[str, int]]) -> None:
    """More keys by which known entries will be recognised."""
    rows = [{"key": key, "entry_id": entry_id} for key, entry_id in pairs]
    if rows:
        db.execute(insert(db, schema.entry_keys).on_conflict_do_nothing(), rows)


def owners(db: sa.Connection, keys: Collection[str]) -> dict[str, int]:
    """key → the id of the entry it belongs to, for those that are known."""
    table = schema.entry_keys.c
    found: dict[str, int] = {}
    for part in chunks(list(keys)):
        found |= {
            row.key: row.entry_id for row in db.execute(sa.select(table.key, table.entry_id).where(table.key.in_(part)))
        }
    return found


def waiting(db: sa.Connection, now: datetime) -> list[Waiting]:
    """The entries to make an article of, oldest first."""
    table = schema.entries.c
    columns = (table.id, table.link, table.published, table.first_seen)
    return [Waiting(*row) for row in db.execute(sa.select(*columns).where(_due(now)).order_by(table.id))]


def still_waits(db: sa.Connection, ids: Sequence[int], now: datetime) -> set[int]:
    """Those of ``ids`` of which no other service has made an article meanwhile."""
    table = schema.entries.c
    return {
        number
        for part in chunks(list(ids))
        for number in db.scalars(sa.select(table.id).where(table.id.in_(part), _due(now)))
    }


def _due(now: datetime) -> sa.ColumnElement[bool]:
    table = schema.entries.c
    return sa.or_(table.state == "new", sa.and_(table.state == "retry", table.next_try <= now))


def get(db: sa.Connection, ids: Sequence[int]) -> list[PendingEntry]:
    """Entries by id, in the order of their ids."""
    table = schema.entries
    return [
        _pending(row)
        for part in chunks(sorted(ids))
        for row in db.execute(sa.select(table).where(table.c.id.in_(part)).order_by(table.c.id))
    ]


@dataclass(frozen=True, slots=True)
class Settled:
    """An entry has its article; with ``next_try`` its page is tried again then."""

    id: int
    article_id: int
    attempts: int
    next_try: datetime | None = None


def settle(db: sa.Connection, settled: Iterable[Settled]) -> None:
    rows = [
        {
            "_id": each.id,
            "state": "retry" if each.next_try else "done",
            "attempts": each.attempts,
            "next_try": each.next_try,
            "article_id": each.article_id,
        }
        for each in settled
    ]
    if rows:
        db.execute(schema.entries.update().where(schema.entries.c.id == sa.bindparam("_id")), rows)


def first_seen(db: sa.Connection) -> datetime | None:
    """When the first entry of all was stored."""
    found: datetime | None = db.scalar(sa.select(sa.func.min(schema.entries.c.first_seen, type_=schema.UtcDateTime)))
    return found


def count_since(db: sa.Connection, since: datetime, until: datetime) -> int:
    seen = schema.entries.c.first_seen
    return db.scalar(sa.select(sa.func.count()).select_from(schema.entries).where(seen >= since, seen <= until)) or 0


def _pending(row: Any) -> PendingEntry:
    entry = Entry(**{name: getattr(row, name) for name in _FIELDS})
    return PendingEntry(row.id, entry, row.first_seen, row.attempts, row.article_id)
