"""A person's word on a report holds when the source edits the report afterwards. Through the commands alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.desk import InlineWorkers
from tests.newsroom import GAME, PACT, Newsroom, hours_ago
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_never_twice import MORE, SUMMARY, TITLE, item, show

Configure = Callable[..., Path]
GAME_TITLE = "Iraq and Iran draw in World Cup qualifier"
GAME_ON = [
    "Six players of both sides were hurt when a stand fell in after the whistle, a doctor of the Basra hospital said.",
    "The federation wants to see the stadium closed until spring and asks for another place for the game in March.",
    "Four hundred people waited outside for news of relatives late at night, and the governor came to speak to them.",
]


class Desk:
    """One feed of two reports, the second of which is about football, and the commands."""

    def __init__(self, newsroom: Newsroom, configure: Configure, monitor: Monitor) -> None:  # noqa: F811
        self._newsroom, self._monitor = newsroom, monitor
        self._when = hours_ago(2)
        self._summaries: dict[str, str] = {}
        self._texts = {"pact": (TITLE, PACT), "game": (GAME_TITLE, GAME)}
        self.folder = configure(self._show())

    def edit(self, name: str, title: str, text: list[str]) -> None:
        """The source edits a report; its feed says so. The next poll reads it."""
        self._texts[name] = (title, text)
        self._summaries[name] = f"{SUMMARY if name == 'pact' else GAME[0]} {text[-1]}"
        self._show()
        self.run("poll")

    def _show(self) -> str:
        rows = []
        for name, (title, text) in self._texts.items():
            link = self._newsroom.article(f"/{name}.html", title, text)
            rows.append(item(link, self._summaries.get(name, text[0]), title, when=self._when))
        return show(self._newsroom, *rows)

    def run(self, *arguments: object) -> Any:
        result = self._monitor("--config", self.folder, *arguments)
        assert result.code == 0, result.err
        return result

    def json(self, *arguments: object) -> Any:
        return self.run(*arguments, "--json").json()

    def stories(self) -> list[list[str]]:
        """The pages of each story's reports."""
        return sorted(sorted(a["url"].rpartition("/")[2] for a in each["articles"]) for each in self.json("stories"))

    def number(self, name: str) -> int:
        found = [a["id"] for a in self.json("articles") if a["url"].endswith(f"/{name}.html")]
        return int(max(found))


@pytest.fixture
def desk(
    newsroom: Newsroom,
    configure: Configure,
    monitor: Monitor,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)
    made = Desk(newsroom, configure, monitor)
    made.run("poll")
    assert made.stories() == [["pact.html"]]
    return made


@pytest.mark.slow
@pytest.mark.parametrize("published", [False, True])
def test_a_report_that_is_right_stays_right_when_it_goes_on(desk: Desk, published: bool) -> None:
    desk.run("mark", desk.number("game"), "right")
    assert desk.stories() == [["game.html"], ["pact.html"]]
    if published:
        assert desk.json("digest", "daily")["stories"] == 2
    desk.edit("game", GAME_TITLE, [*GAME, *GAME_ON])
    told = desk.json("digest", "daily")
    assert told["stories"] == (1 if published else 2)
    assert any("game.html" in pages for pages in desk.stories())


@pytest.mark.slow
@pytest.mark.parametrize("published", [False, True])
def test_a_report_that_is_wrong_is_not_told_when_it_goes_on(desk: Desk, published: bool) -> None:
    if published:
        assert desk.json("digest", "daily")["stories"] == 1
    desk.run("mark", desk.number("pact"), "wrong")
    assert desk.stories() == ([["pact.html"]] if published else [])
    desk.edit("pact", TITLE, [*PACT, *MORE])
    assert desk.json("digest", "daily")["stories"] == 0


@pytest.mark.slow
def test_a_version_of_a_marked_report_that_nobody_saw_and_that_was_taken_back_is_no_update(desk: Desk) -> None:
    desk.run("mark", desk.number("game"), "right")
    assert desk.json("digest", "daily")["stories"] == 2
    first, second = (each["id"] for each in desk.json("stories"))
    desk.run("merge", first, second)
    desk.edit("game", GAME_TITLE, [*GAME, *GAME_ON])
    assert desk.stories() == [["game.html", "game.html", "pact.html"]]
    desk.edit("game", GAME_TITLE, GAME)
    assert desk.stories() == [["game.html", "pact.html"]]
    assert desk.json("digest", "daily")["stories"] == 0


@pytest.mark.slow
def test_what_a_person_takes_back_is_told(desk: Desk) -> None:
    desk.run("mark", desk.number("pact"), "wrong")
    desk.edit("pact", TITLE, [*PACT, MORE[0]])
    desk.run("mark", desk.number("pact"), "right")
    assert desk.json("digest", "daily")["stories"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("published", [False, True])
def test_merged_reports_stay_together_when_one_goes_on(desk: Desk, published: bool) -> None:
    desk.run("mark", desk.number("game"), "right")
    if published:
        assert desk.json("digest", "daily")["stories"] == 2
    first, second = (each["id"] for each in desk.json("stories"))
    desk.run("merge", first, second)
    assert desk.stories() == [["game.html", "pact.html"]]
    desk.edit("game", GAME_TITLE, [*GAME, *GAME_ON])
    assert len(desk.stories()) == 1
    desk.edit("pact", TITLE, [*PACT, *MORE])
    assert len(desk.stories()) == 1


def test_a_report_that_was_split_off_stays_apart_when_it_goes_on(
    newsroom: Newsroom,
    configure: Configure,
    monitor: Monitor,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)
    when: datetime = hours_ago(2)
    links = [newsroom.article(f"/{n}.html", TITLE, [*PACT, f"It is report {n}."]) for n in range(2)]
    folder = configure(show(newsroom, *(item(link, f"{SUMMARY} {n}", when=when) for n, link in enumerate(links))))

    def run(*arguments: object) -> Any:
        result = monitor("--config", folder, *arguments, "--json")
        assert result.code == 0, result.err
        return result.json()

    run("poll")
    [story] = run("stories")
    run("digest", "daily")
    new = run("split", story["id"], links[1])["new_story"]
    newsroom.article("/1.html", TITLE, [*PACT, "It is report 1.", *MORE])
    show(newsroom, item(links[0], f"{SUMMARY} 0", when=when), item(links[1], f"{SUMMARY} 1, and more", when=when))
    run("poll")
    held = {each["id"]: {article["url"] for article in each["articles"]} for each in run("stories")}
    assert held == {story["id"]: {links[0]}, new: {links[1]}}
    assert [len(each["articles"]) for each in run("stories") if each["id"] == new] == [2]
