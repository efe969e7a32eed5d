"""How many transactions a second one and four processes commit on one PostgreSQL:  python -m benchmarks.writers

    python -m benchmarks.writers [--seconds 15] [--away 1.0]

Each process stores what a worker does: ten entries of a feed of its own, then their articles with texts, pages and
words for the search. away: milliseconds to the database and back, as to one on another machine (0: none); a relay on
loopback keeps each message so long. Prints commits a second, and what share of it was spent waiting for a lock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from benchmarks.bound import BOUND_PYTHON
from benchmarks.scale_out import database, fresh
from monitor.feeds.entry_keys import with_keys
from monitor.model import Article, Entry, Feed, FetchResult
from monitor.pipeline import keep_articles, take_entries
from monitor.pipeline.bodies import Body
from monitor.store import Store, entries, jobs, kept_pages
from monitor.store.jobs import Due
from monitor.store.subjects import articles_at

ENTRIES, WORDS, KNOWN = 10, 400, 30_000  # of a feed; of an article; of the language
MAX_AGE = timedelta(days=14)


def write(address: str, number: int, seconds: float) -> None:
    """Commits for so long once a line has come; prints how often."""
    chance, host = random.Random(number), f"https://news{number}.example"
    feed = Feed(f"{host}/rss", f"News {number}", publisher=f"News {number}")
    commits = serial = 0
    end = math.inf
    with closing(Store(address)) as store:
        while time.monotonic() < end:
            now = datetime.now(UTC)
            read = with_keys([_entry(feed, host, serial + each, now, chance) for each in range(ENTRIES)], feed.url)
            serial += ENTRIES
            here = articles_at(entry.link for entry in read)
            body = Body(feed, read)

            def take(db: sa.Connection, body: Body = body, now: datetime = now) -> None:
                take_entries.take(db, [body], now, MAX_AGE, lambda _: feed)

            store.stored(take, here)
            with store.read() as db:
                waiting = entries.get(db, [each.id for each in entries.waiting(db, now, host.partition("//")[2])])
            made = [_made(each, feed, now, chance) for each in waiting]
            pages = [kept_pages.from_fetch(_page(each.article), now) for each in made]

            def keep(
                db: sa.Connection,
                made: Sequence[keep_articles.Made] = made,
                pages: Sequence[kept_pages.KeptPage] = pages,
            ) -> None:
                kept = keep_articles.keep(db, made)
                ids = [each.article_id for each in kept]
                kept_pages.keep(db, list(zip(ids, pages, strict=True)), staged=True)
                entries.settle(db, [entries.Settled(each.entry_id, id, 1) for each, id in zip(made, ids, strict=True)])
                jobs.defer(db, [Due("judge")])

            store.stored(keep, *keep_articles.subjects_of(made))
            commits += 2
            if end == math.inf:  # the first is to load what is loaded once
                print("ready", flush=True)
                sys.stdin.readline()
                commits, end = 0, time.monotonic() + seconds
    print(commits)


def _entry(feed: Feed, host: str, number: int, now: datetime, chance: random.Random) -> Entry:
    published = now - timedelta(minutes=chance.randrange(3 * 24 * 60))
    return Entry(feed.url, f"Council met {number}", link=f"{host}/{number}.html", id=f"{number}", published=published)


def _made(item: entries.PendingEntry, feed: Feed, now: datetime, chance: random.Random) -> keep_articles.Made:
    text = " ".join(f"word{int(KNOWN * chance.random() ** 3)}" for _ in range(WORDS))
    article = Article(
        id=0, url=item.entry.link, title=item.entry.title, text=text, language="en", published=item.entry.published,
        fetched=now, feed_url=feed.url, source=feed.name, publisher=feed.publisher, kind="independent",
    )  # fmt: skip
    return keep_articles.Made(item.id, item.entry.link, article)


def _page(article: Article) -> FetchResult:
    body = f"<html><title>{article.title}</title><article>{article.text}</article></html>".encode()
    return FetchResult(requested=article.url, url=article.url, status=200, body=body, content_type="text/html")


@contextmanager
def away(address: str, milliseconds: float) -> Iterator[str]:
    """The address of a relay to the database that takes so long, there and back."""
    if not milliseconds:
        yield address
        return
    url = sa.make_url(address)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = int(free.getsockname()[1])
    where = f"{url.query['host']}/.s.PGSQL.{url.port or 5432}"
    command = [*BOUND_PYTHON, "-m", "benchmarks.writers", "--relay", where, "--port", str(port), "--away"]
    process = subprocess.Popen([*command, str(milliseconds)])
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"postgresql://{url.username}@127.0.0.1:{port}/{url.database}"
    finally:
        process.kill()
        process.wait()


async def relay(where: str, port: int, milliseconds: float) -> None:
    """Passes on what comes, half of the time later."""
    loop, later = asyncio.get_running_loop(), milliseconds / 2000

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 18):
            loop.call_later(later, writer.write, data)
        loop.call_later(later, writer.close)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other, to = await asyncio.open_unix_connection(where)
        for one in (writer, to):
            if (link := one.get_extra_info("socket")).family != socket.AF_UNIX:
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(pump(reader, to), pump(other, writer), return_exceptions=True)

    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        await server.serve_forever()


def measured(server: str, count: int, options: argparse.Namespace) -> dict[str, object]:
    """Commits a second of so many processes."""
    address = fresh(server, f"writers_{count}")
    Store(address).close()
    with away(address, options.away) as reached:
        command = [*BOUND_PYTHON, "-m", "benchmarks.writers", "--write", reached, "--seconds", str(options.seconds)]
        started = [_piped([*command, "--number", str(each)]) for each in range(count)]
        for each in started:
            assert each.stdout
            assert each.stdout.readline() == b"ready\n"
        waits = Waits(address, options.seconds)
        waits.start()
        for each in started:
            assert each.stdin
            each.stdin.write(b"\n")
            each.stdin.flush()
        commits = sum(int(each.communicate()[0]) for each in started)
        waits.join()
    return {
        "writers": count,
        "commits a second": round(commits / options.seconds, 1),
        "waiting for a lock": round(waits.share / count, 2),
        "load": os.getloadavg()[0],
    }


def _piped(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


WAITING = """SELECT count(*) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()"""


class Waits(threading.Thread):
    """How many of the writers wait for a lock, looked at ten times a second: on average, in ``share``."""

    def __init__(self, address: str, seconds: float) -> None:
        super().__init__()
        self._address, self._seconds = address, seconds
        self.share = 0.0

    def run(self) -> None:
        engine, seen = sa.create_engine(self._address.replace("postgresql:", "postgresql+psycopg:", 1)), list[int]()
        end = time.monotonic() + self._seconds
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            while time.monotonic() < end:
                time.sleep(0.1)
                seen.append(db.scalar(sa.text(WAITING)) or 0)
        engine.dispose()
        self.share = sum(seen) / max(1, len(seen))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--away", type=float, default=0.0)
    for name, kind in (("--write", str), ("--number", int), ("--relay", str), ("--port", int)):
        parser.add_argument(name, type=kind, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write(options.write, options.number, options.seconds)
    elif options.relay:
        asyncio.run(relay(options.relay, options.port, options.away))
    else:
        with database() as server:
            for count in (1, 4):
                print(json.dumps(measured(server, count, options)), flush=True)


if __name__ == "__main__":
    main()
