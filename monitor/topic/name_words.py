"""Words beside the names of people and bodies: offices, verbs of saying, and small words that are no names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from monitor.languages import any_of, every, language, languages
from monitor.text.fold import fold

_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*[\w])?")
_ENDINGS_APART = ("tr", "az")  # languages that write a name's endings after an apostrophe


class Word(NamedTuple):
    """A word at [start, end) of a text."""

    text: str
    start: int
    end: int


def words(text: str, code: str = "") -> Iterator[Word]:
    """The words; one of a language that writes endings after an apostrophe ends there ("Ankara'ya")."""
    for found in _WORD.finditer(text):
        end = found.end()
        if "'" in (plain := found[0].replace("’", "'")) and code in _ENDINGS_APART:
            end = found.start() + plain.index("'")
        yield Word(text[found.start() : end], found.start(), end)


@lru_cache(maxsize=1)
def _offices() -> re.Pattern[str]:
    """A folded word for one who speaks for a country or body, in any language, with what Arabic writes before it."""
    before = any_of(lambda known: known.affixes.before, "arabic")
    return re.compile(rf"(?:{before})?(?:{any_of(lambda known: known.names.offices)})")


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    return frozenset(every(lambda known: known.names.titles))


def is_title(word: str) -> bool:
    """Whether a folded word is an office or a rank before a name ("deputy")."""
    return word in _titles()


@lru_cache(maxsize=4096)
def is_office(word: str) -> bool:
    """Whether a word, or a part of one with a hyphen, is an office or a rank before a name."""
    return fold(word) in _titles() or any(_offices().fullmatch(part) for part in (fold(word), *fold(word).split()))


@lru_cache(maxsize=64)
def says(code: str) -> re.Pattern[str]:
    """A folded word of a language for what only a person or body does."""
    return re.compile("|".join(language(code).names.says) or r"(?!)")


@lru_cache(maxsize=64)
def deals(code: str) -> re.Pattern[str]:
    """A folded word of a language for what a body does, which right behind other names may be another."""
    return re.compile("|".join(language(code).names.deals) or r"(?!)")


@lru_cache(maxsize=64)
def kinds_of_bodies(code: str) -> re.Pattern[str]:
    """A folded word of a language for a kind of company or armed group."""
    return re.compile("|".join(language(code).names.bodies) or r"(?!)")


@lru_cache(maxsize=1)
def agencies() -> frozenset[str]:
    """The folded names of news agencies, which speak in every report."""
    return frozenset(fold(name) for known in languages() for _, names in known.agencies for name in names)


@lru_cache(maxsize=1)
def inside_names() -> frozenset[str]:
    """Small words within a person's name, as written."""
    return frozenset(every(lambda known: known.names.inside)) - frozenset(every(lambda known: known.names.joining))


@lru_cache(maxsize=1)
def of_whom() -> frozenset[str]:
    """Small words that may stand between an office and whose it is, as written."""
    return frozenset(every(lambda known: (*known.names.inside, *known.names.joining)))


@lru_cache(maxsize=1)
def beside() -> frozenset[str]:
    """Folded words between two who deal with each other: "and", "with"."""
    return frozenset(fold(word) for word in every(lambda known: known.names.beside))


@lru_cache(maxsize=1)
def commanders() -> frozenset[str]:
    """Folded words for one who commands what the next word says: "commander of …"."""
    return frozenset(fold(word) for word in every(lambda known: known.names.commanders))


@lru_cache(maxsize=1)
def never_names() -> frozenset[str]:
    """Folded words that are no part of a name though a capital begins them."""
    return frozenset(fold(word) for word in every(lambda known: known.names.never))


@lru_cache(maxsize=8)
def small_words(of_script: str = "") -> frozenset[str]:
    """Folded words that say nothing: of the languages of a script, or of all, with those never in names."""
    chosen = [known for known in languages() if of_script in ("", known.script)]
    found = frozenset(fold(word) for known in chosen for word in known.stop_words)
    return found if of_script else found | never_names()
