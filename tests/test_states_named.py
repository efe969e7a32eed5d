"""The states that a text names: bare names as people write them, and names of places that hold a state's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.topic.mentions import NameBook, Part, Reading
from monitor.topic.world import load_world

LINES = [
    tuple(part.strip() for part in line.split("|"))
    for line in (Path(__file__).parent / "data" / "states_named.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
LANGUAGES = sorted({language for language, _, _ in LINES})


@pytest.fixture(scope="module")
def book() -> NameBook:
    return NameBook(load_world(), ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_states_are_named_as_people_write_them(book: NameBook, language: str) -> None:
    wrong = []
    for _, text, codes in (line for line in LINES if line[0] == language):
        read = Reading("a.txt", language, (Part(text, "title", 0),))
        found = {each.code for each in book.finder(read).find(text)}
        if found != set(codes.replace("-", "").split()):
            wrong.append((text, codes, found))
    assert wrong == []


def test_thirteen_languages_are_tried() -> None:
    assert len(LANGUAGES) == 13
