"""When something was published: dates as feeds and pages write them, and which of them can be believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.languages import any_of, every
from monitor.languages.record import Islamic
from monitor.model.dates import Precision
from monitor.model.frozen import frozen
from monitor.text.clocks import TimeOfDay, time_with_colon, time_without_colon
from monitor.text.dates import dates_in, day_and_month, is_iranian, jalali_days, spelled_out, weekdays_in
from monitor.text.elapsed import named_day, time_ago
from monitor.text.fold import fold, tokens
from monitor.text.iranian_figures import with_separators, with_whole_years
from monitor.text.other_months import in_english, in_half_of_day, western_year
from monitor.text.zones import likely_zone_of, zone_at, zone_of

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: a zero, a test value or another calendar
_AHEAD = timedelta(days=1)
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}  # in Japan and Taiwan, and the year before each began
_ERA_YEAR = re.compile(rf"({'|'.join(_ERAS)})\s?([0-9]{{1,3}})\s?年")
_LONGEST = 100  # characters; a date is shorter
_TEHRAN = ZoneInfo("Asia/Tehran")
# Digits of two scripts, and the marks of direction that programs put around figures in a text from right to left.
_PLAIN = {ord(digit): str(i % 10) for i, digit in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
_PLAIN |= dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "")
_SEPARATORS = ("-", "/", ".")
_EPOCH = re.compile(r"(?:/Date\()?(\d{9,10})((?:\d{3}){1,2}|\.\d+)?(?:[+-]\d{4})?(?:\)/)?")
_CLOSE = re.compile(r"^((?:19|20)\d{6})((?:[01]\d|2[0-3])(?:[0-5]\d){1,2})$")  # "20261127163000"
_YEAR_LAST = re.compile(r"(\d{1,2}:\d\d(?::\d\d)?\s+(?:[A-Z]{2,5}|[+-]\d{4}))\s+((?:19|20)\d\d)$")  # as Unix writes it
_YEAR = re.compile(r"\d{4}")
_SHORT_YEAR = re.compile(r"(?:(?<=\s)['’ʼ]|\b(?P<day>\d{1,2}[- ][^\W\d_]{3,9}[- ]))(?P<year>\d\d)\b(?!:)")
_DAY_OF_YEAR = re.compile(r"((?:19|20)\d\d)-(\d{3})(?=[T ]|$)")  # of ISO 8601
_LOST_PLUS = re.compile(r"(?<=T\d\d:\d\d:\d\d) (?=\d\d:?\d\d$)")  # of a zone: "+" is a space in a query
_DOTTED = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d\.[0-5]\d")  # hours, minutes and seconds, or a day
_DATE_TIME_GROUP = re.compile(r"(\d\d)(\d\d)(\d\d)Z\s?([A-Z]{3})\s?(?:20)?(\d\d)", re.IGNORECASE)  # of forces
_DOTTED_CLOCK = re.compile(r"[T ]\d\d(?:\d\d)?\.")  # Python reads "10.30" as ten o'clock and three tenths of a second
_ERA = re.compile(r"(?<!\d)(\d{4})(?=[^\W\d_])")  # the calendar's letter written together with the year: "2026AD"
_OLD_E = re.compile("\u0647\u200c(?=[^\\W\\d_])")  # a letter of Sorani as it was typed before it had a key
_SUFFIX = re.compile(r"(?<=\d)['’ʼ][^\W\d_]{1,4}\b")  # "2026'da": an ending on a figure
_TAG = re.compile(r"<[^<>]*>")
_MACHINE = re.compile(r"<time\b[^<>]*\bdatetime\s*=\s*[\"']?([^\"'<>]{8,40})", re.IGNORECASE)


@frozen
class DateStyle:
    """How a source writes dates. country: ISO 3166-1, whose time it means where it names no zone.

    month_first: whether 5/11/2026 is the 11th of May; None where nothing shows it. offset: minutes east of Greenwich
    that its other dates name, for a country that keeps several zones or is not known. Where they name none, a country
    of several zones means that of most of its newsrooms.
    """

    country: str | None = None
    month_first: bool | None = None
    offset: int | None = None

    def zone(self) -> tzinfo | None:
        """The zone of a time without one; None where nothing tells it."""
        if zone := zone_of(self.country):
            return zone
        return timezone(timedelta(minutes=self.offset)) if self.offset is not None else likely_zone_of(self.country)

    def is_of_several_zones(self) -> bool:
        """Whether the zone is only the likeliest of its country's."""
        return self.offset is None and likely_zone_of(self.country) is not None


