"""The text of a PDF, paragraph by paragraph. Needs pdfminer.six (the extra ``pdf``).

A PDF says where each letter stands. pdfminer.six gives the letters with their places, from which lines are made here
whatever order the file draws them in (`topic.pdf_layout`, `text.visual_order`): its own lines and blocks come apart
where lines stand wide, and its columns are always read from the left. pypdf, which was tried as well, turns the figures
of Persian around and takes headings apart; pdfium turns single words around.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.topic.pdf_layout import Glyph, Line, lines_of

MOST_PAGES = 40
INSTALL = "pip install pdfminer.six"
_ON_EACH_PAGE = 3  # pages from which a line that stands on each is the page's and not the article's
_EDGE = 0.12  # share of a page's height
_COLUMNS = 1000  # more than a page has
_ENDED = re.compile(r"[.!?…؟۔:][\"'”’»)\]]*$")
_HYPHENED = re.compile(r"[^\W\d_] ?[-\u2010\u00ad]$")
_HYPHEN = re.compile(r" ?[-\u2010\u00ad]$")
_NUMBER = re.compile(r"\d+")

# What pdfminer.six lets through, beside its own errors, where a file is damaged
_BREAKS = (ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError, RuntimeError, OSError,
           EOFError, struct.error, zlib.error)  # fmt: skip


class PdfError(ValueError):
    """A PDF that gives no text. The message goes on after the file's name, and says what to do."""


def pdf_text(body: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The paragraphs, with a blank line between them, and the lines left out, each with the reason. Raises PdfError."""
    try:
        from pdfminer.high_level import extract_pages  # noqa: PLC0415 - an extra, and 200 ms
        from pdfminer.pdfdocument import PDFPasswordIncorrect  # noqa: PLC0415 - as above
        from pdfminer.psparser import PSException  # noqa: PLC0415 - as above
    except ImportError as error:
        raise PdfError(f"is a PDF, and pdfminer.six is not installed; run {INSTALL}, or copy its text into a .txt "
                       "file") from error  # fmt: skip
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font that is not as it likes
    try:
        pages = [_page(page, number) for number, page in enumerate(extract_pages(
            io.BytesIO(body), maxpages=MOST_PAGES + 1, laparams=None))]  # fmt: skip
    except PDFPasswordIncorrect as error:
        raise PdfError("is a PDF with a password; save it without one, or copy its text into a .txt file") from error
    except (PSException, *_BREAKS) as error:
        raise PdfError(f"cannot be read as a PDF ({type(error).__name__}); save it again, or copy its text into a "
                       ".txt file") from error  # fmt: skip
    repeated = _of_pages(pages)
    lines = [line for page in pages[:MOST_PAGES] for line in page.lines if not page.is_of_page(line, repeated)]
    text = "\n\n".join(_paragraphs(lines))
    if not text.strip():
        raise PdfError("is a PDF without text, such as scanned pages; copy or type its text into a .txt file")
    left = [
        (line.text, "stands on page after page")
        for page in pages
        for line in page.lines
        if page.is_of_page(line, repeated)
    ]
    if pages[MOST_PAGES:]:
        left.append((f"page {MOST_PAGES + 1} and later", f"only the first {MOST_PAGES} pages are read"))
    return text, tuple(left)


def _of_pages(pages: Sequence[_Page]) -> set[str]:
    """Lines that stand on page after page, but for their numbers: the heads and feet of pages."""
    least = min(_ON_EACH_PAGE, max(2, len(pages)))
    few = least < _ON_EACH_PAGE  # then only the outermost lines: a sentence may stand on two pages
    lines = ({_NUMBER.sub("", line.text) for line in (page.outermost() if few else page.edges())} for page in pages)
    counts = Counter(text for page in lines for text in page)
    return {text for text, count in counts.items() if count >= least and 2 * count >= len(pages)}


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines of a page, in the order of reading. low, high: between these heights it is no head or foot."""

    lines: Sequence[Line]
    low: float
    high: float

    def is_edge(self, line: Line) -> bool:
        """Whether a line stands at the top or the foot of the page."""
        return not self.low < line.base < self.high

    def edges(self) -> list[Line]:
        """The lines at the top and the foot."""
        return [line for line in self.lines if self.is_edge(line)]

    def outermost(self) -> list[Line]:
        """The highest and the lowest of these."""
        ends = {max(line.base for line in self.lines), min(line.base for line in self.lines)} if self.lines else set()
        return [line for line in self.edges() if line.base in ends]

    def is_of_page(self, line: Line, repeated: set[str]) -> bool:
        """Whether it is one of the lines that stand on page after page."""
        return self.is_edge(line) and _NUMBER.sub("", line.text) in repeated


def _page(page: Any, number: int) -> _Page:
    from pdfminer.layout import LTChar  # noqa: PLC0415 - an extra

    glyphs = [Glyph(each.get_text(), each.x0, each.x1, each.matrix[5], each.size) for each in _inside(page, LTChar)]
    edge = _EDGE * page.height
    return _Page(lines_of(glyphs, number * _COLUMNS), page.y0 + edge, page.y1 - edge)


def _inside(container: Any, kind: Any) -> Iterator[Any]:
    """What there is of a kind on a page, and in the figures on it."""
    for each in container:
        if isinstance(each, kind):
            yield each
        elif isinstance(each, Iterable):
            yield from _inside(each, kind)


def _paragraphs(lines: Sequence[Line]) -> list[str]:
    """The lines, joined where one goes on in the next, over the ends of columns and pages as well."""
    made: list[str] = []
    for number, line in enumerate(lines):
        if number and _goes_on(lines, number):
            hyphen = _HYPHENED.search(made[-1]) and line.text[:1].islower()
            made[-1] = f"{_HYPHEN.sub('', made[-1])}{line.text}" if hyphen else f"{made[-1]} {line.text}"
        else:
            made.append(line.text)
    return made


def _goes_on(lines: Sequence[Line], number: int) -> bool:
    """Whether a paragraph goes on in the line of this number."""
    line, after = lines[number - 1], lines[number]
    if abs(line.size - after.size) > 0.15 * line.size or (after.gap and line.column == after.column):
        return False
    ended = _ENDED.search(line.text)
    would_fit = line.short > after.first + line.size  # so that the line would not have ended there
    if line.column != after.column:  # a heading stands alone, and so does most of what surrounds an article
        return not (ended or would_fit or (_is_alone(lines, number - 1) and _is_alone(lines, number)))
    return not ended or not (would_fit or after.indent >= line.size)


def _is_alone(lines: Sequence[Line], number: int) -> bool:
    """Whether a line is no part of a longer paragraph of its column."""
    line = lines[number]
    begins = number == 0 or line.gap or lines[number - 1].column != line.column
    after = lines[number + 1] if number + 1 < len(lines) else None
    return begins and (after is None or after.gap or after.column != line.column)
