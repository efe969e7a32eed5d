"""A side that a headline need not name: groups that fight it, and crossings that lie on its border."""

from __future__ import annotations

import pytest

from benchmarks.articles import shipped_matcher
from monitor.match.matcher import Matcher
from monitor.model import Document

IMPLIED = [
    ("en", "Komala surrenders its heavy weapons in Sulaymaniyah"),
    ("en", "Kurdistan Region disarms PJAK units near Penjwen"),
    ("ar", "إخلاء مقرات كومله في السليمانية"),
    ("de", "Komala gibt in Sulaimaniyya schwere Waffen ab"),
    ("ar", "غرفة سيطرة مشتركة في منفذ الشلامجة"),
    ("en", "Joint patrols begin at Haji Omran crossing"),
]
NOT_IMPLIED = [
    ("en", "Komala marks its founding day in Sulaymaniyah"),  # nothing is done about it
    ("en", "Turkey and Iraq agree to disarm PJAK fighters near Sinjar"),  # for the sake of another state
    ("en", "PKK fighters lay down arms in Sulaymaniyah"),  # fights neither side
    ("en", "Pilgrims queue at Shalamcheh crossing"),
    ("ar", "إعادة افتتاح منفذ الشلامجة أمام الشاحنات"),
    ("en", "Komala leader says its weapons will never be surrendered"),  # no other side is named
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return shipped_matcher()


@pytest.mark.parametrize(("language", "title"), IMPLIED)
def test_what_is_done_about_a_group_or_at_a_crossing_is_done_with_the_side_behind_it(
    matcher: Matcher, language: str, title: str
) -> None:
    match = matcher.match(Document("1", title, "", language))
    assert match.verdict == "match", match.receipt.line


@pytest.mark.parametrize(("language", "title"), NOT_IMPLIED)
def test_a_name_alone_implies_nobody(matcher: Matcher, language: str, title: str) -> None:
    match = matcher.match(Document("1", title, "", language))
    assert match.verdict == "no", match.receipt.line


def test_a_longer_report_names_the_side_itself(matcher: Matcher) -> None:
    text = "The government said so. It was the third time. Reporters were there. Nothing else was told."
    assert matcher.match(Document("1", IMPLIED[0][1], text, "en")).verdict == "no"
