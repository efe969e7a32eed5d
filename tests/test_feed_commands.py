"""`monitor feeds` as a user types it: lists of other readers, folders, titles, moved feeds, and no feed at all."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor import cli
from monitor.model import FeedState
from monitor.store import Store, feed_states
from tests.newsroom import GAME, PACT, Newsroom, hours_ago

Configure = Callable[..., Path]
Run = Callable[..., tuple[int, str, str]]
LIST = """<opml><body>
<outline text="Iran"><outline text="Agencies"><outline text="One" xmlUrl="https://one.example/rss"/></outline></outline>
<outline text="Mail" xmlUrl="mailto:desk@example.org"/>
<outline text="Two" xmlUrl="feed://two.example/rss?a&b"/>
<outline text="One again" xmlUrl="https://ONE.example/rss"/>
</body></opml>
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["monitor", *map(str, arguments)])
        capsys.readouterr()
        status = cli.main()
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return command


def rows(run: Run, folder: Path) -> list[dict[str, Any]]:
    code, out, _ = run("--config", folder, "feeds", "list", "--json")
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_the_good_is_imported_and_the_rest_named(run: Run, configure: Configure, tmp_path: Path) -> None:
    folder = configure("https://two.example/other")
    (tmp_path / "list.opml").write_text(LIST)
    code, out, err = run("--config", folder, "feeds", "import", tmp_path / "list.opml")
    assert (code, out) == (1, "2 feeds added, 0 were in the list already, 1 refused\n")
    assert "list.opml:3: Mail: 'mailto:desk@example.org'" in err
    assert [(row["url"], row["folder"]) for row in rows(run, folder)][1:] == [
        ("https://one.example/rss", ["Iran", "Agencies"]),
        ("http://two.example/rss?a&b", []),
    ]
    code, out, _ = run("--config", folder, "feeds", "import", tmp_path / "list.opml", "--json")
    said = json.loads(out)
    assert (code, said["added"], said["known"], len(said["refused"])) == (1, 0, 2, 1)
    assert {"line": 3, "outline": "Mail"}.items() <= said["refused"][0].items()


def test_other_forms_of_a_listed_address_are_no_new_feeds(run: Run, configure: Configure, tmp_path: Path) -> None:
    folder = configure("https://two.example/other", "https://www.three.example/rss/")
    forms = [
        "http://two.example/other/",
        "https://three.example/rss",
        "https://www.three.example/rss/",
        "http://one.example/x/",
        "https://www.one.example/x",
    ]
    outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in (*forms, "https://two.example/Other"))
    (tmp_path / "list.opml").write_text(f"<opml><body>{outlines}</body></opml>")
    code, out, _ = run("--config", folder, "feeds", "import", tmp_path / "list.opml", "--json")
    said = json.loads(out)
    assert (code, said["added"], said["known"]) == (0, 2, 2)
    assert [note.split(":")[0] for note in said["notes"]] == [
        "2 lines of the file name a feed that stands above",
        "2 feeds are listed under another form of the address",
    ]
    code, out, _ = run("--config", folder, "feeds", "import", tmp_path / "list.opml")
    assert "0 feeds added, 4 were in the list already" in out


