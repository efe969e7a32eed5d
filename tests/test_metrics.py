"""What an operator can watch: ticks, latency of feeds, queues and ages, under labels that cannot multiply."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from urllib.request import urlopen

import pytest

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.config.service import WebConfig
from monitor.errors import StoreError
from monitor.service import Beats, Service
from monitor.web import metrics
from monitor.web.access import Access
from monitor.web.request import Desk, Pages
from monitor.web.server import WebServer
from tests.conftest import SERVICE
from tests.newsroom import Answer, Newsroom
from tests.test_faults import until
from tests.test_service import many

Configure = Callable[..., Path]


def value(text: str, sample: str) -> float:
    found = re.search(rf"^feed_monitor_{re.escape(sample)} (\S+)$", text, re.MULTILINE)
    assert found, f"no {sample} in:\n{text}"
    return float(found[1])


@pytest.mark.slow
async def test_a_running_service_tells_what_its_ticks_and_feeds_do(
    newsroom: Newsroom, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow() -> Answer:
        time.sleep(0.3)
        return 404, {}, b""

    monkeypatch.setattr(metrics, "FEEDS", 2)
    newsroom.pages["/slow.xml"] = slow
    secret = newsroom.base.replace("//", "//user:pass-word@") + "/slow.xml"
    place = configure(many(newsroom, 3), secret, newsroom.base + "/third.xml", service=SERVICE)
    async with open_app(load_config(place), lambda: datetime.now(UTC), Silent()) as app:
        service = Service(app, lambda: app, Beats(0.05, 0.1, 0.1))
        web = WebConfig(listen="127.0.0.1:0")
        desk = Desk(
            lambda: cast(App, service.running), service.pulse, Access.of(web, ""), lambda: datetime.now(UTC), Pages()
        )
        async with WebServer(web, desk) as server:
            task = asyncio.create_task(service.run())
            await until(lambda: service.pulse.outcomes["poll", "good"] and service.pulse.lags)
            time.sleep(1.5)  # what nothing in the service may do; here it is what must be noticed
            await until(lambda: service.pulse.lag > 0.4)
            service.pulse.broke("deliveries", "no")
            await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))
            text = ""
            async with asyncio.timeout(20):  # the service sends the digest in its own time
                while not text or value(text, 'queue{step="deliveries"}'):
                    text = await asyncio.to_thread(lambda: urlopen(server.address + "/metrics").read().decode())
            service.stop()
            await asyncio.wait_for(task, 10)
    assert value(text, 'ticks_total{tick="poll",outcome="good"}') >= 1
    assert value(text, 'ticks_total{tick="deliveries",outcome="failed"}') == 1
    assert value(text, 'tick_seconds{tick="poll"}') >= 0
    assert value(text, "event_loop_lag_seconds") > 0.4
    assert value(text, f'feed_answer_seconds{{feed="{newsroom.base}/feed.xml"}}') < 5
    assert "pass-word" not in text
    [waited] = [line for line in text.splitlines() if "feed_answer_seconds{" in line and "/slow.xml" in line]
    assert float(waited.split()[-1]) >= 0.3
    assert "/third.xml" not in text
    assert value(text, "feeds_without_series") == 1
    assert value(text, f'feed_last_success_age_seconds{{feed="{newsroom.base}/feed.xml"}}') < 30
    assert value(text, 'queue{step="entries"}') == 0
    assert value(text, 'deliveries_retried{channel="file"}') == 0
    assert value(text, 'digest_age_seconds{digest="daily"}') < 30
    assert "# TYPE feed_monitor_ticks_total counter\n" in text


async def test_a_tick_that_fails_is_counted(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(load_config(configure("http://127.0.0.1:9/f")), lambda: datetime.now(UTC), Silent()) as app:
        service = Service(app, lambda: app, Beats(0.05, 0.1, 0.1))

        async def broken() -> None:
            raise StoreError("the store is locked")

        monkeypatch.setattr(service, "_deliveries", broken)
        task = asyncio.create_task(service.run())
        await until(lambda: service.pulse.outcomes["deliveries", "failed"] >= 2)
        service.stop()
        await asyncio.wait_for(task, 10)
