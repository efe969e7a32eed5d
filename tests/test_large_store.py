"""Previews and dry runs over a large store: their memory goes with what is shown, and they say what was looked at."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from monitor.config.service import DigestConfig
from monitor.digest.compose import ComposeSettings, compose
from monitor.digest.gather import Window, coverage_of, gather, voices, with_texts
from monitor.model import Article, Edition, Match, Passage, Receipt, Report
from monitor.pipeline.trial import BATCH, Trial, try_edit
from monitor.store import Store, articles, stories
from tests.shipped import SHIPPED

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
WATCH = "iran-iraq-defense"
ARTICLES = 600
TEXT = 40_000  # characters of each; together 24 MB
STORED = ARTICLES * TEXT
MOVED = "Harvest of walnuts. "
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Long articles that match, each a story of its own; under an edit none does."""
    with closing(Store(f"sqlite:///{tmp_path_factory.mktemp('large') / 'monitor.db'}")) as store:
        for start in range(0, ARTICLES, 100):
            with store.write() as db:
                made = [_article(number) for number in range(start, start + 100)]
                ids = articles.add(db, [(each, each.url, None) for each in made])
                receipt = Receipt(0.5, 0.3, "old", passages=(Passage(MOVED * 20, "lead"),), line="as it was")
                found = Match(WATCH, 0.9, "match", receipt)
                articles.save_matches(db, [(number, found) for number in ids], NOW - timedelta(hours=1))
                for number, each in zip(ids, made, strict=True):
                    report = Report(replace(each, id=number), found, NOW)
                    stories.place(db, WATCH, report, stories.create(db, WATCH, report), "first")
        yield store


def _article(number: int) -> Article:
    url, at = f"https://host.example/{number}", NOW - timedelta(hours=3, seconds=number)
    text = f"{number} {MOVED}".ljust(TEXT, "x")
    return Article(
        0, url, f"Headline {number}", text, "en", at, at, "https://host.example/feed", "S", "S", "independent"
    )


def peak(work: Callable[[], Result]) -> tuple[Result, int]:
    """What it returns, and how many bytes it held at most beyond what was held before."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        found = work()
        return found, tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_trial_holds_a_batch_of_articles_and_what_it_lists(large: Store) -> None:
    tried, held = peak(partial(try_edit, large, WATCH, SHIPPED, NOW - timedelta(days=1), listed=10))
    assert (tried.comparison.articles, tried.archive, tried.whole) == (ARTICLES, ARTICLES, True)
    assert tried.comparison.totals == {"gained": 0, "lost": ARTICLES, "moved": 0}
    assert (len(tried.comparison.lost), tried.lost_in_all, len(tried.lost_stories)) == (10, ARTICLES, 10)
    assert all(change.document.text == "" and change.reasons for change in tried.comparison.lost)
    assert held < 3 * BATCH * TEXT < STORED


@pytest.mark.slow
@pytest.mark.parametrize("most", [None, 250])
def test_a_trial_that_is_ended_says_how_many_of_the_newest_it_looked_at(large: Store, most: int | None) -> None:
    calls = iter(range(BATCH + 7))

    def ended() -> Trial:
        return try_edit(
            large, WATCH, SHIPPED, NOW - timedelta(days=1), most=most, go_on=lambda: next(calls, None) is not None
        )

    tried, held = peak(ended)
    assert (tried.comparison.articles, tried.archive, tried.whole) == (BATCH + 7, ARTICLES, False)
    newest = {change.document.id for change in tried.comparison.lost}
    assert newest == {str(number) for number in range(ARTICLES - BATCH - 6, ARTICLES + 1)}
    assert held < STORED / 2, "nothing was read that was not looked at"


@pytest.mark.slow
def test_an_edition_of_many_stories_reads_the_texts_of_those_it_shows(large: Store) -> None:
    digest = DigestConfig.model_validate({"name": "daily", "schedule": "0 7 * * *"})
    window = Window(digest, [WATCH], NOW - timedelta(days=1), NOW)

    def composed() -> Edition:
        with large.read() as db:
            material = gather(db, window, timedelta(days=7))
            brief = compose(
                ComposeSettings("daily", max_stories=5, watch_ids=(WATCH,)),
                period="now",
                since=window.since,
                until=NOW,
                now=NOW,
                stories=material.stories,
                seen=material.seen,
                near_misses=material.near_misses,
                coverage=coverage_of(db, [], window, NOW, UTC),
                voices=partial(voices, db),
            )
            return with_texts(db, brief)

    edition, held = peak(composed)
    assert (len(edition.stories), len(edition.more)) == (5, ARTICLES - 5)
    for each in edition.stories:
        [report] = each.story.reports
        assert len(report.article.text) == TEXT
        assert report.match.receipt.line == "as it was"
    assert {report.article.text for each in edition.more for report in each.story.reports} == {""}
    assert held < STORED / 4


def test_nothing_is_said_of_an_empty_store(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'monitor.db'}")) as store:
        tried = try_edit(store, WATCH, SHIPPED, NOW - timedelta(days=1))
    assert (tried.comparison.articles, tried.archive, tried.warnings, tried.lost_in_all) == (0, 0, (), 0)
