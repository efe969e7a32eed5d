"""Locks of PostgreSQL that make writers, and programs that upgrade a store, wait for each other.

They are advisory locks (PostgreSQL manual, 13.3.5) that end with their transaction, so a process that is killed blocks
nobody. An SQLite store has locks of its own. What lasts longer than a transaction has a lease: `monitor.store.leases`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

WRITING = 4_025_001  # the lock of whoever writes; any number that no other program uses in this database
_SPACE = 4_025  # the first half of the keys of all other locks


@contextmanager
def one_at_a_time(engine: sa.Engine, what: str) -> Iterator[None]:
    """Wait without limit until no other process is in this block."""
    if engine.dialect.name != "postgresql":
        yield
        return
    key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:4], "big", signed=True)
    with engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SPACE, key)))
        yield


def one_writer(connection: sa.Connection, patience: int) -> None:
    """Wait, at most ``patience`` seconds, until no other transaction writes. Raises sqlalchemy's DBAPIError after that.

    It gives PostgreSQL what BEGIN IMMEDIATE gives SQLite: what a writer has read is still so when it writes.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{patience}s'")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITING)))
