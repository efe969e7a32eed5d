"""Runs work side by side with its results in batches, lets hosts take turns, and reports progress."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any, Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

BATCH = 25  # articles, or feeds with something to store, that are saved in one transaction


class Observer(Protocol):
    """Follows the work as it is done, for progress bars."""

    def begin(self, what: str, total: int) -> None:
        """``total`` pieces of ``what`` ("feeds", "articles") are about to be done; 0 ends its bar."""

    def advance(self, what: str) -> None:
        """One piece of ``what`` is done."""


async def batches(
    work: Iterable[Coroutine[Any, Any, Result]], at_once: int, weigh: Callable[[Result], float] = lambda _: 1
) -> AsyncIterator[list[Result]]:
    """Results of ``work``, ``at_once`` of it side by side, in batches as they come: a crash loses at most one batch.

    The next piece is begun when a result is taken, so what waits to be stored never fills the memory. weigh: what a
    result is of those that fill a batch.
    """
    waiting = iter(work)
    running: set[asyncio.Task[Result]] = set()
    finished: asyncio.Queue[asyncio.Task[Result]] = asyncio.Queue()

    def begin(some: int) -> None:
        for each in islice(waiting, some):
            task = asyncio.ensure_future(each)
            task.add_done_callback(finished.put_nowait)
            running.add(task)

    batch: list[Result] = []
    weight = 0.0
    try:
        begin(at_once)
        while running:
            task = await finished.get()
            running.remove(task)
            batch.append(task.result())
            weight += weigh(batch[-1])
            begin(1)
            if weight >= BATCH or not running:
                yield batch
                batch, weight = [], 0.0
    finally:
        for task in running:
            task.cancel()


def in_turns(items: Iterable[Item], host: Callable[[Item], str]) -> list[Item]:
    """The items with hosts taking turns, each host's in their order: its own queue must not be the others'."""
    turn: Counter[str] = Counter()
    ordered = []
    for place, item in enumerate(items):
        name = host(item)
        ordered.append((turn[name], place, item))
        turn[name] += 1
    return [item for *_, item in sorted(ordered, key=lambda each: each[:2])]


@asynccontextmanager
async def meanwhile(work: Callable[[], Awaitable[None]]) -> AsyncIterator[Callable[[], None]]:
    """Gives a function to call whenever there is ``work``, which is then done beside what the block does.

    It is never done twice at a time; the block ends when all of it is done. An error of it ends the block.
    """
    task: asyncio.Task[None] | None = None
    wanted = False

    async def rounds() -> None:
        nonlocal wanted
        while wanted:
            wanted = False
            await work()

    def ask() -> None:
        nonlocal task, wanted
        wanted = True
        if task and task.done():
            task.result()
        if task is None or task.done():
            task = asyncio.ensure_future(rounds())

    try:
        yield ask
        if task:
            await task
    finally:
        if task and not task.done():
            task.cancel()
            await asyncio.wait({task})
