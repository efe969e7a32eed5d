"""Leaves the program at once when all is done.

Python would take apart each module and each object that is left, which takes a fifth of the time of a poll that finds
nothing, and nobody would see a difference. What libraries registered for the end (`atexit`) has been done by then.
"""

from __future__ import annotations

import atexit
import os
import sys

_status: int | None = None


def with_status(status: int) -> None:
    """Says that all is done, and how it ended. Else Python ends as usual, as after an error that nobody caught."""
    global _status
    _status = status


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
