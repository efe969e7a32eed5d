"""The names and words that every watch of a configuration draws on: the shipped ones with the user's laid over them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from monitor.config import Config
from monitor.config.yaml import yaml_paths
from monitor.errors import ConfigError, Problem
from monitor.topic.data_files import LAYERED, config_folders
from monitor.topic.entities import load_entities
from monitor.topic.families import load_families
from monitor.topic.lexicon import load_lexicon
from monitor.topic.meanings import Meanings, load_meanings
from monitor.topic.records import EntityName, Family, Lexicon
from monitor.topic.world import World, load_world

Read = TypeVar("Read")


class Vocabulary(NamedTuple):
    """People, bodies and places; words of acts and contexts; the families of acts; the countries of the world; what the
    subjects of news are called in several languages.
    """

    entities: Sequence[EntityName]
    lexicon: Lexicon
    families: Sequence[Family]
    world: World
    meanings: Meanings = Meanings(())


def load_vocabulary(config: Config) -> Vocabulary:
    """The vocabulary of a configuration, the same while its files are. Raises ConfigError with file and line."""
    folders = tuple(folder for folder in config_folders(config) if any(_files(folder)))
    named = [
        heading
        for watch in config.watches.values()
        for heading in (*(watch.acts.facets or ()), *(watch.context.kinds or ()))
    ]
    return _read(folders, tuple(named), _contents(folders))


def _files(folder: Path) -> Iterator[Path]:
    return (path for part in LAYERED for path in yaml_paths(folder / part))


def _contents(folders: Sequence[Path]) -> str:
    """Changes with any byte of the files."""
    digest = hashlib.sha256()
    for path in (path for folder in folders for path in _files(folder)):
        digest.update(f"{path}\0".encode())
        with suppress(OSError):  # reading it says what is wrong
            digest.update(path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=2)  # matchers, digests and previews of edits need it, and reading it takes a quarter of a second
def _read(folders: tuple[Path, ...], named: tuple[str, ...], _contents: str) -> Vocabulary:
    problems: list[Problem] = []

    def tried(load: Callable[[], Read]) -> Read | None:
        """What it reads; what is wrong with one kind of file hides nothing of another."""
        try:
            return load()
        except ConfigError as error:
            problems.extend(error.problems)
            return None

    lexicon = tried(lambda: load_lexicon(*(folder / "lexicon" for folder in folders), named=named))
    entities = tried(lambda: load_entities(*(folder / "entities" for folder in folders)))
    # Families take over headings and terms of the lexicon: without it each of these would seem to be wrong.
    families = (
        tried(lambda: load_families(*(folder / "families" for folder in folders), lexicon=lexicon)) if lexicon else None
    )
    if problems or lexicon is None or entities is None or families is None:
        raise ConfigError(tuple(problems))
    return Vocabulary(entities, lexicon, families, load_world(), load_meanings())
