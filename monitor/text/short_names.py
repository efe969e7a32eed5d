"""Names of one or two consonants, such as Qais, Javad and Alia: how other alphabets may write them. Pure.

So few consonants tell nothing by themselves, so no index lists words by them. What may stand beside another part of a
name is spelled out here instead, letter by letter, and the archive says which of it there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from math import prod

from monitor.text.fold import fold
from monitor.text.scripts import script
from monitor.text.sound_key import VOWEL, letters_of, sound_key, spellings, vowel_places, vowels_agree

MOST_CONSONANTS = 2
_MOST = 6000  # writings in one script
_LONGEST = ((3, 3), (2, 3), (2, 2), (1, 2), (1, 1))  # vowels in a row before all consonants, and behind one
_LONG_ROW, _GLIDES = 3, frozenset("ywiuvایووви")  # so many vowels in a row have one of these among them
_VOWELS = {"latin": "aeiouywv", "arabic": "اویه", "cyrillic": "аеиоуюяэв"}
_FRONT = {"arabic": ("", "ع"), "latin": ("",), "cyrillic": ("",)}  # letters that no other alphabet has
_WITHIN = {"arabic": ("ع",)}
_END = {"arabic": ("", "ه"), "latin": ("", "h"), "cyrillic": ("",)}
_BREATHED = {"latin": ("ah", "eh", "ih", "oh", "uh"), "cyrillic": ("ах", "ех", "их", "ух")}
_ARTICLE = "ال"
_LATIN_ARTICLE = re.compile("[ae]l[bcdfghjkmnpqrstvwxyz].{3}")
_LONG = ("aa", "ee", "oo", "ou", "ei", "ey", "ai", "ay")  # what Arabic letters may leave out


def short_writings(word: str) -> list[str]:
    """Folded words that may be the name, itself among them; none for one of more consonants or of other letters."""
    own = script(fold(word))
    skeleton = sound_key(word).removesuffix("i")
    if own not in _VOWELS or len(skeleton) > MOST_CONSONANTS or not skeleton:
        return []
    # Within Arabic letters nobody writes a name with another consonant, and within Latin ones a single one says little.
    same = own != "arabic" and len(skeleton) > 1
    others = [each for each in _VOWELS if each != own or same]
    spoken = [said for each in spellings(word) for said in _said(each)]
    found = [each for said in spoken for other in others for each in _in_script(said, skeleton, other)]
    if same:  # folded, the marks of other alphabets are gone: Yashar is Yasar there
        plain = [each for each in spellings(word, elsewhere=True) if sound_key(each).removesuffix("i") != skeleton]
        found += [each for one in plain for each in _in_script(one, sound_key(one).removesuffix("i"), own)]
    return list(dict.fromkeys((fold(word), *found)))


def is_short_writing(word: str, other: str) -> bool:
    """Whether a word of an archive may be such a name: same consonants, and vowels that agree."""
    return any(_agree(one, two) for one in _said(word) for each in spellings(other) for two in _said(each))


def with_its_beginning(folded: str) -> tuple[str, ...]:
    """A word whose beginning looks like the article and may be of the name, as in Ilham, so written that it sounds."""
    return (folded[1:],) if folded.startswith(_ARTICLE) else ()


def as_said(word: str) -> tuple[str, ...]:
    """A name, and as it is said where letters of it belong to the article or stand for other sounds.

    Alkhuzaie is Khuzaie with the article, and the yeh without dots at an end is an alef.
    """
    found = [word]
    plain = fold(word)
    if _LATIN_ARTICLE.match(plain):
        found.append(plain[2:])
    if word.endswith("ى"):
        found.append(f"{word[:-1]}ا")
    return tuple(found)


def _said(word: str) -> tuple[str, ...]:
    """The word, and as it is said where its closing yeh may be an alef: Musa, Yahya."""
    plain = fold(word)
    return (word, f"{plain[:-1]}ا") if len(plain) > 2 and plain.endswith("ی") else (word,)


def _agree(word: str, other: str) -> bool:
    if sound_key(word).removesuffix("i") != sound_key(other).removesuffix("i"):
        return False
    latin = "arabic" not in (script(fold(word)), script(fold(other)))
    mine, theirs = vowel_places(word), vowel_places(other)
    return len(mine) == len(theirs) and all(
        vowels_agree(one, two, all_written=latin) for one, two in zip(mine, theirs, strict=True)
    )


def _in_script(word: str, skeleton: str, letters: str) -> Iterator[str]:
    said = vowel_places(word)
    written = "arabic" not in (script(fold(word)), letters)
    if len(said) != len(skeleton) + 1:
        return
    for at_first, longest in _LONGEST:
        parts: list[Sequence[str]] = []
        for number, vowels in enumerate(said):
            first, last = number == 0, number == len(skeleton)
            if first and not vowels and fold(word).startswith("ع"):
                parts.append(tuple(_VOWELS[letters][:5]))
            else:
                most = at_first if first else longest
                found = _vowel_writings(tuple(vowels), letters, most, first, last, written)
                parts.append((*found, *_breathed(word, letters)) if last else found)
            if not last:
                doubled = letters != "arabic" and (bool(vowels) or not first)
                parts.append(letters_of(skeleton[number], letters, doubled=doubled))
        if prod(map(len, parts)) <= _MOST:
            heads = ("", _ARTICLE) if letters == "arabic" else ("",)
            yield from (f"{head}{''.join(each)}" for each in product(*parts) for head in heads)
            return


def _breathed(word: str, letters: str) -> Sequence[str]:
    """What ends a name whose last h is said, as in Saleh and Faleh."""
    if letters == "arabic":
        return ("ح",) if fold(word).endswith("h") else ()
    return _BREATHED[letters] if fold(word).endswith("ح") else ()


@lru_cache(maxsize=2048)
def _vowel_writings(
    vowels: tuple[str, ...], letters: str, longest: int, first: bool, last: bool, written: bool
) -> Sequence[str]:
    """What may stand for the vowels of one place. first, last: before all consonants, behind them."""
    if not vowels and (first or last):
        return _FRONT[letters] if first else _END[letters] if letters == "arabic" else ("",)
    more = 1 if written else 2  # vowels than are said
    found = [
        "".join(each)
        for length in range(min(longest, len(vowels) + more) + 1)
        for each in product(_VOWELS[letters], repeat=length)
        if length < _LONG_ROW or not _GLIDES.isdisjoint(each[1:])
        if vowels_agree(vowels, _sounds(each), all_written=written)
    ]
    around = _FRONT[letters] if first else _END[letters] if last else ("",)
    silent = _WITHIN.get(letters, ()) if not first and not last and longest > 1 else ()
    whole = [f"{each}{end}" if last else f"{end}{each}" for each in found for end in around]
    whole += [more for each in found if len(each) <= 1 for sign in silent for more in (each + sign, sign + each)]
    if last and letters == "arabic" and vowels[-1] == "a":
        heads = ("", *_VOWELS[letters])
        whole += [f"{each}ی" for each in heads if vowels_agree(vowels, [*_sounds(each), "a"], all_written=False)]
    return tuple(dict.fromkeys(each for each in whole if vowels or len(each) < 2 or each in _LONG))


def _sounds(letters: Sequence[str]) -> list[str]:
    return [VOWEL[letter] for letter in letters if letter in VOWEL]
