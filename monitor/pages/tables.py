"""Rows of tables in the text of a page: "| Post | Length |", as the extractor writes them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from monitor.pages.sentences import is_sentence

_CELL = 80  # characters of a cell at most; a longer one is text in a table of the layout
_ROWS = 2  # rows of one length from which they are a table


def cells_of(line: str) -> list[str]:
    """The cells of a row, [] for a line that is none."""
    if not (line.startswith("|") and line.endswith("|") and len(line) > 2):
        return []
    return [cell.strip() for cell in line[1:-1].split("|")]


def is_row(line: str) -> bool:
    """Whether a line is a row with two cells at least."""
    return len(cells_of(line)) > 1


def with_rows(own: str, text: str) -> str:
    """``own``, which has each cell of a table in a line or lacks them, with the rows that ``text`` has."""
    rows = list(_rows_of_tables(text.split("\n")))
    if not rows:
        return own
    lines = own.split("\n")
    for above, row in rows:
        cells = [cell for cell in cells_of(row) if cell]
        at = _place_of(cells, lines)
        if at is not None:
            lines[at : at + len(cells)] = [row]
        elif above in lines and row not in lines:
            lines.insert(lines.index(above) + 1, row)
    return "\n".join(lines)


def _rows_of_tables(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(the line above it, row) of each row of a table with short cells and some figure in it."""
    above = ""
    for length, group in groupby(lines, lambda line: len(cells_of(line))):
        table = [row for row in group if any(map(str.isalnum, row))]
        is_table = length > 1 and len(table) >= _ROWS and any(any(map(str.isdigit, row)) for row in table)
        if is_table and all(len(cell) <= _CELL and not is_sentence(cell) for row in table for cell in cells_of(row)):
            yield from zip((above, *table), table, strict=False)
        above = table[-1] if table else above


def _place_of(cells: Sequence[str], lines: Sequence[str]) -> int | None:
    """Where ``cells`` stand as lines, one below the other."""
    places = (at for at, line in enumerate(lines) if line == cells[0]) if cells else iter(())
    return next((at for at in places if list(lines[at : at + len(cells)]) == list(cells)), None)
