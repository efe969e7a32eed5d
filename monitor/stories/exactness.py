"""How exactly a sentence gives a figure: as it is, rounded ("some 140"), or as a bound ("at least 10"). Pure.

Two figures of one thing that may both be right are no contradiction: 143 are "some 140", and 12 are "at least 10".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from monitor.languages import language
from monitor.text import fold

Exactness = Literal["about", "least", "most"]
_ALL: tuple[Exactness, ...] = ("about", "least", "most")

BEFORE, BEHIND = 40, 25  # characters of a sentence around a figure in which it is said how exact it is
ROUNDED = 0.15  # of a rounded figure by which the thing itself may differ at most
_PAUSE = frozenset(",.;:!?،؛()–—")


def exactness_of(folded: str, at: int, end: int, code: str | None) -> Exactness | None:
    """How exactly the figure at [at, end) of a folded sentence is given; None where as it is."""
    around = folded[max(0, at - BEFORE) : end + BEHIND]
    at, end = at - max(0, at - BEFORE), end - max(0, at - BEFORE)
    for kind in _ALL:
        for found in _pattern(code or "", kind).finditer(around):
            before, behind = around[found.end() : at], around[end : found.start()]
            if found.end() <= at and _is_beside(before):
                return kind
            # What is said of another figure stands right before that.
            if found.start() >= end and _is_beside(behind) and not around[found.end() :].lstrip()[:1].isdigit():
                return kind
    return None


def _is_beside(between: str) -> bool:
    return len(fold.tokens(between)) <= 1 and _PAUSE.isdisjoint(between)


@lru_cache(maxsize=64)
def _pattern(code: str, kind: Exactness) -> re.Pattern[str]:
    whole = "|".join(getattr(language(code).stance, kind))
    # "up to (?=\d)" ends before a digit, and so within no word.
    return re.compile(rf"(?<!\w)(?:{whole})(?!(?<=\w)\w)" if whole else "(?!)")


def may_be_one(one: float, how: Exactness | None, other: float, how_other: Exactness | None) -> bool:
    """Whether two figures that differ may both be right. Two lower bounds are two counts, so are two upper ones."""
    if how == how_other and how != "about":
        return False
    slack = max(_slack(one) if how == "about" else 0.0, _slack(other) if how_other == "about" else 0.0)
    if abs(one - other) <= slack:
        return True
    low = (how == "least" and other >= one) or (how_other == "least" and one >= other)
    high = (how == "most" and other <= one) or (how_other == "most" and one <= other)
    return low or high


def _slack(amount: float) -> float:
    """By how much a thing may differ from a rounded amount: 140 is rounded to tens, and 145 to nothing."""
    unit = 10.0
    while amount and amount % (unit * 10) == 0:
        unit *= 10
    return min(unit, ROUNDED * amount) if amount and amount % unit == 0 else 0.0
