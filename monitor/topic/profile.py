"""A profile as the text of a YAML file: one line a term, strongest first, so that two versions can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.config.yaml import YamlFile, parse_yaml
from monitor.errors import ConfigError
from monitor.topic.file_marks import FileMarks
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
_NOT_IN_YAML = re.compile(
    "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
)  # what it refuses, or takes for the end of a line
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")  # a byte of a file's name that is no UTF-8
_RETRY = "run `monitor learn` to write it again"


def render_profile(profile: Profile) -> str:
    """The file's text; the same profile gives the same text, and ``parse_profile`` gives the profile back."""
    number = {name: index for index, name in enumerate(profile.seeds, 1)}
    lines = [f"watch: {_quoted(profile.watch)}", f"version: {_quoted(profile.version)}", "seeds:"]
    lines += [f"  {index}: {_quoted(name)}" for name, index in number.items()]
    for block in ("languages", "parties", "families", "terms", "entities"):
        rows = [asdict(row) | {"seeds": [number[name] for name in row.seeds]} for row in getattr(profile, block)]
        lines += [f"{block}:", *(f"  - {_line(row)}" for row in rows)] if rows else [f"{block}: []"]
    if profile.learned_from is not None:
        lines += [
            "# By these marks of the files `monitor check` tells whether they have changed since.",
            "learned_from:",
        ]
        for block, marks in (("seeds", profile.learned_from.seeds), ("words", profile.learned_from.words)):
            pairs = [f"    - [{_quoted(name)}, {_quoted(mark)}]" for name, mark in marks]
            lines += [f"  {block}:", *pairs] if pairs else [f"  {block}: []"]
    return _HEADER.format(watch=profile.watch) + "\n".join(lines) + "\n"


def _line(row: dict[str, Any]) -> str:
    """A row as a mapping on one line; words with their counts as a mapping of their own."""
    given = row | {"words": dict(row["words"])} if "words" in row else row
    return f"{{{', '.join(f'{name}: {_quoted(value)}' for name, value in given.items())}}}"


def _quoted(value: object) -> str:
    """A value as JSON that is valid YAML, too: in that some characters stand as escapes, and half a pair not at all."""
    text = json.dumps(value, ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", _HALF_A_PAIR.sub("\ufffd", text))


@lru_cache(maxsize=16)  # one of a watch: a page of a story asks for it, and to read YAML takes as long as the rest
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
        learned_from=reader.marks(data["learned_from"]) if "learned_from" in data else None,
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

    def marks(self, value: Any) -> FileMarks:
        there = self.mapping(value, ("learned_from",))
        return FileMarks(self._pairs(there, "seeds"), self._pairs(there, "words"))

    def _pairs(self, there: Mapping[str, Any], block: str) -> tuple[tuple[str, str], ...]:
        where = ("learned_from", block)
        match there.get(block):
            case [*rows] if all(isinstance(row, list) and len(row) == 2 for row in rows):
                return tuple((str(name), str(mark)) for name, mark in rows)
        raise self._wrong(where, f"'{block}' must be a list of names and marks")

    def language(
        self, row: Mapping[str, Any], where: tuple[str | int, ...], seeds: Mapping[str, str]
    ) -> ProfileLanguage:
        return ProfileLanguage(
            self.text(row, "code", where),
            self._seeds(row, where, seeds),
            self.number(row, "likeness", where),
            self.number({"company": 0.0} | dict(row), "company", where),  # an earlier version wrote none
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
