"""How much memory this process holds, and what the C library does with what is freed (Linux, glibc)."""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # of <malloc.h>


def return_memory() -> None:
    """Has the C library (glibc) take buffers from 128 kB on from the system and give them back when they are freed.

    Left to itself it raises that bound to the largest buffer it has seen (mallopt(3), M_MMAP_THRESHOLD), and bodies
    and pages then leave holes in its heap that grow for months. One heap serves all threads, which by default keep what
    they freed each for itself. Elsewhere nothing is done.
    """
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 1)
        for option in (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD):
            mallopt(option, 128 * 1024)


def trim() -> None:
    """Gives the system back what lies free in the C library's heap (malloc_trim(3)); some milliseconds."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def resident() -> int:
    """Bytes of memory this process holds; 0 where the system does not say (no /proc)."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
