"""A month of polling in minutes: 200 feeds on a loopback server that misbehaves in every way, under a simulated clock.

    python -m benchmarks.simulate_month [--days 30] [--feeds 200] [--step 60] [--folder DIR]

The service's own poll and digest run at every step of the clock. At the end every entry of the feeds that can be
read must stand in the store exactly once, no feed may have been asked sooner than the rules allow, and memory must
be bounded and flat. Prints the figures as JSON; raises AssertionError where a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import shutil
import sqlite3
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Container
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

from benchmarks.memory import resident, with_children
from benchmarks.readings import Readings
from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config, packaged_folder
from monitor.workers.memory import return_memory
from tests.newsroom import GAME, PACT

START = datetime(2026, 11, 1, tzinfo=UTC)
LISTED = 30  # entries a feed lists
HOUR = 3600.0
SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true, timeout: TIMEOUTs, max_feed_size: 2MB}
digests:
  - {name: daily, schedule: "0 7 * * *", timezone: Asia/Baghdad, deliver: [{file: ../var/digests}]}
"""
GOOD = ("plain", "no-validators", "new-guids", "new-dates", "undated", "marks", "cached", "temporary", "permanent")
SICK = ("gone", "403", "html", "garbage", "bomb", "hang", "reset", "drip", "empty", "429-seconds", "429-date", "500")
FITS = (*SICK[1:], "truncated", "404", "temporary")  # what a flaky feed does now and then
SLOW = {"403", "404", "html", "garbage", "bomb", "empty"}  # nothing that an hour will mend
ASKED_TO_WAIT = {"429-seconds": 2 * HOUR, "429-date": 3 * HOUR, "cached": 2 * HOUR}
BOMB = gzip.compress(b"<rss>" + b" " * 20_000_000, 9, mtime=0)
NOISE = random.Random(5).randbytes(3000)


