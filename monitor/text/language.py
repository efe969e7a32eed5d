"""Which language a text is in: fastText's small model, with help where the model is misled by letters.

Persian is often typed with the Arabic yeh and kaf, and Arabic with the Persian ones, and the model judges by just
those letters: of 516 Persian texts 31 are taken for Arabic as they stand, 92 when typed throughout with Arabic
letters. So Arabic is recognised first, by its article and commonest words against the commonest words of Persian, and
everything else in that script is shown to the model with Persian letters.

Sorani and Pashto have letters of their own, by which a headline is known that the model takes for Persian. Where the
model is not sure, three languages are known by their commonest words: Kurmanji without its own letters,
Sorani typed on an Arabic keyboard, and Azerbaijani in Arabic letters, all of which it takes for their neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from monitor.languages import language, languages
from monitor.text.fold import fold, tokens
from monitor.text.near_languages import by_letters, by_words
from monitor.text.scripts import LETTERS, main_script, script

SAMPLE = 400  # characters looked at; with 1,000 one of 8,494 labelled texts more is right, at twice the time
GLANCE = 150  # characters the model is shown first
GLIMPSE = 250  # characters looked at where a language is declared and hardly matters
ENOUGH = 60  # letters below which a declared language is believed before the model
_SURE = 0.5  # the model's probability below which a declared language is believed
_PLAIN = 0.8  # its probability at a glance that needs no second look: no labelled text more is wrong
_COMMON_SHARE = 0.2  # of all words, from which the commonest words of a language show it
_COMMON_KINDS = 3  # how many different ones of them
_LEADING_KINDS = 3  # how many different function words show that a text is in the language that was declared
# Scripts that news of one language alone is written in, by the first word of their letters' names in Unicode.
_OF_ONE_LANGUAGE = {
    "GREEK": "el", "THAI": "th", "GEORGIAN": "ka", "ARMENIAN": "hy", "HANGUL": "ko", "TAMIL": "ta", "TELUGU": "te",
    "KANNADA": "kn", "MALAYALAM": "ml", "SINHALA": "si", "GUJARATI": "gu", "GURMUKHI": "pa", "ORIYA": "or",
    "KHMER": "km", "LAO": "lo", "MYANMAR": "my", "TIBETAN": "bo", "HIRAGANA": "ja", "KATAKANA": "ja", "THAANA": "dv",
}  # fmt: skip
_OWN_WORDS = 3  # that hold one letter which no other language of the script has
_SEVERAL = 4  # words of which some would show the language that was declared
_PIECE = 3  # letters at most of what is left of a word where Sorani's "e" is typed as a heh and a space
_BLOCK = 128  # characters of a script lie within so many
_TAG = re.compile("[A-Za-z]{2,3}(?=$|[-_])")
_ARABIC_WORD = re.compile("[\u0621-\u06d5]{2,}")
_NOT_ARABIC = re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc]")  # Persian's four, its kaf and its yeh
_HEH, _JOINER, _SORANI_E = "\N{ARABIC LETTER HEH}", "\N{ZERO WIDTH NON-JOINER}", "\N{ARABIC LETTER AE}"
_PERSIAN_LETTERS = str.maketrans(
    {
        "\N{ARABIC LETTER YEH}": "\N{ARABIC LETTER FARSI YEH}",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER FARSI YEH}",
        "\N{ARABIC LETTER KAF}": "\N{ARABIC LETTER KEHEH}",
        "\N{ARABIC TATWEEL}": None,
    }
)
_SMALL = bytes(range(ord("a"), ord("z") + 1))
_NO_LETTER = bytes(set(range(256)) - {*_SMALL, *_SMALL.upper()})


@lru_cache(maxsize=8)
def _telltale(code: str) -> re.Pattern[str]:
    """The words by which a language is recognised among others in its script."""
    return re.compile("|".join(language(code).recognition.telltale))


@lru_cache(maxsize=1)
def _kurdish() -> re.Pattern[str]:
    """A letter that only Sorani has."""
    return re.compile(f"[{language('ckb').recognition.letters}]")


class Guess(NamedTuple):
    """The language that a text is probably in: ISO 639 code, None for none. sure: False where another may be meant."""

    code: str | None
    sure: bool = True


def detect_language(text: str, declared: str | None = None) -> str | None:
    """ISO 639 code of ``text`` (ar, ckb, en, fa, kmr, ru, tr, ...).

    ``declared`` (what the page or feed says) is returned, without its region, where there is too little text to
    judge by or the model is unsure; None where nothing was declared either.
    """
    return guess_language(text, declared).code


def guess_language(text: str, declared: str | None = None) -> Guess:
    """What `detect_language` says of ``text``, and whether that is beyond doubt."""
    fallback = primary(declared)
    sample = " ".join(text[: 2 * SAMPLE].split())[:SAMPLE]
    if code := _by_script(sample, None):
        return Guess(code)
    return _guessed(sample, fallback)


def _guessed(sample: str, fallback: str | None) -> Guess:
    """The language of text that no script gives away. fallback: the declared one."""
    words = [] if sample.isascii() else _ARABIC_WORD.findall(sample)
    letters = sum(map(str.isalpha, sample[:GLANCE]))
    if words or letters < ENOUGH:  # else it does not matter how many more there are
        letters += sum(map(str.isalpha, sample[GLANCE:]))
    fallback = _in_its_script(fallback, sample, words)
    if letters < 3:
        return Guess(fallback, fallback is not None)
    in_arabic = 2 * sum(map(len, words)) > letters
    arabic, persian = (sum(map(bool, map(sign.fullmatch, words))) for sign in (_telltale("ar"), _telltale("fa")))
    shown = arabic > 1 and arabic > 2 * persian and not (fallback == "fa" and _NOT_ARABIC.search(sample))
    if in_arabic and (plain := "ar" if shown else _by_own_letters(words)):
        return Guess(plain)
    if fallback and not _has_its_letters(fallback, sample):
        fallback = None
    if fallback and letters < ENOUGH and not _lacks_its_words(fallback, sample, words, arabic):
        return Guess(fallback)
    if in_arabic:
        sample = _as_the_model_knows_it(sample, persian=persian >= arabic)
        pieces = sum(len(word) <= _PIECE and word[-1] == _HEH for word in words)
        if pieces >= _COMMON_SHARE * len(words) and _is_shown(tokens(fold(sample)), "ckb", kinds=5):
            return Guess("ckb")
    if _is_shouted(sample):
        sample = sample.lower()
    code, probability = _guess(sample)
    if probability < _PLAIN and (known := _by_common_words(sample, words)):
        return Guess(known)
    if code and code != fallback and (near := _nearer(sample, code, probability, words)) != code:
        return Guess(near, probability >= _SURE)
    sure = probability >= _SURE
    taken = code if sure or not fallback else fallback
    return Guess(_in_its_script(taken, sample, words), sure or fallback is not None)


def _nearer(sample: str, code: str, probability: float, arabic: Sequence[str]) -> str:
    """The near language that the letters and words of a text show, the model's ``code`` for none."""
    if (near := by_letters(sample, code)) != code or arabic:
        return near
    return by_words(sample, code) if probability < _PLAIN and main_script(sample) == "latin" else code


