"""Nothing that a feed lists disappears in silence: what is not taken is counted by reason, from parser to page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax import SAXException

import feedparser
import feedparser.api
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds import identity
from monitor.feeds.parse import SALVAGE_LIMIT, parse_feed
from monitor.feeds.skipped import REASONS, describe_skipped
from tests.newsroom import PACT, Newsroom
from tests.test_cli import Monitor, monitor  # noqa: F401

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GOOD = "<item><title>A story</title><link>https://a.example/1</link></item>"
HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>'
TAIL = "</channel></rss>"


def parsed(body: str) -> tuple[int, dict[str, int]]:
    found = parse_feed(body.encode(), url="https://a.example/feed", now=NOW)
    return len(found.entries), dict(found.dropped)


@pytest.mark.parametrize(
    ("body", "entries", "dropped"),
    [
        (HEAD + GOOD + TAIL, 1, {}),
        (HEAD + "<item></item>" + GOOD + TAIL, 1, {"empty": 1}),
        (HEAD + "<item><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item><item/>" + GOOD + TAIL, 1, {"empty": 2}),
        (HEAD + "<item><guid isPermaLink='false'>17</guid><description> </description></item>" + TAIL, 0, {"empty": 1}),
        (HEAD + "<item><description>Only words</description></item>" + TAIL, 1, {}),
        (HEAD + GOOD + "<item><title>Half a st", 1, {"cut-off": 1}),
        ('<feed xmlns="http://www.w3.org/2005/Atom"><entry><updated>2026-11-20</updated></entry></feed>',
         0, {"empty": 1}),
        (json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}, 7, None, {"title": "x"}]}),
         1, {"unreadable": 2, "empty": 1}),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "x", "id": "1"}, {"title": "y", "i',
         1, {"cut-off": 1}),
        (json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "https://a.example/1"}]}), 1, {}),
        (json.dumps({"articles": [{"url": "https://a.example/1", "title": "x"}, {"title": "y"}, "z"]}),
         1, {"unreadable": 1, "empty": 1}),
    ],
)  # fmt: skip
def test_what_the_parser_cannot_take_is_counted(body: str, entries: int, dropped: dict[str, int]) -> None:
    assert parsed(body) == (entries, dropped)


@pytest.mark.parametrize(
    ("count", "error"),
    [
        (3, RuntimeError("broken")),
        (SALVAGE_LIMIT + 20, RuntimeError("broken")),
        *((3, kind("broken")) for kind in (SAXException, AssertionError, AttributeError, KeyError, OverflowError)),
        *((3, kind("broken")) for kind in (TypeError, ValueError, RecursionError)),
    ],
)
def test_entries_that_break_the_parser_are_counted(
    count: int, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No text is known that breaks feedparser today, so one is made that does."""
    sound = feedparser.api.parse

    def fragile(source: Any, **options: Any) -> Any:
        if b"BREAKS" in source.getvalue():
            raise error
        return sound(source, **options)

    monkeypatch.setattr(feedparser, "parse", fragile)
    items = [f"<item><title>Story {i}</title><link>https://a.example/{i}</link></item>" for i in range(count)]
    items[1] = "<item><title>BREAKS</title></item>"
    assert parsed(HEAD + "".join(items) + TAIL) == (count - 1, {"unreadable": 1})
    items[-1] = "<item><title>BREAKS</title></item>"
    entries, dropped = parsed(HEAD + "".join(items) + TAIL)
    assert entries + dropped["unreadable"] == count


VALUES = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.just("https://a.example/1"))
ITEMS = st.lists(
    st.one_of(st.integers(), st.dictionaries(st.sampled_from(["id", "url", "title", "content_text"]), VALUES))
)


@given(ITEMS)
def test_every_item_of_a_json_feed_is_an_entry_or_counted(items: list[Any]) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    entries, dropped = parsed(body)
    assert entries + sum(dropped.values()) == len(items)
    assert all(dropped.values())


def test_every_reason_has_words() -> None:
    parser = {"empty", "cut-off", "unreadable", "older", "no-article"}
    assert set(REASONS) == {*identity.REASONS, *parser}
    assert describe_skipped({"unchanged": 12}) == describe_skipped({}) == ""
    assert describe_skipped({"empty": 1, "repeated": 2, "unchanged": 3}) == "2 repeated, 1 empty"


def test_a_poll_counts_what_it_does_not_take_and_what_has_no_text(
    monitor: Monitor,  # noqa: F811
    newsroom: Newsroom,
    configure: Callable[..., Path],
) -> None:
    title = "Iran, Iraq sign defence memorandum in Tehran"
    link = newsroom.article("/pact.html", title, PACT)
    item = f"<item><title>{title}</title><link>{link}</link></item>"
    lost = f"<item><title>A page that is gone</title><link>{newsroom.base}/gone.html</link></item>"
    bare = f"<item><link>{newsroom.base}/gone-too.html</link></item>"
    newsroom.put("/feed.xml", HEAD + item * 2 + lost + bare + "<item/><item><title>Half", Content_Type="text/xml")
    folder = configure(newsroom.base + "/feed.xml")

    summary = monitor("--config", folder, "poll", "--json").json()
    assert summary["entries"] == {"seen": 6, "new": 3, "updated": 0}
    assert summary["skipped"] == {"repeated": 1, "empty": 1, "cut-off": 1}
    assert summary["articles"] == {
        "fetched": 1, "failed": 2, "partial": 2, "known": 0, "headline_only": 1, "empty": 1, "archive": 0, "backlog": 0,
    }  # fmt: skip
    [row] = monitor("--config", folder, "feeds", "list", "--json").json()
    assert row["skipped"] == summary["skipped"]
    listed = monitor("--config", folder, "feeds", "list").out
    assert "not taken at the last poll: 1 repeated, 1 empty, 1 cut off" in listed
    found = monitor("--config", folder, "feeds", "check", newsroom.base + "/feed.xml", "--json").json()
    assert found["skipped"] == {"empty": 1, "cut-off": 1}
    assert "not taken: 1 empty, 1 cut off" in monitor("--config", folder, "feeds", "check", row["url"]).out


def test_a_feed_of_which_all_was_taken_says_nothing_of_it(
    monitor: Monitor,  # noqa: F811
    newsroom: Newsroom,
    configure: Callable[..., Path],
) -> None:
    newsroom.put("/feed.xml", HEAD + GOOD.replace("https://a.example", newsroom.base) + TAIL, Content_Type="text/xml")
    folder = configure(newsroom.base + "/feed.xml")
    monitor("--config", folder, "poll")
    newsroom.put("/feed.xml", HEAD + GOOD.replace("https://a.example", newsroom.base) + "\n" + TAIL)
    assert monitor("--config", folder, "poll", "--json").json()["skipped"] == {"unchanged": 1}
    assert "not taken" not in monitor("--config", folder, "feeds", "list").out
