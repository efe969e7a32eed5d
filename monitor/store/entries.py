"""Entries of feeds, the keys that identify them, and which still need an article.

A key leads to the entries that may be the one a feed brings; `monitor.feeds.identity` decides which of them it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from monitor.model import Entry
from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.column_types import UtcDateTime
from monitor.store.indexes import HOST
from monitor.store.rows import columns_of, execute_many, insert_for, new_ids, one_of

_HOST: sa.ColumnClause[str] = sa.literal_column(HOST, sa.Text)
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#]*)")
AT_ADDRESS = 100  # entries at one address that are looked at: so many show what it stands for
# In the order of Entry, without its keys
_FIELDS = ("feed_url", "title", "link", "content", "published", "updated", "author", "publisher", "language", "dates",
           "transcript")  # fmt: skip


@frozen
class PendingEntry:
    """A stored entry that needs its article: it has none, or one made of the feed's text while the page failed.

    attempts: how often its page was fetched. article_id: the article it has so far, if any. first_seen: when it was
    first met; taken: that, or when the feed edited it last.
    """

    id: int
    entry: Entry
    first_seen: datetime
    taken: datetime
    attempts: int
    article_id: int | None


@frozen
class Waiting:
    """What is needed to plan the work on an entry; the contents of many entries would fill the memory."""

    id: int
    link: str


def add(
    db: sa.Connection,
    new: Sequence[Entry],
    now: datetime,
    ids: Sequence[int] | None = None,
    articles: Mapping[int, int] = MappingProxyType({}),
) -> list[int]:
    """Store entries with their keys; their ids, in the same order.

    ids: from `spare_ids`, one for each entry. articles: entry id → article id, for entries whose article exists
    already; the others wait for theirs.
    """
    if not new:
        return []
    # The ids are known before the rows are stored, so that entries and keys each take one statement.
    ids = list(ids or spare_ids(db, len(new)))
    of_articles = list(map(articles.get, ids))
    columns: dict[str, Sequence[Any]] = {
        "id": ids,
        "state": ["done" if article else "new" for article in of_articles],
        "article_id": of_articles,
        "guid": [entry.id for entry in new],
        **columns_of(new, (*_FIELDS, "fingerprint")),
    }
    execute_many(db, _insert, columns, first_seen=now, taken=now, attempts=0)
    add_keys(db, ((key, number) for entry, number in zip(new, ids, strict=True) for key in entry.keys))
    return ids


def spare_ids(db: sa.Connection, count: int) -> list[int]:
    """``count`` ids, rising, that this transaction may give to new entries."""
    return new_ids(db, schema.entries, count) if count else []


def _insert(_dialect: sa.Dialect) -> sa.Insert:
    return schema.entries.insert()


def edit(
    db: sa.Connection, entry_id: int, entry: Entry, due: datetime, *, put_off: bool = False, reissued: bool = False
) -> None:
    """Store what the feed says of a stored entry now, under further keys; its page is to be read again at ``due``.

    Its article stays until the page was read: `monitor.pages.versions` says what becomes of it. put_off: due is yet to
    come; where the page was to be read before then, that holds. reissued: the page may hold another report now, so the
    article is compared as that of any entry at its address.
    """
    values = {name: getattr(entry, name) for name in (*_FIELDS, "fingerprint")}
    fresh = {"guid": entry.id, "taken": due, "state": "new", "attempts": 0, "next_try": None}
    if put_off:
        table = schema.entries.c
        is_read = table.state == "done"
        fresh["state"] = sa.case((is_read, "retry"), else_=table.state)
        fresh["next_try"] = sa.case((is_read, sa.literal(due, UtcDateTime)), else_=table.next_try)
    if reissued:
        fresh["article_id"] = None
    db.execute(schema.entries.update().where(schema.entries.c.id == entry_id).values(**values, **fresh))
    add_keys(db, ((key, entry_id) for key in entry.keys))


def renew(db: sa.Connection, seen: Sequence[tuple[int, Entry]]) -> None:
    """Store how each (entry id, entry) looks now, for entries in which nothing changed that is worth reading again."""
    columns: dict[str, Sequence[Any]] = {
        "_id": [number for number, _ in seen],
        "fingerprint": [entry.fingerprint for _, entry in seen],
        "guid": [entry.id for _, entry in seen],
    }
    execute_many(db, _renew, columns)
    add_keys(db, ((key, number) for number, entry in seen for key in entry.keys))


def _renew(_dialect: sa.Dialect) -> sa.Update:
    return schema.entries.update().where(schema.entries.c.id == sa.bindparam("_id"))


def add_keys(db: sa.Connection, pairs: Iterable[tuple[str, int]]) -> None:
    """Store (key, entry id): keys by which stored entries may be recognised. A pair that is stored stays."""
    if listed := list(pairs):
        keys, ids = zip(*listed, strict=True)
        execute_many(db, _insert_keys, {"key": keys, "entry_id": ids})


def _insert_keys(dialect: sa.Dialect) -> sa.Insert:
    return insert_for(dialect, schema.entry_keys).on_conflict_do_nothing()


def owners(db: sa.Connection, keys: Collection[str]) -> list[tuple[str, int, str]]:
    """(key, id, fingerprint) of the entries that are stored under these keys."""
    key, entry = schema.entry_keys.c, schema.entries.c
    joined = schema.entry_keys.join(schema.entries, entry.id == key.entry_id)
    query = sa.select(key.key, entry.id, entry.fingerprint).select_from(joined)
    return [(*row,) for row in db.execute(query.where(one_of(db, key.key, list(keys))))]


def articles_of(db: sa.Connection, entry_ids: Collection[int]) -> dict[int, int]:
    """entry id → id of the article that was made of it; entries of which none was made are left out."""
    entry = schema.entries.c
    query = sa.select(entry.id, entry.article_id)
    query = query.where(one_of(db, entry.id, list(entry_ids)), entry.article_id.is_not(None))
    return {row.id: row.article_id for row in db.execute(query)} if entry_ids else {}


@frozen
class Stored:
    """An entry as it is stored, without its keys. taken: when it was stored, or edited last, or the edit that was put
    off is due. edited: whether it was edited since it was stored.
    """

    id: int
    entry: Entry
    taken: datetime
    edited: bool


def to_change(db: sa.Connection, ids: Collection[int]) -> list[Stored]:
    """Whole entries by id, in the order of their ids. Nobody else changes them before this transaction ends."""
    return [_stored(*row) for row in db.execute(_whole(db, ids).with_for_update(key_share=True))] if ids else []


def stored(db: sa.Connection, ids: Collection[int]) -> list[Stored]:
    """Whole entries by id, in the order of their ids."""
    return [_stored(*row) for row in db.execute(_whole(db, ids))] if ids else []


def _whole(db: sa.Connection, ids: Collection[int]) -> sa.Select[Any]:
    table = schema.entries.c
    columns = (table.id, table.first_seen, table.taken, table.guid, table.fingerprint, *(table[n] for n in _FIELDS))
    return sa.select(*columns).where(one_of(db, table.id, list(ids))).order_by(table.id)


def _stored(
    number: int, first_seen: datetime, taken: datetime | None, guid: str, fingerprint: str, *fields: Any
) -> Stored:
    entry = dict(zip(_FIELDS, fields, strict=True))
    taken = taken or first_seen
    return Stored(number, Entry(id=guid, fingerprint=fingerprint, **entry), taken, edited=taken > first_seen)


def at_address(db: sa.Connection, keys: Sequence[str], besides: int) -> list[Stored]:
    """The other entries that are stored under one of these keys, at most `AT_ADDRESS`, those that say the same once."""
    entry, key = schema.entries.c, schema.entry_keys.c
    joined = schema.entry_keys.join(schema.entries, entry.id == key.entry_id)
    here = sa.and_(one_of(db, key.key, list(keys)), entry.id != besides)
    said = (entry.feed_url, entry.guid, entry.title, entry.content)
    query = sa.select(sa.func.min(entry.id)).select_from(joined).where(here).group_by(*said)
    found = set(db.scalars(query.order_by(sa.func.min(entry.id)).limit(AT_ADDRESS)))
    return stored(db, found)


def without_page(db: sa.Connection, ids: Collection[int]) -> set[int]:
    """Those of ``ids`` whose article is made of the feed's text, or not yet made."""
    if not ids:
        return set()
    entry, article = schema.entries.c, schema.articles.c
    joined = schema.entries.outerjoin(schema.articles, article.id == entry.article_id)
    unread = sa.or_(article.id.is_(None), article.partial)
    return set(db.scalars(sa.select(entry.id).select_from(joined).where(one_of(db, entry.id, list(ids)), unread)))


