"""Jobs of Procrastinate, which share the work of a PostgreSQL store: deferred in the transaction that makes them due.

A job says where something is due, and not what: what it does, it reads from the store. So one that is lost or run
twice does no harm, and one that waits already stands for all that became due since.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.model.frozen import frozen

if TYPE_CHECKING:
    from procrastinate.jobs import Job

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
    if wanted:
        waiting = _waiting(db, wanted)
        wanted = [each for each in wanted if str(each) not in waiting]
    if not wanted:
        return 0
    if _insert(db, wanted):
        return len(wanted)
    return sum(_insert(db, [each]) for each in wanted)  # another process has deferred one of them meanwhile


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


def _insert(db: sa.Connection, due: Iterable[Due]) -> bool:
    """Insert these jobs, in one statement; False where one of them waits already, and then none is inserted.

    Raises sqlalchemy's DBAPIError, as any other statement does.
    """
    from procrastinate.exceptions import AlreadyEnqueued, ConnectorException  # noqa: PLC0415 - for a shared store only
    from procrastinate.manager import JobManager  # noqa: PLC0415 - as above
    from procrastinate.sync_psycopg_connector import SyncPsycopgConnector  # noqa: PLC0415 - as above

    try:
        with db.begin_nested():
            manager = JobManager(SyncPsycopgConnector())
            manager.batch_defer_jobs(list(map(_job, due)), connection=db.connection.driver_connection)
    except AlreadyEnqueued:
        return False
    except ConnectorException as error:
        raise sa.exc.OperationalError("deferring jobs", None, error.__cause__ or error) from error
    return True


def _job(due: Due) -> Job:
    from procrastinate.jobs import Job  # noqa: PLC0415 - for a shared store only

    job = Job(queue=QUEUES[due.task], lock=None, queueing_lock=str(due), task_name=due.task)
    return job if due.host is None else job.evolve(task_kwargs={"host": due.host})
