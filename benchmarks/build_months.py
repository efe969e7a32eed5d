"""Rebuilds monitor/data/months.tsv from the Unicode locale data:  python -m benchmarks.build_months

The names of months in languages that have no file in monitor/languages, and their words for the halves of the day,
folded. To be built again when Babel has newer data, or when folding or the languages below change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from babel import localedata

from monitor.text.fold import fold
from monitor.text.other_months import PARTS

FILE = Path(__file__).parents[1] / "monitor" / "data" / "months.tsv"

# Languages that news is published in. A name that two of them have for different months is that of the first one.
_LOCALES = (
    "uk pl ro el cs hu sv bg sr fi da nb sk hr bs lt sl lv et mk sq be ca eu gl is ga cy mt ka hy kk uz ky tg tk mn tt"
    " vi th ms fil my km lo bn ta te mr gu kn ml pa ne si sd ug sw am so om ti ha yo ig zu af mg rw"
)
_AFTERNOON = frozenset(("pm", "noon", "afternoon1", "afternoon2", "evening1", "evening2"))
_MORNING = frozenset(("am", "morning1", "morning2"))
_WIDTHS = ("wide", "abbreviated")


def rows() -> Iterator[str]:
    """The lines of the file."""
    for code in _LOCALES.split():
        months: dict[int, list[str]] = {}
        for name, month in _names(code).items():
            months.setdefault(month, []).append(name)
        yield from (f"{code}\t{month}\t{' '.join(names)}" for month, names in months.items())
    yield from (f"\t{half}\t{phrase}" for phrase, half in _halves().items())


def _names(code: str) -> dict[str, int]:
    months = months_of(code)
    return {
        part: month
        for context in ("format", "stand-alone")
        for width in _WIDTHS
        for month, name in months[context][width].items()
        for part in PARTS.findall(fold(name))
        if len(part) > (2 if part.isascii() else 1) and not part.isdigit()
    }


def _halves() -> dict[str, str]:
    """Words that stand for one half of the day in each language that has them."""
    found: dict[str, set[str]] = {}
    for code in _LOCALES.split():
        for period, name in _day_periods(code):
            half = "pm" if period in _AFTERNOON else "am" if period in _MORNING else "night"
            found.setdefault(fold(name).strip(), set()).add(half)
    return {name: half for name, halves in found.items() for half in halves if name and halves in ({"am"}, {"pm"})}


def months_of(code: str) -> Mapping[str, Mapping[str, Mapping[int, str]]]:
    """The names of months by context ("format", "stand-alone") and width ("wide", "abbreviated", "narrow")."""
    own: dict[str | int | None, Any] = {"months": deepcopy(localedata.load(code)["months"])}
    months: Mapping[str, Mapping[str, Mapping[int, str]]] = localedata.LocaleDataDict(own)["months"]
    return months


def _day_periods(code: str) -> list[tuple[str, str]]:
    """(period, name) of the parts of the day, such as ("pm", "PM") and ("afternoon1", "petang")."""
    own: dict[str | int | None, Any] = {"day_periods": deepcopy(localedata.load(code)["day_periods"])}
    periods: Any = localedata.LocaleDataDict(own)["day_periods"]
    named = (periods.get(context, {}).get(width, {}) for context in ("format", "stand-alone") for width in _WIDTHS)
    return [(period, name) for names in named for period, name in names.items()]


if __name__ == "__main__":
    FILE.write_text("".join(f"{row}\n" for row in rows()), encoding="utf-8")
