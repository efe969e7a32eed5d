"""What the page asks of a store, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.model import Match, Receipt, Verdict
from monitor.pipeline import audit as auditing
from monitor.pipeline import decide
from monitor.pipeline.decide import Person
from monitor.store import (
    Store,
    articles,
    audits,
    browse,
    marks,
    match_names,
    schema,
    search_index,
    search_query,
    volume,
)
from monitor.store.article_filter import ArticleFilter
from tests.desk import START, Desk


def test_near_misses_come_latest_first_also_where_the_index_has_none_of_them(store: Store) -> None:
    desk = Desk(store, START)
    ages = [5, 1, 9, 3]
    ids = [desk.arrive(f"near {age}", age=timedelta(hours=age), verdict="near", score=0.4) for age in ages]
    desk.arrive("match")
    by_age = [number for _, number in sorted(zip(ages, ids, strict=True))]

    def listed(**where: int) -> list[int]:
        with store.read() as db:
            return [each.article.id for each in browse.near_misses(db, ["w"], **{"limit": 9, "offset": 0, **where})]

    assert listed() == by_age
    assert [listed(limit=2, offset=start) for start in (0, 2, 4)] == [by_age[:2], by_age[2:], []]
    with store.write() as db:
        search_index.remove(db, ids[:2])
    assert set(listed()) == set(ids)
    assert set(listed(limit=2)) == set(ids[2:])
    with store.read() as db:
        assert browse.near_misses(db, ["x"], limit=9, offset=0) == []


def test_what_is_new_and_what_was_found_are_told_by_when(store: Store) -> None:
    desk = Desk(store, START)
    desk.arrive("one")
    desk.group()
    desk.forward(hours=2)
    desk.arrive("two")
    desk.arrive("one")  # another report of it
    desk.arrive("three", verdict="near")
    desk.group()
    since = START + timedelta(hours=1)
    with store.read() as db:
        every = browse.story_ids(db, None, limit=9, offset=0)
        new = browse.story_ids(db, "w", limit=9, offset=0, since=since)
        assert len(every) == 2
        assert set(new) == set(every)
        assert browse.story_count(db, None, False, since) == 2
        assert browse.story_count(db, None, True, since) == 0
        assert browse.found_since(db, since, every[:1]) == frozenset(every[:1])
        assert browse.found_since(db, desk.now, every) == frozenset()
        bounds = [START - timedelta(hours=1), since, desk.now + timedelta(hours=1)]
        assert sorted((each.span, each.reports) for each in volume.found_in(db, ["w"], bounds)) == [(0, 1), (1, 2)]
        assert sum(each.reports for each in volume.found_in(db, ["w"], bounds[1:])) == 2


def test_an_audit_is_stored_and_its_answers_are_read_back(store: Store) -> None:
    desk = Desk(store, START)
    for number in range(30):
        verdict = ("match", "near", "no")[number % 3]
        desk.arrive(f"event {number}", verdict=verdict, score=(0.9, 0.4, 0.01)[number % 3])  # type: ignore[arg-type]
    person = Person("Rana", START + timedelta(minutes=1))
    made = auditing.start(store, "w", person)
    assert len(made.sample) == 20
    with store.write() as db:
        for each in made.sample[:12]:
            marks.put(db, each.article, "w", each.band == "match", person.now)
    with store.read() as db:
        [found] = audits.newest(db, "w")
        assert (found.id, found.who, found.sizes, found.waiting) == (made.id, "Rana", made.sizes, 8)
        assert [each.article for each in found.sample] == [each.article for each in made.sample]
        first = made.sample[0].article
        assert audits.sampled(db, "w", [first, 999], before=person.now) == {first}
        assert audits.sampled(db, "w", [first], before=START) == frozenset()
        standing = auditing.standing(db, "w", person.now)
        assert standing
        assert standing.all.answered == 12
        assert auditing.waiting(db, "w", person.now)
        assert auditing.waiting(db, "w", person.now + timedelta(days=8)) is None


def test_filters_find_in_the_index_what_reading_every_article_finds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With parts so small that several of them are looked through."""
    monkeypatch.setattr(search_query, "_PROBED", 3)
    monkeypatch.setattr(search_query, "_AT_FIRST", 2)
    desk = Desk(store, START)
    verdicts: list[Verdict] = ["match", "near", "no"]
    ids = [
        desk.arrive(f"event {n}", age=timedelta(hours=7 * n % 50), verdict=verdicts[n % 3], score=n / 30)
        for n in range(25)
    ]
    with store.write() as db:
        decide.mark(db, "w", ids[:9:2], Person("Rana", START), relevant=True)
        decide.mark(db, "w", ids[1:9:2], Person("Rana", START), relevant=False)
    filters = [
        ArticleFilter(judgement=judgement, watch=watch, score=score, since=since)
        for judgement in ("", "match", "near", "no", "right", "wrong")
        for watch in ("", "w", "x")
        for score in (None, 0.4)
        for since in (None, START - timedelta(hours=20), START + timedelta(days=9))
    ]
    with store.read() as db:
        for each in filters:
            found = [article.id for _, article in search_query.newest(db, None, each) if article]
            every = browse.articles_before(db, None, indexed=True, where=each.where())
            latest = sorted(every, key=lambda article: article.published or article.fetched, reverse=True)
            assert found == [article.id for article in latest], each


def test_who_is_named_is_counted_over_every_story(store: Store) -> None:
    desk = Desk(store, START)
    receipt = Receipt(0.5, 0.3, "v")
    for number in range(12):
        desk.arrive(f"event number {number}")
        desk.arrive(f"event number {number}")
        desk.forward(hours=5)
    desk.group()
    with store.write() as db:
        ids = [each.id for each in browse.articles_before(db, None, indexed=True)]
        named = {number: ("araji", "basra") if number % 3 else ("araji",) for number in ids if number % 2}
        articles.save_matches(db, [(n, Match("w", 0.9, "match", receipt, who)) for n, who in named.items()], desk.now)
    with store.read() as db:
        of = {row.article_id: row.story_id for row in db.execute(sa.select(schema.story_articles))}
        stories = {of[number] for number in named}
        found = match_names.story_ids(db, ["w"], "araji", limit=99)
        assert set(found) == stories
        assert len(found) == len(stories)
        assert match_names.story_ids(db, ["w"], "araji", limit=2, offset=1) == found[1:3]
        both = {of[number] for number, who in named.items() if "basra" in who}
        assert match_names.named_with(db, found, "araji") == [("basra", len(both))]
        assert match_names.named_with(db, found[:2], "araji") == [("basra", len(both & set(found[:2])))]
        counts, _ = match_names.begun_in(db, ["w"], "araji", [START, START + timedelta(hours=12), desk.now])
        assert sum(counts) == len(stories)
