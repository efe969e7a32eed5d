"""A store that may be read and not written: on a read-only disk, or of another user."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

log = logging.getLogger(__name__)


BESIDE = 1 << 20  # bytes that SQLite may need beside a store to read it


def is_closed(path: Path) -> bool:
    """Whether the file is there and it, or what SQLite puts beside it, cannot be written."""
    return path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) and _has_room(path))


def _has_room(path: Path) -> bool:
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return True
    return disk.f_bavail * disk.f_frsize >= BESIDE


def read_only_engine(path: Path) -> sa.Engine:
    """An engine that reads the store at ``path`` and writes nothing, not even beside it."""
    return sa.create_engine(f"sqlite:///{read_only_address(path)}&uri=true")


def read_only_address(path: Path) -> str:
    """The address at which SQLite reads the store at ``path`` and writes nothing, not even beside it.

    SQLite reads a store in WAL mode only with its two files beside it, or where nothing writes to it. Where the folder
    is closed and they are missing, it is told the latter; what a service stored last may then not be seen.
    """
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1")
    except sqlite3.OperationalError:
        wal = path.with_name(f"{path.name}-wal")
        if wal.is_file() and wal.stat().st_size:
            log.warning("%s cannot be read: what was stored last is not seen", wal)
        return f"{address}&immutable=1"
    return address
