"""Names that are written as one word by some and as several by others: Karimzadeh and Karim zadeh. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from monitor.model.frozen import frozen
from monitor.text.fold import fold
from monitor.text.scripts import script
from monitor.text.sound_key import LEAST, sound_key

ARTICLES = ("al", "el", "ul", "as", "ash", "ad", "an", "ar", "at", "az", "al'", "el'")
# And those that are words of their own in some language: between two parts of a name they are articles.
_ELSEWHERE = "es esh ed en er et ez ал аль эль ас аш ад аз ар ан ат"
BETWEEN = frozenset((*ARTICLES, *_ELSEWHERE.split()))
# What stands before a name or behind it, as a word or joined to it, in all its writings. The first two sound unlike
# where any do: by those the whole is listened for.
_BEFORE = (
    ("abu", "abo", "abi", "ebu", "ابو", "ابی"),
    ("ibn", "bin", "ben", "بن", "ابن"),
    ("umm", "um", "ام"),
    ("abd al", "abd el", "abdul", "abdel", "abdol", "abdal", "عبد ال", "عبدال"),
    ("pour", "pur", "poor", "پور"),
)
_BEHIND = (
    ("zadeh", "zade", "zada", "zadah", "زاده", "заде"),
    ("pour", "pur", "poor", "پور", "پوور", "بور", "пур"),
    ("nejad", "nezhad", "nejat", "nejhad", "نژاد", "نهژاد", "نجاد", "нежад"),
    ("far", "فر", "فهر", "фар"),
    ("reza", "riza", "rida", "ridha", "رضا", "رهزا", "реза", "риза"),
    ("nia", "niya", "نیا", "ния", "ниа"),
    ("ollah", "allah", "ullah", "الله"),
    ("ollahi", "allahi", "ullahi", "اللهی"),
    ("aldin", "eddin", "eldin", "uddin", "addin", "al din", "el din", "ad din", "ed din", "الدین"),
)
_AL = "ال"
_LEAST = 3  # letters of the name itself
_MOST = 6  # of its writings that are combined


class Heard(Protocol):
    """How an archive writes a word that may be a name. surely: it is one, so that few letters of it will do.

    beside: it is a part of one, looked for beside another part only, so that one consonant will do.
    """

    def __call__(self, word: str, /, *, surely: bool = False, beside: bool = False) -> tuple[str, ...]:
        """The words of the archive; () for none."""


@frozen
class Compound:
    """A name with such a part. words: of the query that it takes. rest: the name itself; whole: both, in one word.

    parts: the writings of the part; () for an article, which belongs to the word. behind: the part follows the rest.
    """

    words: int
    rest: str
    whole: str
    parts: tuple[str, ...] = ()
    behind: bool = False

    def writings(self, heard: Heard) -> tuple[str, ...]:
        """How an archive may write it: as one word or as two, in each script."""
        wholes = dict.fromkeys((self.whole, *(self._joined(self.rest, part) for part in self.parts[:2])))
        found = [each for whole in wholes for each in heard(whole.title(), surely=True)]
        short = len(sound_key(self.rest)) < LEAST
        for rest in (self.rest, *heard(self.rest, surely=True, beside=short)[:_MOST]) if self.parts else ():
            letters = script(fold(rest))
            for part in self.parts:
                if script(part) == letters:
                    found += [self._joined(rest, part, " "), self._joined(rest, part)]
        return tuple(dict.fromkeys(found))

    def _joined(self, rest: str, part: str, between: str = "") -> str:
        if part.endswith(_AL):
            rest, between = rest.removeprefix(_AL), ""
        return between.join((rest, part) if self.behind else (part, rest))


def compound(words: Sequence[str]) -> Compound | None:
    """The name with such a part that these words begin with; None where they begin with none.

    A part tells that it is a name, so that it needs no capital.
    """
    plain = [fold(each) for each in words[:3]]
    if len(plain) > 1 and plain[0] in ARTICLES and len(plain[1]) >= _LEAST:
        return Compound(2, plain[1], f"Al-{plain[1]}")
    for parts, behind in (*((each, True) for each in _BEHIND), *((each, False) for each in _BEFORE)):
        for count in range(len(plain), 0, -1):
            if rest := _rest(" ".join(plain[:count]), parts, behind=behind, apart=count > 1):
                joined = "".join(plain[:count])
                return Compound(count, rest.title(), joined.title(), parts, behind)
    return None


def goes_on(word: str) -> bool:
    """Whether a word ends the name before it, as Nia does: it is another name than without it."""
    return any(fold(word) == fold(part) for parts in _BEHIND for part in parts)


def _rest(text: str, parts: Sequence[str], *, behind: bool, apart: bool) -> str:
    """What the text is without one of the parts; "" where it has none."""
    between = " " if apart else ""
    for part in sorted(parts, key=len, reverse=True):
        rest = text.removesuffix(between + part) if behind else text.removeprefix(part + between)
        rest = rest if apart else rest.strip()  # parted by half a space in one word
        if rest != text and len(rest) >= _LEAST and " " not in rest:
            return rest
    return ""
