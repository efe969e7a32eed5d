"""Charts of what was found: they hold every report once, and say the same as their tables."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.render.words import country_name
from monitor.store import Store, volume
from monitor.web.volume_page import DAYS, NAMED, chart
from tests.desk import START, Desk
from tests.test_web import Place, filled, own, read  # noqa: F401

WEEK = [date(2026, 11, 15) + timedelta(days=n) for n in range(7)]
_DAYS, _NAMES = st.sampled_from([*WEEK, date(2026, 1, 1)]), st.text("abcdefghi", max_size=1)
_FOUND = st.lists(st.tuples(_DAYS, _NAMES, st.integers(1, 9)), max_size=60)


@given(_FOUND)
def test_a_chart_holds_every_report_of_its_days_once(found: list[tuple[date, str, int]]) -> None:
    made = chart("Title", WEEK, found)
    kept = [each for each in found if each[0] in WEEK]
    assert sum(made.totals) == sum(each[2] for each in kept) == sum(sum(counts) for _, counts in made.rows)
    assert len(made.names) <= NAMED + 1
    assert len(made.rows) == len(WEEK)
    for _, counts in made.rows:
        assert len(counts) == len(made.names)
    whole = {x: sum(bar.height for bar in made.bars if bar.x == x) for x in {bar.x for bar in made.bars}}
    assert all(height <= made.height + 0.1 for height in whole.values())
    assert not kept or max(whole.values()) == pytest.approx(made.height, abs=0.1)
    assert all(bar.y >= -0.1 for bar in made.bars)


def test_the_page_says_in_a_table_what_its_chart_shows(read: Place) -> None:
    page = read.get("/volume")
    with read.app.store.read() as db:
        bounds = [read.now - timedelta(days=DAYS), read.now]
        total = sum(each.reports for each in volume.found_in(db, ["border"], bounds))
    assert f"{total} reports" in page.text
    charts = page.tree.xpath("//svg[@role='img']")
    tables = page.tree.xpath("//details//table")
    assert len(charts) == len(tables) == 2
    for table in tables:
        assert sum(int(cell.text) for cell in table.xpath(".//td")) == total > 0
    assert page.tree.xpath("//svg[@role='img']//rect/title")
    assert "state media" in tables[0].text_content()
    assert read.get("/volume?watch=border").status == 200
    assert read.get("/volume?watch=none").status == 404


def test_only_matches_of_the_time_and_the_watch_are_counted(store: Store) -> None:
    desk = Desk(store, START)
    desk.arrive("new", age=timedelta(days=1))
    desk.arrive("old", age=timedelta(days=40))
    desk.arrive("near", verdict="near")
    with store.read() as db:
        bounds = [START - timedelta(days=days) for days in (30, 2, 1, 0)]
        found = volume.found_in(db, ["w"], bounds)
        assert [(each.span, each.reports) for each in found] == [(2, 1)]  # published at the second bound
        later = [START, START + timedelta(days=1)]
        assert not volume.found_in(db, ["w"], later)
        assert not volume.found_in(db, ["x"], [datetime(2000, 1, 1, tzinfo=UTC), START])


def test_countries_are_named_and_not_their_codes() -> None:
    assert [country_name(code) for code in ("IQ", "ir", "zz9")] == ["Iraq", "Iran", "zz9"]
