#!/usr/bin/env bash
# pypdf turns every number in Persian and Arabic figures around: the year ۱۴۰۳ comes out as ۳۰۴۱, and 250 as 052.
#
# One would expect: an extractor that gives the letters of Persian and Arabic in the order of reading, as pypdf does,
#   gives their figures so as well, which are read from the left in every script.
# Seen: words come out right and numbers reversed, so the text reads well, and its dates and amounts are wrong. Where a
#   file draws the words from the right, as some typesetters do, the spaces are gone as well. Nothing is said.
#   pdfminer.six gives the same line as it is seen, from the left: every word is reversed, and no number is.
# Why: a PDF says where a letter stands, not what follows it. pypdf puts each character of a right-to-left block before
#   those that it has, and takes Persian and Arabic figures for such characters; the bidirectional algorithm does not.
# Source: the behaviour below; pypdf's text extraction, which has ranges of code points in place of that algorithm.
# So: take the characters with their places (pdfminer.six gives them), sort each line by place, and turn it around by
#   the classes of Unicode annex 9, in which figures are read from the left. Here: monitor/text/visual_order.py.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet pypdf==7.1.1 pdfminer.six==20260107
cat >"$scratch/try.py" <<'PY'
import io
import platform

import pypdf
from pdfminer.high_level import extract_text

TO_UNICODE = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
    "1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
)


def pdf(pieces):
    """A page with letters at places, as every typesetter draws them: each piece from its place to the right."""
    drawn = " ".join(f"1 0 0 1 {x} 700 Tm /F 10 Tf <{text.encode('utf-16-be').hex()}> Tj" for x, text in pieces)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Resources << /Font << /F 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /ToUnicode 5 0 R /DescendantFonts "
        "[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW 500 /CIDSystemInfo << /Registry (Adobe) /Ordering "
        "(Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /Any /Flags 4 /FontBBox "
        "[0 -200 1000 800] /Ascent 800 /Descent -200 /ItalicAngle 0 >> >>] >>",
        *(f"<< /Length {len(text)} >>\nstream\n{text}\nendstream" for text in (TO_UNICODE, f"BT {drawn} ET")),
    ]
    text, places = "%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 7\n0000000000 65535 f \n{table}trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return (text + end).encode("ascii")


def words_at_places(text):
    """Each word with its place, as it is seen: the first at the right, letters from the right, figures from the left."""
    right = 500
    for word in text.split():
        right -= 5 * len(word)
        yield right, word if word.isdigit() else word[::-1]
        right -= 5


def by_pypdf(pieces):
    return pypdf.PdfReader(io.BytesIO(pdf(pieces))).pages[0].extract_text()


print(f"pypdf {pypdf.__version__}, Python {platform.python_version()}")
WRITTEN = "نشست در سال ۱۴۰۳ با ۲۵۰ نفر"
whole = [(100, " ".join(word for _, word in reversed(list(words_at_places(WRITTEN)))))]
given = by_pypdf(whole)
print(f"written   {WRITTEN}\npypdf     {given}")
assert given == "نشست در سال ۳۰۴۱ با ۰۵۲ نفر"
apart = by_pypdf(words_at_places(WRITTEN))
print(f"by words  {apart}")
assert apart == "نشستدرسال۳۰۴۱با۰۵۲نفر"
seen = extract_text(io.BytesIO(pdf(whole))).strip()
print(f"pdfminer  {seen}")
assert seen == "رفن ۲۵۰ اب ۱۴۰۳ لاس رد تسشن"
print("as described: the words are right and the numbers reversed")
PY
"$scratch/env/bin/python" "$scratch/try.py"
