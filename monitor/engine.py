"""The engine of a PostgreSQL store: workers of Procrastinate that do the jobs of this process, on the same database.

What a job does stands in the pipeline; nothing here decides. A job only says where something is due, so that one that
is done twice, or was lost with its worker, changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from monitor.errors import StoreError, as_clause
from monitor.pipeline import Pipeline
from monitor.pipeline.retention import Retention
from monitor.store import Store
from monitor.store.engines import CONNECTION
from monitor.store.jobs import NEEDED, QUEUES, Task
from monitor.store.leases import clear
from monitor.store.limits import end_frozen
from monitor.workers.aside import aside
from monitor.workers.isolated import isolated

if TYPE_CHECKING:
    from procrastinate import App as Procrastinate
    from psycopg import AsyncConnection

    from monitor.digest.publisher import Publisher


log = logging.getLogger(__name__)

CONCURRENCY = 20  # jobs at a time; most of a job's time it waits for a host
ALL_QUEUES = tuple(dict.fromkeys(QUEUES.values()))
# Of a worker: another machine may lack the folder that a digest is written to, or the way to a mail server.
WORKER_QUEUES = tuple(name for name in ALL_QUEUES if name != "deliver")
AGAIN = 5.0  # seconds after a failure of the engine itself, such as a database that was restarted
STALLED = 120.0  # seconds without a sign of life; a process that is only frozen for a while keeps its jobs
KEPT = 24  # hours for which a job that failed can be looked at


class Works(Protocol):
    """What does the jobs under one configuration; `monitor.app.App` is one."""

    @property
    def pipeline(self) -> Pipeline:
        """Feeds, pages, judging, second looks."""
        ...

    @property
    def publisher(self) -> Publisher:
        """Deliveries."""
        ...

    @property
    def retention(self) -> Retention:
        """Deletes what is old enough."""
        ...


class Engine:
    """Does jobs of these queues until it is cancelled. Raises StoreError where Procrastinate is not installed.

    works: of the configuration in force. helping: this is a worker beside a service, see `Pipeline.poll`. sends: what
    is being sent; it goes on when the engine is cancelled, and whoever cancels it waits for it.
    """

    def __init__(
        self,
        store: Store,
        works: Callable[[], Works],
        *,
        helping: bool,
        queues: Sequence[str] = ALL_QUEUES,
        concurrency: int = CONCURRENCY,
    ) -> None:
        if not find_spec("procrastinate"):
            raise StoreError(NEEDED)
        self._store = store
        self._works = works
        self.sends: set[asyncio.Task[None]] = set()
        self._helping = helping
        self._queues = queues
        self._concurrency = concurrency

    async def run(self) -> None:
        """Works until it is cancelled. What was begun then is due again at once."""
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what goes wrong is said here, once
        asyncio.get_running_loop().set_exception_handler(_say_lost_end)
        while True:
            begun = time.monotonic()
            with isolated("jobs"):
                await self._work()
            # A worker ends by itself after a freeze, when another has declared it dead.
            await asyncio.sleep(max(0.1, AGAIN - (time.monotonic() - begun)))

    async def _work(self) -> None:
        from procrastinate.exceptions import ProcrastinateException  # noqa: PLC0415 - 150 ms, for a shared store only
        from psycopg import Error  # noqa: PLC0415 - as above

        app = self._app()
        try:
            async with app.open_async():
                await app.run_worker_async(
                    queues=list(self._queues),  # the driver makes a row of a tuple
                    concurrency=self._concurrency,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=0,
                    delete_jobs="successful",
                )
        except (ProcrastinateException, Error, OSError) as error:  # mostly the database was restarted
            raise StoreError(f"the engine of jobs stopped; it begins again: {_why(error)}") from error

    def _app(self) -> Procrastinate:
        from procrastinate import App, PsycopgConnector  # noqa: PLC0415 - 150 ms, for a shared store only

        url = self._store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connector = PsycopgConnector(
            conninfo=url, min_size=1, max_size=4, kwargs=CONNECTION, configure=_commit_each_statement
        )
        app = App(connector=connector)
        tasks: dict[Task, Callable[..., Awaitable[None]]] = {
            "feeds": lambda host: self._works().pipeline.read_feeds(host),
            "pages": lambda host: self._works().pipeline.read_pages(host),
            "judge": lambda: self._works().pipeline.judge(helping=self._helping),
            "look": lambda: self._works().pipeline.look_again(),
            "deliver": self._deliver,
            "prune": lambda: self._works().retention.look(),
        }
        for name, work in tasks.items():
            app.task(name=name, queue=QUEUES[name])(_logged(name, work))

        async def sweep(timestamp: int) -> None:
            await _sweep(app)
            await aside(self._clear)

        task = app.task(name="sweep", queue=self._queues[0], queueing_lock="sweep")(sweep)
        app.periodic(cron="* * * * *")(task)
        return app

    async def _deliver(self) -> None:
        """Sends what is due. A stop does not end it in the middle of a message, which would be sent again."""
        task = asyncio.create_task(self._works().publisher.deliver_due(), name="deliveries")
        self.sends.add(task)
        task.add_done_callback(self.sends.discard)
        await asyncio.shield(task)

    def _clear(self) -> None:
        with self._store.briefly() as db:
            clear(db)
            end_frozen(db)


def _say_lost_end(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody waits for: of a job whose end could not be stored, as the database was away, one line is enough."""
    from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - as in `Engine._app`

    if isinstance(error := context.get("exception"), ConnectorException):
        log.warning("how a job ended could not be stored, and what it left is due again: %s", _why(error))
    else:
        loop.default_exception_handler(context)


def _why(error: BaseException) -> str:
    """What the database said, without the statement."""
    return as_clause(str(error.__cause__ or error).strip().partition("\n")[0])


def _logged(name: str, work: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """``work``, which says what went wrong; the job of it is kept as failed. What it left is due again by itself."""

    async def logged(**given: Any) -> None:
        with isolated(f"a job of {name}") as outcome:
            await work(**given)
        if outcome.error:
            raise outcome.error

    return logged


async def _sweep(app: Procrastinate) -> None:
    """Has the jobs of workers that died done again, and forgets what failed long ago."""
    from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - as in `Engine._app`
    from procrastinate.jobs import Status  # noqa: PLC0415 - as above
    from procrastinate.utils import utcnow  # noqa: PLC0415 - as above

    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        try:
            await manager.retry_job(job, retry_at=utcnow())
            log.warning("the job %s of a worker that died is done again", job.queueing_lock)
        except ConnectorException:  # the same waits already, and one of them is enough; or it has just ended
            await manager.finish_job(job, Status.FAILED, delete_job=True)
    await manager.delete_old_jobs(nb_hours=KEPT, include_failed=True, include_cancelled=True, include_aborted=True)


async def _commit_each_statement(connection: AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)
