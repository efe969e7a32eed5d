"""A worker beside the service on one PostgreSQL store: the work is shared, and nothing is done twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from monitor.cli import cli
from monitor.store import Store
from tests.conftest import SERVICE, fresh_database
from tests.newsroom import GAME, PACT, Answer, Newsroom, hours_ago
from tests.test_service import Running, running

Configure = Callable[..., Path]
EACH = 6  # articles of each newsroom
FROZEN = 8.0  # seconds, more than a page may take
PATIENCE = 300.0  # seconds, two processes start in them on a busy machine; only a failing test waits so long


@pytest.fixture
def newsrooms() -> Iterator[list[Newsroom]]:
    """Four hosts of one machine."""
    with ExitStack() as stack:
        yield [stack.enter_context(Newsroom(host=f"127.0.0.{number}")) for number in range(1, 5)]


def publish(room: Newsroom, first: int) -> str:
    """A feed of six stories, every third of them relevant."""
    items = []
    for number in range(first, first + EACH):
        name = f"{room.host.rpartition('.')[2]}-{number}"
        title, text = (f"Iran, Iraq sign defence memorandum, part {name}", PACT) if number % 3 == 0 else (
            f"Iraq and Iran draw, match day {name}", GAME)  # fmt: skip
        link = room.article(f"/{number}.html", title, [f"{title}. {number * 7919} people looked on.", *text])
        items.append((title, link, hours_ago(1)))
    return room.feed("/feed.xml", items)


def on_postgresql(server: str) -> str:
    store = f"store: {fresh_database(server, empty=True)}"
    eager = SERVICE.replace("timeout: 5s", "timeout: 5s, per_host_delay: 0")
    return eager.replace("store: sqlite:///../var/monitor.db", store) + "poll: {interval: 1s, min_interval: 1s}\n"


def one(store: Store, sql: str) -> tuple[object, ...]:
    with store.read() as db:
        return tuple(db.execute(sa.text(sql)).one())


def wait_until(store: Store, sql: str, wanted: tuple[object, ...], told: list[Running]) -> None:
    end = time.monotonic() + PATIENCE
    while one(store, sql) != wanted:
        for each in told:
            assert each.process.poll() is None, each.seen
        assert time.monotonic() < end, (one(store, sql), wanted)
        time.sleep(0.05)


@pytest.mark.slow
def test_service_and_worker_share_the_work(newsrooms: list[Newsroom], configure: Configure, postgresql: str) -> None:
    folder = configure(*(publish(room, 0) for room in newsrooms), service=on_postgresql(postgresql))
    url = (folder / "monitor.yaml").read_text().splitlines()[0].removeprefix("store: ")
    done = "SELECT count(*) FILTER (WHERE state = 'done'), count(DISTINCT link) FROM entries"
    grouped = "SELECT count(*) FROM story_articles"
    with closing(Store(url)) as store, running(folder, "worker") as worker:
        with running(folder, "run") as service:
            for told in (EACH, 2 * EACH):
                wait_until(store, done, (4 * told, 4 * told), [service, worker])
                wait_until(store, grouped, (4 * told // 3,), [service, worker])
                for room in newsrooms:
                    publish(room, told)
            stop(service)
        wait_until(store, done, (12 * EACH, 12 * EACH), [worker])  # alone it does all but send
        wait_until(store, grouped, (12 * EACH // 3,), [worker])
        for _ in range(2):
            assert CliRunner().invoke(cli, ["--config", str(folder), "digest"]).exit_code == 0
        stop(worker)
        assert one(store, "SELECT count(*), count(DISTINCT url) FROM articles") == (12 * EACH, 12 * EACH)
        told_once = "SELECT count(*), count(DISTINCT article_id) FROM edition_articles WHERE role = 'story'"
        assert one(store, told_once) == (12 * EACH // 3, 12 * EACH // 3)
    for room in newsrooms:
        pages = [count for path, count in room.asked.items() if path.endswith(".html")]
        assert pages == [1] * 3 * EACH  # no page is fetched by both


def stop(process: Running) -> None:
    begun = time.monotonic()
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(10) == 0
    assert time.monotonic() - begun < 10


@pytest.mark.slow
def test_a_worker_that_is_killed_holds_nothing_up(
    newsrooms: list[Newsroom], configure: Configure, postgresql: str
) -> None:
    folder = configure(publish(newsrooms[0], 0), service=on_postgresql(postgresql))
    url = (folder / "monitor.yaml").read_text().splitlines()[0].removeprefix("store: ")
    pages = dict(newsrooms[0].pages)
    killed: list[Running] = []

    def fatal() -> tuple[int, dict[str, str], bytes]:
        os.kill(killed[-1].process.pid, signal.SIGKILL)
        return 500, {}, b""

    newsrooms[0].pages |= {path: fatal for path in pages if path.endswith(".html")}
    with running(folder, "worker") as worker:
        killed.append(worker)
        assert worker.process.wait(PATIENCE) == -signal.SIGKILL
    newsrooms[0].pages |= pages
    with closing(Store(url)) as store, running(folder, "run") as service:
        wait_until(store, "SELECT count(*) FROM entries WHERE state = 'done'", (EACH,), [service])


@pytest.mark.slow
def test_what_a_frozen_worker_had_asked_for_is_read_when_it_goes_on(
    newsrooms: list[Newsroom], configure: Configure, postgresql: str
) -> None:
    """It had counted as silent, and each page had waited half an hour for its next try."""
    room = newsrooms[0]
    folder = configure(publish(room, 0), service=on_postgresql(postgresql))
    url = (folder / "monitor.yaml").read_text().splitlines()[0].removeprefix("store: ")
    first, frozen, goes_on = threading.Lock(), list[Running](), threading.Event()

    def go_on() -> None:
        frozen[0].process.send_signal(signal.SIGCONT)
        goes_on.set()

    def slowly(answer: Callable[[], Answer]) -> Answer:
        if first.acquire(blocking=False):
            frozen[0].process.send_signal(signal.SIGSTOP)
            threading.Timer(FROZEN, go_on).start()
        goes_on.wait(PATIENCE)
        return answer()

    room.pages |= {path: partial(slowly, answer) for path, answer in room.pages.items() if path.endswith(".html")}
    with closing(Store(url)) as store, running(folder, "worker") as worker:
        frozen.append(worker)
        whole = "SELECT count(*) FROM articles WHERE text LIKE '%people looked on%'"
        wait_until(store, whole, (EACH,), [worker])
    assert [count for path, count in room.asked.items() if path.endswith(".html")] == [1] * EACH


@pytest.mark.slow
def test_a_worker_rereads_what_is_saved_and_posts_no_notice(
    newsrooms: list[Newsroom], configure: Configure, postgresql: str
) -> None:
    folder = configure(publish(newsrooms[0], 0), service=on_postgresql(postgresql))
    good = (folder / "monitor.yaml").read_text()
    url = good.splitlines()[0].removeprefix("store: ")
    with closing(Store(url)) as store, running(folder, "worker") as worker:
        worker.wait_for("a worker for 1 feed beside the service")
        worker.wait_for("feed read")
        (folder / "monitor.yaml").write_text(good.replace("0 7 * * *", "0 77 * * *"))
        worker.wait_for("configuration refused")
        (folder / "monitor.yaml").write_text(good)
        worker.wait_for("configuration re-read")
        worker.process.send_signal(signal.SIGHUP)
        worker.wait_for("configuration re-read")
        worker.wait_for("this worker judges nothing, as no service is at work")
        assert one(store, "SELECT count(*) FROM notices") == (0,)
        assert one(store, "SELECT count(*) FROM matches") == (0,)
        assert one(store, "SELECT count(*) FROM editions") == (0,)


def test_on_the_embedded_store_it_says_what_to_do_instead(configure: Configure) -> None:
    folder = configure("http://127.0.0.1:9/feed")
    found = CliRunner().invoke(cli, ["--config", str(folder), "worker"])
    assert found.exit_code == 2
    assert "serves one process" in found.output
    assert "store: postgresql://" in found.output
    assert not (folder.parent / "var").exists()
