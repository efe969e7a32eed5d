"""What the page asks of a store, on both databases."""

from __future__ import annotations

from datetime import timedelta

from monitor.pipeline import audit as auditing
from monitor.pipeline.decide import Person
from monitor.store import Store, audits, browse, marks, search_index, volume
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
