"""When the entries of a feed were published: each date in the style that all of the feed's dates show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from monitor.model import Entry, SeenDate
from monitor.model.dates import REQUEST_TIME, WRONG_WEEKDAY, Evidence
from monitor.pages.dating import ONE_MOMENT
from monitor.text.address_dates import address_date
from monitor.text.date_order import month_stands_first
from monitor.text.dates import weekdays_in
from monitor.text.fold import fold, tokens
from monitor.text.timestamps import PLAIN_STYLE, DateStyle, believable, read_date
from monitor.text.urls import URL_LIMIT

PUBLISHED = ("published", "created", "updated", "date", "prism_publicationdate")  # feedparser's names, best first
# Dates that feedparser reads right, nearly all of them; the others it may read wrong (2026/11/20 as 1 November).
_CLOCK = r"(?:[01]\d|2[0-3]):\d\d:[0-5]\d"
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_PLAIN_DATE = re.compile(
    rf"\s*(?:(?:[A-Z][a-z]{{2}},\s)?(?P<day>\d{{1,2}})\s(?P<month>{_MONTH})\s(?P<year>\d{{4}})\s(?P<clock>{_CLOCK})"
    r"\s(?P<zone>GMT|[+-](?:0\d|1[0-4])\d\d)"
    rf"|(?P<iso_year>\d{{4}})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)T(?P<iso_clock>{_CLOCK})(?:\.\d+)?"
    r"(?P<iso_zone>Z|[+-]\d\d:\d\d))\s*"
)
_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):?([0-5]\d)\s*$")
_get = dict.get  # feedparser's own lookup is slow and takes one name for another
_DAY = re.compile(rf"([A-Z][a-z]{{2}}), (\d{{1,2}}) ({_MONTH}) (\d{{4}})\s")
_MONTHS = _MONTH.split("|")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_RIGHT = 2  # right weekdays of a feed for each wrong one, from which that is a slip: by chance one in seven is right
_WITH_WEEKDAY = 10  # characters of the shortest date with a weekday
_AT_ONCE = timedelta(minutes=2)
_SEVERAL = 3  # entries that were hardly published in the same second
_STEPS = 4  # dates in equal steps from which they are counted
_LONGEST_STEP = timedelta(hours=1)
_JUST_NOW = timedelta(minutes=10)  # by which a server's clock may be off, or a copy of its answer old


def feed_style(items: Iterable[dict[str, Any]], style: DateStyle, now: datetime) -> DateStyle:
    """``style`` with what the dates of all ``items`` show: the place of the month, the offset where some name one."""
    written = _written(items)
    odd = _odd(written)
    if not odd:
        return style
    offsets = {found.groups() for text, _, _ in written if (found := _OFFSET.search(text))}
    minutes = style.offset
    if len(offsets) == 1:
        sign, hours, rest = offsets.pop()
        minutes = (int(hours) * 60 + int(rest)) * (-1 if sign == "-" else 1)
    named = [_named_day(item, now) for _, item in odd]
    month_first = month_stands_first([text for text, _ in odd], now, named=named)
    return replace(style, month_first=month_first, offset=minutes)


def show_style(items: Iterable[dict[str, Any]]) -> bool:
    """Whether dates of ``items`` may say how those of the whole feed are to be read."""
    return bool(_odd(_written(items)))


def _written(items: Iterable[dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    """The dates of items, their names and the items."""
    return [(value, name, item) for item in items for name in PUBLISHED if isinstance(value := _get(item, name), str)]


def _odd(written: Iterable[tuple[str, str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    return [(text, item) for text, name, item in written if not _is_plain(text, _get(item, f"{name}_parsed"))]


def _is_plain(text: str, parsed: object) -> bool:
    """parsed: what was made of the text; only `plain_moment` gives a moment."""
    return isinstance(parsed, datetime) or bool(_PLAIN_DATE.fullmatch(text))


def _named_day(item: dict[str, Any], now: datetime) -> date | None:
    """The day that the address of an item names."""
    for name in ("link", "id"):
        if (
            isinstance(url := _get(item, name), str)
            and "/" in url
            and (seen := address_date(url[:URL_LIMIT], now, DateStyle()))
            and seen.moment
            and seen.precision == "day"
        ):
            return seen.moment.date()
    return None


def seen_dates(item: dict[str, Any], now: datetime, style: DateStyle) -> tuple[SeenDate, ...]:
    """What an item of feedparser gives as its date: the first that can be believed, else the first, if any."""
    unread: tuple[SeenDate, ...] = ()
    for name in PUBLISHED:
        if not (written := _get(item, name)):
            continue
        evidence: Evidence = "feed-updated" if name == "updated" else "feed"
        found = _seen(evidence, written, _get(item, f"{name}_parsed"), now, style)
        if found.moment:
            return (found,)
        unread = unread or (found,)
    return unread


def updated_at(item: dict[str, Any], now: datetime, style: DateStyle) -> datetime | None:
    """When an item of feedparser says that it was edited."""
    written = _get(item, "updated")
    return _seen("feed-updated", written, _get(item, "updated_parsed"), now, style).moment if written else None


def _seen(evidence: Evidence, written: object, parts: Any, now: datetime, style: DateStyle) -> SeenDate:
    text = written if isinstance(written, str) else ""
    plain = _is_plain(text, parts)
    parsed = believable(_moment(parts), now) if plain or len(str(written)) >= 8 else None  # it makes a date of "25:61"
    if parsed and plain:
        return SeenDate(evidence, parsed, written=text)
    return given_date(evidence, written, now, style, otherwise=parsed)


def given_date(
    evidence: Evidence, written: object, now: datetime, style: DateStyle, otherwise: datetime | None = None
) -> SeenDate:
    """A date as a source gives it. otherwise: another reader's result, for a form that ours does not know."""
    text = str(written)[:100]
    if found := read_date(written, now, style):
        return SeenDate(evidence, found.moment, found.precision, text, found.zoned, found.doubt)
    if otherwise and not _names_day(text, otherwise):
        otherwise = None  # feedparser makes the first day of this month of a year alone
    return SeenDate(evidence, otherwise, written=text, zoned=False, doubt="" if otherwise else "no believable date")


