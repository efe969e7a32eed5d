"""The time zone of a date: of the country it was written in, and by the words and figures beside it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.languages import languages
from monitor.text.fold import fold
from monitor.text.urls import host_of
from monitor.text.zone_table import countries

# Two days of one year: zones that agree on both keep the same time.
_SAMPLES = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
# "+ 0330" is an offset, and "- 1405/08/29" is a date.
_OFFSET = re.compile(r"\s*\(?(?:GMT|UTC)?\s*(?:([-−])|(\+)\s?)(\d{1,2}):?(\d\d)?\b(?![/.-]\d)", re.IGNORECASE)
_NAMED = re.compile(r"\.?\s*\(?([A-Za-z]{1,5})\b(?!/)")
_REGION = re.compile(r"\b(?:Asia|Europe|America|Africa|Australia|Pacific|Atlantic)/[A-Za-z_]{2,20}")
_HOURS = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "tu", "wet"), 0.0), **dict.fromkeys(("cet", "bst", "west"), 1.0),
    **dict.fromkeys(("eet", "cest"), 2.0), **dict.fromkeys(("msk", "trt", "eest", "ast"), 3.0),  # AST: Arabia's
    **dict.fromkeys(("jst", "kst"), 9.0), **dict.fromkeys(("hkt", "sgt", "pht", "awst"), 8.0),
    "wib": 7.0, "wita": 8.0, "wit": 9.0, "eat": 3.0, "cat": 2.0, "sast": 2.0, "wat": 1.0, "aest": 10.0, "aedt": 11.0,
    "nzst": 12.0, "nzdt": 13.0, "npt": 5.75, "uzt": 5.0, "azt": 4.0, "art": -3.0, "brt": -3.0,
    "irst": 3.5, "irdt": 4.5, "gst": 4.0, "aft": 4.5, "pkt": 5.0, "ist": 5.5,
    "edt": -4.0, "est": -5.0, "cdt": -5.0, "cst": -6.0, "mdt": -6.0, "mst": -7.0, "pdt": -7.0, "pst": -8.0,
}  # fmt: skip
# Named without saying whether it is summer.
_ALL_YEAR = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
# Whose press writes the time of the capital, though a part of the country keeps another.
_OF_CAPITALS = {
    "CL": "America/Santiago", "CN": "Asia/Shanghai", "ES": "Europe/Madrid", "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv",
}  # fmt: skip
# Where a country with several zones has most of its newsrooms: the error is never larger than with UTC.
_OF_MOST = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "CD": "Africa/Kinshasa",
    "ID": "Asia/Jakarta", "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City", "US": "America/New_York",
}  # fmt: skip
_DOMAINS = {"krd": "IQ", "uk": "GB"}  # of a country, that are not its code
# Domains of countries that are sold to everyone, so that they say nothing of where a site is.
_FOR_SALE = frozenset(
    """
    ac ad ag ai am as bz cc cd co cx dj fm gg gl gs io je la lc li ly me mn ms mu nu pw sc sh sr st tk tm to tv vc vg ws
    """.split()  # noqa: SIM905 - forty of them
)


def zone_of(country: str | None) -> ZoneInfo | None:
    """The zone whose time a country (ISO 3166-1) keeps; None for one that is not known, or keeps several alike."""
    country = (country or "").strip().upper()
    if country in _OF_CAPITALS:
        return ZoneInfo(_OF_CAPITALS[country])
    zones = _zones_of(country)
    kept = {tuple(day.replace(tzinfo=zone).utcoffset() for day in _SAMPLES) for zone in zones}
    return zones[0] if len(kept) == 1 else None


def likely_zone_of(country: str | None) -> ZoneInfo | None:
    """The zone of most newsrooms of a country that keeps several; None for any other."""
    name = _OF_MOST.get((country or "").strip().upper())
    return ZoneInfo(name) if name else None


def country_of(country: str | None, url: str) -> str | None:
    """``country``, or the one that the domain of ``url`` stands for, where only sites of that country have it."""
    if country:
        return country
    ending = host_of(url).rpartition(".")[2]
    if ending in _DOMAINS:
        return _DOMAINS[ending]
    return ending.upper() if ending not in _FOR_SALE and ending.upper() in countries() else None


@lru_cache(maxsize=256)
def _zones_of(country: str) -> tuple[ZoneInfo, ...]:
    return tuple(ZoneInfo(name) for name in countries().get(country, ()))


def zone_at(text: str, end: int, country: str | None = None) -> tzinfo | None:
    """The zone that ``text`` names beside a time of day that ends at ``end``; None where it names none.

    Read are offsets, names of the tz database, and what a language calls a zone, anywhere in the text. An abbreviation
    has to follow the time; it means the zone of ``country`` that is called so, before any other.
    """
    after = text[end:]
    if (found := _OFFSET.match(after)) and int(found[3]) <= 14:
        shift = timedelta(hours=int(found[3]), minutes=int(found[4] or 0))
        return timezone(shift if found[2] else -shift)
    if found := _REGION.search(text):
        return _region(found[0])
    if zone := _called(text):
        return zone
    return _abbreviated(found[1].lower(), (country or "").upper()) if (found := _NAMED.match(after)) else None


def _region(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=256)
def _abbreviated(name: str, country: str) -> tzinfo | None:
    for zone in _zones_of(country):
        for day in _SAMPLES:
            local = day.replace(tzinfo=zone)
            if (local.tzname() or "").lower() == name and (offset := local.utcoffset()) is not None:
                return timezone(offset)
    if name in _ALL_YEAR:
        return _region(_ALL_YEAR[name])
    hours = _HOURS.get(name)
    return timezone(timedelta(hours=hours)) if hours is not None else None


def _called(text: str) -> tzinfo | None:
    """The zone that a language's words in ``text`` name, such as "Tehran time"."""
    names, pattern = _names()
    found = pattern.search(fold(text))
    return _region(names[found[0]]) if found else None


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, str], re.Pattern[str]]:
    names = {fold(form): zone for each in languages() for zone, forms in each.zones for form in forms}
    longest = sorted(names, key=lambda name: (-len(name), name))
    return names, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest)) or '(?!)'})(?!\w)")
