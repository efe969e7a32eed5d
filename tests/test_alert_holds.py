"""No second alert is sent of what one has told; what differs in partner, place or day is sent; what is held is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.digest.alert import AlertSettings, alert_name
from monitor.digest.enrich import Context
from monitor.digest.publisher import Publisher, PublishSettings
from monitor.render.templates import load_templates
from monitor.store import Store, alerts, held_alerts, stories
from monitor.stories.about import Difference, about, apart
from monitor.topic.records import EntityName
from tests.desk import MAX_AGE, START, Desk, daily, fast
from tests.editions import report, story

ALERT = AlertSettings("w", "Watch", 0.5, MAX_AGE)
NAMES = [
    EntityName("sohrabi", "person", "", ("Navid Sohrabi", "Sohrabi", "سهرابی")),
    EntityName("qais", "person", "", ("Hazem Qais", "Qais", "قیس")),
    EntityName("darwish", "person", "", ("Salim Darwish", "Darwish")),
    EntityName("pl_taji", "place", "", ("Taji",)),
    EntityName("pl_basra", "place", "", ("Basra", "بصره")),
]
IDS = tuple(entity.id for entity in NAMES)
SIGNED = "Sohrabi and Qais sign a pact in Basra on Monday"


def published_by(desk: Desk, names: Sequence[EntityName] = NAMES) -> Publisher:
    given = PublishSettings(
        digests=[daily()],
        watches={"w": "Watch"},
        context=Context([], names),
        channels={alert_name("w"): [desk.sink], "daily": [desk.sink]},
        templates=load_templates(),
        max_age=MAX_AGE,
        alerts=[ALERT],
    )
    return Publisher(desk.store, given, lambda: desk.now)


async def arrive(desk: Desk, *titles: str, act: str = "agreement", hours: float = 20) -> None:
    """Reports of a person's pact, each a story of its own, and a round of alerts."""
    desk.forward(hours=hours)
    for title in titles:
        desk.arrive(title, acts=(act,), entities=IDS)
    desk.group()
    await published_by(desk).alert()


def alerted(desk: Desk) -> list[str]:
    return [each.story.headline for parcel in desk.sink.parcels for each in parcel.edition.stories]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(fast(tmp_path / "store.db"))


@pytest.mark.parametrize(
    ("title", "act", "is_sent"),
    [
        ("سهرابی و قیس توافق را امضا کردند", "agreement", False),  # the same, in another language
        ("Hazem Qais hails the pact", "agreement", False),  # one of the two
        ("Sohrabi and Darwish sign a pact", "agreement", True),  # with another partner
        ("Sohrabi and Qais sign a pact in Taji", "agreement", True),  # in another place
        ("Sohrabi and Qais sign a pact on Wednesday", "agreement", True),  # on another day
        ("Sohrabi and Qais inspect troops", "joint_drill", True),  # another act
        ("Salim Darwish signs a pact", "agreement", True),  # somebody else
        ("A pact is signed", "agreement", True),  # nobody in front
    ],
)
async def test_what_an_alert_has_told_is_no_second_one(desk: Desk, title: str, act: str, is_sent: bool) -> None:
    await arrive(desk, SIGNED)
    await arrive(desk, title, act=act)
    assert alerted(desk) == [SIGNED, title] if is_sent else [SIGNED]
    with desk.store.read() as db:
        assert held_alerts.count(db) == ({} if is_sent else {("w", "akin"): 1})


async def test_what_was_held_stands_in_full_in_the_digest_which_names_the_alert(desk: Desk) -> None:
    await arrive(desk, SIGNED)
    again = "Hazem Qais hails the pact"
    await arrive(desk, again)
    desk.sink.parcels.clear()
    shown = published_by(desk)
    edition = (await shown.publish(shown.by_hand(daily()))).edition
    [told] = [each for each in edition.stories if each.story.headline == again]
    assert told.held is not None
    assert told.held.until == START + timedelta(hours=20)
    [other] = [each for each in edition.stories if each.story.headline == SIGNED]
    assert other.held is None
    assert "the alert of 21 Nov, 04:00 seems to be of the same event" in desk.sink.parcels[0].rendered.text.replace(
        "\u00a0", " "
    )


async def test_after_three_days_it_is_an_alert_again(desk: Desk) -> None:
    await arrive(desk, SIGNED)
    await arrive(desk, "Hazem Qais hails the pact", hours=73)
    assert len(alerted(desk)) == 2


