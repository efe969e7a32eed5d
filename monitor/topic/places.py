"""Reads config/places: where the places of config/entities lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from monitor.config import Config
from monitor.errors import ConfigError, Problem
from monitor.fields import Strict
from monitor.topic.data_files import checked, config_folders, did_you_mean, read_layers

FOLDER = "places"


class Place(Strict):
    """Where a place lies. at: latitude and longitude in degrees (WGS 84). within: kilometres from there within which
    what the name means lies. country: ISO 3166-1.
    """

    at: tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]] | None = None
    within: float = Field(default=5, gt=0, le=5000)
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")


class _PlacesFile(Strict):
    places: dict[str, Place] = Field(default_factory=dict)


def load_places(config: Config) -> Mapping[str, Place]:
    """id of an entity → where it lies; the user's files lie over the shipped ones. Raises ConfigError with the line."""
    found: dict[str, Place] = {}
    for file in read_layers(*(folder / FOLDER for folder in config_folders(config))):
        found |= checked(file, _PlacesFile).places
    return found


def check_places(config: Config, entities: frozenset[str]) -> None:
    """Raises ConfigError as `load_places`, and for ids in the user's own files that no entity has."""
    load_places(config)
    own = [folder / FOLDER for folder in config_folders(config)[1:]]
    if problems := tuple(_unknown(own, entities)):
        raise ConfigError(problems)


def _unknown(folders: list[Path], entities: frozenset[str]) -> Iterator[Problem]:
    for file in read_layers(*folders):
        for id in checked(file, _PlacesFile).places:
            if id not in entities:
                hint = did_you_mean(id, entities)
                yield file.problem(("places", id), f"no entity of config/entities is called '{id}'{hint}")
