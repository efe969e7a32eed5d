"""Claims on feeds: short, and renewed while their owner is at work, so that those of a killed service end soon."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.errors import StoreError
from monitor.store import Store, feed_states
from monitor.workers.aside import aside


@dataclass(frozen=True, slots=True)
class Terms:
    """lasts: after which a feed that was claimed by a service that died is due again. renewed_every: seconds; so a few
    renewals may fail, or be late, before another service takes the feeds.
    """

    lasts: timedelta
    renewed_every: float


ALONE = Terms(timedelta(minutes=2), 30.0)
SHARED = Terms(timedelta(seconds=30), 7.0)  # others are there to go on at once


def terms_of(store: Store) -> Terms:
    """The terms of claims on this store."""
    return SHARED if store.shared else ALONE


@asynccontextmanager
async def renewed(store: Store, until: datetime, clock: Callable[[], datetime]) -> AsyncIterator[Callable[[], bool]]:
    """Keeps the claims that end at ``until`` from ending while the block runs; what was saved meanwhile is none.

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
    with store.write() as db:
        feed_states.renew(db, until, later)
