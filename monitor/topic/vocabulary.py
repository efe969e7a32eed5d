"""The names and words that every watch of a configuration draws on: the shipped ones with the user's laid over them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from monitor.config import Config
from monitor.config.yaml import read_yaml, yaml_paths
from monitor.errors import ConfigError, Problem
from monitor.topic.data_files import LAYERED, config_folders
from monitor.topic.entities import load_entities
from monitor.topic.families import load_families
from monitor.topic.kept_records import cached, of_program
from monitor.topic.lexicon import load_lexicon
from monitor.topic.meanings import Meanings, load_meanings
from monitor.topic.records import EntityName, Family, Lexicon
from monitor.topic.world import World, load_world

Read = TypeVar("Read")

_KEPT = "vocabulary"  # the file in the user's cache that holds the last one: 1 MB, read in a tenth of the time
_ROOMS = ("monitor.topic.records",)


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


def forget_vocabulary() -> None:
    """Lets go of what was read; who needs it reads it again."""
    for read in (_read, load_world, load_meanings):
        read.cache_clear()


def _files(folder: Path) -> Iterator[Path]:
    return (path for part in LAYERED for path in yaml_paths(folder / part))


def _contents(folders: Sequence[Path]) -> str:
    """Changes with any byte of the files, wherever they lie."""
    digest = hashlib.sha256()
    for number, folder in enumerate(folders):
        for path in _files(folder):
            try:
                content = path.read_bytes()
                size = len(content)
            except OSError:  # reading it says what is wrong
                content, size = b"", -1
            digest.update(f"{number} {path.relative_to(folder)}\0{size}\0".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


@lru_cache(maxsize=2)  # matchers, digests and previews of edits need it, and reading it takes a quarter of a second
def _read(folders: tuple[Path, ...], named: tuple[str, ...], contents: str) -> Vocabulary:
    head = hashlib.sha256(of_program() + f"{contents} {named}".encode("utf-8", "surrogatepass")).digest()
    entities, lexicon, families = cached(_KEPT, head, _ROOMS, lambda: _from_files(folders, named), _is_read)
    return Vocabulary(entities, lexicon, families, load_world(), load_meanings())


def _is_read(found: object) -> bool:
    match found:
        case (tuple(), Lexicon(), tuple()):
            return True
    return False


def _from_files(
    folders: tuple[Path, ...], named: tuple[str, ...]
) -> tuple[tuple[EntityName, ...], Lexicon, tuple[Family, ...]]:
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
    families = None
    if lexicon:
        families = tried(lambda: load_families(*(folder / "families" for folder in folders), lexicon=lexicon))
    else:  # they take over headings and terms of it, each of which would seem to be wrong; they are looked at as YAML
        for path in (path for folder in folders for path in yaml_paths(folder / "families")):
            tried(partial(read_yaml, path))
    if problems or lexicon is None or entities is None or families is None:
        raise ConfigError(tuple(problems))
    return tuple(entities), lexicon, tuple(families)
