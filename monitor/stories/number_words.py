"""Numbers that a text writes in words, as figures: "twelve ships" as "12 ships". Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.languages import language
from monitor.text import fold

WEEKDAY = 12  # characters behind a number in which the rest of a weekday's name stands
LEAST = 3  # "one" and "two" are rather an article, a pronoun or a pair than a count


def with_figures(folded: str, code: str | None) -> str:
    """A folded text with the numbers that words of its language give as figures; one that is unclear stays."""
    known = _words(code or "")
    if not known:
        return folded
    numbers, pattern = known
    weekdays = _weekdays(code or "")

    def figure(found: re.Match[str]) -> str:
        if (found[0], *fold.tokens(folded[found.end() : found.end() + WEEKDAY])[:1]) in weekdays:
            return found[0]  # the third day of the Persian week is called "three-Saturday"
        if found["before"] or found["after"]:
            return found[0]  # "twenty first": the tens of an ordinal
        first, second = numbers[found[2]], numbers[found[3]] if found[3] else 0
        tens, units = max(first, second), min(first, second)
        # "twenty-five": tens and units, in either order. Two others beside each other ("four five") are none.
        if second and not (tens % 10 == 0 and tens >= 10 > units):
            return found[0]
        return str(tens + units) if tens >= LEAST else found[0]

    return pattern.sub(figure, folded)


@lru_cache(maxsize=16)
def _weekdays(code: str) -> frozenset[tuple[str, ...]]:
    """Names of weekdays that are a number and the word for Saturday, as two folded words."""
    known = language(code)
    counted = (word for words in known.counted_weekdays for word in words)
    return frozenset((fold.fold(word), fold.fold(day)) for word in counted for day in known.weekdays.saturday)


@lru_cache(maxsize=16)
def _words(code: str) -> tuple[dict[str, int], re.Pattern[str]] | None:
    """Folded word → its number, and what finds one or two of them; None for a language without any."""
    known = language(code)
    numbers = {fold.fold(form): int(number) for number, forms in known.counts.words for form in forms}
    if not numbers:
        return None
    one = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True))
    # The word between the two may be written to the second, as in Arabic.
    between = "".join(rf"|\s+{re.escape(fold.fold(word))}\s*" for word in known.elapsed.joining)
    ordinals = "|".join(map(re.escape, map(fold.fold, known.counts.ordinals))) or "(?!)"
    return numbers, re.compile(
        rf"(?<!\w)(?P<before>(?:{ordinals})\s+)?({one})(?:(?:-|\s+{between})({one}))?(?![\w-])(?P<after>\s+(?:{ordinals})(?!\w))?"
    )
