"""One call on its way from the event loop to a worker's thread and back."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

from monitor.workers.process import Outcome, Worker

PATIENCE = 4  # times its seconds, for a task whose worker got little of a processor that others wanted, too


class Task:
    """The call ``function(*args)``. The event loop makes it, waits for ``answer`` and may drop it; a worker's thread
    begins, ends and settles it.

    timeout: seconds a worker may work at it. dropped: nobody waits for the answer any more.
    """

    def __init__(
        self, function: Callable[..., Any], args: tuple[Any, ...], timeout: float, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.function = function
        self.args = args
        self.answer: asyncio.Future[Outcome] = loop.create_future()
        self.dropped = False
        self._timeout = timeout
        self._began: float | None = None
        self._worked: float | None = None  # seconds its worker had worked before
        self._worker: Worker | None = None
        self._lock = threading.Lock()  # so that a worker is never killed for a task that it has just ended

    def seconds_left(self) -> float:
        """Seconds until its time is up. The time runs from when a worker has it, not while it waits for one.

        A worker that had less than half of its time on a processor was kept from its work: a busy machine is no fault
        of the feed or page. So it has `PATIENCE` times as long.
        """
        began = self._began
        if began is None:
            return self._timeout
        left = began + self._timeout - time.monotonic()
        if left > 0 or not self._starved():
            return left
        return min(self._timeout / 2, left + (PATIENCE - 1) * self._timeout)

    def spare(self, seconds: float) -> None:
        """Does not count these seconds, in which this process was frozen and could not take the answer."""
        if self._began is not None:
            self._began += seconds

    def _starved(self) -> bool:
        with self._lock:
            now = self._worker.worked() if self._worker else None
        return now is not None and self._worked is not None and now - self._worked < self._timeout / 2

    def begin(self, worker: Worker) -> bool:
        """``worker`` takes the task; False when it was dropped before."""
        with self._lock:
            if not self.dropped:
                self._began, self._worked, self._worker = time.monotonic(), worker.worked(), worker
            return not self.dropped

    def end(self) -> None:
        """Its worker is done with it: from now on a drop leaves the worker alone."""
        with self._lock:
            self._worker = None

    def drop(self) -> None:
        """Nobody waits for it any more; the worker that has it is killed."""
        with self._lock:
            self.dropped = True
            if self._worker:
                self._worker.kill()

    def settle(self, outcome: Outcome) -> None:
        """Hands the outcome to the event loop, from a thread; the first one counts."""

        def take() -> None:
            if not self.answer.done():
                self.answer.set_result(outcome)

        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self.answer.get_loop().call_soon_threadsafe(take)