def glimpse(text: str, declared: str | None) -> Guess:
    """What `guess_language` says, mostly at a tenth of its cost: by the letters, or by a few words of ``declared``.

    Where a language is declared the model sees less: of 30,810 texts 3 come out otherwise, all declared falsely.
    """
    sample = text[:SAMPLE]
    code = primary(declared)
    if known := _by_script(sample, code):
        return Guess(known)
    if not code:
        return guess_language(text)
    words = sample.split()
    if len(_leading(code).intersection(map(str.lower, words))) >= _LEADING_KINDS:
        return Guess(code)
    return _guessed(" ".join(words)[:GLIMPSE], code)


def _by_script(sample: str, declared: str | None) -> str | None:
    """The language that alone is written in the letters of a text; of those that share Han ``declared``, if it does."""
    first = "" if sample.isascii() else next((char for char in sample if char.isalpha() and char > "\u02ff"), "")
    named = unicodedata.name(first, "").partition(" ")[0] if first else ""
    if (code := _OF_ONE_LANGUAGE.get(named)) and _is_mostly_like(first, sample[:GLANCE]):
        return code
    return declared if declared and named == "CJK" and language(declared).script in ("han", "japanese") else None


def _is_mostly_like(letter: str, sample: str) -> bool:
    """Whether more than half of the letters are of one script with this one: scripts lie in blocks."""
    near = sum(abs(ord(char) - ord(letter)) < _BLOCK for char in sample)
    return 2 * near > sum(map(str.isalpha, sample))


@lru_cache(maxsize=64)
def _leading(code: str) -> frozenset[str]:
    return frozenset(language(code).leads_on)


@lru_cache(maxsize=1)
def _own_letters() -> tuple[tuple[str, frozenset[str]], ...]:
    """(language, letters that it alone has) of those in Arabic letters that have some."""
    known = ((each.code, each.recognition.letters) for each in languages() if each.script == "arabic")
    return tuple((code, frozenset(letters)) for code, letters in known if letters)


