"""From where letters stand on a page to its lines in the order of reading, column after column. Pure.

Rows of letters make bands that a page's empty stripes part into columns (Nagy's cuts, taken band by band). In a text
that is read from the right the column on the right comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from monitor.text.visual_order import in_reading_order, is_right_to_left

_WORD = 0.2  # of the letters' size: a gap between two letters from which a space stands there
_GUTTER = 1.1  # of the letters' size: the least width of the stripe between two columns
_ROWS = 3  # of a band, and two on each side of its stripe
_APART = 2.5  # of the usual step between two rows: from here what follows is no part of the same band
_HEADING = 1.15  # of the letters' size: a heading's
_BESIDE = 1.1  # of the usual step: a heading so far from the rows above and below has nothing beside it
_STEP = 1.22  # of the usual step: from here a new paragraph begins


class Glyph(NamedTuple):
    """What a page draws at once: a letter, or several that are one sign. base: the height of its line, from below."""

    text: str
    x0: float
    x1: float
    base: float
    size: float


class Line(NamedTuple):
    """A line in the order of reading. Lengths are those of the page.

    column: a number for each column of the document. indent, short: how far it begins and ends from the sides of its
    column. first: how long its first word is. gap: whether more than the usual step parts it from the line above in its
    column. base: its height.
    """

    text: str
    size: float
    column: int
    indent: float
    short: float
    first: float
    gap: bool
    base: float


Row = list[Glyph]
Stripe = tuple[float, float]


def lines_of(glyphs: Sequence[Glyph], first_column: int = 0) -> list[Line]:
    """The lines of a page. first_column: the number of its first column."""
    there = [glyph for glyph in glyphs if glyph.text.strip()]
    right_to_left = is_right_to_left("".join(glyph.text for glyph in there))
    found: list[Line] = []
    for number, column in enumerate(_columns(_rows(there), right_to_left), first_column):
        found += _lines(column, number, right_to_left)
    return found


def _rows(glyphs: Sequence[Glyph]) -> list[Row]:
    """Rows from the top, the letters of each from the left."""
    rows: list[Row] = []
    for glyph in sorted(glyphs, key=lambda each: -each.base):
        if rows and rows[-1][0].base - glyph.base < 0.4 * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [sorted(row, key=lambda each: each.x0 + each.x1) for row in rows]


def _columns(rows: Sequence[Row], right_to_left: bool) -> Iterator[list[Row]]:
    """The rows of each column, in the order of reading; rows over the whole width are a column, too."""
    plain: list[Row] = []
    start = 0
    step = _step([row[0].base for row in rows])
    while start < len(rows):
        end, stripes = _band(rows, start, step)
        if not stripes:
            plain.append(rows[start])
            start += 1
            continue
        if plain:
            yield plain
            plain = []
        letters = [glyph for row in rows[start:end] for glyph in row]
        edges = [float("-inf"), *((left + right) / 2 for left, right in stripes), float("inf")]
        columns = [
            _rows([glyph for glyph in letters if low <= (glyph.x0 + glyph.x1) / 2 < high])
            for low, high in pairwise(edges)
        ]
        yield from (column for column in (columns[::-1] if right_to_left else columns) if column)
        start = end
    if plain:
        yield plain


def _step(bases: Sequence[float]) -> float:
    """The usual step from one row to the next."""
    steps = [above - below for above, below in pairwise(bases)]
    return median(steps) if steps else 0.0


def _band(rows: Sequence[Row], start: int, step: float) -> tuple[int, list[Stripe]]:
    """(its end, its stripes) of the longest band from a row on whose rows all leave the same stripes empty."""
    free = _empty(rows[start])
    end = start + 1
    best = start, list[Stripe]()
    while free:
        if end - start >= _ROWS and (parting := [each for each in free if _parts(rows[start:end], each)]):
            best = end, parting
        if end == len(rows) or _ends_band(rows, start, end, step):
            break
        least = _GUTTER * rows[end][0].size
        both = [(max(a, c), min(b, d)) for a, b in free for c, d in _empty(rows[end]) if min(b, d) - max(a, c) >= least]
        free = both
        end += 1
    return best


def _ends_band(rows: Sequence[Row], start: int, end: int, step: float) -> bool:
    """Whether a row stands far below a band, or is a heading with nothing beside it, as one in a column has."""
    row = rows[end]
    above = rows[end - 1][0].base - row[0].base
    below = row[0].base - rows[end + 1][0].base if end + 1 < len(rows) else above
    heading = row[0].size > _HEADING * rows[start][0].size and min(above, below) > _BESIDE * step
    return heading or above > max(_APART * step, 2 * row[0].size)


def _empty(row: Row) -> list[Stripe]:
    """The stripes that a row leaves empty, those beside it among them."""
    least = _GUTTER * row[0].size
    found, end = [], float("-inf")
    for glyph in row:
        if glyph.x0 - end >= least:
            found.append((end, glyph.x0))
        end = max(end, glyph.x1)
    return [*found, (end, float("inf"))]


def _parts(rows: Sequence[Row], stripe: Stripe) -> bool:
    """Whether at least two rows have letters on each side of a stripe."""
    left = sum(row[0].x1 <= stripe[0] for row in rows)
    right = sum(row[-1].x0 >= stripe[1] for row in rows)
    return min(left, right) > 1


def _lines(rows: Sequence[Row], column: int, right_to_left: bool) -> Iterator[Line]:
    left, right = min(row[0].x0 for row in rows), max(glyph.x1 for row in rows for glyph in row)
    step = _step([row[0].base for row in rows])
    above: float | None = None
    for row in rows:
        size = max(1.0, Counter(round(glyph.size, 1) for glyph in row).most_common(1)[0][0])
        words = _words(row, size)
        begins, ends = row[0].x0 - left, right - max(glyph.x1 for glyph in row)
        first = words[-1] if right_to_left else words[0]
        seen = " ".join("".join(_drawn(glyph.text) for glyph in word) for word in words)
        gap = above is not None and above - row[0].base > _STEP * max(step, size)
        yield Line(
            in_reading_order(seen, right_to_left=right_to_left).strip(),
            size,
            column,
            ends if right_to_left else begins,
            begins if right_to_left else ends,
            first[-1].x1 - first[0].x0,
            gap,
            row[0].base,
        )
        above = row[0].base


def _words(row: Row, size: float) -> list[Row]:
    words: list[Row] = []
    end = float("-inf")
    for glyph in row:
        if glyph.x0 - end > _WORD * size:
            words.append([])
        words[-1].append(glyph)
        end = max(end, glyph.x1)
    return words


def _drawn(text: str) -> str:
    """What one sign stands for, in the order of places: one for two letters that are read from the right is turned."""
    return text[::-1] if len(text) > 1 and is_right_to_left(text) else text
