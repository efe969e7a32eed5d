"""Locks on jobs that one process at a time may do on a PostgreSQL store that several share.

They are session-level advisory locks (PostgreSQL manual, 13.3.5): they end with the connection that holds them, so a
process that is killed blocks nobody, and no row has to say who holds what. An SQLite store serves one service, which
holds every lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

WRITING = 4_025_001  # the lock of whoever writes; any number that no other program uses in this database
_SPACE = 4_025  # the first half of the keys of all other locks


class Turns:
    """The locks this process holds; they are released together, when `turns` ends."""

    def __init__(self, connection: sa.Connection | None) -> None:
        self._connection = connection
        self._mine: set[str] = set()

    @property
    def shared(self) -> bool:
        """Whether other processes may be at work on this store."""
        return self._connection is not None

    def take(self, what: str) -> bool:
        """Take the lock ``what`` without waiting; whether this process holds it now."""
        if self._connection is None or what in self._mine:
            return True
        taken = self._connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_SPACE, _key(what))))
        if taken:
            self._mine.add(what)
        return bool(taken)

    def wait_for(self, what: str) -> None:
        """Take the lock ``what``, waiting without limit until no other process holds it."""
        if self._connection is not None:
            self._connection.execute(sa.select(sa.func.pg_advisory_lock(_SPACE, _key(what))))
            self._mine.add(what)


def _key(what: str) -> int:
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:4], "big", signed=True)


@contextmanager
def turns(engine: sa.Engine) -> Iterator[Turns]:
    """Locks that are released when the block ends."""
    if engine.dialect.name != "postgresql":
        yield Turns(None)
        return
    # The block may last hours: each statement commits, so that no transaction is open meanwhile.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            yield Turns(connection)
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))


def one_writer(connection: sa.Connection, patience: int) -> None:
    """Wait, at most ``patience`` seconds, until no other transaction writes. Raises sqlalchemy's DBAPIError after that.

    It gives PostgreSQL what BEGIN IMMEDIATE gives SQLite: what a writer has read is still so when it writes.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{patience}s'")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITING)))
