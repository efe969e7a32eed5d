"""A copy of an SQLite store while it is in use, and a copy put back in its place.

Nothing here opens a store as `Store` does, because that would upgrade it: a copy is wanted before an upgrade.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from monitor.errors import StoreError, as_clause
from monitor.model.frozen import frozen
from monitor.store.read_only import is_closed, read_only_address

COUNTED = ("entries", "articles", "stories", "editions", "deliveries")
# The bytes of a database file that SQLite locks (sqlite.org/fileformat2.html, "the lock-byte page"). Every connection
# to a store in WAL mode holds a shared lock on them as long as it is open.
_LOCK_BYTES = (0x40000000, 512)


@frozen
class Copied:
    """What a copy holds. revision: of its tables. rows: table → how many. size: of its file, in bytes."""

    revision: str
    rows: dict[str, int]
    size: int


def back_up(store: Path, target: Path, *, replace: bool) -> Copied:
    """Copy the store to ``target``: as it is at one moment, checked, and under its name only when it is whole.

    Writers are not held up. replace: a file that has the name goes. Raises StoreError.
    """
    if target.exists() and (not replace or target.samefile(store)):
        end = "that is the store itself" if target.samefile(store) else "choose another name, or add --force"
        raise StoreError(f"{target} exists already; {end}")
    if not store.is_file():
        raise StoreError(f"there is no store at {store} yet, so there is nothing to back up")
    with _part(target) as part:
        copied = _copied(store, part)
        shutil.copymode(store, part)
        _put(part, target, replace=replace)
    return copied


def restore(source: Path, store: Path, aside: Path, known: frozenset[str]) -> tuple[Copied, bool]:
    """Put a copy of ``source`` in the place of the store; what it holds, and whether there was an old store.

    The old store is kept under the name ``aside``. known: revisions that this version can read. Raises StoreError when
    ``source`` cannot be used or another program uses the store; nothing was changed then.
    """
    if not source.is_file():
        raise StoreError(f"there is no file {source}")
    store.parent.mkdir(parents=True, exist_ok=True)
    if store.exists() and source.samefile(store):
        raise StoreError(f"{source} is the store itself; name a file that `monitor backup` has written")
    with _part(store) as part:
        copied = _copied(source, part)
        if copied.revision not in known:
            raise StoreError(
                f"{source} was written by a newer version (revision {copied.revision}); update the program first"
            )
        if not store.exists():
            _put(part, store, replace=False)
            return copied, False
        shutil.copymode(store, part)
        with _alone(store):
            _keep_aside(store, aside)
            _put(part, store, replace=True)
    return copied, True


def _copied(source: Path, part: Path) -> Copied:
    """Copy a database, and check the copy."""
    uri = read_only_address(source) if is_closed(source) else f"file:{quote(str(source.absolute()))}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=5)) as old, closing(sqlite3.connect(part)) as new:
            # In one step, because a copy in several begins again whenever another program writes in between.
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")  # one file, without the two that belong to one in use
            found = [row[0] for row in new.execute("PRAGMA integrity_check(3)")]
            if found != ["ok"]:
                raise StoreError(f"{source} is damaged, so no copy of it was kept: {'; '.join(map(str, found))}")
            revision = new.execute("SELECT version_num FROM alembic_version").fetchone()
            rows = {table: new.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED}
    except sqlite3.Error as error:
        raise StoreError(_advice(source, part, error)) from error
    if not revision:
        raise StoreError(f"{source} holds no store of this program")
    return Copied(str(revision[0]), rows, part.stat().st_size)


def _advice(source: Path, part: Path, error: sqlite3.Error) -> str:
    text = str(error).lower()
    if "no such table" in text:
        return f"{source} holds no store of this program ({error})"
    if "full" in text or "i/o" in text:
        return f"{source} cannot be copied to {part.parent} ({error}): free some space there, or choose another folder"
    if "locked" in text or "busy" in text:
        return f"{source} is locked by another program ({error}); try again when it is done"
    if "unable to open" in text:
        return f"{source} cannot be copied to {part.parent} ({error}); check that one may be read and the other written"
    return f"{source} cannot be used as a store: {as_clause(error)}"


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """A name beside ``target`` for a file that is not whole yet; it is gone at the end, whatever happens.

    Makes the folder where there is none.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # of a run that was killed
            part.unlink()
        part.touch(mode=0o600)
        yield part
    except OSError as error:
        raise StoreError(f"{target.parent} cannot be written ({error.strerror}); choose another folder") from error
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                part.with_name(part.name + end).unlink()


def _put(part: Path, target: Path, *, replace: bool) -> None:
    """Give a whole file its name; both survive a power cut."""
    _sync(part)
    if not replace and target.exists():
        raise StoreError(f"{target} was made by another program meanwhile; choose another name")
    part.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Hold the store so that no other program can use it. Raises StoreError when one does."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(store, timeout=1)) as db:
        # What stands in the -wal file moves into the store, so that one file is all of it. A damaged store stays as is.
        db.execute("PRAGMA journal_mode=DELETE")
    number = os.open(store, os.O_RDWR)
    try:
        fcntl.lockf(number, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES[1], _LOCK_BYTES[0])
        yield
    except BlockingIOError as error:
        raise StoreError(
            f"the store {store} is in use: stop the service (and whatever else has it open) first; nothing was changed"
        ) from error
    finally:
        os.close(number)


def _keep_aside(store: Path, aside: Path) -> None:
    """A second name for the store, so that its own name never leads to nothing; what belongs to it goes along."""
    try:
        os.link(store, aside)
    except OSError:  # a file system without links
        shutil.copy2(store, aside)
    for end in ("-wal", "-shm"):  # only a damaged store still has them
        if (belongs := store.with_name(store.name + end)).exists():
            belongs.replace(aside.with_name(aside.name + end))
