"""When the entries of a feed were published: each date in the style that all of the feed's dates show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import Entry, SeenDate
from monitor.model.dates import Evidence
from monitor.pages.dating import REQUEST_TIME
from monitor.text.date_order import month_stands_first
from monitor.text.timestamps import DateStyle, believable, read_date

PUBLISHED = ("published", "created", "updated", "date", "prism_publicationdate")  # feedparser's names, best first
# Dates that feedparser reads right, nearly all of them; the others it may read wrong (2026/11/20 as 1 November).
_CLOCK = r"(?:[01]\d|2[0-3]):\d\d:[0-5]\d"
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_PLAIN_DATE = re.compile(
    rf"\s*(?:(?:[A-Z][a-z]{{2}},\s)?\d{{1,2}}\s(?:{_MONTH})\s\d{{4}}\s{_CLOCK}\s(?:GMT|[+-](?:0\d|1[0-4])\d\d)"
    rf"|\d{{4}}-\d\d-\d\dT{_CLOCK}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))\s*"
)
_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):?([0-5]\d)\s*$")
_get = dict.get  # feedparser's own lookup is slow and takes one name for another
_ONE_MOMENT = timedelta(minutes=2)
_JUST_NOW = timedelta(minutes=10)  # by which a server's clock may be off, or a copy of its answer old


def feed_style(items: Iterable[dict[str, Any]], style: DateStyle, now: datetime) -> DateStyle:
    """``style`` with what the dates of all ``items`` show: the place of the month, the offset where some name one."""
    written = [value for item in items for name in PUBLISHED if isinstance(value := _get(item, name), str)]
    odd = [text for text in written if not _PLAIN_DATE.fullmatch(text)]
    if not odd:
        return style
    offsets = {found.groups() for text in written if (found := _OFFSET.search(text))}
    minutes = style.offset
    if len(offsets) == 1:
        sign, hours, rest = offsets.pop()
        minutes = (int(hours) * 60 + int(rest)) * (-1 if sign == "-" else 1)
    return replace(style, month_first=month_stands_first(odd, now), offset=minutes)


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
    plain = bool(_PLAIN_DATE.fullmatch(text))
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
    return SeenDate(evidence, otherwise, written=text, zoned=False, doubt="" if otherwise else "no believable date")


def _moment(parts: Any) -> datetime | None:
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def doubted(entries: Sequence[Entry], now: datetime) -> tuple[Entry, ...]:
    """The entries of one body; without their dates where all are the time of the request: nothing was published then.

    Such a date stays among the dates seen, with the doubt.
    """
    moments = [entry.published for entry in entries if entry.published]
    of_request = len(moments) > 1 and max(moments) - min(moments) <= _ONE_MOMENT and max(moments) >= now - _JUST_NOW
    return tuple(_without_date(entry) for entry in entries) if of_request else tuple(entries)


def _without_date(entry: Entry) -> Entry:
    dates = tuple(replace(seen, doubt=REQUEST_TIME) for seen in entry.dates)
    updated = None if entry.updated == entry.published else entry.updated
    return replace(entry, published=None, updated=updated, dates=dates)