def _by_own_letters(arabic: Sequence[str]) -> str | None:
    """The language of which letters of its own stand in a fifth of the words, None for none: at least two of them, or
    one in three words or beside a function word."""
    for code, letters in _own_letters():
        own = [word for word in arabic if not letters.isdisjoint(word)]
        several = len(own) >= _OWN_WORDS or len(letters.intersection("".join(own))) > 1
        several = several or bool(own and not _leading(code).isdisjoint(arabic))
        if several and len(own) >= _COMMON_SHARE * len(arabic):
            return code
    return None


def _by_common_words(sample: str, arabic: Sequence[str]) -> str | None:
    """The language that the commonest words of a doubtful text show, None for none.

    arabic: its words in Arabic letters, as written.
    """
    if arabic:
        typed = [word.translate(_PERSIAN_LETTERS) for word in arabic]
        if len({word for word in typed if _telltale("azb").fullmatch(word)}) >= _COMMON_KINDS:
            return "azb"
        return None
    return "kmr" if _is_shown(tokens(fold(sample)), "kmr", kinds=_COMMON_KINDS) else None


def _is_shown(words: Sequence[str], code: str, *, kinds: int) -> bool:
    """Whether the commonest words of a language are so many of these, and so many different ones, that it is theirs."""
    found = [word for word in words if word in _common(code)]
    return len(set(found)) >= kinds and len(found) >= _COMMON_SHARE * len(words)


@lru_cache(maxsize=8)
def _common(code: str) -> frozenset[str]:
    return frozenset(map(fold, language(code).recognition.common))


def _as_the_model_knows_it(sample: str, *, persian: bool) -> str:
    """A text in Arabic letters in the spelling that the model has learned. persian: it may be Persian."""
    if _kurdish().search(sample):
        sample = sample.replace(_HEH + _JOINER, _SORANI_E)  # the older way to type it
    return sample.translate(_PERSIAN_LETTERS) if persian else sample


def _has_its_letters(code: str, sample: str) -> bool:
    """Whether a text has the letters of a language: many programs declare "en-US" without looking."""
    own = language(code).script
    if own not in LETTERS or (main := main_script(sample)) == own:
        return True
    return main == "" and _letter_of(own).search(sample) is not None


@lru_cache(maxsize=8)
def _letter_of(name: str) -> re.Pattern[str]:
    """A letter of a script."""
    return re.compile(f"[{LETTERS[name]}]", re.IGNORECASE)


def _lacks_its_words(code: str, sample: str, words: Sequence[str], arabic: int) -> bool:
    """Whether in several words there is none with the article of Arabic, or a letter of Sorani, that was declared."""
    if len(words) < _SEVERAL:
        return False
    if code == "ar":
        return not arabic and _NOT_ARABIC.search(sample) is not None
    return code == "ckb" and not _kurdish().search(sample)


def _in_its_script(code: str | None, sample: str, arabic: Sequence[str]) -> str | None:
    """A language by the letters that it is written in here: Azerbaijani in Arabic letters is that of Iran.

    arabic: its words in Arabic letters, as written.
    """
    if not code or not arabic or not _ARABIC_WORD.search(sample) or script(fold(sample)) != "arabic":
        return code
    if language(code).script == "arabic":
        return code
    return next((each.code for each in languages() if each.script == "arabic" and code in each.script_aliases), code)


def _is_shouted(sample: str) -> bool:
    """Whether nearly all letters are capitals, which the model takes for another language's."""
    letters = sample.encode("ascii", "ignore").translate(None, _NO_LETTER)
    return sample.isupper() or len(letters.translate(None, _SMALL)) > 0.8 * len(letters)


def _guess(sample: str) -> tuple[str | None, float]:
    """The model's language, None for none, and its probability; it is shown no more than it takes to be plain."""
    for shown in (sample[:GLANCE], sample) if len(sample) >= 2 * GLANCE else (sample,):
        labels, probabilities = _model().predict(shown)
        if labels and probabilities[0] >= _PLAIN:
            break
    if not labels:
        return None, 0.0
    return language(labels[0].removeprefix("__label__")).code, min(1.0, float(probabilities[0]))


@lru_cache(maxsize=1024)
def primary(tag: str | None) -> str | None:
    """The language of a BCP 47 tag, in lower case: ``en`` of ``en-US``; None for none or one that is no tag."""
    code = _TAG.match((tag or "").strip())
    return language(code[0].lower()).code if code else None


def reading_rank(tag: str | None, reads: Sequence[str]) -> int:
    """The place of a language among those that readers read, in order from 0; after all of them for another."""
    own = primary(tag)
    return next((place for place, each in enumerate(reads) if own == primary(each)), len(reads))


@lru_cache(maxsize=1)
def _model() -> Any:
    """fastText's small model, which lies with this program: see data/lid.176.txt."""
    import fasttext  # noqa: PLC0415 - 30 ms; a poll in which nothing changed asks for no language

    return fasttext.load_model(str(Path(__file__).parents[1] / "data" / "lid.176.ftz"))
