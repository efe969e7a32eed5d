"""The time of day in a date, as feeds and pages of many countries write it."""

from __future__ import annotations

import re
from datetime import time, timedelta
from functools import lru_cache

from monitor.languages import any_of, every
from monitor.model.dates import Precision
from monitor.model.frozen import frozen


@frozen
class TimeOfDay:
    """A time found in a text at [start, end). over: a day where it is the end of the day, "24:00"."""

    clock: time
    precision: Precision
    start: int
    end: int
    over: timedelta = timedelta()


@lru_cache(maxsize=1)
def _with_colon() -> re.Pattern[str]:
    before = _before()
    return re.compile(
        rf"(?:{before}(?:\s?:\s?|\s?)|(?<![\d:]))(?P<h>\d{{1,2}}):(?P<m>\d{{1,2}})(?::(?P<s>\d{{1,2}})(?!\d|[/.-]\d{{1,2}}[/.-]\d)(?::\d{{3}}(?!\d))?)?(?:[.,]\d+)?(?:\s?{_after()})?"
    )


@lru_cache(maxsize=1)
def _without_colon() -> tuple[re.Pattern[str], ...]:
    """As in "17 and 30 minutes": looked for where no figures of a date are left, and so compiled apart."""
    before = _before()
    after = _after()
    hours, minutes = "".join(every(lambda each: each.clock.hour)), "".join(every(lambda each: each.clock.minute))
    marked = rf"(?<![\d.:])(?P<h>\d{{1,2}})\s?[{hours}](?:\s?(?P<m>\d{{1,2}})(?:\s?[{minutes}])?)?(?!\w)(?P<s>)"
    spoken = any_of(lambda each: map(re.escape, each.elapsed.minute))
    return (
        re.compile(rf"(?:{before}\s?)?{marked}(?:\s?{after})?"),
        re.compile(rf"(?<!\d)(?P<h>\d{{1,2}})\s\w{{1,3}}?\s?(?P<m>\d{{1,2}})(?P<s>)\s?{spoken}(?!\w)(?:\s?{after})?"),
        re.compile(
            rf"(?<![\d.])(?P<h>[01]?\d|2[0-3])\.(?P<m>[0-5]\d)(?:\.(?P<s>[0-5]\d))?(?!\.?\d)(?:\s?[{hours}](?!\w))?(?:\s?{after})?"
        ),
        re.compile(rf"(?<![\d.:/-])(?P<h>1[0-2]|0?[1-9])(?P<m>)(?P<s>)\s?{after}"),
    )


# As forces and airlines write it, with what shows that it is a clock.
_CLOSE = re.compile(
    r"(?<![\d.:/-])(?P<clock>(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d))(?P<s>)(?:\s?(?:hrs?|hours?|h)\b|(?=\s?(?:Z|GMT|UTC)\b))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _before() -> str:
    return f"(?:{_half('am_first', 'am0')}|{_half('pm_first', 'pm0')}|{_half('night_first', 'night0')})"


def _after() -> str:
    return rf"(?:{_half('am', 'am')}|{_half('pm', 'pm')}|{_half('night', 'night')})"


def _half(key: str, group: str) -> str:
    return f"(?P<{group}>{any_of(lambda each: getattr(each.clock, key))})"


def time_with_colon(text: str) -> TimeOfDay | None:
    """The first time of day in ``text`` that is written with a colon; digits have to be ASCII.

    Raises ValueError for one that no clock shows, such as "25:61".
    """
    found = _with_colon().search(text)
    return _time(found) if found else None


def time_without_colon(text: str) -> TimeOfDay | None:
    """The time of day in a text without any date in figures: "10.30", "17h30", "5 pm", "1730 GMT"."""
    for pattern in _without_colon():
        if found := pattern.search(text):
            return _time(found)
    close = [found for found in _CLOSE.finditer(text) if not _YEAR.search(found["clock"])]
    if not close and len(_YEAR.findall(text)) > 1:  # "27 November 2026 2015 GMT": the year stands first
        close = list(_CLOSE.finditer(text))[-1:]
    return _time(close[0]) if close else None


def _time(found: re.Match[str]) -> TimeOfDay:
    said = found.groupdict()
    hour, over = _hour(int(said["h"]), said)
    minute = int(said["m"] or 0)
    if minute > 59:
        raise ValueError(f"no time of day: {found[0]}")
    clock = time(hour, minute, min(int(said["s"] or 0), 59))
    return TimeOfDay(clock, "second" if said["s"] else "minute", found.start(), found.end(), over)


def _hour(hour: int, said: dict[str, str | None]) -> tuple[int, timedelta]:
    if hour == 24:  # ISO 8601: the end of the day
        return 0, timedelta(days=1)
    if not 1 <= hour <= 12:
        return hour, timedelta()
    if said.get("night") or said.get("night0"):  # from six in the evening to five in the morning
        return (hour + 12 if 6 <= hour < 12 else hour % 12), timedelta()
    if said.get("pm") or said.get("pm0"):
        return hour % 12 + 12, timedelta()
    return (hour % 12 if said.get("am") or said.get("am0") else hour), timedelta()
