"""Offices that say nothing of a side or field: "commander of CENTCOM", "former defence minister", "housing minister".
Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Sequence
from functools import lru_cache

from monitor.languages import every
from monitor.match.no_dealing import OFFICES
from monitor.match.places import Name, words_back
from monitor.text.fold import fold
from monitor.text.scripts import script
from monitor.topic.name_words import commanders, is_title, of_whom, small_words
from monitor.topic.records import OTHER_FIELD

Signal = tuple[int, int, str]  # start, end, heading

_NEXT = re.compile(r"\W+\w+(?:(\W+)\w+)?")  # two words
_CIVIL = frozenset(f"{OTHER_FIELD}{name}" for name in (
    "agriculture", "education_culture", "energy", "environment", "finance", "health", "labour", "pilgrimage", "science",
    "sport", "tourism", "trade", "transport", "water",
))  # fields that have ministers of their own  # fmt: skip
_LETTERS = 2  # of an ending
_WORDS = 3  # spaces before a word for a minister: at most one word before it is of what he is called
_NEAR = 28  # folded characters around an office in which "former" is looked for


def commands_another(start: int, end: int, folded: str, known: Iterable[int], deeds: Container[int] = ()) -> bool:
    """Whether the office at [start, end) is a commander of what the next words name, and no force is known by them.

    known: where what is known begins in the sentence; deeds: those of them at which somebody meets or goes, which right
    behind an unknown word are his: "the commander of FIFA visits".
    """
    if folded[start:end] not in commanders():
        return False
    near = _NEXT.match(folded, end)
    if near is None:
        return False
    second = near.end(1) if near[1] else near.end()
    return not any(near.start() < place < near.end() for place in known if place < second or place not in deeds)


def is_past(start: int, end: int, folded: str) -> bool:
    """Whether the office at [start, end) is called a former one, by a word right before it or right behind it."""
    before, behind, spaces = _former()
    first = words_back(folded, start, max(0, start - _NEAR), spaces)
    return bool(before.search(folded, first, start) or behind.match(folded, end, min(len(folded), end + _NEAR)))


def of_other_fields(
    signals: Sequence[Signal],
    field_: Collection[str],
    matters: Sequence[Signal],
    names: Sequence[Name],
    folded: str,
) -> list[Signal]:
    """The offices that are of another field, where there are any: ministers of health, or of what no list has."""
    others = [each for each in signals if each[2] in OFFICES and _is_of_matter(each, matters, folded)]
    known = [(start, end) for start, end, signal in signals if signal in field_ or signal in OFFICES]
    known += [(name.start, name.end) for name in names]
    for start, end in _of_unknown_portfolios(folded, known):
        others += [each for each in signals if start <= each[0] < end] or [(start, end, "roles_political")]
    return others


def _is_of_matter(office: Signal, matters: Iterable[Signal], folded: str) -> bool:
    """Whether an office is part of a longer wording of another matter ("government formation" names no government), or
    stands right beside a word of a civil field: "ministers of health"."""
    start, end, signal = office
    return any(
        (first <= start and end <= last and last - first > end - start)
        or (signal == "roles_political" and heading in _CIVIL and _is_right_beside(start, end, first, last, folded))
        for first, last, heading in matters
    )


def _is_right_beside(start: int, end: int, first: int, last: int, folded: str) -> bool:
    """Whether nothing but an ending or a word for "of" stands between [start, end) and [first, last)."""
    between = folded[min(end, last) : max(start, first)].strip()
    return len(between) <= _LETTERS or between in of_whom()


def _of_unknown_portfolios(folded: str, known: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where ministers and ministries stand whose portfolio no list has ("housing ministers"): it is none of the field,
    whose own are all known. known: where offices, words of the field and names stand."""
    stems, shapes = _portfolios(folded.isascii())
    places = [place for stem in stems if (place := folded.find(stem)) >= 0]
    if not places:
        return []
    found = []
    for shape in shapes.finditer(folded, words_back(folded, min(places), 0, _WORDS)):
        start, end = shape.span(shape.lastindex or 0)
        word = folded[start:end]
        if word in small_words() or is_title(word) or any(first < end and start < last for first, last in known):
            continue
        found.append(shape.span())
    return found


@lru_cache(maxsize=2)
def _portfolios(ascii_alone: bool) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """How words for a minister begin, and a minister with the first word of his portfolio as the only group.

    ascii_alone: those beginnings alone that can stand in a text of ASCII.
    """
    shapes = "|".join(every(lambda known: known.names.portfolios))
    stems = every(lambda known: known.names.ministers)
    able = tuple(stem for stem in stems if stem.isascii() or not ascii_alone)
    # One that holds another is found by it.
    shortest = tuple(stem for stem in able if not any(other != stem and other in stem for other in able))
    return shortest, re.compile(rf"(?<!\w)(?:{shapes})(?!\w)")


@lru_cache(maxsize=1)
def _former() -> tuple[re.Pattern[str], re.Pattern[str], int]:
    """A word for "former" with a word between it and the office at most: "former Iraqi minister"; and how many spaces
    at most there are before the office where one stands there."""
    words = [fold(word) for word in every(lambda known: known.names.former)]
    before = "|".join(re.escape(word) for word in words if script(word) != "han")
    joined = "|".join(re.escape(word) for word in words if script(word) == "han")
    behind = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.former_after))
    return (
        re.compile(rf"(?:^|\W)(?:{before})[\s-]+(?:\w+\s+)?$|(?:{joined})$"),
        re.compile(rf"\s+(?:\w+\s+)?(?:{behind})(?!\w)"),
        3 + max(word.count(" ") for word in words),
    )
