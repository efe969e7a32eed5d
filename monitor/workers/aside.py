"""Work in a thread, so that the event loop is free for others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, TypeVar

log = logging.getLogger(__name__)

Result = TypeVar("Result")


async def aside(work: Callable[..., Result], *given: Any, stop: Callable[[], None] = lambda: None) -> Result:
    """``work`` done in a thread. A cancel calls ``stop`` and waits for its end; what is done after may rely on that.

    Whatever writes to the store belongs here: it waits up to some seconds while another program writes.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work, *given))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop()
        await asyncio.wait({task})
        if not task.cancelled() and (error := task.exception()):  # who was cancelled is not there to catch it
            log.debug("what was stopped had failed: %s", error)
        raise
