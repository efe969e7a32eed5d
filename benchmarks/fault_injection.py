"""Kills a busy service with SIGKILL at random moments while its feeds change, and counts what is left.

    python -m benchmarks.fault_injection [--kills 100] [--seed 1] [--folder DIR]

At the end every entry that was ever listed must stand in the store exactly once, every match must be told by exactly
one edition, and every edition delivered exactly once. Prints the counts as JSON; status 1 where one is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config, packaged_folder
from tests.newsroom import GAME, PACT, Newsroom

FEEDS = 12
LISTED = 400  # entries a feed lists at most
SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true, timeout: 3s}
poll: {interval: 1s, min_interval: 1s, max_interval: 2s}
digests:
  - {name: every-minute, schedule: "* * * * *", deliver: [{file: ../var/digests}]}
"""


@dataclass
class Site:
    """Feeds that grow, break, change their ids and dates while they are read. ``published``: every link ever listed."""

    room: Newsroom
    chance: random.Random
    published: list[str] = field(default_factory=list)
    items: dict[int, list[tuple[str, str, datetime]]] = field(default_factory=dict)
    salt: Counter[int] = field(default_factory=Counter)

    def grow(self) -> None:
        """One more entry in one feed, and sometimes a change that is none of a story."""
        feed, number = self.chance.randrange(FEEDS), len(self.published)
        relevant, old = number % 3 == 0, number % 3 == 1  # an old one is stored with its article at once
        title = f"Iran, Iraq sign defence memorandum, part {number}" if relevant else f"Iraq, Iran draw, day {number}"
        text = [f"{title}. {number * 7919} people looked on.", *(PACT if relevant else GAME)]
        link = self.room.article(f"/{number}.html", title, text)
        listed = self.items.setdefault(feed, [])
        if len(listed) < LISTED:
            when = datetime.now(UTC).replace(microsecond=0) - timedelta(days=90 * old)
            listed.append((title, link, when))
            self.published.append(link)
        if self.chance.random() < 0.1:
            self.salt[feed] += 1
        self.show(feed)
        if self.chance.random() < 0.05:
            self.room.put(f"/{self.chance.randrange(FEEDS)}.xml", "broken", status=self.chance.choice([500, 503, 404]))

    def show(self, feed: int) -> None:
        """The feed as it is now; its salt changes every guid and the mark in every link."""
        salt = self.salt[feed]
        rows = [(title, f"{link}?utm_source=s{salt}", when) for title, link, when in self.items.get(feed, [])]
        self.room.feed(f"/{feed}.xml", rows)


def write_config(folder: Path, room: Newsroom, feeds: list[str]) -> None:
    """feeds: paths. A feed under a new address is a new feed, all of whose entries are known."""
    (folder / "watches").mkdir(parents=True, exist_ok=True)
    (folder / "monitor.yaml").write_text(SERVICE)
    rows = "".join(f"  - {{url: '{room.base}{feed}', name: Feed {feed}, language: en}}\n" for feed in feeds)
    (folder / "feeds.yaml").write_text("feeds:\n" + rows if rows else "feeds: []\n")
    seeds = packaged_folder() / "seed_corpus"
    watch = f"name: Pact\nseeds: {seeds}\nsides: {{iran: {{entities: iran}}, iraq: {{entities: iraq}}}}\n"
    (folder / "watches" / "pact.yaml").write_text(watch)


def inject(folder: Path, kills: int, chance: random.Random, longest: float = 5.0) -> dict[str, object]:
    """Runs and kills; returns the counts. Raises AssertionError where one is wrong."""
    config, log, done = folder / "config", folder / "log", threading.Event()
    with Newsroom() as room:
        site = Site(room, chance)
        for feed in range(FEEDS):
            site.show(feed)

        def change() -> None:
            while not done.wait(0.12):
                site.grow()

        changing = threading.Thread(target=change, daemon=True)
        changing.start()
        exits: Counter[int] = Counter()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:  # what is killed clears nothing away
            for _ in range(kills):
                chosen = chance.sample(range(FEEDS), chance.randrange(FEEDS // 2, FEEDS + 1))
                write_config(config, room, [f"/{feed}.xml?{chance.randrange(kills)}" for feed in chosen])
                exits[_run_and_kill(config, log, chance.uniform(0.0, longest), scratch)] += 1
        done.set()
        changing.join()
        write_config(config, room, [f"/{feed}.xml" for feed in range(FEEDS)])
        for feed in range(FEEDS):
            site.show(feed)
        for _ in range(2):
            command = [sys.executable, "-m", "monitor", "--config", str(config), "run", "--once"]
            with log.open("a") as stderr:
                subprocess.run(command, stderr=stderr, check=True)
        asyncio.run(_deliver_the_rest(config))
        counts = check(folder, site.published)
    assert "Traceback" not in log.read_text(), f"see {log}"
    return {"kills": exits[-signal.SIGKILL], **counts}


def _run_and_kill(config: Path, log: Path, seconds: float, scratch: str) -> int:
    """Kills it so long after it has begun to work; one in ten while it is still starting."""
    begun = log.stat().st_size if log.exists() else 0
    with log.open("a") as stderr:
        command = [sys.executable, "-m", "monitor", "-v", "--config", str(config), "run"]
        env = {**os.environ, "TMPDIR": scratch}
        process = subprocess.Popen(command, stderr=stderr, stdout=subprocess.DEVNULL, env=env)
        while seconds % 1 > 0.1 and process.poll() is None and b"watching" not in log.read_bytes()[begun:]:
            time.sleep(0.02)
        time.sleep(seconds)
        process.kill()
        return process.wait()


async def _deliver_the_rest(config: Path) -> None:
    """What was being sent when its service was killed is sent again when its lease is over."""

    def later() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=10)

    async with open_app(load_config(config), later, Silent()) as app:
        await app.publisher.deliver_due()


def check(folder: Path, published: list[str]) -> dict[str, object]:
    """Counts of the store. Raises AssertionError where something is missing or there twice."""
    with closing(sqlite3.connect(folder / "var" / "monitor.db")) as db:
        links = Counter(link.partition("?")[0] for (link,) in db.execute("SELECT link FROM entries"))
        assert set(links) == set(published), f"{len(set(published) - set(links))} entries are missing"
        assert set(links.values()) <= {1}, "an entry is there twice"
        [(articles,)] = db.execute("SELECT count(*) FROM articles")
        assert articles == len(links)
        matches = {row[0] for row in db.execute("SELECT article_id FROM matches WHERE verdict = 'match'")}
        told = Counter(row[0] for row in db.execute("SELECT article_id FROM edition_articles WHERE role = 'story'"))
        assert set(told) == matches, "a match stands in no edition"
        fresh: Counter[int] = Counter()
        for (edition,) in db.execute("SELECT edition FROM editions"):
            document = json.loads(edition)
            for story in (*document["stories"], *document["more"]):
                fresh.update(story["fresh"])
        assert fresh == Counter(matches), "a match is new in several editions, or in none"
        states = dict(db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
        [(editions,)] = db.execute("SELECT count(*) FROM editions")
        assert states == {"sent": editions}, states
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    kept = list((folder / "var" / "digests").glob("*/*/digest.html"))
    assert len(kept) == editions
    return {"entries": len(links), "articles": articles, "matches": len(matches), "editions": editions}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="fault-injection-"))
    started = time.monotonic()
    counts = inject(folder, given.kills, random.Random(given.seed))
    print(json.dumps({**counts, "seconds": round(time.monotonic() - started)}))
    if not given.folder:
        shutil.rmtree(folder)  # kept only where something was wrong


if __name__ == "__main__":
    main()
