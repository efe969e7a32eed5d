"""The service under faults: it stays up or stops with a clear reason, and nothing stored is lost.

The whole fault injection and its figures: benchmarks/fault_injection.py, benchmarks/results/faults.md.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import monitor.store.engines
import monitor.store.read_only
from benchmarks.fault_injection import inject
from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.errors import StoreError
from monitor.service import Beats, Service
from monitor.store import stories
from tests.conftest import SERVICE
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_flow import Clock, cycle, two_stories
from tests.test_service import rows, running

Configure = Callable[..., Path]
OFTEN = SERVICE + "poll: {interval: 1s, min_interval: 1s, max_interval: 1s}\n"


def another(newsroom: Newsroom, number: int) -> str:
    """One more relevant story in the feed."""
    title = f"Iran, Iraq agree on joint border patrols, round {number}"
    return newsroom.article(f"/more{number}.html", title, [f"{title}, {number * 31} men each.", *PACT])


def show(newsroom: Newsroom, links: list[str]) -> None:
    items = [(f"Iran, Iraq agree on joint patrols {i}", link, hours_ago(1 + i)) for i, link in enumerate(links)]
    newsroom.feed("/feed.xml", items)


@asynccontextmanager
async def served(folder: Path, clock: Callable[[], datetime]) -> AsyncIterator[tuple[App, Service]]:
    """The service in this process, at a fast beat."""
    async with open_app(load_config(folder), clock, Silent()) as app:
        service = Service(app, lambda: app.with_config(load_config(folder)), Beats(0.05, 0.1, 0.1))
        task = asyncio.create_task(service.run())
        try:
            yield app, service
            assert service.stopping or not task.done()  # whatever happened, it is still up
        finally:
            service.stop()
            await asyncio.wait_for(task, 10)


async def until(true: Callable[[], Any], patience: float = 20.0) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not come"
        await asyncio.sleep(0.02)


def articles_of(folder: Path) -> int:
    [(count,)] = rows(folder, "SELECT count(*) FROM articles")
    assert isinstance(count, int)
    return count


@pytest.mark.slow
def test_kills_at_random_moments_lose_and_repeat_nothing(tmp_path: Path) -> None:
    counts = inject(tmp_path, 4, random.Random(11), longest=0.7)
    assert counts["kills"] == 4


# ---- the store


@pytest.mark.slow
def test_a_full_disk_is_said_and_work_goes_on_when_there_is_space(newsroom: Newsroom, configure: Configure) -> None:
    show(newsroom, [another(newsroom, 0)])
    folder = configure(newsroom.base + "/feed.xml", service=OFTEN)
    with running(folder) as service:
        service.wait_for("match ")
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        show(newsroom, [another(newsroom, 0), another(newsroom, 1)])
        service.wait_for("free some space")
        assert articles_of(folder) == 1
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        service.wait_for("match ")
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(10) == 0
    assert articles_of(folder) == 2
    assert "Traceback" not in "".join(service.seen)


@pytest.mark.slow
async def test_sqlite_that_may_not_grow_stores_nothing_by_halves(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        with app.store.engine.connect() as db:
            pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
            db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        newsroom.feed(
            "/feed.xml", [(f"Story {i} {'x' * 400}", f"{newsroom.base}/{i}.html", hours_ago(1)) for i in range(300)]
        )
        with pytest.raises(StoreError, match="free some space"):
            await app.pipeline.poll(force=True)
        assert rows(folder, "SELECT count(*) FROM entries") == [(0,)]
    summary, _ = await cycle(folder, clock)
    assert summary.entries == {"seen": 300, "new": 300, "updated": 0}


@pytest.mark.slow
async def test_a_locked_store_is_waited_for(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(monitor.store.engines, "PATIENCE", 0.1)
    folder, clock = configure(two_stories(newsroom)), Clock()
    async with served(folder, clock):
        await until(lambda: articles_of(folder) == 2)
        show(newsroom, [another(newsroom, 1)])
        with closing(sqlite3.connect(folder.parent / "var" / "monitor.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            clock.forward(hours=7)
            await until(lambda: "locked by another program" in caplog.text)
            other.execute("COMMIT")
        await until(lambda: articles_of(folder) == 3)
    assert "Traceback" not in caplog.text


def flip(path: Path, chance: random.Random, times: int) -> None:
    """Runs of bytes become others, anywhere after the first page."""
    data = bytearray(path.read_bytes())
    for _ in range(times):
        start = chance.randrange(4096, len(data) - 600)
        data[start : start + 512] = chance.randbytes(512)
    path.write_bytes(data)


@pytest.mark.slow
async def test_a_damaged_store_is_kept_and_reported(newsroom: Newsroom, configure: Configure) -> None:
    """Wherever the damage is, the outcome is one clear error, or none where nothing damaged was read."""
    folder, told = configure(two_stories(newsroom)), list[str]()
    await cycle(folder)
    path = folder.parent / "var" / "monitor.db"
    whole = path.read_bytes()
    for seed, times in enumerate((400, 40, 4, 2, 1)):
        path.write_bytes(whole)
        for rest in path.parent.glob("monitor.db-*"):
            rest.unlink()
        flip(path, random.Random(seed), times)
        show(newsroom, [another(newsroom, seed)])
        try:
            await cycle(folder)
        except StoreError as error:
            told.append(str(error))
        assert path.stat().st_size >= len(whole)  # it was not made anew
    assert len(told) >= 2
    assert all("is damaged" in text and "restore a backup" in text for text in told)
    assert path.with_name("monitor.db.damaged").stat().st_size > len(whole) // 2


@pytest.mark.slow
def test_a_store_that_is_no_database_is_left_alone(newsroom: Newsroom, configure: Configure) -> None:
    folder = configure(two_stories(newsroom))
    path = folder.parent / "var" / "monitor.db"
    path.parent.mkdir()
    path.write_bytes(b"this was a database once\n" * 400)
    command = [sys.executable, "-m", "monitor", "--config", str(folder), "run"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "is damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == path.with_name("monitor.db.damaged").read_bytes() == b"this was a database once\n" * 400


# ---- processes and the network


@pytest.mark.slow
async def test_a_killed_worker_costs_nothing(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = configure(two_stories(newsroom)), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        await app.pipeline.poll(force=True)
        workers = active_children()
        assert workers
        for worker in workers:
            worker.kill()
        show(newsroom, [another(newsroom, 1)])
        summary = await app.pipeline.poll(force=True)
    assert {"fetched": 1, "failed": 0, "partial": 0}.items() <= summary.articles.items()


@pytest.mark.slow
def test_where_no_worker_can_start_pages_wait_and_that_is_said(
    newsroom: Newsroom, configure: Configure, tmp_path: Path
) -> None:
    folder = configure(two_stories(newsroom))
    deep = tmp_path / ("x" * 110)  # a socket's path may have no more than 107 bytes
    deep.mkdir()
    command = [sys.executable, "-m", "monitor", "--config", str(folder), "poll", "--json"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=True, env={**os.environ, "TMPDIR": str(deep)}
    )
    assert done.stderr.count("no worker process can be started") == 1
    assert str(deep) in done.stderr
    assert json.loads(done.stdout)["articles"]["failed"] == 2
    assert rows(folder, "SELECT attempts, next_try IS NOT NULL FROM entries") == [(0, 1)] * 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [["init", "new"], ["digest", "daily", "--dry-run", "--output", "new"], ["learn"], ["backup", "new"]]
)
def test_a_file_that_does_not_fit_is_said_and_no_half_is_left(
    newsroom: Newsroom, configure: Configure, tmp_path: Path, command: list[str]
) -> None:
    folder = configure(two_stories(newsroom))
    profile = folder / "watches" / "iran-iraq-defense" / "profile.yaml"
    before = profile.read_bytes()
    with closing(monitor.store.Store(load_config(folder).store_url())):
        pass

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    options = [] if command[0] == "init" else ["--config", str(folder)]
    # Without compiled modules, which Python would keep cut off at the limit.
    call = [sys.executable, "-B", "-m", "monitor", *options, *command]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        call, capture_output=True, text=True, timeout=60, cwd=tmp_path, preexec_fn=small, check=False, env=env
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr or "i/o" in done.stderr.lower()
    assert profile.read_bytes() == before
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith((".", "new/config")) and path.is_file()]
    assert not (tmp_path / "new" / "config").exists()


def test_a_store_on_a_full_disk_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    monitor.store.Store(url).close()
    monkeypatch.setattr(monitor.store.read_only, "BESIDE", 1 << 62)  # more than any disk has
    with closing(monitor.store.Store(url, reading=True)) as store, store.read() as db:
        assert stories.load(db, []) == []
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            db.exec_driver_sql("DELETE FROM feeds")


@pytest.mark.slow
async def test_no_network_at_the_start(configure: Configure, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    folder, clock = configure(f"http://127.0.0.1:{port}/feed.xml"), Clock()
    async with served(folder, clock):
        await until(lambda: "feed failed" in caplog.text)
        with Newsroom(port=port) as room:
            two_stories(room)
            clock.forward(hours=2)
            await until(lambda: articles_of(folder) == 2)


@pytest.mark.slow
async def test_names_that_cannot_be_resolved(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_answer(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", no_answer)
    urls = [f"http://news{i}.example/rss" for i in range(5)]
    summary, shown = await cycle(configure(*urls, two_stories(newsroom)))
    assert (summary.feeds["failed"], summary.feeds["ok"]) == (5, 1)
    assert all("news" in str(error["error"]) and not error["permanent"] for error in summary.errors)
    assert len(shown.edition.stories) == 1


async def test_a_poll_that_is_stopped_gives_its_feeds_back(newsroom: Newsroom, configure: Configure) -> None:
    async def slow_feeds(folder: Path, clock: Clock) -> None:
        async with open_app(load_config(folder), clock, Silent()) as app:
            poll = asyncio.create_task(app.pipeline.poll())
            await until(lambda: newsroom.asked["/slow.xml"])
            poll.cancel()
            await asyncio.gather(poll, return_exceptions=True)

    def slow() -> tuple[int, dict[str, str], bytes]:
        time.sleep(1)
        return 200, {}, b""

    newsroom.pages["/slow.xml"] = slow
    folder, clock = configure(newsroom.base + "/slow.xml"), Clock()
    await slow_feeds(folder, clock)
    show(newsroom, [another(newsroom, 1)])
    newsroom.pages["/slow.xml"] = newsroom.pages["/feed.xml"]
    async with open_app(load_config(folder), clock, Silent()) as app:
        summary = await app.pipeline.poll()
    assert (summary.feeds["due"], summary.entries["new"]) == (1, 1)


async def test_what_is_being_sent_at_a_stop_is_let_finish(
    newsroom: Newsroom, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()
    newsroom.pages["/hook"] = lambda: (release.wait(20), (200, {}, b"taken"))[1]
    hook = f"[{{webhook: {{url: '{newsroom.base}/hook'}}}}]"
    folder, clock = configure(two_stories(newsroom)), Clock()
    text = (folder / "monitor.yaml").read_text()
    (folder / "monitor.yaml").write_text(text.replace("[{file: ../var/digests}]", hook))
    async with served(folder, clock) as (_, service):
        await until(lambda: articles_of(folder) == 2)
        clock.forward(hours=24)
        await until(lambda: newsroom.asked["/hook"])
        service.stop()
        asyncio.get_running_loop().call_later(0.3, release.set)
        await until(release.is_set)
    assert rows(folder, "SELECT state, attempts FROM deliveries") == [("sent", 1)]
    assert not [record for record in caplog.records if record.exc_info]


async def test_pages_that_take_long_do_not_keep_the_others_back(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.pipeline.SPELL", 1e-9)
    folder, clock = configure(two_stories(newsroom)), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        summary = await app.pipeline.poll()
        assert (summary.entries["new"], summary.articles["fetched"]) == (2, 0)
        monkeypatch.setattr("monitor.pipeline.SPELL", 60.0)
        summary = await app.pipeline.poll()  # no feed is due, but what was left is made
        assert (summary.feeds["due"], summary.articles["fetched"], summary.matches["new"]) == (0, 2, 1)


# ---- the clock and the configuration


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [timedelta(days=3652), timedelta(days=-3652)])
async def test_a_clock_that_was_wrong_for_a_while(newsroom: Newsroom, configure: Configure, wrong: timedelta) -> None:
    right = datetime.now(UTC)
    folder, clock = configure(two_stories(newsroom)), Clock(right + wrong)
    async with open_app(load_config(folder), clock, Silent()) as app:
        await app.pipeline.poll()
        await app.publisher.publish_due()
        clock.forward(days=1)
        await app.publisher.publish_due()
        clock.at = right
        show(newsroom, [another(newsroom, 1)])
        summary = await app.pipeline.poll()
        assert (summary.feeds["due"], summary.entries["new"], summary.matches["new"]) == (1, 1, 1)
        assert not app.publisher.due() or wrong < timedelta(0)
        clock.at = right + timedelta(days=1)
        await app.publisher.publish_due()
        with app.store.read() as db:
            [*before, new] = sorted(stories.ids_since(db, None, None))
    told = {row[0] for row in rows(folder, "SELECT story_id FROM edition_articles WHERE role = 'story'")}
    assert new in told
    assert before  # read by a clock ten years ahead, it was old news; it is stored all the same


@pytest.mark.slow
async def test_a_configuration_that_cannot_be_read_is_refused_and_the_last_one_kept(
    newsroom: Newsroom, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "monitor")
    folder, clock = configure(two_stories(newsroom)), Clock()
    good = (folder / "monitor.yaml").read_bytes()
    async with served(folder, clock) as (_, service):
        await until(lambda: articles_of(folder) == 2)
        for spoil in (lambda path: path.write_bytes(b"\xff\xfe\x00store"), Path.unlink, Path.mkdir, lambda path: None):
            path = folder / "monitor.yaml"
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            if spoil is not Path.mkdir:
                path.write_bytes(good)
            spoil(path)
            service.reload()
        show(newsroom, [another(newsroom, 1)])
        clock.forward(hours=7)
        await until(lambda: articles_of(folder) == 3)
    assert caplog.text.count("configuration refused") >= 3
    assert "configuration re-read" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["monitor.yaml", "feeds.yaml", "watches/iran-iraq-defense.yaml"])
def test_an_unreadable_configuration_at_the_start(newsroom: Newsroom, configure: Configure, name: str) -> None:
    folder = configure(two_stories(newsroom))
    (folder / name).write_bytes(hashlib.sha256(b"noise").digest() * 20)
    command = [sys.executable, "-m", "monitor", "--config", str(folder), "run"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder.parent / "var").exists()
