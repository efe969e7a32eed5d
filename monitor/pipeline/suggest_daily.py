"""What each watch may lack, looked for once a day beside the service's other work, for the page of the watch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from monitor.config import Config
from monitor.errors import MonitorError
from monitor.model import Suggestions
from monitor.pipeline.leases import alone
from monitor.pipeline.suggest import suggest
from monitor.store import Store, stories, suggestions
from monitor.store.subjects import ROWS
from monitor.workers.aside import aside
from monitor.workers.pool import WorkerPool

log = logging.getLogger(__name__)

BACK = timedelta(days=30)  # of the archive
AGAIN = timedelta(days=1)
EDITED = timedelta(minutes=10)  # until it is looked again after an edit of the configuration: edits come in rows
TIMEOUT = 300.0  # seconds for one watch


def due(watches: Sequence[str], looked: Mapping[str, tuple[str, datetime]], version: str, now: datetime) -> str | None:
    """The watch to look at next: one never looked at, else the one that has waited longest; None where none is due.

    looked: watch → the configuration that was looked at, and when.
    """
    waiting = []
    for watch in watches:
        if watch not in looked:
            return watch
        seen, at = looked[watch]
        if now - at >= (AGAIN if seen == version else EDITED):
            waiting.append((at, watch))
    return min(waiting)[1] if waiting else None


class DailySuggestions:
    """Looks at one watch at a time, in a worker process, and keeps what it finds in the store.

    A watch without stories is left alone, because what it may lack is learned from its stories.
    """

    def __init__(
        self, store: Store, workers: WorkerPool, config: Config, version: str, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._workers = workers
        self._config = config
        self._version = version
        self._clock = clock
        self._watches = [name for name, watch in config.watches.items() if not watch.query_decides]

    async def look(self) -> None:
        """Looks at the watch that is due, if there is one. Raises StoreError."""
        now = self._clock()
        watch = await aside(self._due, now)
        if watch is None:
            return
        async with alone(self._store, "suggest") as store:
            if store:
                await self._look_at(watch, now, store)

    async def _look_at(self, watch: str, now: datetime, store: Store) -> None:
        try:
            found = await self._workers.run(look_for, self._config, watch, now - BACK, timeout=TIMEOUT)
        except MonitorError as error:
            log.warning("%s: no words could be suggested: %s", watch, error)
            found = Suggestions(watch, 0, 0, (), (), ())  # kept, so that it is tried again tomorrow and not at once
        await aside(self._keep, store, found)

    def _due(self, now: datetime) -> str | None:
        with self._store.read() as db:
            looked = suggestions.looked_at(db)
            told = [name for name in self._watches if stories.any_since(db, now - BACK, name)]
        return due(told, looked, self._version, now)

    def _keep(self, store: Store, found: Suggestions) -> None:
        with store.write(ROWS) as db:
            suggestions.keep(db, found, self._version, self._clock())


def look_for(config: Config, watch: str, since: datetime) -> Suggestions:
    """`suggest` with a store of its own, for a worker process. Raises ConfigError, SeedError or StoreError."""
    with closing(Store(config.store_url())) as store:
        return suggest(store, config, watch, since)
