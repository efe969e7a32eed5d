"""What an operator notices of a service that runs for long: time limits, an idle terminal, what a kill leaves."""

from __future__ import annotations

import gc
import io
import os
import socket
import struct
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from monitor.cli.progress import Bars
from monitor.deliver.file.send import LEFT_AFTER, write_edition
from monitor.demo_site import DemoSite
from monitor.workers.memory import to_stay
from tests.editions import empty
from tests.newsroom import Answer, Newsroom
from tests.test_cli import Monitor, monitor  # noqa: F401 - a fixture
from tests.test_deliver import parcel
from tests.test_service import Configure, many


@pytest.mark.slow
def test_a_poll_has_a_time_limit_and_the_next_goes_on(
    newsroom: Newsroom, configure: Configure, monitor: Monitor  # noqa: F811
) -> None:  # fmt: skip
    def slow(number: int) -> Answer:
        time.sleep(0.4)
        return 200, {"Content-Type": "text/html"}, f"<html><body><p>Page {number} of many.</p></body></html>".encode()

    folder = configure(many(newsroom, 12, lambda number: lambda: slow(number)))
    settings = (folder / "monitor.yaml").read_text(encoding="utf-8")
    one_at_a_time = settings.replace("timeout: 5s", "timeout: 5s, per_host_connections: 1, per_host_delay: 0")
    (folder / "monitor.yaml").write_text(one_at_a_time, encoding="utf-8")
    first = monitor("--config", folder, "poll", "--json", "--time-limit", "1ms")
    assert first.code == 2
    assert "is not a duration" in first.err
    first = monitor("--config", folder, "poll", "--json", "--time-limit", "0.01s")
    begun = first.json()["articles"]["fetched"]
    assert begun < 12
    assert monitor("--config", folder, "poll", "--json").json()["articles"]["fetched"] == 12 - begun


def test_an_idle_terminal_is_not_repainted() -> None:
    progress = Progress(console=Console(file=io.StringIO(), force_terminal=True), transient=True)
    bars = Bars(progress)
    assert not progress.live.is_started
    for _ in range(2):  # poll after poll
        bars.begin("feeds", 2)
        bars.advance("feeds")
        assert progress.live.is_started
        bars.begin("articles", 1)
        bars.advance("feeds")
        assert progress.live.is_started
        bars.advance("articles")
        assert not progress.live.is_started
    bars.begin("feeds", 1)
    bars.begin("feeds", 0)
    assert not progress.live.is_started


def test_what_a_kill_left_of_a_file_is_cleared(tmp_path: Path) -> None:
    written = write_edition(tmp_path, parcel(empty(), str(tmp_path)))
    place = written[0].parent
    old, new = place / ".digest.html.abc", place / ".digest.html.def"
    for path in (old, new):
        path.write_text("half")
    os.utime(old, (time.time() - LEFT_AFTER - 60,) * 2)
    written[0].unlink()
    write_edition(tmp_path, parcel(empty(), str(tmp_path)))
    assert not old.exists()
    assert new.exists()  # another service may be writing it


def test_the_demo_says_nothing_of_a_reader_that_hangs_up(capfd: pytest.CaptureFixture[str]) -> None:
    site = DemoSite(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    base = site.start()
    host, port = base.removeprefix("http://").split(":")
    for _ in range(20):
        with closing(socket.create_connection((host, int(port)))) as reader:
            reader.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not a goodbye
    time.sleep(0.3)
    site.stop()
    assert capfd.readouterr().err == ""


def test_the_collector_does_not_look_at_what_is_there_to_stay() -> None:
    """It holds up every thread while it looks, and a matcher is 130,000 objects."""
    gc.collect()
    with to_stay():
        assert not gc.isenabled()
        made: list[list[int]] = [[] for _ in range(30_000)]
    try:
        assert gc.isenabled()
        assert len(gc.get_objects()) < len(made)
    finally:
        gc.unfreeze()  # for the tests that follow
