"""Work done side by side, its results in batches; and whom to tell as things get done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")

BATCH = 50  # feeds or articles saved in one transaction


class Observer(Protocol):
    """Told as things get done, for progress bars."""

    def begin(self, what: str, total: int) -> None: ...
    def advance(self, what: str) -> None: ...


async def batches(work: Iterable[Coroutine[Any, Any, Result]]) -> AsyncIterator[list[Result]]:
    """Results of ``work`` run side by side, in batches as they come: a crash loses at most one batch's fetches."""
    tasks = [asyncio.ensure_future(each) for each in work]
    batch: list[Result] = []
    try:
        for done in asyncio.as_completed(tasks):
            batch.append(await done)
            if len(batch) >= BATCH:
                yield batch
                batch = []
        if batch:
            yield batch
    finally:
        for task in tasks:
            task.cancel()
