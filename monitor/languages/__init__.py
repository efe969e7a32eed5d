"""The languages the service knows: one data file each in this folder, read here and nowhere else.

Rules in other rooms take their words from `languages` or `every`, on first use and not on import: a poll that finds
nothing new then needs none of them.
"""

import tomllib
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from monitor.languages.record import Language
from monitor.languages.values import Forms, Patterns, Words

# Where language files lie. A second folder may be appended before the first use.
FOLDERS: list[Traversable] = [resources.files("monitor.languages")]


@lru_cache(maxsize=1)
def languages() -> tuple[Language, ...]:
    """All languages, in the order of their codes. Raises ValueError for a file that is not as it should be."""
    found: dict[str, Language] = {}
    for folder in FOLDERS:
        for file in folder.iterdir():
            if file.name.endswith(".toml"):
                language = parse_language(file.read_text("utf-8"), file.name)
                if language.code in found:
                    raise ValueError(f"{file.name}: there is a file for {language.code!r} already; keep one of them")
                found[language.code] = language
    # By code, so that tables built from all of them come out the same on every machine.
    return tuple(found[code] for code in sorted(found))


def language(code: str) -> Language:
    """The language with a code or alias; one of which nothing is known where no file has it."""
    # Never an error: feeds and users name languages that nobody has written a file for.
    return _by_code().get(code) or Language(code, code)


def every(part: Callable[[Language], Iterable[str]], script: str = "") -> tuple[str, ...]:
    """One part of all languages together (of one script where it is named): each entry once, in their order."""
    known = (each for each in languages() if script in ("", each.script))
    return tuple(dict.fromkeys(entry for each in known for entry in part(each)))


def any_of(part: Callable[[Language], Iterable[str]], script: str = "") -> str:
    """A pattern, in a group of its own, that matches what any pattern in one part of the languages matches.

    It never matches where no language has such a pattern.
    """
    return f"(?:{'|'.join(every(part, script)) or '(?!)'})"


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Language]:
    return {code: known for known in languages() for code in (known.code, *known.aliases)}


def parse_language(text: str, file: str) -> Language:
    """The language in the text of ``file``. Raises ValueError, with file and key, where it is not as it should be."""
    try:
        found = _table(Language, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise ValueError(f"{file}: {error}; see docs/how-to/add-a-language.md") from error
    assert isinstance(found, Language)
    if file != f"{found.code}.toml":
        raise ValueError(f"{file}: its code is {found.code!r}; name it {found.code}.toml")
    return found


def _table(kind: Any, values: object) -> Any:
    """A table of the file as the named tuple ``kind``."""
    if not isinstance(values, dict):
        raise TypeError(f"{kind.__name__.lower()} has to be a table with keys such as {', '.join(kind._fields[:3])}")
    types = kind.__annotations__
    # A key with a slip in it would otherwise be a word that is silently never found.
    if unknown := values.keys() - types.keys():
        raise ValueError(f"unknown key {min(unknown)!r}; there are {', '.join(types)}")
    if missing := types.keys() - values.keys() - kind._field_defaults.keys():
        raise ValueError(f"{', '.join(sorted(missing))} is missing")
    return kind(**{key: _value(key, types[key], value) for key, value in values.items()})


def _value(key: str, kind: Any, value: object) -> object:
    """One value as the type its key has: see `record` for how each is written."""
    if hasattr(kind, "_fields"):
        return _table(kind, value)
    if kind is Forms and isinstance(value, dict):
        return Forms((name, tuple(map(str, forms))) for name, forms in value.items())
    if kind is bool and isinstance(value, bool):
        return value
    if kind in (str, Words, Patterns) and isinstance(value, str):
        if kind is Words:
            return Words(word.replace("_", " ") for word in value.split())
        if kind is Patterns:
            return Patterns(line for line in map(str.strip, value.splitlines()) if line and not line.startswith("# "))
        return value
    wanted = {bool: "true or false", Forms: "a table of lists"}.get(kind, "text")
    raise TypeError(f"{key} has to be {wanted}")
