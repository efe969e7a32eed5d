"""Dates of day and month alone in figures, such as "28/11", which only a whole list shows to be dates. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.feeds.listing.page_tree import pieces
from monitor.text.dates import jalali_days, to_jalali

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SHORT = re.compile(r"(\d{1,2})\s?[./]\s?(\d{1,2})\.?(?:[\s,،|–-]+(\d{1,2}:\d{2}))?")
_PERSIAN = re.compile("[\u06f0-\u06f9]")
_LEAST = 3  # items with such figures
_RECENT = timedelta(days=60)  # from the first of the list to now

_Reader = Callable[[int, int, date], date | None]  # the last day up to a day that two figures name


def short_dates(blocks: Sequence[HtmlElement], now: datetime) -> dict[HtmlElement, str]:
    """The date of each block in ISO 8601; empty where the figures are no dates.

    Most blocks have two such figures, and these go back from a recent day, block by block.
    """
    written = {each: found for each in blocks if (found := _first(each))}
    if len(written) < _LEAST or 3 * len(written) < 2 * len(blocks):
        return {}
    persian = all(_PERSIAN.search(found[0]) for found in written.values())
    today, best = (now + timedelta(days=1)).date(), list[date]()
    for reader in (*((_iranian, _iranian_day_first) if persian else ()), _day_first, _month_first):
        days = [reader(int(found[1]), int(found[2]), today) for found in written.values()]
        read = [each for each in days if each]
        goes_back = len(read) == len(days) and len(set(read)) > 1 and all(one >= two for one, two in pairwise(read))
        if goes_back and today - read[0] <= _RECENT and (not best or read[0] > best[0]):
            best = read
    dates = zip(written.items(), best, strict=True) if best else ()
    return {block: day.isoformat() + _clock(found) for (block, found), day in dates}


def _clock(found: re.Match[str]) -> str:
    return f" {found[3].zfill(5)}" if found[3] else ""


def _first(block: HtmlElement) -> re.Match[str] | None:
    return next((found for text in pieces(block) if (found := _SHORT.fullmatch(text.strip(" ()[]|")))), None)


def _day_first(day: int, month: int, today: date) -> date | None:
    for year in (today.year, today.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def _month_first(month: int, day: int, today: date) -> date | None:
    return _day_first(day, month, today)


def _iranian(month: int, day: int, today: date) -> date | None:
    year, _, _ = to_jalali(today)
    days = [ordinal for each in (year, year - 1) for ordinal in jalali_days(each, month, day)]
    return next((date.fromordinal(each) for each in days if each <= today.toordinal()), None)


def _iranian_day_first(day: int, month: int, today: date) -> date | None:
    return _iranian(month, day, today)
