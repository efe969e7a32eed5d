"""What of a name stays the same in every script and spelling: its consonants, those that are confused as one. Pure.

Shamkhani, Shamxani and the Persian and Arabic writings all have the key "SmXni". Vowels go, because scripts leave them
out or write them in many ways, and so do articles. A closing i stays, which every script writes: it parts Soleimani
from Salman. A key finds candidates of one spelling of a known name; it does not say that two names are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.text.fold import fold
from monitor.text.scripts import script

LEAST = 3  # letters of a key that says anything

# An article that is a word of its own in some language (es, en, et; ас, ан) is one only where it is joined by a hyphen,
# as in Turkish es-Sadr, before folding drops it.
_ARTICLES = re.compile(r"\b(?:al|el|ul|ol|as|ash|ad|an|ar|at|az)\b[ '-]?|\bال(?=\w{2})")
_JOINED_ARTICLE = re.compile(
    r"(?<!\w)(?:[ae][lsşzdtrn]|[ae]sh|[uo][lszdtrn]|[ауэ]ль?|[ауэ][сшздтрн])-(?=\w{2})", re.IGNORECASE
)
# Whose name goes on with the article.
_SERVANT = re.compile(r"\babd(?:[aeou]l)?[ '-]?(?=\w)|\bعبد ?ال(?=\w{2})|\bабд(?:[уэа]ль?)?[ -]?(?=\w)")
_TOGETHER = (
    ("schtsch", "S"), ("shch", "S"), ("dsch", "j"), ("tsch", "C"), ("tch", "C"), ("kh", "X"), ("gh", "k"), ("sch", "S"),
    ("sh", "S"), ("ch", "C"), ("zh", "j"), ("dj", "j"), ("th", "s"), ("dh", "z"), ("ph", "f"), ("ck", "k"),
    ("дж", "j"),
)  # fmt: skip
_OF_TWO = (("х", ("kh", "h")), ("г", ("g", "h")))  # letters of Russian that stand for two sounds of these languages
_SOUNDS = {
    "k": "كکقگغgqkcк", "X": "خx", "S": "شșшщ", "C": "چч", "s": "سصثsсц", "z": "زذضظzз", "d": "دdд", "t": "تطtт",
    "j": "جژjж", "h": "حهh", "f": "فڤfф", "b": "بbб", "p": "پpп", "l": "لlл", "m": "مmм", "n": "نnн", "r": "رrр",
}  # fmt: skip
_ONE = {letter: sound for sound, letters in _SOUNDS.items() for letter in letters}
# Before folding drops the marks.
_TURKISH = str.maketrans({"ş": "sh", "Ş": "sh", "ç": "ch", "Ç": "ch", "ğ": "", "Ğ": ""})
_CLOSING = "iyیиі"
_CLOSING_PAIRS = ("ie", "ee")
_WORD = re.compile(r"\w+")
# Letters that stand for one sound in one alphabet and for another in the next: patterns and what they may be. Arabic
# has no p, ch and v, and Turkish writes kh as h.
_OF_ALPHABETS = tuple(
    (re.compile(letters), also)
    for letters, also in (
        *((letter, sound) for letter, sounds in _OF_TWO for sound in sounds),
        ("c(?!h)", "j"),
        ("p(?!h)|п|پ", "b"),
        ("ب", "p"),
        ("tch|ch|ç|ч|چ", "j"),
        ("ج", "ch"),
        ("(?<![ckgstzpd])h", "kh"),
        ("v|в", "f"),
    )
)
# What other alphabets write for a sound, once folding has dropped the marks of Latin letters.
_ELSEWHERE = tuple(
    (re.compile(letters), also)
    for letters, also in (
        ("sh|ş|ش|ш", "s"),
        ("ش|sh", "ch"),
        ("ch|ç|ч", "c"),
        ("kh", "h"),
        ("خ", "ه"),
        ("j|дж", "c"),
        ("تش", "چ"),
        ("ف", "و"),
        ("ج", "ك"),
        ("gh|g|غ|گ", "г"),
        ("(?<![ckgstzpd])h", "г"),
    )
)
_MOST = 24  # spellings of a name
_WAW = re.compile("[vwв]+")
_BETWEEN_VOWELS = re.compile("(?<=[aeiouаеиоуя])[vwв](?=[aeiouаеиоуя])")
TELLING = 5  # letters of a key that tell a name without its vowels
_VOWELS = {
    "a": "aاآەа", "ai": "eеяэ", "i": "iyیێийіы", "ua": "oо", "u": "uwvوۆувю",
}  # fmt: skip
_ALEF, _AT_FIRST = "ا", "aiu"  # at the beginning of a word it carries any vowel: Ibrahim, Ahmad
VOWEL = {letter: sounds for sounds, letters in _VOWELS.items() for letter in letters}


def sound_keys(name: str) -> tuple[str, ...]:
    """The keys that a name may have: several in Russian, where one letter stands for two sounds."""
    plain = [name.lower()] if any(letter in name.lower() for letter, _ in _OF_TWO) else [name]
    for letter, sounds in _OF_TWO:
        plain = [each.replace(letter, sound) for each in plain for sound in sounds]
    return tuple(dict.fromkeys(map(sound_key, plain)))


def without_joined_article(name: str) -> str:
    """The name without an article that a hyphen joins to one of its words: al-Sadr, es-Sadr."""
    return _JOINED_ARTICLE.sub("", name) if "-" in name else name


def sound_key(name: str) -> str:
    """The consonants of a name, the same in every spelling; "" for none."""
    plain = _SERVANT.sub("bd ", fold(without_joined_article(name).translate(_TURKISH)))
    words = _WORD.findall(_ARTICLES.sub("", plain).replace("'", ""))
    closes = words and len(words[-1]) > 1 and (words[-1][-1] in _CLOSING or words[-1].endswith(_CLOSING_PAIRS))
    closing = "i" if closes else ""
    return "".join(map(_of_word, words)) + closing


def _of_word(word: str) -> str:
    said = word
    for letters, sound in _TOGETHER:
        said = said.replace(letters, sound)
    sounds = [letter if letter.isupper() else _ONE.get(letter, "") for letter in said]
    key: list[str] = []
    for number, sound in enumerate(sounds):
        # A closing h is a vowel in Persian, and often left out in Latin letters; a doubled letter is one sound.
        if sound == "h" and number == len(sounds) - 1:
            continue
        if sound and not (key and key[-1] == sound and number and sounds[number - 1] == sound):
            key.append(sound)
    return "".join(key)


# NAMES THAT NO LIST HAS


def spellings(name: str, *, elsewhere: bool = False) -> tuple[str, ...]:
    """The name, itself first, and what it may be by its alphabet; elsewhere: also as other alphabets may have it."""
    found = [name.lower()]
    for letters, also in (*_OF_ALPHABETS, *(_ELSEWHERE if elsewhere else ())):
        found += [letters.sub(also, each) for each in found if letters.search(each)]
    return tuple(dict.fromkeys(found))[:_MOST]


def readings(folded: str) -> tuple[str, ...]:
    """A folded word of an archive, and what it may be besides: folded, the e of Sorani is the h of Arabic."""
    found = dict.fromkeys((folded, folded[:1] + folded[1:].replace("ه", "")))
    for letter, sounds in _OF_TWO:
        found |= dict.fromkeys(each.replace(letter, sound) for each in list(found) for sound in sounds)
    return tuple(found)


def sounds_like(one: str, other: str) -> bool:
    """Whether two writings have one key and may be one name by their vowels: what the one writes the other has, too.

    Arabic letters leave short vowels out, so between two consonants either may have more. A long key needs no vowels.
    """
    if (key := sound_key(one)) != sound_key(other):
        return False
    if len(key) >= TELLING:
        return True
    mine, theirs = vowel_places(one), vowel_places(other)
    if len(mine) != len(theirs):
        return False
    if not _says_what_is_written(one, other):
        return False
    latin = _writes_all(one) and _writes_all(other)
    return all(vowels_agree(a, b, all_written=latin) for a, b in zip(mine, theirs, strict=True))


def vowels_agree(one: Sequence[str], other: Sequence[str], *, all_written: bool) -> bool:
    """Whether the vowels of one place may be those of the same place in another writing."""
    return _within(one, other, all_written) or _within(other, one, all_written)


def may_be_said_so(one: str, other: str) -> bool:
    """Whether two writings of one key in different alphabets have vowels in the same places, whatever these are."""
    mine, theirs = vowel_places(one), vowel_places(other)
    if len(mine) != len(theirs) or not _says_what_is_written(one, other):
        return False
    begin, end = ([bool(its[at]) for its in (mine, theirs)] for at in (0, -1))
    begin = [has or fold(word).startswith("ع") for has, word in zip(begin, (one, other), strict=True)]
    end = [has or fold(word).endswith("ه") for has, word in zip(end, (one, other), strict=True)]
    return begin[0] == begin[1] and end[0] == end[1]


def _says_what_is_written(one: str, other: str) -> bool:
    """Whether either writing has the vowels that the other must have been said with.

    What Arabic letters write is said, and they have a waw for each v and w; they leave short vowels out. Where both are
    in other letters, a v or w between vowels stands in both.
    """
    arabic, written = (one, other) if script(fold(one)) == "arabic" else (other, one)
    if script(fold(written)) == "arabic":
        return True
    if script(fold(arabic)) != "arabic":
        return len(_BETWEEN_VOWELS.findall(fold(one))) == len(_BETWEEN_VOWELS.findall(fold(other)))
    if len(_WAW.findall(fold(written))) > fold(arabic).count("و"):
        return False
    places = zip(vowel_places(arabic), vowel_places(written), strict=True)
    return all(said or not letters for letters, said in places)


def letters_of(sound: str, of_script: str, *, doubled: bool) -> tuple[str, ...]:
    """The folded letters of a script that stand for a consonant of a key. doubled: also twice in a row."""
    together = [each for each, one in _TOGETHER if _ONE.get(one, one) == sound or one == sound]
    folded = {fold(each) for each in (*_SOUNDS[sound], *together)} - {""}
    russian = {letter for letter, sounds in _OF_TWO for each in sounds if sound_key(each + "a") == sound}
    turkish = {"c"} if sound == "j" else set()
    found = sorted(each for each in folded | russian | turkish if script(each) == of_script)
    return (*found, *(each * 2 for each in found if doubled and len(each) == 1))


def _writes_all(word: str) -> bool:
    """Whether a script writes short vowels."""
    return script(fold(word)) != "arabic"


def _within(few: Sequence[str], many: Sequence[str], all_written: bool) -> bool:
    """Whether the vowels of a place are, in their order, among those of another."""
    left = iter(many)
    return (bool(few) or not all_written or not many) and all(any(set(v) & set(w) for w in left) for v in few)


def vowel_places(word: str) -> list[list[str]]:
    """The vowels before each consonant of a word, and behind the last."""
    said = _ARTICLES.sub("", fold(word.translate(_TURKISH)))
    for letters, sound in _TOGETHER:
        said = said.replace(letters, sound)
    places: list[list[str]] = [[]]
    before = ""
    for number, letter in enumerate(said):
        sound = letter if letter.isupper() else _ONE.get(letter, "")
        if sound and not (sound == "h" and number == len(said) - 1):
            if sound != before:
                places.append([])
        elif letter in VOWEL:
            places[-1].append(_AT_FIRST if not number and letter == _ALEF else VOWEL[letter])
        before = sound
    return places
