"""When a story began and was last told of: a day without a time is that day, wherever one looks at it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.model import Article, Match, Receipt, SeenDate
from monitor.store import Store, articles, browse, stories

TEHRAN = datetime(2026, 11, 19, 20, 30, tzinfo=UTC)  # 20 November begins there
DAY = date(2026, 11, 20)
MATCH = Match("w", 0.9, "match", Receipt(0.5, 0.3, "v"))


def stored(store: Store, number: int, published: datetime, fetched: datetime, *, timed: bool) -> int:
    seen = () if timed else (SeenDate("page-text", published, "day", "20 November 2026", zoned=False),)
    site = f"https://n{number}.example"
    made = Article(0, f"{site}/1", f"Report {number}", "It was said.", "en", published, fetched, f"{site}/feed", site,
                   site, "independent", published_from="page-text", dates=seen)  # fmt: skip
    with store.write() as db:
        [article] = articles.add(db, [(made, made.url, None)])
        articles.save_matches(db, [(article, MATCH)], fetched)
    return article


def placed(store: Store, *ids: int) -> int:
    with store.write() as db:
        reports = stories.reports(db, "w", ids)
        story = stories.create(db, "w", reports[0])
        for each in reports:
            stories.place(db, "w", each, story, "first")
    return story


@pytest.mark.parametrize("hours", [1, 9, 23, 30])  # from its beginning until it is read
@pytest.mark.parametrize("again", [False, True])
def test_a_story_of_a_day_alone_began_on_it(store: Store, hours: float, again: bool) -> None:
    story = placed(store, stored(store, 1, TEHRAN, TEHRAN + timedelta(hours=hours), timed=False))
    with store.write() as db:
        if again:
            stories.retime(db, [story])
        [found] = stories.load(db, [story])
    for moment in (found.first_seen, found.last_seen):
        assert moment.astimezone(ZoneInfo("Asia/Tehran")).date() == DAY
        assert hours < 4 or moment.date() == moment.astimezone(ZoneInfo("Asia/Baghdad")).date() == DAY


def test_the_calendar_has_it_on_that_day(store: Store) -> None:
    story = placed(store, stored(store, 1, TEHRAN, TEHRAN + timedelta(days=2), timed=False))
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    with store.read() as db:
        days = (midnight, midnight + timedelta(days=1))
        assert [each for each, _ in browse.begun_between(db, ["w"], *days)] == [story]
        assert browse.begun_between(db, ["w"], midnight - timedelta(days=1), midnight) == []


def test_reports_of_a_story_stand_in_the_order_in_which_they_can_have_come_out(store: Store) -> None:
    alone = stored(store, 1, TEHRAN, TEHRAN + timedelta(hours=20), timed=False)
    timed = stored(store, 2, TEHRAN + timedelta(hours=6), TEHRAN + timedelta(hours=7), timed=True)
    later = stored(store, 3, TEHRAN + timedelta(hours=22), TEHRAN + timedelta(hours=23), timed=True)
    story = placed(store, alone, timed, later)
    with store.read() as db:
        for brief in (False, True):
            [found] = stories.load(db, [story], brief=brief)
            assert [each.article.id for each in found.reports] == [timed, alone, later]
    assert (found.first_seen, found.last_seen) == (TEHRAN + timedelta(hours=6), TEHRAN + timedelta(hours=22))
