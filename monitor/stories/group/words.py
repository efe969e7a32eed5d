"""The words of a text as grouping counts them, in any script.

A word is a run of letters, digits and vowel signs. French and Italian write a small word before another with an
apostrophe, and those are two. Turkish sets off the endings of a name with one, and the name counts alone. Chinese and
Japanese put no spaces between words: of their characters every two neighbours count as a word, as search engines for
these languages do it, and what is in katakana is one, mostly a name from abroad. Hiragana is left out: it holds what
English says with endings and small words. "Abdul Amir" and "Abd al-Amir" are one word, as they are in Arabic letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain

from monitor import languages
from monitor.text import fold
from monitor.text.joined_endings import joined_endings
from monitor.text.scripts import LETTERS, script

_SIGN = "\u0900-\u0963\u0966-\u109f\u1780-\u17ff"  # \\w lacks vowel signs of South and South-East Asia
_RUN = rf"(?:[^\W_]+|[{_SIGN}])(?:[{_SIGN}]+[^\W_]*)*"
WORD = re.compile(rf"{_RUN}(?:['’ʼ\"״׳]{_RUN})*")
_QUOTED = re.compile('["״׳]')  # within a word of Hebrew, where it marks an abbreviation
_APOSTROPHE = re.compile("['’ʼ]")
_HEBREW = re.compile(f"[{LETTERS['hebrew']}]")
_HAN = re.compile(f"[{LETTERS['han']}]")
_HAN_PARTS = re.compile("[\u30a1-\u30ff]+|[\u3400-\u9fff々]+|[^\u3041-\u30ff\u3400-\u9fff]+")
_KATAKANA = re.compile("[\u30a1-\u30ff]")


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word as counted: its stem, the folded whole, and how it is written. One surface is one object, for speed."""

    stem: str
    folded: str
    capital: bool
    upper: bool


def words_of(text: str, language: str = "") -> list[Word]:
    """The words of a text in order. language: of the text, "" where it is not known."""
    return list(chain.from_iterable(map(_reader(language), _surfaces(text))))


def surfaces_of(text: str, language: str = "") -> Iterator[tuple[str, str]]:
    """(stem, the word as it stands in the text), in order."""
    for surface in _surfaces(text):
        for word in _reader(language)(surface):
            yield word.stem, surface if not _HAN.search(surface) else word.folded


def _surfaces(text: str) -> list[str]:
    if "bd" in text or not text.isascii():  # else there is no servant of anybody
        text = _servant().sub(lambda hit: hit[1] or f"{hit[2]}ul{hit[3].lower()}", text)
    return WORD.findall(text)


@lru_cache(maxsize=1)
def _servant() -> re.Pattern[str]:
    """Servant of, which Arabic writes as a word of its own, and Latin letters as it comes: one name with the next."""
    affixes = languages.language("ar").affixes
    alone = "|".join(part for part in affixes.particles if script(part) == "arabic")
    return re.compile(rf"\b(?:({alone}) +(?={affixes.article})|([Aa]bd)(?:[uüeao]l[ -]|[ -](?:[AaEe]l|ul)[ -])([A-Z]))")


@lru_cache(maxsize=128)
def _reader(language: str) -> Callable[[str], tuple[Word, ...]]:
    """What reads the words of a surface in a language, and remembers them."""
    return lru_cache(maxsize=100_000)(partial(_words, language=language))


def _words(surface: str, language: str) -> tuple[Word, ...]:
    if _HAN.search(surface):
        return tuple(_han_words(surface))
    if '"' in surface or "״" in surface or "׳" in surface:
        if not _HEBREW.search(surface):
            return tuple(word for part in _QUOTED.split(surface) for word in _words(part, language))
        surface = _QUOTED.sub("", surface)
    elif surface[0].isupper() and language and joined_endings(language):
        surface = _APOSTROPHE.split(surface)[0]
    folded = fold.fold(surface)
    if " " not in folded:
        return (_word(surface, folded, language),) if folded else ()
    # A small word written with the next: each is a word, if the folded parts are those of the surface.
    parts = _APOSTROPHE.split(surface)
    if len(parts) != folded.count(" ") + 1:
        return (_word(surface, folded.replace(" ", ""), language),)
    return tuple(_word(part, whole, language) for part, whole in zip(parts, folded.split(), strict=True))


def _word(surface: str, folded: str, language: str) -> Word:
    return Word(fold.stem(folded, language), folded, surface[:1].isupper(), surface.isupper())


def _han_words(surface: str) -> Iterator[Word]:
    """Words are spelt in full here: folding takes the marks from katakana, which tell "ga" from "ka"."""
    for part in _HAN_PARTS.findall(unicodedata.normalize("NFKC", surface)):
        if _KATAKANA.match(part):
            if len(part) > 1:
                yield Word(part, part, True, False)
        elif _HAN.match(part):
            for pair in [part] if len(part) == 1 else [part[at : at + 2] for at in range(len(part) - 1)]:
                yield Word(pair, pair, False, False)
        else:
            folded = fold.fold(part).replace(" ", "")
            if folded:
                yield _word(part, folded, "")
