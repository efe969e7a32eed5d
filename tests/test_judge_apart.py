"""What takes long is judged in a process of its own: the same verdicts, and nothing is lost when it ends."""

from __future__ import annotations

import gc
import os
import signal
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.app import App
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.model import Article
from monitor.pipeline import judge_apart
from monitor.pipeline.judge_apart import PORTION, JudgingProcess, portions
from monitor.pipeline.judge_article import judged
from monitor.store import Store
from monitor.workers.pool import WorkerPool
from tests.newsroom import GAME, PACT
from tests.shipped import SHIPPED
from tests.test_service import Configure
from tests.test_unblocked import costly

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)


def article(number: int, title: str, text: str) -> Article:
    url = f"https://news.example/{number}"
    return Article(number, url, title, text, "en", NOW, NOW, "https://news.example/feed", "S", "S", "independent")


PACT_TEXT, GAME_TEXT = "\n".join(PACT), "\n".join(GAME)
ARTICLES = [
    article(1, "Ministers sign pact", PACT_TEXT),
    article(2, "Team wins", GAME_TEXT),
    article(3, "Ministers sign pact", PACT_TEXT + GAME_TEXT * 50),
    replace(article(4, "Team wins", GAME_TEXT), partial=True),
]


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[JudgingProcess]:
    process = JudgingProcess(load_config(Path(__file__).parents[1] / "config"), tmp_path / "matchers")
    yield process
    process.end()


def test_portions_are_all_articles_in_order() -> None:
    texts = [PORTION // 2, PORTION // 2, 1, 3 * PORTION, 5, 0]
    given = [article(number, "t", "x" * length) for number, length in enumerate(texts)]
    found = list(portions(given))
    assert [each.id for row in found for each in row] == list(range(6))
    assert [len(row) for row in found] == [2, 1, 1, 2]
    assert list(portions([])) == []


@pytest.mark.slow
def test_the_verdicts_are_those_of_judging_here(apart: JudgingProcess) -> None:
    marked = {2: True}
    here = [judged(each, SHIPPED, marked.get(each.id)) for each in ARTICLES]
    assert apart.judge(SHIPPED, ARTICLES, marked) == here
    assert {match.verdict for _, match in here} == {"match", "no"}
    first = process_of(apart)
    assert apart.judge(SHIPPED, ARTICLES[:1], {}) == here[:1]
    assert process_of(apart) == first
    apart.end()  # between two: it starts again
    assert apart.judge(SHIPPED, ARTICLES, marked) == here
    assert process_of(apart) != first


def process_of(apart: JudgingProcess) -> int:
    assert apart._worker
    number = apart._worker._process.pid
    assert number
    return number


@pytest.mark.slow
def test_an_article_that_takes_too_long_costs_no_other_its_verdict(
    apart: JudgingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = article(5, "Iran, Iraq sign defence memorandum", costly(100_000))
    apart.judge(SHIPPED, ARTICLES, {})  # what is worked out once takes as long
    monkeypatch.setattr(judge_apart, "LIMIT", 0.02)
    done = apart.judge(SHIPPED, [ARTICLES[0], long], {})
    assert [each.id for each, _ in done] == [1, 5]
    assert done[1][0].text == long.text
    [said] = [reason.text for reason in done[1][1].receipt.reasons if reason.text.endswith("took too long")]
    assert said.startswith(("only the first 5,000 of", "only the first 0 of"))


@pytest.mark.slow
def test_one_that_is_lost_before_it_had_anything_to_do_is_replaced(apart: JudgingProcess) -> None:
    apart.judge(SHIPPED, ARTICLES[:1], {})
    os.kill(process_of(apart), signal.SIGKILL)  # as a system does that is short of memory
    assert apart.judge(SHIPPED, ARTICLES, {}) == [judged(each, SHIPPED) for each in ARTICLES]


@pytest.mark.slow
def test_a_stop_ends_it_at_once(apart: JudgingProcess) -> None:
    apart.judge(SHIPPED, ARTICLES[:1], {})
    os.kill(process_of(apart), signal.SIGSTOP)
    stopped, done = threading.Event(), []
    thread = threading.Thread(target=lambda: done.append(apart.judge(SHIPPED, ARTICLES, {}, stopped.is_set)))
    thread.start()
    stopped.set()
    apart.end()
    thread.join(10)
    assert done == [[]]


@pytest.mark.slow
def test_matchers_of_files_that_were_saved_meanwhile_do_not_judge(apart: JudgingProcess) -> None:
    other = type(SHIPPED)(replace(SHIPPED.topic, version="another"))
    assert apart.judge(other, ARTICLES[:1], {}) == [judged(ARTICLES[0], other)]


@pytest.mark.slow
def test_a_configuration_that_was_replaced_goes_without_the_collector(configure: Configure, tmp_path: Path) -> None:
    """It holds 20 MB, and looking for garbage stops every thread."""
    folder = configure("https://news.example/feed")
    with closing(Store(f"sqlite:///{tmp_path / 'monitor.db'}")) as store:
        app = App(load_config(folder), store, WorkerPool(), lambda: NOW, Silent(), staying=True).build()
        parts = [weakref.ref(each) for each in (app, app.pipeline, app._matching)]
        gc.collect()
        gc.disable()
        try:
            app = app.with_config(load_config(folder))
            assert [part() for part in parts] == [None, None, None]
        finally:
            gc.enable()
        assert app._matching.apart
        app._matching.apart.end()
