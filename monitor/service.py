"""The background service: ticks, signals, re-reading the configuration, a clean stop.

It decides nothing. APScheduler runs a few ticks from memory; what is due is in the store, so a restart loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.config.watched_files import State, state_of
from monitor.digest.publisher import Publisher
from monitor.engine import Engine
from monitor.errors import ConfigError, MonitorError, SeedError, StoreError
from monitor.pipeline import Pipeline
from monitor.pipeline.hubs import Hubs
from monitor.pipeline.index_archive import ArchiveIndexing
from monitor.pipeline.presence import Presence
from monitor.pipeline.retention import Retention
from monitor.pipeline.suggest_daily import DailySuggestions
from monitor.pipeline.summary import PollSummary
from monitor.web.heartbeat import Pulse
from monitor.workers.isolated import isolated
from monitor.workers.memory import return_memory, settle

log = logging.getLogger(__name__)

MINUTE = 60.0
LOOK = 1.0  # seconds between two looks at the files of the configuration, a millisecond each
SETTLED = 0.2  # seconds for which they stay the same before they are read
SWITCH = 0.0005  # seconds for which a thread that computes keeps the interpreter while others wait for it
STOP_WITHIN = 8.0  # seconds a send in progress may take to end after a signal


class Running(Protocol):
    """What the service needs of a valid configuration; `monitor.app.App` is one."""

    @property
    def pipeline(self) -> Pipeline:
        """From feeds to stories."""
        ...

    @property
    def publisher(self) -> Publisher:
        """From stories to deliveries."""
        ...

    @property
    def suggestions(self) -> DailySuggestions:
        """From stories to words that a watch may lack."""
        ...

    @property
    def hubs(self) -> Hubs:
        """Asks hubs to tell of news."""
        ...

    @property
    def retention(self) -> Retention:
        """Deletes what is old enough."""
        ...

    @property
    def indexing(self) -> ArchiveIndexing:
        """Indexes for search what an earlier version has stored."""
        ...

    @property
    def presence(self) -> Presence:
        """Says that it is at work; the same under every configuration."""
        ...

    @property
    def watched(self) -> Iterable[Path]:
        """Folders in which a saved file changes the configuration."""
        ...

    def tell_unlearned(self) -> None:
        """Logs what changed of the seeds since a watch was learned from them: they lie outside ``watched``."""
        ...

    def refused(self, problems: str) -> None:
        """Posts a notice that an edit did not take effect. Raises StoreError."""
        ...

    def accepted(self) -> None:
        """Takes that notice back. Raises StoreError."""
        ...


@dataclass(frozen=True, slots=True)
class Beats:
    """Seconds between ticks. A tick that finds nothing due costs a query or two."""

    poll: float = 15.0
    digests: float = 15.0
    deliveries: float = 20.0
    suggestions: float = 600.0
    hubs: float = 60.0
    retention: float = 600.0
    indexing: float = 10.0
    presence: float = 20.0
    seeds: float = 600.0


Tick = tuple[str, float, Callable[[], Coroutine[Any, Any, None]], set[asyncio.Task[Any]]]
"""Name, seconds between two ticks, what it does, and the set that holds its task while it runs."""


class Service:
    """Polls, publishes and delivers until it is stopped.

    reload: builds a new Running from the files; raises ConfigError or SeedError when they are not valid.
    leaving: called when it begins to stop. engine: does the jobs of a store that several processes share; None for a
    store that this one has for itself.
    """

    def __init__(
        self,
        running: Running,
        reload: Callable[[], Running],
        beats: Beats | None = None,
        leaving: Callable[[], None] = lambda: None,
        engine: Callable[[Callable[[], Running]], Engine] | None = None,
    ) -> None:
        self._running = running
        self._engine = engine(lambda: self._running) if engine else None
        self._reload = reload
        self._beats = beats or Beats()
        self._leaving = leaving
        self.pulse = Pulse(datetime.now(UTC))
        self._stop = asyncio.Event()
        self._hang_up = asyncio.Event()
        self._polls: set[asyncio.Task[Any]] = set()
        self._sends: set[asyncio.Task[Any]] = set()

    def stop(self) -> None:
        """Makes `run` return once what is being sent has ended."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether `stop` or a signal came."""
        return self._stop.is_set()

    @property
    def running(self) -> Running:
        """The configuration in force."""
        return self._running

    async def run(self) -> None:
        """Ticks until `stop`, SIGTERM or SIGINT, and returns within ten seconds. SIGHUP re-reads the configuration."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up.set)
        scheduler = self._scheduler()
        scheduler.start()
        watcher = asyncio.create_task(self._watch_files())
        lag = asyncio.create_task(self._measure_lag())
        if self._engine:
            self._polls.add(asyncio.create_task(self._engine.run(), name="engine"))
        try:
            await self._stop.wait()
        finally:
            log.info("stopping")
            self._leaving()
            scheduler.pause()
            watcher.cancel()
            lag.cancel()
            leaving = asyncio.create_task(asyncio.to_thread(self._running.presence.leave))
            await self._wind_down([watcher, lag, leaving])
            scheduler.shutdown(wait=False)  # not earlier: it would cancel the sends that may finish

    def reload(self) -> None:
        """Puts the configuration in the files into force. An invalid one is refused whole; the last good one stays."""
        if notice := self._take(*self._built()):
            self._post(notice)

    async def _reload_aside(self) -> None:
        """`reload`, with what takes long in a thread: the service goes on with what it has."""
        if notice := self._take(*await asyncio.to_thread(self._built)):
            await asyncio.to_thread(self._post, notice)

    def _built(self) -> tuple[Running | None, Exception | None]:
        """What the files make, or why they make nothing."""
        try:
            return self._reload(), None
        except Exception as error:  # whatever a file does to its reader, the service goes on with what it has
            return None, error

    def _take(self, built: Running | None, error: Exception | None) -> Callable[[], None] | None:
        """Puts it into force, or says why not; what the readers of the next digest are to be told, if anything."""
        if built is not None:
            self._running = built
            self.pulse.refused = ""
            log.info("configuration re-read")
            return built.accepted
        assert error is not None
        self.pulse.refused = str(error) if isinstance(error, MonitorError) else "it breaks its reader; see the log"
        if isinstance(error, ConfigError | SeedError):
            log.error("configuration refused, the last good one stays in force:\n%s", error)
            return partial(self._running.refused, str(error))
        if isinstance(error, MonitorError):
            log.error("the configuration could not be applied, the last good one stays in force: %s", error)
            return None
        log.error("the configuration cannot be read, the last good one stays in force", exc_info=error)
        return partial(self._running.refused, self.pulse.refused)

    def _post(self, notice: Callable[[], None]) -> None:
        """Writes a notice for the readers of the next digest; a store that fails now is no reason to stop."""
        try:
            notice()
        except StoreError as error:
            log.error("the next digest cannot mention this: %s", error)

    def _scheduler(self) -> AsyncIOScheduler:
        # The default misfire grace of one second drops runs on a busy machine: a late tick is still due.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        for name, seconds, tick, tasks in self._ticks():
            beat = self._guarded(name, tick, tasks)
            first = 0.0 if seconds < MINUTE else seconds  # what is rare leaves the start to what is not
            at = datetime.now(UTC) + timedelta(seconds=first)
            scheduler.add_job(beat, "interval", seconds=seconds, id=name, next_run_time=at)
        return scheduler

    def _ticks(self) -> list[Tick]:
        # Polls are kept apart from sends, because a stop cuts polls short and lets sends finish.
        return [
            ("poll", self._beats.poll, self._poll, self._polls),
            ("digests", self._beats.digests, self._digests, self._sends),
            ("deliveries", self._beats.deliveries, self._deliveries, self._sends),
            ("suggestions", self._beats.suggestions, self._suggestions, self._polls),
            ("hubs", self._beats.hubs, self._hubs, self._polls),
            ("retention", self._beats.retention, self._retention, self._polls),
            ("indexing", self._beats.indexing, self._indexing, self._polls),
            ("presence", self._beats.presence, self._presence, self._polls),
            ("seeds", self._beats.seeds, self._seeds, self._polls),
        ]

    def _guarded(
        self, name: str, tick: Callable[[], Coroutine[Any, Any, None]], tasks: set[asyncio.Task[Any]]
    ) -> Callable[[], Awaitable[None]]:
        """``tick`` as a task that a stop can wait for or cancel, and whose failure never ends the service."""

        async def beat() -> None:
            if self._stop.is_set():
                return
            begun = time.monotonic()
            task = asyncio.create_task(tick(), name=name)
            tasks.add(task)
            try:
                with isolated(name) as outcome:
                    await task
                if outcome.error is None:
                    self.pulse.ended(name, datetime.now(UTC), time.monotonic() - begun)
                else:
                    self.pulse.broke(name, outcome.reason)
            except asyncio.CancelledError:
                log.debug("%s was stopped", name)
            finally:
                tasks.discard(task)

        return beat

    async def _poll(self) -> None:
        if self._engine:
            await self._running.pipeline.share()
        else:
            _log_poll(await self._running.pipeline.poll())
        await self._running.publisher.alert(send=not self._engine)

    async def _digests(self) -> None:
        await self._running.publisher.publish_due(send=not self._engine)

    async def _deliveries(self) -> None:
        if self._engine:
            await self._running.publisher.defer_due()
        else:
            await self._running.publisher.deliver_due()

    async def _suggestions(self) -> None:
        await self._running.suggestions.look()

    async def _hubs(self) -> None:
        await self._running.hubs.look()

    async def _retention(self) -> None:
        if self._engine:
            await self._running.retention.defer()
        else:
            await self._running.retention.look()

    async def _indexing(self) -> None:
        await self._running.indexing.look()

    async def _presence(self) -> None:
        await self._running.presence.look()

    async def _seeds(self) -> None:
        await asyncio.to_thread(self._running.tell_unlearned)

    async def _watch_files(self) -> None:
        """Reloads when a file was saved, and on SIGHUP. Nothing that goes wrong with a file ends it.

        Files are looked at, and the system is not asked for notices: those come of no folder that is a symbolic link
        and is swapped, as orchestrators do, nor of a network's folder, and their number is limited.
        """
        seen = await self._state()
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hang_up.wait(), LOOK)
            asked = self._hang_up.is_set()
            self._hang_up.clear()
            now = await self._state()
            if now == seen and not asked:
                continue
            while (later := await self._state(after=SETTLED)) != now:  # a file that is still being written
                now = later
            seen = now
            await self._reload_aside()

    async def _state(self, after: float = 0) -> State:
        await asyncio.sleep(after)
        return await asyncio.to_thread(state_of, list(self._running.watched))

    async def _measure_lag(self) -> None:
        """Records how late the loop comes to a beat of one second: so long was everything else held up."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 1.0
            await asyncio.sleep(1.0)
            self.pulse.beat(max(0.0, loop.time() - due))

    async def _wind_down(self, extra: list[asyncio.Task[Any]]) -> None:
        """Cancels polls (what they had not stored is fetched again) and gives sends `STOP_WITHIN` seconds to finish."""
        for task in self._polls:
            task.cancel()
        sends = self._engine.sends if self._engine else set()
        waiting = [*self._polls, *self._sends, *sends, *extra]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=STOP_WITHIN)
            for task in late:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*late, return_exceptions=True)


def settle_in() -> None:
    """What a process that stays sets once, before anybody waits for it: neither threads that compute nor the collector
    hold up the others, and freed memory goes back.
    """
    sys.setswitchinterval(SWITCH)
    return_memory()
    settle()


class Worker(Service):
    """Polls, from feeds to stories, beside a service on the same store; digests, alerts and notices are left to it."""

    def _ticks(self) -> list[Tick]:
        return [
            ("poll", self._beats.poll, self._poll, self._polls),
            ("presence", self._beats.presence, self._presence, self._polls),
        ]

    async def _poll(self) -> None:
        await self._running.pipeline.share(helping=True)

    def _post(self, notice: Callable[[], None]) -> None:
        """The log is enough: the notices are about the configuration that the service has in force."""


def _log_poll(summary: PollSummary) -> None:
    if summary.did_anything:
        log.info("%s", summary.line())
    if advice := summary.nobody():
        log.error("%s", advice)
