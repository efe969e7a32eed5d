"""Grouping with a store: what is looked up is enough, two workers make the stories of one, an edit moves its report."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import SeedError
from monitor.model import Article, Document, Match, Receipt
from monitor.pipeline import group_stories
from monitor.pipeline.count_seeds import count_seeds
from monitor.pipeline.group_stories import group_waiting, reader_of
from monitor.store import Store, articles, corrections, editions, groupings, schema, signatures, stories
from monitor.stories.group import census
from monitor.stories.group.resemblance import same_event
from monitor.stories.group.signature import VERSION, sign
from monitor.stories.group.tables import load_tables
from monitor.topic.records import EntityName, SeedArticle
from monitor.topic.seeds import read_seed
from tests.conftest import fresh_database
from tests.documents import ROOT
from tests.test_group import SAME_TOPIC, SECOND_VISIT, START, VISIT, VISIT_AR, VISIT_FA, VISIT_REWRITE, VISIT_UPDATE
from tests.test_store import edition, rendered

WORLD = [VISIT, VISIT_REWRITE, VISIT_FA, VISIT_AR, VISIT_UPDATE, SECOND_VISIT, *SAME_TOPIC]
NOW = START + timedelta(days=60)
AIDE = EntityName("x_aide", "person", "iran", ("~Aide",))
TOWN = EntityName("x_town", "place", "", ("Town",))
FORCE = EntityName("x_force", "body", "iraq", ("Force",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


def add(store: Store, document: Document, verdict: str = "match") -> int:
    """A judged article; its id."""
    at = document.published or NOW
    url = f"https://news.example/{document.id}"
    made = Article(0, url, document.title, document.text, document.language, at, at, "f", "News", "News", "independent")
    with store.write() as db:
        known = articles.at_keys(db, [url])
        number = known[url].id if known else articles.add(db, [(made, url, None)])[0]
        if known:
            articles.replace_text(db, number, replace(made, id=number))
        match = Match("w", 0.9, verdict, Receipt(0.5, 0.3, "v"))  # type: ignore[arg-type]
        articles.save_matches(db, [(number, match)], NOW)
    return number


def found(store: Store) -> dict[str, int]:
    """document id → story id of everything that is grouped."""
    with store.read() as db:
        return {
            report.article.url.rpartition("/")[2]: story.id
            for story in stories.load(db, stories.ids_since(db, None, "w"))
            for report in story.reports
        }


def parts(story_of: dict[str, int]) -> set[frozenset[str]]:
    homes = set(story_of.values())
    return {frozenset(name for name, home in story_of.items() if home == story) for story in homes}


def one_by_one(store: Store, documents: Sequence[Document]) -> None:
    for document in documents:
        add(store, document)
        group_waiting(store, "w", NOW)


def show(store: Store, *names: str) -> None:
    """An edition that shows these reports."""
    story_of = found(store)
    with store.write() as db:
        number = editions.add(db, edition(), rendered(), NOW)
        assert number
        ids = {row.url.rpartition("/")[2]: row.id for row in db.execute(sa.select(schema.articles))}
        editions.record_shown(db, "daily", number, [("w", ids[name], story_of[name]) for name in names], "story")


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> set[frozenset[str]]:
    """The stories of all reports, grouped at once."""
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('together') / 'monitor.db'}")
    for document in WORLD:
        add(opened, document)
    group_waiting(opened, "w", NOW)
    known = parts(found(opened))
    opened.close()
    return known


@pytest.mark.slow
@given(order=st.permutations(WORLD))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_one_at_a_time_in_any_order_makes_the_same_stories(
    order: list[Document], together: set[frozenset[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('order') / 'monitor.db'}")
    one_by_one(opened, order)
    assert parts(found(opened)) == together
    opened.close()


@pytest.mark.slow
@given(order=st.permutations(WORLD), shared=st.integers(1, 3))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_two_workers_make_the_stories_of_one(
    order: list[Document], shared: int, together: set[frozenset[str]], postgresql: str
) -> None:
    """Both group whatever waits while reports come in, ``shared`` at a time."""
    address = fresh_database(postgresql)
    stores = [Store(address) for _ in range(3)]
    ended, failed = threading.Event(), []

    def work(mine: Store) -> None:
        try:
            while not ended.is_set():
                group_waiting(mine, "w", NOW)
        except Exception as error:
            failed.append(error)

    workers = [threading.Thread(target=work, args=(mine,)) for mine in stores[1:]]
    for worker in workers:
        worker.start()
    for start in range(0, len(order), shared):
        for document in order[start : start + shared]:
            add(stores[0], document)
    ended.set()
    for worker in workers:
        worker.join()
    group_waiting(stores[0], "w", NOW)
    assert failed == []
    assert parts(found(stores[0])) == together
    with stores[0].read() as db:  # no story was begun twice and left empty
        held = sa.exists().where(schema.story_articles.c.story_id == schema.stories.c.id)
        left = sa.select(schema.stories.c.id).where(~held, schema.stories.c.merged_into.is_(None))
        assert db.execute(left).all() == []
    for each in stores:
        each.close()


def test_what_was_decided_on_other_stories_is_not_recorded(store: Store) -> None:
    add(store, VISIT)
    plan = group_stories._decide(store, "w", NOW)
    assert plan
    add(store, VISIT_REWRITE)
    group_waiting(store, "w", NOW)
    with store.write() as db:
        assert not group_stories._record(db, "w", plan, group_stories.Grouped(), NOW)
    assert len(set(found(store).values())) == 1
    with store.read() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(schema.stories)) == 1


def test_a_late_report_joins_the_story_of_its_time(store: Store) -> None:
    one_by_one(store, [VISIT, SECOND_VISIT, VISIT_UPDATE, VISIT_REWRITE])
    story_of = found(store)
    assert story_of["visit-en"] == story_of["visit-en-2"] == story_of["visit-next-day"] != story_of["second-visit"]


def test_an_edited_report_is_decided_again_and_keeps_its_story_where_it_can(store: Store) -> None:
    guards, pilgrims, _ = SAME_TOPIC
    one_by_one(store, [VISIT, VISIT_REWRITE, guards])
    before = found(store)
    add(store, replace(guards, title=f"{guards.title}, officers say"))
    group_waiting(store, "w", NOW)
    assert found(store) == before
    # its source puts another report at the address
    add(store, replace(guards, title=pilgrims.title, text=pilgrims.text))
    add(store, pilgrims)
    group_waiting(store, "w", NOW)
    after = found(store)
    assert after["guards"] == after["pilgrims"] == before["guards"]
    # and then what belongs to the visit
    add(store, replace(guards, title=VISIT_UPDATE.title, text=VISIT_UPDATE.text))
    group_waiting(store, "w", NOW)
    assert found(store) == after | {"guards": before["visit-en"]}
    with store.read() as db:
        assert signatures.edited(db, "w", 10) == {}


def test_an_edited_report_leaves_a_story_that_is_larger_than_what_is_read_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_stories, "FIRST", 1)
    monkeypatch.setattr(group_stories, "LAST", 1)
    one_by_one(store, [VISIT, VISIT_REWRITE, VISIT_UPDATE])
    before = found(store)
    assert len(set(before.values())) == 1
    guards = SAME_TOPIC[0]
    add(store, replace(VISIT_REWRITE, title=guards.title, text=guards.text))
    group_waiting(store, "w", NOW)
    after = found(store)
    assert after.pop(VISIT_REWRITE.id) != before.pop(VISIT_REWRITE.id)
    assert after == before
    with store.read() as db:
        assert signatures.edited(db, "w", 10) == {}


@pytest.mark.parametrize("shown", [False, True])
def test_what_an_edition_has_shown_stays_in_its_story(store: Store, shown: bool) -> None:
    guards, pilgrims, _ = SAME_TOPIC
    for document in (VISIT, pilgrims):
        add(store, document)
    with store.write() as db:  # wrongly together, as an older version may have left them
        first, second = stories.ungrouped(db, "w")
        wrong = stories.create(db, "w", first)
        for report in (first, second):
            stories.place(db, "w", report, wrong, "test")
    if shown:
        show(store, VISIT.id, pilgrims.id)
    one_by_one(store, [VISIT_REWRITE, guards])
    story_of = found(store)
    assert (story_of["visit-en"] == story_of["pilgrims"]) is shown
    assert story_of["visit-en"] == story_of["visit-en-2"] != story_of["guards"]
    assert wrong in story_of.values()


def test_a_store_of_an_earlier_version_is_filled_when_it_is_grouped(store: Store) -> None:
    one_by_one(store, [VISIT, *SAME_TOPIC])
    before = found(store)
    with store.write() as db:
        db.execute(schema.report_signatures.delete())
        db.execute(schema.report_keys.delete())
        db.execute(schema.groupings.delete())
    one_by_one(store, [VISIT_REWRITE])
    assert found(store) == before | {"visit-en-2": before["visit-en"]}


def test_signatures_of_another_version_are_made_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one(store, [VISIT, *SAME_TOPIC])
    before = found(store)
    monkeypatch.setattr("monitor.pipeline.group_stories.VERSION", VERSION + 1)
    one_by_one(store, [VISIT_REWRITE])
    assert found(store) == before | {"visit-en-2": before["visit-en"]}
    with store.read() as db:
        versions = db.scalars(sa.select(schema.report_signatures.c.version).distinct())
        assert list(versions) == [VERSION + 1]


def test_a_person_s_word_raises_the_counter_of_changes(store: Store) -> None:
    one_by_one(store, [VISIT, VISIT_REWRITE, SAME_TOPIC[0]])
    story_of = found(store)

    def changed() -> int:
        with store.read() as db:
            return groupings.changed(db, "w")

    counted = [changed()]
    with store.write() as db:
        corrections.merge(db, story_of["visit-en"], [story_of["guards"]], NOW, said=True)
    counted.append(changed())
    with store.write() as db:
        [story] = stories.load(db, [story_of["visit-en"]])
        corrections.split(db, story.id, "w", story.reports[:1], NOW)
    counted.append(changed())
    with store.write() as db:
        stories.drop(db, "w", [story.reports[1].article.id])
    counted.append(changed())
    assert counted == sorted(set(counted))


def test_what_a_person_merged_is_not_taken_apart(store: Store) -> None:
    guards, pilgrims, radar = SAME_TOPIC
    one_by_one(store, [VISIT, guards])
    story_of = found(store)
    with store.write() as db:
        corrections.merge(db, story_of["visit-en"], [story_of["guards"]], NOW, said=True)
    one_by_one(store, [VISIT_REWRITE, pilgrims, radar, replace(guards, id="guards-2")])
    after = found(store)
    assert after["visit-en"] == after["guards"] == after["visit-en-2"] == after["guards-2"] == story_of["visit-en"]


def test_a_census_is_taken_as_reports_come(store: Store) -> None:
    documents = [replace(SAME_TOPIC[n % 3], id=str(n), title=f"{SAME_TOPIC[n % 3].title} {n}") for n in range(14)]
    for document in documents:
        add(store, document)
    group_waiting(store, "w", NOW)
    with store.read() as db:
        progress, text = groupings.progress(db, "w"), groupings.census(db, "w")
    assert (progress.signed, progress.counted) == (14, 14)
    [(space, counts)] = census.from_text(text).reports.items()
    assert (space, counts.reports) == ("latin", 14)
    assert counts.terms["najaf"] == 5
    assert min(counts.terms.values()) > 1


def test_what_most_seeds_say_is_no_sign_of_one_event(store: Store) -> None:
    """A new watch has found nothing yet, and still the words of its topic are not rare to it."""
    read = seeds_of("docs/tutorial/seeds")
    order, strike = (
        Document(title, title, text, "en", NOW)
        for title, text in (
            (
                "Northern Lines orders two electric ferries",
                "The ferries need a new quay with a charging tower at Ansel.",
            ),
            ("Ferry crews at Ansel end their strike", "The crews of the diesel ferries returned to work on Tuesday."),
        )
    )
    bare = odds(store, order, strike)
    count_seeds(store, "w", "first", lambda: read, lambda: [AIDE, TOWN, FORCE])
    counted = odds(store, order, strike)
    assert counted < bare / 5
    count_seeds(store, "w", "first", lambda: pytest.fail("the seeds are counted already"), lambda: [])

    def gone() -> list[SeedArticle]:
        raise SeedError("no such folder")

    count_seeds(store, "w", "second", gone, lambda: [AIDE, TOWN, FORCE])
    for number in range(14):  # from ten reports there is a census of them, which keeps that of the seeds
        add(store, replace(SAME_TOPIC[number % 3], id=str(number)))
    group_waiting(store, "w", NOW)
    with store.read() as db:
        kept = census.from_text(groupings.census(db, "w"))
    assert (kept.of, kept.reports["latin"].reports, kept.seeds["latin"].reports) == ("second", 14, 50)
    assert kept.whole()["latin"].terms["ferry"] == 50
    assert kept.known == {"x_aide": ("person", "iran", "Aide"), "x_town": ("place", "", "Town")}


def test_what_the_watch_knows_is_added_to_a_census_of_an_earlier_version(store: Store) -> None:
    with store.write() as db:
        groupings.set_census(db, "w", '{"reports": {}, "seeds": {}, "of": "first"}')
    count_seeds(store, "w", "first", list, lambda: [AIDE])
    with store.read() as db:
        assert list(census.from_text(groupings.census(db, "w")).known or {}) == ["x_aide"]


def seeds_of(folder: str) -> list[SeedArticle]:
    return [read_seed(path) for path in sorted((ROOT / folder).glob("*.txt"))]


def odds(store: Store, *pair: Document) -> float:
    """The odds that the two are of one event, by what is counted of the watch."""
    with store.read() as db:
        reader = reader_of(db, "w")
    one, other = (reader.weigh(sign(each, load_tables())) for each in pair)
    likely = same_event(one, other, 0.1)
    return likely / (1 - likely)
