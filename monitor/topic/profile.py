"""A profile as the text of a YAML file: one line a term, strongest first, so that two versions can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from monitor.config.yaml import YamlFile, parse_yaml
from monitor.errors import ConfigError
from monitor.topic.records import (
    Profile,
    ProfileEntity,
    ProfileFamily,
    ProfileLanguage,
    ProfileParty,
    ProfileTerm,
)

_HEADER = """\
# What the seed articles of this watch teach: written by `monitor learn`, which overwrites this file.
# Do not edit it. Words of your own, and learned ones to leave out, belong in the watch file beside this folder
# (sides, families, terms: add, remove); they always win. After changing the seeds run: monitor learn --watch {watch}
# seeds: numbers of the list below. parties: who the seeds are about. families: in which fields. languages: what an
# article of the topic is expected to be like (likeness of a seed left out to the others). terms: weight 0 to 1; key:
# how much of a key word; rarity: ln(news articles / those that hold it), in ordinary news.
"""
_RETRY = "run `monitor learn` to write it again"


def render_profile(profile: Profile) -> str:
    """The file's text; the same profile gives the same text, and ``parse_profile`` gives the profile back."""
    number = {name: index for index, name in enumerate(profile.seeds, 1)}
    lines = [f"watch: {_quoted(profile.watch)}", f"version: {_quoted(profile.version)}", "seeds:"]
    lines += [f"  {index}: {_quoted(name)}" for name, index in number.items()]
    lines += _block("languages", (
        f"code: {_quoted(row.code)}, seeds: {_numbers(row.seeds, number)}, likeness: {row.likeness}"
        for row in profile.languages
    ))  # fmt: skip
    lines += _block("parties", (
        f"id: {_quoted(row.id)}, label: {_quoted(row.label)}, country: {_quoted(row.country)}, "
        f"code: {_quoted(row.code)}, names: {_list(row.names)}, "
        f"seeds: {_numbers(row.seeds, number)}, titles: {row.titles}, count: {row.count}"
        for row in profile.parties
    ))  # fmt: skip
    lines += _block("families", (
        f"id: {_quoted(row.id)}, label: {_quoted(row.label)}, seeds: {_numbers(row.seeds, number)}, "
        f"words: {_counts(row.words)}"
        for row in profile.families
    ))  # fmt: skip
    lines += _block("terms", (
        f"term: {_quoted(row.term)}, weight: {row.weight}, key: {row.key}, language: {_quoted(row.language)}, "
        f"seeds: {_numbers(row.seeds, number)}, count: {row.count}, rarity: {row.rarity}"
        for row in profile.terms
    ))  # fmt: skip
    lines += _block("entities", (
        f"name: {_quoted(row.name)}, entity: {_quoted(row.entity)}, side: {_quoted(row.side)}, weight: {row.weight}, "
        f"key: {row.key}, language: {_quoted(row.language)}, seeds: {_numbers(row.seeds, number)}, count: {row.count}, "
        f"rarity: {row.rarity}"
        for row in profile.entities
    ))  # fmt: skip
    return _HEADER.format(watch=profile.watch) + "\n".join(lines) + "\n"


def _block(name: str, rows: Iterable[str]) -> list[str]:
    lines = [f"  - {{{row}}}" for row in rows]
    return [f"{name}:", *lines] if lines else [f"{name}: []"]


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _counts(words: Iterable[tuple[str, int]]) -> str:
    return f"{{{', '.join(f'{_quoted(word)}: {count}' for word, count in words)}}}"


def _quoted(text: str) -> str:
    """A JSON string: always a valid YAML one."""
    return json.dumps(text, ensure_ascii=False)


def _numbers(names: tuple[str, ...], number: Mapping[str, int]) -> str:
    return f"[{', '.join(str(number[name]) for name in names)}]"


def parse_profile(text: str, path: str = "profile.yaml") -> Profile | None:
    """The profile of a file's text; None for one that an earlier version wrote, which has to be learned anew.

    Raises ConfigError with the line of what is missing or of the wrong kind.
    """
    file = parse_yaml(text, Path(path))
    reader = _Reader(file)
    data = reader.mapping(file.data, ())
    if "terms" in data and "languages" not in data:
        return None
    names = reader.mapping(data.get("seeds"), ("seeds",))
    seeds = {str(key): str(value) for key, value in names.items()}
    return Profile(
        watch=reader.text(data, "watch", ()),
        version=reader.text(data, "version", ()),
        seeds=tuple(seeds.values()),
        terms=tuple(reader.term(row, where, seeds) for where, row in reader.rows(data, "terms")),
        entities=tuple(reader.entity(row, where, seeds) for where, row in reader.rows(data, "entities")),
        languages=tuple(reader.language(row, where, seeds) for where, row in reader.rows(data, "languages")),
        parties=tuple(reader.party(row, where, seeds) for where, row in reader.rows(data, "parties")),
        families=tuple(reader.family(row, where, seeds) for where, row in reader.rows(data, "families")),
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

    def language(
        self, row: Mapping[str, Any], where: tuple[str | int, ...], seeds: Mapping[str, str]
    ) -> ProfileLanguage:
        return ProfileLanguage(
            self.text(row, "code", where), self._seeds(row, where, seeds), self.number(row, "likeness", where)
        )

    def party(self, row: Mapping[str, Any], where: tuple[str | int, ...], seeds: Mapping[str, str]) -> ProfileParty:
        return ProfileParty(
            id=self.text(row, "id", where),
            label=self.text(row, "label", where),
            country=self.text(row, "country", where),
            code=self.text(row, "code", where),
            names=tuple(map(str, self._listed(row, "names", where))),
            seeds=self._seeds(row, where, seeds),
            titles=int(self.number(row, "titles", where)),
            count=int(self.number(row, "count", where)),
        )

    def family(self, row: Mapping[str, Any], where: tuple[str | int, ...], seeds: Mapping[str, str]) -> ProfileFamily:
        words = self.mapping(row.get("words"), (*where, "words"))
        counts = ((str(word), int(self.number(words, word, (*where, "words")))) for word in words)
        return ProfileFamily(
            self.text(row, "id", where), self.text(row, "label", where), self._seeds(row, where, seeds), tuple(counts)
        )

    def _listed(self, row: Mapping[str, Any], key: str, where: tuple[str | int, ...]) -> list[Any]:
        if not isinstance(value := row.get(key), list):
            raise self._wrong((*where, key), f"'{key}' must be a list")
        return value

    def term(self, row: Mapping[str, Any], where: tuple[str | int, ...], seeds: Mapping[str, str]) -> ProfileTerm:
        return ProfileTerm(
            term=self.text(row, "term", where),
            weight=self.number(row, "weight", where),
            seeds=self._seeds(row, where, seeds),
            count=int(self.number(row, "count", where)),
            rarity=self.number(row, "rarity", where),
            key=self.number(row, "key", where),
            language=self.text(row, "language", where),
        )

    def entity(self, row: Mapping[str, Any], where: tuple[str | int, ...], seeds: Mapping[str, str]) -> ProfileEntity:
        return ProfileEntity(
            name=self.text(row, "name", where),
            entity=self.text(row, "entity", where),
            side=self.text(row, "side", where),
            weight=self.number(row, "weight", where),
            seeds=self._seeds(row, where, seeds),
            count=int(self.number(row, "count", where)),
            key=self.number(row, "key", where),
            rarity=self.number(row, "rarity", where),
            language=self.text(row, "language", where),
        )
