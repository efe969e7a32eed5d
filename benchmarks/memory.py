"""Memory of this process and of those it started, in MB, as Linux counts it."""

from __future__ import annotations

import os
from pathlib import Path


def resident() -> float:
    """What this process holds in memory now."""
    return _kilobytes(Path("/proc/self/status"), "VmRSS:") / 1000


def with_children() -> float:
    """The same for this process and all its descendants, with shared pages counted once (PSS)."""
    return _shared_once(_family())


def of_children() -> float:
    """The same without this process."""
    return _shared_once(_family() - {os.getpid()})


def _family() -> set[int]:
    """This process and all its descendants."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(status.parent.name)] = int(fields[1])
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def _shared_once(family: set[int]) -> float:
    return sum(_kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") for pid in family) / 1000


def _kilobytes(path: Path, name: str) -> float:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in lines if line.startswith(name)), 0.0)