def plain_dates(item: dict[str, Any]) -> tuple[tuple[str, str, int], ...] | None:
    """The dates of an item: feedparser's name, the text and the second after 1970; None where how one is read may hang
    on the dates of other items.
    """
    found = []
    for name in PUBLISHED:
        if (text := _get(item, name)) is not None:
            moment = _get(item, f"{name}_parsed")
            if not isinstance(moment, datetime):
                return None
            found.append((name, str(text), int(moment.timestamp())))
    return tuple(found)


def with_dates(written: Iterable[tuple[str, str, int]]) -> dict[str, Any]:
    """An item that has nothing but such dates."""
    item: dict[str, Any] = {}
    for name, text, seconds in written:
        item[name] = text
        item[f"{name}_parsed"] = datetime.fromtimestamp(seconds, UTC)
    return item


def _names_day(text: str, moment: datetime) -> bool:
    """Whether a date holds the day of ``moment``, which a zone may have moved by one."""
    figures = {int(figure) for figure in re.findall(r"\d{1,2}(?=\D|$)|\d{2}", text)}
    near = (moment, moment - timedelta(days=1), moment + timedelta(days=1))
    return any(each.day in figures for each in near) or re.fullmatch(r"\d{4}(?:-\d\d)?", text.strip()) is not None


def plain_moment(text: str) -> datetime | None:
    """The moment of a date in one of the forms in which nearly all are written; None for any other."""
    if not (found := _PLAIN_DATE.fullmatch(text)):
        return None
    parts = found.groupdict()
    year, month, day = parts["year"] or parts["iso_year"], parts["month"], parts["day"] or parts["iso_day"]
    hour, minute, second = map(int, (parts["clock"] or parts["iso_clock"]).split(":"))
    number = _MONTHS.index(month) + 1 if month else int(parts["iso_month"])
    zone = parts["zone"] or parts["iso_zone"]
    try:
        local = datetime(int(year), number, int(day), hour, minute, second, tzinfo=UTC)
        return local - _offset(zone) if zone[0] in "+-" else local
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    """zone: "+0330" or "+03:30"."""
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return -offset if zone[0] == "-" else offset


