"""The service as a process: signals, a re-read configuration, and a kill in the middle of a poll."""

from __future__ import annotations

import os
import queue
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.newsroom import GAME, PACT, Answer, Newsroom, hours_ago

Configure = Callable[..., Path]
PATIENCE = 90.0  # seconds for a line that should come at once; only a failing test waits so long


class Running:
    """A `monitor` process whose log can be waited for. scratch: its folder for temporary files."""

    def __init__(self, folder: Path, scratch: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "monitor", "-v", "--config", str(folder), *arguments]
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env={**os.environ, "TMPDIR": scratch}
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.seen: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, text: str) -> str:
        end = time.monotonic() + PATIENCE
        while (left := end - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            self.seen.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} did not come; the log was:\n{''.join(self.seen)}")

    def wait_for_work(self, seconds: float) -> None:
        """Until the process has used so much processor time from now on."""
        begun, end = self._used(), time.monotonic() + PATIENCE
        while self._used() < begun + seconds:
            assert time.monotonic() < end, f"it is idle; the log was:\n{''.join(self.seen)}"
            time.sleep(0.05)

    def _used(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Running]:
    # One that is killed cannot clear away its own; short, for a socket's path may have no more than 107 bytes.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        service = Running(folder, scratch, *(arguments or ("run",)))
        try:
            yield service
        finally:
            if service.process.poll() is None:
                service.process.kill()
            service.process.wait()


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder.parent / "var" / "monitor.db")) as db:
        return db.execute(sql).fetchall()


def many(newsroom: Newsroom, count: int, answer: Callable[[int], Callable[[], Answer]] | None = None) -> str:
    """A feed of ``count`` stories, every third of them relevant."""
    items = []
    for number in range(count):
        title, text = (f"Iran, Iraq sign defence memorandum, part {number}", PACT) if number % 3 == 0 else (
            f"Iraq and Iran draw, match day {number}", GAME)  # fmt: skip
        path = f"/{number}.html"
        link = newsroom.article(path, title, [f"{title}. {number * 7919} people looked on.", *text])
        if answer:
            newsroom.pages[path] = answer(number)
        items.append((title, link, hours_ago(1 + number / 10)))
    return newsroom.feed("/feed.xml", items)


@pytest.mark.slow
def test_it_polls_at_once_rereads_what_is_saved_and_stops_cleanly(newsroom: Newsroom, configure: Configure) -> None:
    folder = configure(many(newsroom, 3))
    with running(folder) as service:
        service.wait_for("watching 1 feed")
        service.wait_for("match ")
        good = (folder / "monitor.yaml").read_text()
        (folder / "monitor.yaml").write_text(good.replace("0 7 * * *", "0 77 * * *"))
        service.wait_for("configuration refused")
        service.wait_for("monitor.yaml:5:")
        (folder / "monitor.yaml").write_text(good)
        service.wait_for("configuration re-read")
        service.process.send_signal(signal.SIGHUP)
        service.wait_for("configuration re-read")
        begun = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(10) == 0
        assert time.monotonic() - begun < 10
    assert rows(folder, "SELECT count(*) FROM articles") == [(3,)]


@pytest.mark.slow
def test_it_starts_without_a_feed_shows_its_page_and_takes_up_the_first(
    newsroom: Newsroom, configure: Configure
) -> None:
    folder = configure()
    (folder / "feeds.yaml").write_text("feeds: []\n")
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with (folder / "monitor.yaml").open("a") as settings:
        settings.write(f"web: {{listen: '127.0.0.1:{port}'}}\n")
    with running(folder) as service:
        service.wait_for("watching 0 feeds")
        service.wait_for("http://127.0.0.1")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/feeds", timeout=PATIENCE) as page:
            assert "No feed is listed yet" in page.read().decode()
        (folder / "feeds.yaml").write_text(f"feeds:\n  - url: {many(newsroom, 3)}\n")
        service.wait_for("match ")


@pytest.mark.slow
def test_a_stop_in_the_middle_of_a_poll_is_quick(newsroom: Newsroom, configure: Configure) -> None:
    release = threading.Event()

    def slow(number: int) -> Callable[[], Answer]:
        return lambda: (release.wait(20), (200, {}, b"late"))[1]

    folder = configure(many(newsroom, 6, slow))
    with running(folder) as service:
        service.wait_for("feed read")
        begun = time.monotonic()
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(10) == 0
        assert time.monotonic() - begun < 10
        release.set()


@pytest.mark.slow
def test_a_kill_in_the_middle_of_a_poll_loses_and_repeats_nothing(newsroom: Newsroom, configure: Configure) -> None:
    folder = configure(many(newsroom, 60))
    pages = dict(newsroom.pages)
    killed: list[Running] = []

    def fatal(answer: Callable[[], Answer]) -> Callable[[], Answer]:
        def answered() -> Answer:
            if newsroom.asked.total() > 20:  # the twentieth request is somebody's last
                os.kill(killed[-1].process.pid, signal.SIGKILL)
            return answer()

        return answered

    newsroom.pages |= {path: fatal(answer) for path, answer in pages.items() if path.endswith(".html")}
    with running(folder) as service:
        killed.append(service)
        assert service.process.wait(PATIENCE) == -signal.SIGKILL
    newsroom.pages |= pages
    for _ in range(2):
        with running(folder, "run", "--once") as again:
            assert again.process.wait(PATIENCE) == 0
    assert rows(folder, "SELECT count(*), count(DISTINCT link) FROM entries") == [(60, 60)]
    assert rows(folder, "SELECT count(*) FROM articles") == [(60,)]
    [(matches,)] = rows(folder, "SELECT count(*) FROM matches WHERE verdict = 'match'")
    assert matches == 20
    told = rows(folder, "SELECT article_id, count(*) FROM edition_articles WHERE role = 'story' GROUP BY article_id")
    assert [count for _, count in told] == [1] * 20


@pytest.mark.slow
def test_when_nobody_can_be_reached_it_says_what_to_do(configure: Configure) -> None:
    folder = configure("http://127.0.0.1:9/a", "http://127.0.0.1:9/b")
    with running(folder, "run", "--once") as service:
        service.wait_for("No feed could be reached: 2 of 2 feeds failed")
        service.wait_for("What to do")
        assert not any("WARNING feed failed" in line for line in service.seen)
        assert service.process.wait(10) == 1


@pytest.mark.slow
def test_a_stop_does_not_wait_for_a_thread_that_does_not_end(newsroom: Newsroom, configure: Configure) -> None:
    """A template that a person wrote never ends; the edition is composed at the next start."""
    folder = configure(many(newsroom, 1))
    with (folder / "watches" / "iran-iraq-defense.yaml").open("a") as watch:
        watch.write("alert: {threshold: 0.5, deliver: [{file: ../var/alerts}]}\n")
    (folder / "templates").mkdir()
    endless = "{% for each in range(99999) %}{% for other in range(99999) %}{% endfor %}{% endfor %}"
    (folder / "templates" / "digest.html").write_text(endless, encoding="utf-8")
    with (folder / "monitor.yaml").open("a") as settings:
        settings.write("templates: templates\n")
    with running(folder) as service:
        service.wait_for("polled 1 feed")
        service.wait_for_work(1)  # the alert is being composed
        begun = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(15) == 0
        assert time.monotonic() - begun < 11
        service.wait_for("was cut off")
    assert rows(folder, "SELECT count(*) FROM editions") == [(0,)]
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
