"""Retention: each night a bounded share of what is older than it is kept goes, beside the service's other work."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from monitor.config.service import RetentionConfig
from monitor.pipeline.leases import alone
from monitor.store import Store, jobs, upkeep
from monitor.store.prune import KINDS, Oldest, give_back, prune
from monitor.store.subjects import UPKEEP
from monitor.workers.aside import aside

log = logging.getLogger(__name__)

LEASE = "retention"
NIGHT = range(1, 5)  # hours of the clock, in the zone of the first digest
SHARE = 50_000  # rows of each kind in one night; a service that reads 3,000 articles a day needs 3,000
AGAIN = timedelta(hours=20)
AT_ANY_HOUR = timedelta(days=3)  # a machine that is off at night must not keep everything


def is_due(last: datetime | None, now: datetime, zone: tzinfo) -> bool:
    """Whether a night's share is due."""
    if last is None or now < last:  # the clock was set back
        return now.astimezone(zone).hour in NIGHT
    if now - last >= AT_ANY_HOUR:
        return True
    return now - last >= AGAIN and now.astimezone(zone).hour in NIGHT


def oldest(retention: RetentionConfig, now: datetime) -> Oldest:
    """Before when each kind goes."""
    ages = {kind: getattr(retention, kind) for kind in KINDS}
    return {kind: now - age for kind, age in ages.items() if age is not None}


class Retention:
    """Does the night's share, in a thread: it waits for the disk most of the time."""

    def __init__(self, store: Store, retention: RetentionConfig, zone: tzinfo, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._retention = retention
        self._zone = zone
        self._clock = clock

    async def defer(self) -> None:
        """Defers a job for what `look` does, where several processes share the store. Raises StoreError."""

        def defer() -> None:
            with self._store.briefly() as db:
                jobs.defer(db, [jobs.Due("prune")])

        await aside(defer)

    async def look(self) -> None:
        """Prunes when it is due. Raises StoreError."""
        now = self._clock()
        with self._store.read() as db:
            last = upkeep.last(db).get("retention")
        if not is_due(last.at if last else None, now, self._zone):
            if last is None:  # from now on the days without a night are counted
                await aside(self._note, self._store, {}, now)
            return
        stop = threading.Event()
        try:
            async with alone(self._store, LEASE) as store:
                if store:
                    await asyncio.to_thread(self._share, store, now, stop.is_set)
        finally:
            stop.set()  # a thread cannot be cancelled

    def _share(self, store: Store, now: datetime, stopped: Callable[[], bool]) -> None:
        done = prune(store, oldest(self._retention, now), now, SHARE, stopped)
        done["bytes_given_back"] = give_back(store, stopped)
        if not stopped():
            self._note(store, done, self._clock())
        if any(done.values()):
            log.info("pruned: %s", line(done))

    def _note(self, store: Store, done: dict[str, int], now: datetime) -> None:
        with store.write(UPKEEP) as db:
            upkeep.add(db, "retention", done, now)


def line(done: dict[str, int]) -> str:
    """What went, by kind, in words."""
    names = {"near_misses": "near misses", "feed_texts": "texts of feeds", "evidence": "pages of evidence"}
    rows = [f"{count:,} {names.get(kind, kind)}" for kind, count in done.items() if kind != "bytes_given_back"]
    space = done.get("bytes_given_back", 0)
    return ", ".join(rows) + (f"; {space / 1e6:,.1f} MB given back" if space else "")
