"""Jobs, leases and paces on a real PostgreSQL: what is due is done once, whoever dies, freezes or comes late."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from monitor.app import App, open_app, pace_of
from monitor.cli.common import now
from monitor.cli.progress import Silent
from monitor.config import Config, load_config
from monitor.engine import Engine, _sweep
from monitor.errors import StoreError
from monitor.fetch import Fetcher, FetchSettings
from monitor.pipeline.leases import leased
from monitor.store import Store, feed_states, jobs, leases, schema, shared_tables
from monitor.store.jobs import Due
from monitor.store.limits import Limits
from tests.conftest import SERVICE, fresh_database
from tests.desk import InlineWorkers
from tests.newsroom import PACT, Newsroom, hours_ago

Configure = Callable[..., Path]


def waiting(store: Store) -> list[str]:
    with store.read() as db:
        query = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' ORDER BY queueing_lock"
        return list(db.scalars(sa.text(query)))


def expire(store: Store) -> None:
    """As if the holders of all leases had been frozen for long."""
    with store.write() as db:
        db.execute(shared_tables.leases.update().values(until=sa.func.now() - sa.text("interval '1 hour'")))


def test_several_that_start_at_once_make_one_store(postgresql: str) -> None:
    address = fresh_database(postgresql, empty=True)
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(Store, [address] * 4))
    for each in stores:
        assert waiting(each) == []
        each.close()


# jobs


def test_a_job_waits_once_and_comes_with_what_made_it_due(shared: Store, other: Store) -> None:
    host = Due("pages", "news.example:8080")
    with shared.write() as db:
        assert jobs.defer(db, [host, host, Due("judge")]) == 2
        assert jobs.defer(db, [host, Due("judge"), Due("look")]) == 1
        assert waiting(other) == []
    assert waiting(other) == ["judge", "look", str(host)]
    with shared.engine.connect() as db:  # and is gone when that is
        jobs.defer(db, [Due("feeds", "other.example")])
        db.rollback()
    assert len(waiting(other)) == 3


def test_two_that_defer_the_same_at_once_both_go_on(shared: Store, other: Store) -> None:
    """The second waits for the first; its own transaction is whole afterwards, and the server logs no error of it."""
    from threading import Thread  # noqa: PLC0415 - one test

    with shared.read() as db:
        server_log = Path(str(db.scalar(sa.text("SHOW data_directory")))) / "log"
    before = len(server_log.read_bytes())
    more = [Due("pages", "b.example"), Due("pages", "a.example"), Due("pages", "c.example")]
    done: list[int] = []

    def second() -> None:
        with other.briefly() as db:
            done.append(jobs.defer(db, more))
            done.append(jobs.defer(db, [Due("judge")]))

    with shared.briefly() as db:
        assert jobs.defer(db, more[:1]) == 1
        thread = Thread(target=second)
        thread.start()
        until_it_waits(db)
    thread.join(10)
    assert done == [2, 1]
    assert len(waiting(shared)) == 4
    assert b"ERROR" not in server_log.read_bytes()[before:]


def until_it_waits(db: sa.Connection) -> None:
    query = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(10_000):
        if db.scalar(query):
            return
    raise AssertionError("nobody waits")


def test_a_job_that_waits_is_not_begun_before_what_it_is_to_see_is_stored(shared: Store, other: Store) -> None:
    take = sa.text("SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL)")
    with shared.write() as db:
        jobs.defer(db, [Due("judge")])
    with shared.write() as db:
        assert jobs.defer(db, [Due("judge")]) == 0
        with other.briefly() as another:
            assert another.scalar(take) is None
    with other.briefly() as another:
        assert another.scalar(take) is not None
    with shared.write() as db:  # the one that is being done may have looked too early
        assert jobs.defer(db, [Due("judge")]) == 1


def test_the_embedded_store_has_no_jobs(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    with store.write() as db:
        assert jobs.defer(db, [Due("judge")]) == 0
        assert not [name for name in sa.inspect(db).get_table_names() if "procrastinate" in name]
    store.close()


# leases


async def test_a_lease_has_one_holder_who_knows_when_it_is_lost(shared: Store, other: Store) -> None:
    async with leased(shared) as mine, leased(other) as others:
        lease = await mine.take("pages a.example")
        assert lease is not None
        assert await mine.take("pages a.example") == lease
        assert await others.take("pages a.example") is None
        assert await others.take("pages b.example")
        expire(shared)
    async with leased(other) as others:
        second = await others.take("pages a.example")
        assert second
        assert second.number > lease.number
        with shared.write() as db:
            assert leases.held(db, {lease}) == set()
            assert leases.held(db, {second}) == {second}
            leases.release(db, [lease])  # by one that wakes up late: it is not its own any more
            assert leases.take(db, "pages a.example") is None
    with shared.write() as db:
        assert leases.take(db, "pages a.example")  # given back at the end of the block


async def test_what_lasts_is_renewed(shared: Store, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.pipeline.leases.RENEWED_EVERY", 0)
    async with leased(shared) as mine:
        lease = await mine.take("look")
        assert lease
        expire(other)
        ends = sa.select(shared_tables.leases.c.until > sa.func.clock_timestamp())
        for _ in range(1000):
            with other.read() as db:
                if db.scalar(ends):
                    break
            await asyncio.sleep(0)
        assert await mine.take("look") == lease
        with other.write() as db:  # another takes it, as after a long freeze
            db.execute(shared_tables.leases.update().values(number=lease.number + 1))
        for _ in range(1000):
            await asyncio.sleep(0.001)
            if await mine.take("look") is None:
                break
        assert await mine.take("look") is None


async def test_on_the_embedded_store_everything_may_be_done(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    async with leased(store) as mine, leased(store) as others:
        assert await mine.take("look")
        assert await others.take("look")
    store.close()


# what a process that was frozen brings


@pytest.mark.slow
def test_a_writer_that_says_nothing_holds_others_up_for_some_seconds_only(shared: Store, other: Store) -> None:
    url = "https://a.example/rss"

    def frozen() -> None:
        with shared.write(limits=Limits(pause=1)) as mine:
            feed_states.add(mine, [url])
            with other.write() as db:  # it waits until the database has ended the transaction of the first
                assert not feed_states.load(db)
            feed_states.add(mine, [url])

    with pytest.raises(StoreError):
        frozen()
    tries: list[int] = []

    def slow(mine: sa.Connection) -> int:
        tries.append(len(tries))
        feed_states.add(mine, [url])
        if len(tries) == 1:
            with other.write() as db:
                feed_states.add(db, ["https://b.example/rss"])
        feed_states.add(mine, [url])
        return len(feed_states.load(mine))

    assert shared.stored(slow, limits=Limits(pause=1)) == 2  # done again, on what the other has written
    assert tries == [0, 1]


@pytest.fixture
def inline_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)


def configured(configure: Configure, address: str, *feeds: str) -> Config:
    """Of a service on the store at ``address`` that waits for no host."""
    eager = SERVICE.replace("timeout: 5s", "timeout: 60s, per_host_delay: 0")
    return load_config(configure(*feeds, service=eager.replace("sqlite:///../var/monitor.db", address)))


def row(store: Store, sql: str) -> tuple[Any, ...]:
    with store.read() as db:
        return tuple(db.execute(sa.text(sql)).one())


async def test_feeds_that_another_has_claimed_meanwhile_are_that_ones_to_store(
    newsroom: Newsroom, configure: Configure, address: str, other: Store, inline_workers: None
) -> None:
    link = newsroom.article("/1.html", "Ministers sign pact", PACT)
    feed = newsroom.feed("/feed.xml", [("Ministers sign pact", link, hours_ago(1))])
    answer = newsroom.pages["/feed.xml"]

    def taken_over() -> tuple[int, dict[str, str], bytes]:
        with other.write() as db:
            db.execute(schema.feeds.update().values(claim=schema.feeds.c.claim + 1))
        return answer()

    newsroom.pages["/feed.xml"] = taken_over
    async with open_app(configured(configure, address, feed), now, Silent()) as app:
        await app.pipeline.share()
        assert waiting(other) == ["feeds 127.0.0.1", "judge", "look"]
        await app.pipeline.read_feeds("127.0.0.1")
        assert row(other, "SELECT count(*), (SELECT count(*) FROM feeds WHERE last_check IS NULL) FROM entries") == (
            0,
            1,
        )
        newsroom.pages["/feed.xml"] = answer
        await app.pipeline.read_feeds("127.0.0.1")  # it is claimed, and not due
        assert row(other, "SELECT count(*) FROM entries") == (0,)
        with other.write() as db:
            db.execute(schema.feeds.update().values(next_check=None))
        await app.pipeline.read_feeds("127.0.0.1")
        assert row(other, "SELECT count(*) FROM entries") == (1,)
    assert newsroom.asked["/feed.xml"] == 2
    assert f"pages {newsroom.base.removeprefix('http://')}" in waiting(other)


async def test_pages_of_a_host_that_another_has_taken_over_are_that_ones_to_store(
    newsroom: Newsroom, configure: Configure, address: str, other: Store, inline_workers: None
) -> None:
    links = [newsroom.article(f"/{n}.html", f"Ministers sign pact {n}", [*PACT, f"Number {n}."]) for n in range(2)]
    feed = newsroom.feed(
        "/feed.xml", [(f"Ministers sign pact {n}", link, hours_ago(1)) for n, link in enumerate(links)]
    )
    pages, host = dict(newsroom.pages), newsroom.base.removeprefix("http://")

    def taken_over() -> tuple[int, dict[str, str], bytes]:
        with other.write() as db:
            db.execute(shared_tables.leases.update().values(number=shared_tables.leases.c.number + 1))
        return pages["/0.html"]()

    async with open_app(configured(configure, address, feed), now, Silent()) as app:
        await app.pipeline.share()
        await app.pipeline.read_feeds("127.0.0.1")
        newsroom.pages |= {"/0.html": taken_over, "/1.html": taken_over}
        await app.pipeline.read_pages(host)
        new = "SELECT count(*), (SELECT count(*) FROM entries WHERE state = 'new') FROM articles"
        assert row(other, new) == (0, 2)
        newsroom.pages |= pages
        await app.pipeline.read_pages(host)  # the other's still
        assert row(other, new) == (0, 2)
        expire(other)
        await app.pipeline.read_pages("another.example")
        assert row(other, new) == (0, 2)
        await app.pipeline.read_pages(host)
        assert row(other, new) == (2, 0)
        await app.pipeline.judge(helping=True)
        assert row(other, "SELECT count(*) FROM matches") == (2,)
    assert [count for path, count in newsroom.asked.items() if path.endswith(".html")] == [2, 2]


async def test_jobs_of_a_worker_that_died_are_done_again_once(shared: Store) -> None:
    """And one that was deferred anew meanwhile is not done twice."""
    with shared.write() as db:
        jobs.defer(db, [Due("pages", "a.example"), Due("pages", "b.example")])
        db.execute(sa.text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"))
        for _ in range(2):
            db.execute(sa.text("SELECT procrastinate_fetch_job_v2(NULL, (SELECT max(id) FROM procrastinate_workers))"))
    assert waiting(shared) == []
    with shared.write() as db:
        jobs.defer(db, [Due("pages", "a.example")])
    app = Engine(shared, Mock(), helping=True)._app()
    async with app.open_async():
        for _ in range(2):
            await _sweep(app)
    assert waiting(shared) == ["pages a.example", "pages b.example"]
    assert row(shared, "SELECT count(*) FROM procrastinate_jobs") == (2,)


async def test_a_job_whose_end_cannot_be_stored_is_a_line_in_the_log(
    shared: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """As where the database is away for a moment just then."""
    works = Mock()

    async def away(host: str) -> None:
        with shared.write() as db:
            body = "BEGIN RAISE 'away' USING DETAIL = 'for a moment'; END"
            db.execute(sa.text(f"CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"))
            on = "BEFORE DELETE ON procrastinate_jobs FOR EACH ROW"
            db.execute(sa.text(f"CREATE TRIGGER away {on} EXECUTE FUNCTION away()"))

    works.pipeline.read_feeds = away
    with shared.briefly() as db:
        jobs.defer(db, [Due("feeds", "a.example")])
    engine = asyncio.create_task(Engine(shared, lambda: works, helping=True, queues=["fetch"]).run())
    async with asyncio.timeout(60):
        while not any("could not be stored" in each or "never retrieved" in each for each in caplog.messages):
            await asyncio.sleep(0.02)
    engine.cancel()
    await asyncio.wait({engine})
    assert [each.name for each in caplog.records if each.exc_info] == []
    said = {each for each in caplog.messages if "could not be stored" in each}
    assert said == {"how a job ended could not be stored, and what it left is due again: away"}


async def until_grouped(app: App) -> None:
    """The three reports are in a story, and no job waits. Now and then it is looked what is due, as a service does."""
    async with asyncio.timeout(240):
        while row(app.store, "SELECT count(*) FROM story_articles") < (3,) or set(waiting(app.store)) - {"look"}:
            await app.pipeline.share()
            for _ in range(200):
                if not waiting(app.store):
                    break
                await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_the_engine_does_all_jobs_from_feeds_to_stories(
    newsroom: Newsroom, configure: Configure, address: str, other: Store, inline_workers: None
) -> None:
    links = [newsroom.article(f"/{n}.html", f"Iran, Iraq sign pact {n}", [*PACT, f"Number {n}."]) for n in range(3)]
    links.append("")  # an entry without a page
    feed = newsroom.feed(
        "/feed.xml", [(f"Iran, Iraq sign pact {n}", link, hours_ago(1)) for n, link in enumerate(links)]
    )
    async with open_app(configured(configure, address, feed), now, Silent()) as app:
        engine = asyncio.create_task(Engine(app.store, lambda: app, helping=False, concurrency=2).run())
        await until_grouped(app)
        engine.cancel()
        await asyncio.wait({engine})
    assert row(other, "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'failed')") == (0,)
    assert row(other, "SELECT count(*) FROM entries WHERE state = 'done'") == (4,)
    assert set(newsroom.asked.values()) == {1}


@pytest.mark.slow
async def test_what_an_edition_owes_is_sent_by_a_job_once_and_a_stop_lets_it_end(
    newsroom: Newsroom, configure: Configure, address: str, other: Store, inline_workers: None
) -> None:
    release = threading.Event()
    newsroom.pages["/hook"] = lambda: (release.wait(60), (200, {}, b"taken"))[1]
    config = configured(configure, address, newsroom.feed("/feed.xml", []))
    path = config.folder / "monitor.yaml"
    hook = f"{{webhook: {{url: '{newsroom.base}/hook'}}}}"
    path.write_text(path.read_text().replace("{file: ../var/digests}", hook))
    async with open_app(load_config(config.folder), now, Silent()) as app:
        await app.publisher._recorded(app.publisher.by_hand(app.config.digest("daily")))
        assert waiting(other) == ["deliver"]
        works = [Engine(app.store, lambda: app, helping=False, queues=["deliver"]) for _ in range(2)]
        running = [asyncio.create_task(each.run()) for each in works]
        async with asyncio.timeout(120):
            while not newsroom.asked["/hook"]:
                await app.publisher.defer_due()  # as a service does now and then
                await asyncio.sleep(0.02)
        for each in running:
            each.cancel()
        await asyncio.wait(running)
        sends = [task for each in works for task in each.sends]
        assert sends
        release.set()
        await asyncio.wait(sends)
        await app.publisher.defer_due()
    assert row(other, "SELECT count(*), min(state) FROM deliveries") == (1, "sent")
    assert newsroom.asked["/hook"] == 1
    assert waiting(other) == []


@pytest.mark.slow
async def test_a_night_s_share_of_what_is_old_is_a_job(
    configure: Configure, address: str, other: Store, inline_workers: None
) -> None:
    night = datetime(2026, 11, 21, 23, tzinfo=UTC)  # two o'clock in Baghdad
    async with open_app(configured(configure, address, "http://127.0.0.1:9/feed"), lambda: night, Silent()) as app:
        for _ in range(2):
            await app.retention.defer()
        assert waiting(other) == ["prune"]
        engine = asyncio.create_task(Engine(app.store, lambda: app, helping=True, queues=["prune"]).run())
        async with asyncio.timeout(120):
            while row(other, "SELECT count(*) FROM upkeep WHERE job = 'retention'") == (0,):
                await asyncio.sleep(0.02)
        engine.cancel()
        await asyncio.wait({engine})


# the pace of a host


@pytest.mark.slow
async def test_all_processes_together_ask_a_host_no_faster_than_one(shared: Store, other: Store) -> None:
    delay, settings = 0.15, FetchSettings(allow_private_addresses=True, per_host_delay=0.15)
    starts: list[float] = []

    def answer() -> tuple[int, dict[str, str], bytes]:
        starts.append(time.monotonic())
        return 200, {}, b"x"

    with Newsroom() as room:
        room.pages |= {f"/{number}": answer for number in range(8)}
        async with Fetcher(settings, pace_of(shared)) as one, Fetcher(settings, pace_of(other)) as two:
            both = itertools.cycle([one, two])
            await asyncio.gather(*(next(both).page(f"{room.base}/{number}") for number in range(8)))
    assert len(starts) == 8
    # One alone would take seven delays. A busy machine makes single ones late, and the next seems early.
    assert delay * 6 < max(starts) - min(starts) < delay * 14
