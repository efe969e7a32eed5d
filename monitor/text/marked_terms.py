"""Terms and names as config/ and the tables write them: the marks before and after them, and where one stands.

``term*`` takes any ending, ``=term`` none, ``^US`` counts in capitals alone, ``~name`` is one that others bear, too.
The two parts of ``bildet … aus`` stand apart (match/parted.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from monitor.languages import every, languages
from monitor.text.fold import fold, is_apart, is_of_word, term_matches, variants, within_word
from monitor.text.scripts import script

Ending = Literal["usual", "any", "none", "capitals"]

PARTED = "…"  # between two parts of a term that stand apart
_LONGER = 4  # letters of an acronym that takes endings as words do
_LONG = 5  # letters of a noun that is still itself with another ending
_MARKS = "~^=* "
_JOINING = frozenset({"arabic", "hebrew"})  # scripts whose particles are joined to the word after them


def unmarked(written: str) -> str:
    """A term without its marks."""
    return written.strip(_MARKS)


@lru_cache(maxsize=1 << 17)  # each term is compared several times, and the watches share them: 72,000 of one
def bare(written: str) -> str:
    """A term as it is compared with others: folded, without its marks."""
    return fold(unmarked(written))


def without_article(folded: str) -> str:
    """A folded name without the Arabic article before it, in whatever script."""
    return re.sub(rf"\A(?:{article()})", "", folded)


@lru_cache(maxsize=1)
def article() -> str:
    """A pattern of the Arabic article before a name, folded, as the scripts write it, with what parts the two."""
    known = every(lambda known: known.names.article)
    return "|".join(word if script(word) in _JOINING else rf"{word}[\s-]" for word in known)


def ending_of(written: str) -> Ending:
    """How a term ends, by its marks."""
    if written.endswith("*"):
        return "any"
    return "none" if written.startswith("=") else "capitals" if written.startswith("^") else "usual"


def forms_of(written: str) -> tuple[str, ...]:
    """The folded writings under which a term is looked for: all of them, or only its own where it stands exactly so.

    None of one whose parts stand apart.
    """
    if PARTED in written:
        return ()
    if ending_of(written) in ("none", "capitals"):
        only = bare(written)
        return (only,) if only else ()
    return (*variants(unmarked(written)), *_with_pronouns(unmarked(written)))


def short_acronym_forms(name: str) -> Iterator[tuple[str, str]]:
    """(language, writing) of an acronym with each ending that languages join to it.

    Of two or three letters alone: longer ones take the endings of other words.
    """
    if 1 < len(name) < _LONGER and name.isalpha() and name.isupper() and script(fold(name)) == "latin":
        yield from ((known.code, name + ending) for known in languages() for ending in known.affixes.acronym)


def _with_pronouns(written: str) -> Iterator[str]:
    """A longer feminine noun by itself with what its last letter becomes before a pronoun."""
    if " " not in written and len(written) >= _LONG:
        for letter, forms in _feminine():
            if written.endswith(letter):
                yield from (fold(written.removesuffix(letter) + form) for form in forms)


@lru_cache(maxsize=1)
def _feminine() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(each for known in languages() for each in known.affixes.feminine)


def stands(folded: str, start: int, end: int, ending: Ending, language: str | None = None) -> bool:
    """Whether a term with this ending, found at [start, end) of a folded text, stands there as a word."""
    open_before = start == 0 or is_apart(folded[start - 1], folded[start]) or not is_of_word(folded[start - 1])
    open_after = end == len(folded) or is_apart(folded[end], folded[end - 1]) or not is_of_word(folded[end])
    if open_before and open_after:
        return True
    if ending in ("none", "capitals"):
        return False
    if ending == "any":
        return open_before or (script(folded[start]) in _JOINING and term_matches(folded[:end], start, end, language))
    return within_word(folded, start, end, language, open_before, open_after)
