"""The name a feed gives itself, for feeds that nobody named."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from monitor.languages import any_of
from monitor.model import Feed, ParsedFeed
from monitor.text.fold import fold
from monitor.text.sanitize import NAME_LIMIT, one_line

# What programs write where nobody gave the feed a title: it says nothing of whose feed it is.
_NO_NAMES = frozenset(
    ("", "rss", "rss feed", "rss 2.0", "feed", "news feed", "atom", "atom feed", "xml", "untitled", "title", "channel",
     "home", "index", "none", "null", "undefined")
)  # fmt: skip


@lru_cache(maxsize=1)
def _generic() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.feed_names), re.IGNORECASE)


def own_title(parsed: ParsedFeed) -> str:
    """What the feed calls itself, "" where that names nobody: "RSS", "Latest news", an address.

    Two feeds of one title would count as one voice.
    """
    title = one_line(parsed.title, NAME_LIMIT)
    if fold(title) in _NO_NAMES or "://" in title or _generic().fullmatch(title.strip(" .:|-–»")):
        return ""
    return title


def titled(feed: Feed, title: str) -> Feed:
    """``feed`` by its own ``title``, unless a person named it or it has none. A publisher that is given stays."""
    if feed.named or not title:
        return feed
    return replace(feed, name=title, publisher=title if feed.publisher == feed.name else feed.publisher)
