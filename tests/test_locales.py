"""Dates of one locale must not depend on which others were read before."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

from babel.dates import format_skeleton

from monitor.text.locales import locale_of, months_of

AFTER = """
from datetime import date
from babel.dates import format_skeleton
from monitor.text.locales import locale_of, months_of
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