PLAIN_STYLE = DateStyle()
_SIGHTED = "the Islamic calendar, a day off where the moon is sighted later"
NO_YEAR = "it names no year, so that its last day of this name is taken"
COUNTED = "counted back from the time of reading"
_SEVERAL_ZONES = "it names none of its country's zones, so that the one of most newsrooms is taken"
_IN_FUTURE = "ahead of the clock, so that the time of reading is taken"


class Reading(NamedTuple):
    """What a written date can mean. moment: naive where it gives no zone and its calendar implies none.

    zoned: whether it names its zone. doubt: why it is not sure, if so.
    """

    moment: datetime
    precision: Precision
    zoned: bool
    doubt: str = ""


class _Figures(NamedTuple):
    """Three figures of a date, as written, at [start, end) of its text."""

    first: str
    middle: str
    last: str
    start: int
    end: int


@frozen
class _Shapes:
    """Patterns of dates that hold words of the languages.

    numeric: day, month and year in figures, overlapping. counted: day and month in figures with an ending each, before
    the year. islamic: day and year around each month of the Islamic calendar, in order.
    """

    numeric: re.Pattern[str]
    counted: re.Pattern[str]
    islamic: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def _shapes() -> _Shapes:
    year, month = "".join(every(lambda each: each.clock.year)), "".join(every(lambda each: each.clock.month))
    ending = f"(?:{'|'.join(map(re.escape, every(lambda each: each.clock.ordinals)))})"
    return _Shapes(
        re.compile(rf"(?<!\d)(?=((\d{{1,4}})(\s?[-/.{year}]\s?)(\d{{1,2}})(\s?[-/.{month}]\s?)(\d{{1,4}})(?!\d)))"),
        re.compile(rf"(?<!\d)(\d{{1,2}}){ending} (\d{{1,2}}){ending} (?=\d{{4}})"),
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
    if not isinstance(text, str) or not 8 <= len(text) <= 40 or _DOTTED_CLOCK.search(text):
        return None
    try:
        return datetime.fromisoformat(text.strip().replace("z", "Z"))
    except ValueError:
        return None


def published_at(written: object, now: datetime, style: DateStyle = PLAIN_STYLE) -> datetime | None:
    """The first reading of ``written`` (see `readings`) that can be believed, in UTC."""
    found = read_date(written, now, style)
    return found.moment if found else None


def read_date(written: object, now: datetime, style: DateStyle = PLAIN_STYLE, *, shown: bool = False) -> Reading | None:
    """The first reading of ``written`` that can be believed, its moment in UTC.

    A time without a zone is in the zone of the style, else in that of its calendar, else in UTC.
    shown: a page shows it to its readers, who at ``now`` also understand "yesterday" and "2 hours ago".
    """
    if isinstance(written, int | float) and not isinstance(written, bool):
        written = f"{written:.0f}"
    if not isinstance(written, str):
        return None
    for reading in readings(written, style, now if shown else None):
        if moment := believable(reading.moment, now):
            ahead = moment == now and reading.moment != now
            guessed = not reading.zoned and reading.precision != "day" and style.is_of_several_zones()
            doubt = _IN_FUTURE if ahead else reading.doubt or (_SEVERAL_ZONES if guessed else "")
            return reading._replace(moment=moment, doubt=doubt)
    return None


def readings(written: str, style: DateStyle = PLAIN_STYLE, now: datetime | None = None) -> Iterator[Reading]:
    """What a date can mean, likeliest first; naive where nothing gives a zone, nothing for what is no date.

    Read are ISO 8601, RFC 5322, RFC 850 and their neighbours, day, month and year in figures in any order, seconds
    and milliseconds since 1970, month names in the languages of the feeds, digits of every script, HTML's time
    element, and the Iranian and Islamic calendars; given ``now``, also "yesterday" and "2 hours ago".
    """
    text = with_separators(_CLOSE.sub(r"\1T\2", _text_of(with_whole_years(written))))
    if not text or len(text) > _LONGEST:
        return
    if found := _EPOCH.fullmatch(text):
        if not (len(found[1]) == 9 and not found[2]):
            yield Reading(datetime.fromtimestamp(int(found[1]), UTC), "second", True)
    elif (exact := iso_date(text)) and exact.year >= EARLIEST.year:
        moment = exact if exact.tzinfo else exact.replace(tzinfo=style.zone())
        yield Reading(moment, _iso_precision(text), exact.tzinfo is not None)
    else:
        found_any = False
        for each in _composed(text, style, now):
            found_any = True
            yield each
        if now and not found_any:
            yield from _counted_back(text, style, now)


def _text_of(written: str) -> str:
    text = _ERA_YEAR.sub(lambda found: f"{_ERAS[found[1]] + int(found[2])}年", written.strip().translate(_PLAIN))
    if "<" in text:
        machine = _MACHINE.search(text)
        text = machine[1] if machine else _TAG.sub(" ", text)
    if found := _DATE_TIME_GROUP.fullmatch(text):
        return "{0} {3} 20{4} {1}:{2} GMT".format(*found.groups())
    text = _shapes().counted.sub(r"\1/\2/", _DAY_OF_YEAR.sub(_day_of_year, _OLD_E.sub("\u06d5", text).strip()))
    return _LOST_PLUS.sub("+", _YEAR_LAST.sub(r"\2 \1", text))


def _day_of_year(found: re.Match[str]) -> str:
    day = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
    return day.isoformat() if day.year == int(found[1]) else found[0]


def _iso_precision(text: str) -> Precision:
    if len(text) <= 10:
        return "day"
    return "second" if text.count(":") != 1 else "minute"


def _counted_back(text: str, style: DateStyle, now: datetime) -> Iterator[Reading]:
    if found := time_ago(text, now, style.zone() or UTC):
        yield Reading(*found, zoned=True, doubt=COUNTED)


_Day = tuple[date, ZoneInfo | None, bool]  # a day, the zone of its calendar, whether it is exact


def _composed(text: str, style: DateStyle, now: datetime | None) -> Iterator[Reading]:
    """A day, a time of day and a zone found apart from each other."""
    try:
        found, rest = _time_of_day(text)
    except ValueError:
        return
    zone: tzinfo | None = zone_at(text, found.end if found else len(text), style.country)
    clock, precision = (found.clock, found.precision) if found else (time(), "day")
    over = found.over if found else timedelta()
    days = list(_days(rest, style))
    if not days and (days := list(_days(in_english(rest, style.country), style))) and found:
        clock = in_half_of_day(clock, rest)
    if now and not days and (named := named_day(rest, now.astimezone(zone or style.zone() or UTC).date())):
        days = [(named, None, True)]
    doubt = ""
    if now and not days:
        days, doubt = _latest_of_any_year(rest, style, now, alone=not found), NO_YEAR
    for day, home, exact in days:
        of_day = zone or (style.zone() or home)
        yield Reading(
            datetime.combine(day, clock, of_day) + over, precision, zone is not None, doubt if exact else _SIGHTED
        )


def _latest_of_any_year(text: str, style: DateStyle, now: datetime, *, alone: bool) -> list[_Day]:
    """The last day that "27 November" can mean, with the weekday that is named, if any. alone: no other word stands
    beside it, because without a time of day "May 5" may be a part of a sentence.
    """
    words = spelled_out(tokens(fold(text)))
    named, nothing_else = day_and_month(words)
    if _YEAR.search(text) or not named or (alone and not nothing_else):
        return []
    weekdays = weekdays_in(words)
    years = [now.year - back - calendar for calendar in (0, 621) for back in (0, 1)]
    found = [each for year in years for each in _days(f"{named} {year}", style)]
    meant = [
        each for each in found if each[0] <= (now + _AHEAD).date() and (not weekdays or each[0].weekday() in weekdays)
    ]
    return sorted(meant, key=lambda each: each[0])[-1:]


def _time_of_day(text: str) -> tuple[TimeOfDay | None, str]:
    """The time of day, and the text without it. Figures with full stops are a time only where they are no date."""
    if found := time_with_colon(text):
        return found, f"{text[: found.start].removesuffix('T')} {text[found.end :]}"
    figures = _date_in_figures(text)
    start, end = (figures.start, figures.end) if figures else (0, 0)
    blank = text[:start] + " " * (end - start) + text[end:]
    if found := time_without_colon(blank):
        return found, f"{text[: found.start]} {text[found.end :]}"
    return None, text


def _date_in_figures(text: str) -> _Figures | None:
    """A date in figures; "16.30.00" beside another date is a time."""
    found = _figures(text)
    times = [each for each in found if _DOTTED.fullmatch(text, each.start, each.end)]
    if not found or found[0] not in times:
        return found[0] if found else None
    if others := [each for each in found if each not in times and each.start >= found[0].end]:
        return others[0]
    beside = f"{text[: found[0].start]} {text[found[0].end :]}"
    return None if dates_in(_words_of(beside)).days else found[0]


def _figures(text: str) -> list[_Figures]:
    """The figures that can be a date, likeliest first: a clock's "17.30" beside a dash may look like a part of one.

    Figures between two separators of one sort come first, then those with a year of four digits. A year that stands
    first has but one sort: "2026 - 10.30" is a year and a time.
    """
    found = []
    for each in _shapes().numeric.finditer(text):
        _, first, one, middle, other, last = each.groups()
        alike = one.strip() == other.strip() or one.strip() not in _SEPARATORS
        if alike or len(first) < 4:
            rank = (not alike, len(first) < 4 and len(last) < 4)
            found.append((rank, _Figures(first, middle, last, each.start(1), each.end(1))))
    return [figures for _, figures in sorted(found, key=lambda each: each[0])]


def _days(text: str, style: DateStyle) -> Iterator[_Day]:
    """The days a text can name, each with the zone of its calendar; first those that fall on a weekday it names."""
    words = _words_of(text)
    weekdays = weekdays_in(words)
    found = list(_days_in_any_order(text, words, style))
    if weekdays:
        found = [_on_weekday(each, weekdays) for each in found]
        if style.month_first is None:  # else a weekday that fits the other order is a slip
            found.sort(key=lambda each: each[0].weekday() not in weekdays)
    yield from found


def _words_of(text: str) -> list[str]:
    return spelled_out(tokens(fold(_SHORT_YEAR.sub(r"\g<day>20\g<year>", _ERA.sub(r"\1 ", _SUFFIX.sub("", text))))))


def _on_weekday(found: _Day, weekdays: frozenset[int]) -> _Day:
    """A day of the Islamic calendar, which begins with the sighted moon, is a day off where its weekday says so."""
    day, zone, exact = found
    if not exact:
        near = (day, day - timedelta(days=1), day + timedelta(days=1))
        return next(((each, zone, True) for each in near if each.weekday() in weekdays), found)
    return found


def _days_in_any_order(text: str, words: Sequence[str], style: DateStyle) -> Iterator[_Day]:
    """Where a text gives a day in several calendars, the Islamic one comes last."""
    for found in _figures(text)[:1]:
        for year, month, day in _orders(found, style):
            yield from _calendars(year, month, day)
    home = _TEHRAN if is_iranian(words) else None
    for ordinal in sorted(dates_in(words).days):
        yield date.fromordinal(ordinal), home, True
    folded = " ".join(words)
    for month, name in enumerate(_shapes().islamic, start=1):
        if sighted := name.search(folded):
            yield from _from_islamic(int(sighted[2]), month, int(sighted[1]))


def _orders(found: _Figures, style: DateStyle) -> list[tuple[int, int, int]]:
    """(year, month, day) of a date in figures, likeliest first."""
    first, middle, year = int(found.first), int(found.middle), _year(found.last)
    if len(found.first) == 4:
        return [(first, middle, int(found.last))]
    orders = [(year, middle, first), (year, first, middle)]
    month_first = style.month_first if style.month_first is not None else style.country == "US"
    return orders[::-1] if month_first else orders


def _year(figures: str) -> int:
    number = int(figures)
    century = 2000 if number < 70 else 1900
    return number + century if len(figures) < 3 else number  # "0001" is what programs write where they have no date


def _calendars(year: int, month: int, day: int) -> Iterator[_Day]:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return
    if not 1300 <= year <= 1500:
        try:
            yield date(western_year(year), month, day), None, True
        except ValueError:
            return
        return
    for ordinal in jalali_days(year, month, day):
        yield date.fromordinal(ordinal), _TEHRAN, True
    yield from _from_islamic(year, month, day)


def _from_islamic(year: int, month: int, day: int) -> Iterator[_Day]:
    """By the calendar of Umm al-Qura, which is Saudi Arabia's; where the moon is sighted, it is a day off at times."""
    from hijridate import Hijri  # noqa: PLC0415 - 60 ms; few sources give nothing but this calendar

    try:
        yield Hijri(year, month, day).to_gregorian(), None, False
    except (ValueError, OverflowError):
        return
