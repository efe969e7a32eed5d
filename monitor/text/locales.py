"""CLDR locales, each with data of its own.

Babel (2.18) shares what a locale inherits with all others that inherit it, and writes there what it looks up: once the
months of Tatar have been read, Persian dates have Tatar months. See findings/babel-months-of-another-locale.sh.
"""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache

from babel import Locale, localedata


@lru_cache(maxsize=64)
def locale_of(code: str) -> Locale:
    """The locale of a code such as "fa" or "en_GB". Raises babel's UnknownLocaleError, or ValueError for no code."""
    found = Locale.parse(code)
    data = localedata.load(str(found))
    data.update(deepcopy(data))
    return found
