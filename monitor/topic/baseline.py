"""The learned baseline of a configured watch: learned from its seeds, read and written."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from monitor.config import Config
from monitor.config.save import save_exact
from monitor.errors import ConfigError, Problem, as_clause
from monitor.topic.data_files import profile_path
from monitor.topic.profile import parse_profile, render_profile
from monitor.topic.records import Profile, SeedArticle
from monitor.topic.seed_places import seed_sources
from monitor.topic.vocabulary import Vocabulary, load_vocabulary

log = logging.getLogger(__name__)

# What was learned last: a start asks for each watch's several times, and learning takes a third of a second.
_learned: deque[tuple[str, tuple[SeedArticle, ...], Vocabulary, Profile]] = deque(maxlen=8)


def profile_of(config: Config, watch: str) -> Profile:
    """The stored baseline of a watch; learned from its seeds, and not written, when there is none yet or an earlier
    version wrote it. An empty one where the watch has no seeds.

    Raises ConfigError for a file that `monitor learn` did not write, SeedError for seeds that cannot be used.
    """
    if config.watches[watch].seeds is None:
        return learn_profile(config, watch, ())
    path = profile_path(config, watch)
    if path.is_file() and (known := load_profile(path)) is not None:
        return known
    from monitor.topic.seed_sources import read_sources  # noqa: PLC0415 - 60 ms, for whom has no profile

    seeds = read_sources(seed_sources(config, watch))
    for refused in seeds.refused:
        log.warning("watch %s: a seed is not learned from: %s", watch, refused)
    return learn_profile(config, watch, seeds.articles)


def has_outdated_profile(config: Config, watch: str) -> bool:
    """Whether the stored baseline of a watch is of an earlier version, so that its seeds are read at each start."""
    path = profile_path(config, watch)
    return path.is_file() and load_profile(path) is None


def learn_profile(config: Config, watch: str, seeds: Sequence[SeedArticle]) -> Profile:
    """The baseline that ``seeds`` teach, with the names and words of the configuration. Raises ConfigError."""
    given, vocabulary = tuple(seeds), load_vocabulary(config)
    for name, from_seeds, words, known in tuple(_learned):  # another thread may learn meanwhile
        if name == watch and words is vocabulary and from_seeds == given:
            return known
    from monitor.topic.background import load_background  # noqa: PLC0415 - 60 ms, for whom has no profile
    from monitor.topic.learn import learn  # noqa: PLC0415 - as above

    entities, _, families, world, _ = vocabulary
    profile = learn(watch, given, load_background(), entities, world, families)
    _learned.append((watch, given, vocabulary, profile))
    return profile


def forget_learned() -> None:
    """Lets go of what was learned last, with the names and words that it was learned from and how common words are."""
    if _learned:
        from monitor.topic.background import load_background  # noqa: PLC0415 - loaded already, where anything was learned

        _learned.clear()
        load_background.cache_clear()


def load_profile(path: Path) -> Profile | None:
    """The profile in a file, None for one of an earlier version. Raises ConfigError with the line where it is not what
    `monitor learn` writes.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError((Problem(str(path), 0, "no profile yet; run `monitor learn`"),)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            (Problem(str(path), 0, f"cannot be read ({as_clause(error)}); run `monitor learn`"),)
        ) from error
    return parse_profile(text, str(path))


def write_profile(path: Path, profile: Profile) -> None:
    """Writes ``profile`` as YAML, whole or not at all; makes the folder. The same profile gives the same bytes."""
    write_whole(path, render_profile(profile))


def write_whole(path: Path, text: str) -> None:
    """Writes a file, whole or not at all; makes its folder. Raises MonitorError or OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_exact(path, text)
