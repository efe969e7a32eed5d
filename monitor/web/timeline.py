"""Marks along a line of time, and columns of equal spans, as SVG made on the server; with what a table says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WIDTH, ROW, MARK = 660, 16, 6  # of the chart, in its own units
ROWS = 8  # lines of marks; further ones share the last


@dataclass(frozen=True, slots=True)
class Event:
    """Something at a time. line: whose; what: in words."""

    at: datetime
    line: str
    what: str


@dataclass(frozen=True, slots=True)
class MarkView:
    """x, y: its middle. series: the number of its colour. title: for who points at it."""

    x: float
    y: int
    series: int
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """lines: names, from above. ticks: (x, day) of days that are named. rows: (time, line, what), the first first."""

    lines: tuple[str, ...]
    marks: tuple[MarkView, ...]
    ticks: tuple[tuple[float, str], ...]
    height: int
    width: int = WIDTH


def timeline(events: Sequence[Event], zone: tzinfo) -> Timeline | None:
    """The events as marks, a line for each name in the order in which they come; None for fewer than two moments."""
    ordered = sorted(events, key=lambda event: event.at)
    if len({event.at for event in ordered}) < 2:
        return None
    first, last = ordered[0].at, ordered[-1].at
    names = list(dict.fromkeys(event.line for event in ordered))
    shown = names if len(names) <= ROWS else [*names[: ROWS - 1], f"{len(names) - ROWS + 1} others"]
    place = {name: min(number, len(shown) - 1) for number, name in enumerate(names)}
    marks = tuple(
        MarkView(_x(event.at, first, last), ROW * place[event.line] + ROW // 2, place[event.line] % 6,
                 f"{day_name(event.at.astimezone(zone).date())}: {event.what}")
        for event in ordered
    )  # fmt: skip
    ends = [at.astimezone(zone) for at in (first, last)]
    hours = ends[0].date() == ends[1].date()
    ticks = ((_x(at, first, last), day_name(at.date()) + (f", {at:%H:%M}" if hours else "")) for at in ends)
    return Timeline(tuple(shown), marks, tuple(ticks), ROW * len(shown))


def _x(at: datetime, first: datetime, last: datetime) -> float:
    return round(MARK + (WIDTH - 2 * MARK) * ((at - first) / (last - first)), 1)


def day_name(day: date) -> str:
    """ "21 Nov"."""
    return f"{day.day} {day:%b}"


@dataclass(frozen=True, slots=True)
class Month:
    """A month by weeks that begin on Monday. weeks: 7 days each, None outside the month. name: "November 2026"."""

    name: str
    year: int
    number: int
    weeks: tuple[tuple[date | None, ...], ...]


def month_of(day: date) -> Month:
    """The month that a day is in."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    days: list[date | None] = [None] * first.weekday()
    days += [first + timedelta(days=n) for n in range((following - first).days)]
    days += [None] * (-len(days) % 7)
    weeks = tuple(tuple(days[start : start + 7]) for start in range(0, len(days), 7))
    return Month(f"{first:%B} {first.year}", first.year, first.month, weeks)


def weeks_until(now: datetime, zone: tzinfo, weeks: int) -> list[tuple[date, datetime]]:
    """(Monday, when it begins in the zone) of the last ``weeks`` weeks and of the next one, the oldest first."""
    today = now.astimezone(zone).date()
    last = today - timedelta(days=today.weekday())
    mondays = [last - timedelta(weeks=n) for n in range(weeks - 1, -2, -1)]
    return [(monday, datetime.combine(monday, time(), zone).astimezone(UTC)) for monday in mondays]
