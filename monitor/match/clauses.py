"""Which clauses of a sentence tell what another state does, with one side or with none. Pure.

"Bagdad kauft Panzer in Seoul, Teheran verärgert": what takes two is done by those whom its own clause names. A clause
without a subject of its own goes on with those of the clause before, or with another state where that comes first
("Lebanon thanks Iraq, turns down Iranian arms"). After a colon those speak who are named before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.languages import every
from monitor.match.scan import Hit, Sentence
from monitor.text.fold import fold
from monitor.topic.records import Concept

_HAN = r"[\u2e80-\u9fff]"
_SPEECH = ":"
_SIGNS = ",;:()"
_WORDS_OF_ASCII = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)
_COMMA = frozenset(",،")
_SOON = 14  # folded characters behind "and" in which the next name begins, if that opens a clause
_ROW = 20  # folded characters from one name to the next of those that act together
_WORDS = 2  # between two names in a row: an ending and "and"
_OPENING = 5  # folded characters of a clause in which its subject begins
_HAN_WORD = re.compile(f"{_HAN}{{2}}")  # "and" is one letter

_Mark = tuple[int, int, bool]  # start, end, whether it is a word for "and"


class _Named(NamedTuple):
    """A name of a side, or of another state (side -1), at [start, end)."""

    start: int
    end: int
    side: int


@lru_cache(maxsize=1)
def _breaks() -> re.Pattern[str]:
    """What may part two clauses: a sign, a word that opens one, or ("joins") a word or letter for "and"."""
    words = [re.escape(fold(word)) for word in every(lambda known: known.names.apart)]
    first = "".join(sorted({word[0] for word in words}))  # few places are looked at twice
    joining = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.beside[:1]))
    opening = rf"\b(?=[{first}])(?:{'|'.join(words)})(?!\w)"
    letters = "".join(every(lambda known: known.affixes.clause))
    return re.compile(
        rf"[,،;:؛()—–]|(?<={_HAN}) (?={_HAN})|{opening}|(?<= )(?P<joins>(?:{joining})(?= )|[{letters}](?=\w))"
    )


def of_another_state(sentence: Sentence, found: Sequence[Concept], states: Sequence[Hit]) -> list[tuple[int, int]]:
    """The stretches [start, end) of a sentence that tell what another state does, without several sides.

    found: the concepts of its hits; states: those of its hits that name another state.
    """
    if not states:
        return []
    names = [_Named(state.start, state.end, -1) for state in states]
    names += [
        _Named(hit.start, hit.end, concept.side)
        for hit, concept in zip(sentence.hits, found, strict=True)
        if concept.side >= 0
    ]
    names.sort()
    stretches: list[tuple[int, int]] = []
    before: set[int] = set()
    for start, end, spoken in _clauses(sentence.folded, names):
        here = [name for name in names if start <= name.start < end]
        named = {name.side for name in here}
        if spoken:
            named |= before
        elif not here or here[0].start - start > _OPENING:
            named |= {names[0].side} if names[0].side < 0 else before
        if -1 in named and len(named) < 3:
            stretches.append((start, end))
        before = named
    return stretches


def _clauses(folded: str, names: Sequence[_Named]) -> list[tuple[int, int, bool]]:
    """(start, end, whether a colon opens it) of each clause."""
    cuts = [(0, 0, False)]
    cuts += [
        (start, end, folded[start:end] == _SPEECH)
        for start, end, joins in (_marks_in_ascii if folded.isascii() else _marks)(folded)
        if not joins or _is_soon(end, names)
        if not (joins or folded[start:end] in _COMMA) or not _in_a_row(start, names, folded)
    ]
    ends = [start for start, _, _ in cuts[1:]] + [len(folded)]
    return [(begin, end, spoken) for (_, begin, spoken), end in zip(cuts, ends, strict=True)]


def _marks(folded: str) -> Iterable[_Mark]:
    """What may part two clauses of a sentence."""
    return ((mark.start(), mark.end(), mark["joins"] is not None) for mark in _breaks().finditer(folded))


def _marks_in_ascii(folded: str) -> list[_Mark]:
    """`_marks` of a sentence in ASCII: few of the words stand there, and to look for these takes a third of the time
    that a pattern of them all takes."""
    found: list[_Mark] = []
    for sign in _SIGNS:
        place = folded.find(sign)
        while place >= 0:
            found.append((place, place + 1, False))
            place = folded.find(sign, place + 1)
    opening, joining = _words_in_ascii()
    words = folded.encode().translate(_WORDS_OF_ASCII).split()
    for coded in {*opening.intersection(words), *joining.intersection(words)}:
        word, joins = coded.decode(), coded not in opening
        place = folded.find(word)
        while place >= 0:
            end = place + len(word)
            before, behind = folded[place - 1 : place], folded[end : end + 1]
            if (before == behind == " ") if joins else not (before.isalnum() or behind.isalnum()):
                found.append((place, end, joins))
            place = folded.find(word, end)
    found.sort()
    return found


@lru_cache(maxsize=1)
def _words_in_ascii() -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The words that open a clause, and those for "and" that open none, in ASCII."""
    opening, joining = (
        frozenset(word.encode() for word in map(fold, every(part)) if word.isascii())
        for part in (lambda known: known.names.apart, lambda known: known.names.beside[:1])
    )
    return opening, joining - opening


def _is_soon(place: int, names: Sequence[_Named]) -> bool:
    """Whether the next name begins right behind a place."""
    return any(place <= start <= place + _SOON for start, _, _ in names)


def _in_a_row(place: int, names: Sequence[_Named], folded: str) -> bool:
    """Whether little but the sign at a place, or a word for "and", stands between the names on either side of it."""
    before = behind = -1
    for start, end, _ in names:  # in the order of their starts
        if end <= place:
            before = max(before, end)
        elif behind < 0 and start > place:
            behind = start
    if min(before, behind) < 0 or behind - before > _ROW:
        return False
    between = folded[before:behind]
    return len(between.split()) <= _WORDS and not _HAN_WORD.search(between)
