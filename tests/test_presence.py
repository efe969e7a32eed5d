"""Two services on one store: each says so in its log, and so do the page, the metrics and `monitor check`."""

from __future__ import annotations

import logging
import os
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.pipeline.beside_service import NO_SERVICE, OTHER_FILES, PATIENCE, Silence
from monitor.pipeline.presence import CLOSE, Presence
from monitor.store import Store, services
from monitor.store.services import GONE
from tests.newsroom import Newsroom
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_flow import Clock
from tests.test_service import running
from tests.test_unblocked import with_page

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)


async def test_each_says_of_the_other_that_it_begins_and_ends(
    store: Store,
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock(NOW)
    here, there = Presence(store, "service", clock), Presence(store, "service", clock)
    there._me = replace(there._me, host="elsewhere", pid=7)
    with caplog.at_level(logging.INFO, logger="monitor"):
        await here.look()
        assert not caplog.messages
        await there.look()
        await here.look()
        await here.look()
        assert [message.split(";")[0].split(" of ")[0] for message in caplog.messages] == [
            "another service works on this store: service"
        ] * 2, "each says it once"
        assert "process 7 on elsewhere" in caplog.messages[1]
        caplog.clear()
        clock.forward(seconds=GONE.total_seconds() + 1)  # it was killed, and nobody here can see that
        await here.look()
        assert caplog.messages == [f"the other service has ended: {there._me}"]
        with store.read() as db:
            assert services.too_many(services.at_work(db, clock())) == ""
        await there.look()
        there.leave()
        caplog.clear()
        await here.look()
        assert not caplog.messages


async def test_a_killed_service_of_this_machine_and_workers_are_no_other_service(store: Store) -> None:
    here = Presence(store, "service", lambda: NOW)
    await here.look()
    for role, pid in (("service", 2**22 + 1), ("worker", os.getppid())):
        other = Presence(store, role, lambda: NOW)
        other._me = replace(other._me, pid=pid)
        await other.look()
    await here.look()
    with store.read() as db:
        found = services.at_work(db, NOW)
        assert sorted(each.role for each in found) == ["service", "worker"]
        assert services.at_work(db, NOW - timedelta(days=400)) == [], "the clock was set back"
    assert services.too_many(found) == ""


async def test_machines_that_share_a_store_go_by_its_clock(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    wrong = timedelta(0)

    def own() -> datetime:
        return datetime.now(UTC) + wrong

    here = Presence(store, "worker", own, shared_clock=True)
    minutes = {-2: "120 s behind", 2: "120 s ahead of", 0: "as right as"}
    for wrong, told in ((timedelta(minutes=each), told) for each, told in minutes.items()):
        caplog.clear()
        await here.look()
        await here.look()
        right = datetime.now(UTC) + (timedelta(0) if store.shared else wrong)
        assert abs(here.now() - right) < 2 * CLOSE
        assert [told in message for message in caplog.messages] == [True] * store.shared, "each change is said once"
        with store.read() as db:
            assert services.at_work(db, right)
    assert Presence(store, "worker", lambda: NOW).now() == NOW, "a command may be given another time"


SEEN = {
    "alone": (False, False, False),
    "other": (False, True, False),
    "judges": (False, True, True),
    "alike": (True,) * 3,
}


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ("alone:0 judges:10 alike:40 alike:80", []),  # it was started before its service
        ("alone:0 alone:29 other:31 other:60", []),
        ("alone:0 alone:30 alone:60 alone:900", [NO_SERVICE]),
        ("alone:0 alone:30 other:60 other:90 other:120", [NO_SERVICE, OTHER_FILES]),
        ("alike:0 other:10 other:20 alike:25 other:50 other:70", []),  # each reads a saved file at its time
        ("alike:0 other:10 judges:30 judges:500 alike:510", []),  # and the service has much to judge anew
        ("alike:0 other:10 judges:30 other:50 other:80", [OTHER_FILES]),
        ("alone:0 alone:40 alike:50 alone:60 alone:100", [NO_SERVICE, NO_SERVICE]),
    ],
)
def test_a_worker_says_why_it_judges_nothing_when_that_lasts(looks: str, told: list[str]) -> None:
    silence, said = Silence(), list[str]()
    for name, seconds in (each.split(":") for each in looks.split()):
        alike, at_work, judging = SEEN[name]
        now = NOW + timedelta(seconds=float(seconds))
        said.append(silence.look(now, alike=alike, at_work=at_work, judging=judging))
    assert [each for each in said if each] == told
    assert timedelta(0) < PATIENCE <= timedelta(seconds=30)


@pytest.mark.slow
def test_the_log_the_page_the_metrics_and_check_say_so(
    newsroom: Newsroom,
    configure: Callable[..., Path],
    monitor: Monitor,  # noqa: F811
) -> None:
    folder = configure(newsroom.feed("/feed.xml", []))
    port = with_page(folder)

    def page(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    with running(folder) as first:
        first.wait_for("polled 1 feed")
        assert "services work on this store" not in page("/") + monitor("--config", folder, "check").err
        with running(folder) as second:
            assert f"process {first.process.pid} on" in second.wait_for("another service works on this store")
            assert f"process {second.process.pid} on" in first.wait_for("another service works on this store")
            assert "2 services work on this store" in page("/")
            assert 'feed_monitor_processes{role="service"} 2' in page("/metrics")
            assert "2 services work on this store" in monitor("--config", folder, "check").err
            second.process.kill()
            second.process.wait()
        assert "services work on this store" not in page("/")
    with closing(Store(f"sqlite:///{folder.parent / 'var' / 'monitor.db'}")) as opened, opened.read() as db:
        assert services.at_work(db, datetime.now(UTC)) == []
