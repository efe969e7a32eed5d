"""Whether a watch still is what its seeds teach: what it was learned from, against the files that there are now.

Seeds, and a user's own names and words, are files that somebody edits. What was learned from them lies in the profile,
and only `monitor learn` writes it. So the profile holds a mark of each file that it was learned from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from monitor.config import Config
from monitor.config.yaml import yaml_paths
from monitor.errors import SeedError
from monitor.model.frozen import frozen
from monitor.text.redact import shown_address
from monitor.topic.data_files import LAYERED, config_folders, profile_path
from monitor.topic.profile import parse_profile
from monitor.topic.records import FileMarks, Profile
from monitor.topic.seed_places import SeedSources, seed_sources

_NAMED = 5  # files of a kind; what are more are counted
_UNREAD = ""  # the mark of an address whose page could not be read


@frozen
class Changes:
    """Names of files, of seeds or of names and words, that are not as they were when a watch was learned."""

    edited: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.edited or self.new or self.gone)

    def __str__(self) -> str:
        kinds = (("edited", self.edited), ("new", self.new), ("gone", self.gone))
        return "; ".join(f"{kind} {_listed(names)}" for kind, names in kinds if names)


@frozen
class Unlearned:
    """What changed since a watch was learned. seeds: of its articles; words: of the user's own names and words.

    missing: why its seeds cannot be looked at, "" where they can. unmarked: its profile is of a version that noted no
    marks, so that only missing files can be told.
    """

    watch: str
    seeds: Changes
    words: Changes
    missing: str = ""
    unmarked: bool = False

    def lines(self, *, words: bool = True) -> Iterator[str]:
        """What to tell a person, a sentence or two each. words: also of names and words, which may change nothing."""
        learn = f"run `monitor learn --watch {self.watch}`"
        if self.missing:
            yield f"{self.missing}; until then what was learned before counts"
        if self.seeds:
            yield (
                f"the seeds of watch '{self.watch}' changed since it was learned: {self.seeds}. It looks for what the "
                f"former ones teach; {learn}"
            )
        if self.words and words:
            yield (
                f"names or words of yours changed since watch '{self.watch}' was learned: {self.words}. They count in "
                f"articles already, and the seeds may show other sides and fields by them; {learn}"
            )


def marks_of(config: Config, sources: SeedSources) -> FileMarks:
    """The marks of what a watch is learned from, as the files are now. A file that cannot be read has an empty one."""
    base = config.folder.parent
    seeds = {_name(path, base): _mark(path) for path in sources.files}
    for address in sources.addresses:
        kept = sources.kept_at(address)
        seeds[shown_address(address)] = _mark(kept) if kept.is_file() else _UNREAD
    return FileMarks(tuple(seeds.items()), tuple(_own_words(config)))


def unlearned(config: Config, watch: str) -> Unlearned | None:
    """What changed since ``watch`` was learned; None where nothing did, or where it is learned anew at each start.

    Raises ConfigError for a profile that `monitor learn` did not write.
    """
    path = profile_path(config, watch)
    if config.watches[watch].seeds is None:
        return None
    try:
        profile = parse_profile(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError):  # there is none, or whoever judges by it says what is wrong
        return None
    if profile is None:
        return None
    try:
        sources = seed_sources(config, watch)
    except SeedError as error:
        return Unlearned(watch, Changes(), Changes(), missing=str(error))
    now, then = marks_of(config, sources), profile.learned_from
    if then is None:
        return Unlearned(watch, _by_name(sources, profile), Changes(), unmarked=True)
    found = Unlearned(watch, changes(dict(then.seeds), dict(now.seeds)), changes(dict(then.words), dict(now.words)))
    return found if found.seeds or found.words else None


def all_unlearned(config: Config) -> list[Unlearned]:
    """The same of every watch. Raises ConfigError."""
    return [found for watch in config.watches if (found := unlearned(config, watch))]


def changes(then: Mapping[str, str], now: Mapping[str, str]) -> Changes:
    """What tells two sets of files apart, name → mark. A file under another name teaches what it taught."""
    kept, known = set(now.values()), set(then.values())
    return Changes(
        edited=tuple(
            name
            for name, mark in now.items()
            if name in then and then[name] != mark and not (mark in known and then[name] in kept)
        ),
        new=tuple(name for name, mark in now.items() if name not in then and (not mark or mark not in known)),
        gone=tuple(name for name, mark in then.items() if name not in now and (not mark or mark not in kept)),
    )


def _by_name(sources: SeedSources, profile: Profile) -> Changes:
    """What can be told without marks. A new file counts only where one is gone: one that no article is was refused."""
    there = {path: path.as_posix() for path in sources.paths()}
    named = {
        name: [path for path, whole in there.items() if f"/{whole}".endswith(f"/{name}")] for name in profile.seeds
    }
    gone = tuple(name for name, paths in named.items() if not paths)
    known = {path for paths in named.values() for path in paths}
    return Changes(new=tuple(path.name for path in there if path not in known) if gone else (), gone=gone)


def _own_words(config: Config) -> Iterator[tuple[str, str]]:
    """(name, mark) of the user's files of names and words; the shipped ones change with the version."""
    for folder in config_folders(config)[1:]:
        for path in (path for part in LAYERED for path in yaml_paths(folder / part)):
            yield _name(path, config.folder.parent), _mark(path)


def _name(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def _mark(path: Path) -> str:
    """The same for both kinds of line ends: a checkout may change them."""
    try:
        return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:16]
    except OSError:
        return _UNREAD


def _listed(names: Iterable[str]) -> str:
    first = list(names)
    more = len(first) - _NAMED
    return ", ".join(first[:_NAMED]) + (f" and {more} more" if more > 0 else "")
