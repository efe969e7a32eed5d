"""A store that may be read and not written: on a read-only disk, or of another user."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

log = logging.getLogger(__name__)


def is_closed(path: Path) -> bool:
    """Whether the file is there and neither it nor what SQLite puts beside it can be written."""
    return path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def read_only_engine(path: Path) -> sa.Engine:
    """An engine that reads the store at ``path`` and writes nothing, not even beside it.

    SQLite reads a store in WAL mode only with its two files beside it, or where nothing writes to it. Where the folder
    is closed and they are missing, it is told the latter; what a service stored last may then not be seen.
    """
    engine = _engine(path, "mode=ro")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1 FROM sqlite_schema LIMIT 1")
    except sa.exc.OperationalError:
        engine.dispose()
        wal = path.with_name(f"{path.name}-wal")
        if wal.is_file() and wal.stat().st_size:
            log.warning("%s cannot be read: what was stored last is not seen", wal)
        return _engine(path, "mode=ro&immutable=1")
    return engine


def _engine(path: Path, how: str) -> sa.Engine:
    return sa.create_engine(f"sqlite:///file:{quote(str(path.absolute()))}?{how}&uri=true")
