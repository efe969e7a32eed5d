"""Crontab expressions in a time zone: when a digest is due by local time. Pure.

The fields are those of POSIX crontab, with the names, steps and day rule of Vixie cron (crontab(5)): minute, hour, day
of month, month, day of week, where 0 and 7 are Sunday. When both day fields are given, either is enough; a field that
starts with * does not count as given.

A tick is a local time and happens once. When clocks are set back, the first of two equal times counts. When they are
set forward, a time that is left out happens at the first moment after the gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6} | {
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 7, _DAYS),
)
_LONGEST = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
_HORIZON = 366 * 9  # days: 29 February may be eight years off, around 2100


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed expression. weekdays: 0 is Sunday. either_day: both day fields are given, so one is enough."""

    expression: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def runs_on(self, day: date) -> bool:
        """Whether the expression has ticks on this day."""
        if day.month not in self.months:
            return False
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return of_month or of_week if self.either_day else of_month and of_week


def parse_cron(expression: str) -> Cron:
    """Parse five fields, or a nickname such as "@daily".

    Raises ValueError with a sentence that names the wrong field and what to write instead.
    """
    text = " ".join(expression.split()).lower()
    parts = _NICKNAMES.get(text, text).split(" ")
    if len(parts) != 5:
        raise ValueError(
            f"{expression!r} has {len(parts) if text else 0} fields; write five: minute, hour, day of month, month and "
            'day of week, such as "0 7 * * *"'
        )
    values = [_field(part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = values
    cron = Cron(
        expression=text,
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=frozenset(days),
        months=frozenset(months),
        weekdays=frozenset(day % 7 for day in weekdays),
        either_day=parts[2][0] != "*" and parts[4][0] != "*",
    )
    # 30 February and the like: without this, the search for the next tick would run for nine years and find none.
    if not cron.either_day and not any(day <= _LONGEST[month] for month in months for day in days):
        raise ValueError(f"{expression!r} never comes: no such day in that month")
    return cron


def _field(text: str, name: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    values: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,3}))?", part)
        if not found or (found[1] == "*" and found[2]):
            raise ValueError(f"{part!r} is not a valid {name}; write a number, a range such as {low}-{low + 4}, or *")
        step = int(found[3]) if found[3] else 1
        if step < 1:
            raise ValueError(f"{part!r}: the step of a {name} must be 1 or more")
        first = low if found[1] == "*" else _number(found[1], name, low, high, names)
        if found[2]:
            last = _number(found[2], name, low, high, names) or (high if high == 7 else 0)  # fri-sun
        else:
            last = (high if high != 7 else 6) if found[1] == "*" else (high if found[3] else first)
        if last < first:
            raise ValueError(f"{part!r}: a range of a {name} goes upwards; write two parts with a comma")
        values.update(range(first, last + 1, step))
    return values


def _number(text: str, name: str, low: int, high: int, names: dict[str, int]) -> int:
    value = names.get(text, int(text) if text.isdecimal() and len(text) <= 4 else -1)
    if not low <= value <= high:
        also = f" or a name such as {next(iter(names))}" if names else ""
        raise ValueError(f"{text!r} is not a valid {name}; write {low} to {high}{also}")
    return value


def previous_tick(cron: Cron, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The last tick at or before ``now``, in UTC; None when there was none for nine years."""
    start = now.astimezone(zone).date() + timedelta(days=1)
    for day in _days(cron, start, -1):
        for tick in sorted(set(_ticks(cron, zone, day)), reverse=True):
            if tick <= now:
                return tick
    return None


def next_ticks(cron: Cron, zone: ZoneInfo, now: datetime, count: int) -> list[datetime]:
    """The next ticks after ``now``, in UTC; fewer than ``count`` where there are no more for nine years."""
    found: list[datetime] = []
    for day in _days(cron, now.astimezone(zone).date() - timedelta(days=1), 1):
        found += [tick for tick in sorted(set(_ticks(cron, zone, day))) if tick > now and tick not in found]
        if len(found) >= count:
            break
    return found[:count]


def _days(cron: Cron, start: date, step: int) -> Iterator[date]:
    try:
        for count in range(_HORIZON):
            day = start + timedelta(days=step * count)
            if cron.runs_on(day):
                yield day
    except OverflowError:  # the calendar ends
        return


def _ticks(cron: Cron, zone: ZoneInfo, day: date) -> Iterator[datetime]:
    for hour in cron.hours:
        for minute in cron.minutes:
            yield moment_of(datetime.combine(day, time(hour, minute)), zone)


def last_moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """As `moment_of`, but the second of two."""
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return second if second.astimezone(zone).replace(tzinfo=None) == wall else moment_of(wall, zone)


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, when clocks in ``zone`` show ``wall``: the first of two; in a gap, the end of the gap."""
    local = wall.replace(tzinfo=zone, fold=0)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # In a gap fold=0 counts with the offset before it, so `moment` lies after the change, fold=1 before it.
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while moment - early > timedelta(milliseconds=1):
        middle = early + (moment - early) / 2
        if middle.astimezone(zone).utcoffset() == early.astimezone(zone).utcoffset():
            early = middle
        else:
            moment = middle
    return moment.replace(microsecond=0)  # clocks are set at whole seconds
