"""How the archive writes a name that no list has: its words that sound alike."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.rows import one_of
from monitor.store.search_tables import sounds, vocabulary
from monitor.text.fold import fold
from monitor.text.scripts import script
from monitor.text.short_names import is_short_writing, short_writings, with_its_beginning
from monitor.text.sound_key import LEAST, readings, sound_key, sound_keys, sounds_like, spellings

MOST = 24  # writings of a word
_LOOKED_AT = 2000


def writings(db: sa.Connection, word: str, *, surely: bool = False, beside: bool = False) -> tuple[str, ...]:
    """The words of the index that a word of a query may be in other letters; () for one that is no name.

    A name begins with a capital, or no article has the word as it stands. What is short must be both, but for scripts
    without capitals. surely: it is known to be a name. beside: it is looked for beside another part
    of a name, so that one consonant will do.
    """
    plain = fold(word)
    capital, cased = word[:1].isupper(), word[:1].lower() != word[:1].upper()
    known = db.scalar(sa.select(vocabulary.c.word).where(vocabulary.c.word == plain)) is not None
    if known and not (capital or surely or beside):
        return ()
    least = LEAST if surely or beside or (not known and (capital or not cased)) else LEAST + 1
    spelt, elsewhere = spellings(word), spellings(word, elsewhere=True)
    begun = with_its_beginning(plain) if beside else ()
    all_keys = (*(key for each in (word, *elsewhere, *begun) for key in sound_keys(each)), *map(sound_key, elsewhere))
    keys = {key for key in all_keys if len(key) >= least}
    query = sa.select(sounds.c.word).where(one_of(db, sounds.c.sound, sorted(keys))).limit(_LOOKED_AT)
    found = [each for each in db.scalars(query) if each != plain] if keys else []
    # Arabic letters tell apart what other alphabets have one letter for.
    pairs = ((each, one) for each in found for one in (spelt if script(each) == "arabic" else elsewhere))
    alike = [each for each, one in pairs if any(sounds_like(one, read) for read in readings(each))]
    if beside:
        # In other letters the consonants do: vowels are heard in many ways, and the other part must stand beside it.
        alike += [*_short(db, word), *(each for each in found if script(each) != script(plain))]
    return tuple(dict.fromkeys(alike))[:MOST]


def _short(db: sa.Connection, word: str) -> list[str]:
    """The words of the index that a name of one or two consonants may be."""
    spelled = short_writings(word)
    found = db.scalars(sa.select(vocabulary.c.word).where(one_of(db, vocabulary.c.word, spelled))) if spelled else ()
    return [each for each in found if each != fold(word) and any(is_short_writing(word, r) for r in readings(each))]
