"""Records that are kept in a file, so that the next start need not make them again from what a person writes.

The file is only a copy of that, and may be deleted at any time. It holds records of a few modules and nothing else, so
that a file that somebody put there cannot run anything.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import monitor
from monitor.folders import cache_folder

log = logging.getLogger(__name__)

Records = TypeVar("Records")

_FOLDERS = (
    *("config", "data", "data/group_things", "languages", "match", "model"),
    *("stories", "stories/group", "text", "topic"),
)
_SIZE = 64 << 20  # bytes of a file that is read; a dozen watches take 20 MB
_PLAIN: dict[tuple[str, str], type] = {("builtins", each.__name__): each for each in (frozenset, set)}
_BROKEN = (  # what reading a file can raise that holds anything but what was written
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    TypeError,
    ValueError,
)


def of_program() -> bytes:
    """Changes with this program, with the data that it ships, and with Python."""
    digest = hashlib.sha256(sys.version.encode())
    for place, size, changed in _program():
        digest.update(f"\0{place} {size} {changed}".encode())
    return digest.digest()


def _program() -> Iterator[tuple[str, int, int]]:
    """(file, size, time of its last change) of this program and of its data."""
    top = Path(monitor.__file__).parent
    for folder in _FOLDERS:
        for file in sorted(os.scandir(top / folder), key=lambda found: found.name):
            if file.is_file():
                found = file.stat()
                yield f"{folder}/{file.name}", found.st_size, found.st_mtime_ns


class _Reader(pickle.Unpickler):
    """Builds nothing but records of some modules. rooms: how the names of these begin."""

    def __init__(self, data: bytes, rooms: tuple[str, ...]) -> None:
        super().__init__(io.BytesIO(data))
        self._rooms = rooms

    def find_class(self, module: str, name: str) -> Any:
        if (plain := _PLAIN.get((module, name))) is not None:
            return plain
        found = getattr(sys.modules.get(module), name, None) if module.startswith(self._rooms) else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is none of the records that are kept")


def read_records(path: Path, head: bytes, rooms: tuple[str, ...], *, after: int = 0) -> object:
    """What the file at ``path`` holds, None where it begins with anything but ``head`` or cannot be read.

    rooms: how the names of the modules begin whose records it may hold. after: bytes between the head and these.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(head)) != head:
                return None
            file.seek(after, os.SEEK_CUR)
            return _Reader(file.read(_SIZE), rooms).load()
    except FileNotFoundError:
        return None
    except _BROKEN as error:
        log.debug("%s cannot be read and is made anew: %s", path, error)
        return None


def cached(
    name: str, head: bytes, rooms: tuple[str, ...], make: Callable[[], Records], right: Callable[[object], bool]
) -> Records:
    """What ``make`` gives, or what it gave before: kept as ``name`` in the cache of this user, where there is one.

    head: changes with all that it is made from. right: whether what was read is of the kind that ``make`` gives.
    Raises what ``make`` raises; a folder that cannot be used costs time only.
    """
    caches = cache_folder()
    kept = read_records(caches / name, head, rooms) if caches else None
    if right(kept):
        return cast(Records, kept)
    made = make()
    if caches:
        with suppress(OSError):
            caches.mkdir(0o700, parents=True, exist_ok=True)
        write_records(caches / name, head, made)
    return made


def write_records(path: Path, head: bytes, records: object) -> None:
    """Puts the records into the file, at once: a reader finds the old ones or the new ones."""
    held: Path | None = None
    try:
        data = head + pickle.dumps(records, protocol=5)
        if len(data) > _SIZE:
            return
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".new", delete=False) as file:
            held = Path(file.name)
            file.write(data)
        held.replace(path)
    except (OSError, pickle.PicklingError, AttributeError, TypeError) as error:  # such as a full disk
        log.debug("%s cannot be written, and the next start makes what it keeps again: %s", path, error)
        if held is not None:
            with suppress(OSError):
                held.unlink()
