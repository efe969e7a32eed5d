"""`monitor suggest`: words of a watch's stories that it does not score, found by grouping what it does not match."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.config.watch import WatchConfig
from monitor.pipeline.suggest import weight_needed
from monitor.pipeline.suggest_daily import due
from monitor.store import suggestions
from monitor.web.heartbeat import Pulse
from tests.newsroom import Newsroom
from tests.seed_pages import watch_on_strikes
from tests.shipped import ROWS, SHIPPED
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_web import TOKEN, Place

REPORTS = """\
Dock workers' strike shuts Larkhaven
A strike of dock workers shut the port of Larkhaven on Monday after pay talks collapsed. The union asked for nine
percent. Flying stevedores stood at the coal quay, where the bulk carrier Amelia Rose waits with a cargo of fertiliser.

Larkhaven port closed as dockers strike
Dockers went on strike in Larkhaven over pay, and the port closed. The union wants nine percent more. The bulk carrier
Amelia Rose and her fertiliser lie at the coal quay, which flying stevedores guard.

Coal quay of Larkhaven blocked
Flying stevedores blocked the coal quay of Larkhaven, where the carrier Amelia Rose lies with a cargo of fertiliser.
Nine percent is what they ask for.

Dock workers' strike in Ostermond: tug crews join
Tug crews joined the strike of the dock workers in Ostermond on Friday. Their union says night shifts are unpaid.
Mayor Iduna Falk met flying stevedores on the ferry bridge, and the port stays closed.

Ostermond strike: tug crews walk out, port closed
The dock workers' strike in Ostermond grew as tug crews walked out over unpaid night shifts, their union said. The
port is closed. Flying stevedores spoke with mayor Iduna Falk on the ferry bridge.

Mayor of Ostermond on the ferry bridge
Mayor Iduna Falk of Ostermond met flying stevedores on the ferry bridge on Friday to hear of unpaid night shifts of the
tug crews.

Velbruck terminal operator sues union over strike
The operator of the Velbruck grain terminal sued the dock workers' union over a strike that it calls unlawful. Judge
Torvald Renn hears the case on Thursday. Flying stevedores keep the port shut, and pay talks rest.

Court to rule on Velbruck dock strike
Judge Torvald Renn will rule on Thursday whether the strike of the dock workers in Velbruck is lawful, after the
operator of the grain terminal sued their union. The port is shut by flying stevedores.

