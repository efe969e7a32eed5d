"""One worker process: the service's end of it (`Worker`), and what the process itself does (`_serve`).

The start method is forkserver: the libraries are loaded once, in the fork server (see `fork_server`), never in the
service, whose memory and threads stay its own. A replaced worker so costs milliseconds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import FetchError, MonitorError
from monitor.workers.memory import resident, return_memory, trim

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

GRACE = 2.0  # seconds an idle worker is given to leave by itself
TIDY_AT = 4 << 20  # bytes a worker may grow before it empties the libraries' caches: one page's can hold tens of MB
OUTGROWN = 20 << 20  # bytes a worker may have grown after that before a fresh one takes its place

_STARTED = "started"
# What pickle, and what the classes that it builds, raise for a value that cannot go through a pipe
_UNSENDABLE = (
    pickle.PickleError,
    AttributeError,
    TypeError,
    ValueError,
    LookupError,
    ArithmeticError,
    ImportError,
    RuntimeError,
    MemoryError,
)


class WorkerDiedError(Exception):
    """The process ended without an answer."""


class Outcome:
    """What a worker answered. ``result``: what the function returned. ``error``: an exception to raise as it is, or
    the words of one that a page caused, or None. ``spoiled``: this worker should not be used again.
    """

    def __init__(self, result: Any = None, error: Exception | str | None = None, spoiled: bool = False) -> None:
        self.result = result
        self.error = error
        self.spoiled = spoiled

    def value(self) -> Any:
        """The result. Raises the error as it is, or FetchError (kind "extract") with its words."""
        if isinstance(self.error, Exception):
            raise self.error
        if self.error is not None:
            raise FetchError(f"it cannot be read: {self.error}", kind="extract")
        return self.result


# In the service


class Worker:
    """The service's end of one process, which starts at once. Used by one thread, but `kill` by any.

    memory: bytes of address space it may have. grows: bytes of memory by which it may grow before it leaves. tasks:
    how many it was given so far. received: whether the last task reached the process before it died. Raises OSError
    when no process can be started.
    """

    def __init__(self, memory: int, *, grows: int = OUTGROWN) -> None:
        # Without this a random.py in the folder where the service is started would be what the server imports.
        os.environ.setdefault("PYTHONSAFEPATH", "1")
        from multiprocessing import get_context  # noqa: PLC0415 - 5 ms; most polls start no process

        context = get_context("forkserver")
        context.set_forkserver_preload(["monitor.workers.fork_server"])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, memory, grows), name="worker", daemon=True)
        with _stops_held_back():
            self._process.start()
        theirs.close()  # or the pipe would not break when the process dies, and its answer would be waited for forever
        self.tasks = 0
        self.received = False

    def exchange(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Outcome:
        """Has the process call ``function(*args)`` and waits for the answer. Raises WorkerDiedError."""
        self.tasks += 1
        self.received = False
        try:
            self._pipe.send((function, args))
            self.received = self._pipe.recv() == _STARTED
            return _rebuilt(self._pipe.recv())
        except (EOFError, OSError) as error:
            self._process.join(GRACE)
            raise WorkerDiedError(_cause_of_death(self._process.exitcode)) from error
        except _UNSENDABLE as error:  # of the function or of its answer: the caller sees it
            return Outcome(error=error)

    def worked(self) -> float | None:
        """Seconds of a processor that the process has had since it began; None where the system does not say."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            # After the name, which is in brackets and may hold anything (proc_pid_stat(5)): fields 14 and 15.
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return None

    def dismiss(self, seconds: float) -> None:
        """Lets an idle worker leave by itself, and ends it if it has not after ``seconds``."""
        with contextlib.suppress(OSError):
            self._pipe.send(None)
        self._process.join(seconds)
        self.kill()

    def kill(self) -> None:
        """Ends the process; whoever waits for its answer gets WorkerDiedError. The pipe closes with the last
        reference to it: closed here, another file could take its number under the thread that reads it."""
        self._process.kill()
        self._process.join()


@contextlib.contextmanager
def _stops_held_back() -> Iterator[None]:
    """What this thread starts never sees Ctrl-C or SIGTERM, which may go to a whole group; both are for the service.

    The service then ends its workers itself. The fork server ignores Ctrl-C only once it has loaded its libraries.
    """
    from multiprocessing.resource_tracker import ensure_running  # noqa: PLC0415 - as above

    ensure_running()  # the tracker of multiprocessing, at whose start it lets both through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _cause_of_death(code: int | None) -> str:
    return f"ended by signal {-code}" if code is not None and code < 0 else f"ended with status {code}"


def _rebuilt(answer: tuple[Any, ...]) -> Outcome:
    """The outcome that `_answer` took apart for the pipe."""
    kind, *rest = answer
    if kind == "result":
        return Outcome(rest[0])
    if kind == "monitor":
        error_type, args, state = rest
        error = error_type.__new__(error_type, *args)
        error.args = args
        error.__dict__.update(state)
        return Outcome(error=error)
    return Outcome(error=rest[0], spoiled=rest[1])


def here(function: Callable[..., Any], *args: Any) -> Outcome:
    """The outcome of ``function(*args)`` in this process: what it raises ends as it would in a worker."""
    return _rebuilt(_answer(function, args))


# In the process


def _serve(pipe: Connection, memory: int, grows: int) -> None:
    """The life of a worker: one task after another, until the service sends None, goes away, or this one outgrew."""
    _confine(memory)
    return_memory()
    start = tidied = resident()
    with contextlib.suppress(EOFError, OSError):
        while tidied < start + grows and (task := pipe.recv()) is not None:
            # The service replaces a worker that died idle and tries again; after this word it was the task's fault.
            pipe.send(_STARTED)
            pipe.send(_answer(*task))
            # After the answer is sent, so that nobody waits for the cleaning.
            if resident() > tidied + TIDY_AT:
                _tidy()
                tidied = resident()


def _tidy() -> None:
    from trafilatura.meta import reset_caches  # noqa: PLC0415 - 85 ms; a worker that grew has it already

    reset_caches()
    trim()


def _confine(memory: int) -> None:
    """Limits the process to ``memory`` bytes, and keeps the libraries' log lines out of it."""
    logging.disable(logging.CRITICAL)  # what the extractor thinks of a page is not for the service's log
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))


def _answer(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...]:
    """What goes through the pipe: ("result", value), ("monitor", type, args, state) or ("error", words, spoiled)."""
    try:
        return ("result", function(*args))
    except MonitorError as error:  # its class may want more than `args` to be built: sent in parts
        return ("monitor", type(error), error.args, dict(error.__dict__))
    except MemoryError:
        return ("error", "it needs more memory than allowed", True)
    except Exception as error:  # the boundary this module exists for: whatever a page does to a library ends here
        return ("error", f"{type(error).__name__}: {error}"[:300], isinstance(error, RecursionError))
