"""Patterns are looked for by their letters first, and what is found is what the patterns find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.languages import every
from monitor.pages.flaws import is_wall
from monitor.text.sieve import Sieve, letters_needed

PROMPTS = every(lambda known: (*known.prompts.joining, *known.prompts.reading, *known.prompts.elsewhere))
WALLS = every(lambda known: (*known.walls.login, *known.walls.consent, *known.walls.captcha, *known.walls.error_page))
PATTERNS = (*PROMPTS, *(each.replace(" ?", r"\s*").replace(" ", r"\s+") for each in WALLS))


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        (r"\bsubscri\w+", {"subscri"}),
        (r"\b(?:free|paid) account\b", {" account"}),
        (r"read|preview", {"read", "preview"}),
        (r"[€$]\s?\d", {"€", "$"}),
        (r"(?:abo|konto)? ?\d+", None),
        (r"\d|abo", None),
        (r"(?:to read )+on", {"to read "}),
        (r"x{0,3}yy", {"yy"}),
        (r"(?!not )this", {"this"}),
        (r"GİRİŞ|Straße|ΤΕΛΟΣ", {"giriş", "strasse", "τελοσ"}),
    ],
)
def test_a_match_holds_one_of_these_pieces(pattern: str, pieces: set[str] | None) -> None:
    assert letters_needed(pattern) == pieces


def test_letters_are_needed_by_nearly_all_phrases_of_the_languages() -> None:
    assert sum(letters_needed(each) is None for each in PATTERNS) <= 0.01 * len(PATTERNS)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_what_a_phrase_matches_is_found_among_all_phrases(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(PATTERNS) - 1))
    phrase = data.draw(st.from_regex(re.compile(PATTERNS[number], re.IGNORECASE)))
    text = data.draw(st.sampled_from([phrase, phrase.upper(), phrase.lower(), f"Anders gesagt: {phrase}"]))
    expected = {at for at, each in enumerate(PATTERNS) if re.search(each, text, re.IGNORECASE)}
    assert ALL.found(text) == expected
    assert ALL.finds(text) == bool(expected)


ALL = Sieve(enumerate(PATTERNS))
FURNITURE = every(
    lambda known: (*known.furniture.share, *known.furniture.comments, *known.furniture.notices, *known.furniture.form)
)
LINES = Sieve(enumerate(FURNITURE), flags=0)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_whole_line_that_a_pattern_matches_is_found_among_all(data: st.DataObject) -> None:
    pattern: re.Pattern[str] = re.compile(data.draw(st.sampled_from(FURNITURE)))
    line = data.draw(st.from_regex(pattern, fullmatch=True))
    expected = {at for at, each in enumerate(FURNITURE) if re.fullmatch(each, line)}
    assert expected
    assert LINES.whole(line) == expected
    assert LINES.may_find(line)


def test_a_text_without_the_letters_of_any_pattern_may_find_nothing() -> None:
    assert not Sieve([("", "read (?:on|more)"), ("", "log in")]).may_find("Both ministers spoke.")


def test_letters_that_only_patterns_take_for_the_same() -> None:
    for pattern, text in [
        ("giriş", "GİRİŞ"),
        ("ısı", "ISI"),
        ("fin", "FIN"),
        ("ſo", "SO"),
        ("τέλος", "ΤΈΛΟΣ"),
        ("k", "K"),
    ]:
        assert re.search(pattern, text, re.IGNORECASE)
        assert Sieve([("", pattern)]).finds(text), (pattern, text)


@pytest.mark.parametrize(
    ("line", "wall"),
    [
        ("Already a subscriber? Log in", True),
        ("Subscribe to read the full story.", True),
        ("The minister said the pact would be signed in Basra on Sunday.", False),
        ("She read the full report before she paid.", False),
        ("", False),
    ],
)
def test_a_line_that_asks_to_join(line: str, wall: bool) -> None:
    assert is_wall(line) is wall
