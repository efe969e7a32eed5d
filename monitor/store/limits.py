"""How long a transaction on PostgreSQL may wait for others, and have others wait for it: no process longer than ten
seconds for one that was frozen.

Every transaction begins with limits (`monitor.store.engines`). They end with it, for behind a pooler the next one on
the same connection may be another program's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store.subjects import STORE

BEAT = 2.0  # seconds between two signs of life


@frozen
class Limits:
    """Seconds; 0 for no limit. patience: for which it waits for each lock. pause: between two statements, after which
    its process counts as frozen and others go on in its place. longest: that one statement may take.
    """

    patience: int = 9  # longer than one that is frozen keeps its turn
    pause: int = 6
    longest: int = 300


READING = Limits(pause=900)  # a person may leave a long list open in a pager, and nobody waits for who only reads
WRITING = Limits()
UPGRADING = Limits(patience=600, longest=0)  # others wait for an upgrade that goes on, however large the store is

# Two kinds of frozen processes meet no limit of the server: one that was being sent much, for which the server waits to
# send the rest; and one that has just sent many rows, after which it counts no silence (see `monitor.store.engines`).
_FROZEN = f"""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity AS process
    WHERE datname = current_database() AND usename = current_user
    AND (wait_event = 'ClientWrite' AND query_start < clock_timestamp() - interval '{WRITING.pause} seconds'
    OR state = 'idle in transaction' AND state_change < clock_timestamp() - interval '{2 * WRITING.pause} seconds')
    AND EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = process.pid AND locktype = 'advisory' AND granted
                AND classid = 0 AND objid = {STORE})
"""


def limit(db: sa.Connection, limits: Limits, then: Iterable[str] = ()) -> None:
    """Give a transaction of PostgreSQL its limits, and execute statements under them, all in one message."""
    values = {
        "lock_timeout": limits.patience,
        "idle_in_transaction_session_timeout": limits.pause,
        "statement_timeout": limits.longest,
    }
    db.exec_driver_sql("; ".join([*(f"SET LOCAL {name} = '{seconds}s'" for name, seconds in values.items()), *then]))


@contextmanager
def signs_of_life(db: sa.Connection) -> Iterator[None]:
    """While the block computes, the server hears that its process is at work; of a frozen one it hears nothing."""
    if db.dialect.name != "postgresql":
        yield
        return
    from psycopg import Error  # noqa: PLC0415 - for a shared store only

    driver, over = db.connection.driver_connection, threading.Event()
    assert driver is not None

    def say() -> None:
        while not over.wait(BEAT):
            with suppress(Error):  # the next statement of the block meets the same
                driver.execute("SELECT 1")

    thread = threading.Thread(target=say, name="signs of life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()  # before the transaction ends: a sign after that would begin another
        thread.join()


def end_frozen(db: sa.Connection) -> bool:
    """End the transactions of writers that are frozen and meet no limit of the server; whether there were any."""
    return bool(db.execute(sa.text(_FROZEN)).all())
