"""What of a name stays the same in every script and spelling: its consonants, those that are confused as one. Pure.

Shamkhani, Shamxani and the Persian and Arabic writings all have the key "SmXni". Vowels go, because scripts leave them
out or write them in many ways, and so do articles. A closing i stays, which every script writes: it parts Soleimani
from Salman. A key finds candidates of one spelling of a known name; it does not say that two names are one.
"""

from __future__ import annotations

import re

from monitor.text.fold import fold

LEAST = 3  # letters of a key that says anything

_ARTICLES = re.compile(r"\b(?:al|el|ul|ol|as|ash|ad|an|ar|at|az)\b[ '-]?|\bال(?=\w{2})")
# Whose name goes on with the article.
_SERVANT = re.compile(r"\babd(?:[aeou]l)?[ '-]?(?=\w)|\bعبد ?ال(?=\w{2})|\bабд(?:[уэа]ль?)?[ -]?(?=\w)")
_TOGETHER = (("kh", "X"), ("gh", "k"), ("sh", "S"), ("ch", "C"), ("zh", "j"), ("dj", "j"), ("th", "s"), ("dh", "z"),
             ("ph", "f"), ("sch", "S"), ("ck", "k"), ("дж", "j"))  # fmt: skip
_OF_TWO = (("х", ("kh", "h")), ("г", ("g", "h")))  # letters of Russian that stand for two sounds of these languages
_SOUNDS = {
    "k": "كکقگغgqkcк", "X": "خx", "S": "شșшщ", "C": "چч", "s": "سصثsсц", "z": "زذضظzз", "d": "دdд", "t": "تطtт",
    "j": "جژjж", "h": "حهh", "f": "فڤfф", "b": "بbб", "p": "پpп", "l": "لlл", "m": "مmм", "n": "نnн", "r": "رrр",
}  # fmt: skip
_ONE = {letter: sound for sound, letters in _SOUNDS.items() for letter in letters}
# Before folding drops the marks.
_TURKISH = str.maketrans({"ş": "sh", "Ş": "sh", "ç": "ch", "Ç": "ch", "ğ": "", "Ğ": ""})
_CLOSING = "iyیи"
_WORD = re.compile(r"\w+")


def sound_keys(name: str) -> tuple[str, ...]:
    """The keys that a name may have: several in Russian, where one letter stands for two sounds."""
    plain = [name.lower()] if any(letter in name.lower() for letter, _ in _OF_TWO) else [name]
    for letter, sounds in _OF_TWO:
        plain = [each.replace(letter, sound) for each in plain for sound in sounds]
    return tuple(dict.fromkeys(map(sound_key, plain)))


def sound_key(name: str) -> str:
    """The consonants of a name, the same in every spelling; "" for none."""
    plain = _SERVANT.sub("bd ", fold(name.translate(_TURKISH)))
    words = _WORD.findall(_ARTICLES.sub("", plain).replace("'", ""))
    closing = "i" if words and len(words[-1]) > 1 and words[-1][-1] in _CLOSING else ""
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
