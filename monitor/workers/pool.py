"""Worker processes for code that a hostile page could crash, hang or blow up.

Each worker is a process of its own with a pipe of its own, so that one can be killed without a word to the others:
a page that takes too long, crashes the extractor or eats its memory costs that page and nothing else. None is
started before there is work. The start method is forkserver: the libraries are loaded once, in the fork server (see
`fork_server`), never in the service (whose memory and threads stay its own), and a replaced worker costs milliseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import queue
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

from monitor.errors import FetchError, MonitorError
from monitor.workers.memory import resident, return_memory, trim

T = TypeVar("T")

TIMEOUT = 20.0  # seconds
MAX_TASKS = 500  # pages a worker reads before a fresh one takes its place, so that leaks stay small
TIDY_AT = 4 << 20  # bytes a worker may grow before it empties the libraries' caches: one page's can hold tens of MB
OUTGROWN = 20 << 20  # bytes a worker may have grown after that before a fresh one takes its place
MEMORY = 1 << 30  # bytes of address space a worker may have
_GRACE = 2.0  # seconds an idle worker is given to leave by itself


class _WorkerDiedError(Exception):
    """The process ended without an answer."""


class WorkerPool:
    """Runs pure functions in processes that can be killed. Use from one event loop; close it at the end.

    Each process has a thread here that hands it one task after another: it need not wait for its turn of the event
    loop between two. The function must be importable by name, its arguments and result small enough to copy and
    picklable.
    """

    def __init__(self, workers: int | None = None, *, max_tasks: int = MAX_TASKS, memory: int = MEMORY) -> None:
        self._size = workers or max(1, min(4, os.cpu_count() or 1))
        self._max_tasks = max_tasks
        self._memory = memory
        self._threads: list[threading.Thread] = []
        self._queue: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._unfinished: set[_Task] = set()
        self._closed = False

    async def run(self, function: Callable[..., T], *args: Any, timeout: float = TIMEOUT) -> T:
        """``function(*args)`` in a worker. An error of this package that it raises is raised here as well.

        Raises FetchError (kind "extract") when it takes longer than ``timeout`` seconds, runs out of memory, crashes
        or raises anything else. When this call is cancelled, its worker is killed.
        """
        if self._closed:
            raise RuntimeError("the worker pool is closed")
        task = _Task(function, args, timeout, asyncio.get_running_loop())
        self._unfinished.add(task)
        if len(self._threads) < min(self._size, len(self._unfinished)):
            self._threads.append(threading.Thread(target=self._work, name="worker-pipe", daemon=True))
            self._threads[-1].start()
        self._queue.put(task)
        try:
            while (left := task.seconds_left()) > 0 and not task.answer.done():
                await asyncio.wait({task.answer}, timeout=left)
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

    # In the threads

    def _work(self) -> None:
        """The life of a thread and its process: one task after another until the pool is closed."""
        worker: _Worker | None = None
        while task := self._queue.get():
            try:
                worker, outcome = self._attempt(worker, task)
            except OSError as error:
                failure = FetchError(f"no worker process could be started: {error}", kind="extract")
                worker, outcome = None, _Outcome(error=failure)
            task.settle(outcome)
            if worker and (outcome.spoiled or worker.tasks >= self._max_tasks):
                worker.kill()
                worker = None
        if worker:
            worker.dismiss(_GRACE)

    def _attempt(self, worker: _Worker | None, task: _Task) -> tuple[_Worker | None, _Outcome]:
        """A worker that died while it was idle (out of memory, killed by hand) is replaced once."""
        while True:
            fresh = worker is None
            worker = worker or _Worker(self._memory)
            if not task.begin(worker):
                return worker, _Outcome(error="it was given up")
            try:
                return worker, worker.exchange(task.function, task.args)
            except _WorkerDiedError as death:
                worker.kill()
                if fresh or worker.took_it or task.dropped:
                    return None, _Outcome(
                        error=FetchError(f"reading it ended the worker process ({death})", kind="extract")
                    )
                worker = None
            finally:
                task.end()


class _Task:
    """One call on its way from the event loop (which makes, waits for and drops it) to a worker's thread and back."""

    def __init__(
        self, function: Callable[..., Any], args: tuple[Any, ...], timeout: float, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.function = function
        self.args = args
        self.answer: asyncio.Future[_Outcome] = loop.create_future()
        self.dropped = False
        self._timeout = timeout
        self._began: float | None = None
        self._worker: _Worker | None = None
        self._lock = threading.Lock()  # so that a worker is never killed for a task that it has just ended

    def seconds_left(self) -> float:
        """Its time runs from when a worker has it."""
        began = self._began
        return self._timeout if began is None else began + self._timeout - time.monotonic()

    def begin(self, worker: _Worker) -> bool:
        with self._lock:
            if not self.dropped:
                self._began, self._worker = time.monotonic(), worker
            return not self.dropped

    def end(self) -> None:
        with self._lock:
            self._worker = None

    def drop(self) -> None:
        """Nobody waits for it any more; the worker that has it is killed."""
        with self._lock:
            self.dropped = True
            if self._worker:
                self._worker.kill()

    def settle(self, outcome: _Outcome) -> None:
        def take() -> None:
            if not self.answer.done():
                self.answer.set_result(outcome)

        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self.answer.get_loop().call_soon_threadsafe(take)


class _Outcome:
    """What came back: a result, an error to raise, or the words of one a page caused. spoiled: end this worker."""

    def __init__(self, result: Any = None, error: Exception | str | None = None, spoiled: bool = False) -> None:
        self.result = result
        self.error = error
        self.spoiled = spoiled

    def value(self) -> Any:
        if isinstance(self.error, Exception):
            raise self.error
        if self.error is not None:
            raise FetchError(f"it cannot be read: {self.error}", kind="extract")
        return self.result


class _Worker:
    """The service's end of one process. ``took_it``: the last task reached the process before it died."""

    def __init__(self, memory: int) -> None:
        os.environ.setdefault("PYTHONSAFEPATH", "1")  # or a random.py where the service is started is the server's
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["monitor.workers.fork_server"])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, memory), name="worker", daemon=True)
        self._process.start()
        theirs.close()
        self.tasks = 0
        self.took_it = False

    def exchange(self, function: Callable[..., Any], args: tuple[Any, ...]) -> _Outcome:
        self.tasks += 1
        self.took_it = False
        try:
            self._pipe.send((function, args))
            self.took_it = self._pipe.recv() == _STARTED
            return _rebuilt(self._pipe.recv())
        except (EOFError, OSError) as error:
            self._process.join(_GRACE)
            raise _WorkerDiedError(_death(self._process.exitcode)) from error
        except (
            Exception
        ) as error:  # a function that cannot be sent, an answer that cannot be built: the caller hears it
            return _Outcome(error=error)

    def dismiss(self, seconds: float) -> None:
        """Tells an idle worker to leave, and ends it if it has not in so many seconds."""
        with contextlib.suppress(OSError):
            self._pipe.send(None)
        self._process.join(seconds)
        self.kill()

    def kill(self) -> None:
        """Ends the process; whoever waits for its answer gets `_WorkerDiedError`. The pipe closes with the last
        reference to it: closed here, another file could take its number under the thread that reads it."""
        self._process.kill()
        self._process.join()


