"""Two crowds: 2,000 feeds that are due at once, and 10,000 entries in one feed beside a healthy one.

    python -m benchmarks.crowds [--feeds 2000] [--entries 10000]

Prints seconds, memory and how long a SIGTERM takes in the middle of each, as JSON. The entries' pages are read too,
except of those published longer ago than `max_age`, nine in ten, as in an archive.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.memory import resident, with_children
from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config, packaged_folder
from tests.newsroom import GAME, PACT, Newsroom, hours_ago

SERVICE = "store: sqlite:///../var/monitor.db\nhttp: {allow_private_addresses: true}\n"


def write_config(folder: Path, urls: list[str]) -> Path:
    config = folder / "config"
    (config / "watches").mkdir(parents=True)
    (config / "monitor.yaml").write_text(SERVICE)
    (config / "feeds.yaml").write_text("feeds:\n" + "".join(f"  - {{url: '{url}', language: en}}\n" for url in urls))
    sides = "{iran: {entities: iran}, iraq: {entities: iraq}}"
    watch = f"name: Pact\nseeds: {packaged_folder() / 'seed_corpus'}\nsides: {sides}\n"
    (config / "watches" / "pact.yaml").write_text(watch)
    return config


def many_feeds(room: Newsroom, count: int) -> list[str]:
    """Feeds of five entries of the last days, told by the feed alone."""
    urls = []
    for feed in range(count):
        items = "".join(
            f"<item><title>Iraq, Iran draw {feed}-{i}</title><guid isPermaLink='false'>{feed}-{i}</guid>"
            f"<description>{GAME[i % 3]}</description></item>"
            for i in range(5)
        )
        body = f"<rss version='2.0'><channel><title>{feed}</title>{items}</channel></rss>"
        urls.append(room.put(f"/{feed}.xml", body, Content_Type="application/rss+xml"))
    return urls


def one_large(room: Newsroom, count: int) -> list[str]:
    """One feed with all the entries, and a healthy one with three."""
    crowd, few = [], []
    for number in range(count):
        title = f"Iran, Iraq sign memorandum {number}" if number % 10 == 0 else f"Iraq and Iran draw, day {number}"
        text = [f"{title}, {number * 7919} say.", *(PACT if number % 10 == 0 else GAME)]
        recent = number < count // 10
        link = room.article(f"/{number}.html", title, text) if recent else f"{room.base}/{number}.html"
        crowd.append((title, link, hours_ago(1 + number / 10 if recent else 24 * 60 + number)))
    for number in range(3):
        link = room.article(f"/few{number}.html", f"Iran, Iraq hold naval drill {number}", PACT)
        few.append((f"Iran, Iraq hold naval drill {number}", link, hours_ago(2)))
    return [room.feed("/crowd.xml", crowd), room.feed("/few.xml", few)]


async def poll(config: Path) -> dict[str, object]:
    """One poll of all, with the memory most seen while it ran."""
    most, done = [0.0, 0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            most[:] = [max(most[0], resident()), max(most[1], with_children())]

    threading.Thread(target=watch, daemon=True).start()
    started = time.monotonic()
    async with open_app(load_config(config), lambda: datetime.now(UTC), Silent()) as app:
        summary = await app.pipeline.poll(force=True)
    done.set()
    return {
        "seconds": round(time.monotonic() - started, 1),
        "feeds": summary.feeds,
        "entries": summary.entries,
        "articles": summary.articles,
        "matches": summary.matches["new"],
        "memory_mb": round(most[0]),
        "with_workers_mb": round(most[1]),
    }


def stop(config: Path, after: float) -> float:
    """Seconds from SIGTERM to the end of a service that is in the middle of its first poll."""
    for old in (config.parent / "var").glob("monitor.db*"):
        old.unlink()
    command = [sys.executable, "-m", "monitor", "--config", str(config), "run"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(after)
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    status = process.wait(30)
    assert status in (0, -signal.SIGTERM), status  # the latter while it is still being imported
    with closing(sqlite3.connect(config.parent / "var" / "monitor.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return round(time.monotonic() - started, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--entries", type=int, default=10_000)
    given = parser.parse_args()
    for name, make, count in (("feeds", many_feeds, given.feeds), ("entries", one_large, given.entries)):
        with Newsroom() as room, tempfile.TemporaryDirectory() as folder:
            config = write_config(Path(folder), make(room, count))
            figures = asyncio.run(poll(config))
            stops = [stop(config, after) for after in (2.5, 5.0, 9.0)]
            print(json.dumps({name: count, **figures, "stops_in_seconds": stops}))


if __name__ == "__main__":
    main()
