"""Backups of a store in use, and what a restored one goes on with: nothing is lost, repeated or sent again."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.store import Store, backup, schema, upkeep
from tests.newsroom import Newsroom
from tests.test_cli import Monitor, folder, monitor  # noqa: F401
from tests.test_faults import OFTEN, Configure, another, served, show, until
from tests.test_flow import Clock, cycle
from tests.test_service import many, rows

COUNT = "SELECT count(*) FROM articles"


def store_of(folder: Path) -> Path:  # noqa: F811
    return folder.parent / "var" / "monitor.db"


def titles(folder: Path) -> Counter[object]:  # noqa: F811
    return Counter(title for (title,) in rows(folder, "SELECT title FROM articles"))


def shown(folder: Path) -> Counter[object]:  # noqa: F811
    """Reports of stories by how many editions have shown them."""
    return Counter(url for (url,) in rows(folder, "SELECT a.url FROM edition_articles e JOIN articles a "
                                                  "ON a.id = e.article_id WHERE e.role = 'story'"))  # fmt: skip


@pytest.mark.slow
async def test_a_backup_made_during_polls_goes_on_elsewhere_without_a_loss_or_a_repetition(
    newsroom: Newsroom, configure: Configure, tmp_path: Path
) -> None:
    links = [another(newsroom, 0)]
    show(newsroom, links)
    live = configure(newsroom.base + "/feed.xml", service=OFTEN)
    copies = []
    async with served(live, lambda: datetime.now(UTC)) as (app, _):
        await until(lambda: rows(live, "SELECT count(*) FROM story_articles") == [(1,)])
        await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))
        for number in range(1, 5):
            links.append(another(newsroom, number))
            show(newsroom, links)
            copies.append(tmp_path / f"copy-{number}.db")
            await asyncio.to_thread(backup.back_up, store_of(live), copies[-1], replace=False)
            await until(lambda: rows(live, COUNT) == [(len(links),)])
    for copy in copies:
        place = tmp_path / copy.stem / "config"
        shutil.copytree(live, place)
        backup.restore(copy, store_of(place), tmp_path / "unused", frozenset({schema.REVISION}))
        before = shown(place)
        assert set(before.values()) == {1}
        summary, published = await cycle(place)
        assert summary.feeds["failed"] == 0
        assert set(titles(place).values()) == {1}
        assert len(titles(place)) == len(links)
        stories = published.edition.stories
        again = {r.article.url for s in stories for r in s.story.reports if r.article.id in s.fresh} & set(before)
        assert again == set()
        assert set(shown(place)) == set(links)
        assert set(shown(place).values()) == {1}


async def test_the_plain_copy_that_a_backup_replaces_would_have_lost_articles(
    newsroom: Newsroom, configure: Configure, tmp_path: Path
) -> None:
    """What makes `monitor backup` needed: the store's file alone is not the store while it is in use."""
    live = configure(many(newsroom, 6))
    async with open_app(load_config(live), Clock(), Silent()) as app:
        await app.pipeline.poll(force=True)
        shutil.copyfile(store_of(live), tmp_path / "plain.db")
        backup.back_up(store_of(live), tmp_path / "copy.db", replace=False)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
        assert db.execute(COUNT).fetchall() == [(6,)]
        assert db.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
    with closing(sqlite3.connect(tmp_path / "plain.db")) as db:
        plain = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'articles'").fetchall()
        assert plain == [(0,)] or db.execute(COUNT).fetchall() != [(6,)]


