"""A time limit that a freeze of this process does not use up.

The clock goes on while a process is stopped, its container paused, or its memory swapped out. When the process goes on,
too, every limit is over before an answer that came long ago has been read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

STEP = 1.0  # seconds between two looks at the clock
LATE = 1.0  # seconds after which a look that is late means a freeze; also the least that is left after one


@dataclass(slots=True)
class Deadline:
    """left: seconds. frozen: whether the process stood still meanwhile, so that whoever it talks to may have gone."""

    left: float
    frozen: bool = False

    def spend(self, took: float, wanted: float) -> None:
        """Counts ``took`` seconds, of which ``wanted`` were to pass. After a first freeze some time is always left."""
        self.left -= min(took, wanted)
        if took > wanted + LATE:
            self.left = self.left if self.frozen else max(self.left, LATE)
            self.frozen = True


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[Deadline]:
    """Ends the block with TimeoutError after so many seconds in which this process was at work."""
    loop, limit = asyncio.get_running_loop(), Deadline(seconds)
    begun, wanted = loop.time(), min(STEP, seconds)
    handle: asyncio.TimerHandle
    async with asyncio.timeout(None) as timeout:
        # Given to itself: a function that names itself keeps all it sees until the collector of garbage looks.
        def look(again: Callable[..., None]) -> None:
            nonlocal begun, wanted, handle
            limit.spend(loop.time() - begun, wanted)
            if limit.left <= 0:
                timeout.reschedule(loop.time())
                return
            begun, wanted = loop.time(), min(STEP, limit.left)
            handle = loop.call_later(wanted, again, again)

        handle = loop.call_later(wanted, look, look)
        try:
            yield limit
        finally:
            handle.cancel()
            limit.spend(loop.time() - begun, wanted)
