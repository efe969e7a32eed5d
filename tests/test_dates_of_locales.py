"""Dates of a digest, as a locale writes them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.render.dates import long_date, short_date
from monitor.text.dates import jalali_days, to_jalali
from monitor.text.locales import locale_of
from tests.test_catalogues import full
from tests.test_render import rendering

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("locale", "short", "of_another_year", "long"),
    [
        ("en", "21 Nov", "21 Nov 2026", "Saturday, 21 November 2026"),
        (
            "fa",
            "30 آبان/\u200f21 نوامبر",
            "30 آبان 1405/\u200f21 نوامبر 2026",
            "شنبه 30 آبان 1405/\u200f21 نوامبر 2026",
        ),
        (
            "fa_AF",
            "30 عقرب/\u200f21 نومبر",
            "30 عقرب 1405/\u200f21 نومبر 2026",
            "شنبه 30 عقرب 1405/\u200f21 نومبر 2026",
        ),
        ("ckb", "21ی تشرینی دووەم", "21ی تشرینی دووەمی 2026", "شەممە، 21ی تشرینی دووەمی 2026"),
        ("ku", "21ê mijdarê", "21ê mijdara 2026an", "şemî, 21ê mijdara 2026an"),
        ("tr", "21 Kas", "21 Kas 2026", "21 Kasım 2026 Cumartesi"),
        ("ar_IQ", "21 تشرين الثاني", "21 تشرين الثاني 2026", "السبت، 21 تشرين الثاني 2026"),
    ],
)
def test_each_locale_writes_its_dates(locale: str, short: str, of_another_year: str, long: str) -> None:
    written = locale_of(locale)
    made = (short_date(DAY, written, DAY), short_date(DAY, written, date(2028, 1, 1)), long_date(DAY, written))
    assert made == (short, of_another_year, long)


def test_the_iranian_year_stands_where_it_is_another() -> None:
    persian = locale_of("fa")
    assert short_date(date(2027, 3, 19), persian, date(2027, 3, 22)) == "28 اسفند 1405/\u200f19 مارس"
    assert short_date(date(2026, 12, 30), persian, date(2027, 1, 2)) == "9 دی/\u200f30 دسامبر 2026"


@given(st.dates(date(1830, 1, 1), date(2110, 1, 1)))
def test_a_day_of_the_iranian_calendar_is_that_day(day: date) -> None:
    assert jalali_days(*to_jalali(day)) == [day.toordinal()]
    year, month, number = to_jalali(day + timedelta(days=1))
    assert number == 1 or (year, month, number - 1) == to_jalali(day)


@pytest.mark.parametrize(
    ("day", "iranian"),
    [
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(2021, 3, 20), (1399, 12, 30)),  # of a leap year
        (date(2021, 3, 21), (1400, 1, 1)),
        (date(2026, 9, 22), (1405, 6, 31)),
        (date(2026, 9, 23), (1405, 7, 1)),
    ],
)
def test_known_days(day: date, iranian: tuple[int, int, int]) -> None:
    assert to_jalali(day) == iranian


def test_a_persian_digest_has_both_calendars_in_persian_digits() -> None:
    made = rendering(full(), locale="fa")
    assert "۳۰ آبان ۱۴۰۵/\u200f۲۱ نوامبر ۲۰۲۶" in made.text
    assert "۳۰ آبان/\u200f۲۱ نوامبر" in made.html
    assert "آبان" in made.subject


def test_year_and_day_beside_a_stroke_are_two_numbers() -> None:
    """With nothing but a stroke between their figures they would be shown as one number, the day before the year."""
    for made in (long_date(DAY, locale_of("fa")), short_date(DAY, locale_of("fa"), date(2028, 1, 1))):
        assert not re.search(r"\d/\d", made)
        assert re.search(r"1405/\u200f21", made)