def test_the_commands_back_up_and_restore(monitor: Monitor, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    monitor("--config", folder, "poll")
    copy = tmp_path / "kept" / "copies" / "copy.db"  # folders that are made first
    made = monitor("--config", folder, "backup", copy, "--with-config")
    assert (made.code, "2 entries, 2 articles" in made.out) == (0, True)
    with tarfile.open(f"{copy}.config.tar.gz") as packed:
        names = packed.getnames()
    assert {"config/monitor.yaml", "config/feeds.yaml"} <= set(names)
    assert any(name.startswith("elsewhere/") and name.endswith("seed_corpus") for name in names)
    assert Path(f"{copy}.config.tar.gz").stat().st_mode & 0o077 == 0
    taken = monitor("--config", folder, "backup", copy)
    assert (taken.code, "--force" in taken.err) == (1, True)
    assert monitor("--config", folder, "backup", copy, "--force").code == 0
    with closing(Store(f"sqlite:///{store_of(folder)}")) as store, store.read() as connection:
        assert upkeep.last(connection)["backup"].figures["articles"] == 2

    with closing(sqlite3.connect(store_of(folder))) as db, db:
        db.execute("PRAGMA foreign_keys=OFF")
        db.execute("DELETE FROM articles")
    back = monitor("--config", folder, "restore", copy)
    assert back.code == 0
    [aside] = store_of(folder).parent.glob("monitor.db.replaced-*")
    assert str(aside) in back.out
    assert rows(folder, COUNT) == [(2,)]
    with closing(sqlite3.connect(aside)) as db:
        assert db.execute(COUNT).fetchall() == [(0,)]
    assert monitor("--config", folder, "poll", "--json").json()["entries"]["new"] == 0
    assert [path.name for path in store_of(folder).parent.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.slow
def test_a_store_in_use_is_not_replaced(monitor: Monitor, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    monitor("--config", folder, "poll")
    monitor("--config", folder, "backup", tmp_path / "copy.db")
    number = store_of(folder).stat().st_ino
    other = (
        "import sys; from monitor.store import Store; s = Store(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", other, f"sqlite:///{store_of(folder)}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as idle:
        assert idle.stdout
        idle.stdout.readline()
        refused = monitor("--config", folder, "restore", tmp_path / "copy.db")
        idle.communicate(b"")
    assert (refused.code, "stop the service" in refused.err) == (1, True)
    assert store_of(folder).stat().st_ino == number
    assert monitor("--config", folder, "restore", tmp_path / "copy.db").code == 0


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[6000 : len(data) // 2] = b"\x5a" * (len(data) // 2 - 6000)
    path.write_bytes(data)


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")


def another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE bookmarks (url)")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (damaged, "cannot be used|damaged"),
        (newer, "newer version"),
        (another_program, "no store of this program"),
        (lambda path: path.write_text("not a database, but long enough to be read as one " * 50), "cannot be used"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "cannot be used|damaged"),
        (lambda path: path.write_bytes(b""), "no store of this program"),
        (Path.unlink, "no file"),
    ],
)
def test_a_copy_that_cannot_be_used_leaves_the_store_as_it_is(
    monitor: Monitor,  # noqa: F811
    folder: Path,  # noqa: F811
    tmp_path: Path,
    spoil: Callable[[Path], object],
    said: str,
) -> None:
    monitor("--config", folder, "poll")
    copy = tmp_path / "copy.db"
    monitor("--config", folder, "backup", copy)
    spoil(copy)
    refused = monitor("--config", folder, "restore", copy)
    assert refused.code == 1
    assert re.search(said, refused.err)
    assert "Traceback" not in refused.err
    assert rows(folder, COUNT) == [(2,)]
    left = {path.name for path in store_of(folder).parent.iterdir() if not path.name.startswith("monitor.db-")}
    assert left == {"monitor.db"}


def test_a_damaged_store_is_not_backed_up_but_can_be_replaced(
    monitor: Monitor,  # noqa: F811
    folder: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    monitor("--config", folder, "poll")
    copy = tmp_path / "copy.db"
    monitor("--config", folder, "backup", copy)
    damaged(store_of(folder))
    refused = monitor("--config", folder, "backup", tmp_path / "bad.db")
    assert refused.code == 1
    assert re.search("damaged|cannot be used", refused.err)
    assert not (tmp_path / "bad.db").exists()
    assert monitor("--config", folder, "restore", copy).code == 0
    assert rows(folder, COUNT) == [(2,)]


def test_a_copy_of_an_earlier_version_is_made_as_it_is(monitor: Monitor, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    """A backup comes before an upgrade, so it must not be one."""
    monitor("--config", folder, "poll")
    with closing(sqlite3.connect(store_of(folder))) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '0008'")
    assert monitor("--config", folder, "backup", tmp_path / "copy.db").code == 0
    for path in (store_of(folder), tmp_path / "copy.db"):
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [("0008",)]


@pytest.mark.parametrize(("command", "tool"), [("backup", "pg_dump --format=custom"), ("restore", "pg_restore")])
def test_for_postgresql_it_says_what_to_call(
    monitor: Monitor,  # noqa: F811
    folder: Path,  # noqa: F811
    command: str,
    tool: str,
) -> None:
    path = folder / "monitor.yaml"
    text = path.read_text().replace("sqlite:///../var/monitor.db", "postgresql://me:pass-word@db.example.org/news")
    path.write_text(text)
    said = monitor("--config", folder, command, "news.dump")
    assert said.code == 2
    assert tool in said.err
    assert "postgresql://me@db.example.org/news" in said.err
    assert "pass-word" not in said.err
    path.write_text(
        text.replace("me:pass-word@", "").replace("/news", "/news?user=me&password=pass-word&sslmode=require")
    )
    said = monitor("--config", folder, command, "news.dump")
    assert "postgresql://db.example.org/news?sslmode=require&user=me" in said.err
    assert "pass-word" not in said.err
