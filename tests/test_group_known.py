"""People and places that the watch knows, as evidence against one event: another guest, another place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Document
from monitor.stories.group import Grouper
from monitor.stories.group.against import OTHER_PEOPLE, OTHER_SPOT, against, other_people, other_spot
from monitor.stories.group.census import Kept, Known, from_text, to_text
from monitor.stories.group.features import Features, Reader
from monitor.stories.group.partners import have_own_names
from monitor.stories.group.signature import sign
from monitor.stories.group.tables import load_tables
from monitor.stories.group.why import Told, why

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
KNOWN = {
    "sohrabi": Known("person", "iran", "Navid Sohrabi"),
    "parsa": Known("person", "iran", "Jalal Parsa"),
    "qais": Known("person", "iraq", "Hazem Qais"),
    "marren": Known("place", "", "Marren"),
    "valdora": Known("place", "", "Valdora"),
}
TEXT = "The delegation spoke about a hospital for both armies and about the border at the lake."


def report(
    id: str, *known: str, title: str = "Iranian general visits Iraqi army staff"
) -> tuple[Document, tuple[str, ...]]:
    return Document(id, title, TEXT, "en", NOON), known


def weighed(*reports: tuple[Document, tuple[str, ...]]) -> list[Features]:
    reader = Reader(load_tables(), known=KNOWN)
    return [reader.weigh(sign(document, load_tables(), ids)) for document, ids in reports]


@pytest.mark.parametrize(
    ("mine", "theirs", "side"),
    [
        (("sohrabi",), ("parsa",), "iran"),
        (("sohrabi", "qais"), ("parsa",), "iran"),
        (("sohrabi",), ("qais",), ""),  # the guest in one report, the host in the other
        (("sohrabi", "qais"), ("parsa", "qais"), ""),  # both name the host
        (("sohrabi",), (), ""),
    ],
)
def test_other_people_of_one_side_speak_against_one_event(
    mine: tuple[str, ...], theirs: tuple[str, ...], side: str
) -> None:
    one, other = weighed(report("1", *mine), report("2", *theirs))
    assert (other_people(one, other), other_people(other, one)) == (side, side)
    assert against(one, other) == (OTHER_PEOPLE if side else 0.0)


@pytest.mark.parametrize(
    ("mine", "theirs", "apart"),
    [
        (("marren",), ("valdora",), True),
        (("marren", "valdora"), ("valdora",), False),  # one report names two stations
        (("marren",), (), False),
    ],
)
def test_another_known_place_speaks_against_one_event(
    mine: tuple[str, ...], theirs: tuple[str, ...], apart: bool
) -> None:
    one, other = weighed(report("1", *mine), report("2", *theirs))
    assert against(one, other) == (OTHER_SPOT if apart else 0.0)


def test_a_place_that_many_reports_name_is_where_a_government_sits() -> None:
    reader = Reader(load_tables(), known=KNOWN)
    (document, ids), (elsewhere, others) = report("1", "marren"), report("2", "valdora")
    for number in range(60):
        reader.learn(sign(replace(document, id=str(number)), load_tables(), ids))
    one = reader.weigh(sign(document, load_tables(), ids))
    other = reader.weigh(sign(elsewhere, load_tables(), others))
    assert not one.spots
    assert list(other.spots) == ["=valdora"]
    assert not other_spot(one, other)


def test_two_guests_of_one_day_are_two_stories_and_why_says_so() -> None:
    def found(*guests: str) -> list[int]:
        grouper = Grouper(load_tables(), reader=Reader(load_tables(), known=KNOWN))
        titles = (
            "Iranian general visits Iraqi army staff in Baghdad",
            "قائد عسكري إيراني يزور أركان الجيش العراقي في بغداد",
        )
        texts = (TEXT, "التقى الضابط بعدد من القادة.")
        for number, guest in enumerate(guests):
            code, at = ("en", "ar")[number], NOON + timedelta(hours=number)
            grouper.collect(Document(str(number), titles[number], texts[number], code, at), (guest, "iran", "iraq"))
        return [each.story for each in grouper.settle()]

    same, other = found("sohrabi", "sohrabi"), found("sohrabi", "parsa")
    assert same[0] == same[1]
    assert other[0] != other[1]

    reader = Reader(load_tables(), known=KNOWN)
    reports = (report("1", "sohrabi", "marren"), report("2", "parsa", "valdora"))
    told = [Told(document, sign(document, load_tables(), ids)) for document, ids in reports]
    said = why(told, reader, load_tables())[0].against
    assert "names Navid Sohrabi, the other Jalal Parsa" in said
    assert "names Marren, the other Valdora" in said


@pytest.mark.parametrize(
    ("mine", "theirs", "apart"),
    [
        ([("sohrabi", "qais")] * 2, [("parsa", "qais")] * 2, True),  # one host, two guests
        ([("sohrabi", "qais")] * 2, [("parsa", "qais"), ("qais",)], False),  # one report names the host alone
        ([("sohrabi", "qais")] * 2, [("parsa", "sohrabi"), ("parsa",)], False),
        ([("sohrabi",)] * 2, [("qais",)] * 2, False),  # each country's outlets name their own minister
        ([("sohrabi", "qais")], [("parsa", "qais")] * 2, False),  # a report alone may leave somebody out
        ([("sohrabi", "marren")] * 2, [("sohrabi", "valdora")] * 2, True),  # two stations of one guest
    ],
)
def test_parts_of_which_each_has_somebody_of_its_own(
    mine: list[tuple[str, ...]], theirs: list[tuple[str, ...]], apart: bool
) -> None:
    one, other = (weighed(*(report(str(n), *known) for n, known in enumerate(part))) for part in (mine, theirs))
    assert (have_own_names(one, other), have_own_names(other, one)) == (apart, apart)


def test_what_a_watch_knows_is_kept_with_its_census() -> None:
    assert from_text(to_text(Kept(known=KNOWN))).known == KNOWN
    assert from_text(to_text(Kept())).known is None
    assert from_text('{"reports": {}, "seeds": {}, "of": "x"}').known is None
