"""What pydantic finds wrong with a file, as sentences that a user can act on, each with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from monitor.config.yaml import YamlFile
from monitor.errors import Problem
from monitor.fields import wanted_value
from monitor.text.redact import HIDDEN, shown_problem
from monitor.text.secret_parts import names_a_secret

_FIRST_WORD = re.compile(r"([a-z_.]+)\b")
LISTED = 200  # problems of one file


def _wanted(message: str) -> str:
    """The end of a sentence made of one of pydantic's own: "; write 'send' or 'skip'" of "Input should be ..."."""
    wanted = wanted_value(message)
    return f"; write {wanted}" if wanted else f": {message[:1].lower()}{message[1:]}"


def problems_of(error: ValidationError, file: YamlFile, model: type[BaseModel]) -> Iterator[Problem]:
    """pydantic's findings as sentences that a user can act on, each with its line."""
    every = error.errors(include_url=False)
    for found in every[:LISTED]:
        where, kind = found["loc"], found["type"]
        if kind == "too_short" and any(other["loc"][: len(where)] == where != other["loc"] for other in every):
            continue  # the list is empty only because its items are wrong, and those are reported
        name = _name_of(where) or file.path.name
        message = found["msg"].removeprefix("Value error, ")
        given = HIDDEN if {"webhook", "chat"} & {*where} or names_a_secret(name) else _short(found["input"])
        if kind == "extra_forbidden":
            known = sorted(_keys_at(model, where[:-1]))
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"known keys here: {', '.join(known)}"
            message = f"unknown key '{name}'; {hint}"
        elif kind == "too_short":
            message = f"'{name}' is {given}; write at least one, or remove the line"
        elif kind == "missing":
            message = f"'{name}' is missing; add a line '{name}: ...'"
        elif kind in ("model_type", "tuple_type", "dict_type", "list_type", "model_attributes_type"):
            message = f"'{name}' must be {_SHAPES[kind]}, not {given}"
        elif kind == "string_pattern_mismatch":
            message = f"'{name}' is {given}; write {_WRITE.get(name, 'it as the documentation shows')}"
        elif kind != "value_error":
            message = f"'{name}' is {given}{_wanted(message)}"
        # What two keys say together is found of their block; its sentence begins with one of them.
        key = _FIRST_WORD.match(message) if kind == "value_error" else None
        yield file.problem((*where, *key[1].split(".")) if key else where, message)
    if (more := len(every) - LISTED) > 0:
        yield file.problem((), f"and {more:,} more problems; correct these first")


_WRITE = {
    "language": "a language code, such as fa",
    "country": "a country code of two capitals, such as IR",
    "name": "letters, digits, dots, dashes and underscores, such as daily",
    "listen": "ADDRESS:PORT, such as 127.0.0.1:8080",
    "url": "a whole http(s) address, such as https://example.org/hook",
    "unsubscribe": "a mailto: or https: address",
    "timestamp_url": "a whole http(s) address, such as https://tsa.example.org",
    "user_agent": "one line",
}


def _name_of(where: tuple[int | str, ...]) -> str:
    """The key a problem is about; an item of a list by its number, counted from 1."""
    if where and isinstance(where[-1], int) and len(where) > 1:
        return f"{where[-2]}, item {where[-1] + 1}"
    return str(where[-1]) if where else ""


_SHAPES = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "a block of 'key: value' lines"),
    **dict.fromkeys(("tuple_type", "list_type"), "a list: '- ' items or [a, b]"),
}


def _short(value: Any) -> str:
    text = "empty" if value is None else shown_problem(repr(value))
    return text if len(text) <= 60 else text[:57] + "..."


def _keys_at(model: type[BaseModel], where: tuple[int | str, ...]) -> set[str]:
    """The keys a block may have, following the models down ``where`` as far as their types go."""
    current: Any = model
    for step in where:
        if isinstance(step, int):
            continue
        field = current.model_fields.get(step) if _is_model(current) else None
        if field is None:
            return set()
        found = [part for part in _parts(field.annotation) if _is_model(part)]
        if not found:
            return set()
        current = found[0]
    return {field.alias or name for name, field in current.model_fields.items()} if _is_model(current) else set()


def _is_model(candidate: Any) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, BaseModel)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _parts(part)
