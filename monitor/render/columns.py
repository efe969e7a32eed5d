"""Plain text for a fixed-width font: wrapped and padded by the columns that characters take (Unicode annex 11)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

WIDTH = 78


def columns(text: str) -> int:
    """Columns that ``text`` takes: two for a wide East Asian character, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(map(_column, text))


def wrap(text: str, indent: str = "", width: int = WIDTH, hang: str | None = None) -> str:
    """``text`` in lines of at most ``width`` columns, each after ``indent``, from the second on after ``hang``.

    A web address is never broken, however long it is. Any other word wider than a line is.
    """
    rest = indent if hang is None else hang
    lines: list[str] = []
    line, first = indent, True
    for word in _words(text, width - max(columns(indent), columns(rest))):
        gap = "" if line in (indent, rest) and first else " "
        if not first and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line, gap = rest, ""
        line, first = line + gap + word, False
    return "" if first else "\n".join([*lines, line])


def rule(char: str = "-", width: int = WIDTH) -> str:
    """A line across the page."""
    return char * width


def bar(share: float, width: int = 30) -> str:
    """A bar of ``share`` (0 to 1) of ``width`` columns, at least one where the share is above 0."""
    return "#" * max(1 if share > 0 else 0, round(min(1.0, share) * width))


def pad(text: str, width: int) -> str:
    """``text`` with spaces up to ``width`` columns; right-to-left text as it is."""
    # Spaces after right-to-left text would be shown to its left and move it.
    if any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        return text
    return text + " " * max(0, width - columns(text))


def _column(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


_HOLDING = re.compile("[\u00a0\u202f]")  # spaces at which no line ends, such as those of a time
_GAP = re.compile(r"[^\S\u00a0\u202f]+")


def _words(text: str, width: int) -> Iterator[str]:
    for held in filter(None, _GAP.split(text)):
        word = _HOLDING.sub(" ", held)
        # Half an address is a wrong address; a line that is too long is only ugly.
        if columns(word) <= width or word.startswith(("http://", "https://")):
            yield word
        else:
            yield from _pieces(word, width)


def _pieces(word: str, width: int) -> Iterator[str]:
    """A word too wide for any line, cut where the line is full."""
    piece, taken = "", 0
    for char in word:
        wide = _column(char)
        if taken + wide > width and piece:
            yield piece
            piece, taken = "", 0
        piece, taken = piece + char, taken + wide
    yield piece
