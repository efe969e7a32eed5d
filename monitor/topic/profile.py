"""A profile as the text of a YAML file: one line a term, strongest first, so that two versions can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.config.yaml import YamlFile, parse_yaml
from monitor.errors import ConfigError
from monitor.topic.records import Profile, ProfileEntity, ProfileTerm

_HEADER = """\
# What the seed articles of this watch teach: written by `monitor learn`, which overwrites this file.
# Do not edit it. Words of your own, and learned ones to leave out, belong in the watch file beside this folder
# (terms: add, remove); they always win. After changing the seeds run: monitor learn --watch {watch}
# weight 0 to 1. rarity: ln(news articles / those that hold it), in ordinary news. seeds: numbers of the list below.
"""
_RETRY = "run `monitor learn` to write it again"


def render_profile(profile: Profile) -> str:
    """The file's text; the same profile gives the same text, and ``parse_profile`` gives the profile back."""
    number = {name: index for index, name in enumerate(profile.seeds, 1)}
    lines = [f"watch: {_quoted(profile.watch)}", f"version: {_quoted(profile.version)}", "seeds:"]
    lines += [f"  {index}: {_quoted(name)}" for name, index in number.items()]
    lines += ["terms:" if profile.terms else "terms: []"]
    for term in profile.terms:
        evidence = f"seeds: {_numbers(term.seeds, number)}, count: {term.count}, rarity: {term.rarity}"
        lines.append(f"  - {{term: {_quoted(term.term)}, weight: {term.weight}, {evidence}}}")
    lines += ["entities:" if profile.entities else "entities: []"]
    for row in profile.entities:
        who = f"name: {_quoted(row.name)}, entity: {_quoted(row.entity)}, side: {_quoted(row.side)}"
        evidence = f"seeds: {_numbers(row.seeds, number)}, count: {row.count}"
        lines.append(f"  - {{{who}, weight: {row.weight}, {evidence}}}")
    return _HEADER.format(watch=profile.watch) + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A JSON string: always a valid YAML one."""
    return json.dumps(text, ensure_ascii=False)


def _numbers(names: tuple[str, ...], number: Mapping[str, int]) -> str:
    return f"[{', '.join(str(number[name]) for name in names)}]"


def parse_profile(text: str, path: str = "profile.yaml") -> Profile:
    """The profile of a file's text. Raises ConfigError with the line of what is missing or of the wrong kind."""
    file = parse_yaml(text, Path(path))
    reader = _Reader(file)
    data = reader.mapping(file.data, ())
    names = reader.mapping(data.get("seeds"), ("seeds",))
    seeds = {str(key): str(value) for key, value in names.items()}
    return Profile(
        watch=reader.text(data, "watch", ()),
        version=reader.text(data, "version", ()),
        seeds=tuple(seeds.values()),
        terms=tuple(reader.term(row, where, seeds) for where, row in reader.rows(data, "terms")),
        entities=tuple(reader.entity(row, where, seeds) for where, row in reader.rows(data, "entities")),
    )


class _Reader:
    """Takes typed values out of a file's data; what is wrong is raised with its line."""

    def __init__(self, file: YamlFile) -> None:
        self._file = file

    def _wrong(self, where: tuple[str | int, ...], message: str) -> ConfigError:
        return ConfigError((self._file.problem(where, f"{message}; {_RETRY}"),))

    def mapping(self, value: Any, where: tuple[str | int, ...]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(where, f"'{where[-1]}' is missing" if where else "this is not a profile")
        return value

    def rows(self, data: Mapping[str, Any], key: str) -> list[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
        rows = data.get(key, [])
        if not isinstance(rows, list):
            raise self._wrong((key,), f"'{key}' must be a list")
        return [((key, index), self.mapping(row, (key, index))) for index, row in enumerate(rows)]

    def text(self, row: Mapping[str, Any], key: str, where: tuple[str | int, ...]) -> str:
        if not isinstance(value := row.get(key), str):
            raise self._wrong((*where, key), f"'{key}' must be text")
        return value

    def number(self, row: Mapping[str, Any], key: str, where: tuple[str | int, ...]) -> float:
        if isinstance(value := row.get(key), bool) or not isinstance(value, int | float):
            raise self._wrong((*where, key), f"'{key}' must be a number")
        return float(value)

    def _seeds(self, row: Mapping[str, Any], where: tuple[str | int, ...], seeds: Mapping[str, str]) -> tuple[str, ...]:
        numbers = row.get("seeds")
        if not isinstance(numbers, list) or not all(str(number) in seeds for number in numbers):
            raise self._wrong((*where, "seeds"), "'seeds' must be numbers of the list of seeds")
        return tuple(seeds[str(number)] for number in numbers)

    def term(self, row: Mapping[str, Any], where: tuple[str | int, ...], seeds: Mapping[str, str]) -> ProfileTerm:
        return ProfileTerm(
            term=self.text(row, "term", where),
            weight=self.number(row, "weight", where),
            seeds=self._seeds(row, where, seeds),
            count=int(self.number(row, "count", where)),
            rarity=self.number(row, "rarity", where),
        )

    def entity(self, row: Mapping[str, Any], where: tuple[str | int, ...], seeds: Mapping[str, str]) -> ProfileEntity:
        return ProfileEntity(
            name=self.text(row, "name", where),
            entity=self.text(row, "entity", where),
            side=self.text(row, "side", where),
            weight=self.number(row, "weight", where),
            seeds=self._seeds(row, where, seeds),
            count=int(self.number(row, "count", where)),
        )
