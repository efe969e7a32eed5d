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
# Vowels in a row before all consonants, and behind one: the first of these lines whose writings are not too many.
_LONGEST = (((3, 3),), ((2, 3),), ((2, 2),), ((2, 1), (1, 2)), ((1, 1),))
_LONG_ROW, _GLIDES = 3, frozenset("ywiuvایووви")  # so many vowels in a row have one of these among them
_VOWELS = {"latin": "aeiouywv", "arabic": "اویه", "cyrillic": "аеиоуюяэв"}
_FRONT = {"arabic": ("", "ع"), "latin": ("",), "cyrillic": ("",)}  # letters that no other alphabet has
_WITHIN = {"arabic": ("ع",)}
_END = {"arabic": ("", "ه"), "latin": ("", "h"), "cyrillic": ("",)}
_BREATHED = {"latin": ("ah", "eh", "ih", "oh", "uh"), "cyrillic": ("ах", "ех", "их", "ух")}
_ARTICLE = "ال"
_SORANI_E, _HEH = "ە", "ه"  # folding makes the one of the other
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
    heard = [(said, sound_key(said).removesuffix("i")) for said in spoken]
    found = [
        each
        for said, key in heard
        if len(key) <= MOST_CONSONANTS
        for to in others
        for each in _in_script(said, key, to)
    ]
    if same:  # folded, the marks of other alphabets are gone: Yashar is Yasar there
        plain = [each for each in spellings(word, elsewhere=True) if sound_key(each).removesuffix("i") != skeleton]
        found += [each for one in plain for each in _in_script(one, sound_key(one).removesuffix("i"), own)]
    if own == "arabic":  # Sorani writes names of Arabic and Persian as they are said, with the e that others leave out
        found += [each for said, key in heard for each in _in_script(said, key, own) if _HEH in each[1:-1]]
    return list(dict.fromkeys((fold(word), *found)))


def is_short_writing(word: str, other: str) -> bool:
    """Whether a word of an archive may be such a name: same consonants, and vowels that agree."""
    mine = [each for said in _said(word) for each in spellings(said)]
    return any(_agree(one, two) for one in mine for each in spellings(other) for two in _said(each))


def with_its_beginning(folded: str) -> tuple[str, ...]:
    """A word whose beginning looks like the article and may be of the name, as in Ilham, so written that it sounds."""
    return (folded[1:],) if folded.startswith(_ARTICLE) else ()


def as_said(word: str) -> tuple[str, ...]:
    """A name, and as it is said where letters of it belong to the article or stand for other sounds.

    Alkhuzaie is Khuzaie with the article, the yeh without dots at an end is an alef, and Sorani writes each e with a
    letter that folding makes an h.
    """
    found = [word]
    plain = fold(word)
    if _LATIN_ARTICLE.match(plain):
        found.append(plain[2:])
    if word.endswith("ى"):
        found.append(f"{word[:-1]}ا")
    return (*found, *without_sorani_e(word))


def without_sorani_e(word: str) -> tuple[str, ...]:
    """The word as Arabic and Persian write it, which leave out the e that Sorani writes; () where it has none."""
    without = word.replace(_SORANI_E, "")
    return (without,) if without and without != word else ()


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
    if len(said) != len(skeleton) + 1:
        return
    for tried in _LONGEST:
        rows = [_parts(word, skeleton, letters, said, longest) for longest in tried]
        if sum(prod(map(len, parts)) for parts in rows) <= _MOST:
            heads = ("", _ARTICLE) if letters == "arabic" else ("",)
            yield from (f"{head}{''.join(each)}" for parts in rows for each in product(*parts) for head in heads)
            return


def _parts(
    word: str, skeleton: str, letters: str, said: Sequence[Sequence[str]], longest: tuple[int, int]
) -> list[Sequence[str]]:
    """What may stand at each place: vowels, a consonant, vowels and so on."""
    written = "arabic" not in (script(fold(word)), letters)
    parts: list[Sequence[str]] = []
    for number, vowels in enumerate(said):
        first, last = number == 0, number == len(skeleton)
        if first and not vowels and fold(word).startswith("ع"):
            parts.append(tuple(_VOWELS[letters][:5]))
        else:
            found = _vowel_writings(tuple(vowels), letters, longest[0 if first else 1], first, last, written)
            parts.append((*found, *_breathed(word, letters)) if last else found)
        if not last:
            doubled = letters != "arabic" and (bool(vowels) or not first)
            parts.append(letters_of(skeleton[number], letters, doubled=doubled))
    return parts


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
