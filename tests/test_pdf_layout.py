"""Letters at places become lines in the order of reading: columns, wide lines, signs for two letters."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from monitor.topic.pdf_layout import Glyph, lines_of
from monitor.topic.seeds import read_seed
from tests.pdf_files import Piece, pdf_of
from tests.seed_pages import ARABIC_TEXT, PERSIAN_TEXT, TURKISH_TEXT

WIDE = 5.0  # of a letter
SIZE = 10.0
ENGLISH = "\n".join(
    f"In part {word} of the pact the harbour board gives the dockers of the northern ports a night off in each week."
    for word in ("one", "two", "three", "four", "five", "six")
)


def drawn(texts: list[str], columns: int, step: float, *, right_to_left: bool, top: float = 780) -> list[Glyph]:
    """Paragraphs set in columns of 30 letters, as a page draws them; a step more parts two paragraphs."""
    rows = [row for text in texts for row in (*textwrap.wrap(text, 30, break_long_words=False), "")]
    rows = rows[:-1]
    deep = -(-len(rows) // columns)
    glyphs = []
    for number, row in enumerate(rows):
        place, column = number % deep, number // deep
        left = 40 + (columns - 1 - column if right_to_left else column) * 180
        x = left + (30 - len(row)) * WIDE if right_to_left else left
        seen = " ".join(word if word.isdigit() else word[::-1] for word in row.split()[::-1]) if right_to_left else row
        for sign in seen:
            glyphs.append(Glyph(sign, x, x + WIDE, top - place * step, SIZE))
            x += WIDE
    return glyphs


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("step", [11.0, 19.0])
@pytest.mark.parametrize("text", [ENGLISH, PERSIAN_TEXT, ARABIC_TEXT, TURKISH_TEXT])
def test_columns_are_read_one_after_another_from_the_side_of_the_script(text: str, step: float, columns: int) -> None:
    plain = text.replace("\u200c", " ").translate(str.maketrans("", "", "()«»\"'’"))
    glyphs = drawn(plain.split("\n"), columns, step, right_to_left=text in (PERSIAN_TEXT, ARABIC_TEXT))
    read = " ".join(line.text for line in lines_of(glyphs))
    assert read.split() == plain.split()


def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page(tmp_path: Path) -> None:
    def page(text: str, number: int) -> list[Piece]:
        texts = text.split("\n")
        head = [Piece(40, 820, f"The Harbour {number}", 8)]
        return head + [Piece(each.x0, each.base, each.text, each.size)
                       for each in drawn(texts, 2, 16, right_to_left=False) if each.text != " "]  # fmt: skip

    long = ENGLISH.replace(".\n", ", and ")
    rows = textwrap.wrap(long, 30)
    first, second = " ".join(rows[:12]), " ".join(rows[12:])
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of(page(first, 1), page(second, 2)))
    seed = read_seed(path)
    assert long.split()[-20:] == seed.text.split()[-20:]
    assert "harbour 1" not in seed.text.lower()
    assert seed.text.count("\n") == 0


def test_a_sign_for_two_letters_is_read_in_their_order() -> None:
    lam_alef = "\u0644\u0627"
    signs = ["\u0645", lam_alef, "\u0633"]  # as they stand from the left
    glyphs = [Glyph(sign, 10 + 5 * place, 15 + 5 * place, 100, SIZE) for place, sign in enumerate(signs)]
    [line] = lines_of(glyphs)
    assert line.text == f"\u0633{lam_alef}\u0645"
    [latin] = lines_of(
        [Glyph(sign, 10 + 5 * place, 15 + 5 * place, 100, SIZE) for place, sign in enumerate(["o", "ff"])]
    )
    assert latin.text == "off"


def test_an_empty_page_has_no_lines() -> None:
    assert lines_of([]) == []
    assert lines_of([Glyph(" ", 0, 5, 10, SIZE)]) == []
