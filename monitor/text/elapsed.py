"""How long ago: "2 hours ago", "yesterday at 16:30", as pages write them in the languages of the feeds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from monitor.languages import every, languages
from monitor.model.dates import Precision
from monitor.text.fold import fold

_UNITS = {
    "second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1),
    "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)
}  # fmt: skip
_PAIRS = {"two_minutes": "minute", "two_hours": "hour", "two_days": "day", "two_weeks": "week", "two_months": "month"}
_MOST = timedelta(days=60)  # a longer time is told in months
_MOST_MONTHS = timedelta(days=366)  # a longer one in years
_COARSE: tuple[Precision, ...] = ("month", "week", "day")  # units after which the time of day says nothing


def time_ago(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, Precision] | None:
    """The moment that is as long before ``now`` as ``text`` says; from days up, the beginning of that day in ``zone``.

    The precision is the largest unit: a day that is a week or a month back is some day near it.
    """
    folded = fold(text)
    if folded.strip(" .,;:!…،") in _now():
        return now, "minute"
    short = folded.strip()
    for pattern in _patterns():
        if found := pattern.search(f"{short} {_ago()}" if _short().fullmatch(short) else folded):
            parts = [_amount(found[f"n{at}"], found[f"unit{at}"]) for at in (1, 2) if found[f"unit{at}"]]
            if len(found["unit1"]) == 1 and not found["n1"]:
                continue  # a letter alone is no unit
            half = 0.5 * _UNITS[parts[0][1]] if found["half"] else timedelta()  # "two hours and a half"
            span = sum((each for each, _ in parts), half)
            if span > (_MOST_MONTHS if any(unit in ("week", "month") for _, unit in parts) else _MOST):
                return None
            for unit in _COARSE:
                if any(unit == each for _, each in parts):
                    return _beginning((now - span).astimezone(zone).date(), zone), unit
            return now - span, "minute"
    return None


def named_day(text: str, today: date) -> date | None:
    """The day that ``text`` calls today or yesterday."""
    folded = fold(text)
    for days, pattern in enumerate(_named_days()):
        if pattern.search(folded):
            return today - timedelta(days=days)
    return None


def _ago() -> str:
    """A word that says that an amount before it is past."""
    return fold(next(iter(every(lambda each: each.elapsed.ago))))


def _beginning(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _amount(count: str | None, unit: str) -> tuple[timedelta, str]:
    name = _words().get(unit) or _PAIRS[_pairs()[unit]]
    number = 2.0 if unit in _pairs() else _numbers().get(count or "", 0.0) or float(count or 1)
    return number * _UNITS[name], name


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    """Folded word → its unit."""
    return _by_word(_UNITS)


@lru_cache(maxsize=1)
def _pairs() -> dict[str, str]:
    """Folded word that means two of a unit, as Arabic and Hebrew have them → the key of its pair."""
    return _by_word(_PAIRS)


def _by_word(keys: Iterable[str]) -> dict[str, str]:
    return {fold(word): key for each in languages() for key in keys for word in getattr(each.elapsed, key)}


@lru_cache(maxsize=1)
def _numbers() -> dict[str, float]:
    return {
        fold(form): float(number) for each in languages() for number, forms in each.elapsed.numbers for form in forms
    }


@lru_cache(maxsize=1)
def _now() -> frozenset[str]:
    """Folded phrases for a moment ago. They count alone only: "now" stands in many a sentence."""
    return frozenset(_folded(every(lambda each: each.elapsed.now)))


@lru_cache(maxsize=1)
def _short() -> re.Pattern[str]:
    """Amounts such as "3h" and "2h 5m", which say "ago" by standing alone."""
    return re.compile(rf"(?:\d{{1,2}}\s?{_any(word for word in _words() if len(word) == 1)}\s?){{1,2}}")


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Where the word for "ago" stands before the amount, and where it follows."""
    number = rf"(?:\d{{1,3}}|{_any(_numbers())})"
    units = _any([*_words(), *_pairs()])
    first, second = (rf"(?:(?P<n{at}>{number})\s*)?(?P<unit{at}>{units})\.?" for at in (1, 2))
    joining = _any(_folded(every(lambda each: each.elapsed.joining)))
    half = rf"\s{joining}\s?(?P<half>{_any(word for word, worth in _numbers().items() if worth == 0.5)})"
    amount = rf"{first}(?:{half}|\s*(?:{joining}\s)?\s*{second})?"
    about = rf"(?:(?:{_any(_folded(every(lambda each: each.elapsed.about)))})[\s-]+)?"
    before = _any(_folded(every(lambda each: each.elapsed.ago_first)))
    after = _any(_folded(every(lambda each: each.elapsed.ago)))
    return (
        re.compile(rf"(?<!\w){before}\s+{about}{amount}(?!\w)"),
        re.compile(rf"(?<!\w){amount}\s*{after}(?!\w)"),
    )


@lru_cache(maxsize=1)
def _named_days() -> tuple[re.Pattern[str], ...]:
    names = (every(lambda each: each.elapsed.today), every(lambda each: each.elapsed.yesterday))
    return tuple(re.compile(rf"(?<!\w){_any(_folded(each))}(?!\w)") for each in names)


def _folded(words: Iterable[str]) -> list[str]:
    return [fold(word) for word in words]


def _any(words: Iterable[str]) -> str:
    """A pattern for one of ``words``, the longest first; none of them where there are none."""
    longest = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest)) or '(?!)'})"
