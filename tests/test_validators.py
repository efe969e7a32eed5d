"""Whether a server is believed that says its feed is as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.feeds.validators import Validators, after_body, validators_of
from monitor.model import FeedState, FetchResult
from tests.newsroom import Newsroom
from tests.test_flow import Clock, cycle

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://feed.example/rss"
DAY = timedelta(days=1)
SENT = Validators('"a"', None, URL)


def answer(etag: str | None = '"a"', last_modified: str | None = None) -> FetchResult:
    return FetchResult(200, URL, URL, etag=etag, last_modified=last_modified)


def state(**changes: Any) -> FeedState:
    known = FeedState(URL, **SENT._asdict(), last_check=NOW, last_new_entry=NOW)
    return replace(known, **changes)


def test_validators_are_sent_while_something_new_comes() -> None:
    assert validators_of(state(), NOW + timedelta(minutes=30)) == SENT
    assert validators_of(FeedState(URL), NOW) == Validators()
    later = NOW + 10 * DAY
    assert validators_of(state(last_check=later - timedelta(hours=6), last_new_entry=later - DAY / 2), later) == SENT


def test_a_silent_feed_is_requested_whole_once_a_day() -> None:
    for url in (URL, "https://other.example/rss"):
        quiet = state(url=url, last_new_entry=NOW - 3 * DAY)
        whole = 0
        for hours in range(1, 49):
            now = NOW + timedelta(hours=hours)
            whole += validators_of(quiet, now) == Validators()
            quiet = replace(quiet, last_check=now)
        assert whole == 2


def test_feeds_are_tried_at_different_times_of_day() -> None:
    def hour(url: str) -> int:
        quiet = state(url=url, last_new_entry=NOW - 3 * DAY)
        tried = (each for each in range(1, 25) if validators_of(quiet, NOW + timedelta(hours=each)) == Validators())
        return next(tried)

    assert len({hour(f"https://feed.example/{number}") for number in range(40)}) > 5


def test_validators_that_stay_while_the_body_changes_are_not_believed() -> None:
    lied = after_body(state(), answer(), changed=True)
    assert lied == Validators('"a"', None, "")
    known = state(**lied._asdict())
    assert validators_of(known, NOW) == Validators()
    assert after_body(known, answer(), changed=False) == lied  # an equal body shows nothing
    assert after_body(known, answer('"b"'), changed=True) == Validators('"b"', None, URL)
    assert after_body(state(), answer('"b"'), changed=True) == Validators('"b"', None, URL)
    assert after_body(state(), answer(), changed=False) == SENT
    assert after_body(known, answer(None), changed=True) == Validators()
    dated = state(etag=None, last_modified="Thu, 01 Jan 1970 00:00:00 GMT")
    assert after_body(dated, answer(None, "Thu, 01 Jan 1970 00:00:00 GMT"), changed=True).validators_url == ""


async def test_no_report_stays_behind_a_server_that_says_not_modified_for_ever(
    newsroom: Newsroom, configure: Callable[..., Path]
) -> None:
    def put(count: int) -> str:
        items = "".join(
            f"<item><title>Report {n} of the river police</title><guid>{n}</guid></item>" for n in range(count)
        )
        body = f'<rss version="2.0"><channel><title>N</title>{items}</channel></rss>'
        return newsroom.put("/feed.xml", body, Content_Type="text/xml", ETag='"always"')

    folder, clock = configure(put(1)), Clock()
    assert (await cycle(folder, clock))[0].entries["new"] == 1
    put(2)
    clock.forward(hours=1)
    assert (await cycle(folder, clock))[0].feeds["not_modified"] == 1  # there was no sign of it yet
    found = 0
    for _ in range(8):
        clock.forward(hours=6)
        found += (await cycle(folder, clock))[0].entries["new"]
    assert found == 1
    put(3)
    clock.forward(hours=1)
    assert (await cycle(folder, clock))[0].entries["new"] == 1  # and now at once
