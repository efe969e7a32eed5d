"""Which published pages are due to be looked at, on both databases, and when the next look is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import FetchResult
from monitor.pipeline.look_again import following
from monitor.store import Store, kept_pages, looks, schema
from tests.test_search_index import article, stored

HOUR = timedelta(hours=1)
SHOWN = datetime(2026, 11, 21, 7, tzinfo=UTC)


def publish(db: sa.Connection, article_id: int, at: datetime, role: str = "story") -> None:
    """An edition that shows an article."""
    texts = dict.fromkeys(("edition", "subject", "html", "text", "page"), "")
    moments = dict.fromkeys(("tick", "since", "until", "composed"), at)
    row = {"digest": "d", "period": f"{article_id}", **moments, **texts}
    number = db.execute(schema.editions.insert().values(row).returning(schema.editions.c.id)).scalar_one()
    shown = {
        "digest": "d",
        "watch": "w",
        "article_id": article_id,
        "role": role,
        "edition_id": number,
        "story_id": None,
    }
    db.execute(schema.edition_articles.insert().values(shown))


def due(db: sa.Connection, now: datetime, limit: int = 40) -> list[int]:
    return looks.due(db, HOUR, now, limit)


def test_what_was_published_is_due_once_until_its_own_time(store: Store) -> None:
    with store.write() as db:
        shown, near, other = stored(db, [article(number, "Pact", "signed") for number in range(3)])
        page = kept_pages.from_fetch(FetchResult(200, "u", "u", b"<p>one</p>"), SHOWN)
        kept_pages.keep(db, [(shown, page), (near, page)], staged=False)
        publish(db, shown, SHOWN)
        publish(db, near, SHOWN, "near")
        publish(db, other, SHOWN)  # of which no page was kept
        assert due(db, SHOWN + HOUR / 2) == []
        assert due(db, SHOWN + HOUR) == [shown]
        assert due(db, SHOWN + looks.FORGIVEN + 2 * HOUR) == [], "a first look that late is not made"

        look = looks.Look(SHOWN + HOUR, "unread", 503, why="it is busy")
        looks.look_later(db, shown, look, 1, None, SHOWN + 7 * HOUR)
        assert due(db, SHOWN + 6 * HOUR) == []
        assert due(db, SHOWN + 7 * HOUR) == [shown]
        looks.looked(db, shown, looks.Look(SHOWN + 7 * HOUR, "same", 200, page.sha256, page.size), SHOWN + 24 * HOUR)
        assert due(db, SHOWN + 8 * HOUR) == []
        cited = looks.cited(db, shown)
        assert cited
        assert (cited.tries, cited.missing_since, cited.shown, cited.page.sha256) == (0, None, SHOWN, page.sha256)
        looks.look_now(db, [shown, near], SHOWN + 9 * HOUR)
        assert due(db, SHOWN + 9 * HOUR) == sorted([shown, near])
        assert due(db, SHOWN + 9 * HOUR, limit=1) == [min(shown, near)]
        assert looks.cited(db, near) is None, "no edition shows it in a story"
        looks.no_more(db, near)
        assert due(db, SHOWN + 9 * HOUR) == [shown]
        assert [each.outcome for each in looks.of_articles(db, [shown, near])[shown]] == ["unread", "same"]
        assert looks.count(db) == dict.fromkeys(looks.OUTCOMES, 0) | {"unread": 1, "same": 1}


hours = st.integers(min_value=1, max_value=2_000).map(lambda number: number * HOUR)


@given(st.lists(hours, min_size=1, max_size=6, unique=True), st.lists(hours, min_size=1, max_size=30))
def test_no_look_is_made_twice_and_none_before_its_time(schedule: list[timedelta], waits: list[timedelta]) -> None:
    """However long the service stands still in between."""
    schedule, now, made = sorted(schedule), SHOWN, 0
    at: datetime | None = following(SHOWN, schedule, SHOWN)
    for wait in waits:
        now += wait
        if at and now >= at:
            made += 1
            assert made <= sum(SHOWN + after <= now for after in schedule)
            at = following(SHOWN, schedule, now)
            assert at is None or at > now
    assert (at is None) == (now >= SHOWN + schedule[-1])
