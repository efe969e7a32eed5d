"""When something was published: dates as feeds and pages write them, and which of them can be believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.languages import any_of, every
from monitor.languages.record import Islamic
from monitor.text.dates import dates_in, jalali_to_gregorian, spelled_out
from monitor.text.fold import fold, tokens

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: a zero, a test value or another calendar
_AHEAD = timedelta(days=1)
_LONGEST = 100  # characters; a date is shorter
_TEHRAN = timezone(timedelta(hours=3, minutes=30))
_DIGITS = {ord(digit): str(i % 10) for i, digit in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
_EPOCH = re.compile(r"(?:/Date\()?(\d{9,10})(\d{3})?(?:[+-]\d{4})?(?:\)/)?")
_SHORT_YEAR = re.compile(r"\b(\d{1,2}[- ][^\W\d_]{3,9}[- ])(\d\d)\b(?!:)")
_OFFSET = re.compile(r"\s*(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d\d)?\b", re.IGNORECASE)
_NAMED = re.compile(r"\s*\(?([A-Za-z]{1,5})\b(?!/)")
_REGION = re.compile(r"\b(?:Asia|Europe|America|Africa)/[A-Za-z_]{2,20}")
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0.0), **dict.fromkeys(("cet", "bst", "west"), 1.0),
    **dict.fromkeys(("eet", "cest"), 2.0), **dict.fromkeys(("msk", "trt", "eest", "ast"), 3.0),  # AST: Arabia's
    "irst": 3.5, "irdt": 4.5, "gst": 4.0, "aft": 4.5, "pkt": 5.0, "ist": 5.5,
    "edt": -4.0, "est": -5.0, "cdt": -5.0, "cst": -6.0, "mdt": -6.0, "mst": -7.0, "pdt": -7.0, "pst": -8.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Patterns of dates that hold words of the languages.

    numeric: day, month and year in figures. time: hour, minute, second, "am" and "pm" where it has them. islamic: day
    and year around each month of the Islamic calendar, in order.
    """

    numeric: re.Pattern[str]
    time: re.Pattern[str]
    islamic: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def _shapes() -> _Shapes:
    year, month = "".join(every(lambda each: each.clock.year)), "".join(every(lambda each: each.clock.month))
    am, pm = any_of(lambda each: each.clock.am), any_of(lambda each: each.clock.pm)
    return _Shapes(
        re.compile(rf"(?<!\d)(\d{{1,4}})\s?[-/.{year}]\s?(\d{{1,2}})\s?[-/.{month}]\s?(\d{{1,4}})(?!\d)"),
        re.compile(rf"(?<!\d)(\d{{1,2}}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?:\s?(?:(?P<am>{am})|(?P<pm>{pm})))?"),
        tuple(map(_islamic_month, range(len(Islamic._fields)))),
    )


def _islamic_month(at: int) -> re.Pattern[str]:
    """The month at ``at`` (from 0), with its day before it and its year after it."""
    return re.compile(rf"(\d{{1,2}}) {fold(any_of(lambda each: each.months.islamic[at]))} (1[34]\d\d)\b")


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """``moment`` in UTC, or None when it cannot be when something was published.

    Up to a day ahead of ``now`` it is a wrong time zone and taken as ``now``; further ahead, and before 1990,
    it is no date. A naive time is read as UTC.
    """
    if moment is None:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    if moment < EARLIEST or moment > now + _AHEAD:
        return None
    return min(moment, now)


def iso_date(text: object) -> datetime | None:
    """An RFC 3339 or ISO 8601 time ("2026-11-21T07:00:00Z", "20261121T070000Z"); None for anything else."""
    if not isinstance(text, str) or not 8 <= len(text) <= 40:
        return None
    try:
        return datetime.fromisoformat(text.strip().replace("z", "Z"))
    except ValueError:
        return None


def published_at(written: object, now: datetime) -> datetime | None:
    """The first reading of ``written`` (see `readings`) that can be believed, in UTC."""
    if isinstance(written, int | float) and not isinstance(written, bool):
        written = f"{written:.0f}"
    if not isinstance(written, str):
        return None
    return next((moment for reading in readings(written) if (moment := believable(reading, now))), None)


