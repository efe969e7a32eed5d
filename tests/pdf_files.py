"""Writes small PDF files for tests: letters at places, as a typesetter draws them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

WIDTH = 0.5  # of a letter, in its size
_TO_UNICODE = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""


class Piece(NamedTuple):
    """Letters that are drawn from ``x`` to the right."""

    x: float
    y: float
    text: str
    size: float = 10


def line(y: float, text: str, *, x: float = 50, size: float = 10) -> list[Piece]:
    """A line that is read from the left."""
    return [Piece(x, y, text, size)]


def right_to_left(y: float, words: Sequence[str], *, right: float = 500, from_right: bool) -> list[Piece]:
    """A line that is read from the right, its words given as they are seen; drawn from the right or from the left."""
    pieces = []
    for word in words:
        right -= len(word) * WIDTH * 10
        pieces.append(Piece(right, y, word))
        right -= WIDTH * 10
    return pieces if from_right else pieces[::-1]


def pdf_of(*pages: Iterable[Piece]) -> bytes:
    """A PDF file with the pieces of each page, drawn in their order."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{6 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [4 0 R] "
        "/ToUnicode 5 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW {int(WIDTH * 1000)} /CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor "
        "/FontName /Any /Flags 4 /FontBBox [0 -200 1000 800] /Ascent 800 /Descent -200 /ItalicAngle 0 >> >>",
        _stream(_TO_UNICODE),
    ]
    for number, pieces in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * number} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>"
        )
        drawn = (f"1 0 0 1 {p.x} {p.y} Tm /F {p.size} Tf <{p.text.encode('utf-16-be').hex()}> Tj" for p in pieces)
        objects.append(_stream("BT " + "\n".join(drawn) + " ET"))
    return _file(objects)


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def _file(objects: Sequence[str]) -> bytes:
    text = "%PDF-1.7\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    text += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{text}startxref\n{text.index('xref')}\n%%EOF\n".encode("ascii")
