"""How much memory this process holds, how freed memory goes back to the system (Linux, glibc), and what the collector
of garbage leaves alone. While it looks, no other thread runs: that is what `/healthz` then waits for.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
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


def settle() -> None:
    """What is loaded now stays for good. Looking through it for garbage took a tenth of a second, more when busy."""
    gc.collect()
    gc.freeze()


@contextmanager
def to_stay() -> Iterator[None]:
    """What the block makes stays until it is let go: the collector looks neither meanwhile nor, later, at it."""
    collecting = gc.isenabled()
    gc.collect(1)  # so that no garbage stays with it; what is older holds little
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
