"""A process that was frozen holds nobody up and stores nothing late: limits of transactions, and fences of leases."""

from __future__ import annotations

import ast
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.app import App, open_app
from monitor.cli.common import now
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.errors import LostLeaseError, SlowWriterError, StoreError
from monitor.pipeline.leases import alone
from monitor.store import Store, jobs, leases, shared_tables
from monitor.store.jobs import Due
from monitor.store.limits import Limits
from monitor.store.subjects import ROWS, stories_of
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_jobs import configured, expire, inline_workers, row  # noqa: F401 - the fixture

Configure = Callable[..., Path]


# limits


@pytest.mark.parametrize("way", ["read", "write", "briefly", "read_settled", "probe"])
def test_every_transaction_has_limits(shared: Store, way: str) -> None:
    opened: dict[str, Callable[[], Any]] = {
        "read": shared.read,
        "write": lambda: shared.write(ROWS),
        "briefly": shared.briefly,
        "read_settled": lambda: shared.read_settled(ROWS),
        "probe": shared._probing.begin,
    }
    names = ("lock_timeout", "idle_in_transaction_session_timeout", "statement_timeout")
    with opened[way]() as db:
        assert "0" not in [db.scalar(sa.text(f"SHOW {name}")) for name in names]
    driver = shared.engine.raw_connection()
    assert [driver.driver_connection.execute(f"SHOW {name}").fetchone() for name in names] == [("0",)] * 3  # type: ignore[union-attr]
    driver.close()


