"""Whether a source writes the month or the day first, by all its dates in figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from monitor.text.dates import weekdays_in
from monitor.text.fold import fold, tokens

_FIGURES = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})(?!\d)")
_SURE = 3  # times as many dates for one order as for the other
_HINTED = 2  # the same of hints, of which each is right by chance but once in seven
_SPREAD = 3  # times as many days between the first and the last, in the order that is wrong
_FEW = 3  # dates that show nothing by their order
_NEAR = timedelta(days=1)  # between a date and the day that an address names, in another zone

Days = tuple[date, date]  # with the day first, with the month first


def month_stands_first(
    written: Sequence[str], now: datetime, *, named: Sequence[date | None] | None = None
) -> bool | None:
    """True where the month stands first in the dates of a feed, given in its order; None where nothing shows it.

    A date shows it surely when only one order makes a day, and by a hint when only one makes a day that is past, the
    weekday beside it, or the day that the entry's address names (``named``, one for each date). Hints may be slips, so
    they count where no date is sure. Where nothing else shows it, the dates together may: entries stand in the order of
    time, and close together.
    """
    open_dates: list[Days] = []
    sure: list[int] = []  # the place of the order that is shown: 0 with the day first, 1 with the month
    hints: list[int] = []
    for text, other in zip(written, named or [None] * len(written), strict=True):
        if found := _FIGURES.search(text):
            days = _day(found[3], found[2], found[1]), _day(found[3], found[1], found[2])
            if days[0] and days[1]:
                open_dates.append((days[0], days[1]))
            near = [other is None or (each is not None and abs(each - other) <= _NEAR) for each in days]
            told = any(near)  # an address may name the day of something else
            can = [each is not None for each in days]
            fits = [
                each is not None and _can_be(each, text, now) and (close or not told)
                for each, close in zip(days, near, strict=True)
            ]
            (sure if sum(can) == 1 else hints).extend(_the_one(can) or _the_one(fits))
    for shown in (sure, hints):
        if shown:
            day, month = shown.count(0), shown.count(1)
            many = _SURE if shown is sure else _HINTED
            return True if month >= many * day else False if day >= many * month else None
    return _by_order(open_dates)


def _the_one(orders: Sequence[bool]) -> list[int]:
    """The place of the only one that is true, [] where none or both are."""
    return [orders.index(True)] if sum(orders) == 1 else []


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _can_be(day: date, text: str, now: datetime) -> bool:
    if day > (now.astimezone(UTC) + timedelta(days=1)).date():
        return False
    weekdays = weekdays_in(tokens(fold(text)))
    return not weekdays or day.weekday() in weekdays


def _by_order(dates: Sequence[Days]) -> bool | None:
    if len({days[0] for days in dates if days[0] != days[1]}) < _FEW:
        return None
    with_day, with_month = [days[0] for days in dates], [days[1] for days in dates]
    breaks = _breaks(with_day), _breaks(with_month)
    if breaks[0] != breaks[1]:
        return breaks[1] < breaks[0]
    spread = _spread(with_day), _spread(with_month)
    if spread[1] * _SPREAD <= spread[0] and max(with_month) >= max(with_day):
        return True
    return False if spread[0] * _SPREAD <= spread[1] and max(with_day) >= max(with_month) else None


def _breaks(days: Sequence[date]) -> int:
    """How often the days break the order that most of them keep."""
    pairs = list(pairwise(days))
    return min(sum(one < other for one, other in pairs), sum(one > other for one, other in pairs))


def _spread(days: Sequence[date]) -> int:
    return (max(days) - min(days)).days
