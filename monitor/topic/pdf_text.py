"""The text of a PDF, paragraph by paragraph. Needs pdfminer.six (the extra ``pdf``).

A PDF says where each letter stands. pdfminer.six gives letters, lines and blocks with their places, from which lines in
Persian and Arabic are read here whatever order the file draws them in (`text.visual_order`). pypdf, which was tried as
well, turns the figures of Persian around and takes headings apart; pdfium turns single words around.
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

from monitor.text.visual_order import in_reading_order, is_right_to_left

MOST_PAGES = 40
INSTALL = "pip install pdfminer.six"
_ON_EACH_PAGE = 3  # pages from which a line that stands on each is the page's and not the article's
_EDGE = 0.12  # share of a page's height
_FULL = 3  # letters that a line may lack to its block's side and still be full
_ENDED = re.compile(r"[.!?…؟۔:][\"'”’»)\]]*$")
_HYPHENED = re.compile(r"[^\W\d_][-\u2010\u00ad]$")
_NUMBER = re.compile(r"\d+")

# What pdfminer.six lets through, beside its own errors, where a file is damaged
_BREAKS = (ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError, RuntimeError, OSError,
           EOFError, struct.error, zlib.error)  # fmt: skip


class PdfError(ValueError):
    """A PDF that gives no text. The message goes on after the file's name, and says what to do."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page. indent, short: how far it begins and ends from the sides of its block, in letters of its size.
    several: the block has more lines. edge: it stands at the top or the foot of the page."""

    text: str
    size: float
    indent: float
    short: float
    several: bool
    edge: bool


def pdf_text(body: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The paragraphs, with a blank line between them, and the lines left out, each with the reason. Raises PdfError."""
    try:
        from pdfminer.high_level import extract_pages  # noqa: PLC0415 - an extra, and 200 ms
        from pdfminer.layout import LAParams  # noqa: PLC0415 - as above
        from pdfminer.pdfdocument import PDFPasswordIncorrect  # noqa: PLC0415 - as above
        from pdfminer.psparser import PSException  # noqa: PLC0415 - as above
    except ImportError as error:
        raise PdfError(f"is a PDF, and pdfminer.six is not installed; run {INSTALL}, or copy its text into a .txt "
                       "file") from error  # fmt: skip
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font that is not as it likes
    try:
        pages = [
            list(_blocks(page))
            for page in extract_pages(io.BytesIO(body), maxpages=MOST_PAGES + 1, laparams=LAParams(all_texts=True))
        ]
    except PDFPasswordIncorrect as error:
        raise PdfError("is a PDF with a password; save it without one, or copy its text into a .txt file") from error
    except (PSException, *_BREAKS) as error:
        raise PdfError(f"cannot be read as a PDF ({type(error).__name__}); save it again, or copy its text into a "
                       ".txt file") from error  # fmt: skip
    repeated = _of_pages(pages)
    blocks = [
        [line for line in block if not _is_of_page(line, repeated)] for page in pages[:MOST_PAGES] for block in page
    ]
    text = "\n\n".join(_paragraphs([block for block in blocks if block]))
    if not text.strip():
        raise PdfError("is a PDF without text, such as scanned pages; copy or type its text into a .txt file")
    every = (line for page in pages for block in page for line in block)
    left = [(line.text, "stands on page after page") for line in every if _is_of_page(line, repeated)]
    if pages[MOST_PAGES:]:
        left.append((f"page {MOST_PAGES + 1} and later", f"only the first {MOST_PAGES} pages are read"))
    return text, tuple(left)


def _of_pages(pages: Sequence[Sequence[Sequence[_Line]]]) -> set[str]:
    """Lines that stand on page after page, but for their numbers: the heads and feet of pages."""
    lines = ({_NUMBER.sub("", line.text) for block in page for line in block if line.edge} for page in pages)
    counts = Counter(text for page in lines for text in page)
    return {text for text, count in counts.items() if count >= _ON_EACH_PAGE and 2 * count >= len(pages)}


