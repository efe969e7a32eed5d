"""The words behind the amounts of a receipt."""

from __future__ import annotations

from pathlib import Path

from monitor.model import Document
from tests.shipped import SHIPPED
from tests.test_cli import Monitor, monitor  # noqa: F401

TITLE = "Iraqi and Iranian police chiefs sign border security memorandum"
TEXT = (
    "The police chiefs of Iran and Iraq signed a memorandum on border security in Baghdad on Monday. Both sides will "
    "exchange information on smugglers. Turkey was not part of the talks, and pilgrims crossed at Zurbatiyah."
)


def test_each_amount_has_the_words_of_its_part() -> None:
    grounds = SHIPPED.grounds(Document("x", TITLE, TEXT, "en"))
    assert grounds
    words = grounds.words
    assert set(words["lead: all sides"]) >= {"Iran", "Iraq"}
    assert {"border security", "security memorandum"} <= set(words["title: act"])
    assert set(words["against: other states"]) == {"Turkey"}
    assert all(word in f"{TITLE} {TEXT}" for each in words.values() for word in each)
    assert "Turkey" in grounds.plain[-1]
    assert len(grounds.plain) <= 3
    assert grounds.part == ""


def test_what_weighs_is_what_is_named() -> None:
    """Every amount that the receipt shows and that counts words has some; lengths and shares have none."""
    document = Document("x", TITLE, TEXT, "en")
    grounds = SHIPPED.grounds(document)
    assert grounds
    shown = [reason.text for reason in SHIPPED.match(document).receipt.reasons if reason.kind == "feature"]
    assert {name for name in shown if name not in grounds.words} <= {
        "short",
        "short: lead alone",
        "against: length",
        "against, share of sentences: nothing of the field",
    }


def test_strikes_are_hostile_acts_and_a_part_of_their_own() -> None:
    text = f"{TEXT} Iran fired missiles at a camp near Erbil."
    grounds = SHIPPED.grounds(Document("x", TITLE, text, "en"))
    assert grounds
    assert grounds.words["against: strikes"]
    assert set(grounds.words["against: strikes"]) <= set(grounds.words["against: hostile acts"])


def test_the_part_that_decides_is_named() -> None:
    text = (
        "* Turkey and Russia signed a gas contract in Ankara on Monday, officials said.\n"
        "* Iran and Iraq signed a memorandum on border security in Baghdad, the interior ministries said.\n"
        "* Egypt opened a museum near the pyramids, with 3,000 objects on show.\n"
        "* Brazil counts its votes again in two provinces of the north, a court said."
    )
    grounds = SHIPPED.grounds(Document("x", "News in brief", text, "en"))
    assert grounds
    assert grounds.part.startswith("Iran and Iraq signed")


def test_nothing_is_behind_what_names_no_side() -> None:
    assert SHIPPED.grounds(Document("x", "A bakery", "The bakery won a prize for its bread.", "en")) is None


def test_explain_says_it(monitor: Monitor, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "a.txt"
    file.write_text(f"{TITLE}\n\n{TEXT}", encoding="utf-8")
    shown = monitor("explain", file).out
    assert "It names Iran (" in shown
    assert "by these words" in shown
    assert monitor("explain", file, "--json").json()[0]["grounds"]["plain"]


def test_words_are_shown_whole_and_once() -> None:
    text = "Iraq extradites nine suspects to Iran. Border guards of Iran and Iraq met; border guards train together."
    grounds = SHIPPED.grounds(Document("1", "Iraq extradites suspects to Iran", text, "en"))
    assert grounds
    told = next(sentence for sentence in grounds.plain if sentence.startswith("It tells of: "))
    words = told.removeprefix("It tells of: ").rstrip(".").split(", ")
    assert "extradit" not in words
    assert len({each.casefold() for each in words}) == len(words)
