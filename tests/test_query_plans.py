"""What is asked of a large store again and again is answered from an index, without a sort of all that it holds."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store import (
    Store,
    articles,
    browse,
    entries,
    judged_articles,
    schema,
    search_query,
    signatures,
    stories,
    story_links,
    volume,
)
from monitor.store.judged_articles import Wanted
from monitor.store.rows import one_of
from monitor.store.unread import unread_since
from monitor.text.search_terms import spellings
from tests.searching import terms_of
from tests.test_search_index import article, stored

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
WATCH = "w"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("plans")
    opened = Store(f"sqlite:///{path / 'monitor.db'}")
    with opened.write() as db:  # words that can be found, so that the index is asked
        stored(db, [article(1, "Pact", "signed")])
    yield opened
    opened.close()


@pytest.mark.parametrize("given", [[1, 2], ["a'b", "ا:c"]])
def test_a_query_by_many_values_leaves_no_work_to_the_collector(given: list[int] | list[str], store: Store) -> None:
    """Nothing else is done while that looks, and a poll asks so some times for each article."""
    column = schema.entries.c.id if isinstance(given[0], int) else schema.entries.c.title
    with store.read() as db:
        db.execute(sa.select(column).where(one_of(db, column, given), one_of(db, column, given[:1]))).all()
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                one_of(db, column, given)
            assert gc.collect() == 0
        finally:
            gc.enable()


def plan(store: Store, asks: Callable[[sa.Connection], object]) -> list[str]:
    """The lines of SQLite's plans for every query."""
    lines: list[str] = []

    def explain(_connection: object, cursor: object, statement: str, given: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[attr-defined]
            lines.extend(row[3] for row in rows)

    sa.event.listen(store.engine, "before_cursor_execute", explain)
    try:
        with store.read() as db:
            asks(db)
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", explain)
    return lines


def searched(db: sa.Connection) -> object:
    return list(search_query.candidates(db, [spellings(forms) or () for forms in terms_of('"pact signed"')], None))


def near_misses(db: sa.Connection) -> object:
    return browse.near_misses(db, [WATCH], limit=25, offset=0)


@pytest.mark.parametrize(
    ("asks", "index"),
    [
        (searched, "search_vocabulary USING PRIMARY KEY"),
        (searched, "search_words VIRTUAL TABLE INDEX"),
        (near_misses, "matches USING COVERING INDEX matches_verdict"),
        (near_misses, "search_documents USING COVERING INDEX"),
        (lambda db: volume.found_in(db, [WATCH], [NOW, NOW]), "matches USING COVERING INDEX matches_verdict"),
        (lambda db: articles.judged_before(db, "another", NOW), "USING COVERING INDEX ix_articles_fetched"),
        (lambda db: articles.ids_to_try(db, WATCH, NOW), "USING INDEX articles_whole"),
        (lambda db: articles.ids_to_try(db, None, NOW), "USING INDEX articles_whole"),
        (lambda db: stories.ungrouped_ids(db, WATCH, NOW, 1), "USING COVERING INDEX matches_verdict"),
        (lambda db: signatures.any_waiting(db, WATCH, NOW), "INDEX report_signatures_edited"),
        (lambda db: unread_since(db, NOW, NOW), "USING INDEX matches_unread"),
        (lambda db: entries.count_since(db, NOW, NOW), "USING COVERING INDEX entries_first_seen"),
        (lambda db: list(judged_articles.listed(db, Wanted(feed="f"))), "articles USING INDEX articles_feed"),
        (lambda db: judged_articles.with_ids(db, [1]), "entries USING INDEX entries_article"),
        (lambda db: browse.story_places(db, None, limit=9, after=(NOW, 1)), "stories USING COVERING INDEX"),
        (lambda db: list(story_links._that_follow(db, [1])), "story_links USING INDEX ix_story_links_beside"),
        (lambda db: list(story_links._followed_by(db, [1])), "story_articles_story_id"),
    ],
)
def test_an_index_answers(store: Store, asks: Callable[[sa.Connection], object], index: str) -> None:
    with store.write() as db:
        articles.set_judged(db, "one", 1)
    lines = plan(store, asks)
    assert any(index in line for line in lines), lines
    walked = [line for line in lines if line.startswith("SCAN") and not line.endswith(SMALL)]
    assert walked == [], "no table is walked from end to end"
    assert not [line for line in lines if "TEMP B-TREE FOR ORDER BY" in line and index not in ORDERED]


# Few rows are put in order where links, or hits or judgements of one page, were found by an index; of near misses,
# numbers alone.
SMALL = ("VIRTUAL TABLE INDEX 1:", "INDEX 192:M1", "judged")  # given values; a search by words, falling; one row
ORDERED = {
    "articles USING INDEX articles_feed",
    "entries USING INDEX entries_article",
    "matches USING COVERING INDEX matches_verdict",
    "search_documents USING COVERING INDEX",
    "search_vocabulary USING PRIMARY KEY",
    "search_words VIRTUAL TABLE INDEX",
    "story_links USING INDEX ix_story_links_beside",
    "story_articles_story_id",
}
