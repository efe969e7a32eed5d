"""The queue of each host: how many requests at once, and how far apart they begin."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

Pace = Callable[[str, float], Awaitable[float]]
"""Reserves the next start at a host, with this many seconds before the one after; in how many seconds it is."""


class Turn:
    """One host's queue: how many requests at once, and when the next may start (seconds of `time.monotonic`)."""

    __slots__ = ("delay", "host", "lock", "next_start", "slots", "users")

    def __init__(self, host: str, connections: int, delay: float) -> None:
        self.host = host
        self.slots = asyncio.Semaphore(connections)
        self.lock = asyncio.Lock()
        self.delay = delay
        self.next_start = 0.0
        self.users = 0

    def left(self) -> None:
        """One user fewer waits for this host or reads from it."""
        self.users -= 1

    async def until_next_start(self, pace: Pace | None) -> bool:
        """Waits until this host may be asked; whether this process came to it late, as after a freeze.

        pace: spaces the requests of all processes; None where this one asks alone.
        """
        asked = time.monotonic()
        wait = max(0.0, self.next_start - asked)
        if pace and self.delay:
            wait = max(wait, await pace(self.host, self.delay))
        told = time.monotonic()
        if wait:
            await asyncio.sleep(wait)
        # What was told late was reserved for a time before: a freeze may lie between the two.
        return time.monotonic() - told - wait > self.delay / 4 or told - asked > self.delay / 2
