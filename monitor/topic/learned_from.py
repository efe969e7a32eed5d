"""Whether a watch still is what its seeds teach: what it was learned from, against the files that there are now.

Seeds, and a user's own names and words, are files that somebody edits. What was learned from them lies in the profile,
and only `monitor learn` writes it. So the profile holds a mark of each file that it was learned from. Each poll asks,
so nothing here needs what learning and judging need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.errors import SeedError
from monitor.model.frozen import frozen
from monitor.topic.data_files import profile_path
from monitor.topic.file_marks import marks_in, seed_marks, word_marks
from monitor.topic.seed_places import SeedSources, seed_sources

if TYPE_CHECKING:
    from monitor.topic.records import Profile

_NAMED = 5  # files of a kind; what are more are counted


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


def unlearned(config: Config, watch: str, *, words: bool = True) -> Unlearned | None:
    """What changed since ``watch`` was learned; None where nothing did, or where it is learned anew at each start.

    words: look at the user's own names and words, too. Raises ConfigError for a profile without marks that
    `monitor learn` did not write.
    """
    path = profile_path(config, watch)
    if config.watches[watch].seeds is None:
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):  # there is none, or whoever judges by it says what is wrong
        return None
    then, profile = marks_in(text), None
    if then is None:
        from monitor.topic.profile import parse_profile  # noqa: PLC0415 - 60 ms at the start of each poll

        profile = parse_profile(text, str(path))
        if profile is None:
            return None
        then = profile.learned_from
    try:
        sources = seed_sources(config, watch)
    except SeedError as error:
        return Unlearned(watch, Changes(), Changes(), missing=str(error))
    if then is None:
        return Unlearned(watch, _by_name(sources, profile), Changes(), unmarked=True) if profile else None
    of_seeds = changes(dict(then.seeds), dict(seed_marks(config, sources)))
    of_words = changes(dict(then.words), dict(word_marks(config))) if words else Changes()
    return Unlearned(watch, of_seeds, of_words) if of_seeds or of_words else None


def all_unlearned(config: Config, *, words: bool = True) -> list[Unlearned]:
    """The same of every watch. Raises ConfigError."""
    return [found for watch in config.watches if (found := unlearned(config, watch, words=words))]


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


def _listed(names: Iterable[str]) -> str:
    first = list(names)
    more = len(first) - _NAMED
    return ", ".join(first[:_NAMED]) + (f" and {more} more" if more > 0 else "")