def waiting(db: sa.Connection, now: datetime, host: str | None = None) -> list[Waiting]:
    """The entries that need their article now, by rising id. host: of their pages (`page_host`), on PostgreSQL."""
    table = schema.entries.c
    query = sa.select(table.id, table.link).where(_due(now)).order_by(table.id)
    if host is not None:
        query = query.where(table.state != "done", _HOST.in_([host]))
    return [Waiting(*row) for row in db.execute(query).yield_per(1000)]


def any_waiting(db: sa.Connection, now: datetime) -> bool:
    """Whether any entry needs its article now."""
    return db.scalar(sa.select(sa.literal(1)).where(sa.exists().where(_due(now)))) is not None


def hosts_waiting(db: sa.Connection, now: datetime) -> list[str]:
    """The hosts of the pages that are to be read now, on PostgreSQL."""
    return list(db.scalars(sa.select(_HOST).distinct().where(_due(now), schema.entries.c.state != "done")))


def page_host(link: str) -> str:
    """The host of an entry's page and its port, as `hosts_waiting` has it."""
    found = _AUTHORITY.match(link)
    return found[1] if found else ""


def still_waits(db: sa.Connection, ids: Sequence[int], now: datetime) -> set[int]:
    """Those of ``ids`` that still need their article: no other service has made it meanwhile."""
    table = schema.entries.c
    return set(db.scalars(sa.select(table.id).where(one_of(db, table.id, ids), _due(now))))


