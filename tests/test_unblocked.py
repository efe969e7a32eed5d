"""Nothing that a stranger writes or asks holds up the service: it says that it is alive, and stops when told to."""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
import statistics
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from html import escape
from pathlib import Path

import pytest

import monitor.web.impatient
from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.match.matcher import JUDGED
from monitor.model import DeliveryState, Document
from monitor.store import deliveries
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.shipped import SHIPPED
from tests.test_service import Configure, running

WORDS = "Iran Iraq defence minister signed memorandum military army Baghdad Tehran agreement training border".split()  # noqa: SIM905


def costly(length: int) -> str:
    """One word a line: what it takes longest to judge."""
    line = "\n".join(WORDS) + "\n"
    return (line * (length // len(line) + 1))[:length]


@pytest.mark.slow
def test_of_an_endless_text_the_beginning_is_judged_and_that_is_said() -> None:
    matcher = SHIPPED
    start = "Iran and Iraq signed a memorandum on defence cooperation in Baghdad, both ministries said.\n"

    def document(text: str) -> Document:
        return Document("1", "Iran, Iraq sign defence memorandum", text, "en", datetime(2026, 11, 20, tzinfo=UTC))

    whole = matcher.match(document(start * 3 + costly(4 * JUDGED)))
    begun = matcher.match(document((start * 3 + costly(4 * JUDGED))[:JUDGED]))
    assert (whole.score, whole.verdict) == (begun.score, begun.verdict)
    [cut] = [reason for reason in whole.receipt.reasons if reason.kind == "cut"]
    assert cut.text == f"only the first 50,000 of its {4 * JUDGED + 3 * len(start):,} characters were judged"
    assert not [reason for reason in begun.receipt.reasons if reason.kind == "cut"]


@dataclass
class Probe:
    """Asks whether the service lives, again and again. waits: seconds for each answer."""

    port: int
    waits: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def ask(self) -> None:
        begun = time.perf_counter()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=30) as answer:
                answer.read()
        except OSError as error:
            self.wrong.append(str(error))
        self.waits.append(time.perf_counter() - begun)

    @contextmanager
    def beside(self) -> Iterator[None]:
        ended = threading.Event()

        def asking() -> None:
            while not ended.wait(0.02):
                self.ask()

        thread = threading.Thread(target=asking)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    @property
    def late(self) -> float:
        """The 99th of a hundred answers."""
        return statistics.quantiles(self.waits, n=100)[98]


def with_page(folder: Path) -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = int(taken.getsockname()[1])
    with (folder / "monitor.yaml").open("a") as settings:
        settings.write(f"web: {{listen: '127.0.0.1:{port}'}}\n")
    return port


def hostile_feed(newsroom: Newsroom) -> str:
    """45 entries below 10 MB, each of them costly to judge."""
    items = "".join(
        f"<item><title>Iran, Iraq sign defence memorandum, part {n}</title><guid>g{n}</guid>"
        f"<description>{escape(costly(200_000))}</description></item>"
        for n in range(45)
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Hostile</title>{items}</channel></rss>'
    assert len(body) < 10_000_000
    return newsroom.put("/hostile.xml", body, Content_Type="application/rss+xml")


@pytest.mark.slow
def test_health_is_told_at_once_beside_costly_texts_and_searches_and_a_stop_is_quick(
    newsroom: Newsroom, configure: Configure
) -> None:
    folder = configure(hostile_feed(newsroom))
    probe = Probe(with_page(folder))
    with running(folder) as service, ExitStack() as stack:
        service.wait_for("the page is at")
        ended = threading.Event()

        def searching() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    place = f"http://127.0.0.1:{probe.port}/search?q=defence+memorandum"
                    urllib.request.urlopen(place, timeout=30).read()

        stack.callback(ended.set)
        service.wait_for("feed read")
        for _ in range(8):
            threading.Thread(target=searching, daemon=True).start()
        with probe.beside():
            time.sleep(15)  # in the middle of judging
        begun = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(10) == 0
        assert time.monotonic() - begun < 10
    assert not probe.wrong
    print(f"healthz: median {statistics.median(probe.waits):.3f}, p99 {probe.late:.3f} of {len(probe.waits)}")
    assert probe.late < 0.5  # a tenth of a second, and what waiting for a core takes on a machine of two busy ones


@pytest.mark.slow
def test_who_says_nothing_does_not_take_the_place_of_others(newsroom: Newsroom, configure: Configure) -> None:
    folder = configure(newsroom.feed("/feed.xml", []))
    port = with_page(folder)
    with running(folder) as service, ExitStack() as stack:
        service.wait_for("polled 1 feed")
        silent = [stack.enter_context(closing(socket.create_connection(("127.0.0.1", port)))) for _ in range(105)]
        for each in silent[:50]:
            each.send(b"GET / HT")
        probe = Probe(port)
        for _ in range(20):
            probe.ask()
        assert not probe.wrong
        silent[0].settimeout(monitor.web.impatient.ASK_WITHIN + 10)
        assert silent[0].recv(100) in (b"", b"HTTP/1.1 408 ")  # closed, and not kept for ever


@pytest.mark.slow
async def test_the_loop_is_free_while_another_program_writes(newsroom: Newsroom, configure: Configure) -> None:
    """Whatever the service writes, from a claim to the end of a delivery, it waits for its turn in a thread."""
    title = "Iran, Iraq sign defence memorandum in Tehran"
    feed = newsroom.feed("/feed.xml", [(title, newsroom.article("/1.html", title, PACT), hours_ago(1))])
    folder = configure(feed)
    async with open_app(load_config(folder), lambda: datetime.now(UTC), Silent()) as app:
        await app.pipeline.poll(force=True)
        edition = await app.publisher._recorded(app.publisher.by_hand(app.config.digest("daily")))
        for work in (partial(app.pipeline.poll, force=True), app.publisher.publish_due, app.publisher.deliver_due):
            with closing(sqlite3.connect(folder.parent / "var" / "monitor.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                working = asyncio.create_task(work())
                begun = time.perf_counter()
                await asyncio.sleep(0.5)
                held = time.perf_counter() - begun
                other.execute("ROLLBACK")
            await working
            assert held < 1.5, "the loop waited for the other program"
        with app.store.read() as db:
            assert [row.state for row in deliveries.of_edition(db, edition or 0)] == [DeliveryState.SENT]