@dataclass
class World:
    """What the server does and what it saw. ``log``: feed → (simulated time, path, what it was answered)."""

    feeds: int
    seed: int = 3
    now: datetime = START
    log: dict[int, list[tuple[datetime, str, str]]] = field(default_factory=lambda: defaultdict(list))
    pages: int = 0
    readings: Readings = field(default_factory=Readings)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        good, flaky = round(self.feeds * 0.6), round(self.feeds * 0.25)
        kinds = [GOOD[i % len(GOOD)] if i % 2 else "plain" for i in range(good)] + ["flaky"] * flaky
        self.kinds = kinds + [SICK[i % len(SICK)] for i in range(self.feeds - len(kinds))]
        self.period = [timedelta(hours=self.chance.uniform(8, 72)) for _ in range(self.feeds)]

    def clock(self) -> datetime:
        return self.now

    def entries(self, feed: int, until: datetime) -> list[int]:
        """Numbers of the entries published by then, counted from well before the start."""
        return list(range(int((until - START + timedelta(days=60)) / self.period[feed]) + 1))

    def published(self, feed: int, number: int) -> datetime:
        return START - timedelta(days=60) + number * self.period[feed]

    def listed(self, feed: int, at: datetime) -> list[int]:
        """Numbers of the entries that the feed lists then."""
        return self.entries(feed, at)[-LISTED:]

    def leaves(self, feed: int, number: int) -> datetime:
        """When the entry goes from the list, as newer ones came."""
        return self.published(feed, number + LISTED)

    def title(self, feed: int, number: int) -> str:
        if (feed * 31 + number) % 12 == 0:
            return f"Iran, Iraq sign defence memorandum {feed}-{number}"
        return f"Iraq and Iran draw on match day {feed}-{number}"

    def act(self, feed: int) -> str:
        """What the server does this time."""
        kind = self.kinds[feed]
        if kind != "flaky":
            return kind
        return self.chance.choice(FITS) if self.chance.random() < 0.35 else "plain"

    def body(self, feed: int, act: str, base: str) -> bytes:
        rows = []
        for number in self.listed(feed, self.now):
            title = self.title(feed, number)
            mark = f"?utm_source={self.chance.randrange(10**6)}" if act == "marks" else ""
            link = "" if act == "undated" else f"<link>{base}/page/{feed}/{number}{mark}</link>"
            guid = f"{feed}/{number}" + (f"/{self.chance.randrange(10**9)}" if act == "new-guids" else "")
            when = self.now if act == "new-dates" else self.published(feed, number)
            date = "" if act == "undated" else f"<pubDate>{format_datetime(when)}</pubDate>"
            text = f"<description>{title}, told in short.</description>"
            rows.append(f"<item><title>{title}</title>{link}<guid isPermaLink='false'>{guid}</guid>{date}{text}</item>")
        return f"<rss version='2.0'><channel><title>{feed}</title>{''.join(reversed(rows))}</channel></rss>".encode()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512
    world: World

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients give up on some of the answers, as they should


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        pass

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.server.world.now, usegmt=True)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        world = self.server.world
        _, what, feed, *rest = self.path.partition("?")[0].split("/")
        if what == "page":
            world.pages += 1
            self.page(world.title(int(feed), int(rest[0])))
            return
        act = "plain" if what == "moved" else world.act(int(feed))
        world.log[int(feed)].append((world.now, what, act))
        self.misbehave(int(feed), act)

    def page(self, title: str) -> None:
        paragraphs = (f"{title}, in full.", *(PACT if "sign" in title else GAME))
        text = f"<h1>{title}</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        body = f"<html lang=en><head><title>{title}</title></head><body><article>{text}</article></body></html>"
        self.reply(200, body.encode(), "text/html")

    def misbehave(self, feed: int, act: str) -> None:
        world = self.server.world
        later = format_datetime(world.now + timedelta(hours=3), usegmt=True)
        match act:
            case "gone" | "500" | "403" | "404":
                self.reply(410 if act == "gone" else int(act), b"no")
            case "429-seconds":
                self.reply(429, b"", Retry_After="7200")
            case "429-date":
                self.reply(429, b"", Retry_After=later)
            case "html":
                self.reply(200, b"<!doctype html><html><body>Sale!</body></html>", "text/html")
            case "empty" | "garbage":
                self.reply(200, b"" if act == "empty" else NOISE)
            case "bomb":
                self.reply(200, BOMB, Content_Encoding="gzip")
            case "temporary" | "permanent":
                self.reply(302 if act == "temporary" else 301, b"", Location=f"/moved/{feed}")
            case "hang" | "reset" | "drip" | "truncated":
                self.break_off(feed, act)
            case _:
                cached = {"Cache_Control": "max-age=7200"} if act == "cached" else {}
                self.reply(200, world.body(feed, act, self.base), tag=act != "no-validators", **cached)

    def break_off(self, feed: int, act: str) -> None:
        self.close_connection = True
        if act == "truncated":
            body = self.server.world.body(feed, act, self.base)
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + body[: len(body) * 2 // 3])
        elif act == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n")
            for _ in range(40):
                self.wfile.write(b"<")
                time.sleep(0.05)
        elif act == "hang":
            time.sleep(2)

    def reply(
        self, status: int, body: bytes, kind: str = "application/rss+xml", tag: bool = False, **more: str
    ) -> None:
        mark = f'"{hash(body)}"'
        if tag and self.headers.get("If-None-Match") == mark:
            status, body = 304, b""
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body))} | ({"ETag": mark} if tag else {})
        for name, value in (headers | {key.replace("_", "-"): value for key, value in more.items()}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def write_config(folder: Path, base: str, feeds: int, timeout: float) -> None:
    (folder / "watches").mkdir(parents=True)
    (folder / "monitor.yaml").write_text(SERVICE.replace("TIMEOUT", str(timeout)))
    rows = "".join(f"  - {{url: '{base}/feed/{feed}', name: Feed {feed}, language: en}}\n" for feed in range(feeds))
    (folder / "feeds.yaml").write_text("feeds:\n" + rows)
    sides = "{iran: {entities: iran}, iraq: {entities: iraq}}"
    watch = f"name: Pact\nseeds: {packaged_folder() / 'seed_corpus'}\nsides: {sides}\n"
    (folder / "watches" / "pact.yaml").write_text(watch)


async def live(world: World, config: Path, days: float, step: timedelta) -> list[tuple[float, float]]:
    """Polls and publishes until the end of the time; (own, all processes') memory in MB at each midnight."""
    memory, end, midnight = [], START + timedelta(days=days), START
    return_memory()  # as the service does
    async with open_app(load_config(config), world.clock, Silent()) as app:
        while world.now < end:
            await app.pipeline.poll()
            world.readings.note(app.store)
            await app.publisher.publish_due()
            if world.now >= midnight:
                memory.append((resident(), with_children()))
                midnight += timedelta(days=1)
            world.now += step
        memory.append((resident(), with_children()))
    return memory


def required(act: str, failures: int) -> float:
    """The least seconds to the next request after this answer. failures: in a row, this one included."""
    waits = [600.0, ASKED_TO_WAIT.get(act, 0.0)]
    if act in SICK or act == "404":
        waits.append(min(24 * HOUR, HOUR * 2 ** (failures - 1)) if failures > 1 else 0.0)
        waits.append(4 * HOUR if act in SLOW else 0.0)
    return max(waits)


def polls_of(asked: list[tuple[datetime, str, str]]) -> list[tuple[datetime, str]]:
    """(time, answer) of each poll: a redirect's target belongs to it, and so does the one repeat of a request whose
    connection was lost before any answer, which HTTP allows at once (RFC 9110, 9.2.2)."""
    at_source = {at for at, what, _ in asked if what == "feed"}
    polls: list[tuple[datetime, str]] = []
    for at, what, act in asked:
        if what == "moved" and at in at_source:
            continue
        if polls and polls[-1] == (at, "reset"):
            polls.pop()
        polls.append((at, act))
    return polls


def check_requests(world: World) -> int:
    """Every poll of every feed came no sooner than the last answer allows. Returns how many requests there were."""
    for feed, asked in world.log.items():
        failures = 0
        for (at, act), (later, _) in pairwise(polls_of(asked)):
            failures = failures + 1 if act in SICK or act == "404" else 0
            gap = (later - at).total_seconds()
            assert act != "gone", f"feed {feed} was asked after a 410"
            assert gap >= required(act, failures), f"feed {feed}: {gap} s after {act} (failure {failures})"
        if world.kinds[feed] == "permanent":
            assert sum(what == "feed" for _, what, _ in asked) <= 4, "a permanent redirect was not remembered"
    return sum(map(len, world.log.values()))


def missing(world: World, stored: Container[str]) -> list[tuple[int, int]]:
    """(feed, number) of every entry that a readable feed has listed long enough and that is not stored."""
    gone: list[tuple[int, int]] = []
    for feed, kind in enumerate(world.kinds):
        if kind not in (*GOOD, "flaky"):
            continue
        patience = timedelta(hours=8 if kind != "flaky" else 60)  # until it was read, at the start and at the end
        begun = START if kind != "flaky" else START + patience
        first = max(0, len(world.entries(feed, begun)) - LISTED)
        due = [number for number in world.entries(feed, world.now - patience) if number >= first]
        gone += [(feed, number) for number in due if world.title(feed, number) not in stored]
    return gone


def check_store(world: World, folder: Path) -> dict[str, int]:
    """Every entry of a readable feed is there once, and every match was told once."""
    with closing(sqlite3.connect(folder / "var" / "monitor.db")) as db:
        stored = Counter(title for (title,) in db.execute("SELECT title FROM entries"))
        matches = {row[0] for row in db.execute("SELECT article_id FROM matches WHERE verdict = 'match'")}
        told = Counter(row[0] for row in db.execute("SELECT article_id FROM edition_articles WHERE role = 'story'"))
        [(articles,)] = db.execute("SELECT count(*) FROM articles")
    assert set(stored.values()) == {1}, [title for title, count in stored.items() if count > 1][:5]
    lost, unread = world.readings.parted(world, missing(world, stored), START)
    assert not lost, (len(lost), lost[:5])
    assert set(told.values()) <= {1}
    assert set(told) <= matches
    return {
        "entries": len(stored),
        "articles": articles,
        "matches": len(matches),
        "told": len(told),
        "unread": len(unread),
    }


def simulate(folder: Path, *, days: float, feeds: int, step: timedelta, timeout: float = 1.0) -> dict[str, object]:
    """Returns the figures. Raises AssertionError where a promise is broken."""
    world = World(feeds)
    server = Server(("127.0.0.1", 0), Handler)
    server.world = world
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    started, cpu = time.monotonic(), time.process_time()
    try:
        write_config(folder / "config", f"http://127.0.0.1:{server.server_address[1]}", feeds, timeout)
        memory = asyncio.run(live(world, folder / "config", days, step))
    finally:
        server.shutdown()
        server.server_close()
    own, everything = [each[0] for each in memory], [each[1] for each in memory]
    return {
        **check_store(world, folder),
        "requests": check_requests(world),
        "pages": world.pages,
        "memory_mb": {"own": [round(mb) for mb in own], "with_workers_most": round(max(everything))},
        "seconds": round(time.monotonic() - started),
        "cpu_seconds": round(time.process_time() - cpu),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=float, default=30)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--step", type=float, default=60, help="minutes the clock moves at once")
    parser.add_argument("--timeout", type=float, default=1.0, help="seconds a request may take")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="simulated-month-"))
    figures = simulate(
        folder, days=given.days, feeds=given.feeds, step=timedelta(minutes=given.step), timeout=given.timeout
    )
    print(json.dumps(figures))
    if not given.folder:
        shutil.rmtree(folder)  # kept only where a promise was broken


if __name__ == "__main__":
    main()
