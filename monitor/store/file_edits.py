"""What was edited in the files of the configuration from the page: when, by whom, and how to take it back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store.decision_tables import file_edits as table

Hunk = tuple[tuple[str, ...], tuple[str, ...]]  # see `monitor.config.hunks`


@frozen
class FileEdit:
    """One edit. file: its path below the folder of the configuration. what: in a few words. made: the file is new.

    undone: when it was taken back, None where it stands; undone_by: who did.
    """

    id: int
    at: datetime
    who: str
    file: str
    what: str
    hunks: tuple[Hunk, ...]
    made: bool = False
    undone: datetime | None = None
    undone_by: str = ""


def add(
    db: sa.Connection, who: str, now: datetime, *, file: str, what: str, hunks: Sequence[Hunk], made: bool = False
) -> int:
    """Record an edit; its id."""
    values = {"at": now, "who": who, "file": file, "what": what, "hunks": json.dumps(hunks), "made": made}
    return int(db.execute(table.insert().values(**values)).inserted_primary_key[0])  # type: ignore[index]


def get(db: sa.Connection, number: int) -> FileEdit | None:
    """The edit with this number, None where there is none."""
    row = db.execute(sa.select(table).where(table.c.id == number)).first()
    return _edit(row) if row else None


def newest(db: sa.Connection, *, limit: int, offset: int = 0) -> list[FileEdit]:
    """Edits, the last one first."""
    query = sa.select(table).order_by(table.c.id.desc()).limit(limit).offset(offset)
    return [_edit(row) for row in db.execute(query)]


def count(db: sa.Connection) -> int:
    """How many edits are recorded."""
    return db.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def set_undone(db: sa.Connection, number: int, who: str, now: datetime) -> bool:
    """Record that an edit was taken back; False where it was before."""
    standing = (table.c.id == number, table.c.undone.is_(None))
    return db.execute(table.update().where(*standing).values(undone=now, undone_by=who)).rowcount == 1


def _edit(row: Any) -> FileEdit:
    hunks = tuple((tuple(old), tuple(new)) for old, new in json.loads(row.hunks))
    return FileEdit(row.id, row.at, row.who, row.file, row.what, hunks, row.made, row.undone, row.undone_by)
