"""Leases: what one process at a time may do on a store that several share, such as reading the pages of one host.

A lease ends by the database's clock unless its holder renews it, so a process that was killed or frozen holds nothing
up. Its number rises each time it is taken. A holder that wakes up after its end finds another number, and stores
nothing: `held` is asked in the very transaction that would (see `Store.held_by`).
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import shared_tables
from monitor.store.rows import insert

LASTS = 30  # seconds
RENEWED_EVERY = 7.0  # seconds; so a few renewals may fail, or be late

_NOW = sa.func.clock_timestamp()
_END = _NOW + sa.text(f"interval '{LASTS} seconds'")
# Rises over the years, too, so that a row that was cleared away gives no number a second time.
_NUMBER = sa.cast(sa.func.extract("epoch", _NOW) * 1_000_000, sa.BigInteger)


@frozen
class Lease:
    """A lease that was taken. number: which no other holder of it has had."""

    name: str
    number: int


def take(db: sa.Connection, name: str) -> Lease | None:
    """Take a lease without waiting; None while another holds it."""
    table = shared_tables.leases
    new = insert(db, table).values(name=name, number=_NUMBER, until=_END).on_conflict_do_nothing()
    # One whose holder is just storing is not waited for.
    ended = sa.select(table.c.name).where(table.c.name == name, table.c.until <= _NOW).with_for_update(skip_locked=True)
    again = table.update().where(table.c.name.in_(ended.scalar_subquery()))
    again = again.values(number=sa.func.greatest(table.c.number + 1, _NUMBER), until=_END)
    number = db.scalar(again.returning(table.c.number)) or db.scalar(new.returning(table.c.number))
    return None if number is None else Lease(name, number)


def is_held(db: sa.Connection, name: str) -> bool:
    """Whether somebody holds a lease now. An SQLite store has none."""
    table = shared_tables.leases.c
    held = sa.select(table.name).where(table.name == name, table.until > _NOW)
    return db.dialect.name == "postgresql" and db.scalar(held) is not None


def renew(db: sa.Connection, mine: Collection[Lease]) -> set[Lease]:
    """Begin the time of these leases anew; those that were not lost."""
    table = shared_tables.leases
    # In one order, as `held` locks them: so the two never wait for each other.
    these = sa.select(table.c.name).where(_these(mine)).order_by(table.c.name).with_for_update(key_share=True)
    statement = table.update().where(table.c.name.in_(these.scalar_subquery()), _these(mine)).values(until=_END)
    statement = statement.returning(table.c.name, table.c.number)
    return {Lease(*row) for row in db.execute(statement)}


def held(db: sa.Connection, mine: Collection[Lease]) -> set[Lease]:
    """Which of these are still held. No other process takes one of them before this transaction ends."""
    c = shared_tables.leases.c
    query = sa.select(c.name, c.number).where(_these(mine)).order_by(c.name).with_for_update(read=True)
    return {Lease(*row) for row in db.execute(query)} if mine else set()


def release(db: sa.Connection, mine: Collection[Lease]) -> None:
    """Let others take these at once."""
    if mine:
        db.execute(shared_tables.leases.update().where(_these(mine)).values(until=_NOW))


def clear(db: sa.Connection) -> None:
    """Forget what nobody has taken for a day: hosts come and go."""
    long_ago, paces = _NOW - sa.text("interval '1 day'"), shared_tables.host_paces
    db.execute(shared_tables.leases.delete().where(shared_tables.leases.c.until < long_ago))
    db.execute(paces.delete().where(paces.c.next_start < long_ago))


def _these(mine: Collection[Lease]) -> sa.ColumnElement[bool]:
    c = shared_tables.leases.c
    return sa.tuple_(c.name, c.number).in_([(each.name, each.number) for each in mine])
