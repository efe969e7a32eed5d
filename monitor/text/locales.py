"""CLDR locales, each with data of its own.

Babel (2.18) shares what a locale inherits with all others that inherit it, and writes there what it looks up: once the
months of Tatar have been read, Persian dates have Tatar months. See findings/babel-months-of-another-locale.sh.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from babel import Locale, localedata


@lru_cache(maxsize=64)
def locale_of(code: str) -> Locale:
    """The locale of a code such as "fa" or "en_GB". Raises babel's UnknownLocaleError, or ValueError for no code."""
    found = Locale.parse(code)
    data = localedata.load(str(found))
    data.update(deepcopy(data))
    return found


def months_of(code: str) -> Mapping[str, Mapping[str, Mapping[int, str]]]:
    """The names of months by context ("format", "stand-alone") and width ("wide", "abbreviated", "narrow")."""
    own: dict[str | int | None, Any] = {"months": deepcopy(localedata.load(code)["months"])}
    months: Mapping[str, Mapping[str, Mapping[int, str]]] = localedata.LocaleDataDict(own)["months"]
    return months


def day_periods_of(code: str) -> list[tuple[str, str]]:
    """(period, name) of the parts of the day, such as ("pm", "PM") and ("afternoon1", "petang")."""
    own: dict[str | int | None, Any] = {"day_periods": deepcopy(localedata.load(code)["day_periods"])}
    periods: Any = localedata.LocaleDataDict(own)["day_periods"]
    named = (periods.get(context, {}).get(width, {}) for context in ("format", "stand-alone") for width in _WIDTHS)
    return [(period, name) for names in named for period, name in names.items()]


_WIDTHS = ("wide", "abbreviated")
