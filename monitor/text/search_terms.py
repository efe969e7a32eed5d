"""Searching articles: what of a text is indexed, what a query may be found by there, and whether a text holds it. Pure.

The index knows words, and only rules words out or in: whether a text holds a term is looked for in the text
itself. So what the index finds must hold every hit and may hold more. Its words are those of the folded text. Chinese
and Japanese put no spaces between words, so there each two letters that follow one another are a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from monitor.languages import any_of, language, languages
from monitor.model.frozen import frozen
from monitor.text.fold import TOKEN, fold, term_matches
from monitor.text.scripts import UNSPACED, is_unspaced, script

READ = 200_000  # characters of an article that are looked at
MOST_TERMS = 8
LONGEST = 64  # letters of a word in the index; it knows longer ones by their beginnings
_TERM = re.compile(r'"([^"]+)"|[«“]([^»”]+)[»”]|(\S+)')
_STOPS = ",;:،؛"  # after a word of a list
_UNSPACED = re.compile(UNSPACED)
_PAIR = re.compile(rf"(?=({_UNSPACED.pattern}.?))", re.DOTALL)  # such a letter and what follows it
_LONG, _MOST_SPELLED = 16, 16_384  # letters of words that are kept as they are spelled, and how many of them
_LONGEST_HEAD = 5  # letters of what a script attaches before a word


def words_of(query: str) -> list[tuple[str, bool]]:
    """(word or phrase, whether it was quoted) for each of a query."""
    found = [
        (quoted or marked or word.rstrip(_STOPS) or word, not word) for quoted, marked, word in _TERM.findall(query)
    ]
    return found[:MOST_TERMS]


def places(folded: str, forms: Sequence[str], language: str | None) -> Iterator[tuple[int, int]]:
    """[start, end) of each place where one of the spellings stands as a word."""
    for form in forms:
        at = folded.find(form)
        while at >= 0:
            if term_matches(folded, at, at + len(form), language):
                yield at, at + len(form)
            at = folded.find(form, at + 1)


# WHAT IS INDEXED


def words_to_index(title: str, text: str) -> list[str]:
    """The words of an article for the index, in order."""
    folded = fold(f"{title}\n{text[:READ]}")
    if _UNSPACED.search(folded):
        return [part for word in folded.split() for part in _spelled[word]]
    words: list[str] = TOKEN.findall(folded)
    if max(map(len, words), default=0) <= LONGEST:
        return words
    return [word[:LONGEST] for word in words]


class _Spelled(dict[str, Sequence[str]]):
    """What stands between two spaces as it is in the index, each worked out once: words come again. Long ones seldom
    do.
    """

    def __missing__(self, word: str) -> Sequence[str]:
        spelled = [part[:LONGEST] for each in TOKEN.findall(word) for part in _parts(each)]
        if len(word) <= _LONG:
            if len(self) >= _MOST_SPELLED:
                self.clear()
            self[word] = spelled
        return spelled


_spelled = _Spelled()


def _parts(word: str) -> Sequence[str]:
    """The words of the index for one that may hold letters of a script without spaces."""
    if not _UNSPACED.search(word):
        return (word,)
    pairs: list[str] = _PAIR.findall(word)
    return pairs if _UNSPACED.match(word) else [word, *pairs]


# WHAT A QUERY MAY BE FOUND BY


@frozen
class Wanted:
    """Words of the index, any of which will do: each begins with one of ``starts``, and `takes` says whether it may.

    exact: the starts themselves and nothing longer. form: the spelling that is looked for, and [start, end) in it is
    the word; "" where it may end in any way.
    """

    starts: tuple[str, ...]
    exact: bool
    form: str = ""
    start: int = 0
    end: int = 0

    def takes(self, begun: str, word: str) -> bool:
        """Whether a word of the index that begins with the start ``begun`` may stand for this one, in some language."""
        if self.exact:
            return word == begun
        rest = word[len(begun) :]
        if self.form and rest and not _endings().fullmatch(rest) and len(word) < LONGEST:  # so most are ruled out
            return False
        if not self.form or len(word) >= LONGEST:
            return True
        head = len(begun) - (self.end - self.start)
        text = f"{self.form[: self.start]}{word}{self.form[self.end :]}"
        return any(term_matches(text, head, head + len(self.form), code) for code in _codes())


@frozen
class Spelling:
    """What a text must hold to hold a spelling of a term: a word of each kind. in_a_row: one right after another."""

    words: tuple[Wanted, ...]
    in_a_row: bool


def spellings(forms: Sequence[str]) -> list[Spelling] | None:
    """What a text may be found by that holds one of the ``forms``; None where it may be any text at all."""
    found = list(map(_spelling, forms))
    return None if any(not each.words for each in found) else found


def _spelling(form: str) -> Spelling:
    places = [found.span() for found in TOKEN.finditer(form)]
    anywhere = is_unspaced(form[0])  # then the spelling may begin and end within a word
    wanted: list[Wanted] = []
    for number, (start, end) in enumerate(places):
        last = number == len(places) - 1
        if _UNSPACED.match(form, start):
            wanted += _pairs(form[start:end])
        elif anywhere and last:
            wanted.append(Wanted((form[start:end][:LONGEST],), exact=False))
        else:
            before, after = start == 0 and number == 0, end == len(form) and last
            wanted.append(_word(form, start, end, before=before, after=after))
    return Spelling(tuple(wanted), in_a_row=len(wanted) > 1 and not _UNSPACED.search(form))


def _pairs(word: str) -> list[Wanted]:
    """The pairs of letters of a word that begins with letters of a script without spaces."""
    if len(word) == 1:
        return [Wanted((word,), exact=False)]
    pairs = [word[at : at + 2] for at in range(len(word) - 1) if _UNSPACED.match(word, at)]
    return [Wanted((pair,), exact=True) for pair in pairs]


def _word(form: str, start: int, end: int, *, before: bool, after: bool) -> Wanted:
    word = form[start:end]
    if len(form) < 3 or not (before or after):
        return Wanted((word[:LONGEST],), exact=True)
    heads = ("", *_heads(script(form[0]))) if before else ("",)
    return Wanted(tuple(f"{head}{word}"[:LONGEST] for head in heads), False, form, start, end)


@lru_cache(maxsize=1)
def _endings() -> re.Pattern[str]:
    """Whatever some language attaches after a word: most longer words are ruled out by it, at little cost."""
    return re.compile(any_of(lambda known: (*known.affixes.after, *known.affixes.after_short)))


@lru_cache(maxsize=1)
def _codes() -> tuple[str | None, ...]:
    """Languages that differ in what a Latin word may end with; the other scripts attach the same in all languages."""
    by_ending = {language(known.code).affixes.after: known.code for known in languages() if known.script == "latin"}
    return (None, *by_ending.values())


@lru_cache(maxsize=8)
def _heads(of_script: str) -> tuple[str, ...]:
    """What a script attaches before a word, tried out: its languages describe it with a pattern."""
    patterns = [re.compile(part) for known in languages() if known.script == of_script for part in known.affixes.before]
    found: set[str] = set()
    for pattern in patterns:
        letters = sorted(set(re.findall(r"\w", pattern.pattern)))
        for length in range(1, _LONGEST_HEAD + 1):
            found.update(head for head in map("".join, product(letters, repeat=length)) if pattern.fullmatch(head))
    return tuple(sorted(found))
