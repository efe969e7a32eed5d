"""How alike two headlines or two texts are: whether they can be one report, or must be two. Pure.

A feed that edits a report keeps most of its words; two reports that share a template differ in their numbers. So
likeness is a share of words, and numbers must agree.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import lru_cache
from typing import Literal

from monitor.text.fold import fold
from monitor.text.sanitize import UNTITLED

Likeness = Literal["same", "alike", "different", "unknown"]  # "unknown": one of the two says nothing

TITLE_ALIKE = 0.5  # share of common words (of all words of both) from which a headline is an edit of another
TEXT_ALIKE = 0.6  # the same for texts, of the words of the shorter: a text that goes on keeps what it had
TELLING = 12  # words from which two equal texts are one text; every entry may say "Read the whole report"
_LABEL = 1  # words of a headline up to which it is a label: "Urgent"
CORRECTED = 0.9  # share of common words from which a text is another with corrections
_TAG = re.compile(r"<[^<>]*>?")
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_APART = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"  # scripts without spaces between words
_UNSPACED = re.compile(f"[{_APART}]")
_RUN = re.compile(f"[{_APART}]+|[^{_APART}]+")


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The words of plain text or HTML in order, folded: another letter or joiner for the same sound is no edit."""
    plain = html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text
    return tuple(_WORD.findall(fold(plain)))


def title_likeness(one: str, other: str) -> Likeness:
    """Of two headlines. "alike": one may be an edit of the other; their numbers are then the same."""
    a, b = words_of(one), words_of(other)
    if not a or not b or UNTITLED in (one, other):
        return "unknown"
    if a == b:
        return "same"
    if numbers_of(a) != numbers_of(b):
        return "different"
    return "alike" if share_of_all(in_pieces(a, one), in_pieces(b, other)) >= TITLE_ALIKE else "different"


def text_likeness(one: str, other: str) -> Likeness:
    """Of two texts (plain or HTML). "same": the same words in the same order, and enough of them to say something."""
    a, b = words_of(one), words_of(other)
    if a == b:
        return "same" if len(a) >= TELLING or len(in_pieces(a, one)) >= TELLING else "unknown"
    if not a or not b:
        return "unknown"
    return "alike" if share_of_shorter(in_pieces(a, one), in_pieces(b, other)) >= TEXT_ALIKE else "different"


def is_unspaced(text: str) -> bool:
    """Whether a text is of a script without spaces between words, at least in part."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def in_pieces(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The words of ``text``, and pairs of characters of scripts without spaces: there a sentence would be one word."""
    if not is_unspaced(text):
        return words
    pieces: list[str] = []
    for word in words:
        for run in _RUN.findall(word):
            if _UNSPACED.match(run) and len(run) > 2:
                pieces += (run[at : at + 2] for at in range(len(run) - 1))
            else:
                pieces.append(run)
    return tuple(pieces)


def share_of_all(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """The words both hold, as a share of the words either holds (Jaccard index of the two sets)."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a or b else 1.0


def share_of_shorter(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """The words both hold, each as often as both hold it, as a share of the words of the shorter text."""
    a, b = Counter(one), Counter(other)
    return (a & b).total() / min(a.total(), b.total()) if a and b else 1.0


def begins_with(text: str, opening: str) -> bool:
    """Whether a text is another that goes on, of which there is enough to say something."""
    a, b = words_of(text), words_of(opening)
    return len(b) >= TELLING and a[: len(b)] == b


def gives_way(title: str, text: str, later_title: str, later: str) -> bool:
    """Whether an urgent line, a headline over next to no text, may be what became the report ``later``."""
    if not len(in_pieces(words_of(text), text)) < TELLING <= len(in_pieces(words_of(later), later)):
        return False
    words = set(in_pieces(words_of(title), title))
    kept = words.intersection(in_pieces(words_of(later_title), later_title))
    return len(words) <= _LABEL or len(kept) >= TITLE_ALIKE * len(words)


def share_of_new(text: str, before: str) -> float:
    """The share of the words of ``text`` that ``before`` does not hold, each counted as often as it stands."""
    now, then = Counter(words_of(text)), Counter(words_of(before))
    return (now - then).total() / now.total() if now else 0.0


def share_missing(text: str, before: str) -> float:
    """The share of the different words of ``text`` that ``before`` does not hold."""
    now = set(words_of(text))
    return len(now.difference(words_of(before))) / len(now) if now else 0.0


def is_corrected(words: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Whether a text is another with corrections: the next edition of a bulletin has other numbers."""
    return numbers_of(words) == numbers_of(before) and share_of_all(words, before) >= CORRECTED


def numbers_of(words: tuple[str, ...]) -> Counter[str]:
    """The numbers in these words, each as often as it stands."""
    return Counter(number for word in words for number in _NUMBER.findall(word))
