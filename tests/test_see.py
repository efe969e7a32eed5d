"""What is seen over time: names with their stories, a calendar, timelines; each picture says what its table says."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Match, Receipt
from monitor.store import articles, browse, match_names, schema
from monitor.web.timeline import ROWS, WIDTH, Event, month_of, timeline, weeks_until
from tests.desk import START, Desk, fast
from tests.test_web import Place, filled, own, read  # noqa: F401

ZONE = ZoneInfo("Asia/Baghdad")


def test_names_are_looked_up_as_matches_say_them(tmp_path: Path) -> None:
    store = fast(tmp_path / "monitor.db")
    desk = Desk(store, START)
    first, second, other = desk.arrive("drill"), desk.arrive("drill"), desk.arrive("visit")
    desk.group()
    receipt = Receipt(0.5, 0.3, "v")

    def judge(article: int, *entities: str, verdict: str = "match") -> None:
        with store.write() as db:
            articles.save_matches(db, [(article, Match("w", 0.9, verdict, receipt, entities))], START)  # type: ignore[arg-type]

    judge(first, "larijani", "araji")
    judge(second, "larijani")
    judge(other, "araji", "basra", "araji")
    with store.read() as db:
        assert [(each.entity, each.stories) for each in match_names.named_since(db, ["w"], START, 9)] == [
            ("araji", 2), ("basra", 1), ("larijani", 1)]  # fmt: skip
        [drill] = match_names.story_ids(db, ["w"], "larijani", limit=9)
        both = match_names.story_ids(db, ["w"], "araji", limit=9)
        assert match_names.named_with(db, both, "araji") == [("basra", 1), ("larijani", 1)]
        assert match_names.story_ids(db, ["x"], "araji", limit=9) == []
        assert match_names.named_since(db, ["w"], START + timedelta(days=1), 9) == []
        counts, earliest = match_names.begun_in(
            db, ["w"], "araji", [START - timedelta(days=1), START + timedelta(days=1)]
        )
        assert (counts, earliest is not None) == ([0, 2, 0], True)
        assert match_names.begun_in(db, ["x"], "araji", [START]) == ([0, 0], None)
    judge(other, "basra")
    judge(first, "larijani", "araji", verdict="near")
    with store.read() as db:
        assert match_names.story_ids(db, ["w"], "araji", limit=9) == []
        assert match_names.story_ids(db, ["w"], "larijani", limit=9) == [drill]
    store.close()


def test_every_name_of_a_match_leads_to_its_story(read: Place) -> None:
    with read.app.store.read() as db:
        [story, *_] = browse.story_ids(db, "border", limit=1, offset=0)
        joined = schema.matches.join(
            schema.story_articles, schema.story_articles.c.article_id == schema.matches.c.article_id
        )
        rows = db.scalars(
            sa.select(schema.matches.c.entities).select_from(joined).where(schema.story_articles.c.story_id == story)
        )
        named = {entity for row in rows for entity in json.loads(row)}
    listed = read.get("/entities").tree.xpath("//td/a/@href")
    people = [link.rpartition("/")[2] for link in listed]
    assert "nasirzadeh" in named & set(people)
    page = read.get("/entities/nasirzadeh")
    assert page.status == 200
    assert page.tree.xpath(f"//table//a[contains(@href, 'stories/{story}')]")
    assert page.tree.xpath("//aside//li/a[contains(@href, 'entities/')]")
    [chart, table] = page.tree.xpath("//aside//svg[@role='img']")[0], page.tree.xpath("//aside//details//table")[0]
    shown = sum(int(cell.text) for cell in table.xpath(".//td"))
    assert shown == sum(int(t.text.rpartition(": ")[2]) for t in chart.xpath(".//title")) > 0
    assert read.get("/entities?kind=place").status == 200
    assert "nasirzadeh" not in read.get("/entities?kind=place").text
    for path in ("/entities/none", "/entities/iran", "/entities?watch=none", "/entities/..%2f"):
        assert read.get(path).status == 404


def test_the_calendar_holds_every_story_on_its_day(read: Place) -> None:
    page = read.get("/calendar?month=2026-11")
    links = page.tree.xpath("//td/a/@aria-label")
    with read.app.store.read() as db:
        stories = browse.story_count(db, None)
    assert sum(int(label.partition(": ")[2].split()[0]) for label in links) == stories > 0
    day = page.tree.xpath("//td/a/@href")[0].partition("=")[2]
    assert len(read.get(f"/calendar?day={day}").tree.xpath("//ol/li[@id]")) == stories
    assert "0 stories" in read.get("/calendar?month=2025-02").text
    for path in ("month=2026-13", "month=x", "day=2026-11-31", "month=9999-12", "month=0001-01", "watch=none"):
        assert read.get(f"/calendar?{path}").status == 404


def test_the_calendar_links_only_months_and_days_with_stories(read: Place) -> None:
    def turns(asked: str) -> list[str]:
        return list(map(str, read.get(f"/calendar?{asked}").tree.xpath("//nav[@class='pages']//@href[../@rel]")))

    assert turns("month=2025-02") == ["./calendar?month=2026-11"]
    assert turns("month=2026-11") == []
    assert turns("month=2031-05") == ["./calendar?month=2026-11"]
    [day] = turns("day=2020-01-01")
    assert turns(day.partition("?")[2]) == []


def test_a_story_has_its_reports_on_a_line_of_time(read: Place) -> None:
    tree = read.get("/stories/1").tree
    [line] = tree.xpath("//svg[contains(@class, 'marks')]")
    assert len(line.xpath(".//circle")) == len(tree.xpath("//ol/li[starts-with(@id, 'report-')]"))


_EVENTS = st.lists(
    st.builds(
        Event, st.integers(0, 10**8).map(lambda seconds: START - timedelta(seconds=seconds)),
        st.sampled_from([f"kind {n}" for n in range(12)]), st.text(max_size=5),
    ), max_size=20,
)  # fmt: skip


@given(_EVENTS)
def test_a_line_of_time_holds_every_event_in_order(events: list[Event]) -> None:
    made = timeline(events, ZONE)
    if made is None:
        assert len({event.at for event in events}) < 2
        return
    assert len(made.marks) == len(events)
    assert len(made.lines) <= ROWS
    assert [mark.x for mark in made.marks] == sorted(mark.x for mark in made.marks)
    assert all(0 <= mark.x <= WIDTH and 0 < mark.y < made.height for mark in made.marks)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 1)))
def test_a_month_holds_each_of_its_days_once_under_its_weekday(day: date) -> None:
    month = month_of(day)
    days = [each for week in month.weeks for each in week if each]
    assert len(days) == len(set(days)) >= 28
    assert all(
        each.month == day.month and week.index(each) == each.weekday() for week in month.weeks for each in week if each
    )
    assert day in days


@pytest.mark.parametrize("weeks", [1, 4, 26])
@given(minutes=st.integers(-10_000_000, 10_000_000))
def test_the_last_weeks_join_and_hold_now(minutes: int, weeks: int) -> None:
    at = START + timedelta(minutes=minutes)
    found = weeks_until(at, ZONE, weeks)
    mondays, starts = [monday for monday, _ in found], [start for _, start in found]
    assert len(found) == weeks + 1
    assert all(two - one == timedelta(weeks=1) for one, two in pairwise(mondays))
    assert [start.astimezone(ZONE).date() for start in starts] == mondays
    assert starts[-2] <= at < starts[-1]
