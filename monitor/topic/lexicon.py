"""Reads the data files matching is built from: entities, lexicon, fitted weights. Everything else about them is pure.

config/entities/*.yaml    people, bodies, groups, places with their names in every script
config/lexicon/*.yaml     acts by facet, signal words, contexts that speak against, by language
config/watches/ID/weights.yaml, config/weights/*.yaml     fitted weights with the figures of the fit
Several files of one kind add up, so a user extends the shipped ones by a file of their own beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, RootModel, ValidationError

from monitor.config.yaml import YamlFile, read_yaml, yaml_paths
from monitor.errors import ConfigError, Problem
from monitor.fields import Strict
from monitor.topic.records import EntityName, Lexicon, Weights

Model = TypeVar("Model", bound=BaseModel)

Kind = Literal["person", "body", "group", "place", "country", "title"]
Names = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]


class _Entity(Strict):
    id: str = Field(pattern=r"^[a-z0-9_]+$")
    kind: Kind
    side: str | None = None
    sector: Literal["", "security", "politics"] = ""
    role: str = ""
    since: int | None = None
    until: int | None = None
    names: dict[str, Names] = Field(min_length=1)


class _EntityFile(Strict):
    side: str = ""
    entities: tuple[_Entity, ...]


class _Headings(RootModel[dict[str, dict[str, Names]]]):
    """heading → language → terms."""


class _WeightsFile(Strict):
    model: Literal["sides", "terms"]
    threshold: float = Field(ge=0, le=1)
    near_miss: float = Field(ge=0, le=1)
    intercept: float
    weights: dict[str, float]
    fit: dict[str, Any] = Field(default_factory=dict)


def load_entities(*folders: Path) -> tuple[EntityName, ...]:
    """Every entity of the YAML files of ``folders``; names of one id in several files add up. Raises ConfigError."""
    found: dict[str, EntityName] = {}
    for path in _paths(folders):
        content = _read(path, _EntityFile)
        for entity in content.entities:
            names = tuple(dict.fromkeys(name for some in entity.names.values() for name in some))
            known = found.get(entity.id)
            found[entity.id] = EntityName(
                entity.id,
                entity.kind,
                content.side if entity.side is None else entity.side,
                tuple(dict.fromkeys((*known.names, *names))) if known else names,
                entity.role,
                entity.since,
                entity.until,
                entity.sector,
            )
    return tuple(found.values())


def load_lexicon(*folders: Path) -> Lexicon:
    """acts*.yaml, signals*.yaml and context*.yaml of ``folders``. Raises ConfigError."""
    parts: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {"acts": {}, "signals": {}, "context": {}}
    for path in _paths(folders):
        part = next((name for name in parts if path.stem.startswith(name)), None)
        if part is None:
            text = "unknown kind of lexicon; call the file acts*.yaml, signals*.yaml or context*.yaml"
            raise ConfigError((Problem(str(path), 0, text),))
        for heading, languages in _read(path, _Headings).root.items():
            known = parts[part].setdefault(heading, {})
            for language, terms in languages.items():
                known[language] = tuple(dict.fromkeys((*known.get(language, ()), *terms)))
    return Lexicon(parts["acts"], parts["signals"], parts["context"])


def load_weights(path: Path) -> Weights:
    """A weights file as `monitor learn --refit` and benchmarks/fit_relevance.py write it. Raises ConfigError."""
    content = _read(path, _WeightsFile)
    return Weights(content.model, content.threshold, content.near_miss, content.intercept, content.weights)


def find_weights(folder: Path, watch: str, model: Literal["sides", "terms"]) -> Weights:
    """The watch's own fitted weights of ``folder`` (config/), else the shipped ones for its kind of topic.

    Raises ConfigError when neither is there.
    """
    own = folder / "watches" / watch / "weights.yaml"
    return load_weights(own if own.is_file() else folder / "weights" / f"{model}.yaml")


def weights_text(weights: Weights, fit: Mapping[str, object]) -> str:
    """A weights file for ``load_weights``, strongest first, with the figures of its fit, for a person to read."""
    lines = [
        "# Fitted from labelled articles; `monitor learn --refit FILE` and benchmarks/fit_relevance.py rewrite it.",
        "# A line under `weights:` of the watch file replaces the weight of that name. Amounts are log-odds.",
        f"model: {weights.model}",
        f"threshold: {weights.threshold:.3g}",
        f"near_miss: {weights.near_miss:.3g}",
        f"intercept: {weights.intercept:.4f}",
        "weights:",
        *(f'  "{name}": {value:.4f}' for name, value in sorted(weights.values.items(), key=lambda w: -w[1])),
        "fit:",
        *(f"  {name}: {value}" for name, value in fit.items()),
    ]
    return "\n".join(lines) + "\n"


def _paths(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from yaml_paths(folder)


def _read(path: Path, model: type[Model]) -> Model:
    file = read_yaml(path)
    try:
        return model.model_validate({} if file.data is None else file.data)
    except ValidationError as error:
        raise ConfigError(tuple(_problems(error, file))) from error


def _problems(error: ValidationError, file: YamlFile) -> Iterator[Problem]:
    for found in error.errors(include_url=False):
        where = found["loc"]
        name = ".".join(map(str, where)) or file.path.name
        if found["type"] == "extra_forbidden":
            message = f"unknown key '{where[-1]}'; remove it or mend its spelling"
        elif found["type"] == "missing":
            message = f"'{where[-1]}' is missing; add a line '{where[-1]}: ...'"
        else:
            message = f"'{name}': {found['msg'][:1].lower()}{found['msg'][1:]}"
        yield file.problem(where, message)
