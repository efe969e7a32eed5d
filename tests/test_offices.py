"""Offices that nobody of a side holds, offices of other years, and borders that are only near."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks.articles import shipped_matcher
from monitor.match.matcher import Matcher
from monitor.match.offices import commands_another, is_past
from monitor.model import Document
from monitor.text.fold import fold

MISREAD = [
    ("ar", "قائد الفيفا يزور بغداد وطهران"),  # commander of a force that is nobody's
    ("en", "Former Iraqi defence minister visits Tehran museum"),
    ("fa", "وزیر دفاع پیشین عراق در تهران"),
    ("ru", "Сборная Ирана обыграла Ирак благодаря надёжной обороне"),  # a team's defence
    ("id", "Amerika latih perwira Irak dekat perbatasan Iran"),  # near its border, not with it
]
READ = [
    ("ar", "قائد عمليات البصرة يبحث في طهران أمن الحدود"),
    ("en", "Iraqi defence minister visits Tehran for talks on border security"),
    ("fa", "وزیر دفاع به رئیس مجلس عراق: آماده انتقال تجربیات دفاعی هستیم"),  # to whose office it is said
    ("en", "Iranian commander killed fighting ISIS in Samarra"),  # beside those whom he trains
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return shipped_matcher()


@pytest.mark.parametrize(("language", "title"), MISREAD)
def test_an_office_of_somebody_else_is_none_of_a_side(matcher: Matcher, language: str, title: str) -> None:
    match = matcher.match(Document("1", title, "", language))
    assert match.verdict != "match", match.receipt.line


@pytest.mark.parametrize(("language", "title"), READ)
def test_an_office_of_a_side_is(matcher: Matcher, language: str, title: str) -> None:
    match = matcher.match(Document("1", title, "", language))
    assert match.verdict == "match", match.receipt.line


def test_whoever_falls_to_those_who_fight_his_own_state_alone_trains_nobody(matcher: Matcher) -> None:
    said = matcher.match(Document("1", "Iranian officer killed in clash with PJAK in Iraq", "", "en"))
    assert "joint operation" not in said.receipt.line


@pytest.mark.parametrize(("year", "office"), [(2015, False), (2025, True), (None, True)])
def test_the_date_says_which_office_a_person_held(matcher: Matcher, year: int | None, office: bool) -> None:
    published = datetime(year, 8, 11, tzinfo=UTC) if year else None
    match = matcher.match(Document("1", "Ali Larijani arrives in Baghdad", "", "en", published))
    told = [reason.text for reason in match.receipt.reasons if reason.kind == "feature"]
    assert ("title: actor of the field at the other side" in told) is office


@pytest.mark.parametrize(
    ("title", "office", "past"),
    [
        ("Former Iraqi defence minister", "defence minister", True),
        ("ex-defence minister of Iraq", "defence minister", True),
        ("وزیر دفاع پیشین عراق", "وزیر دفاع", True),
        ("وزير الدفاع العراقي السابق", "وزير الدفاع", True),
        ("Former pilot meets defence minister", "defence minister", False),
        ("defence minister meets former pilot", "defence minister", False),
    ],
)
def test_former(title: str, office: str, past: bool) -> None:
    folded = fold(title)
    start = folded.index(fold(office))
    assert is_past(start, start + len(fold(office)), folded) is past


def test_a_commander_is_of_what_the_next_words_name() -> None:
    folded = fold("commander of centcom visits baghdad")
    deeds = {folded.index("visits")}
    assert commands_another(0, 9, folded, [0, folded.index("visits"), folded.index("baghdad")], deeds)
    assert not commands_another(0, 9, folded, [0, folded.index("centcom")], deeds)
    assert not commands_another(0, 9, fold("commander visits baghdad"), [0, 10, 17], {10})


def test_behind_and_an_office_is_of_the_name_that_follows_it(matcher: Matcher) -> None:
    both = "actors of the field, all sides"
    title = "Commander of Kermanshah and commander of Diyala settle the hours of patrols"
    assert f"title: {both}" in matcher.features(Document("1", title, "", "en"))
    army = "Iran's army and police watch as Iraq votes"
    assert f"title: {both}" not in matcher.features(Document("1", army, "", "en"))


def test_what_those_are_wanted_for_whom_one_side_hands_over_is_no_attack_between_them(matcher: Matcher) -> None:
    handed = matcher.features(Document("1", "Iran hands over seven suspects in bombings to Iraq", "", "en"))
    assert "title: act" in handed
    assert "against, title: hostile acts" not in handed
    bombed = matcher.features(Document("1", "Seven suspects in bombings on Iran's border held in Iraq", "", "en"))
    assert "against, title: hostile acts" in bombed
