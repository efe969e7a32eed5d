"""The connections to a store: how each database is opened, and how every transaction on it begins."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.store import schema, search_index
from monitor.store.limits import READING, limit
from monitor.store.subjects import locks

log = logging.getLogger(__name__)

PATIENCE = 5  # seconds that SQLite waits for another writer; a service must be able to stop within ten
# A server that vanished is noticed within half a minute. What is prepared on one connection of a pooler is not there on
# the next.
CONNECTION = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "prepare_threshold": None,
}
FORM = "write sqlite:///PATH or postgresql://user@host/database (in a password / is written %2F, and @ is written %40)"


def name_of(url: str) -> str:
    """What messages call the store. Raises StoreError."""
    if url.startswith("sqlite:///"):
        return url.removeprefix("sqlite:///")
    return address_of(url).render_as_string()


def address_of(url: str) -> sa.URL:
    """The parts of a store's address. Raises StoreError, without the address: it may hold a password."""
    try:
        found = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        found = None
    if found is None or "@" in (found.host or ""):  # what stands before it there is the end of a password
        raise StoreError(f"the address of the store cannot be read; {FORM}")
    return found


def engine_of(url: str) -> sa.Engine:
    """The engine of a store at ``url``. Raises StoreError for what cannot be opened."""
    if not url.startswith("sqlite"):
        return _postgresql(url)
    path = Path(url.removeprefix("sqlite:///"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {path.parent} of the store cannot be made ({error.strerror})") from error
    if path.is_file() and not path.stat().st_size:
        log.warning("the store %s was an empty file: a new store is made in it", path)
    engine = sa.create_engine(url, connect_args={"timeout": PATIENCE})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        # Only an empty store takes it (see `monitor.store.prune.give_back`); any other would be locked for it.
        if not connection.execute("PRAGMA page_count").fetchone()[0]:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a delivery recorded as sent must survive a power cut, or it is sent twice
            "foreign_keys=ON",
            f"busy_timeout={int(PATIENCE * 1000)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "checkin")
    def _check_again(connection: Any, record: Any) -> None:
        if record.info.pop("unchecked", False):
            connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("unchecked"):
            connection.info["unchecked"] = True
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # before the transaction: inside it has no effect
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def unpooled(engine: sa.Engine) -> sa.Engine:
    """An engine to the same store that opens a connection for each transaction: it sees whether that is possible."""
    if engine.dialect.name != "postgresql":
        return sa.create_engine(engine.url, poolclass=sa.NullPool)
    made = sa.create_engine(engine.url, poolclass=sa.NullPool, connect_args=CONNECTION)
    sa.event.listen(made, "begin", _begin_in_limits)
    return made


def check_driver(url: str) -> None:
    """Check that the driver of a store at ``url`` is installed; it is not connected to. Raises StoreError."""
    if not url.startswith("sqlite"):
        _postgresql(url).dispose()


def _postgresql(url: str) -> sa.Engine:
    try:
        driver = address_of(url).set(drivername="postgresql+psycopg")
        schema.for_postgresql()
        # Positional parameters, as SQLite has them: `rows.execute_many` builds them itself.
        engine = sa.create_engine(driver, pool_pre_ping=True, paramstyle="format", connect_args=CONNECTION)
        sa.event.listen(engine, "begin", _begin_in_limits)
        sa.event.listen(engine, "after_cursor_execute", _say_more)
        sa.event.listen(engine, "rollback", search_index.forget)
        return engine
    except ImportError as error:  # or it is installed and finds no library of PostgreSQL
        text = "a PostgreSQL store needs the driver psycopg; install it: pip install 'psycopg[binary]'"
        raise StoreError(text) from error


def _begin_in_limits(connection: sa.Connection) -> None:
    """Every transaction on PostgreSQL begins here: with limits, and with the locks of what it decides on.

    Options of a connection: limits (`READING` where none are given); about, subjects.
    """
    options = connection.get_execution_options()
    about = options.get("about")
    limit(connection, options.get("limits", READING), () if about is None else locks(about))


def _say_more(_db: sa.Connection, cursor: Any, _sql: str, _values: Any, _context: Any, executemany: bool) -> None:
    """The driver ends many rows with a message after which the server counts no silence; the next statement has it
    counted again.
    """
    if executemany:
        cursor.connection.execute("SELECT 1")
