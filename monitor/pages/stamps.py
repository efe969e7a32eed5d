"""What a page says of itself in a line of text: when it was made or changed, and how often it was read. Pure.

Such figures change while the article stays as it is. They are taken away before two looks at a page are compared. The
words are in monitor/languages; all patterns see folded text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from monitor.languages import any_of, every
from monitor.text.fold import fold
from monitor.text.furniture import NUMBER, furniture

LONGEST = 30  # words: a longer line is prose, whatever it begins with
_MONTHS = 12  # of a year
COUNTER = 15  # words: "120 views" in a longer sentence belongs to what it reports


def without_stamps(folded: str, *, opens: bool) -> str:
    """A folded sentence without the moments and counts that its page shows of itself; "" where nothing else is said.

    opens: whether the sentence is the first of its line. "Published in 2023" inside a paragraph is what it reports.
    """
    words = folded.count(" ") + 1
    if words > LONGEST:
        return folded
    # One pattern for both places, because it takes long to compile; behind the first letter no line begins.
    left, at = "", 0
    for found in _stamp().finditer(folded, 1):
        left, at = f"{left}{folded[at : found.start()]} ", found.end()
    left += folded[at:]
    if opens and (opening := _stamp().match(left)):
        left = f" {left[opening.end() :]}"
    if words <= COUNTER:
        left = _counter().sub(" ", left)
    return "" if _moment_alone().fullmatch(left) else left


def is_stamp(line: str) -> bool:
    """Whether a line says nothing but when its page was made or changed, or how often or how long it is read."""
    if _is_stamp(line):
        return True
    parts = labelled_parts(line)
    return len(parts) > 1 and all(map(_is_stamp, parts))


def labelled_parts(line: str) -> list[str]:
    """A line parted at its bars and before its labels: "Updated: 28.11.2026 Published: 27.11.2026" has two parts."""
    at = (found.start() for found in _part().finditer(line))
    return [part for begin, end in pairwise((0, *at, len(line))) if (part := line[begin:end]).strip(" |•·")]


def _is_stamp(line: str) -> bool:
    return furniture(line) == NUMBER or not without_stamps(_label().sub("", fold(line)), opens=True).strip()


@lru_cache(maxsize=1)
def _part() -> re.Pattern[str]:
    """A bar or a label, which does not begin with the "PM" of the hour before it, nor before a bracket."""
    half = rf"(?!(?<=\d\s)(?i:{_halves()})(?!\w))"
    return re.compile(rf"[|•·]|(?<= )[-–—](?= )|(?<!\w){half}[^\W\d][^\d:：|•·\[(]{{1,40}}[:：](?!\d)")


@lru_cache(maxsize=1)
def half_of_day() -> re.Pattern[str]:
    """Minutes, or what is left of an hour, and the half of the day behind it."""
    return re.compile(rf"\W{{0,3}}(?:\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?)?\s?(?i:{_halves()})(?!\w)")


def _halves() -> str:
    return any_of(lambda known: (*known.clock.am, *known.clock.pm))


@lru_cache(maxsize=1)
def _label() -> re.Pattern[str]:
    """What follows a date: "code: 17", "source: agency"."""
    kinds = any_of(lambda known: known.furniture.number_kinds)
    return re.compile(rf"(?<=\W){kinds} ?[:：].{{1,24}}$")


@lru_cache(maxsize=1)
def _stamp() -> re.Pattern[str]:
    """ "last updated on 28 november 2026 at 08:30" where a line begins, in brackets or between bars."""
    return re.compile(rf"(?:(?<=[(\[|•·])\s*|^\W*){_stamps()}\b{_moments()}")


@lru_cache(maxsize=1)
def _counter() -> re.Pattern[str]:
    counted = any_of(lambda known: known.furniture.counted)
    figure = r"\d[\d.,]*(?: ?[km]\b)?"
    return re.compile(rf"\b{counted}\b\W{{0,3}}{figure}|\b{figure} {counted}\b")


@lru_cache(maxsize=1)
def _moment_alone() -> re.Pattern[str]:
    return re.compile(rf"(?=.*\d)\W*(?:{_moment()}(?:\W+|\Z))+|\W*")


def _stamps() -> str:
    return any_of(lambda known: known.furniture.stamps)


def _moments() -> str:
    return rf"(?:\W*\b{_moment()}(?!\w))*"


@lru_cache(maxsize=1)
def _moment() -> str:
    """A word or figure of a date, a time of day or a distance in time."""
    tables = every(lambda known: (name for table in known.months for month in table for name in month))
    islamic = map(_islamic_month, range(_MONTHS))
    days = every(
        lambda known: (name for table in (known.weekdays, known.counted_weekdays) for day in table for name in day)
    )
    names = sorted({re.escape(fold(name)) for name in (*tables, *days)} - {""}, key=len, reverse=True)
    words = any_of(lambda known: known.furniture.moments)
    figure = r"\d+(?:[.:/,h年月日号號时時点點分]\d+)*(?:st|nd|rd|th|[hkmzt年月日号號时時点點分秒])?"
    return rf"(?:{figure}|{words}|{_halves()}|{'|'.join(islamic)}|{'|'.join(names)})"


def _islamic_month(at: int) -> str:
    """The names of the month at ``at`` (from 0), which are patterns."""
    return fold(any_of(lambda known: known.months.islamic[at]))
