"""In which script a folded text is written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

# Script → its letters, as they stand within the brackets of a pattern.
LETTERS = {
    "latin": "a-z",
    "arabic": "\u0600-\u06ff",
    "cyrillic": "\u0400-\u052f",
    "hebrew": "\u05d0-\u05ea",
    "han": "\u3041-\u30ff\u3400-\u9fff",
}
_RARER = {name: re.compile(f"[{LETTERS[name]}]") for name in ("hebrew", "han")}
_OTHER_LETTERS = rf"[^\W\d_{''.join(LETTERS.values())}]"


def script(folded: str) -> str:
    """ "arabic", "cyrillic", "hebrew", "latin", "han" (with kana) or "other": of the first letter of a folded text."""
    return script_in(folded) or "other"


def script_in(folded: str) -> str:
    """The `script` of a folded text, "" for one without a letter."""
    for char in folded:
        if "a" <= char <= "z":
            return "latin"
        if "\u0600" <= char <= "\u06ff":
            return "arabic"
        if "\u0400" <= char <= "\u052f":
            return "cyrillic"
        if char.isalpha():
            return next((name for name, letter in _RARER.items() if letter.match(char)), "other")
    return ""


def scripts_of(folded: str, among: Iterable[str]) -> list[str]:
    """Those of some scripts that a folded text has letters of; "", the script of what has no letter, is always one."""
    if folded.isascii():
        return [each for each in among if each in ("latin", "")]
    return [each for each in among if not each or _letter_of(each).search(folded)]


@lru_cache(maxsize=8)
def _letter_of(of_script: str) -> re.Pattern[str]:
    """A letter of a script."""
    return re.compile(f"[{LETTERS[of_script]}]" if of_script in LETTERS else _OTHER_LETTERS)
