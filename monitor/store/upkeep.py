"""When a store was last backed up and pruned, and what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.rows import insert

Job = Literal["backup", "retention"]


@frozen
class Done:
    """A job that was done. figures: kind → how many."""

    at: datetime
    figures: Mapping[str, int]


def record(db: sa.Connection, job: Job, figures: Mapping[str, int], now: datetime) -> None:
    """Record that a job was done, in place of the time before."""
    row = {"at": now, "figures": json.dumps(dict(figures))}
    statement = insert(db, schema.upkeep).values(job=job, **row)
    db.execute(statement.on_conflict_do_update(index_elements=["job"], set_=row))


def add(db: sa.Connection, job: Job, figures: Mapping[str, int], now: datetime) -> None:
    """Record that a job was done; its figures are added to those of all times before."""
    before = last(db)[job].figures if job in last(db) else {}
    record(db, job, {kind: before.get(kind, 0) + figures.get(kind, 0) for kind in {**before, **figures}}, now)


def last(db: sa.Connection) -> dict[str, Done]:
    """job → when it was done last; jobs that were never done are left out."""
    rows = db.execute(sa.select(schema.upkeep))
    return {row.job: Done(row.at, json.loads(row.figures)) for row in rows}
