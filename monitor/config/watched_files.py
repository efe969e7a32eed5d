"""Which files make the configuration, and whether they are others than before."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

State = dict[str, tuple[int, int, int, int]]


def _is_ours(name: str) -> bool:
    """Whether a changed file can change the configuration. Swap files of editors and files of the store cannot."""
    return not name.startswith((".", "~")) and name.endswith((".yaml", ".yml", ".html", ".txt", ".css"))


def state_of(folders: Iterable[Path]) -> State:
    """path → what tells one version of a file from another, through symbolic links."""
    found: State = {}
    for folder in folders:
        for path in _files(folder):
            try:
                stat = path.stat()
            except OSError:
                continue
            found[str(path)] = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found


def _files(folder: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for here, inner, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(here)
        if real in seen:  # a link that leads back
            inner.clear()
            continue
        seen.add(real)
        inner[:] = [name for name in inner if not name.startswith(".")]
        yield from (Path(here, name) for name in names if _is_ours(name))
