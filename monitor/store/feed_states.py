"""The state of polling each feed: validators, failures, health, and when it is due."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.model import FeedState, Health
from monitor.store import schema
from monitor.store.rows import chunks, insert
from monitor.text.redact import shown_text

_FIELDS = tuple(name for name in FeedState.__dataclass_fields__ if name != "url")
_COUNTS = ("entries", "skipped")  # stored as JSON
FURTHEST = timedelta(days=8)  # longer than the longest Retry-After that is obeyed; a configured interval may be longer


def load(db: sa.Connection) -> dict[str, FeedState]:
    """feed address → its state, for every feed that was ever polled."""
    return {row.url: _state(row) for row in db.execute(sa.select(schema.feeds))}


def title(db: sa.Connection, url: str) -> str:
    """What a feed calls itself, "" where that is not known."""
    return db.execute(sa.select(schema.feeds.c.title).where(schema.feeds.c.url == url)).scalar() or ""


def claim(
    db: sa.Connection, urls: Iterable[str], now: datetime, until: datetime, *, force: bool, gone: bool = False
) -> dict[str, FeedState]:
    """Claim the feeds of ``urls`` that are due, or all of them when ``force``; address → state of those claimed.

    A claim moves ``next_check`` to ``until``, so that a second service leaves the feed alone; `save` sets the real
    time. When a service is killed, its feeds are due again at ``until``. gone: include feeds that answered 410.
    """
    wanted = list(urls)
    if not wanted:
        return {}
    add(db, wanted)
    table, taken = schema.feeds, dict[str, FeedState]()
    due = sa.true() if force else _due(now)
    if not gone:
        due = sa.and_(due, table.c.health != Health.GONE.value)
    for part in chunks(wanted):
        where = sa.and_(table.c.url.in_(part), due)
        query = sa.select(table).where(where).order_by(table.c.url).with_for_update(skip_locked=True)
        found = {row.url: _state(row, claims=1) for row in db.execute(query)}
        if found:
            claimed = {"next_check": until, "claim": table.c.claim + 1}
            db.execute(table.update().where(table.c.url.in_(list(found))).values(claimed))
        taken |= found
    return taken


def add(db: sa.Connection, urls: Iterable[str]) -> None:
    """Add the feeds that are not there yet; they are due at once."""
    fresh = {
        "failures": 0,
        "health": "unknown",
        "moved_count": 0,
        "title": "",
        "entries": "{}",
        "skipped": "{}",
        "claim": 0,
    }
    # In one order, as everywhere here, so that two transactions never wait for each other.
    db.execute(insert(db, schema.feeds).on_conflict_do_nothing(), [{"url": url, **fresh} for url in sorted(urls)])


def due(db: sa.Connection, now: datetime) -> list[str]:
    """The feeds whose time has come, in the order in which it has."""
    table = schema.feeds.c
    query = sa.select(table.url).where(_due(now), table.health != Health.GONE.value)
    return list(db.scalars(query.order_by(table.next_check)))


def still_claimed(db: sa.Connection, claimed: Iterable[FeedState]) -> set[str]:
    """Addresses of those whose claim was not lost to another; nobody claims one before this transaction ends."""
    numbers = {state.url: state.claim for state in claimed}
    table = schema.feeds.c
    query = sa.select(table.url, table.claim).where(table.url.in_(list(numbers))).order_by(table.url).with_for_update()
    return {row.url for row in db.execute(query) if row.claim == numbers[row.url]}


def renew(db: sa.Connection, until: datetime, later: datetime) -> None:
    """Extend the claims that end at ``until``, which are those of one `claim`, to ``later``."""
    # The time identifies the claim: a feed that was saved since, or claimed by another service, has another one.
    table = schema.feeds
    mine = sa.select(table.c.url).where(table.c.next_check == until).order_by(table.c.url).with_for_update()
    db.execute(table.update().where(table.c.url.in_(mine.scalar_subquery())).values(next_check=later))


def _due(now: datetime) -> sa.ColumnElement[bool]:
    """Feeds whose time has come."""
    table = schema.feeds.c
    # A time further ahead than any rule allows was stored while the machine's clock was wrong. Without this the feed
    # would not be polled until then.
    far = sa.and_(table.next_check > now + FURTHEST, sa.func.coalesce(table.interval, 0.0) < FURTHEST.total_seconds())
    return sa.or_(table.next_check.is_(None), table.next_check <= now, far)


def save(db: sa.Connection, saved: Iterable[FeedState]) -> None:
    """Write states; one of a feed that was never claimed is stored as well."""
    rows = [_row(state) for state in saved]
    if rows:
        statement = insert(db, schema.feeds)
        values = {name: statement.excluded[name] for name in _FIELDS}
        db.execute(statement.on_conflict_do_update(index_elements=["url"], set_=values), rows)


def _row(state: FeedState) -> dict[str, Any]:
    row = {name: getattr(state, name) for name in FeedState.__dataclass_fields__}
    counts = {name: json.dumps(dict(getattr(state, name))) for name in _COUNTS}
    return row | {"health": state.health.value} | counts


def _state(row: Any, claims: int = 0) -> FeedState:
    """The state of a row. claims: how many there are on it since."""
    values: dict[str, Any] = row._asdict()
    values["claim"] += claims
    values["health"] = Health(values["health"])
    values["error"] = values["error"] and shown_text(values["error"])  # an earlier version knew no keys of addresses
    return FeedState(**values | {name: json.loads(values[name]) for name in _COUNTS})