_STARTED = "started"


def _death(code: int | None) -> str:
    return f"ended by signal {-code}" if code is not None and code < 0 else f"ended with status {code}"


def _rebuilt(answer: tuple[Any, ...]) -> _Outcome:
    kind, *rest = answer
    if kind == "result":
        return _Outcome(rest[0])
    if kind == "monitor":
        error_type, args, state = rest
        error = error_type.__new__(error_type, *args)
        error.args = args
        error.__dict__.update(state)
        return _Outcome(error=error)
    return _Outcome(error=rest[0], spoiled=rest[1])


# In the child


def _serve(pipe: Connection, memory: int) -> None:
    """The life of a worker: one task after another until the service says so or is gone."""
    _confine(memory)
    return_memory()
    start = tidied = resident()
    with contextlib.suppress(EOFError, OSError):
        while tidied < start + OUTGROWN and (task := pipe.recv()) is not None:
            pipe.send(_STARTED)
            pipe.send(_answer(*task))
            if resident() > tidied + TIDY_AT:
                _tidy()
                tidied = resident()


def _tidy() -> None:
    from trafilatura.meta import reset_caches

    reset_caches()
    trim()


def _confine(memory: int) -> None:
    """Ctrl-C goes to the whole group but is meant for the service, which then ends its workers itself."""
    import logging
    import resource
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)  # what the extractor thinks of a page is not for the service's log
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))


def _answer(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...]:
    try:
        return ("result", function(*args))
    except MonitorError as error:  # its class may want more than `args` to be built: sent in parts
        return ("monitor", type(error), error.args, dict(error.__dict__))
    except MemoryError:
        return ("error", "it needs more memory than allowed", True)
    except Exception as error:  # the boundary this module exists for: whatever a page does to a library ends here
        return ("error", f"{type(error).__name__}: {error}"[:300], isinstance(error, RecursionError))
