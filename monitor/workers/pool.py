"""A pool of worker processes for code that a hostile page could crash, hang or blow up.

Each worker is a process of its own with a pipe of its own, so one can be killed without a word to the others: a page
that takes too long, crashes the extractor or eats its memory costs that page and nothing else. No process is started
before there is work.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from monitor.deadline import LATE, STEP
from monitor.errors import FetchError
from monitor.workers.process import GRACE, Outcome, Worker, WorkerDiedError
from monitor.workers.task import Task

log = logging.getLogger(__name__)

T = TypeVar("T")

TIMEOUT = 20.0  # seconds
MAX_TASKS = 500  # pages a worker reads before a fresh one takes its place, so that leaks stay small
MEMORY = 1 << 30  # bytes of address space a worker may have


class WorkerPool:
    """Runs pure functions in processes that can be killed. Use from one event loop; close it at the end.

    Each process has a thread here that hands it one task after another: it need not wait for its turn of the event
    loop between two. The function must be importable by name, its arguments and result small enough to copy and
    picklable.

    workers: processes at most, by default one a processor and at most four. max_tasks: calls before a process is
    replaced. memory: bytes of address space of one process.
    """

    def __init__(self, workers: int | None = None, *, max_tasks: int = MAX_TASKS, memory: int = MEMORY) -> None:
        self._size = workers or max(1, min(4, os.cpu_count() or 1))
        self._max_tasks = max_tasks
        self._memory = memory
        self._threads: list[threading.Thread] = []
        self._queue: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._unfinished: set[Task] = set()
        self._closed = False
        self._lacking = False  # whether the last process that was wanted could not be started

    async def run(self, function: Callable[..., T], *args: Any, timeout: float = TIMEOUT) -> T:
        """``function(*args)`` in a worker. An error of this package that it raises is raised here as well.

        Raises FetchError (kind "extract") when it takes longer than ``timeout`` seconds, runs out of memory, crashes
        or raises anything else; RuntimeError after `close`. When this call is cancelled, its worker is killed.
        """
        if self._closed:
            raise RuntimeError("the worker pool is closed")
        task = Task(function, args, timeout, asyncio.get_running_loop())
        self._unfinished.add(task)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if len(self._threads) < min(self._size, len(self._unfinished)):
            try:
                self._start_thread()
            except RuntimeError as error:  # the system has no thread left
                if not self._threads:
                    self._unfinished.discard(task)
                    raise self._no_worker(error) from error
        self._queue.put(task)
        try:
            # The time starts anew when a worker takes the task, so one wait may end too early.
            while (left := task.seconds_left()) > 0 and not task.answer.done():
                begun, step = time.monotonic(), min(left, STEP)
                await asyncio.wait({task.answer}, timeout=step)
                if (late := time.monotonic() - begun - step) > LATE:
                    task.spare(late)
            if not task.answer.done():
                raise FetchError(f"it was not read in {timeout:g} s and given up", kind="extract")
        finally:
            task.drop()
            self._unfinished.discard(task)
        return cast(T, task.answer.result().value())

    async def close(self) -> None:
        """Ends every process; what is still running is killed."""
        self._closed = True
        for task in self._unfinished:
            task.drop()
        for _ in self._threads:
            self._queue.put(None)
        threads, self._threads = self._threads, []
        for thread in threads:
            await asyncio.to_thread(thread.join)

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._work, name="worker-pipe", daemon=True)
        thread.start()
        self._threads.append(thread)

    # In the threads

    def _work(self) -> None:
        """The life of a thread and its process: one task after another until the pool is closed."""
        worker: Worker | None = None
        while task := self._queue.get():
            outcome: Outcome | None = None
            try:
                worker, outcome = self._attempt(worker, task)
                self._lacking = False
            except (OSError, EOFError) as error:  # EOFError: the fork server died as it was asked
                worker, outcome = None, Outcome(error=self._no_worker(error))
            finally:
                if outcome is None:  # a bug ends this thread, but neither the call nor those that wait in the queue
                    self._start_thread()
                task.settle(outcome or Outcome(error="what came of it cannot be passed on"))
            if worker and (outcome.spoiled or worker.tasks >= self._max_tasks):
                worker.kill()
                worker = None
        if worker:
            worker.dismiss(GRACE)

    def _no_worker(self, error: Exception) -> FetchError:
        """The error of a call that no process could take, which is no fault of its page; the log has it once."""
        if not self._lacking:
            self._lacking = True
            log.error(
                "no worker process can be started (%s): pages and long feeds wait until one can. See whether this "
                "machine has memory, processes and open files left, and whether %s can be written",
                error or type(error).__name__,
                tempfile.gettempdir(),
            )
        return FetchError(f"no worker process could be started: {error}", kind="no-worker")

    def _attempt(self, worker: Worker | None, task: Task) -> tuple[Worker | None, Outcome]:
        """Runs ``task`` on ``worker`` (None: a new one); returns the worker to keep and the outcome.

        A worker that died while it was idle (out of memory, killed by hand) is replaced once. Raises OSError.
        """
        while True:
            fresh = worker is None
            worker = worker or Worker(self._memory)
            if not task.begin(worker):
                return worker, Outcome(error="it was given up")
            try:
                return worker, worker.exchange(task.function, task.args)
            except WorkerDiedError as death:
                worker.kill()
                if fresh and not worker.received and not task.dropped:
                    raise OSError(f"it {death} before it had anything to do") from death
                if worker.received or task.dropped:
                    return None, Outcome(
                        error=FetchError(f"reading it ended the worker process ({death})", kind="extract")
                    )
                worker = None
            finally:
                task.end()
