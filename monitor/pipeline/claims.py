"""Claims on feeds: short, and renewed while their owner is at work, so that those of a killed service end soon."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from monitor.errors import StoreError
from monitor.store import Store, feed_states
from monitor.workers.aside import aside

CLAIM = timedelta(minutes=2)  # a feed claimed by a service that died is due again after this
RENEWED_EVERY = 30.0  # seconds; so a few renewals may fail, or be late, before another service takes the feeds


@asynccontextmanager
async def renewed(store: Store, until: datetime, clock: Callable[[], datetime]) -> AsyncIterator[None]:
    """Keeps the claims that end at ``until`` from ending while the block runs; what was saved meanwhile is none."""
    task = asyncio.create_task(_renew(store, until, clock))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _renew(store: Store, until: datetime, clock: Callable[[], datetime]) -> None:
    while True:
        await asyncio.sleep(RENEWED_EVERY)
        later = clock() + CLAIM
        try:
            await aside(_prolong, store, until, later)
        except StoreError:  # locked or full; tried again next time
            continue
        until = later


def _prolong(store: Store, until: datetime, later: datetime) -> None:
    with store.write() as db:
        feed_states.renew(db, until, later)
