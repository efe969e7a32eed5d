"""Short texts that the model takes for a near language, told by their letters and words. Pure.

A headline of six words is little for a model of letters: it reads Azerbaijani as Turkish, Chinese as Japanese, and
Indonesian or a French line full of names as anything in Latin letters. Letters that the other language does not have,
and the commonest words of each, say more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.languages import language, languages
from monitor.languages.record import Language
from monitor.text.fold import fold, tokens

_KANA = re.compile("[\u3041-\u30ff]")
_SHARE = 0.15  # of the words that hold a letter of the language's own
_OTHERS = frozenset("êîûw")  # Kurmanji's, which has some of them, too
_KINDS = 2  # different words of one language, and more than of any other; one more where the guess has no words here
_WORDS = 0.25  # of all different words, that are these


def by_letters(sample: str, guess: str) -> str:
    """The language of a text that is taken for ``guess``, where its letters say that it is a near one."""
    if language(guess).script == "japanese" and not _KANA.search(sample):
        return "zh"  # Japanese has kana in all but the shortest lines
    words = [word for word in sample.lower().split() if word.isascii() or any(map(str.isalpha, word))]
    for code, letters in _with_letters(guess):
        own = sum(not letters.isdisjoint(word) for word in words)
        if own and own >= _SHARE * len(words) and _OTHERS.isdisjoint(sample.lower()):
            return code
    return guess


def by_words(sample: str, guess: str) -> str:
    """The language of a doubtful text in Latin letters, by the commonest words of each; ``guess`` where they say
    nothing."""
    words = frozenset(tokens(fold(sample)))
    found = {code: len(words & common) for code, common in _commonest()}
    best = max(found, key=lambda code: (found[code], code == guess))
    others = max(count for code, count in found.items() if code != best)
    enough = found[best] >= max(_KINDS + (guess not in found), _WORDS * len(words))
    return best if enough and found[best] > others else guess


@lru_cache(maxsize=64)
def _with_letters(guess: str) -> Sequence[tuple[str, frozenset[str]]]:
    """(language, letters) of those that have letters which their relative ``guess`` has not."""
    return tuple(
        (each.code, frozenset(each.recognition.letters))
        for each in languages()
        if each.relative == guess and each.recognition.letters
    )


@lru_cache(maxsize=1)
def _commonest() -> Sequence[tuple[str, frozenset[str]]]:
    known = (each for each in languages() if each.script == "latin" and each.lexicon)
    return tuple((each.code, frozenset(map(fold, _words_of(each)))) for each in known)


def _words_of(known: Language) -> Sequence[str]:
    return (*known.leads_on, *known.common_words, *known.stop_words, *known.recognition.common)
