"""Names across scripts: a consonant code that Latin, Arabic-script and Cyrillic writings of one name share.

Vowels are written differently (Hayali, Hiyali) or, in Arabic script, not at all, so only consonants count, in classes
that hold what transliteration mixes up: b and p, s and sh and z, g and j and gh. In the spirit of Soundex and of
cross-script name keys (Freeman, Condon & Ackerman 2006, "Cross linguistic name matching in English and Arabic").
A shared code is a hint and no proof; how rare the code is among a language's words decides what a match is worth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from monitor.languages import any_of, every, languages
from monitor.text import fold, scripts

# Latin letters belong to no language here: every language of the region is transliterated into them.
_LATIN = {
    **dict.fromkeys("bp", "b"), "f": "f", "v": "v", "t": "t", "d": "d", **dict.fromkeys("kq", "k"),
    **dict.fromkeys("gj", "g"), **dict.fromkeys("sz", "s"), "x": "ks", "l": "l", "m": "m", "n": "n", "r": "r",
}  # fmt: skip
_CLUSTERS = re.compile(r"tch|sch|sh|ch|kh|gh|th|ph|ck|dh|zh|cz|dj|c(?=[eiy])|c")
_CLUSTER_CODE = {
    "tch": "s", "sch": "s", "sh": "s", "ch": "C", "kh": "X", "gh": "G", "th": "t", "ph": "f", "ck": "k",
    "dh": "d", "zh": "g", "cz": "s", "dj": "g",
}  # fmt: skip
_REPEATED = re.compile(r"(.)\1+")
_CHOICES = {"v": ("f", ""), "C": ("s", "k"), "G": ("g", "k", ""), "X": ("x",)}
UNHEARD = "-"  # the class of a letter that may be silent
_READINGS = 8  # of a word in a script whose letters are heard in several ways
SHORTEST = 3  # consonants; a shorter code says nothing alone


@dataclass(frozen=True, slots=True)
class _Script:
    """How names of a script are read, after the languages that use it.

    classes: letter → consonant class. pairs: (pair of letters, a letter heard like it). before, letter: what is cut
    from the beginning of a word; after: from its end.
    """

    classes: dict[str, str]
    pairs: tuple[tuple[str, str], ...]
    before: re.Pattern[str]
    letter: re.Pattern[str]
    after: re.Pattern[str]


@lru_cache(maxsize=4)
def _script(name: str) -> _Script:
    heard = [(letters, kind) for known in languages() if known.script == name for kind, forms in known.consonants
             for letters in map(fold.fold, forms)]  # fmt: skip
    classes = {letters: kind for letters, kind in heard if len(letters) == 1}
    like = {kind: letter for letter, kind in classes.items()}
    one = "".join(every(lambda known: known.affixes.name_letters, name))
    return _Script(
        classes,
        tuple((letters, like[kind]) for letters, kind in heard if len(letters) > 1),
        re.compile(rf"^{any_of(lambda known: known.affixes.name_before, name)}(?=\w{{3}})"),
        re.compile(rf"^[{one}](?=\w{{4}})" if one else "(?!)"),
        re.compile(f"{any_of(lambda known: known.affixes.name_after, name)}$"),
    )


@lru_cache(maxsize=100_000)
def codes(word: str) -> tuple[str, ...]:
    """Codes of a folded word, the plainest first; a word that can be read in several ways has several."""
    match scripts.script(word):
        case "latin":
            return _latin_codes(word)
        case "arabic":
            return _arabic_codes(word)
        case "cyrillic":
            return _distinct([_mapped(_REPEATED.sub(r"\1", word), _script("cyrillic").classes)])
        case "hebrew":
            return _distinct([code for form in (word, *without_letters(word)[:2]) for code in _spelt("hebrew", form)])
        case "han":
            return _distinct(_spelt("japanese", word))
        case "other":
            return _distinct(_spelt("devanagari", word))
    return ()


def _spelt(script: str, word: str) -> list[str]:
    """All codes of a word, the plainest first; a letter may be heard in several ways."""
    heard, readings = _heard(script), [""]
    for letter in word:
        readings = [reading + kind for kind in heard.get(letter, ("",)) for reading in readings][:_READINGS]
    return readings


@lru_cache(maxsize=4)
def _heard(script: str) -> dict[str, tuple[str, ...]]:
    """Letter → the classes of consonants that it may be, `UNHEARD` for none, in the order of the files."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, letters in (each for known in languages() if known.script == script for each in known.consonants):
        for letter in letters:
            found[letter] = (*found.get(letter, ()), "" if kind == UNHEARD else kind)
    return found


@lru_cache(maxsize=16_384)
def without_letters(word: str) -> tuple[str, ...]:
    """A word of Hebrew without one or more of the letters at its beginning that may be small words, longest first."""
    before = _hebrew_before()
    return tuple(
        word[cut:] for cut in range(1, 5) if len(word) - cut >= SHORTEST and before.fullmatch(word[:cut]) is not None
    )


@lru_cache(maxsize=1)
def _hebrew_before() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.affixes.before, "hebrew"))


def _distinct(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in found if len(code) >= 2))


def _mapped(word: str, table: dict[str, str]) -> str:
    return "".join(table.get(letter, "") for letter in word)


def _arabic_codes(word: str) -> tuple[str, ...]:
    """The word without what is written together with it; a first letter that may belong to it is cut on trial."""
    arabic = _script("arabic")
    bare = whole = arabic.before.sub("", word)
    for pair, letter in arabic.pairs:
        bare = bare.replace(pair, letter)
    found = [_mapped(bare, arabic.classes)]
    shorter = arabic.letter.sub("", word)
    if whole == word and shorter != word:
        found.append(_mapped(shorter, arabic.classes))
    return _distinct(found)


def _latin_codes(word: str) -> tuple[str, ...]:
    found: list[str] = []
    for form in (word, _script("latin").after.sub("", word)):
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
        choices = _CHOICES.get(letter) or (_LATIN.get(letter, ""),)
        readings = [reading + choice for choice in choices for reading in readings][:4]
    return readings
