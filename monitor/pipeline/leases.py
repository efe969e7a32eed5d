"""Leases of this process while it works: taken without waiting, renewed beside the work, given back at its end.

Those by name are for stores that several processes share; those of feeds hold between two services on SQLite, too.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from monitor.errors import LostLeaseError, StoreError
from monitor.model.frozen import frozen
from monitor.store import Store, feed_states, leases
from monitor.store.leases import LASTS, RENEWED_EVERY, Lease
from monitor.store.subjects import ROWS
from monitor.workers.aside import aside

log = logging.getLogger(__name__)

BETWEEN = 0.5  # seconds between two tries to take what another process has


class Leases:
    """What this process holds. On an SQLite store, which one service has for itself, it may do everything."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: dict[str, asyncio.Task[Lease | None]] = {}
        self._sure_until: dict[Lease, float] = {}  # by this process's own clock, which goes on while it is frozen

    async def take(self, name: str, *, anew: bool = False) -> Lease | None:
        """The lease of this name, taken when it is first asked for; None where another process has it, or got it.

        anew: it is asked for again, as the other may have ended.
        """
        if not self._store.shared:
            return Lease(name, 0)
        if anew or name not in self._asked:
            self._asked[name] = asyncio.ensure_future(aside(self._take, name))
        lease = await asyncio.shield(self._asked[name])
        return lease if lease and self._sure_until.get(lease, 0.0) > time.monotonic() else None

    def _take(self, name: str) -> Lease | None:
        asked = time.monotonic()
        with self._store.briefly() as db:
            lease = leases.take(db, name)
        if lease:
            self._sure_until[lease] = asked + LASTS
        return lease

    async def keep(self) -> None:
        """Renew them until it is cancelled."""
        while True:
            await asyncio.sleep(RENEWED_EVERY)
            with suppress(StoreError):  # tried again next time
                await aside(self._renew)

    def _renew(self) -> None:
        asked, mine = time.monotonic(), list(self._sure_until)
        if not mine:
            return
        with self._store.briefly() as db:
            still = leases.renew(db, mine)
        for lease in mine:
            if lease in still:
                self._sure_until[lease] = asked + LASTS
            else:
                del self._sure_until[lease]
                log.warning("%s was taken over by another process; what this one has of it is not stored", lease.name)

    def give_back(self) -> None:
        """Let others take them at once."""
        if self._sure_until:
            with suppress(StoreError), self._store.briefly() as db:
                leases.release(db, list(self._sure_until))


@asynccontextmanager
async def leased(store: Store) -> AsyncIterator[Leases]:
    """Leases for the work of the block."""
    mine = Leases(store)
    if not store.shared:
        yield mine
        return
    keeper = asyncio.create_task(mine.keep())
    try:
        yield mine
    finally:
        keeper.cancel()
        await asyncio.wait({keeper})
        await aside(mine.give_back)


@asynccontextmanager
async def alone(store: Store, name: str, patience: float = 0.0) -> AsyncIterator[Store | None]:
    """The store for what one process at a time does; None where another does it, also after ``patience`` seconds.

    Once another has taken it over, nothing more is stored through it: the block ends there, and that is said.
    """
    end = time.monotonic() + patience
    async with leased(store) as mine:
        lease = await mine.take(name)
        while lease is None and time.monotonic() < end:
            await asyncio.sleep(BETWEEN)
            lease = await mine.take(name, anew=True)
        try:
            yield store.held_by(lease) if lease else None
        except LostLeaseError as error:
            log.warning("%s", error)


@frozen
class Terms:
    """How long feeds are leased. lasts: after which one that was taken by a service that died is due again.
    renewed_every: seconds; so a few renewals may fail, or be late, before another service takes the feeds.
    """

    lasts: timedelta
    renewed_every: float


ALONE = Terms(timedelta(minutes=2), 30.0)
SHARED = Terms(timedelta(seconds=30), 7.0)  # others are there to go on at once


def terms_of(store: Store) -> Terms:
    """The terms of the leases of feeds on this store."""
    return SHARED if store.shared else ALONE


@asynccontextmanager
async def renewed(store: Store, until: datetime, clock: Callable[[], datetime]) -> AsyncIterator[Callable[[], bool]]:
    """Keeps the leases of feeds that end at ``until`` from ending while the block runs; what was saved since has none.

    Each is a feed's next check (`feed_states.claim`), because two services on one SQLite store have no other.
    Gives a function that says whether they last still. After a freeze they may be another's.
    """
    terms = terms_of(store)
    sure_until = time.monotonic() + terms.lasts.total_seconds()

    def last() -> bool:
        return not store.shared or time.monotonic() < sure_until

    async def renew() -> None:
        nonlocal until, sure_until
        while True:
            await asyncio.sleep(terms.renewed_every)
            if not last():
                return
            begun, later = time.monotonic(), clock() + terms.lasts
            try:
                await aside(_prolong, store, until, later)
            except StoreError:  # locked or full; tried again next time
                continue
            until, sure_until = later, begun + terms.lasts.total_seconds()

    task = asyncio.create_task(renew())
    try:
        yield last
    finally:
        task.cancel()
        await asyncio.wait({task})


def _prolong(store: Store, until: datetime, later: datetime) -> None:
    with store.write(ROWS) as db:
        feed_states.renew(db, until, later)
