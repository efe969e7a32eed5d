"""Dates as a locale writes them; in Persian by the Iranian calendar with the Gregorian date beside it. Pure."""

from __future__ import annotations

from datetime import date

from babel import Locale
from babel.dates import format_date, format_skeleton

from monitor.languages import language
from monitor.text.dates import to_jalali

# Between a year and a day a stroke alone would make one number of them, which runs from the left.
_STROKE = "/\u200f"


def long_date(day: date, locale: Locale) -> str:
    """ "Saturday, 21 November 2026", in Latin digits; in Persian with the Iranian date before it."""
    match locale.language:
        case "en":
            return format_date(day, "EEEE, d MMMM y", locale=locale)
        case "ckb":  # CLDR has the year first here, and only here
            return f"{format_date(day, 'EEEE', locale=locale)}، {format_date(day, 'long', locale=locale)}"
        case "fa":
            weekday = format_date(day, "EEEE", locale=locale)
            return f"{weekday} {_iranian(day, locale, year=True)}{_STROKE}{format_date(day, 'long', locale=locale)}"
    return format_date(day, "full", locale=locale)


def short_date(day: date, locale: Locale, beside: date) -> str:
    """ "21 Nov", with the year where it is not that of ``beside``; in Persian two dates, as `long_date` has them."""
    gregorian = _short(day, locale, year=day.year != beside.year)
    if locale.language != "fa":
        return gregorian
    return f"{_iranian(day, locale, year=to_jalali(day)[0] != to_jalali(beside)[0])}{_STROKE}{gregorian}"


def _short(day: date, locale: Locale, *, year: bool) -> str:
    match locale.language:
        case "en" | "fa":  # the day first, as outside the United States and in Iran
            return format_date(day, "d MMM y" if year else "d MMM", locale=locale)
        case "ku":  # nobody knows the months by CLDR's abbreviations, such as "mjd"
            return format_date(day, "long", locale=locale) if year else format_skeleton("MMMMd", day, locale=locale)
    return format_skeleton("yMMMd" if year else "MMMd", day, locale=locale)


def _iranian(day: date, locale: Locale, *, year: bool) -> str:
    """The date by the Iranian calendar, with the month's name in Iran or in Afghanistan."""
    its_year, month, number = to_jalali(day)
    months = language("fa").months
    name = months.iranian_short[month - 1][-1] if locale.territory == "AF" else months.iranian[month - 1][0]
    return f"{number} {name}" + (f" {its_year}" if year else "")