def readings(written: str) -> Iterator[datetime]:
    """What a date can mean, likeliest first; naive where it gives no zone, nothing for what is no date.

    Read are ISO 8601, RFC 5322, RFC 850 and their neighbours, day, month and year in figures in any order, seconds
    and milliseconds since 1970, month names in the languages of the feeds, digits of every script, and the
    Iranian (Tehran time) and Islamic calendars.
    """
    text = written.strip().translate(_DIGITS)
    if not text or len(text) > _LONGEST:
        return
    if found := _EPOCH.fullmatch(text):
        if not (len(found[1]) == 9 and not found[2]):
            yield datetime.fromtimestamp(int(found[1]), UTC)
    elif (exact := iso_date(text)) and exact.year >= EARLIEST.year:
        yield exact
    else:
        yield from _composed(text)


def _composed(text: str) -> Iterator[datetime]:
    """A day, a time of day and a zone found apart from each other."""
    clock, zone = time(), None
    over = timedelta()
    if found := _shapes().time.search(text):
        hour, over = _hour(found)
        if hour > 23 or int(found[2]) > 59:
            return
        clock = time(hour, int(found[2]), min(int(found[3] or 0), 59))
        zone = _zone(text[found.end() :])
        text = f"{text[: found.start()].removesuffix('T')} {text[found.end() :]}"
    for day, home in _days(text):
        yield datetime.combine(day, clock, zone or home) + over


def _hour(found: re.Match[str]) -> tuple[int, timedelta]:
    hour = int(found[1])
    if hour == 24:  # ISO 8601: the end of the day
        return 0, timedelta(days=1)
    if (found["am"] or found["pm"]) and 1 <= hour <= 12:
        hour = hour % 12 + (12 if found["pm"] else 0)
    return hour, timedelta()


def _zone(text: str) -> tzinfo | None:
    if (found := _OFFSET.match(text)) and int(found[2]) <= 14:
        shift = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-shift if found[1] == "-" else shift)
    if found := _REGION.search(text):
        try:
            return ZoneInfo(found[0])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    hours = _ZONES.get(found[1].lower()) if (found := _NAMED.match(text)) else None
    return timezone(timedelta(hours=hours)) if hours is not None else None


def _days(text: str) -> Iterator[tuple[date, tzinfo | None]]:
    """The days a text can name, each with the zone of its calendar."""
    if found := _shapes().numeric.search(text):
        first, middle, last = (int(part) for part in found.groups())
        if len(found[1]) == 4:
            orders = [(first, middle, last)]
        else:
            orders = [(_year(last), middle, first), (_year(last), first, middle)]
        for year, month, day in orders:
            yield from _calendars(year, month, day)
        return
    folded = fold(_SHORT_YEAR.sub(r"\g<1>20\2", text))
    for month, name in enumerate(_shapes().islamic, start=1):
        if found := name.search(folded):
            yield from _from_islamic(int(found[2]), month, int(found[1]))
    words = spelled_out(tokens(folded))
    persian = any(1300 <= int(word) <= 1450 for word in words if word.isdigit() and len(word) == 4)
    for ordinal in sorted(dates_in(words).days):
        yield date.fromordinal(ordinal), _TEHRAN if persian else None


def _year(number: int) -> int:
    return number + 2000 if number < 70 else number + 1900 if number < 100 else number


def _calendars(year: int, month: int, day: int) -> Iterator[tuple[date, tzinfo | None]]:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return
    if not 1300 <= year <= 1500:
        try:
            yield date(year, month, day), None
        except ValueError:
            return
        return
    if month < 7 or day < 31:
        yield date(*jalali_to_gregorian(year, month, day)), _TEHRAN
    yield from _from_islamic(year, month, day)


def _from_islamic(year: int, month: int, day: int) -> Iterator[tuple[date, tzinfo | None]]:
    """The tabular Islamic calendar (Meeus, Astronomical Algorithms, chapter 9): right to a day of what is sighted."""
    julian = (11 * year + 3) // 30 + 354 * year + 30 * month - (month - 1) // 2 + day + 1948440 - 385
    if 1 <= day <= 30:
        yield date.fromordinal(julian - 1721425), None
