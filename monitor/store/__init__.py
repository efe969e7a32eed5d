"""The store: the database connection and its errors. All SQL of the program is in this room.

Each module beside this one holds the statements on one kind of record. Its functions take a connection, so that the
caller decides what belongs to one transaction:

    with store.write(ROWS) as db:
        entries.add(db, ...)
        feed_states.save(db, ...)

SQLite runs in WAL mode with BEGIN IMMEDIATE for writers; a ``postgresql://`` address selects PostgreSQL, where writers
say what they write about (`monitor.store.subjects`). No transaction is open during a fetch or a send.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.errors import LostLeaseError, SlowWriterError, StoreError, as_clause
from monitor.store import (  # noqa: F401 - for what they add to the tables
    decision_tables,
    identity,
    indexes,
    jobs,
    leases,
    look_tables,
    name_tables,
    schema,
    search_index,
    search_tables,
    shared_tables,
    subscription_tables,
)
from monitor.store.engines import FORM, engine_of, name_of, unpooled
from monitor.store.leases import Lease
from monitor.store.limits import WRITING, Limits, end_frozen, signs_of_life
from monitor.store.read_only import is_closed, read_only_engine
from monitor.store.rows import DamagedRowError
from monitor.store.subjects import Subject

log = logging.getLogger(__name__)
Result = TypeVar("Result")

AGAIN = ("40001", "40P01")  # what PostgreSQL calls the end of a transaction that another one was in the way of
LOCKED = "55P03"  # and a wait for a lock in vain
FROZEN = "this process was frozen or too busy while it stored, and others went on in its place"
CUT_OFF = "the database cut this process off: it was frozen or too busy, or the database stopped"


class Store:
    """An open store, at a SQLAlchemy address such as "sqlite:///monitor.db".

    Opening makes the tables or upgrades them. Every method raises StoreError for what a user can mend: a store that
    is locked, damaged, full or written by a newer version.

    reading: nothing will be written, so an SQLite store that cannot be is opened all the same, and not upgraded.
    upgrade: False to have a store of another version refused.
    """

    def __init__(self, url: str, *, reading: bool = False, upgrade: bool = True) -> None:
        self._name = name_of(url)
        self._leases: tuple[Lease, ...] = ()
        # SQLite lets writers try again and again, in no order: of two threads one may never have its turn.
        self._turn: AbstractContextManager[Any] = threading.Lock() if url.startswith("sqlite") else nullcontext()
        path = Path(url.removeprefix("sqlite:///"))
        if reading and url.startswith("sqlite:///") and is_closed(path):
            with self._translated():
                self.engine = read_only_engine(path)
                self._check_revision()
            return
        self.engine = engine_of(url)
        with self._translated():
            if upgrade:
                self._upgrade()
            else:
                self._check_revision()

    @cached_property
    def _probing(self) -> sa.Engine:
        return unpooled(self.engine)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @property
    def shared(self) -> bool:
        """Whether several processes may work on this store; an SQLite store serves one service."""
        return self.engine.dialect.name == "postgresql"

    @property
    def file(self) -> Path | None:
        """The file that holds the store, None for a database server's and for one in memory."""
        path = self.engine.url.database
        return Path(path) if self.engine.dialect.name == "sqlite" and path and path != ":memory:" else None

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the store."""
        with self._translated(), self.engine.connect() as connection:
            yield connection

    def held_by(self, *mine: Lease) -> Store:
        """This store, as the holder of these leases has it: once one was lost, its writers store nothing.

        They raise LostLeaseError then.
        """
        held = copy(self)
        held._leases = mine
        return held

    @contextmanager
    def write(
        self, *about: Subject, unchecked: bool = False, busy: bool = False, limits: Limits = WRITING
    ) -> Iterator[sa.Connection]:
        """One transaction: all of it is stored, or nothing.

        about: what it decides on; nothing for a rare one that is to be alone in the store.
        busy: it may compute for long between two statements, and is then not taken for frozen.
        unchecked: SQLite looks for no row that refers to a deleted one, for a caller that stores the same ids again.
        """
        options: dict[str, Any] = {"immediate": True, "unchecked": unchecked, "limits": limits, "about": about}
        with (
            self._turn,
            self._translated(),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
            signs_of_life(connection) if busy else nullcontext(),
        ):
            self._check_leases(connection)
            yield connection
            search_index.finish(connection)

    def _check_leases(self, db: sa.Connection) -> None:
        """Nobody takes these before the transaction ends. Raises LostLeaseError."""
        if self.shared and (lost := set(self._leases) - leases.held(db, self._leases)):
            names = ", ".join(sorted(each.name for each in lost))
            raise LostLeaseError(f"{names} was taken over by another process; what this one has of it is not stored")

    @contextmanager
    def read_settled(self, about: Subject) -> Iterator[sa.Connection]:
        """As `read`, once all that others were writing about this is stored."""
        with self.write(about) if self.shared else self.read() as connection:
            yield connection

    def stored(
        self, work: Callable[[sa.Connection], Result], *about: Subject, busy: bool = False, limits: Limits = WRITING
    ) -> Result:
        """What ``work`` gives in one transaction, `write`.

        It is done again where this process was too slow or lost its connection, or it and another waited for each
        other. So it must find out by itself what of it is stored already.
        """
        try:
            with self.write(*about, busy=busy, limits=limits) as db:
                return work(db)
        except SlowWriterError as error:
            log.warning("%s; it is stored again", error)
            with self.write(*about, busy=True) as db:
                return work(db)

    @contextmanager
    def briefly(self) -> Iterator[sa.Connection]:
        """A transaction that waits for no other writer, on a store that several processes share.

        For rows that no other transaction reads and then relies on: leases, paces of hosts, jobs.
        """
        with self._translated(), self.engine.connect().execution_options(limits=WRITING) as db, db.begin():
            yield db

    def probe(self) -> None:
        """Check that the store can be read; raises StoreError when it cannot."""
        if self.file and not self.file.is_file():
            raise StoreError(f"the store {self._name} is gone; put it back, or start the service again for a new one")
        # A new connection: one that is open already goes on working after the file was deleted.
        with self._translated(), self._probing.connect() as connection:
            connection.execute(sa.select(schema.feeds.c.url).limit(1)).all()

    def _check_revision(self) -> None:
        """Raises StoreError for a store of another version, which would have to be upgraded to be read."""
        if (found := self._revision()) != schema.REVISION:
            raise StoreError(
                f"the store {self._name} is of another version of the program (revision {found or 'none'}) and was not "
                "upgraded; a command that may write it does that, such as monitor run"
            )

    def _upgrade(self) -> None:
        """Make the tables, or bring older ones to the newest revision (with Alembic, whose import takes long)."""
        if self._revision() == schema.REVISION:
            return
        if self._made():
            return
        from monitor.store.migrations.upgrade import upgrade  # noqa: PLC0415 - 75 ms (Alembic)

        upgrade(self.engine, self._revision(), self._name)

    def _made(self) -> bool:
        """Make the tables where there are none; whether there were none."""
        with self.write(busy=True, limits=Limits(patience=60)) as db:  # several services may start at once
            if sa.inspect(db).get_table_names():
                return False
            schema.metadata.create_all(db)
            jobs.make_tables(db)
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
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError) as error:
            if error.statement is not None:
                raise  # these are bugs: advice to the user would hide them
            # Before any statement: the driver does not understand the address.
            raise StoreError(f"the address of the store cannot be used: {as_clause(error.orig)}; {FORM}") from error
        except sa.exc.DBAPIError as error:
            raise self._failure(error) from error
        except DamagedRowError as error:
            raise StoreError(_advice(str(error), self._name)) from error
        except UnicodeDecodeError as error:  # SQLite's own message quotes what is damaged
            raise StoreError(_advice("malformed: could not decode what it holds", self._name)) from error

    def _failure(self, error: sa.exc.DBAPIError) -> StoreError:
        """What a failure of the database means to whoever writes or reads."""
        code = getattr(error.orig, "sqlstate", None)
        if code in AGAIN:
            return SlowWriterError("another process has just changed what this one was to store")
        if code == LOCKED and self._ended_frozen():
            return SlowWriterError("a process that was frozen while it stored was in the way, and was cut off")
        if "idle-in-transaction" in str(error.orig):
            return SlowWriterError(FROZEN)
        if error.connection_invalidated and self.shared:  # what the server said of it may have been lost with it
            return SlowWriterError(CUT_OFF)
        return StoreError(_advice("locked" if code == LOCKED else str(error.orig), self._name))

    def _ended_frozen(self) -> bool:
        try:
            with self._probing.begin() as db:
                return end_frozen(db)
        except sa.exc.DBAPIError as error:
            log.debug("who was in the way could not be found: %s", error)
            return False


# Texts and not SQLite's error codes, because PostgreSQL and rows that cannot be decoded have none of those.
DAMAGED = ("not a database", "malformed", "could not decode", "unsupported file format")


def _advice(text: str, name: str) -> str:
    low = text.lower()
    if any(sign in low for sign in DAMAGED):
        if "://" in name:
            return f"the store {name} is damaged ({text}); stop the service and all workers, then restore a backup"
        kept = _keep_a_copy(Path(name))
        return (
            f"the store {name} is damaged ({text}); nothing was changed or replaced{kept}. Stop the service, then "
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
    """Copy a damaged store aside before anybody tries to mend it; the end of a sentence that names the copy.

    Only the first copy is made, because a later one may hold the result of a failed repair.
    """
    copy = path.with_name(path.name + ".damaged")
    try:
        if not copy.exists() and path.is_file():
            for end in ("-wal", ""):  # the store last: where its copy exists, the copy is complete
                if (part := path.with_name(path.name + end)).is_file():
                    shutil.copyfile(part, f"{copy}{end}")
    except OSError as error:
        return f", but no copy of it could be kept ({error.strerror})"
    return f"; a copy of it as it was found is {copy}" if copy.exists() else ""


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None
