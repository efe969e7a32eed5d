"""Turns: what one process at a time does on a PostgreSQL store that several share.

Session-level advisory locks: they end with the connection that holds them, so a process that is killed holds nothing
up, and no row has to say who has it. An SQLite store serves one service, which always has its turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

WRITING = 4_025_001  # the lock of writers, as SQLite has one; any number that no other program uses here
_SPACE = 4_025  # the first half of the keys of turns


class Turns:
    """The turns this process has; they end together."""

    def __init__(self, connection: sa.Connection | None) -> None:
        self._connection = connection
        self._mine: set[str] = set()

    @property
    def shared(self) -> bool:
        """Whether others may be at work on this store."""
        return self._connection is not None

    def take(self, what: str) -> bool:
        """Whether ``what`` is this process's now; False while another one has it."""
        if self._connection is None or what in self._mine:
            return True
        taken = self._connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_SPACE, _key(what))))
        if taken:
            self._mine.add(what)
        return bool(taken)

    def wait_for(self, what: str) -> None:
        """Takes ``what``, once nobody else has it."""
        if self._connection is not None:
            self._connection.execute(sa.select(sa.func.pg_advisory_lock(_SPACE, _key(what))))
            self._mine.add(what)


def _key(what: str) -> int:
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:4], "big", signed=True)


@contextmanager
def turns(engine: sa.Engine) -> Iterator[Turns]:
    """Turns that end with the block. The connection commits each statement: no transaction is open meanwhile."""
    if engine.dialect.name != "postgresql":
        yield Turns(None)
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            yield Turns(connection)
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))


def one_writer(connection: sa.Connection, patience: int) -> None:
    """Waits, at most ``patience`` seconds, until no other transaction writes: BEGIN IMMEDIATE for PostgreSQL.

    So what a writer reads is what it writes on, for every process on the store alike.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{patience}s'")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITING)))