def test_a_list_is_read_from_standard_input(
    run: Run, configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = configure()
    (tmp_path / "list.opml").write_text(LIST)
    with (tmp_path / "list.opml").open() as given:
        monkeypatch.setattr(sys, "stdin", given)
        assert run("--config", folder, "feeds", "import", "-")[:2] == (
            1,
            "2 feeds added, 0 were in the list already, 1 refused\n",
        )
    assert {row["url"] for row in rows(run, folder)} == {"https://one.example/rss", "http://two.example/rss?a&b"}


def test_folders_come_back_from_an_export(run: Run, configure: Configure, tmp_path: Path) -> None:
    folder = configure()
    (tmp_path / "list.opml").write_text(LIST)
    run("--config", folder, "feeds", "import", tmp_path / "list.opml")
    (tmp_path / "again.opml").write_text(run("--config", folder, "feeds", "export")[1])
    before = rows(run, folder)
    (folder / "feeds.yaml").write_text("feeds: []\n")
    assert run("--config", folder, "feeds", "import", tmp_path / "again.opml")[0] == 0
    assert rows(run, folder) == before


def test_a_full_disk_leaves_the_list_as_it_was(
    run: Run, configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = configure("https://two.example/other")
    before = (folder / "feeds.yaml").read_bytes()
    (tmp_path / "list.opml").write_text(LIST)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run("--config", folder, "feeds", "import", tmp_path / "list.opml")
    assert (code, "No space left" in err) == (1, True)
    assert (folder / "feeds.yaml").read_bytes() == before


def test_a_moved_feed_is_listed_and_exported_at_its_new_address(run: Run, configure: Configure, tmp_path: Path) -> None:
    old, new = "https://old.example/rss", "https://new.example/rss"
    folder = configure(old, "https://other.example/rss")
    (tmp_path / "var").mkdir()
    with closing(Store(f"sqlite:///{tmp_path}/var/monitor.db")) as store, store.write() as db:
        feed_states.claim(db, [old], hours_ago(1), hours_ago(0), force=True)
        feed_states.save(db, [replace(FeedState(old), moved_to=new, moved_count=3)])
    assert [row["moved_to"] for row in rows(run, folder)] == [new, None]
    assert f"{old} → {new}" in run("--config", folder, "feeds", "list")[1]
    _, out, _ = run("--config", folder, "feeds", "export")
    assert (new in out, old in out) == (True, False)
    (tmp_path / "again.opml").write_text(out)
    assert run("--config", folder, "feeds", "import", tmp_path / "again.opml")[1].startswith("0 feeds added, 2 were")


def test_what_is_off_is_exported_on_request(run: Run, configure: Configure) -> None:
    folder = configure("https://one.example/rss")
    text = (folder / "feeds.yaml").read_text()
    (folder / "feeds.yaml").write_text(text + "  - {url: https://off.example/rss, enabled: false}\n")
    _, out, err = run("--config", folder, "feeds", "export")
    assert ("off.example" in out, "left out: 1 feed" in err) == (False, True)
    assert 'enabled="false"' in run("--config", folder, "feeds", "export", "--all")[1]


def test_a_feed_nobody_named_goes_by_its_own_title_and_its_kind_is_unknown(
    run: Run, configure: Configure, newsroom: Newsroom
) -> None:
    pact = newsroom.article("/pact.html", "Iran, Iraq sign defence memorandum in Tehran", PACT)
    old = newsroom.article("/old.html", "Iraq and Iran draw in World Cup qualifier", GAME)
    items = [("Iran, Iraq sign defence memorandum in Tehran", pact, hours_ago(2)),
             ("Iraq and Iran draw in World Cup qualifier", old, hours_ago(24 * 300))]  # fmt: skip
    url = newsroom.feed("/feed.xml", items, title="Karun   &amp;amp; Shatt")
    plain = newsroom.feed("/plain.xml", [], title="RSS")
    folder = configure()
    (folder / "feeds.yaml").write_text(f"feeds:\n  - url: {url}\n  - url: {plain}\n")
    assert [row["name"] for row in rows(run, folder)] == ["127.0.0.1", "127.0.0.1"]
    run("--config", folder, "poll")
    named, unnamed = rows(run, folder)
    assert (named["name"], named["publisher"], named["title"], named["kind"]) == (
        "Karun & Shatt", "Karun & Shatt", "Karun & Shatt", "unknown")  # fmt: skip
    assert unnamed["name"] == "127.0.0.1"
    [story] = json.loads(run("--config", folder, "stories", "--json")[1])
    assert [article["source"] for article in story["articles"]] == ["Karun & Shatt"]
    output = folder.parent / "out"
    run("--config", folder, "digest", "--output", output)
    digest = (output / "digest.txt").read_text()
    assert ("Karun & Shatt" in digest, "independent" in digest, "unknown" in digest) == (True, False, False)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "feeds:\n", "feeds: []\n", "# none yet\n"])
def test_no_feed_yet_is_no_fault(run: Run, configure: Configure, text: str) -> None:
    folder = configure()
    (folder / "feeds.yaml").write_text(text)
    code, _, err = run("--config", folder, "check")
    assert (code, "no feed is listed" in err) == (0, True)
    assert json.loads(run("--config", folder, "poll", "--json")[1])["feeds"]["due"] == 0
    assert run("--config", folder, "run", "--once")[0] == 0
    code, _, err = run("--config", folder, "feeds", "list")
    assert (code, "monitor feeds add URL" in err) == (0, True)
    assert run("--config", folder, "feeds", "add", "feed://desk.example/rss", "--folder", "Iraq/Papers")[0] == 0
    [row] = rows(run, folder)
    assert (row["url"], row["folder"]) == ("http://desk.example/rss", ["Iraq", "Papers"])
    assert run("--config", folder, "feeds", "remove", "http://desk.example/rss")[0] == 0
    assert rows(run, folder) == []


@pytest.mark.parametrize(("status", "listed"), [(301, "/new"), (308, "/new"), (302, "/old")])
def test_a_feed_that_has_moved_for_good_is_added_where_it_is_now(
    run: Run, configure: Configure, newsroom: Newsroom, status: int, listed: str
) -> None:
    newsroom.feed("/new", [])
    newsroom.put("/old", "", status, Location="/new")
    folder = configure("https://other.example/rss")
    code, out, _ = run("--config", folder, "feeds", "add", f"{newsroom.base}/old")
    assert code == 0
    assert f"added {newsroom.base}{listed};" in out
    assert ("has moved for good" in out) == (status != 302)


@pytest.mark.slow
def test_what_will_never_be_read_is_not_added(run: Run, configure: Configure, newsroom: Newsroom) -> None:
    newsroom.put("/gone", "not here", 410)
    newsroom.put("/file.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", Content_Type="application/pdf")
    newsroom.put("/film", b"\x00\x00\x00\x20ftypisom" + bytes(200), Content_Type="video/mp4")
    newsroom.put("/said", "No feeds here.", Content_Type="text/plain")
    newsroom.put("/nothing", "")
    newsroom.article("/one", "Iran, Iraq sign defence memorandum in Tehran", PACT)
    newsroom.put("/busy", "busy", 503)
    folder = configure("https://other.example/rss")
    before = (folder / "feeds.yaml").read_bytes()
    for path in ("/none", "/gone", "/file.pdf", "/film", "/said", "/nothing", "/one"):
        code, _, err = run("--config", folder, "feeds", "add", newsroom.base + path)
        assert (code, "Nothing was added" in err, "--anyway" in err) == (1, True, True), (path, err)
        assert (folder / "feeds.yaml").read_bytes() == before
    for arguments in (["/busy"], ["/none", "--anyway"]):
        assert run("--config", folder, "feeds", "add", newsroom.base + arguments[0], *arguments[1:])[0] == 0
    assert [row["url"] for row in rows(run, folder)][1:] == [f"{newsroom.base}/busy", f"{newsroom.base}/none"]
