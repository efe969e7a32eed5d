"""Preloaded into the fork server of `workers`, nowhere else: it says nothing of the death of its service.

A service killed (SIGKILL) just as it asks for a worker leaves half a request, and Python's fork server ends with a
traceback of EOFError on the terminal of whoever killed it. The server then ends all the same; nothing is lost.
"""

from __future__ import annotations

import sys
from types import TracebackType

_usual = sys.excepthook


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, EOFError):
        _usual(kind, error, trace)


if sys.argv[:1] == ["-c"]:  # the fork server is started with a line of code; a program that imports this is not
    sys.excepthook = _hook
