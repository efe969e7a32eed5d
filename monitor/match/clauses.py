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
_COMMA = frozenset(",،")
_SOON = 14  # folded characters behind "and" in which the next name begins, if that opens a clause
_ROW = 20  # folded characters from one name to the next of those that act together
_WORDS = 2  # between two names in a row: an ending and "and"
_OPENING = 5  # folded characters of a clause in which its subject begins
_HAN_WORD = re.compile(f"{_HAN}{{2}}")  # "and" is one letter


class _Named(NamedTuple):
    """A name of a side, or of another state (side -1), at [start, end)."""

    start: int
    end: int
    side: int


@lru_cache(maxsize=2)
def _breaks(ascii_alone: bool) -> re.Pattern[str]:
    """What may part two clauses: a sign, a word that opens one, or ("joins") a word or letter for "and".

    ascii_alone: those alone that can stand in a text of ASCII, which takes half the time.
    """

    def able(words: Iterable[str]) -> list[str]:
        return [re.escape(word) for word in map(fold, words) if word.isascii() or not ascii_alone]

    words = able(every(lambda known: known.names.apart))
    first = "".join(sorted({word[0] for word in words}))  # few places are looked at twice
    joining = "|".join(able(every(lambda known: known.names.beside[:1])))
    opening = rf"\b(?=[{first}])(?:{'|'.join(words)})(?!\w)"
    if ascii_alone:
        return re.compile(rf"[,;:()]|{opening}|(?<= )(?P<joins>(?:{joining})(?= ))")
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
        (mark.start(), mark.end(), mark[0] == _SPEECH)
        for mark in _breaks(folded.isascii()).finditer(folded)
        if not mark["joins"] or _is_soon(mark.end(), names)
        if not (mark["joins"] or mark[0] in _COMMA) or not _in_a_row(mark.start(), names, folded)
    ]
    ends = [start for start, _, _ in cuts[1:]] + [len(folded)]
    return [(begin, end, spoken) for (_, begin, spoken), end in zip(cuts, ends, strict=True)]


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
