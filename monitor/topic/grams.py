"""The words and phrases of a text that could be terms of a topic. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from monitor.text.fold import fold, stems_of, tokens
from monitor.text.scripts import script

if TYPE_CHECKING:
    from monitor.topic.learn import Background

LONGEST = 3  # words in a phrase
_RUN = re.compile(r"[.!?؟۔。,،、，;؛；:：\"()\[\]{}|/…•\n]+")

Gram = tuple[str, ...]


def word_runs(text: str) -> Iterator[list[str]]:
    """The folded words of ``text`` between marks of punctuation: phrases do not reach over them."""
    for run in _RUN.split(text):
        if words := tokens(fold(run)):
            yield words


def candidates(words: Sequence[str], background: Background, language: str | None) -> Iterator[Gram]:
    """Runs of one to three words that neither begin nor end with a stop word, a number or a single letter.

    What a script without spaces writes between two marks is no word.
    """
    bare = [
        len(word) < 3 or word[0].isdigit() or background.is_stopword(word, language) or script(word) == "han"
        for word in words
    ]
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            if not bare[start] and not bare[end - 1]:
                yield tuple(words[start:end])


def shared_phrases(texts: Iterable[str], background: Background, language: str) -> set[int]:
    """The hashes of the phrases, by their stems, that two of the texts hold.

    Of several seeds no other phrase can be a term, and of hundreds the others are nearly all, each with tables of its
    own. Two phrases of one hash are one phrase too many that is looked at.
    """
    seen: set[int] = set()
    shared: set[int] = set()
    for text in texts:
        grams = (gram for words in word_runs(text) for gram in candidates(words, background, language))
        own = {hash(stems_of(gram, language)) for gram in grams if len(gram) > 1}
        shared |= own & seen
        seen |= own
    return shared
