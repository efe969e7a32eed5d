"""What languages are called in English: those with a file by its name, others as Unicode CLDR calls them."""

from __future__ import annotations

from functools import lru_cache

from monitor.languages import language

# Of those that detection knows and CLDR does not, or calls by another code.
_OTHERS = {
    "als": "Alemannic German", "bcl": "Central Bikol", "bh": "Bihari", "bxr": "Buryat", "cbk": "Chavacano",
    "diq": "Zazaki", "dty": "Doteli", "eml": "Emilian-Romagnol", "gom": "Konkani", "luz": "Southern Luri",
    "mhr": "Meadow Mari", "nah": "Nahuatl", "pnb": "Western Punjabi",
}  # fmt: skip


@lru_cache(maxsize=256)
def language_name(code: str) -> str:
    """The name of the language with an ISO 639 code; the code itself for one that nobody knows."""
    known = language(code)
    if known.name != code:
        return known.name
    from babel import Locale  # noqa: PLC0415 - 45 ms, for languages without a file alone

    return _OTHERS.get(code) or Locale("en").languages.get(code, code)
