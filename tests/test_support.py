"""Supporting reports: what did not match but tells of a story's event is shown with it, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.api.stories import story_answer
from monitor.model import Article, Document, Match, Receipt, Story
from monitor.pipeline.group_stories import group_waiting
from monitor.pipeline.support_stories import support_stories
from monitor.store import Store, articles, corrections, stories, supports
from tests.test_group import SAME_TOPIC, START, VISIT, VISIT_AR, VISIT_FA, VISIT_UPDATE

NOW = START + timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


def judged(store: Store, document: Document, verdict: str, score: float, entities: tuple[str, ...] = ()) -> int:
    """An article that was judged a day after the start."""
    url = f"https://news.example/{document.id}"
    at = document.published or NOW
    made = Article(0, url, document.title, document.text, document.language, at, at, "f", "News", "News", "independent")
    match = Match("w", score, verdict, Receipt(0.5, 0.3, "v"), entities)  # type: ignore[arg-type]
    with store.write() as db:
        known = articles.at_keys(db, [url])
        number = known[url].id if known else articles.add(db, [(made, url, None)])[0]
        articles.save_matches(db, [(number, match)], NOW)
    return number


def told(store: Store) -> list[Story]:
    with store.read() as db:
        return stories.load(db, stories.ids_since(db, None, "w"))


def look(store: Store, at: timedelta = timedelta()) -> None:
    group_waiting(store, "w", NOW + at)
    support_stories(store, "w", NOW + at)


def test_what_tells_of_a_story_is_shown_with_it_whatever_comes_first(store: Store) -> None:
    before = judged(store, VISIT_FA, "near", 0.4)
    judged(store, VISIT, "match", 0.9)
    for other in SAME_TOPIC:
        judged(store, other, "near", 0.4)
    look(store)
    after = judged(store, VISIT_AR, "no", 0.02, ("ministry_one", "ministry_two"))
    judged(store, replace(VISIT_UPDATE, id="quiet"), "no", 0.02)  # neither near nor about whom the watch is about
    look(store, timedelta(minutes=5))
    [story] = told(store)
    assert len(story.reports) == 1
    assert story.score == 0.9
    assert {each.report.article.id for each in story.supporting} == {before, after}
    said = {each["id"]: each["score"] for each in story_answer(story).document()["supporting"]}
    assert said == {before: 0.4, after: 0.02}


def test_without_a_story_nothing_is_shown_and_what_matches_later_is_a_report(store: Store) -> None:
    number = judged(store, VISIT_FA, "near", 0.4)
    look(store)
    assert told(store) == []
    judged(store, VISIT, "match", 0.9)
    look(store, timedelta(minutes=5))
    assert [each.report.article.id for each in told(store)[0].supporting] == [number]
    judged(store, VISIT_FA, "match", 0.6)
    look(store, timedelta(minutes=9))
    [story] = told(store)
    assert len(story.reports) == 2
    assert story.supporting == ()


def test_it_goes_with_the_report_that_it_is_beside(store: Store) -> None:
    one, other = judged(store, VISIT, "match", 0.9), judged(store, VISIT_UPDATE, "match", 0.9)
    judged(store, VISIT_FA, "near", 0.4)
    look(store)
    [story] = told(store)
    beside = min(one, other, key=lambda number: number != _beside(store))
    with store.write() as db:
        corrections.split(db, story.id, "w", [r for r in story.reports if r.article.id == beside], NOW)
    homes = {report.article.id: each for each in told(store) for report in each.reports}
    assert len(homes[beside].supporting) == 1
    assert homes[one + other - beside].supporting == ()


def _beside(store: Store) -> int:
    with store.read() as db:
        return int(db.exec_driver_sql("SELECT beside FROM story_supports").scalar_one())


def test_nothing_is_looked_at_twice_unless_the_stories_change(store: Store) -> None:
    judged(store, VISIT, "match", 0.9)
    judged(store, VISIT_FA, "near", 0.4)
    look(store)
    look(store, timedelta(minutes=20))  # once more, for what another process may have stored late
    later = NOW + timedelta(minutes=30)
    with store.read() as db:
        assert not supports.is_due(db, "w", later)
    judged(store, replace(VISIT_UPDATE, id="more"), "match", 0.9)
    group_waiting(store, "w", later)
    with store.read() as db:
        assert supports.is_due(db, "w", later)


def test_where_no_story_is_nothing_is_read_for_weighing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables take a tenth of a second to read, and most polls find no match."""
    monkeypatch.setattr("monitor.pipeline.group_stories.load_tables", lambda: pytest.fail("the tables were read"))
    judged(store, VISIT_FA, "near", 0.4)
    look(store)
    judged(store, VISIT, "match", 0.9)
    with pytest.raises(pytest.fail.Exception, match="were read"):
        look(store, timedelta(minutes=5))


def written(id: str, language: str, title: str, text: str) -> Document:
    return Document(id, title, text, language, START)


PATROLS = written(
    "patrols",
    "en",
    "Marland and Ostia sign memorandum on joint patrols in Port Anders",
    "Officers of Marland and Ostia signed a memorandum in Port Anders on joint patrols of the strait.",
)


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        (  # of another matter
            "de",
            "Marland und Ostia unterzeichnen in Port Anders ein Memorandum zum Handel",
            "Beamte von Marland und Ostia unterzeichneten in Port Anders ein Memorandum zum Handel an der Meerenge.",
        ),
        (  # of a matter that no table knows, in the language of the story
            "en",
            "Marland and Ostia sign memorandum on museums in Port Anders",
            "Officials of Marland and Ostia signed a memorandum in Port Anders on joint museums of the strait.",
        ),
    ],
)
def test_what_the_same_two_sides_sign_on_another_matter_supports_nothing(
    store: Store, language: str, title: str, text: str
) -> None:
    judged(store, PATROLS, "match", 0.9)
    judged(store, written("other", language, title, text), "no", 0.02, ("marland", "ostia"))
    look(store)
    assert told(store)[0].supporting == ()


def test_an_account_of_the_same_matter_in_another_language_supports(store: Store) -> None:
    judged(store, PATROLS, "match", 0.9)
    title = "Marland und Ostia unterzeichnen in Port Anders ein Memorandum zu Patrouillen"
    text = (
        "Offiziere von Marland und Ostia unterzeichneten in Port Anders ein Memorandum zu Patrouillen in der Meerenge."
    )
    number = judged(store, written("german", "de", title, text), "no", 0.02, ("marland", "ostia"))
    look(store)
    assert [each.report.article.id for each in told(store)[0].supporting] == [number]
