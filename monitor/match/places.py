"""Whose place a sentence speaks of: where somebody is or goes, by the words and endings of the languages for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from monitor.languages import every
from monitor.text.fold import fold
from monitor.text.scripts import script

_REACH = 40  # folded characters before a name that are looked at
_WORDS = 3  # spaces before it: behind the word for "in" there are two at most, and one may stand before it


class Name(NamedTuple):
    """A name of a side, or of another state (side -1), at [start, end)."""

    start: int
    end: int
    side: int
    heading: str = ""
    actor: bool = False
    place: bool = False  # a town, base or region, not the state itself
    thing: bool = False  # a weapon or ship


@lru_cache(maxsize=1)
def _shapes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before a place, with one word between at most, and what stands behind it."""
    words = [fold(word) for word in every(lambda known: known.names.at)]
    before = "|".join(re.escape(word) for word in words if script(word) != "han")
    joined = "|".join(
        re.escape(word) for word in words if script(word) == "han"
    )  # no space parts it from a word before
    after = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.at_after))
    beside = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.beside))
    return (
        re.compile(rf"(?:^|[^\w])(?:{before})\s?(?:(?!(?:{beside})\b)\w+\s+)?$|(?:{joined})$"),
        re.compile(rf"['’]?\s?(?:{after})(?!\w)"),
    )


def places_of(names: Iterable[Name], folded: str) -> set[int]:
    """The sides whose country, region or town is where somebody is or goes ("in Iraq", "Irak'ta")."""
    return {name.side for name in names if is_where(name, folded)}


def is_where(name: Name, folded: str) -> bool:
    """Whether a name says where somebody is or goes, and not whose something is."""
    if name.actor or name.thing or name.side < 0:
        return False
    return says_where(name.start, name.end, folded)


@lru_cache(maxsize=256)  # asked two to four times of each name in a sentence
def says_where(start: int, end: int, folded: str) -> bool:
    """Whether a word or ending for "in" or "to" stands beside the place that is named at [start, end)."""
    before, after = _shapes()
    first = words_back(folded, start, max(0, start - _REACH), _WORDS)
    return bool(before.search(folded, first, start) or after.match(folded, end))


def words_back(folded: str, place: int, least: int, spaces: int) -> int:
    """Where so many spaces before a place begin, ``least`` where that is further."""
    for _ in range(spaces):
        if (place := folded.rfind(" ", least, place)) < 0:
            return least
    return place
