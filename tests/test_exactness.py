"""How exactly a sentence gives a figure, and which figures of one thing may both be right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.exactness import exactness_of, may_be_one
from monitor.text.fold import fold

HOW = st.sampled_from([None, "about", "least", "most"])


@pytest.mark.parametrize(
    ("language", "sentence", "number", "how"),
    [
        ("en", "Some 140 sailors came", "140", "about"),
        ("en", "140 or so sailors came", "140", "about"),
        ("en", "At least another 10 sailors came", "10", "least"),
        ("en", "Over 20 sailors came", "20", "least"),
        ("en", "Up to 500 sailors came", "500", "most"),
        ("en", "They handed over 24 boats", "24", None),
        ("en", "12 sailors came", "12", None),
        ("en", "More than 20 trucks and 12 boats came", "12", None),
        ("en", "12 boats and more than 20 trucks came", "12", None),
        ("en", "12 boats, about half of them grey", "12", None),
        ("fa", "حدود ۱۵۰ ملوان آمدند", "150", "about"),
        ("ar", "وصل أكثر من 20 بحارا", "20", "least"),
        ("ar", "وصل نحو 30 بحارا", "30", "about"),
        ("ckb", "نزیکەی ١٠٠ دەریاوان گەیشتن", "100", "about"),
        ("kmr", "Herî kêm 5 deryavan hatin", "5", "least"),
        ("tr", "30'dan fazla denizci geldi", "30", "least"),
        ("ru", "Прибыли около 100 моряков", "100", "about"),
        ("de", "Mindestens 10 Matrosen kamen", "10", "least"),
        ("fr", "Près de 200 marins", "200", "about"),
        ("es", "Hasta 40 marineros", "40", "most"),
        (None, "Some 140 sailors came", "140", None),
    ],
)
def test_how_exactly_a_figure_is_given(language: str | None, sentence: str, number: str, how: str | None) -> None:
    folded = fold(sentence)
    at = folded.index(number)
    assert exactness_of(folded, at, at + len(number), language) == how


@pytest.mark.parametrize(
    ("one", "how", "other", "how_other", "may"),
    [
        (140, "about", 143, None, True),
        (140, "about", 145, None, True),
        (140, None, 145, "about", False),  # 145 is rounded to nothing
        (100, "about", 180, None, False),
        (10, "least", 12, None, True),
        (10, "least", 9, None, False),
        (10, "least", 12, "least", False),
        (500, "most", 350, None, True),
        (500, "most", 501, None, False),
        (12, None, 14, None, False),
    ],
)
def test_which_figures_may_both_be_right(
    one: float, how: str | None, other: float, how_other: str | None, may: bool
) -> None:
    assert may_be_one(one, how, other, how_other) is may  # type: ignore[arg-type]


@given(st.integers(1, 10**6), HOW, st.integers(1, 10**6), HOW)
def test_it_is_the_same_from_either_side(one: int, how: str | None, other: int, how_other: str | None) -> None:
    assert may_be_one(one, how, other, how_other) == may_be_one(other, how_other, one, how)  # type: ignore[arg-type]