def test_no_connection_is_opened_past_them() -> None:
    """An engine is made in one file, and used in those beside it."""
    made, used = set(), set()
    for path in (Path(__file__).parents[1] / "monitor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "create_engine":
                made.add(f"{path.parent.name}/{path.stem}")
            if isinstance(node, ast.Attribute) and node.attr == "engine":
                used.add(f"{path.parent.name}/{path.stem}")
    assert made == {"store/engines", "store/read_only"}  # the latter reads SQLite
    assert used == {"store/__init__", "monitor/engine"}  # the latter asks it for the address


@pytest.mark.slow
def test_who_is_frozen_while_it_takes_a_lease_holds_others_up_for_some_seconds_only(
    shared: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.WRITING", Limits(pause=1))

    def frozen() -> None:
        with shared.briefly() as db:
            assert leases.take(db, "pages a.example")
            with other.briefly() as mine:
                assert leases.take(mine, "pages a.example")  # once the database has ended the other

    with pytest.raises(SlowWriterError):
        frozen()


@pytest.mark.slow
def test_who_computes_for_long_is_not_taken_for_frozen(
    shared: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.limits.BEAT", 0.1)
    with shared.write(ROWS, busy=True, limits=Limits(pause=1)) as db:
        jobs.defer(db, [Due("judge")])
        with other.read() as meanwhile:
            meanwhile.execute(sa.text("SELECT pg_sleep(1.5)"))
    assert row(other, "SELECT count(*) FROM procrastinate_jobs") == (1,)


@pytest.mark.slow
def test_silence_is_counted_after_many_rows_too(shared: Store, other: Store) -> None:
    """The driver's last message for them stops the server's clock."""

    def frozen() -> None:
        with shared.write(ROWS, limits=Limits(pause=1)) as db:
            leases_of = shared_tables.leases.insert().values(number=1, until=sa.func.now())
            db.execute(leases_of, [{"name": f"pages {number}.example"} for number in range(3)])
            with other.write():  # alone
                pass

    with pytest.raises(SlowWriterError):
        frozen()


def reads_much(address: str, begun: Any) -> None:
    """A writer that is sent more than a connection holds, and goes to sleep meanwhile."""
    with Store(address).write(stories_of("w")) as db:
        driver: Any = db.connection.driver_connection
        driver.pgconn.send_query(b"SELECT repeat('x', 100000) FROM generate_series(1, 1000)")
        driver.pgconn.flush()
        begun.set()
        os.kill(os.getpid(), signal.SIGSTOP)


@pytest.mark.slow
def test_who_is_frozen_while_it_is_sent_much_is_cut_off_by_who_waits(address: str, shared: Store) -> None:
    """No limit of the server ends it: it waits until the rest can be sent."""
    context = multiprocessing.get_context("spawn")
    begun = context.Event()
    frozen = context.Process(target=reads_much, args=(address, begun))
    frozen.start()
    try:
        assert begun.wait(120)
        tries: list[int] = []
        shared.stored(lambda _: tries.append(1), stories_of("w"))
        assert tries == [1]  # the first had its turn only when the frozen one was gone
    finally:
        frozen.kill()
        frozen.join()


# jobs


@pytest.mark.slow
def test_who_waits_in_vain_to_defer_a_job_says_so_as_any_writer_does(shared: Store, other: Store) -> None:
    with other.briefly() as db:
        jobs.defer(db, [Due("judge")])
        with (
            pytest.raises(StoreError, match="locked by another program"),
            shared.write(ROWS, limits=Limits(patience=1)) as mine,
        ):
            jobs.defer(mine, [Due("judge")])


@pytest.mark.slow
def test_two_that_defer_the_same_in_another_order_both_do(shared: Store, other: Store) -> None:
    met = threading.Barrier(2)

    def both(store: Store, first: Due, second: Due) -> int:
        tries: list[Due] = []

        def work(db: sa.Connection) -> None:
            tries.append(first)
            jobs.defer(db, [first])
            if len(tries) == 1:
                met.wait(20)
            jobs.defer(db, [second])

        store.stored(work, ROWS)
        return len(tries)

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(both, shared, Due("judge"), Due("look"))
        two = threads.submit(both, other, Due("look"), Due("judge"))
    assert sorted([one.result(), two.result()]) == [1, 2]
    assert row(shared, "SELECT count(*) FROM procrastinate_jobs") == (2,)


# fences


def test_who_lost_a_lease_stores_nothing(shared: Store, other: Store) -> None:
    with shared.briefly() as db:
        lease = leases.take(db, "judge")
    assert lease
    held = shared.held_by(lease)
    with held.write(ROWS) as db:
        jobs.defer(db, [Due("judge")])
        with ThreadPoolExecutor(1) as threads:  # nobody takes it meanwhile, nor waits to
            assert threads.submit(taken, other).result() is None
    expire(other)
    assert taken(other)
    with pytest.raises(LostLeaseError), held.write(ROWS) as db:
        jobs.defer(db, [Due("look")])
    with shared.write(ROWS) as db:  # whoever has no lease to lose
        assert jobs.defer(db, [Due("judge"), Due("look")]) == 1


def taken(store: Store) -> leases.Lease | None:
    with store.briefly() as db:
        return leases.take(db, "judge")


def test_a_lease_that_ends_while_its_holder_stores_is_not_waited_for(shared: Store, other: Store) -> None:
    lease = taken(shared)
    assert lease
    expire(other)
    with shared.held_by(lease).write(ROWS):
        assert taken(other) is None
    assert taken(other)


async def test_what_one_process_does_alone_ends_for_the_other_and_is_waited_for(
    shared: Store, other: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.pipeline.leases.BETWEEN", 0.01)
    async with alone(shared, "judge") as mine:
        assert mine
        async with alone(other, "judge") as others:
            assert others is None
        expire(other)
        async with alone(other, "judge", patience=60) as others:
            assert others
            with mine.write(ROWS) as db:
                jobs.defer(db, [Due("judge")])
            raise AssertionError("it was stored")
    assert [each.levelno for each in caplog.records] == [logging.WARNING]
    assert "judge was taken over by another process" in caplog.text
    assert row(other, "SELECT count(*) FROM procrastinate_jobs") == (0,)


def taken_over_at(app: App, other: Store, words: str) -> None:
    """Another process takes all leases when the application is about to execute a statement with these words."""

    done = threading.Event()

    def take_over(_db: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if words in statement and not done.is_set():
            done.set()
            with other.write(ROWS) as db:
                db.execute(shared_tables.leases.update().values(number=shared_tables.leases.c.number + 1))

    sa.event.listen(app.store.engine, "before_cursor_execute", take_over)


@pytest.mark.parametrize("words", ["FROM marks", "FROM groupings"])
async def test_a_judge_that_was_frozen_overwrites_nothing(
    newsroom: Newsroom,
    configure: Configure,
    address: str,
    other: Store,
    inline_workers: None,  # noqa: F811
    words: str,
) -> None:
    link = newsroom.article("/1.html", "Iran, Iraq sign pact", PACT)
    feed = newsroom.feed("/feed.xml", [("Iran, Iraq sign pact", link, hours_ago(1))])
    async with open_app(configured(configure, address, feed), now, Silent()) as app:
        await app.pipeline.share()
        await app.pipeline.read_feeds("127.0.0.1")
        await app.pipeline.read_pages(newsroom.base.removeprefix("http://"))
        taken_over_at(app, other, words)
        await app.pipeline.judge(helping=False)
        judged = 0 if words == "FROM marks" else 1
        assert row(other, "SELECT (SELECT count(*) FROM matches), count(*) FROM story_articles") == (judged, 0)
        expire(other)
        await app.pipeline.judge(helping=False)
        assert row(other, "SELECT (SELECT count(*) FROM matches), count(*) FROM story_articles") == (1, 1)


@pytest.mark.slow
async def test_what_was_sent_is_recorded_as_sent_when_the_database_is_back(
    newsroom: Newsroom,
    configure: Configure,
    address: str,
    other: Store,
    inline_workers: None,  # noqa: F811
) -> None:
    """Else it would be sent again when its claim has ended."""
    newsroom.put("/hook", "taken")
    config = configured(configure, address, newsroom.feed("/feed.xml", []))
    path = config.folder / "monitor.yaml"
    path.write_text(path.read_text().replace("{file: ../var/digests}", f"{{webhook: {{url: '{newsroom.base}/hook'}}}}"))
    async with open_app(load_config(config.folder), now, Silent()) as app:
        await app.publisher._recorded(app.publisher.by_hand(app.config.digest("daily")))
        ended: list[int] = []

        def end(db: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("UPDATE deliveries") and newsroom.asked["/hook"] and len(ended) < 2:
                driver: Any = db.connection.driver_connection
                ended.append(driver.info.backend_pid)
                with other.briefly() as another:
                    another.execute(sa.text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": ended[-1]})

        sa.event.listen(app.store.engine, "before_cursor_execute", end)
        await app.publisher.deliver_due()
    assert len(ended) == 2
    assert newsroom.asked["/hook"] == 1
    assert row(other, "SELECT state, attempts FROM deliveries") == ("sent", 1)
