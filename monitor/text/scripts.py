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
# Scripts that the topic's words are seldom in, by the first and last of their letters.
_RANGES = {
    "greek": ("\u0370", "\u03ff"),
    "armenian": ("\u0530", "\u058f"),
    "devanagari": ("\u0900", "\u097f"),
    "bengali": ("\u0980", "\u09ff"),
    "thai": ("\u0e00", "\u0e7f"),
    "georgian": ("\u10a0", "\u10ff"),
    "hangul": ("\u1100", "\u11ff"),  # folding takes its syllables apart
}
# Thai, Lao, Burmese, Khmer
_UNSPACED = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"))
# The letters of scripts that put no space between words, as a class of characters.
UNSPACED = f"[{LETTERS['han']}{''.join(f'{first}-{last}' for first, last in _UNSPACED)}]"
_RARER = {name: re.compile(f"[{LETTERS[name]}]") for name in ("hebrew", "han")}
_OTHER_LETTERS = rf"[^\W\d_{''.join(LETTERS.values())}]"
# The upper bytes of the letters of a script; of "other" those that no letter of it has, "" for what cannot be told.
_UPPER = {
    "latin": b"\x00",
    "arabic": b"\x06",
    "cyrillic": b"\x04\x05",
    "hebrew": b"\x05",
    "han": bytes((0x30, *range(0x34, 0xA0))),
}
_NO_OTHER = bytes((0x00, 0x04, 0x06, 0x20, *range(0x34, 0xA0)))


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


def seldom_script(letter: str) -> str:
    """The script of a folded letter that `script` calls "other", as the files of the languages call it; "" for none."""
    return next((name for name, (first, last) in _RANGES.items() if first <= letter <= last), "")


def is_unspaced(letter: str) -> bool:
    """Whether a folded letter is of a script that puts no space between words: a term stands wherever it is."""
    if letter < _UNSPACED[0][0]:
        return False
    return any(first <= letter <= last for first, last in _UNSPACED) or script(letter) == "han"


def main_script(text: str) -> str:
    """The script of `LETTERS` that most characters of a text are of, "" for one without a letter of these."""
    if text.isascii():
        return "latin" if any(map(str.isalpha, text)) else ""
    upper = text.encode("utf-16-le", "surrogatepass")[1::2]
    counts = {name: sum(map(upper.count, their)) for name, their in _UPPER.items() if name != "han"}
    counts["latin"] += upper.count(1) - sum(map(text.count, " \n0123456789"))
    counts["han"] = len(re.findall(f"[{LETTERS['han']}]", text)) if max(upper) >= _UPPER["han"][0] else 0
    most = max(counts, key=lambda name: counts[name])
    return most if counts[most] > 0 else ""


def scripts_of(folded: str, among: Iterable[str]) -> list[str]:
    """Those of some scripts that a folded text has letters of; "", the script of what has no letter, is always one."""
    if folded.isascii():
        return [each for each in among if each in ("latin", "")]
    # To look for a letter takes long where there is none; bytes are looked through a hundred times as fast.
    upper = folded.encode("utf-16-le", "surrogatepass")[1::2]
    return [each for each in among if not each or (_may_hold(upper, each) and _letter_of(each).search(folded))]


def _may_hold(upper: bytes, of_script: str) -> bool:
    """False where a folded text with these upper bytes holds no letter of a script."""
    if of_script in _UPPER:
        return len(upper.translate(None, _UPPER[of_script])) < len(upper)
    return bool(upper.translate(None, _NO_OTHER))


@lru_cache(maxsize=8)
def _letter_of(of_script: str) -> re.Pattern[str]:
    """A letter of a script."""
    return re.compile(f"[{LETTERS[of_script]}]" if of_script in LETTERS else _OTHER_LETTERS)
