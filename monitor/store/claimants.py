"""Which process holds a claim, and whether it has ended: what can be known of that from here.

A process that was killed cannot say so. On its own machine it is seen, and what it held need not wait for the end of a
lease. Of another machine, another container or another user nothing is known.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

_PROC = Path("/proc")


def own() -> str:
    """A mark of this process that no other has; "" where the system does not say enough."""
    where, began = _where(), _began(os.getpid())
    return f"{where} {os.getpid()} {began}" if where and began else ""


def has_ended(mark: str) -> bool:
    """Whether the process of this mark has certainly ended."""
    where, _, process = mark.rpartition(" ")[0].rpartition(" ")
    if not where or where != _where() or not process.isdigit():
        return False
    return _began(int(process)) != mark.rpartition(" ")[2]


@cache
def _where() -> str:
    """Where process ids mean the same as here, and all are seen: a start of the system, a container and a user of it.

    Some systems hide the processes of other users.
    """
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {(_PROC / 'self/ns/pid').stat().st_ino} {os.getuid()}"
    except OSError:
        return ""


def _began(process: int) -> str:
    """When it began, in ticks since the system did; "" for one that has ended. A number is given again, some day."""
    try:
        # After the name, which is in brackets and may hold anything (proc_pid_stat(5)): fields 3 and 22.
        fields = (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] in ("Z", "X") else fields[19]
    except (OSError, IndexError):
        return ""
