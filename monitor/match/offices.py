"""Offices that nobody of a side holds: "commander of CENTCOM", "former defence minister". Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from functools import lru_cache

from monitor.languages import every
from monitor.text.fold import fold
from monitor.topic.name_words import commanders

_NEXT = re.compile(r"\W+\w+(?:(\W+)\w+)?")  # two words
_NEAR = 16  # folded characters around an office in which "former" is looked for


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
    before, behind = _former()
    return bool(
        before.search(folded, max(0, start - _NEAR), start) or behind.match(folded, end, min(len(folded), end + _NEAR))
    )


@lru_cache(maxsize=1)
def _former() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A word for "former" with a word between it and the office at most: "former Iraqi minister"."""
    before = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.former))
    behind = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.former_after))
    return (
        re.compile(rf"(?:^|\W)(?:{before})[\s-]+(?:\w+\s+)?$"),
        re.compile(rf"\s+(?:\w+\s+)?(?:{behind})(?!\w)"),
    )
