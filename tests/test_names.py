"""Whom a name of one word means: namesakes, adjectives that are names, and names that the article anchors."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.match.load import load_drafts
from monitor.model import Document
from tests.shipped import SHIPPED

NAMESAKES = Path(__file__).parent / "data" / "namesakes.jsonl"
LEADS = Path(__file__).parent / "data" / "names.jsonl"  # of 2–4 sentences; "match": whether both sides are meant


def doc(title: str, text: str, language: str) -> Document:
    return Document("", title, text, language)


def readings(title: str, text: str, language: str) -> list[str]:
    return [r.text for r in SHIPPED.match(doc(title, text, language)).receipt.reasons if r.kind == "name"]


def test_at_most_two_namesakes_match() -> None:
    """Reports that would match but for whose names these are: by language, and by what is mistaken for what."""
    rows = [json.loads(line) for line in NAMESAKES.read_text("utf-8").splitlines()]
    assert len(rows) >= 250
    matched = [
        row["title"]
        for row in rows
        if SHIPPED.match(doc(row["title"], row["text"], row["language"])).verdict == "match"
    ]
    assert len(matched) <= 2, matched


def test_a_whole_name_behind_an_office_of_the_other_side_is_another_s() -> None:
    text = "Iraqi lawmaker Mohsen Rezaei met the police command of Baghdad on security cooperation."
    assert any("an office of the other side stands before it" in each for each in readings("A visit", text, "en"))
    beside = f"{text} He had been to Tehran before, where Iran's army received him."
    assert not any("an office of the other side" in each for each in readings("A visit", beside, "en"))


def test_leads_match_by_whom_they_mean() -> None:
    """Namesakes, officials of thirty states and adjectives that are names; sides named by a province, post, maker of
    arms, officer or anchored surname alone."""
    rows = [json.loads(line) for line in LEADS.read_text("utf-8").splitlines()]
    found = {r["id"]: SHIPPED.match(doc(r["title"], r["text"], r["language"])).verdict == "match" for r in rows}
    meant = [row["id"] for row in rows if row["match"]]
    others = [row["id"] for row in rows if not row["match"]]
    assert len(others) >= 200
    assert len(meant) >= 50
    assert len([name for name in others if found[name]]) <= 2, [name for name in others if found[name]]
    assert sum(found[name] for name in meant) >= 0.9 * len(meant), [name for name in meant if not found[name]]


@pytest.mark.parametrize(
    ("title", "text", "language", "read"),
    [
        ("Jafari meets Baghdad police", "Jafari spoke.", "en", "not read as jafari_ma"),
        ("Iran's Jafari in Baghdad", "Jafari met the police.", "en", "read as jafari_ma (iran): its side"),
        ("Mohammad Ali Jafari in Baghdad", "Jafari met the police.", "en", "read as jafari_ma (iran): the full name"),
        (
            "Tehran: deputy Haidar Jafari arrested",
            "Iraq watched.",
            "en",
            "another given name stands before it: haidar",
        ),
        ("Iran and the Saudi minister al-Shammari", "Iraq watched.", "en", "another state stands beside it: saudi"),
        ("Iran, Sudan sign; al-Sudani present", "Iraq watched.", "en", "an adjective of a country that is named"),
        ("Shamkhani arrives in Baghdad", "", "en", "read as shamkhani (iran): few bear it"),
        ("Shamkhani is on his way", "He will visit Baghdad.", "en", "read as shamkhani (iran): few bear it"),
        ("Jafari and Shammari sign memorandum", "", "en", "read as jafari_ma (iran): all sides"),
    ],
)
def test_the_receipt_says_how_a_name_was_read(title: str, text: str, language: str, read: str) -> None:
    assert any(read in each for each in readings(title, text, language)), readings(title, text, language)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("باران لە سلێمانی", "باران لە سلێمانی باری و ڕێگاکان داخران."),
        ("نرخی نان لە سلێمانی بەرز بووەوە", ""),
    ],
)
def test_a_town_named_as_a_general_is_not_beside_him(title: str, text: str) -> None:
    assert any("not read as soleimani" in each for each in readings(title, text, "ckb")), readings(title, text, "ckb")


def test_an_arabic_adjective_without_the_article_is_no_surname_that_has_it() -> None:
    assert any(
        "not read as sudani" in each for each in readings("وفد عسكري سوداني يصل طهران", "زار الوفد المتحف.", "ar")
    )
    assert any("read as sudani" in each for each in readings("السوداني يصل طهران", "", "ar"))


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Shammari: joint patrols with Iran have halved smuggling", True),
        ("Shammari: Iranian carpets sell well", False),
        ("Shammari: joint patrols with Iran and Kuwait have halved smuggling", False),
        ("A joint patrol with Iran found the hiker Shammari", False),
    ],
)
def test_a_headline_may_quote_an_officer_by_his_surname(title: str, named: bool) -> None:
    receipt = SHIPPED.match(Document("1", title, "", "en")).receipt
    assert named is not any("never named: iraq" in reason.text for reason in receipt.reasons)


def test_a_surname_that_many_bear_names_nobody_years_before_the_office() -> None:
    text = "Momeni met commanders of Iran and Iraq on security cooperation."
    for year, said in ((2015, "in office since 2024, and the article is of 2015"), (2025, "read as momeni (iran)")):
        match = SHIPPED.match(replace(doc("Talks", text, "en"), published=datetime(year, 3, 1, tzinfo=UTC)))
        assert any(said in reason.text for reason in match.receipt.reasons if reason.kind == "name")


def test_a_surname_is_an_adjective_of_a_state_named_by_another_adjective() -> None:
    text = (
        "Sudanese Defence Minister Yassin met Iraqi officers in Baghdad. Al-Sudani thanked Iraq. Iran did not comment."
    )
    assert any(
        "it is an adjective of a country that is named: sudanese" in each for each in readings("Visit", text, "en")
    )


def test_of_names_within_each_other_the_longest_counts() -> None:
    province = SHIPPED.match(doc("West Azerbaijan border guards sign protocol with Iraq", "", "en"))
    state = SHIPPED.match(doc("Azerbaijan border guards sign protocol with Iraq", "", "en"))
    assert "iran" in province.entities or "pl_west_azerbaijan" in province.entities
    assert state.score == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("term", "title", "text", "language", "excluded"),
    [
        (
            "country:Sudan",
            "السوداني يستقبل وفدا أمنيا من إيران",
            "التقى محمد شياع السوداني الوفد الإيراني.",
            "ar",
            False,
        ),
        ("country:Sudan", "وفد من السودان في إيران", "قال الوزير السوداني إن العراق حاضر.", "ar", True),
        (
            "entity:sudani",
            "السوداني يستقبل وفدا أمنيا من إيران",
            "التقى محمد شياع السوداني الوفد الإيراني.",
            "ar",
            True,
        ),
        ("entity:sudani", "وفد من السودان في إيران", "قال الوزير السوداني إن العراق حاضر.", "ar", False),
        ("country:SD", "Iran and Iraq invite Sudanese officers", "", "en", True),
    ],
)
def test_what_is_excluded_can_be_aimed(term: str, title: str, text: str, language: str, excluded: bool) -> None:
    config = load_config(Path("config"))
    [(name, watch)] = config.watches.items()
    terms = watch.terms.model_copy(update={"exclude": (term,)})
    [matcher] = load_drafts(config, name, [watch.model_copy(update={"terms": terms})])
    reasons = matcher.match(doc(title, text, language)).receipt.reasons
    assert any(reason.kind == "excluded" for reason in reasons) == excluded, reasons


def test_a_name_that_is_another_s_in_the_language_names_the_other_alone() -> None:
    text = "ئێران و عێراق لە سلێمانی ژووری هاوبەشی سەربازی دادەمەزرێنن، وەزارەتی بەرگری ڕایگەیاند."
    kurdish = SHIPPED.match(doc("ئێران و عێراق لە سلێمانی کۆبوونەوە", text, "ckb"))
    assert "pl_sulaymaniyah" in kurdish.entities
    assert "soleimani" not in kurdish.entities
    full = SHIPPED.match(doc("ئێران و عێراق لە سلێمانی کۆبوونەوە", f"{text} یادی قاسم سلێمانی کرایەوە.", "ckb"))
    assert "soleimani" in full.entities
    persian = SHIPPED.match(doc("سلیمانی و همکاری نظامی ایران و عراق", "سردار سلیمانی فرمانده نیروی قدس بود.", "fa"))
    assert "soleimani" in persian.entities
