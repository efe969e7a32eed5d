"""Names across scripts: a consonant code that Latin, Arabic-script and Cyrillic writings of one name share.

Vowels are written differently or not at all (Hayali, Hiyali, حیالی), so only consonants count, in classes that
hold what transliteration mixes up: b and p, s and sh and z, g and j and gh. In the spirit of Soundex and of
cross-script name keys (Freeman, Condon & Ackerman 2006, "Cross linguistic name matching in English and Arabic").
A code is a key to look up, not a proof: how rare it is in a language's words says what a match is worth.
"""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.text import fold

_ARABIC = {
    **dict.fromkeys("بپ", "b"), **dict.fromkeys("فڤ", "f"), **dict.fromkeys("تطث", "t"), **dict.fromkeys("دض", "d"),
    "ذ": "z", **dict.fromkeys("کق", "k"), **dict.fromkeys("جگغژ", "g"), "خ": "x",
    **dict.fromkeys("سصزظشچ", "s"), "ل": "l", "م": "m", "ن": "n", "ر": "r",
}  # fmt: skip
_CYRILLIC = {
    **dict.fromkeys("бп", "b"), **dict.fromkeys("фв", "f"), "т": "t", "д": "d", "к": "k",
    **dict.fromkeys("гж", "g"), "х": "x", **dict.fromkeys("сзшщчц", "s"), "л": "l", "м": "m", "н": "n", "р": "r",
}  # fmt: skip
_LATIN = {
    **dict.fromkeys("bp", "b"), "f": "f", "v": "v", "t": "t", "d": "d", **dict.fromkeys("kq", "k"),
    **dict.fromkeys("gj", "g"), **dict.fromkeys("sz", "s"), "x": "ks", "l": "l", "m": "m", "n": "n", "r": "r",
}  # fmt: skip
_CLUSTERS = re.compile(r"tch|sch|sh|ch|kh|gh|th|ph|ck|dh|zh|cz|dj|c(?=[eiy])|c")
_CLUSTER_CODE = {
    "tch": "s", "sch": "s", "sh": "s", "ch": "C", "kh": "x", "gh": "G", "th": "t", "ph": "f", "ck": "k",
    "dh": "d", "zh": "g", "cz": "s", "dj": "g",
}  # fmt: skip
_REPEATED = re.compile(r"(.)\1+")
_CHOICES = {"v": ("f", ""), "C": ("s", "k"), "G": ("g", "k", "")}
_LATIN_ENDING = re.compile(r"(?:ians?|eans?|ans?|s)$")
_ARABIC_PREFIX = re.compile(r"^(?:و?(?:بال|کال|فال|ال|لل))(?=\w{3})")
_ONE_LETTER = re.compile(r"^[وفبلک](?=\w{4})")
SHORTEST = 3  # consonants; a shorter code says nothing alone


@lru_cache(maxsize=100_000)
def codes(word: str) -> tuple[str, ...]:
    """Codes of a folded word, the plainest first; a word that can be read in several ways has several."""
    match fold.script(word):
        case "latin":
            return _latin_codes(word)
        case "arabic":
            return _arabic_codes(word)
        case "cyrillic":
            return _distinct([_mapped(word, _CYRILLIC)])
    return ()


def _distinct(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in found if len(code) >= 2))


def _mapped(word: str, table: dict[str, str]) -> str:
    return "".join(table.get(letter, "") for letter in word)


def _arabic_codes(word: str) -> tuple[str, ...]:
    bare = _ARABIC_PREFIX.sub("", word)
    found = [_mapped(bare.replace("تش", "چ"), _ARABIC)]
    if bare is word or bare == word:
        found += [_mapped(shorter, _ARABIC) for shorter in (_ONE_LETTER.sub("", word),) if shorter != word]
    return _distinct(found)


def _latin_codes(word: str) -> tuple[str, ...]:
    found: list[str] = []
    for form in (word, _LATIN_ENDING.sub("", word)):
        if len(form) >= 3:
            found += _readings(form)
    return _distinct(found)


def _readings(form: str) -> list[str]:
    """All codes of a Latin form: clusters first, doubled letters once, then each ambiguous letter both ways."""
    clustered = _CLUSTERS.sub(
        lambda hit: _CLUSTER_CODE.get(hit[0]) or ("s" if form[hit.end() : hit.end() + 1] in ("e", "i", "y") else "k"),
        _REPEATED.sub(r"\1", form),
    )
    readings = [""]
    for letter in clustered:
        choices = _CHOICES.get(letter) or (letter if letter in "CG" else _LATIN.get(letter, ""),)
        readings = [reading + choice for choice in choices for reading in readings][:4]
    return readings
