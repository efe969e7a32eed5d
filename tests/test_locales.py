"""Dates of one locale must not depend on which others were read before."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

from babel.dates import format_skeleton

from benchmarks.build_months import FILE, months_of, rows
from monitor.text.locales import locale_of

AFTER = """
from datetime import date
from babel.dates import format_skeleton
from benchmarks.build_months import months_of
from monitor.text.locales import locale_of
for code in ("tt", "lo", "rw"):
    for context in months_of(code).values():
        for width in ("wide", "abbreviated"):
            list(context[width].items())
    format_skeleton("MMMd", date(2026, 11, 21), locale=locale_of(code))
print(format_skeleton("MMMd", date(2026, 11, 21), locale=locale_of("fa")))
"""


def test_persian_months_are_persian_after_tatar_ones_were_read() -> None:
    # In a process of its own: what was read stays until its end.
    done = subprocess.run([sys.executable, "-c", AFTER], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "21 نوامبر"


def test_months_come_in_every_context_and_width() -> None:
    assert months_of("fa")["stand-alone"]["wide"][11] == "نوامبر"
    assert months_of("pl")["format"]["wide"][11] == "listopada"
    assert format_skeleton("MMMd", date(2026, 11, 21), locale=locale_of("de")) == "21. Nov."


def test_the_table_of_months_is_what_the_locale_data_says() -> None:
    """Else it is to be built again: python -m benchmarks.build_months"""
    assert FILE.read_text(encoding="utf-8").splitlines() == list(rows())


def test_a_month_of_another_language_is_read_without_the_locale_data() -> None:
    """It would take half a second and 68 MB in each process that reads pages."""
    code = (
        "import sys; from monitor.text.other_months import in_english; "
        "print(in_english('27 listopada 2026'), 'babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "27 november 2026 False"
