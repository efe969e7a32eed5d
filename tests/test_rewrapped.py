"""Re-wrapped text changes nothing: score and reasons are the same however a text is broken, spaced and marked."""

from __future__ import annotations

import json
import random
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from monitor.cli.article_lines import read_article_lines
from monitor.config import load_config
from monitor.match import Matcher
from monitor.match.load import load_matchers
from monitor.model import Match
from monitor.text.even import even, without_marks
from monitor.text.fold import fold
from monitor.text.unwrap import unwrap

NOW = datetime(2026, 11, 21, tzinfo=UTC)
Rewrap = Callable[[str, int, random.Random], str]
ROWS = [
    row
    for row in map(json.loads, (Path(__file__).parent / "data" / "relevance.jsonl").read_text("utf-8").splitlines())
    if len(row["text"]) > 500
][::4]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return load_matchers(load_config(Path("config")))["iran-iraq-defense"]


def judged(matcher: Matcher, row: dict[str, str], text: str) -> Match:
    """As `monitor score` reads the line."""
    line = json.dumps({"id": 1, "title": row["title"], "text": text, "language": row["language"]}).encode()
    [read] = read_article_lines(BytesIO(line), NOW)
    assert read.document
    return matcher.match(read.document)


def paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def wrapped(text: str, width: int, indent: str = "", first: str = "") -> list[str]:
    return [
        textwrap.fill(part, width, initial_indent=first or indent, subsequent_indent=indent, break_on_hyphens=False)
        for part in paragraphs(text)
    ]


def between(sign: str, share: float) -> Rewrap:
    """A sign between letters here and there."""
    return lambda text, _width, chance: "".join(
        f"{here}{sign}" if here.isalpha() and after.isalpha() and chance.random() < share else here
        for here, after in zip(text, f"{text[1:]} ", strict=True)
    )


def spaced(sign: str) -> Rewrap:
    """A sign for some of the spaces."""
    return lambda text, _width, chance: "".join(
        sign if char == " " and chance.random() < 0.4 else char for char in text
    )


def before_each(mark: str, after: str = "") -> Rewrap:
    return lambda text, _width, _chance: "\n".join(f"{mark}{part}{after}" for part in paragraphs(text))


WAYS: dict[str, Rewrap] = {
    "wrapped, blank lines": lambda text, width, _: "\n\n".join(wrapped(text, width)),
    "wrapped, CRLF": lambda text, width, _: "\n\n".join(wrapped(text, width)).replace("\n", "\r\n"),
    "wrapped and indented": lambda text, width, _: "\n\n".join(wrapped(text, width, "    ")),
    "wrapped items": lambda text, width, _: "\n\n".join(wrapped(text, width, "  ", "* ")),
    "blank lines": lambda text, _width, _chance: "\n\n\n".join(paragraphs(text)),
    "line separators": lambda text, _width, _chance: "\u2028".join(paragraphs(text)),
    "trailing spaces": before_each("", "   "),
    "bullets": before_each("• "),
    "dashes": before_each("– "),
    "quoted mail": before_each("> "),
    "table rows": before_each("| ", " |"),
    "cells": before_each("\t", "\t"),
    "soft hyphens": between("\u00ad", 0.3),
    "zero-width spaces": between("\u200b", 0.2),
    "word joiners": between("\u2060", 0.2),
    "byte order marks": between("\ufeff", 0.1),
    "direction marks": spaced("\u200e "),
    "isolates": before_each("\u2067", "\u2069"),
    "no-break spaces": spaced("\u00a0"),
    "thin spaces": spaced("\u2009"),
    "narrow no-break spaces": spaced("\u202f"),
    "ideographic spaces": spaced("\u3000"),
    "tabs": spaced("\t"),
    "double spaces": spaced("  "),
}


LISTS = ("bullets", "dashes", "wrapped items")  # where items tell of several matters, that is a roundup


def is_of_one_matter(text: str) -> bool:
    """Whether each paragraph says a word of four letters that the one before says, too."""
    words = [{word for word in fold(part).split() if len(word) >= 4} for part in paragraphs(text)]
    return all(not one.isdisjoint(other) for one, other in pairwise(words))


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    row=st.sampled_from(ROWS),
    way=st.sampled_from(sorted(WAYS)),
    width=st.integers(60, 96),
    seed=st.integers(0, 2**16),
)
def test_score_and_receipt_stay(matcher: Matcher, row: dict[str, str], way: str, width: int, seed: int) -> None:
    assume(way not in LISTS or is_of_one_matter(row["text"]))
    plain = judged(matcher, row, "\n".join(paragraphs(row["text"])))
    again = judged(matcher, row, WAYS[way](row["text"], width, random.Random(seed)))
    assert (again.score, again.verdict) == (plain.score, plain.verdict)
    assert again.receipt.reasons == plain.receipt.reasons
    # What is quoted is the same to a reader, and has no mark of a list before it.
    quoted = [[fold(passage.text) for passage in each.receipt.passages] for each in (again, plain)]
    assert quoted[0] == quoted[1]
    assert not any(passage.text.startswith(("•", ">", "|", "–")) for passage in again.receipt.passages)


def test_a_wrapper_that_breaks_words_is_seen_by_its_hyphens() -> None:
    lines = (
        "The ministers of defence of the two countries have signed a memo-",
        "randum in Baghdad on Monday that covers the exchange of infor-",
        "mation on armed groups, a joint committee and the training of of-",
        "ficers, said a statement of the ministry that was published later",
        "that day and that names neither a date nor the long-term costs.",
    )
    found = unwrap("\n".join(lines))
    assert "\n" not in found
    assert all(word in found for word in ("memorandum", "information", "officers", "long-term"))


def test_a_compound_at_the_end_of_a_line_keeps_its_hyphen() -> None:
    lines = (
        "The ministers of defence of the two countries signed a long-",
        "term memorandum in Baghdad on Monday that covers the exchange",
        "of information on armed groups, a joint committee, and the",
        "training of officers, said a statement of the ministry that",
        "was published later.",
    )
    assert "long-term memorandum" in unwrap("\n".join(lines))


def test_even_text_and_marks() -> None:
    assert even("bor\u00adder  force\u200b\r\nnext\u2028line") == "border force\nnext\nline"
    assert even("می‌کند") == "می‌کند"
    assert without_marks("• Iran said") == "Iran said"
    assert without_marks("| Iran | Iraq |") == "Iran | Iraq"
    assert without_marks("* * *") == ""