def _due(now: datetime) -> sa.ColumnElement[bool]:
    table = schema.entries.c
    return sa.or_(table.state == "new", sa.and_(table.state == "retry", table.next_try <= now))


def get(db: sa.Connection, ids: Sequence[int]) -> list[PendingEntry]:
    """Entries by id, in the order of their ids."""
    table = schema.entries.c
    columns = (table.id, table.first_seen, table.taken, table.attempts, table.article_id, table.guid)
    return [
        _pending(*row)
        for row in db.execute(
            sa.select(*columns, *(table[name] for name in _FIELDS)).where(one_of(db, table.id, ids)).order_by(table.id)
        ).all()
    ]


@frozen
class Settled:
    """An entry that has its article. attempts: fetches of its page. next_try: when the page is tried again, if ever.

    taken: when that of which the article was made was stored (see `PendingEntry`); None for whatever is stored.
    """

    id: int
    article_id: int
    attempts: int
    next_try: datetime | None = None
    taken: datetime | None = None


def settle(db: sa.Connection, settled: Sequence[Settled]) -> None:
    """Record which article each entry has, and whether its page is tried again.

    An entry that its feed has edited since ``taken`` stays as it is: its page is due to be read for what it says now.
    """
    columns = columns_of(settled, ("attempts", "next_try", "article_id"))
    state = ["retry" if each.next_try else "done" for each in settled]
    named: dict[str, Sequence[Any]] = {"_id": [each.id for each in settled], "_taken": [each.taken for each in settled]}
    execute_many(db, _settle, {**named, "state": state, **columns})


def _settle(_dialect: sa.Dialect) -> sa.Update:
    entry, taken = schema.entries.c, sa.bindparam("_taken", type_=UtcDateTime)
    same = sa.func.coalesce(entry.taken, entry.first_seen) == sa.func.coalesce(taken, entry.taken, entry.first_seen)
    return schema.entries.update().where(entry.id == sa.bindparam("_id"), same)


def first_seen(db: sa.Connection) -> datetime | None:
    """When the first of all entries was stored; None when there is none."""
    found: datetime | None = db.scalar(sa.select(sa.func.min(schema.entries.c.first_seen, type_=UtcDateTime)))
    return found


def count_since(db: sa.Connection, since: datetime, until: datetime) -> int:
    """How many entries were first seen in [since, until]."""
    seen = schema.entries.c.first_seen
    return db.scalar(sa.select(sa.func.count()).select_from(schema.entries).where(seen >= since, seen <= until)) or 0


def _pending(
    number: int,
    first_seen: datetime,
    taken: datetime | None,
    attempts: int,
    article_id: int | None,
    guid: str,
    *fields: Any,
) -> PendingEntry:
    entry = Entry(id=guid, **dict(zip(_FIELDS, fields, strict=True)))
    return PendingEntry(number, entry, first_seen, taken or first_seen, attempts, article_id)
