"""The posts of WordPress's REST API (/wp-json/wp/v2/posts) to entries: with their whole text. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from monitor.feeds.parse.feed_dates import doubted, given_date
from monitor.model import Entry, ParsedFeed
from monitor.text.redact import without_secrets_of
from monitor.text.sanitize import CONTENT_LIMIT, NAME_LIMIT, plain_title
from monitor.text.timestamps import DateStyle, published_at
from monitor.text.urls import web_url


def are_posts(data: Any) -> bool:
    """Whether JSON is a list of such posts."""
    return isinstance(data, list) and any(
        isinstance(each, dict)
        and "link" in each
        and (
            isinstance(title := each.get("title"), dict)
            or (isinstance(title, str) and ("date_gmt" in each or "date" in each))
        )
        for each in data
    )


def is_of_posts(url: str) -> bool:
    """Whether an address is one at which WordPress lists posts, or what a plugin has in their place."""
    return "/wp/v2/" in unquote(url)


def parse_posts(data: list[Any], url: str, now: datetime, style: DateStyle) -> ParsedFeed:
    """The entries of a list of posts; what is no post is counted."""
    posts = [each for each in data if isinstance(each, dict)]
    entries = doubted([entry for each in posts if (entry := _entry(each, url, now, style))], now, style)
    counts = {"unreadable": len(data) - len(posts), "empty": len(posts) - len(entries)}
    return ParsedFeed("", entries, dropped={reason: count for reason, count in counts.items() if count})


def _entry(post: dict[str, Any], url: str, now: datetime, style: DateStyle) -> Entry | None:
    title = plain_title(_rendered(post, "title"))
    link = without_secrets_of(web_url(str(post.get("link") or ""), url), url)
    content = _rendered(post, "content") or _rendered(post, "excerpt")
    title = title or plain_title(content, 120)
    if not (title or link):
        return None
    written = _utc(post, "date_gmt") or str(post.get("date") or "")
    dates = (given_date("feed", written, now, style),) if written else ()
    return Entry(
        url,
        title,
        link,
        content=content[:CONTENT_LIMIT],
        author=plain_title(", ".join(_authors(post)), NAME_LIMIT),
        published=dates[0].moment if dates else None,
        updated=published_at(_utc(post, "modified_gmt"), now, style),
        id=_rendered(post, "guid") or str(post.get("id") or ""),
        dates=dates,
    )


def _authors(post: dict[str, Any]) -> Iterator[str]:
    """Their names, which are there where the address asks for them (``_embed``)."""
    embedded = post.get("_embedded")
    people = embedded.get("author") if isinstance(embedded, dict) else None
    for each in people if isinstance(people, list) else ():
        if isinstance(each, dict) and isinstance(name := each.get("name"), str):
            yield name


def _rendered(post: dict[str, Any], name: str) -> str:
    value = post.get(name)
    if isinstance(value, dict):  # of a post with a password there is a sentence that says so
        value = "" if value.get("protected") is True else value.get("rendered")
    return value if isinstance(value, str) else ""


def _utc(post: dict[str, Any], name: str) -> str:
    """A time that WordPress writes without its zone, which is UTC; "" for none."""
    written = post.get(name)
    return f"{written}Z" if isinstance(written, str) and written[:4] > "1990" else ""
