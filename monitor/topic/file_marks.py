"""Marks of the files that a watch is learned from, and where its profile notes them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from monitor.config import Config
from monitor.config.yaml import yaml_paths
from monitor.model.frozen import frozen
from monitor.text.redact import shown_address
from monitor.topic.data_files import LAYERED, config_folders
from monitor.topic.seed_places import SeedSources

_UNREAD = ""  # the mark of an address whose page could not be read
_LEARNED_FROM = "\nlearned_from:\n"  # the last block of a profile
_PAIR = re.compile(r'    - (\["(?:[^"\\]|\\.)*", "[^"\\]*"\])')


@frozen
class FileMarks:
    """(name, mark) of the files that a watch was learned from: its seeds, and the user's own names and words.

    A mark changes with the file's bytes, but for the kind of its line ends.
    """

    seeds: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...] = ()


def marks_of(config: Config, sources: SeedSources) -> FileMarks:
    """The marks of what a watch is learned from, as the files are now. A file that cannot be read has an empty one."""
    return FileMarks(tuple(seed_marks(config, sources)), tuple(word_marks(config)))


def seed_marks(config: Config, sources: SeedSources) -> Iterator[tuple[str, str]]:
    """(name, mark) of the files of seeds, and of the kept texts of their addresses."""
    base = config.folder.parent
    seeds = {_name(path, base): _mark(path) for path in sources.files}
    for address in sources.addresses:
        kept = sources.kept_at(address)
        seeds[shown_address(address)] = _mark(kept) if kept.is_file() else _UNREAD
    yield from seeds.items()


def word_marks(config: Config) -> Iterator[tuple[str, str]]:
    """(name, mark) of the user's files of names and words; the shipped ones change with the version."""
    for folder in config_folders(config)[1:]:
        for path in (path for part in LAYERED for path in yaml_paths(folder / part)):
            yield _name(path, config.folder.parent), _mark(path)


def marks_in(text: str) -> FileMarks | None:
    """The marks that the text of a profile notes; None where it notes none, or not as `monitor learn` writes them.

    Its lines alone are read: the whole profile, as YAML, takes 25 ms at the start of each poll.
    """
    _, _, block = text.partition(_LEARNED_FROM)
    found: dict[str, list[tuple[str, str]]] = {}
    rows: list[tuple[str, str]] | None = None
    for line in block.removesuffix("\n").split("\n"):
        if line in ("  seeds:", "  words:", "  seeds: []", "  words: []"):
            rows = found.setdefault(line.strip(" :[]"), [])
        elif rows is not None and (pair := _PAIR.fullmatch(line)):
            name, mark = json.loads(pair[1])
            rows.append((name, mark))
        else:
            return None
    return FileMarks(tuple(found["seeds"]), tuple(found["words"])) if found.keys() == {"seeds", "words"} else None


def _name(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def _mark(path: Path) -> str:
    """The same for both kinds of line ends: a checkout may change them."""
    try:
        return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:16]
    except OSError:
        return _UNREAD
