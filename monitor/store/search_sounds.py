"""How the archive writes a name that no list has: its words that sound alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

import sqlalchemy as sa

from monitor.store.rows import one_of
from monitor.store.search_tables import sounds, vocabulary
from monitor.text.fold import fold
from monitor.text.scripts import script
from monitor.text.short_names import as_said, is_short_writing, short_writings, with_its_beginning
from monitor.text.sound_key import (
    LEAST,
    TELLING,
    may_be_said_so,
    readings,
    sound_key,
    sound_keys,
    sounds_like,
    spellings,
    vowel_places,
    without_joined_article,
)

MOST = 16  # writings of a word in one script
_LOOKED_AT = 2000
_MOST_E = 3  # letters of a word of Sorani that are tried as e or h one by one
_OPEN_END = ("a", "\u0627", "\u0430")  # letters of a closing a
_YEH, _ALEF, _HEH = "\u06cc", "\u0627", "\u0647"


def writings(db: sa.Connection, word: str, *, surely: bool = False, beside: bool = False) -> tuple[str, ...]:
    """The words of the index that a word of a query may be in other letters; () for one that is no name.

    A name begins with a capital, or no article has the word as it stands. What is short must be both, but for scripts
    without capitals. surely: it is known to be a name. beside: it is looked for beside another part
    of a name, so that one consonant will do.
    """
    word = without_joined_article(word)
    plain = fold(word)
    capital, cased = word[:1].isupper(), word[:1].lower() != word[:1].upper()
    known = db.scalar(sa.select(vocabulary.c.word).where(vocabulary.c.word == plain)) is not None
    if known and not (capital or surely or beside):
        return ()
    least = LEAST if surely or beside or (not known and (capital or not cased)) else LEAST + 1
    said = as_said(word) if capital or not cased or surely or beside else (word,)
    if beside and plain.endswith(_YEH):
        said = (*said, f"{plain[:-1]}{_ALEF}")  # Persian has one letter for a closing i and some a: Mustafa
    spelt, elsewhere = ([each for one in said for each in spellings(one, elsewhere=more)] for more in (False, True))
    begun = with_its_beginning(plain) if beside else ()
    all_keys = (*(key for each in (*said, *elsewhere, *begun) for key in sound_keys(each)), *map(sound_key, elsewhere))
    # A closing a may be written with the letter of a closing i.
    all_keys += tuple(f"{key}i" for each in said if fold(each)[-1:] in _OPEN_END for key in sound_keys(each))
    all_keys += tuple(key.replace("h", "") for key in all_keys if len(key) > TELLING)  # as the sounds of Sorani have it
    keys = {key for key in all_keys if len(key) >= least}
    query = sa.select(sounds.c.word).where(one_of(db, sounds.c.sound, sorted(keys))).limit(_LOOKED_AT)
    found = [each for each in db.scalars(query) if each != plain] if keys else []
    # Arabic letters tell apart what other alphabets have one letter for.
    pairs = ((each, one) for each in found for one in (spelt if script(each) == "arabic" else elsewhere))
    alike = [each for each, one in pairs if any(sounds_like(one, read) for read in _readings(each))]
    if beside:
        # In other letters the consonants do, where there are vowels in the same places: vowels are heard in many ways,
        # and the other part must stand beside it.
        others = (each for each in found if script(each) != script(plain))
        alike += [*_short(db, word), *(each for each in others if _may_be(said, each))]
    return _nearest(word, dict.fromkeys(alike))


def _may_be(said: Sequence[str], found: str) -> bool:
    return any(may_be_said_so(one, read) for one in said for read in _readings(found))


def _readings(folded: str) -> tuple[str, ...]:
    """`readings`, and with the yeh that may be an alef at the end of a name: Musa."""
    more = (f"{folded[:-1]}{_ALEF}",) if folded.endswith(_YEH) and len(folded) > 2 else ()
    # The e of Sorani is written as the h, and a word may have both.
    places = [at for at, letter in enumerate(folded) if letter == _HEH and at]
    some = (f"{folded[:at]}{folded[at + 1 :]}" for at in places) if 1 < len(places) <= _MOST_E else ()
    rest = (f"{folded[: at + 1]}{folded[at + 1 :].replace(_HEH, '')}" for at in places) if len(places) > 1 else ()
    begun = (f"{folded[:1]}{folded[1:at].replace(_HEH, '')}{folded[at:]}" for at in places) if len(places) > 1 else ()
    return tuple(dict.fromkeys((*readings(folded), *more, *some, *rest, *begun)))


def _nearest(word: str, found: Iterable[str]) -> tuple[str, ...]:
    """At most so many writings of each script, those whose vowels are written alike first."""
    mine, left = vowel_places(word), defaultdict[str | None, list[tuple[int, str]]](list)
    for each in found:
        left[script(each)].append((_apart(mine, vowel_places(each)), each))
    chosen = [each for its in left.values() for each in sorted(its, key=itemgetter(0))[:MOST]]
    return tuple(each for _, each in sorted(chosen, key=itemgetter(0)))


def _apart(mine: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]) -> int:
    """How unlike the vowels of two writings are, place by place; a doubled one is one."""
    apart = 2 * abs(len(mine) - len(theirs))
    for one, other in zip(mine, theirs, strict=False):
        a, b = ([each for each, _ in groupby(vowels)] for vowels in (one, other))
        unlike = bool(a and b) and not any(set(x) & set(y) for x in a for y in b)
        apart += abs(len(a) - len(b)) + 2 * unlike
    return apart


def _short(db: sa.Connection, word: str) -> list[str]:
    """The words of the index that a name of one or two consonants may be."""
    said = as_said(word)
    spelled = list(dict.fromkeys(each for one in said for each in short_writings(one)))
    found = db.scalars(sa.select(vocabulary.c.word).where(one_of(db, vocabulary.c.word, spelled))) if spelled else ()
    return [
        each
        for each in found
        if each != fold(word) and any(is_short_writing(one, r) for one in said for r in readings(each))
    ]
