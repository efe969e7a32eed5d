"""Bodies to entries and entries to articles, each as one call that a worker process can take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model import Article, Entry, Feed, FetchResult, ParsedFeed
from monitor.stages.changes import with_keys
from monitor.stages.extract import choose_text
from monitor.stages.parse import clean_entry, parse_feed


def read_feed(answer: FetchResult, feed_url: str, now: datetime) -> ParsedFeed:
    """The entries of a feed's body with their keys and their content made safe. Raises ParseError.

    feed_url: the address the feed is listed under, to which the keys keep when it was redirected.
    """
    parsed = parse_feed(answer.body, url=answer.url, content_type=answer.content_type, charset=answer.charset, now=now)
    entries = tuple(map(clean_entry, with_keys(parsed.entries, feed_url)))
    return replace(parsed, entries=entries, flaw=parsed.flaw or answer.flaw)


def articles_without_pages(items: Sequence[tuple[Entry, Feed, datetime]]) -> list[Article]:
    """An article of what the feed gave for each (entry, its feed, when it was first seen)."""
    return [choose_text(None, entry, feed, now=first_seen) for entry, feed, first_seen in items]
