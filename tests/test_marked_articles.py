"""What a person marked decides everywhere: in a trial of an edit, beside stories, on the page and in its receipts."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.config import load_config
from monitor.store import Store, articles, marks, supports
from tests.newsroom import hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_marks_and_edits import Desk, desk  # noqa: F401


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