Judge Renn to hear Velbruck case on Thursday
Judge Torvald Renn hears on Thursday the operator of the Velbruck grain terminal against flying stevedores, whom it
calls unlawful.
"""
"""Three of each event, told in words of the seeds but for the last."""


def reports() -> list[tuple[str, str]]:
    """(title, text) of each."""
    parts = (block.partition("\n") for block in REPORTS.strip().split("\n\n"))
    return [(title, text.replace("\n", " ")) for title, _, text in parts]


QUIET = {title for title, _ in reports()[2::3]}


@pytest.fixture
def folder(newsroom: Newsroom, configure: Callable[..., Path], tmp_path: Path) -> Path:
    """A watch on strikes in ports, three stories of two reports, and a report of each in other words."""
    rows = [(title, text, 90 * (number // 3) + number % 3 + 1) for number, (title, text) in enumerate(reports())]
    return watch_on_strikes(newsroom, configure, tmp_path, rows, "threshold: 0.4\n")


@pytest.mark.slow
def test_words_of_its_stories_are_suggested_with_what_they_would_gain(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    assert monitor("--config", folder, "poll").code == 0
    stories = monitor("--config", folder, "stories", "--json").json()
    assert sorted(len(story["articles"]) for story in stories) == [2, 2, 2]
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    [found] = monitor("--config", folder, "suggest", "--json").json()
    assert (found["watch"], found["stories"], found["articles"]) == ("ports", 3, 9)
    assert {each["title"] for each in found["unmatched"]} == QUIET
    best = next(each for each in found["suggestions"] if "stevedore" in each["term"])
    assert len(best["stories"]) >= 2
    assert best["of_these_stories"] > 0
    assert best["lost"] == []
    told = monitor("--config", folder, "suggest").out
    assert "3 articles tell of these stories without matching" in told
    assert f"{best['term']}" in told
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    # What is suggested does what is said of it.
    file = folder / "watches" / "ports.yaml"
    line = f"terms: {{add: [{{term: {best['term']}, weight: {best['weight']}}}]}}\n"
    draft = folder.parent / "ports.yaml"
    draft.write_text(file.read_text(encoding="utf-8") + line, encoding="utf-8")
    [tried] = monitor("--config", folder, "diff", "--watch", "ports", "--edited", draft, "--json").json()
    assert {each["id"] for each in tried["gained"]} == {each["id"] for each in best["gained"]}


@pytest.mark.slow
def test_what_a_person_marked_wrong_is_no_reason_to_add_a_word(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    assert monitor("--config", folder, "poll").code == 0
    known = monitor("--config", folder, "articles", "--json").json()
    wrong = [each["id"] for each in known if each["title"] in QUIET]
    assert monitor("--config", folder, "mark", wrong[0], "wrong").code == 0
    [found] = monitor("--config", folder, "suggest", "--json").json()
    assert {int(each["id"]) for each in found["unmatched"]} == set(wrong[1:])
    assert wrong[0] not in [int(each["id"]) for one in found["suggestions"] for each in one["gained"]]


@pytest.mark.slow
def test_the_page_of_a_watch_shows_what_was_found_and_previews_it(
    monitor: Monitor,  # noqa: F811
    folder: Path,
) -> None:
    (folder / "token").write_text(TOKEN)
    with (folder / "monitor.yaml").open("a") as file:
        file.write('\nweb: {listen: "127.0.0.1:0", token_file: token}\n')
    assert monitor("--config", folder, "poll").code == 0
    [told] = monitor("--config", folder, "suggest", "--json").json()
    asyncio.run(_looked_and_shown(folder, told))


async def _looked_and_shown(folder: Path, told: dict[str, Any]) -> None:
    """The service looks in a worker process; what it keeps is what the command says."""
    async with open_app(load_config(folder), lambda: datetime.now(UTC), Silent()) as app:
        before = await asyncio.to_thread(_page, app)
        assert "Suggested" not in before
        await app.suggestions.look()
        with app.store.read() as db:
            kept = suggestions.latest(db, "ports")
            assert kept
        assert json.loads(json.dumps(asdict(kept.found))) == told
        await app.suggestions.look()
        with app.store.read() as db:
            assert suggestions.latest(db, "ports") == kept  # once a day is enough
        await asyncio.to_thread(_shown, app, told["suggestions"][0])


def _page(app: App) -> str:
    return Place(app, Pulse(datetime.now(UTC)), now=datetime.now(UTC)).get("/watches/ports").text


def _shown(app: App, first: dict[str, Any]) -> None:
    place = Place(app, Pulse(datetime.now(UTC)), now=datetime.now(UTC))
    headers = place.session()
    page = place.get("/watches/ports", **headers)
    assert "3 of 9 stored articles" in page.text
    lines = page.tree.xpath("//button[@name='also']/@value")
    assert lines[0].split(" = ")[0] == first["term"]
    fields = {each.get("name"): each.get("value", "") for each in page.tree.xpath("//main//input")}
    fields |= {each.get("name"): each.text or "" for each in page.tree.xpath("//main//textarea")}
    tried = place.post("/watches/ports", fields | {"also": lines[0]}, **headers)
    assert tried.status == 200
    assert lines[0] in tried.tree.xpath("//textarea[@name='add']")[0].text
    assert f"{len(first['gained'])}</b> gained" in tried.text
    given = {each.get("name"): each.text or "" for each in tried.tree.xpath("//main//textarea")}
    saved = place.post("/watches/ports", fields | given | {"action": "save"}, **headers)
    assert saved.status == 303
    later = App(load_config(app.config.folder), app.store, app._workers, app._clock, Silent())
    assert lines[0] not in Place(later, Pulse(datetime.now(UTC)), now=datetime.now(UTC)).get(
        "/watches/ports", **headers
    ).tree.xpath("//button[@name='also']/@value")


def test_each_watch_has_its_turn_once_a_day_and_soon_after_an_edit() -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    ago = {minutes: now - timedelta(minutes=minutes) for minutes in (5, 60, 1500, 2000)}
    assert due(["a", "b"], {"a": ("v", ago[2000])}, "v", now) == "b"
    assert due(["a", "b"], {"a": ("v", ago[2000]), "b": ("v", ago[1500])}, "v", now) == "a"
    assert due(["a", "b"], {"a": ("v", ago[60]), "b": ("old", ago[60])}, "v", now) == "b"
    assert due(["a", "b"], {"a": ("v", ago[60]), "b": ("old", ago[5])}, "v", now) is None
    assert due([], {"gone": ("v", ago[2000])}, "v", now) is None


def test_without_a_store_nothing_is_made(monitor: Monitor, folder: Path) -> None:  # noqa: F811
    told = monitor("--config", folder, "suggest")
    assert (told.code, "run `monitor poll` first" in told.err) == (0, True)
    assert not (folder.parent / "var").exists()
    wrong = monitor("--config", folder, "suggest", "--watch", "none")
    assert (wrong.code, "no watch 'none'; there are: ports" in wrong.err) == (2, True)


@pytest.mark.slow
def test_a_weight_is_no_higher_than_it_takes() -> None:
    near = [row.document for row in ROWS if 0.2 < SHIPPED.match(row.document).score < SHIPPED.topic.weights.threshold]
    far = [row.document for row in ROWS if SHIPPED.match(row.document).score == 0]
    assert weight_needed(SHIPPED, near[:1], {near[0].id}) == 1
    assert weight_needed(SHIPPED, far[:3], {far[0].id}) == 0  # no word helps where a side is never named
    assert WatchConfig.model_validate({"name": "x", "seeds": "s"}).terms.add == ()
