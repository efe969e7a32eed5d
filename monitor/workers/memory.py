"""How much memory this process holds, and how freed memory goes back to the system (Linux, glibc)."""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # of <malloc.h>


def return_memory() -> None:
    """Makes the C library (glibc) return every buffer of 128 kB or more to the system when it is freed.

    By default glibc raises that bound to the largest buffer it has freed (mallopt(3), M_MMAP_THRESHOLD): bodies and
    pages then leave holes in its heap that grow for months. All threads share one heap; by default each thread keeps
    what it freed. Does nothing with another C library.
    """
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 1)
        for option in (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD):
            mallopt(option, 128 * 1024)


def trim() -> None:
    """Returns the free part of the C library's heap to the system (malloc_trim(3)). Takes some milliseconds."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def resident() -> int:
    """Bytes of memory this process holds now; 0 on a system without /proc."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