@pytest.mark.parametrize(
    ("first", "then", "act", "hours", "is_sent"),
    [
        (
            "Sohrabi arrives in Taji",
            "Sohrabi holds talks with Darwish in Taji on Tuesday",
            "border_security",
            40,
            False,
        ),
        ("Sohrabi arrives in Taji", "Sohrabi signs a memorandum in Taji on Tuesday", "border_security", 40, True),
        (
            "Sohrabi arrives in Taji",
            "Sohrabi holds talks with Darwish in Basra on Tuesday",
            "border_security",
            40,
            True,
        ),
        ("Sohrabi arrives in Taji", "Sohrabi holds talks with Darwish in Taji on Tuesday", "border_security", 74, True),
        ("Troops train in Taji", "تمرین نیروها در تاجی", "agreement", 5, False),  # nobody is named
        ("Troops train in Taji", "تمرین نیروها در تاجی", "agreement", 30, True),
        ("Troops train in Taji", "تمرین نیروها در تاجی", "joint_drill", 5, True),
    ],
)
async def test_talks_of_a_visit_and_accounts_that_name_nobody_are_no_second_alert(
    desk: Desk, first: str, then: str, act: str, hours: float, *, is_sent: bool
) -> None:
    desk_of = replace(NAMES[0], side="one"), replace(NAMES[2], side="other"), *(
        replace(place, side="other", names=(*place.names, *spelt))
        for place, spelt in zip(NAMES[3:], (("تاجی",), ()), strict=True)
    )  # fmt: skip
    publisher = published_by(desk, desk_of)
    begun = () if "arrives" in first else ("agreement",)
    for title, acts, after in ((first, begun, 20.0), (then, (act,), hours)):
        desk.forward(hours=after)
        desk.arrive(title, acts=acts, entities=IDS)
        desk.group()
        await publisher.alert()
    assert alerted(desk) == ([first, then] if is_sent else [first])


async def test_a_story_is_no_alert_where_each_of_its_reports_is_akin_to_one_that_was(desk: Desk) -> None:
    await arrive(desk, "Sohrabi and Qais sign a pact", "Darwish inspects a base", hours=1)
    assert len(alerted(desk)) == 2
    desk.forward(hours=20)
    ids = [desk.arrive(title, acts=("agreement",), entities=IDS) for title in ("Sohrabi hails it", "Darwish speaks")]
    with desk.store.write() as db:
        fresh = stories.ungrouped(db, "w")
        number = stories.create(db, "w", fresh[0])
        for report_ in fresh:
            stories.place(db, "w", report_, number, "by mistake")
    await published_by(desk).alert()
    assert len(alerted(desk)) == 2
    with desk.store.read() as db:
        assert held_alerts.among(db, "w", ids) == set(ids)


async def test_a_report_that_joins_what_was_held_is_looked_at(desk: Desk) -> None:
    await arrive(desk, SIGNED)
    again = "Hazem Qais hails the pact"
    await arrive(desk, again)
    await arrive(desk, hours=1)
    assert alerted(desk) == [SIGNED]
    await arrive(desk, again, act="joint_drill", hours=73)
    assert alerted(desk) == [SIGNED, again]
    with desk.store.read() as db:
        assert held_alerts.of_stories(db, [1, 2]) == {}  # an alert was sent of it after all


@pytest.mark.parametrize(
    ("one", "other", "hours", "differs"),
    [
        ("Sohrabi meets Qais", "Sohrabi meets Darwish", 0, ("partner",)),
        ("Sohrabi meets Qais in Taji", "Sohrabi meets Darwish in Taji", 6, ()),  # two hosts of one visit
        ("Sohrabi meets Qais in Taji", "Sohrabi meets Darwish in Taji", 20, ("partner",)),
        ("Sohrabi meets Qais in Taji", "Sohrabi meets Darwish", 6, ("partner",)),
        ("Sohrabi meets Qais", "Sohrabi speaks", 0, ()),
        ("Sohrabi in Taji", "Sohrabi in Basra", 0, ("place",)),
        ("Sohrabi in Taji", "Sohrabi speaks", 0, ()),
        ("Sohrabi speaks on Monday", "Sohrabi speaks on Tuesday", 20, ("day",)),
        ("Sohrabi speaks on Monday", "Sohrabi speaks on Tuesday", 6, ()),  # the night between them
        ("Sohrabi, Qais in Taji on Monday", "Sohrabi, Darwish in Basra on Friday", 96, ("partner", "place", "day")),
    ],
)  # fmt: skip
def test_what_speaks_against_one_event(one: str, other: str, hours: float, differs: tuple[Difference, ...]) -> None:
    entities = {entity.id: entity for entity in NAMES}
    made = []
    for number, (title, before) in enumerate(((one, hours), (other, 0.0))):
        found = report(number, title, hours=before, acts=("agreement",))
        made.append(about(story(number, replace(found, match=replace(found.match, entities=IDS))), entities))
    assert made[0].differs(made[1]) == made[1].differs(made[0]) == differs
    assert made[0].is_akin(made[1]) == (not differs)


