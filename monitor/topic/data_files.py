"""The data files of a topic, the user's laid over the shipped ones, and the line of every mistake in them.

A user's file replaces the shipped file of the same name, unless it says ``extends: shipped`` at its top: then both
count. A file of a new name adds to all the others.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from monitor.config import Config, packaged_folder
from monitor.config.yaml import YamlFile, read_yaml, yaml_paths
from monitor.errors import ConfigError, Problem

Model = TypeVar("Model", bound=BaseModel)

LAYERED = (
    "entities",
    "families",
    "lexicon",
)  # the folders of config/ in which the user's files lie over the shipped ones
SHARED = (*LAYERED, "places", "weights")  # folders of config/ that are read where they are shipped
EXTENDS = "extends"
_SHIPPED = "shipped"


def config_folders(config: Config) -> list[Path]:
    """The folders that data files are read from: the shipped config/ first, then the user's where it is another."""
    shipped = packaged_folder() / "config"
    return [shipped] if config.folder == shipped else [shipped, config.folder]


def profile_path(config: Config, watch: str) -> Path:
    """Where a watch's learned baseline lies: beside the watch file, never in it."""
    return config.folder / "watches" / watch / "profile.yaml"


def read_layers(*folders: Path) -> tuple[YamlFile, ...]:
    """The YAML files that count, without their ``extends:`` line, in the order they are read in.

    folders: the shipped one first. A file that another puts out of force is not read. Raises ConfigError for every file
    that cannot be read, and for an ``extends:`` that has nothing to extend.
    """
    replaced: set[str] = set()  # by a file of a later folder
    layers: list[list[tuple[Path, tuple[YamlFile, bool] | None]]] = []
    problems: list[Problem] = []
    for folder in reversed(folders):
        unread: list[Problem] = []
        layers.append([(path, None if path.stem in replaced else _read(path, unread)) for path in yaml_paths(folder)])
        problems[:0] = unread
        # Of two files of one stem (a.yaml, a.yml) in one folder the first says whether both extend.
        first = {path.stem: read for path, read in reversed(layers[-1])}
        replaced.update(stem for stem, read in first.items() if read and not read[1])
    counting: dict[str, list[YamlFile]] = {}
    for layer in reversed(layers):
        here: dict[str, list[YamlFile]] = {}
        for path, read in layer:
            file, extends = read or (None, False)
            if file and extends and path.stem not in counting:
                text = f"no shipped file is called {path.name}; remove this line, a file of a new name adds anyway"
                raise ConfigError((file.problem((EXTENDS,), text),))
            # Both count: neither may disappear unnoticed.
            here.setdefault(path.stem, list(counting[path.stem]) if extends else []).extend([file] if file else [])
        counting |= here
    if problems:
        raise ConfigError(tuple(problems))
    return tuple(file for files in counting.values() for file in files)


def _read(path: Path, problems: list[Problem]) -> tuple[YamlFile, bool] | None:
    """The file, and whether it extends another; None, and why among the problems, for one that cannot be read."""
    try:
        return _without_extends(read_yaml(path))
    except ConfigError as error:
        problems.extend(error.problems)
        return None


def replaced_files(config: Config) -> Iterator[Path]:
    """The user's files that put a shipped file of other contents out of force. Raises ConfigError."""
    shipped, *own = config_folders(config)
    for folder in own:
        for part in LAYERED:
            there = {path.stem: path for path in yaml_paths(shipped / part)}
            for path in yaml_paths(folder / part):
                below = there.get(path.stem)
                if below and below.read_bytes() != path.read_bytes() and not _without_extends(read_yaml(path))[1]:
                    yield path


def _without_extends(file: YamlFile) -> tuple[YamlFile, bool]:
    """(the file without its ``extends:``, whether it has one). Raises ConfigError where it is not "shipped"."""
    if not isinstance(file.data, dict) or EXTENDS not in file.data:
        return file, False
    if file.data[EXTENDS] != _SHIPPED:
        text = f"'{EXTENDS}' is {file.data[EXTENDS]!r}; write '{EXTENDS}: {_SHIPPED}', or remove the line"
        raise ConfigError((file.problem((EXTENDS,), text),))
    return replace(file, data={key: value for key, value in file.data.items() if key != EXTENDS}), True


def checked(file: YamlFile, model: type[Model]) -> Model:
    """The contents of ``file`` as ``model``; an empty file is an empty mapping. Raises ConfigError with every line."""
    try:
        return model.model_validate({} if file.data is None else file.data)
    except ValidationError as error:
        raise ConfigError(tuple(file.problem(where, text) for where, text in _mistakes(error, file))) from error


def _mistakes(error: ValidationError, file: YamlFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for found in error.errors(include_url=False):
        where = found["loc"]
        name = ".".join(map(str, where)) or file.path.name
        if found["type"] == "extra_forbidden":
            yield where, f"unknown key '{where[-1]}'; remove it or correct its spelling"
        elif found["type"] == "missing":
            yield where, f"'{where[-1]}' is missing; add a line '{where[-1]}: ...'"
        else:
            yield where, f"'{name}': {found['msg'][:1].lower()}{found['msg'][1:]}"


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """ "; did you mean 'military'?" where a known name is close to ``wanted``, else ""."""
    near = difflib.get_close_matches(wanted, list(known), 1)
    return f"; did you mean '{near[0]}'?" if near else ""
