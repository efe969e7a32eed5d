"""Months by their names in languages that have no file in monitor/languages.

data/months.tsv has them from the Unicode locale data (benchmarks/build_months.py): to read that itself takes half a
second and 68 MB. They are for the date of a feed or page that cannot be read otherwise, and for nothing else: these
names are not looked for in texts, where many of them are other words.
"""

from __future__ import annotations

import re
from datetime import time
from functools import lru_cache

from monitor.text import fold
from monitor.text.month_table import month_rows

_ENGLISH = "january february march april may june july august september october november december"
# A country, and its language where that has another month of a name than a larger one ("listopad").
_LANGUAGE_OF = {"HR": "hr"}
_STEM = 5  # letters from which a name may have an ending that the table does not give
_ENDING = 3  # letters of such an ending
_BUDDHIST = 2443  # 1900
_BUDDHA = 543
PARTS = re.compile(r"\d+|[^\W\d_]+(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f])*")
_NUMBERED = re.compile(r"\bthang (\d{1,2})\b")  # Vietnamese counts its months


def in_english(written: str, country: str | None = None) -> str:
    """The figures of a date and its month in English, as in "27 november 2026"; "" where it names no month.

    country: ISO 3166-1, of the source.
    """
    folded = _NUMBERED.sub(lambda found: _english(int(found[1])), fold.fold(written))
    if not any(character.isdigit() for character in folded):
        return ""  # most texts that are no date need no table
    names = _names()
    own = names.get(_LANGUAGE_OF.get(country or "", ""), {})
    parts = PARTS.findall(folded)
    months = [month for part in parts if not part.isdigit() and (month := own.get(part) or _month(part))]
    years = [western_year(int(part)) for part in parts if part.isdigit() and len(part) == 4]
    days = [int(part) for part in parts if part.isdigit() and len(part) <= 2]
    return f"{days[0]} {_english(months[0])} {years[0]}" if len(months) == 1 and days and years else ""


def in_half_of_day(clock: time, written: str) -> time:
    """A time of a clock of twelve hours in the half of the day that a word beside it names: "4:30 petang"."""
    if not 1 <= clock.hour <= 12:
        return clock
    halves = {half for phrase, half in _halves().items() if re.search(rf"(?<!\w){phrase}(?!\w)", fold.fold(written))}
    return clock.replace(hour=clock.hour % 12 + (12 if halves == {"pm"} else 0)) if len(halves) == 1 else clock


@lru_cache(maxsize=1)
def _halves() -> dict[str, str]:
    """Folded words for a part of the day, as patterns, and whether it is before noon or after."""
    return {re.escape(phrase): half for code, half, phrase in month_rows() if not code}


def western_year(year: int) -> int:
    """A year as it is, or as Thai sources count it, from the Buddha's death, in the count of the West."""
    return year - _BUDDHA if _BUDDHIST <= year <= _BUDDHIST + 200 else year


def _english(month: int) -> str:
    return _ENGLISH.split()[month - 1] if 1 <= month <= 12 else ""


@lru_cache(maxsize=512)
def _month(word: str) -> int:
    """The month of a folded word; 0 for any other word."""
    known = _names()[""]
    stems = (word[:-cut] for cut in range(1, _ENDING + 1) if len(word) - cut >= _STEM)
    return known.get(word) or next((known[stem] for stem in stems if stem in known), 0)


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, int]]:
    """Folded names → months, by language; under "" those of all of them."""
    found: dict[str, dict[str, int]] = {"": {name: at for at, name in enumerate(_ENGLISH.split(), start=1)}}
    for code, month, names in month_rows():
        if code:
            found.setdefault(code, {}).update(dict.fromkeys(names.split(" "), int(month)))
    for own in list(found.values())[1:]:
        stems = {name[:-1]: month for name, month in own.items() if len(name) > _STEM}
        found[""] = stems | own | found[""]  # a name that two have for different months is that of the first one
    return found
