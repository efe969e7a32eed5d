"""One call on its way from the event loop to a worker's thread and back."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

from monitor.workers.process import Outcome, Worker


class Task:
    """The call ``function(*args)``. The event loop makes it, waits for ``answer`` and may drop it; a worker's thread
    begins, ends and settles it.

    timeout: seconds a worker may take. dropped: nobody waits for the answer any more.
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
        self._worker: Worker | None = None
        self._lock = threading.Lock()  # so that a worker is never killed for a task that it has just ended

    def seconds_left(self) -> float:
        """Seconds until its time is up. The time runs from when a worker has it, not while it waits for one."""
        began = self._began
        return self._timeout if began is None else began + self._timeout - time.monotonic()

    def begin(self, worker: Worker) -> bool:
        """``worker`` takes the task; False when it was dropped before."""
        with self._lock:
            if not self.dropped:
                self._began, self._worker = time.monotonic(), worker
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
