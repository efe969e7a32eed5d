"""Reads config/entities: people, bodies, groups and places, each with its names in every script under one id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from monitor.config.yaml import Path_, YamlFile
from monitor.errors import ConfigError, Problem
from monitor.fields import Strict
from monitor.text.fold import fold
from monitor.text.marked_terms import unmarked
from monitor.topic.data_files import checked, read_layers
from monitor.topic.records import WEAK, EntityName

Kind = Literal["person", "body", "group", "place", "country", "title", "product"]
Names = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]


class _Entity(Strict):
    id: str = Field(pattern=r"^[a-z0-9_]+$")
    kind: Kind
    side: str | None = None
    implies: str = ""
    sector: Literal["", "security", "politics"] = ""
    role: str = ""
    since: int | None = None
    until: int | None = None
    security_years: tuple[tuple[int, int], ...] = ()
    names: dict[str, Names] = Field(min_length=1)


class _EntityFile(Strict):
    side: str = ""
    entities: tuple[_Entity, ...]


def load_entities(*folders: Path) -> tuple[EntityName, ...]:
    """Every entity of the YAML files of ``folders``, the shipped folder first; names of one id add up.

    Raises ConfigError with file and line, also where two entities of one language share a name without ``~``.
    """
    found: dict[str, EntityName] = {}
    namings: list[_Naming] = []
    for file in read_layers(*folders):
        content = checked(file, _EntityFile)
        for index, entity in enumerate(content.entities):
            found[entity.id] = _joined(found.get(entity.id), entity, content.side)
            namings += _namings(file, index, entity)
    if problems := tuple(_shared_names(namings)):
        raise ConfigError(problems)
    return tuple(found.values())


def _joined(known: EntityName | None, entity: _Entity, side: str) -> EntityName:
    """The entity of a file as a record; of one known already, what the file leaves out stays, and names add up."""
    before = known or EntityName(entity.id, entity.kind, "", ())
    names = (name for some in entity.names.values() for name in some)
    # A name that others bear, too, is shown only where a language has no other.
    own = ((code, unmarked(min(some, key=lambda name: name.startswith(WEAK)))) for code, some in entity.names.items())
    return EntityName(
        entity.id,
        entity.kind,
        (side or before.side) if entity.side is None else entity.side,
        tuple(dict.fromkeys((*before.names, *names))),
        entity.role or before.role,
        entity.since or before.since,
        entity.until or before.until,
        entity.sector or before.sector,
        tuple((dict(own) | dict(before.called)).items()),
        entity.implies or before.implies,
        entity.security_years or before.security_years,
    )


@dataclass(frozen=True, slots=True)
class _Naming:
    """A name as it stands in a file. shared: marked with ``~`` as one that others bear, too."""

    entity: str
    language: str
    name: str
    shared: bool
    file: YamlFile
    where: Path_

    def problem(self, text: str) -> Problem:
        return self.file.problem(self.where, text)


def _namings(file: YamlFile, index: int, entity: _Entity) -> Iterator[_Naming]:
    for language, names in entity.names.items():
        for number, name in enumerate(names):
            where = ("entities", index, "names", language, number)
            yield _Naming(entity.id, language, unmarked(name), name.startswith(WEAK), file, where)


def _shared_names(namings: Iterable[_Naming]) -> Iterator[Problem]:
    """A name that two entities bear in one language is refused unless both mark it, else a receipt shows either.

    Between languages nothing is refused: the surname Soleimani in Persian is the city Sulaymaniyah in Kurdish.
    """
    owners: dict[tuple[str, str], _Naming] = {}
    for naming in namings:
        key = naming.language, fold(naming.name)
        owner = owners.setdefault(key, naming)
        if owner.entity != naming.entity and not (owner.shared and naming.shared):
            there = owner.problem("")
            text = (
                f"'{naming.name}' ({naming.language}) is a name of '{owner.entity}', too ({there.path}:"
                f"{there.line}); keep it in one of the two, give both one id if they are one, or write "
                f'"{WEAK}{naming.name}" in both: such a name counts only beside another name of its side'
            )
            yield naming.problem(text)
