"""Names that stand in a row and so act together: "Iran, Iraq and Syria", "d'Iran et d'Irak"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.languages import every
from monitor.match.places import Name
from monitor.text.fold import fold
from monitor.topic.name_words import of_whom

_ROW = 14  # folded characters between two names that may stand in a row
_OF_BORDER = 12  # folded characters between a border and the word for "with" behind it
_LETTER = r"[^\W\u2e80-\u9fff]"  # of an ending: words of Chinese and Japanese have none
_ENDING = re.compile(rf"\A{_LETTER}{{0,4}}['’]?s?")  # of the first name

_Signal = tuple[int, int, str]  # start, end, heading


@lru_cache(maxsize=1)
def _between() -> re.Pattern[str]:
    """What stands between two names in a row."""
    words = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.beside))
    of = "|".join(re.escape(fold(word)) for word in (*sorted(of_whom()), "d'"))
    return re.compile(rf"{_LETTER}{{0,4}}['’]?s?\s*[,،、/&–-]?\s*(?:(?:{words})\s*(?:(?<=\s)(?:{of})\s)?)?\s*")


@lru_cache(maxsize=1)
def ends_beside() -> re.Pattern[str]:
    """ "with", or what else stands before a name in a row, at the end of a text."""
    words = "|".join(re.escape(fold(word)) for word in every(lambda known: known.names.beside))
    return re.compile(rf"\b(?:{words})\s+$")


def stand_together(
    names: Sequence[Name], rows: Sequence[Sequence[Name]], signals: Sequence[_Signal], folded: str
) -> bool:
    """Whether sides stand in a row, or one is "with" another, which stands before it; not "on the border with" it."""
    if any(len({name.side for name in row} - {-1}) > 1 for row in rows):
        return True
    for name in names:
        before = ends_beside().search(folded, max(0, name.start - _ROW), name.start)
        if before is None or not any(other.side != name.side and other.end <= before.start() for other in names):
            continue
        if not any(key == "border" and 0 <= before.start() - end <= _OF_BORDER for _, end, key in signals):
            return True
    return False


def rows_of(names: Sequence[Name], states: Sequence[Name], folded: str) -> list[list[Name]]:
    """The names that stand in a row with others: "Iraq, Iran and Syria"; "Iran Iraq", but not "Iran's army Iraq"."""
    found: list[list[Name]] = [[]]
    for name in sorted((*names, *states), key=lambda name: (name.start, -name.end)):
        last = found[-1][-1] if found[-1] else None
        if last is not None and name.start < last.end:
            if name.side >= 0 and last.side < 0:
                found[-1][-1] = name
            continue
        if last is not None and not (_in_a_row(last, name, folded) or _goes_on(found[-1], name, folded)):
            if _between_sides(found, name, folded):
                found[-2:] = [found[-2] + found[-1]]
            else:
                found.append([])
        found[-1].append(name)
    return [row for row in found if len(row) > 1]


def _in_a_row(last: Name, name: Name, folded: str) -> bool:
    gap = folded[last.end : name.start]
    if len(gap) > _ROW:
        return False
    if not _ENDING.sub("", gap).strip() and (last.actor or name.actor or min(last.side, name.side) < 0):
        return False  # "Iran's army Iraq"; "Jordan Mashhad"
    return bool(_between().fullmatch(gap))


def _between_sides(rows: Sequence[Sequence[Name]], name: Name, folded: str) -> bool:
    """Whether another state stands between the names of two sides with nothing but spaces: "Tehran-Damascus-Baghdad"
    without its hyphens."""
    if len(rows) < 2 or len(rows[-1]) > 1 or rows[-1][0].side >= 0:
        return False
    first, state = rows[-2][-1], rows[-1][0]
    gaps = (folded[first.end : state.start], folded[state.end : name.start])
    two = first.side != name.side and min(first.side, name.side) >= 0 and not (first.actor or name.actor)
    return two and all(gap == " " for gap in gaps)


def _goes_on(row: Sequence[Name], name: Name, folded: str) -> bool:
    """Whether another state's name goes on with a row of sides without a comma, as Arabic adjectives do."""
    gap = folded[row[-1].end : name.start]
    sides = {other.side for other in row} - {-1}
    return len(gap) <= 1 and gap.isspace() and not name.actor and len(sides) > 1
