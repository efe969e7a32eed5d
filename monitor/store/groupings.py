"""How far grouping has come with each watch.

``changed`` counts every change to the stories of a watch. Grouping decides outside any transaction, and records only
where that number is still what it was.
"""

from __future__ import annotations

import zlib
from dataclasses import fields
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.rows import insert

LATE = timedelta(hours=6)  # by which a match may be stored after its time, by another process
NOTED_EVERY = timedelta(hours=1)  # how often it is recorded that nothing waits
AGAIN = 1.2  # times as many reports as at the last census, from which there is another


@frozen
class Progress:
    """How far grouping has come with a watch.

    changed: a number that every change to its stories raises. up_to: everything matched before was grouped; None where
    that is not known. version: of the signatures that every grouped report seen after ``signed_since`` has. signed: how
    many signatures were made in all. counted: how many of them there were at the last census.
    """

    changed: int = 0
    up_to: datetime | None = None
    version: int = -1
    signed_since: datetime | None = None
    signed: int = 0
    counted: int = 0

    def since(self, now: datetime) -> datetime | None:
        """Since when what was matched may wait; None for always, as when the clock was set back."""
        return None if self.up_to is None or self.up_to > now else self.up_to - LATE

    def is_old(self, now: datetime) -> bool:
        """Whether it is to be recorded again that nothing waits."""
        return self.up_to is None or not timedelta() <= now - self.up_to < NOTED_EVERY

    @property
    def census_is_due(self) -> bool:
        """Whether so many reports have come that they are to be counted anew."""
        return self.signed >= AGAIN * self.counted + 10


def progress(db: sa.Connection, watch: str) -> Progress:
    """How far grouping has come with a watch."""
    columns = [schema.groupings.c[each.name] for each in fields(Progress)]
    row = db.execute(sa.select(*columns).where(schema.groupings.c.watch == watch)).first()
    return Progress(*row) if row else Progress()


def census(db: sa.Connection, watch: str) -> str:
    """The last census of a watch; "" where there was none."""
    body = db.scalar(sa.select(schema.groupings.c.census).where(schema.groupings.c.watch == watch))
    return zlib.decompress(body).decode() if body else ""


def changed(db: sa.Connection, watch: str) -> int:
    """The number that every change to the stories of a watch raises."""
    found: int | None = db.scalar(sa.select(schema.groupings.c.changed).where(schema.groupings.c.watch == watch))
    return found or 0


def grouped_up_to(db: sa.Connection, watch: str, moment: datetime) -> None:
    """Record that everything that was matched before ``moment`` is grouped."""
    _begin(db, watch)
    db.execute(schema.groupings.update().where(schema.groupings.c.watch == watch).values(up_to=moment))


def signed_since(db: sa.Connection, watch: str, version: int, since: datetime) -> None:
    """Record that every grouped report seen after ``since`` has a signature of this version."""
    _begin(db, watch)
    values = {"version": version, "signed_since": since}
    db.execute(schema.groupings.update().where(schema.groupings.c.watch == watch).values(**values))


def set_census(db: sa.Connection, watch: str, census: str, counted: int | None = None) -> None:
    """Store which terms are common among the reports of a watch, as text. counted: of how many; None: as before."""
    _begin(db, watch)
    values = {"census": zlib.compress(census.encode())} | ({} if counted is None else {"counted": counted})
    db.execute(schema.groupings.update().where(schema.groupings.c.watch == watch).values(**values))


def raise_changed(db: sa.Connection, watch: str) -> None:
    """Record that the stories of a watch are not what they were."""
    _begin(db, watch)
    table = schema.groupings
    db.execute(table.update().where(table.c.watch == watch).values(changed=table.c.changed + 1))


def looked_for_support(db: sa.Connection, watch: str, changed: int, moment: datetime | None) -> None:
    """Record that what supports the stories was looked for, when ``changed`` was this."""
    _begin(db, watch)
    values = {"supported": changed, "supported_at": moment}
    db.execute(schema.groupings.update().where(schema.groupings.c.watch == watch).values(**values))


def looked_for_links(db: sa.Connection, watch: str, changed: int) -> None:
    """Record that it was looked for what the stories follow, when ``changed`` was this."""
    _begin(db, watch)
    db.execute(schema.groupings.update().where(schema.groupings.c.watch == watch).values(linked=changed))


def count_signed(db: sa.Connection, watch: str, more: int) -> None:
    """Record that so many more signatures were made."""
    _begin(db, watch)
    table = schema.groupings
    db.execute(table.update().where(table.c.watch == watch).values(signed=table.c.signed + more))


def _begin(db: sa.Connection, watch: str) -> None:
    db.execute(insert(db, schema.groupings).values(watch=watch).on_conflict_do_nothing())
