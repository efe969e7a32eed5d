"""The heart-beat: ticks, signals, a re-read configuration, a clean stop. It decides nothing.

APScheduler runs a few ticks in memory; what is due stands in the store, so a restart loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from watchfiles import awatch

from monitor.digest.publisher import Publisher
from monitor.errors import ConfigError, MonitorError, SeedError, StoreError
from monitor.pipeline import Pipeline
from monitor.pipeline.summary import PollSummary
from monitor.web.heartbeat import Pulse
from monitor.workers.memory import return_memory

log = logging.getLogger(__name__)

STOP_WITHIN = 8.0  # seconds a send in progress may take to end after a signal


class Running(Protocol):
    """What one valid configuration runs as; `app` builds it."""

    @property
    def pipeline(self) -> Pipeline: ...
    @property
    def publisher(self) -> Publisher: ...
    @property
    def watched(self) -> Iterable[Path]: ...

    def refused(self, problems: str) -> None: ...
    def accepted(self) -> None: ...


def _is_ours(_change: object, path: str) -> bool:
    """Whether a changed file can change the configuration; editors' swap files and the store's own cannot."""
    name = Path(path).name
    return not name.startswith((".", "~")) and name.endswith((".yaml", ".yml", ".html", ".txt", ".css"))


@dataclass(frozen=True, slots=True)
class Beats:
    """Seconds between ticks. A tick that finds nothing due costs one query."""

    poll: float = 15.0
    digests: float = 15.0
    deliveries: float = 20.0


Tick = tuple[str, float, Callable[[], Coroutine[Any, Any, None]], set[asyncio.Task[Any]]]
"""Its name, the seconds between two, what it does, and where its task is kept while it runs."""


class Service:
    """Runs until told to stop. ``reload`` builds a new Running from the files, or raises ConfigError."""

    def __init__(self, running: Running, reload: Callable[[], Running], beats: Beats | None = None) -> None:
        self._running = running
        self._reload = reload
        self._beats = beats or Beats()
        self.pulse = Pulse(datetime.now(UTC))
        self._stop = asyncio.Event()
        self._polls: set[asyncio.Task[Any]] = set()
        self._sends: set[asyncio.Task[Any]] = set()

    def stop(self) -> None:
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    @property
    def running(self) -> Running:
        """The configuration in force."""
        return self._running

    async def run(self) -> None:
        """Ticks until `stop`, SIGTERM or SIGINT; ends within ten seconds of it."""
        return_memory()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        scheduler = self._scheduler()
        scheduler.start()
        watcher = asyncio.create_task(self._watch_files())
        try:
            await self._stop.wait()
        finally:
            log.info("stopping")
            scheduler.pause()
            watcher.cancel()
            await self._wind_down([watcher])
            scheduler.shutdown(wait=False)  # not before: it would cancel what is let finish

    def reload(self) -> None:
        """Takes up the configuration as it is now; an invalid one is refused whole and the last good one kept."""
        try:
            self._running = self._reload()
        except (ConfigError, SeedError) as error:
            log.error("configuration refused, going on with the last good one:\n%s", error)
            self._tell(partial(self._running.refused, str(error)))
        except MonitorError as error:
            log.error("the configuration could not be taken up, going on with the last good one: %s", error)
        else:
            log.info("configuration re-read")
            self._tell(self._running.accepted)

    def _tell(self, note: Callable[[], None]) -> None:
        """Leaves a note for the readers; a store that cannot take it now is no reason to stop."""
        try:
            note()
        except StoreError as error:
            log.error("the next digest will not tell of it: %s", error)

    def _scheduler(self) -> AsyncIOScheduler:
        # The default misfire grace of one second drops runs on a busy machine: a late tick is still due.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        for name, seconds, tick, tasks in self._ticks():
            beat = self._guarded(name, tick, tasks)
            scheduler.add_job(beat, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC))
        return scheduler

    def _ticks(self) -> list[Tick]:
        return [
            ("poll", self._beats.poll, self._poll, self._polls),
            ("digests", self._beats.digests, self._digests, self._sends),
            ("deliveries", self._beats.deliveries, self._deliveries, self._sends),
        ]

    def _guarded(
        self, name: str, tick: Callable[[], Coroutine[Any, Any, None]], tasks: set[asyncio.Task[Any]]
    ) -> Callable[[], Awaitable[None]]:
        """A tick that can be waited for or cancelled at a stop, and whose failure never ends the service."""

        async def beat() -> None:
            if self._stop.is_set():
                return
            task = asyncio.create_task(tick(), name=name)
            tasks.add(task)
            try:
                await task
                self.pulse.ended(name, datetime.now(UTC))
            except asyncio.CancelledError:
                log.debug("%s was stopped", name)
            except MonitorError as error:
                self.pulse.broke(name, str(error))
                log.error("%s: %s", name, error)
            except Exception:  # the isolation boundary of the service: a bug in one tick must not end the others
                self.pulse.broke(name, "something unexpected; the log has the details")
                log.exception("%s failed on something unexpected; it is tried again", name)
            finally:
                tasks.discard(task)

        return beat

    async def _poll(self) -> None:
        _say_polled(await self._running.pipeline.poll())
        await self._running.publisher.alert()

    async def _digests(self) -> None:
        await self._running.publisher.publish_due()

    async def _deliveries(self) -> None:
        await self._running.publisher.deliver_due()

    async def _watch_files(self) -> None:
        """A saved file takes effect as SIGHUP does. Editors replace files, so folders are watched, with all in them."""
        folders = [path for path in self._running.watched if path.is_dir()]
        async for changed in awatch(*folders, watch_filter=_is_ours, stop_event=self._stop):
            log.debug("changed: %s", ", ".join(sorted(path for _, path in changed)))
            self.reload()

    async def _wind_down(self, extra: list[asyncio.Task[Any]]) -> None:
        """Polls are cut short (what they had not stored is fetched again); sends are let finish."""
        for task in self._polls:
            task.cancel()
        waiting = [*self._polls, *self._sends, *extra]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=STOP_WITHIN)
            for task in late:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*late, return_exceptions=True)


class Worker(Service):
    """Polls to the stories beside a service on the same store; digests, alerts and notices are the service's."""

    def _ticks(self) -> list[Tick]:
        return [("poll", self._beats.poll, self._poll, self._polls)]

    async def _poll(self) -> None:
        _say_polled(await self._running.pipeline.poll(helping=True))

    def _tell(self, note: Callable[[], None]) -> None:
        """The log is enough: what the readers are told is what the service has taken up."""


def _say_polled(summary: PollSummary) -> None:
    if summary.did_anything:
        log.info("%s", summary.line())
    if advice := summary.nobody():
        log.error("%s", advice)