def _is_of_page(line: _Line, repeated: set[str]) -> bool:
    return line.edge and _NUMBER.sub("", line.text) in repeated


def _blocks(page: Any) -> Iterator[list[_Line]]:
    from pdfminer.layout import LAParams, LTChar, LTPage, LTTextBox  # noqa: PLC0415 - an extra

    letters = list(_inside(page, LTChar))
    if is_right_to_left("".join(letter.get_text() for letter in letters)):
        # Where words are drawn from the right, pdfminer.six takes each for a line of its own.
        page = LTPage(page.pageid, page.bbox, page.rotate)
        page.extend(_by_place(letters))
        page.analyze(LAParams())
    for box in _inside(page, LTTextBox):
        rows = [row for row in (_row(line) for line in box) if row]
        right_to_left = is_right_to_left("".join(text for text, _, _ in rows))
        yield [
            _Line(
                in_reading_order(text, right_to_left=right_to_left).strip(),
                size,
                (box.x1 - line.x1 if right_to_left else line.x0 - box.x0) / size,
                (line.x0 - box.x0 if right_to_left else box.x1 - line.x1) / size,
                len(rows) > 1,
                not _EDGE < (line.y0 - page.y0) / max(page.height, 1) < 1 - _EDGE,
            )
            for text, size, line in rows
        ]


def _inside(container: Any, kind: Any) -> Iterator[Any]:
    """What there is of a kind on a page, and in the figures and blocks on it."""
    for each in container:
        if isinstance(each, kind):
            yield each
        elif isinstance(each, Iterable):
            yield from _inside(each, kind)


def _by_place(letters: Sequence[Any]) -> list[Any]:
    """Line after line from the top, each from the left."""
    lines: list[list[Any]] = []
    for letter in sorted(letters, key=lambda each: -each.y0):
        if lines and lines[-1][0].y0 - letter.y0 < 0.5 * max(letter.height, 1):
            lines[-1].append(letter)
        else:
            lines.append([letter])
    return [letter for line in lines for letter in sorted(line, key=lambda each: each.x0 + each.x1)]


def _row(line: Any) -> tuple[str, float, Any] | None:
    """The characters of a line from left to right, its size, and the line; None where it has none."""
    from pdfminer.layout import LTChar  # noqa: PLC0415 - an extra

    letters = sorted((each for each in line if isinstance(each, LTChar)), key=lambda each: (each.x0 + each.x1) / 2)
    if not letters:
        return None
    size = max(1.0, Counter(round(each.size, 1) for each in letters).most_common(1)[0][0])
    text, end = "", letters[0].x0
    for letter in letters:
        gap = letter.x0 - end > 0.2 * size
        text += f" {letter.get_text()}" if gap and not text.endswith(" ") else letter.get_text()
        end = max(end, letter.x1)
    return " ".join(text.split()), size, line


def _paragraphs(blocks: Sequence[Sequence[_Line]]) -> list[str]:
    """The lines, joined where one goes on in the next, over the ends of columns and pages as well."""
    made: list[str] = []
    before: _Line | None = None
    for block in blocks:
        for index, line in enumerate(block):
            if before is not None and _goes_on(before, line, new_block=index == 0):
                hyphen = _HYPHENED.search(made[-1]) and line.text[:1].islower()
                made[-1] = f"{made[-1][:-1]}{line.text}" if hyphen else f"{made[-1]} {line.text}"
            else:
                made.append(line.text)
            before = line
    return made


def _goes_on(line: _Line, after: _Line, *, new_block: bool) -> bool:
    if abs(line.size - after.size) > 0.15 * line.size:
        return False
    if new_block:  # a heading is a block of one line, and so is most of what surrounds an article
        return line.several and after.several and line.short < _FULL and not _ENDED.search(line.text)
    return not _ENDED.search(line.text) or (line.short < _FULL and after.indent < 1)
