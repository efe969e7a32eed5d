"""The colours of the page can be told apart in the light and in the dark theme (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLE = (Path(__file__).parents[1] / "templates" / "web" / "style.css").read_text(encoding="utf-8")
TEXT = [  # (colour, what it stands on)
    ("ink", "sheet"), ("faint", "sheet"), ("link", "sheet"), ("accent", "sheet"), ("ink", "soft"), ("faint", "soft"),
    ("mark-ink", "mark"), ("news-ink", "news"), ("bad-ink", "bad"), ("good-ink", "good"), ("link", "news"),
    ("link", "bad"), ("link", "good"),
]  # fmt: skip
SHAPES = [("bar", "sheet"), *((f"s{number}", "sheet") for number in range(6))]


def themes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.S)
    light, dark = (dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]+)", block)) for block in blocks)
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_shapes_stand_out(theme: str) -> None:
    colours = themes()[theme]
    assert contrast("#000", "#fff") == pytest.approx(21)
    for least, pairs in ((4.5, TEXT), (3.0, SHAPES)):
        weak = {pair: found for pair in pairs if (found := contrast(*(colours[name] for name in pair))) < least}
        assert not weak
