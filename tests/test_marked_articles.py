"""What a person marked decides everywhere: in a trial of an edit, beside stories, on the page and in its receipts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.model import Article, Match
from monitor.pipeline import decide, judge_article
from monitor.pipeline.decide import Person
from monitor.store import Store, articles, marks, supports
from monitor.store.limits import Limits
from monitor.store.subjects import ALL_STORIES, Subject, articles_at
from tests.conftest import SERVICE
from tests.newsroom import hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_marks_and_edits import Desk, desk  # noqa: F401

WATCH, HERE = "iran-iraq-defense", "https://a.example/1.html"


def diff(desk: Desk, text: str) -> Any:  # noqa: F811
    watch = next(iter((desk.folder / "watches").glob("*.yaml")))
    draft = desk.folder.parent / watch.name
    draft.write_text(watch.read_text() + text)
    [found] = desk.json("diff", "--edited", draft)
    return found, desk.run("diff", "--edited", draft).out


@pytest.mark.slow
def test_marks_decide_in_a_trial(desk: Desk) -> None:  # noqa: F811
    desk.run("mark", desk.number("game"), "right")
    desk.run("mark", desk.number("pact"), "wrong")
    found, said = diff(desk, "\nthreshold: 0.01\n")
    assert (found["gained"], found["lost"], found["moved"], found["stories_lost"]) == ([], [], [], [])
    assert found["totals"]["by_mark"] >= 1
    assert "a person has marked" in said
    assert "the mark decides" in said


@pytest.mark.slow
def test_a_published_report_that_is_marked_wrong_is_listed_once_and_says_so(desk: Desk) -> None:  # noqa: F811
    number = desk.number("pact")
    assert desk.json("digest", "daily")["stories"] == 1
    said = desk.run("mark", number, "wrong").out
    assert "stays in story" in said
    store = Store(load_config(desk.folder).store_url())
    with store.write() as db:  # as if it had been looked for what supports the story
        supports.save(db, "iran-iraq-defense", [], [(number, number, 0.9)], supports.Looked())
    with store.read() as db:
        near = supports.candidates(db, "iran-iraq-defense", hours_ago(48), 10)
    store.close()
    assert number not in [report.article.id for report in near]
    [story] = desk.json("stories")
    assert ([each["id"] for each in story["articles"]], story["supporting"]) == ([number], [])
    listed = desk.run("stories").out
    assert listed.count(f"article {number}") == 1
    assert "marked wrong by a person" in listed


@pytest.mark.slow
def test_what_waits_to_be_judged_by_its_mark_is_neither_gained_nor_lost(desk: Desk) -> None:  # noqa: F811
    [watch] = load_config(desk.folder).watches
    store = Store(load_config(desk.folder).store_url())
    with store.write() as db:  # as an answer at the terminal, which the next poll judges
        for name, relevant in (("game", True), ("pact", False)):
            marks.put(db, desk.number(name), watch, relevant, hours_ago(0))
            articles.judge_anew(db, desk.number(name), watch)
    store.close()
    found, said = diff(desk, "")
    assert (found["gained"], found["lost"], found["moved"], found["stories_lost"]) == ([], [], [], [])
    assert "the same reasons" not in said


def report(title: str, text: str) -> Article:
    return Article(
        id=0, url=HERE, title=title, text=text, language="en", published=hours_ago(1), fetched=hours_ago(0.5),
        feed_url="https://a.example/rss", source="News", publisher="News", kind="independent",
    )  # fmt: skip


def mark_wrong(db: sa.Connection) -> None:
    decide.mark(db, WATCH, [1], Person("Rana", hours_ago(0)), relevant=False, unjudged=True)


def edit(db: sa.Connection) -> None:
    articles.replace_text(db, 1, report("Iran and Iraq draw in Basra", "The match ended without a goal."))


@pytest.mark.parametrize("judged_before", [False, True])
@pytest.mark.parametrize(("change", "about"), [(mark_wrong, ALL_STORIES), (edit, articles_at([HERE]))])
async def test_what_changes_while_an_article_is_judged_counts(
    configure: Callable[..., Path],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[sa.Connection], None],
    about: Subject,
    judged_before: bool,
) -> None:
    """A judgement of what an article said before, or of what nobody had yet said of it, does not take its place."""
    folder = configure(service=SERVICE.replace("sqlite:///../var/monitor.db", store.engine.url.render_as_string(False)))
    (folder / "feeds.yaml").write_text("feeds: []\n")
    (folder / "watches" / f"{WATCH}.yaml").write_text("name: Memoranda\nquery: memorandum\n")
    with store.write() as db:
        articles.add(db, [(report("Iran, Iraq sign memorandum", "It is on the border."), HERE, None)])
    async with open_app(load_config(folder), lambda: hours_ago(0), Silent()) as app:
        if judged_before:
            await app.pipeline.judge(helping=False)
            with store.write() as db:
                articles.judge_anew(db, 1)
        meanwhile: list[threading.Thread] = []
        judged = judge_article.judged

        def slowly(*given: Any) -> tuple[Article, Match]:
            if not meanwhile:
                changed = threading.Event()

                def other() -> None:
                    with store.write(about, limits=Limits(pause=60)) as db:
                        change(db)
                        changed.set()
                        if store.shared:  # it has not ended yet when the judgement is to be stored
                            time.sleep(0.1)

                meanwhile.append(threading.Thread(target=other))
                meanwhile[0].start()
                assert changed.wait(60)
            return judged(*given)

        monkeypatch.setattr(judge_article, "judged", slowly)
        await app.pipeline.judge(helping=False)
        meanwhile[0].join()
        with store.read() as db:
            assert articles.verdicts(db, WATCH, [1]) == {1: "no"}
            assert articles.all_judged(db, app.pipeline._fingerprint)