@pytest.mark.parametrize(
    ("title", "act", "is_sent"),
    [
        ("Sohrabi and Qais watch a drill in Taji", "joint_drill", True),
        ("Sohrabi and Qais sign a pact in Taji", "agreement", False),  # a later report may name another place
        ("Sohrabi and Qais hail the pact", "joint_drill", False),
        ("Sohrabi signs the pact with Darwish", "agreement", True),
        ("Sohrabi and Qais sign a pact on Thursday", "agreement", True),
        ("سهرابی و قیس توافق را امضا کردند", "agreement", False),
    ],
)
async def test_what_joins_a_story_and_differs_from_it_is_an_alert(
    desk: Desk, title: str, act: str, is_sent: bool
) -> None:
    await arrive(desk, SIGNED)
    desk.forward(hours=20)
    later = desk.arrive(title, acts=(act,), entities=IDS)
    with desk.store.write() as db:
        [report] = stories.ungrouped(db, "w")
        stories.place(db, "w", report, 1, "by mistake")
    for _ in range(2):  # and once only
        await published_by(desk).alert()
    assert alerted(desk) == [SIGNED, title] if is_sent else [SIGNED]
    with desk.store.read() as db:
        assert held_alerts.among(db, "w", [later]) == (frozenset() if is_sent else {later})
        assert alerts.joined(db, alert_name("w"), "w", 0.5, START) == []  # it is not looked at again
        assert held_alerts.of_stories(db, [1]) == {}  # an alert was sent of the story


async def test_what_joins_the_wrong_story_is_no_alert_where_another_alert_told_of_it(desk: Desk) -> None:
    drill, again = "Darwish watches a drill in Taji on Monday", "Darwish hails the drill in Taji"
    await arrive(desk, SIGNED)
    await arrive(desk, drill, act="joint_drill", hours=1)
    later = desk.arrive(again, acts=("joint_drill",), entities=IDS)
    with desk.store.write() as db:
        [report] = stories.ungrouped(db, "w")
        stories.place(db, "w", report, 1, "by mistake")
    await published_by(desk).alert()
    assert alerted(desk) == [SIGNED, drill]
    with desk.store.read() as db:
        assert held_alerts.among(db, "w", [later]) == {later}


@pytest.mark.parametrize(
    ("told", "is_another"),
    [
        (["Sohrabi meets Qais", "Sohrabi and Qais talk", "Sohrabi speaks", "Qais hails Sohrabi"], True),
        (["Sohrabi meets Qais", "Sohrabi speaks", "Sohrabi warns", "Sohrabi leaves"], False),  # a long story names many
    ],
)
def test_a_partner_of_a_story_is_who_half_of_its_reports_name(told: list[str], *, is_another: bool) -> None:
    entities = {entity.id: entity for entity in NAMES}
    made = [report(number, title) for number, title in enumerate((*told, "Sohrabi thanks Darwish"))]
    made = [replace(each, match=replace(each.match, entities=IDS)) for each in made]
    fresh = made[-1].article.id
    assert [each.article.id for each in apart(story(1, *made), {fresh}, entities)] == ([fresh] if is_another else [])


async def test_an_old_report_that_joins_a_story_is_held_and_not_looked_at_again(desk: Desk) -> None:
    await arrive(desk, SIGNED)
    desk.arrive(SIGNED, age=MAX_AGE + timedelta(days=1), entities=IDS)
    desk.group()
    await published_by(desk).alert()
    with desk.store.read() as db:
        assert held_alerts.count(db) == {("w", "joined"): 1}


async def test_the_store_keeps_what_was_held_on_each_database(store: Store) -> None:
    desk = Desk(store)
    await arrive(desk, SIGNED)
    again = "Hazem Qais hails the pact"
    await arrive(desk, again)
    wanted = (alert_name("w"), "w", 0.5, START)
    with store.read() as db:
        assert held_alerts.count(db) == {("w", "akin"): 1}
        assert held_alerts.among(db, "w", [1, 2]) == {2}
        assert alerts.candidates(db, *wanted) == alerts.joined(db, *wanted) == []
        assert {story: entry.story for story, entry in held_alerts.of_stories(db, [1, 2]).items()} == {2: 2}
    desk.arrive(SIGNED, entities=IDS)
    desk.arrive(again, entities=IDS)
    desk.group()
    with store.read() as db:
        assert (alerts.candidates(db, *wanted), alerts.joined(db, *wanted)) == ([2], [1])
