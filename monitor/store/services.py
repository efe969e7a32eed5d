"""Which services and workers are at work on a store: each writes now and then that it is."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.rows import insert

GONE = timedelta(minutes=2)  # after which one that says nothing counts as ended
ADVICE = "Stop all but one; on a PostgreSQL store `monitor worker` shares the work of one service"
FORGOTTEN = timedelta(days=1)


@frozen
class Process:
    """A service or worker. role: "service" or "worker". started: when it said that it is at work for the first time."""

    host: str
    pid: int
    role: str
    version: str
    started: datetime

    def __str__(self) -> str:
        since = f"{self.started:%Y-%m-%d %H:%M} UTC"
        return f"{self.role} of version {self.version}, process {self.pid} on {self.host}, since {since}"


def own(role: str, version: str, now: datetime) -> Process:
    """This process."""
    return Process(socket.gethostname(), os.getpid(), role, version, now)


def note(db: sa.Connection, me: Process, now: datetime) -> None:
    """Record that it is at work, and forget who has long said nothing."""
    table, c = schema.services, schema.services.c
    values = {"role": me.role, "version": me.version, "seen": now}
    statement = insert(db, table).values(host=me.host, pid=me.pid, started=me.started, **values)
    db.execute(statement.on_conflict_do_update(index_elements=["host", "pid"], set_={**values, "started": me.started}))
    db.execute(table.delete().where(sa.or_(c.seen < now - FORGOTTEN, c.seen > now + FORGOTTEN)))


def leave(db: sa.Connection, me: Process) -> None:
    """Record that it has ended."""
    c = schema.services.c
    db.execute(schema.services.delete().where(c.host == me.host, c.pid == me.pid))


def at_work(db: sa.Connection, now: datetime) -> list[Process]:
    """Who has said lately that it is at work and, on this machine, still runs; the oldest first."""
    c = schema.services.c
    query = sa.select(c.host, c.pid, c.role, c.version, c.started).where(c.seen > now - GONE, c.seen < now + GONE)
    found = [Process(*row) for row in db.execute(query.order_by(c.started, c.host, c.pid))]
    return [each for each in found if _may_run(each)]


def too_many(found: Sequence[Process]) -> str:
    """What there is to say where several services are at work; workers are meant to be there. "" for one or none."""
    several = [each for each in found if each.role == "service"]
    if len(several) < 2:
        return ""
    listed = "; ".join(map(str, several))
    return f"{len(several)} services work on this store, and each asks every site: {listed}. {ADVICE}"


def _may_run(process: Process) -> bool:
    """A service that was killed cannot say so; on its own machine that is seen."""
    if process.host != socket.gethostname() or not Path("/proc/self").exists():
        return True
    return Path(f"/proc/{process.pid}").exists()
