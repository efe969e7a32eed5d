"""Subscriptions at hubs, each under the token by which its hub calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.model.subscriptions import Subscription
from monitor.store import schema
from monitor.store.rows import one_of
from monitor.store.subscription_tables import subscriptions as table

_NAMES = tuple(each.name for each in fields(Subscription))
BETWEEN = timedelta(minutes=1)  # two polls of one feed, however often its hub calls


def of_feeds(db: sa.Connection, urls: Collection[str]) -> list[Subscription]:
    """The subscriptions to these feeds, those that are ending among them."""
    return [_subscription(row) for row in db.execute(sa.select(table).where(one_of(db, table.c.feed_url, list(urls))))]


def by_token(db: sa.Connection, token: str) -> Subscription | None:
    """The subscription that a hub calls by this token."""
    row = db.execute(sa.select(table).where(table.c.token == token)).first()
    return _subscription(row) if row else None


def note(db: sa.Connection, named: Mapping[str, tuple[str, str]], new: Callable[[str, str, str], Subscription]) -> None:
    """Stores which (hub, topic) each feed names, by its address; ("", "") for none. Nothing changes where it is known.

    new: makes a subscription of feed, hub and topic.
    """
    known: dict[str, list[Subscription]] = {}
    for each in of_feeds(db, named.keys()):
        known.setdefault(each.feed_url, []).append(each)
    for url, (hub, topic) in named.items():
        stays = [
            each for each in known.get(url, ()) if (each.hub, each.topic) == (hub, topic) and each.state != "ending"
        ]
        end(db, [each.token for each in known.get(url, ()) if each not in stays and each.state != "ending"])
        if hub and topic and not stays:
            save(db, new(url, hub, topic))


def end(db: sa.Connection, tokens: Collection[str]) -> None:
    """These are to end; one of which its hub was never asked goes at once."""
    if tokens:
        of_these = table.c.token.in_(list(tokens))
        db.execute(table.delete().where(of_these, table.c.state == "wanted"))
        db.execute(table.update().where(of_these).values(state="ending", next_try=None, asked=0))


def end_others(db: sa.Connection, urls: Iterable[str]) -> None:
    """Those of feeds that are not among ``urls`` are to end."""
    kept = set(urls)
    live = sa.select(table.c.token, table.c.feed_url).where(table.c.state != "ending")
    end(db, [token for token, url in db.execute(live) if url not in kept])


def due(db: sa.Connection, now: datetime, limit: int) -> list[Subscription]:
    """Those whose hub is to be asked now."""
    when = sa.or_(table.c.next_try.is_(None), table.c.next_try <= now)
    return [_subscription(row) for row in db.execute(sa.select(table).where(when).order_by(table.c.token).limit(limit))]


def claim(db: sa.Connection, asked: Subscription, before: Subscription) -> bool:
    """Stores what becomes of ``before``; False where another process has changed that since it was read."""
    same = table.c.next_try.is_(None) if before.next_try is None else table.c.next_try == before.next_try
    where = sa.and_(table.c.token == before.token, table.c.state == before.state, same)
    return db.execute(table.update().where(where).values(**_row(asked))).rowcount == 1


def save(db: sa.Connection, subscription: Subscription) -> None:
    """Stores one, new or as it is now."""
    row = _row(subscription)
    if not db.execute(table.update().where(table.c.token == subscription.token).values(**row)).rowcount:
        db.execute(table.insert().values(**row))


def delete(db: sa.Connection, token: str) -> None:
    """Forgets one that has ended."""
    db.execute(table.delete().where(table.c.token == token))


def in_force(db: sa.Connection, urls: Collection[str], now: datetime) -> set[str]:
    """Those of the feeds ``urls`` of whose news a hub tells now."""
    where = sa.and_(one_of(db, table.c.feed_url, list(urls)), table.c.state == "active", table.c.until > now)
    return set(db.scalars(sa.select(table.c.feed_url).where(where)))


def wake(db: sa.Connection, subscription: Subscription, now: datetime) -> None:
    """Its feed is due, as its hub says that there is news; not twice within `BETWEEN`."""
    feeds = schema.feeds
    checked = db.scalar(sa.select(feeds.c.last_check).where(feeds.c.url == subscription.feed_url))
    at = max(now, checked + BETWEEN) if checked else now
    later = sa.or_(feeds.c.next_check > at, feeds.c.next_check.is_(None))
    alive = feeds.c.health != "gone"
    # The feed first, as whoever stores what it brings does, so that the two never wait for each other.
    db.execute(feeds.update().where(feeds.c.url == subscription.feed_url, later, alive).values(next_check=at))
    db.execute(table.update().where(table.c.token == subscription.token).values(pushed=now))


def _row(subscription: Subscription) -> dict[str, Any]:
    return {name: getattr(subscription, name) for name in _NAMES}


def _subscription(row: Any) -> Subscription:
    values: Mapping[str, Any] = row._mapping
    return Subscription(**{name: values[name] for name in _NAMES})
