"""Polls of feeds with what is right: each `tests/cases/polls/NAME.yaml` is a test.

    why         what feeds do, and what would be lost or told twice
    feeds       name → its configuration (kind, publisher, url); "main" at https://news.example/main, if left out
    pages       path or address → the lines of its article, headline first, or `lines` with `canonical`, or
                with a `date` for its linked data, the name of its `outlet`, the address `at` which it answers;
                `refused`. What is not named is refused, too
    polls       one after the other, seven hours apart, each with
      NAME      the items of the feed of this name: id, link, title, text, date ("-3h"), modified, or `xml` as it stands
      pages     pages that are other now
      new, edited, skipped     how many entries are (0 where left out; `skipped`: by reason)
      articles  how many are stored after it, as they are
      older     how many are taken for the feed's archive, and their pages not read; asked: how many pages were
      judged    pieces of texts or headlines, each in an article of its own
      unjudged  pieces in none of them
      publishers, kinds, urls     of the articles, in the order in which they were stored
      published pieces, each with when its article was published: "-3h", or as it is written

A link that begins with / is of https://news.example. Each poll is done once more: nothing may come of that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml

from monitor.config.feed_list import FeedConfig
from monitor.feeds.read import read_feed
from monitor.fields import parse_duration
from monitor.model import Article, FetchResult
from tests.poll_desk import MAX_AGE, PollDesk, fresh_store

FOLDER = Path(__file__).parent / "cases" / "polls"
BASE = "https://news.example/"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KEYS = {"why", "feeds", "pages", "polls"}
OF_ARTICLES = {"publishers", "kinds", "urls"}
COUNTS = OF_ARTICLES | {"new", "edited", "skipped", "older", "asked", "articles"}
COUNTS |= {"judged", "unjudged", "published", "pages"}


def moment(written: str) -> datetime:
    if not written.startswith("-"):
        return datetime.fromisoformat(written)
    return NOW - parse_duration(written.removeprefix("-"))


def item_of(row: Mapping[str, Any]) -> str:
    """An item of RSS, of what is given of it."""
    if "xml" in row:
        return str(row["xml"])
    parts = {"title": row.get("title"), "link": row.get("link"), "guid": row.get("id"), "description": row.get("text")}
    if parts["link"]:
        parts["link"] = urljoin(BASE, parts["link"])
    if "date" in row:
        own = row["date"]
        parts["pubDate"] = format_datetime(moment(own)) if own.startswith("-") else own
    lines = [f"<{name}>{escape(str(value))}</{name}>" for name, value in parts.items() if value]
    if "modified" in row:
        lines.append(f"<atom:updated>{moment(row['modified']).isoformat()}</atom:updated>")
    return f"<item>{''.join(lines)}</item>"


def body_of(rows: list[Mapping[str, Any]]) -> bytes:
    items = "".join(map(item_of, rows))
    head = '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>News</title>'
    return f"{head}{items}</channel></rss>".encode()


def page_of(lines: list[str] | Mapping[str, Any]) -> str:
    told = lines if isinstance(lines, Mapping) else {"lines": lines}
    title, *text = told["lines"]
    canonical = f'<link rel="canonical" href="{urljoin(BASE, told["canonical"])}">' if "canonical" in told else ""
    if "date" in told:
        written = str(told["date"])
        at = moment(written).isoformat() if written.startswith("-") else written
        data = {"@context": "https://schema.org", "@type": "NewsArticle", "datePublished": at}
        canonical += f'<script type="application/ld+json">{json.dumps(data)}</script>'
    if "outlet" in told:
        canonical += f'<meta property="og:site_name" content="{escape(str(told["outlet"]))}">'
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in text)
    return (
        f"<!doctype html><html lang='en'><head><title>{escape(title)} | News</title>{canonical}</head>"
        f"<body><article><h1>{escape(title)}</h1>{paragraphs}</article></body></html>"
    )


def put(desk: PollDesk, pages: Mapping[str, Any]) -> None:
    for path, lines in pages.items():
        if lines == "refused":
            desk.site.pages.pop(urljoin(BASE, path), None)
        else:
            desk.site.pages[urljoin(BASE, path)] = page_of(lines)
            if isinstance(lines, Mapping) and "at" in lines:
                desk.site.answers_at[urljoin(BASE, path)] = lines["at"]


def in_own_articles(pieces: list[str], stored: list[Article]) -> bool:
    """Whether each piece stands in an article, and no two in the same."""
    holders = [[a.id for a in stored if piece in f"{a.title}\n{a.text}"] for piece in pieces]
    return all(holders) and len({min(held) for held in holders}) == len(pieces)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_polls_bring_what_the_case_says(path: Path, tmp_path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert case.keys() <= KEYS
    named = {"main": {}} | case.get("feeds", {})
    feeds = {name: FeedConfig(**{"url": f"{BASE}{name}", "name": name, **more}) for name, more in named.items()}
    store = fresh_store(tmp_path, 0)
    try:
        desk = PollDesk(store, list(feeds.values()), NOW)
        put(desk, case.get("pages", {}))
        for poll in case["polls"]:
            assert poll.keys() <= COUNTS | feeds.keys()
            put(desk, poll.get("pages", {}))
            bodies, archived, asked = {}, {}, desk.site.asked
            for name, feed in feeds.items():
                if name in poll:
                    answer = FetchResult(200, feed.url, feed.url, body_of(poll[name]))
                    since = None if desk.knows(feed.url) else desk.now - MAX_AGE
                    read = read_feed(answer, feed.feed(), desk.now, since)
                    bodies[feed.url], archived[feed.url] = read.parsed.entries, read.archived
            taken = desk.poll(bodies, archived).values()
            stored = desk.articles()
            skipped: dict[str, int] = {}
            for each in taken:
                for reason, count in each.skipped.items():
                    skipped[reason] = skipped.get(reason, 0) + count
            found = {
                "new": sum(each.new for each in taken),
                "edited": sum(each.edited for each in taken),
                "skipped": skipped,
                "articles": len(stored),
                "older": sum(each.older for each in taken),
                "asked": desk.site.asked - asked,
            }
            expected = found | {"new": 0, "edited": 0}
            assert found == expected | {name: poll[name] for name in found if name in poll}
            assert in_own_articles(poll.get("judged", []), stored), [(a.title, a.text) for a in stored]
            texts = "\n".join(f"{a.title}\n{a.text}" for a in stored)
            assert [piece for piece in poll.get("unjudged", []) if piece in texts] == []
            for piece, written in poll.get("published", {}).items():
                found_at = [each.published for each in stored if piece in f"{each.title}\n{each.text}"]
                assert found_at[-1:] == [moment(written)], piece
            for name, told in (("publishers", "publisher"), ("kinds", "kind"), ("urls", "url")):
                assert [getattr(each, told) for each in stored] == poll.get(name, [getattr(a, told) for a in stored])
            again = desk.poll(bodies)
            assert [(url, each) for url, each in again.items() if each.new or each.edited] == []
            assert [a.text for a in desk.articles()] == [a.text for a in stored]
    finally:
        store.close()
