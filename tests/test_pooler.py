"""Behind a pooler that gives each transaction another connection: a real PgBouncer."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.app import open_app
from monitor.cli.common import now
from monitor.cli.progress import Silent
from monitor.engine import Engine
from monitor.store import Store, jobs
from monitor.store.jobs import Due
from tests.conftest import fresh_database
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_jobs import configured, inline_workers, until_grouped, waiting  # noqa: F401 - the fixture

PGBOUNCER = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
SETTINGS = """\
[databases]
* = host={socket} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
logfile = {folder}/log
pidfile = {folder}/pid
"""


@pytest.fixture
def pooled(postgresql: str) -> Iterator[str]:
    """The address of a new database behind a pooler with two connections for all."""
    if not PGBOUNCER:
        pytest.skip("no PgBouncer: apt-get install pgbouncer")
    folder = Path(tempfile.mkdtemp(prefix="pgbouncer-"))  # outside pytest's own folder, which others may not enter
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    direct = sa.make_url(fresh_database(postgresql, empty=True))
    settings = folder / "pgbouncer.ini"
    settings.write_text(SETTINGS.format(socket=str(direct.query["host"]), port=port, folder=folder))
    who = Path(str(direct.query["host"])).stat()  # the user of the database; PgBouncer refuses to be root
    os.chown(folder, who.st_uid, who.st_gid)
    process = subprocess.Popen(
        [PGBOUNCER, str(settings)], stderr=subprocess.PIPE, user=who.st_uid, group=who.st_gid, extra_groups=[]
    )
    try:
        until_it_listens(port, process)
        yield f"postgresql://postgres@127.0.0.1:{port}/{direct.database}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        shutil.rmtree(folder)


def until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < end
            time.sleep(0.02)


@pytest.mark.slow
async def test_feeds_become_stories_through_it(
    newsroom: Newsroom,
    configure: Callable[..., Path],
    pooled: str,
    inline_workers: None,  # noqa: F811
) -> None:
    """Two connections serve the store, the engine and its listener, whose every transaction may have the other one."""
    links = [newsroom.article(f"/{n}.html", f"Iran, Iraq sign pact {n}", [*PACT, f"Number {n}."]) for n in range(3)]
    items = [(f"Iran, Iraq sign pact {n}", link, hours_ago(1)) for n, link in enumerate(links)]
    async with open_app(configured(configure, pooled, newsroom.feed("/feed.xml", items)), now, Silent()) as app:
        engines = [
            asyncio.create_task(Engine(app.store, lambda: app, helping=False, concurrency=2).run()) for _ in range(2)
        ]
        await until_grouped(app)
        for engine in engines:
            engine.cancel()
        await asyncio.wait(engines)
    assert set(newsroom.asked.values()) == {1}


@pytest.mark.slow
def test_many_transactions_by_turns_mix_nothing_up(pooled: str) -> None:
    """A statement is prepared on no connection: the next may be another."""
    with closing(Store(pooled)) as one, closing(Store(pooled)) as other:
        for number in range(30):
            with (one if number % 2 else other).write() as db:
                assert jobs.defer(db, [Due("pages", f"{number}.example"), Due("judge")]) == (2 if number == 0 else 1)
        assert len(waiting(one)) == 31
        with closing(one.engine.raw_connection()) as link:
            driver: Any = link.driver_connection
            limits = [driver.execute(f"SHOW {name}").fetchone() for name in ("lock_timeout", "statement_timeout")]
        assert limits == [("0",), ("0",)]  # what a transaction asks for stays with it
