"""Leaves the program at once when all is done, and in time where something does not end.

Python would take apart each module and each object that is left, which takes a fifth of the time of a poll that finds
nothing, and nobody would see a difference. What libraries registered for the end (`atexit`) has been done by then.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading

log = logging.getLogger(__name__)

WITHIN = 9.5  # seconds; ten are promised

_status: int | None = None


def with_status(status: int) -> None:
    """Says that all is done, and how it ended. Else Python ends as usual, as after an error that nobody caught."""
    global _status
    _status = status


def leave_in_time() -> None:
    """From now on the process ends within `WITHIN` seconds, whatever its threads are at.

    A thread cannot be ended from outside, and Python waits for each. What it had not stored yet is as after a crash:
    done again at the next start.
    """
    timer = threading.Timer(WITHIN, _cut_off)
    timer.daemon = True
    try:
        timer.start()
    except RuntimeError as error:  # no thread is left; a second signal, or the supervisor, ends what does not end
        log.warning("nothing watches over the end of what is at work: %s", error)


def _cut_off() -> None:
    log.warning("what was at work did not end in time and was cut off; what it had not stored is done again")
    from multiprocessing import active_children  # noqa: PLC0415 - 5 ms; a program that started none has none

    for worker in active_children():
        worker.kill()
    logging.shutdown()
    os._exit(0)


def _leave() -> None:
    if _status is None:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # the reader has gone, or the stream was closed; Python has words and a status for it
        return
    os._exit(_status)


atexit.register(_leave)  # what is registered first is done last
