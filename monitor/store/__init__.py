"""The store: the only SQL. One concrete Store over SQLAlchemy Core; a file per noun holds its statements.

Those take a connection, so that a caller decides what belongs to one transaction:

    with store.write() as db:
        entries.add(db, ...)
        feeds.save(db, ...)

SQLite runs in WAL mode with BEGIN IMMEDIATE for writers; PostgreSQL is chosen by the address. No transaction is
open during a fetch or a send.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.store import schema
from monitor.store.rows import DamagedRowError
from monitor.store.turns import Turns, one_writer, turns

log = logging.getLogger(__name__)

PATIENCE = 5  # seconds to wait for another writer; a service must be able to stop within ten


class Store:
    """An open store. Raises StoreError for anything a user can mend: locked, corrupt, full, too new."""

    def __init__(self, url: str) -> None:
        self._name = (
            url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else sa.make_url(url).render_as_string()
        )
        self.engine = _engine(url)
        with self._translated():
            self._upgrade()

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the store."""
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is stored, or nothing."""
        with (
            self._translated(),
            self.engine.connect().execution_options(immediate=True) as connection,
            connection.begin(),
        ):
            one_writer(connection, PATIENCE)
            yield connection

    @contextmanager
    def turns(self) -> Iterator[Turns]:
        """What this process does alone, where several share the store."""
        with self._translated(), turns(self.engine) as mine:
            yield mine

    def probe(self) -> None:
        """Raises StoreError when the store cannot be read. Opened anew: an open connection outlives a lost file."""
        path = self.engine.url.database
        if self.engine.dialect.name == "sqlite" and path and not Path(path).is_file():
            raise StoreError(f"the store {self._name} is gone; put it back, or start the service again for a new one")
        engine = sa.create_engine(self.engine.url, poolclass=sa.NullPool)
        with self._translated(), engine.connect() as connection:
            connection.execute(sa.select(schema.feeds.c.url).limit(1)).all()

    def _upgrade(self) -> None:
        """Makes the tables, or brings older ones to the newest revision (with Alembic, whose import takes long)."""
        if self._revision() == schema.REVISION:
            return
        with turns(self.engine) as mine:
            mine.wait_for("upgrade")  # of services that start together one does it
            if self._made():
                return
            from monitor.store.migrations.upgrade import upgrade

            upgrade(self.engine, self._revision(), self._name)

    def _made(self) -> bool:
        """Makes the tables where there are none, which says whether there were none."""
        with self.write() as db:
            if sa.inspect(db).get_table_names():
                return False
            schema.metadata.create_all(db)
            schema.revision.create(db)
            db.execute(schema.revision.insert().values(version_num=schema.REVISION))
            return True

    def _revision(self) -> str | None:
        with self.engine.connect() as connection:
            return _revision(connection)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
            raise
        except sa.exc.DBAPIError as error:
            raise StoreError(_advice(str(error.orig), self._name)) from error
        except DamagedRowError as error:
            raise StoreError(_advice(str(error), self._name)) from error


DAMAGED = ("not a database", "malformed", "could not decode", "unsupported file format")


def _advice(text: str, name: str) -> str:
    low = text.lower()
    if any(sign in low for sign in DAMAGED):
        kept = _keep_a_copy(Path(name))
        return (
            f"the store {name} is damaged ({text}); nothing was changed or made anew{kept}. Stop the service, then "
            f"restore a backup, or try: sqlite3 {name} .recover | sqlite3 {name}.new"
        )
    if "locked" in low or "busy" in low or "lock timeout" in low:
        return f"the store {name} is locked by another program; stop it, or wait until it is done"
    if "full" in low or "disk i/o" in low:
        return (
            f"the store {name} cannot be written ({text}): the disk is full, over quota or failing; free some space. "
            "Nothing stored was lost, and it is tried again"
        )
    if "unable to open" in low or "readonly" in low:
        return (
            f"the store {name} cannot be opened for writing ({text}); check that its folder exists and may be written"
        )
    return f"the store {name} failed: {text}"


def _keep_a_copy(path: Path) -> str:
    """A damaged store is copied aside once, as it was found, before anybody tries to mend it. Says where."""
    copy = path.with_name(path.name + ".damaged")
    try:
        if not copy.exists() and path.is_file():
            for end in ("-wal", ""):  # the store last: its copy says that the whole is there
                if (part := path.with_name(path.name + end)).is_file():
                    shutil.copyfile(part, f"{copy}{end}")
    except OSError as error:
        return f", but no copy of it could be kept ({error.strerror})"
    return f"; a copy of it as it was found is {copy}" if copy.exists() else ""


def _engine(url: str) -> sa.Engine:
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
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={int(PATIENCE * 1000)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _postgresql(url: str) -> sa.Engine:
    try:
        driver = url.replace("postgresql://", "postgresql+psycopg://", 1)
        return sa.create_engine(driver, pool_pre_ping=True, paramstyle="format")  # positional, as SQLite's
    except ModuleNotFoundError as error:
        text = "a PostgreSQL store needs the driver psycopg; install it: pip install 'psycopg[binary]'"
        raise StoreError(text) from error


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None
