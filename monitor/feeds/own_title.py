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
     "home", "index", "none", "null", "undefined", "wordpress", "my blog", "my site", "new site", "site title")
)  # fmt: skip
_FILE = re.compile(r"[\w/-]*\.(?:xml|rss|rdf|atom|php|aspx?|json)", re.IGNORECASE)
_PARTS = re.compile(r"\s[-–—|:»]\s|:\s")


@lru_cache(maxsize=1)
def _generic() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.feed_names), re.IGNORECASE)


@lru_cache(maxsize=1)
def _comments() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(lambda known: known.furniture.comment_feeds)})\W*(?:rss|feeds?)?\Z", re.IGNORECASE)


def own_title(parsed: ParsedFeed) -> str:
    """What the feed calls itself, "" where that names nobody: "RSS", "Latest news", an address.

    Two feeds of one title would count as one voice.
    """
    title = one_line(parsed.title, NAME_LIMIT)
    if "://" in title or _FILE.fullmatch(title) or all(map(_is_label, _PARTS.split(title))):
        return ""
    return title


def _is_label(part: str) -> bool:
    """Whether a part of a title is what feeds of every outlet are called."""
    part = part.strip(" .:|-–»")
    return fold(part) in _NO_NAMES or _generic().fullmatch(part) is not None or bool(_comments().match(part))


def titled(feed: Feed, title: str) -> Feed:
    """``feed`` by its own ``title``, unless a person named it or it has none. A publisher that is given stays."""
    if feed.named or not title:
        return feed
    return replace(feed, name=title, publisher=title if feed.publisher == feed.name else feed.publisher)
