"""Days of a month in words: "the first of Azar", as Persian and Arabic write it, is "1 Azar". Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import lru_cache

from monitor.languages import languages
from monitor.text import fold


def in_figures(words: Sequence[str], months: Set[str]) -> list[str]:
    """Folded words with each day that is spelled out right before one of ``months`` in figures.

    Elsewhere such a word counts something else, or is a part of the month's name (Tishrin the Second).
    """
    spelled = _spelled()
    made: list[str] = []
    for word in words:
        if word in months:
            for length in range(min(len(made), _longest()), 0, -1):
                if day := spelled.get(" ".join(made[-length:])):
                    made[-length:] = [day]
                    break
        made.append(word)
    return made


@lru_cache(maxsize=1)
def _spelled() -> dict[str, str]:
    """Folded words for a day → its number."""
    named = [pair for each in languages() for pair in each.month_days]
    return {" ".join(fold.tokens(fold.fold(form))): day for day, forms in named for form in forms}


@lru_cache(maxsize=1)
def _longest() -> int:
    return max((len(words.split()) for words in _spelled()), default=0)
