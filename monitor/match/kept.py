"""Keeps the matchers of a configuration beside its store: a poll that finds one new entry need not build them again.

Building takes most of a second, reading a tenth of that. The file is only a copy of what the configuration and this
program say: it is written anew when either changes, and may be deleted at any time. It holds records of a few
modules and nothing else, so that a file that somebody put there cannot run anything.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import monitor
from monitor.config import Config
from monitor.match.matcher import Matcher
from monitor.topic.fingerprint import fingerprint

log = logging.getLogger(__name__)

_SIZE = 64 << 20  # bytes of a file that is read; a dozen watches take 20 MB
# Of whose classes matchers are made, and the matches that they share.
_ROOMS = ("monitor.match.", "monitor.config.query", "monitor.model.", "monitor.topic.records")
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


def kept_matchers(config: Config, path: Path, build: Callable[[Config], dict[str, Matcher]]) -> dict[str, Matcher]:
    """watch → its matcher, from the file at ``path`` where that is of this configuration, else built and kept there.

    Raises what ``build`` raises. A file that cannot be read or written costs time only.
    """
    key = _key(config)
    kept = _read(path, key)
    if kept is not None:
        return kept
    built = build(config)
    if _key(config) == key:  # else a file was saved meanwhile, and which of the two was read is not known
        _write(path, key, built)
    return built


def matchers_of(config: Config, path: Path | None) -> dict[str, Matcher]:
    """watch → its matcher, kept at ``path`` where there is one. Raises ConfigError or SeedError."""

    def build(config: Config) -> dict[str, Matcher]:
        from monitor.match.load import forget_terms, load_matchers  # noqa: PLC0415 - 60 ms

        built = load_matchers(config)
        forget_terms()
        return built

    return kept_matchers(config, path, build) if path else build(config)


def keep_grown(config: Config, path: Path, matchers: Mapping[str, Matcher]) -> None:
    """Keeps with `kept_matchers` what these have worked out since, where the file still holds the same matchers."""
    if not any(each.grew for each in matchers.values()):
        return
    key = _key(config)
    head = key + _versions(matchers)
    with suppress(OSError), path.open("rb") as file:
        if file.read(len(head)) == head:
            _write(path, key, matchers)


def _key(config: Config) -> bytes:
    """Changes with all that makes a matcher: the files of the configuration, what was read of them, this program."""
    digest = hashlib.sha256(f"{fingerprint(config)} {sys.version}".encode())
    for name, watch in config.watches.items():
        digest.update(f"\0{name}\0{watch!r}".encode("utf-8", "surrogatepass"))
    for place, size, changed in _program():
        digest.update(f"\0{place} {size} {changed}".encode())
    return digest.digest()


def _versions(matchers: Mapping[str, Matcher]) -> bytes:
    """Changes with what any of them looks for; it stands in the file after the key."""
    return hashlib.sha256(repr({name: each.version for name, each in matchers.items()}).encode()).digest()


def _program() -> Iterator[tuple[str, int, int]]:
    """(file, size, time of its last change) of this program and of its data."""
    top = Path(monitor.__file__).parent
    for folder in ("config", "data", "languages", "match", "model", "text", "topic"):
        for file in sorted(os.scandir(top / folder), key=lambda found: found.name):
            if file.is_file():
                found = file.stat()
                yield f"{folder}/{file.name}", found.st_size, found.st_mtime_ns


class _Reader(pickle.Unpickler):
    """Builds nothing but records of a matcher."""

    def find_class(self, module: str, name: str) -> Any:
        if (plain := _PLAIN.get((module, name))) is not None:
            return plain
        found = getattr(sys.modules.get(module), name, None) if module.startswith(_ROOMS) else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a matcher")


def _read(path: Path, key: bytes) -> dict[str, Matcher] | None:
    """The matchers of the file, None where it is of something else."""
    try:
        with path.open("rb") as file:
            if file.read(len(key)) != key:
                return None
            file.seek(hashlib.sha256().digest_size, os.SEEK_CUR)  # the versions
            found = _Reader(io.BytesIO(file.read(_SIZE))).load()
    except FileNotFoundError:
        return None
    except _BROKEN as error:
        log.debug("%s cannot be read and is made anew: %s", path, error)
        return None
    whole = isinstance(found, dict) and all(isinstance(each, Matcher) for each in found.values())
    return found if whole else None


def _write(path: Path, key: bytes, built: Mapping[str, Matcher]) -> None:
    """Puts the matchers into the file, at once: a reader finds the old ones or the new ones.

    What is worked out when it is first looked for is kept as far as it was.
    """
    held: Path | None = None
    try:
        data = key + _versions(built) + pickle.dumps(dict(built), protocol=5)
        if len(data) > _SIZE:
            return
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".new", delete=False) as file:
            held = Path(file.name)
            file.write(data)
        held.replace(path)
    except (OSError, pickle.PicklingError, AttributeError, TypeError) as error:  # such as a full disk
        log.debug("%s cannot be written, and the next start builds its matchers again: %s", path, error)
        if held is not None:
            with suppress(OSError):
                held.unlink()
