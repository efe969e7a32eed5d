"""A feed that changes a headline over a published report: readers are told once, whatever the page answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.feeds.entry_changes import changes_of
from monitor.feeds.identity import Decision
from monitor.feeds.known_entries import Known
from monitor.model import Entry
from monitor.pipeline.retitled import is_retitled
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_edited_entries import AT, edition
from tests.test_flow import Clock

SIGNED = "Iran and Iraq sign memorandum on defence cooperation"
DENIED = "Iraq denies that it signed memorandum on defence cooperation with Iran"
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def put_feed(newsroom: Newsroom, title: str, text: str) -> str:
    item = f"<item><title>{title}</title><guid isPermaLink='false'>g-1</guid><link>{newsroom.base}/n/1</link>"
    item += f"<description>{text}</description><pubDate>{AT:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
    return newsroom.put("/feed.xml", f'<rss version="2.0"><channel><title>Desk</title>{item}</channel></rss>')


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["as it was", "refused", "with the new headline"])
async def test_a_denial_in_the_feed_is_told_once_whatever_its_page_answers(
    newsroom: Newsroom, configure: Callable[..., Path], answer: str
) -> None:
    newsroom.article("/n/1", SIGNED, PACT)
    clock = Clock(hours_ago(0))
    folder = configure(put_feed(newsroom, SIGNED, PACT[0]))
    async with open_app(load_config(folder), clock, Silent()) as app:
        assert SIGNED in await edition(app, clock)
        put_feed(newsroom, DENIED, "Correction: the ministry denies that any memorandum was signed.")
        if answer == "refused":
            newsroom.put("/n/1", "no", status=503)
        elif answer == "with the new headline":
            newsroom.article("/n/1", DENIED, PACT)
        told = [await edition(app, clock) for _ in range(3)]
    assert [text.count(f"and is now “{DENIED}”") for text in told] == [1, 0, 0], told[0]


ENTRY = Entry(feed_url="https://d.example/f", id="g", link="https://d.example/n/1", title=SIGNED, published=NOW)


@pytest.mark.parametrize(
    ("changed", "is_told"),
    [
        ({"title": DENIED}, True),
        ({"title": f"WITHDRAWN: {SIGNED}"}, True),
        ({"title": "Fishing season opens late on the eastern lakes"}, False),
        ({"title": DENIED, "published": datetime(2026, 12, 1, 18, 0, tzinfo=UTC)}, False),
        ({"title": SIGNED.upper()}, False),
    ],
)
def test_only_another_headline_of_the_same_matter_and_date_counts(changed: dict[str, Any], is_told: bool) -> None:
    entry = replace(ENTRY, **changed)
    decision = Decision(entry, "edited", Known(1, ENTRY, NOW), changes_of(entry, ENTRY))
    assert is_retitled(decision) is is_told
