"""Whether anything that can change a judgement has changed, known from the files alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from monitor import __version__
from monitor.config import Config
from monitor.errors import SeedError
from monitor.topic.data_files import LAYERED, config_folders, profile_path


def fingerprint(config: Config) -> str:
    """Changes with any file that can change a judgement; costs reading them, not building a matcher.

    The same on every machine with the same files, wherever they lie.
    """
    digest = hashlib.sha256(__version__.encode())
    for folder, path in _sources(config):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _sources(config: Config) -> Iterator[tuple[Path, Path]]:
    """(the folder it is of, file), the shipped ones first."""
    for folder in config_folders(config):
        for part in ("watches", *LAYERED, "weights"):
            paths = (path for path in (folder / part).rglob("*") if path.suffix in (".yaml", ".yml"))
            yield from ((folder, path) for path in sorted(paths) if path.is_file())
    for watch in config.watches:
        if not profile_path(config, watch).is_file():
            from monitor.topic.seed_places import seed_sources  # noqa: PLC0415 - 20 ms, for a watch not learned yet

            with suppress(SeedError):  # a folder that is gone; what needs it says so
                yield from ((path.parent, path) for path in seed_sources(config, watch).paths() if path.is_file())
