"""What comes at once is told at once: a first start, an archive or a night of alerts is one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.digest.alert import IN_FULL, AlertSettings, QuietHours, alert_name
from monitor.digest.enrich import Context
from monitor.digest.publisher import Publisher, PublishSettings
from monitor.model import Delivery, Edition
from monitor.render.templates import load_templates
from monitor.store import deliveries, editions, page_edits
from tests.desk import MAX_AGE, Desk, fast

ALERT = AlertSettings("w", "Watch", 0.5, MAX_AGE)
NIGHT = replace(ALERT, quiet=QuietHours(time(22), time(7), "Asia/Baghdad"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(fast(tmp_path / "store.db"))


def publisher(desk: Desk, settings: AlertSettings = ALERT) -> Publisher:
    """The real publisher: what it renders is looked at, too."""
    given = PublishSettings(
        digests=(),
        watches={"w": "Watch"},
        context=Context(feeds=()),
        channels={alert_name("w"): [desk.sink]},
        templates=load_templates(),
        max_age=MAX_AGE,
        alerts=[settings],
    )
    return Publisher(desk.store, given, lambda: desk.now)


async def round_of(desk: Desk, *events: str, settings: AlertSettings = ALERT) -> None:
    """These events arrive and a poll ends."""
    for event in events:
        desk.arrive(event)
    desk.group()
    await publisher(desk, settings).alert()
    desk.forward(minutes=10)


def told(desk: Desk) -> list[list[str]]:
    """The headlines of each message that was sent, the best score first."""
    return [headlines(parcel.edition) for parcel in desk.sink.parcels]


def headlines(edition: Edition) -> list[str]:
    return [each.story.headline for each in (*edition.stories, *edition.more)]


def ledger(desk: Desk) -> Sequence[Delivery]:
    with desk.store.read() as db:
        return deliveries.recent(db, 100)


async def test_what_comes_together_is_one_message_with_a_cap(desk: Desk) -> None:
    many = [f"event {number}" for number in range(IN_FULL + 5)]
    await round_of(desk, *many)
    [parcel] = desk.sink.parcels
    assert sorted(headlines(parcel.edition)) == sorted(many)
    assert len(parcel.edition.stories) == IN_FULL
    assert parcel.rendered.subject == f"Alert: event 0, and {IN_FULL + 4} more"
    assert all(event in parcel.rendered.text for event in many)
    assert "because they reached" in parcel.rendered.text
    await round_of(desk)
    await round_of(desk, "event 0", "alone")  # what was told is told no more, a headline neither
    assert told(desk)[1:] == [["alone"]]
    assert desk.sink.parcels[1].rendered.subject == "Alert: alone"


@pytest.mark.slow
async def test_a_night_ends_with_one_message(desk: Desk) -> None:
    desk.forward(hours=15)  # eleven at night in Baghdad
    for event in ("one", "two", "three"):
        await round_of(desk, event, settings=NIGHT)
    await round_of(desk, "four", "five", settings=NIGHT)
    assert told(desk) == []
    assert {row.state.value for row in ledger(desk)} == {"pending"}  # the ledger shows what waits
    desk.forward(hours=8)
    await round_of(desk, "morning", settings=NIGHT)
    assert [sorted(each) for each in told(desk)] == [["five", "four", "morning", "one", "three", "two"]]
    assert all(each.fresh and not each.developing for each in desk.sink.parcels[0].edition.stories)
    await round_of(desk, settings=NIGHT)
    assert len(desk.sink.parcels) == 1
    assert "pending" not in {row.state.value for row in ledger(desk)}


async def test_one_story_of_a_night_comes_as_it_was_recorded(desk: Desk) -> None:
    desk.forward(hours=15)
    await round_of(desk, "one", settings=NIGHT)
    desk.forward(hours=8)
    await round_of(desk, settings=NIGHT)
    assert told(desk) == [["one"]]
    assert len(ledger(desk)) == 1


@pytest.mark.parametrize(
    ("end", "hours"),
    [pytest.param(time(9), 8, id="they were made longer"), pytest.param(time(7), 24, id="it is night again")],
)
async def test_what_was_held_waits_for_the_end_of_the_present_quiet_hours(end: time, hours: int, desk: Desk) -> None:
    desk.forward(hours=15)
    await round_of(desk, "one", settings=NIGHT)
    desk.forward(hours=hours)
    later = replace(NIGHT, quiet=QuietHours(time(22), end, "Asia/Baghdad"))
    await publisher(desk, later).deliver_due()  # a beat that comes before the first poll after a start
    await round_of(desk, "two", settings=later)
    assert told(desk) == []
    desk.forward(hours=8)
    await round_of(desk, settings=later)
    assert [sorted(each) for each in told(desk)] == [["one", "two"]]


@pytest.mark.parametrize("events", [("one",), ("one", "two")])
async def test_without_the_quiet_hours_nothing_is_held_any_more(desk: Desk, events: tuple[str, ...]) -> None:
    desk.forward(hours=15)
    for event in events:
        await round_of(desk, event, settings=NIGHT)
    assert told(desk) == []
    await round_of(desk)  # an edit took the quiet hours out
    assert [sorted(each) for each in told(desk)] == [sorted(events)]


async def test_a_change_reaches_who_was_sent_the_bundle(desk: Desk) -> None:
    desk.forward(hours=15)
    first = desk.arrive("one")
    await round_of(desk, settings=NIGHT)
    await round_of(desk, "two", settings=NIGHT)
    desk.forward(hours=8)
    await round_of(desk, settings=NIGHT)
    with desk.store.write() as db:
        page_edits.add(db, first, [("title", "one", "one, corrected")], desk.now)
    await round_of(desk, settings=NIGHT)
    assert [parcel.edition.correction for parcel in desk.sink.parcels] == [False, True]
    with desk.store.read() as db:
        assert editions.get(db, ledger(desk)[0].edition)[0].correction
    assert desk.now - desk.sink.parcels[1].edition.composed < timedelta(hours=1)
