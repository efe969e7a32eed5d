"""Jobs of Procrastinate, which share the work of a PostgreSQL store: deferred in the transaction that makes them due.

A job says where something is due, and not what: what it does, it reads from the store. So one that is lost or run
twice does no harm, and one that waits already stands for all that became due since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Literal

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.model.frozen import frozen

Task = Literal["feeds", "pages", "judge", "look", "deliver", "prune"]
QUEUES: dict[Task, str] = {
    "feeds": "fetch",
    "pages": "pages",
    "judge": "judge",
    "look": "pages",
    "deliver": "deliver",
    "prune": "prune",
}
NEEDED = "a PostgreSQL store needs procrastinate, which shares its work; install it: pip install 'procrastinate<3.11'"

# The function of Procrastinate inserts nothing of a batch of which one waits already, and the server writes every such
# refusal to its log, as an error with all its text. Workers meet each other's jobs all day.
_INSERT = sa.text(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args) "
    "SELECT * FROM unnest(CAST(:queues AS text[]), CAST(:tasks AS text[]), CAST(:names AS text[]), "
    "CAST(:args AS jsonb[])) "
    "ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING RETURNING id"
)


@frozen
class Due:
    """What is due. host: whose feeds or pages ("" for entries without a page); None for what is no host's."""

    task: Task
    host: str | None = None

    def __str__(self) -> str:
        return self.task if self.host is None else f"{self.task} {self.host}"


def defer(db: sa.Connection, due: Iterable[Due]) -> int:
    """Defer a job for each, unless one waits already; how many there are more. An SQLite store has no jobs."""
    if db.dialect.name != "postgresql":
        return 0
    wanted = sorted(set(due), key=str)  # in one order, so that two transactions never wait for each other
    waiting = _waiting(db, wanted) if wanted else set()
    wanted = [each for each in wanted if str(each) not in waiting]
    if not wanted:
        return 0
    values = {
        "queues": [QUEUES[each.task] for each in wanted],
        "tasks": [each.task for each in wanted],
        "names": [str(each) for each in wanted],
        "args": [json.dumps({} if each.host is None else {"host": each.host}) for each in wanted],
    }
    return len(db.execute(_INSERT, values).all())


def make_tables(db: sa.Connection) -> None:
    """Make the tables of Procrastinate, by its own statements. Raises StoreError where it is not installed."""
    if db.dialect.name != "postgresql" or sa.inspect(db).has_table("procrastinate_jobs"):
        return
    try:
        from procrastinate.schema import SchemaManager  # noqa: PLC0415 - for a shared store only
    except ImportError as error:
        raise StoreError(NEEDED) from error
    # None of its many statements has a parameter, and they are full of "%" and ":".
    db.exec_driver_sql(SchemaManager.get_schema(), execution_options={"no_parameters": True})


def _waiting(db: sa.Connection, wanted: Iterable[Due]) -> set[str]:
    """Which of them wait. No worker takes up one of these before this transaction ends, so it will see what it stores.

    The lock is the one that a foreign key takes: others may hold it as well.
    """
    query = sa.text(
        "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:names) "
        "AND coalesce(scheduled_at <= now(), true) ORDER BY queueing_lock FOR SHARE SKIP LOCKED"
    )
    return set(db.scalars(query, {"names": [str(each) for each in wanted]}))
