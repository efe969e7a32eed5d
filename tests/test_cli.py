"""The commands as a user types them: output, exit status, and what is said when something is wrong."""

from __future__ import annotations

import email
import email.policy
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml.html import fromstring

from monitor import cli as commands
from monitor.config import packaged_folder
from tests.newsroom import GAME, PACT, Newsroom, hours_ago

Configure = Callable[..., Path]


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def monitor(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def run(*arguments: object, stdin: str = "") -> Result:
        monkeypatch.setattr(sys, "argv", ["monitor", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8")), encoding="utf-8"))
        capsys.readouterr()
        status = commands.main()
        shown = capsys.readouterr()
        return Result(status, shown.out, shown.err)

    return run


Monitor = Callable[..., Result]


@pytest.fixture
def folder(newsroom: Newsroom, configure: Configure) -> Path:
    pact = newsroom.article("/pact.html", "Iran, Iraq sign defence memorandum in Tehran", PACT)
    game = newsroom.article("/game.html", "Iraq and Iran draw in World Cup qualifier", GAME)
    title = "Iran, Iraq sign defence memorandum in Tehran"
    items = [(title, pact, hours_ago(2)), ("Iraq and Iran draw in World Cup qualifier", game, hours_ago(3))]
    return configure(newsroom.feed("/feed.xml", items))


def test_poll_stories_digest_and_ledger(monitor: Monitor, folder: Path, tmp_path: Path) -> None:
    polled = monitor("--config", folder, "poll", "--json")
    assert polled.code == 0
    summary = polled.json()
    assert summary["feeds"] == {"due": 1, "ok": 1, "not_modified": 0, "failed": 0}
    assert summary["matches"] == {"new": 1, "near_miss": 0}
    assert set(summary) == {
        "feeds",
        "entries",
        "articles",
        "matches",
        "stories",
        "skipped",
        "seconds",
        "errors",
        "unread",
    }

    [story] = monitor("--config", folder, "stories", "--since", "7d", "--json").json()
    assert story["title"] == "Iran, Iraq sign defence memorandum in Tehran"
    assert {"url", "title", "source", "published", "language", "score"} <= set(story["articles"][0])

    looked = monitor("--config", folder, "digest", "daily", "--dry-run", "--output", tmp_path / "look", "--json").json()
    assert (looked["stories"], looked["deliveries"], len(looked["files"])) == (1, [], 3)
    message = email.message_from_bytes((tmp_path / "look" / "digest.eml").read_bytes(), policy=email.policy.default)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]

    sent = monitor("--config", folder, "digest", "daily", "--json").json()
    assert sent["stories"] == 1
    assert [d["state"] for d in sent["deliveries"]] == ["sent"]
    assert sent["feeds"] == {"healthy": 1, "failing": 0}
    [row] = monitor("--config", folder, "deliveries", "--json").json()
    assert (row["channel"], row["state"], row["attempts"]) == ("file", "sent", 1)


def test_feeds_list_add_remove_export_import_check(
    monitor: Monitor, folder: Path, newsroom: Newsroom, tmp_path: Path
) -> None:
    monitor("--config", folder, "poll")
    before = (folder / "feeds.yaml").read_text()
    [row] = monitor("--config", folder, "feeds", "list", "--json").json()
    assert (row["name"], row["health"]) == ("Feed 1", "healthy")
    added = monitor("--config", folder, "feeds", "add", "https://example.org/rss", "--language", "fa", "--kind", "wire")
    assert added.code == 0
    assert len(monitor("--config", folder, "feeds", "list", "--json").json()) == 2
    (tmp_path / "all.opml").write_text(monitor("--config", folder, "feeds", "export").out, encoding="utf-8")
    assert monitor("--config", folder, "feeds", "remove", "https://example.org/rss").code == 0
    assert (folder / "feeds.yaml").read_text() == before
    assert monitor("--config", folder, "feeds", "import", tmp_path / "all.opml").code == 0
    listed = monitor("--config", folder, "feeds", "list", "--json").json()
    assert [(row["url"], row["language"], row["kind"]) for row in listed][1] == (
        "https://example.org/rss",
        "fa",
        "wire",
    )
    found = monitor("--config", folder, "feeds", "check", newsroom.base + "/feed.xml", "--json").json()
    assert (found["ok"], found["entries"]) == (True, 2)
    missing = monitor("--config", folder, "feeds", "check", newsroom.base + "/none.xml")
    assert (missing.code, "404" in missing.err) == (1, True)


@pytest.mark.parametrize("written", ["feeds: []\n", "feeds:\n", None])
def test_the_first_feed_is_added_to_an_empty_list_and_the_last_one_removed(
    monitor: Monitor, folder: Path, written: str | None
) -> None:
    path = folder / "feeds.yaml"
    path.unlink() if written is None else path.write_text(written)
    assert monitor("--config", folder, "feeds", "add", "https://example.org/rss").code == 0
    [row] = monitor("--config", folder, "feeds", "list", "--json").json()
    assert row["url"] == "https://example.org/rss"
    assert monitor("--config", folder, "feeds", "remove", "https://example.org/rss").code == 0
    assert path.read_text() == "feeds: []\n"


def test_score_and_group_speak_json_lines(monitor: Monitor, folder: Path) -> None:
    rows = [
        {"id": "a", "title": "Iran, Iraq sign defence memorandum", "text": "\n".join(PACT)},
        {"id": "b", "title": "World Cup qualifier", "text": "\n".join(GAME), "published": "2026-11-20T10:00:00Z"},
        {"id": 3, "title": "Iran and Iraq sign defence memorandum", "text": "\n".join(PACT), "language": "en"},
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    scored = [json.loads(line) for line in monitor("--config", folder, "score", stdin=lines).out.splitlines()]
    assert [(row["id"], row["relevant"]) for row in scored] == [("a", True), ("b", False), ("3", True)]
    assert all(0 <= row["score"] <= 1 and row["watch"] == "iran-iraq-defense" for row in scored)
    assert scored[0]["receipt"]["passages"]
    grouped = [json.loads(line) for line in monitor("group", stdin=lines).out.splitlines()]
    stories = {row["id"]: row["story"] for row in grouped}
    assert stories["a"] == stories["3"] != stories["b"]
    bad = monitor("group", stdin='{"id": 1}\n{"no": "id"}\n')
    assert (bad.code, "line 2: has no id" in bad.err) == (1, True)


@pytest.mark.slow
def test_explain_a_file_and_an_address(monitor: Monitor, folder: Path, newsroom: Newsroom, tmp_path: Path) -> None:
    page = tmp_path / "receipt.html"
    shown = monitor("--config", folder, "explain", newsroom.base + "/pact.html", "--html", page)
    assert shown.code == 0
    assert "a match, score" in shown.out
    written = fromstring(page.read_text(encoding="utf-8"))
    assert written.xpath("//mark")
    behind = {row.xpath("string(td[2])"): row.xpath("td[4]/bdi/text()") for row in written.xpath("//tbody/tr")}
    assert behind["lead: all sides"]  # the words of the article beside each amount, as in the terminal
    told = " ".join(shown.out.split())  # a column breaks its lines
    assert all(word in told for words in behind.values() for word in words)
    assert any("It names " in line for line in written.xpath("//p[@class='line']/text()"))
    (tmp_path / "a.txt").write_text("Draw in Basra\n\n" + "\n\n".join(GAME), encoding="utf-8")
    assert "no match, score" in monitor("--config", folder, "explain", tmp_path / "a.txt").out
    (tmp_path / "b.txt").write_text(
        "Iranian and Iraqi defence ministers sign a defence pact in Baghdad", encoding="utf-8"
    )
    assert "a match, score" in monitor("--config", folder, "explain", tmp_path / "b.txt").out  # a headline alone
    short = "<p>Iranian and Iraqi defence ministers signed a defence pact in Baghdad on Sunday.</p>"
    (tmp_path / "s.html").write_text(f"<html><head><title>A pact</title></head><body><nav>x</nav>{short}</body></html>")
    told = monitor("--config", folder, "explain", tmp_path / "s.html").out
    assert "A pact" in told
    assert "<html" not in told
    (tmp_path / "c.txt").write_bytes(b"\xff\xfe\x00\x01")
    assert monitor("--config", folder, "explain", tmp_path / "c.txt").code == 1
    assert monitor("--config", folder, "explain", "neither.this").code == 2


@pytest.mark.slow
def test_learn_writes_beside_the_watch_and_leaves_the_watch_alone(monitor: Monitor, folder: Path) -> None:
    watch = folder / "watches" / "iran-iraq-defense.yaml"
    before = watch.read_bytes()
    told = monitor("--config", folder, "learn")
    assert (told.code, "terms" in told.out) == (0, True)
    profile = folder / "watches" / "iran-iraq-defense" / "profile.yaml"
    first = profile.read_bytes()
    assert monitor("--config", folder, "learn", "--json").json()[0]["terms"] > 20
    assert profile.read_bytes() == first
    assert watch.read_bytes() == before


@pytest.mark.slow
def test_check_tells_every_problem_and_init_writes_what_is_good(monitor: Monitor, folder: Path, tmp_path: Path) -> None:
    assert monitor("--config", folder, "check").code == 0
    (folder / "monitor.yaml").write_text("digest: []\n")
    wrong = monitor("--config", folder, "check")
    assert (wrong.code, "monitor.yaml:1: unknown key 'digest'; did you mean 'digests'?" in wrong.err) == (2, True)
    assert monitor("--config", folder, "poll").code == 2
    start = tmp_path / "start"
    assert monitor("init", start).code == 0
    assert monitor("--config", start / "config", "check", "--json").json()["ok"]
    assert monitor("init", start).code == 2
    config, own = start / "config", start / "templates"
    assert sorted(path.name for path in config.iterdir()) == ["feeds.yaml", "monitor.yaml", "watches"]
    assert monitor("--config", config, "template", "digest.html", "web/style.css").code == 0
    assert monitor("--config", config, "template", "digest.html").code == 2  # it is there already
    shutil.copytree(packaged_folder() / "templates" / "web", own / "web", dirs_exist_ok=True)  # as a clone has them
    (own / "receipt.html").write_text("{{ 1 }}")
    checked = monitor("--config", config, "check")
    notes = [line for line in checked.err.splitlines() if str(own) in line]
    assert (checked.code, len(notes), f"diff {own / 'receipt.html'} " in notes[0]) == (0, 1, True)
    listed = monitor("--config", config, "template").out
    assert "digest.html, made from the shipped one as it is now" in listed
    assert "chat-story.txt: shipped" in listed


@pytest.mark.slow
def test_an_empty_folder_uses_what_was_shipped(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MONITOR_CONFIG", raising=False)
    checked = monitor("check")
    assert (checked.code, "feeds on" in checked.out) == (0, True)
    assert "shipped" in monitor("learn").err
    assert monitor("stories", "--json").json() == []
    assert (tmp_path / "var" / "monitor.db").is_file()


WRONG = (
    "nothing",
    "poll --feed https://not.listed/",
    "stories --since soon",
    "stories --watch x",
    "digest weekly",
    "digest --until 2026-11-21",
    "score --watch x",
    "feeds remove http://x",
)


@pytest.mark.parametrize("line", WRONG)
def test_wrong_usage_ends_with_2_and_one_message(monitor: Monitor, folder: Path, line: str) -> None:
    result = monitor("--config", folder, *line.split())
    assert result.code == 2
    assert result.err.strip()
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("pol", "Did you mean 'poll'?"),
        ("Stories", "Did you mean 'stories'?"),
        ("articels", "Did you mean 'articles'?"),
        ("zzz", "`monitor --help` lists the commands"),
    ],
)
def test_an_unknown_command_is_answered_with_the_nearest(monitor: Monitor, typed: str, said: str) -> None:
    result = monitor(typed)
    assert (result.code, result.out) == (2, "")
    assert f"No such command '{typed}'" in result.err
    assert said in result.err


@pytest.mark.slow
def test_a_new_watch_is_tried_on_all_that_is_stored(monitor: Monitor, folder: Path) -> None:
    monitor("--config", folder, "poll")
    own = (folder / "watches" / "iran-iraq-defense.yaml").read_text(encoding="utf-8")
    (folder / "watches" / "fresh.yaml").write_text(own, encoding="utf-8")
    [fresh] = monitor("--config", folder, "diff", "--watch", "fresh", "--json").json()
    assert (fresh["new"], fresh["articles"], fresh["lost"]) == (True, 2, [])
    [gained] = fresh["gained"]
    assert gained["title"] == "Iran, Iraq sign defence memorandum in Tehran"
    assert {reason["kind"] for reason in gained["reasons"]} == {"feature"}
    told = monitor("--config", folder, "diff").out
    assert "fresh: a new watch, tried on all of 2 stored articles\n1 gained\n" in told
    assert "iran-iraq-defense: over 2 stored articles\n0 gained\n" in told
    monitor("--config", folder, "poll")
    [judged] = monitor("--config", folder, "diff", "--watch", "fresh", "--json").json()
    assert (judged["new"], judged["articles"], judged["gained"]) == (False, 2, [])


def test_what_is_listed_has_the_number_that_mark_takes(monitor: Monitor, folder: Path) -> None:
    monitor("--config", folder, "poll")
    listed = monitor("--config", folder, "stories").out
    [number] = re.findall(r"^ +article (\d+)  Feed 1 \(en\): Iran, Iraq sign", listed, re.MULTILINE)
    assert "`monitor stories` shows it" in " ".join(monitor("mark", "--help").out.split())
    assert f"article {number} is wrong" in monitor("--config", folder, "mark", number, "wrong").out
    assert "article" not in monitor("--config", folder, "stories").out
    told = monitor("--config", folder, "mark", "999", "right")
    assert (told.code, "`monitor stories` shows the numbers" in told.err) == (2, True)


@pytest.mark.slow
def test_a_mark_says_what_it_cannot_undo(monitor: Monitor, folder: Path) -> None:
    monitor("--config", folder, "poll")
    [story] = monitor("--config", folder, "stories", "--json").json()
    article = str(story["articles"][0]["id"])
    assert monitor("--config", folder, "digest").code == 0
    said = monitor("--config", folder, "mark", article, "wrong").out
    assert f"it stays in story {story['id']}" in said
    [story] = monitor("--config", folder, "stories", "--json").json()
    assert (story["articles"][0]["match"], story["articles"][0]["marked"]) == (False, "wrong")
    assert "stays" not in monitor("--config", folder, "mark", article, "right").out


def test_every_command_has_help_with_an_example(monitor: Monitor) -> None:
    shown = monitor("--help")
    assert shown.code == 0
    for name in commands._COMMANDS:
        assert f"  {name} " in shown.out
        assert "Example: monitor" in monitor(name, "--help").out


@pytest.mark.slow
def test_a_compiled_module_that_a_full_disk_cut_off_is_said(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])}
    call = [sys.executable, "-m", "monitor", "prune", "--help"]
    assert subprocess.run(call, env=env, capture_output=True, check=False).returncode == 0
    [compiled] = [path for path in tmp_path.rglob("prune.*.pyc") if path.parent.name == "cli"]
    compiled.write_bytes(compiled.read_bytes()[:100])
    done = subprocess.run(call, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "a compiled module of Python is cut off" in done.stderr


@pytest.mark.slow
def test_a_poll_imports_no_template_before_it_has_something_to_show() -> None:
    """They take a fifth of the time of a poll that finds nothing."""
    late = {"jinja2", "babel", "monitor.render", "monitor.match", "monitor.exports.records", "monitor.languages",
            "monitor.text.fold", "monitor.store.prune", "sqlalchemy.dialects.postgresql"}  # fmt: skip
    code = f"import sys, monitor.cli.once; print(*{late} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""


@pytest.mark.slow
def test_a_given_time_shows_what_comes_a_day_later(
    monitor: Monitor, folder: Path, newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor("--config", folder, "poll")
    assert monitor("--config", folder, "digest", "--output", tmp_path / "1", "--json").json()["stories"] == 1
    newsroom.put("/pact.html", "gone", status=404)
    for later in ("+25h", "+32h"):  # the second look, and the one that confirms it
        monitor("--config", folder, "--now", later, "poll")
    monkeypatch.setenv("MONITOR_NOW", "+33h")
    assert monitor("--config", folder, "digest", "--output", tmp_path / "2", "--json").json()["stories"] == 1
    assert "took the article down" in (tmp_path / "2" / "digest.txt").read_text(encoding="utf-8")
    refused = monitor("--config", folder, "run", "--once")
    assert (refused.code, "leave out --now and $MONITOR_NOW" in refused.err) == (2, True)
    monkeypatch.setenv("MONITOR_NOW", "soon")
    refused = monitor("--config", folder, "stories")
    assert (refused.code, "'soon' is not a time" in refused.err) == (2, True)
