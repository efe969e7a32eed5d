"""The stem of a word in a language that joins endings one to another, as Turkish does. Pure; for folded words."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.languages import language

_LEAST = 4  # letters that are left
_SOFTENED = {"b": "p", "d": "t", "g": "k"}  # a last consonant before an ending that begins with a vowel: ucak, ucagi


@lru_cache(maxsize=64)
def joined_endings(code: str) -> re.Pattern[str] | None:
    """What a word of a language joins to its end, one to another; None where it joins but one, or nothing."""
    own = language(code)
    own = language(own.relative) if own.relative else own
    if not own.joins_endings:
        return None
    # An "n" between a word and its ending may be of either ("orman-a", "ev-i-ne"), so a last one is cut as well.
    return re.compile(f"(?:{'|'.join((*own.affixes.after, *own.affixes.stem_endings))}|n)$")


def without_endings(token: str, endings: re.Pattern[str]) -> str:
    """The word without any of its endings."""
    while (found := endings.search(token)) and found.start() >= _LEAST:
        token = token[: found.start()]
    return token[:-1] + _SOFTENED.get(token[-1], token[-1])