def _moment(parts: Any) -> datetime | None:
    """parts: what feedparser made of a date, or the moment itself."""
    if isinstance(parts, datetime):
        return parts
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def doubted(entries: Sequence[Entry], now: datetime, style: DateStyle = PLAIN_STYLE) -> tuple[Entry, ...]:
    """The entries of one body; without the dates that cannot be believed: all of them where they are the time of the
    request, for nothing was published then; one whose weekday is another day's, where the others' are right.

    Such a date stays among the dates seen, with the doubt. Where all entries have one moment that is past, or
    the only one has the moment of the request, each keeps it, with the doubt: it may be that of the feed's making.
    """
    moments = [entry.published for entry in entries if entry.published]
    if len(moments) > 1 and max(moments) >= now - _JUST_NOW and _is_counted(moments):
        return tuple(_without_date(entry, REQUEST_TIME) for entry in entries)
    several = len(entries) >= _SEVERAL and len(moments) == len(entries) and len(set(moments)) == 1
    if several or (len(entries) == 1 and moments and moments[0] >= now - _JUST_NOW):
        return tuple(
            replace(entry, dates=tuple(replace(seen, doubt=seen.doubt or ONE_MOMENT) for seen in entry.dates))
            for entry in entries
        )
    off = [_days_off(entry, style) for entry in entries]
    wrong = sum(each is not None and each > 1 for each in off)
    if not wrong or off.count(0) < _RIGHT * wrong:
        return tuple(entries)
    return tuple(
        _without_date(entry, WRONG_WEEKDAY) if each is not None and each > 1 else entry
        for entry, each in zip(entries, off, strict=True)
    )


def _is_counted(moments: Sequence[datetime]) -> bool:
    """Whether dates are one moment, or counted from it by a fixed step: no desk publishes so."""
    first, last = min(moments), max(moments)
    if last - first <= _AT_ONCE:
        return True
    steps = {abs(one - other) for one, other in pairwise(moments)}
    return len(steps) == 1 and len(moments) >= _STEPS and min(steps) <= _LONGEST_STEP


def _days_off(entry: Entry, style: DateStyle) -> int | None:
    """How many days the date of an entry lies from the weekday that it names, at most three; None where it names none.

    One day off may be another zone's midnight, and says nothing.
    """
    seen = entry.dates[0] if entry.dates else None
    if seen is None or seen.moment is None or len(seen.written) < _WITH_WEEKDAY:
        return None
    if found := _DAY.match(seen.written):
        weekday, day, month, year = found.groups()
        try:
            dated = date(int(year), _MONTHS.index(month) + 1, int(day)).weekday()
        except ValueError:
            return None
        return _apart(dated, _WEEKDAYS.index(weekday)) if weekday in _WEEKDAYS else None
    if seen.written[0].isdigit() and _PLAIN_DATE.fullmatch(seen.written):
        return None
    dated = seen.moment.astimezone(style.zone() or UTC).weekday()
    return min((_apart(dated, each) for each in weekdays_in(tokens(fold(seen.written)))), default=None)


def _apart(one: int, other: int) -> int:
    """Days between two days of the week, the shorter way."""
    return min((one - other) % 7, (other - one) % 7)


def _without_date(entry: Entry, doubt: str) -> Entry:
    """The entry dated by what is left: another date of its own that is earlier than the request, if any."""
    dates = tuple(replace(seen, doubt=doubt) for seen in entry.dates)
    updated = None if entry.updated == entry.published else entry.updated
    if doubt == REQUEST_TIME and updated and entry.published and updated < entry.published - _JUST_NOW:
        return replace(entry, published=updated, dates=(*dates, SeenDate("feed-updated", updated)))
    return replace(entry, published=None, updated=updated, dates=dates)
