"""Receipts in a terminal: no invisible signs where nothing runs from right to left, no counts of what was not found."""

from __future__ import annotations

import pytest

from monitor.cli.receipts import show_receipt
from monitor.model import Document, Highlight, Match, Passage, Reason, Receipt
from monitor.text.visual_order import has_right_to_left, with_isolated_words

ENGLISH, PERSIAN = "Iran and Iraq signed a memorandum", "ایران و عراق یادداشت تفاهم امضا کردند"


def shown(text: str, capsys: pytest.CaptureFixture[str], *reasons: Reason) -> str:
    passage = Passage(text, "lead", (Highlight(0, 4, "iran"),))
    receipt = Receipt(0.5, 0.3, "v", reasons=reasons, passages=(passage,))
    show_receipt(Document("1", text, text), Match("w", 0.9, "match", receipt))
    return capsys.readouterr().out


def test_isolates_stand_only_around_what_runs_from_right_to_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert not {"\u2068", "\u2069"} & set(shown(ENGLISH, capsys))
    assert shown(PERSIAN, capsys).count("\u2068") == 2
    assert (has_right_to_left(ENGLISH), has_right_to_left(PERSIAN)) == (False, True)


def test_what_decides_has_no_amount_and_what_was_not_found_no_count(capsys: pytest.CaptureFixture[str]) -> None:
    required = Reason("required", "never named: iraq", 0.0, 0)
    out = shown(ENGLISH, capsys, required, Reason("term", "memorandum", 0.4, 2))
    [line] = [line for line in out.splitlines() if "never named" in line]
    assert line.split() == ["decides", "required:", "never", "named:", "iraq"]
    assert "+0.40" in out
    assert "2×" in out


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("It names Baghdad and Tehran.", "It names Baghdad and Tehran."),
        ("It names تهران, بغداد: both", "It names [تهران], [بغداد]: both"),
        ("An act: تفاهم‌نامه مشترک; “امضا”", "An act: [تفاهم‌نامه مشترک]; “[امضا]”"),
        ("سودانی، اعرجی and Larijani (3)", "[سودانی]، [اعرجی] and Larijani (3)"),
    ],
)
def test_words_of_a_list_keep_their_order_in_a_sentence_of_the_other_direction(sentence: str, shown: str) -> None:
    found = with_isolated_words(sentence)
    assert found.translate({0x2068: "[", 0x2069: "]"}) == shown
    assert found.replace("\u2068", "").replace("\u2069", "") == sentence
