"""JSON bodies: JSON Feed 1.0 and 1.1 (jsonfeed.org) and GDELT's list of articles, which is news in JSON too."""

from __future__ import annotations

import html
import json
from datetime import datetime
from typing import Any

from monitor.errors import ParseError
from monitor.model import Entry, ParsedFeed
from monitor.text.sanitize import CONTENT_LIMIT, NAME_LIMIT, plain_title, short_id
from monitor.text.timestamps import believable, iso_date
from monitor.text.urls import web_url, without_password

Json = dict[str, Any]


def parse_json_feed(text: str, url: str, now: datetime) -> ParsedFeed:
    """Entries of a JSON body. Wrong types cost the value or the item, never the feed.

    Raises ParseError ("not-a-feed") for broken JSON and for JSON that is neither of the two forms.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{without_password(url)} is broken JSON: {error}"[:200], kind="not-a-feed") from error
    if isinstance(data, dict) and isinstance(items := data.get("items"), list) and _is_json_feed(data):
        return _json_feed(data, items, url, now)
    if isinstance(data, dict) and isinstance(articles := data.get("articles"), list):
        return _gdelt(articles, url, now)
    if isinstance(data, list) and any(isinstance(item, dict) and "seendate" in item for item in data):
        return _gdelt(data, url, now)
    if data == {}:
        return ParsedFeed(title="", entries=(), flaw="the answer holds no articles")  # GDELT without a hit
    raise ParseError(f"{without_password(url)} is JSON but no feed", kind="not-a-feed")


def _is_json_feed(data: Json) -> bool:
    return "jsonfeed.org/version" in str(data.get("version", ""))


def _json_feed(data: Json, items: list[Any], url: str, now: datetime) -> ParsedFeed:
    language = _text(data, "language") or None
    entries = [_item(item, data, url, language, now) for item in items if isinstance(item, dict)]
    kept = tuple(entry for entry in entries if entry)
    flaw = None if len(kept) == len(items) else f"{len(items) - len(kept)} items are no entries"
    return ParsedFeed(title=plain_title(_text(data, "title")), entries=kept, language=language, flaw=flaw)


def _item(item: Json, feed: Json, url: str, language: str | None, now: datetime) -> Entry | None:
    text = _text(item, "content_text") or _text(item, "summary")
    content = _text(item, "content_html") or html.escape(text, quote=False)
    title = plain_title(_text(item, "title")) or plain_title(content, 120)
    link = web_url(_text(item, "url"), url) or web_url(_text(item, "external_url"), url)
    name = item.get("id")
    identity = short_id(str(name)) if isinstance(name, str | int | float) else ""
    if not (title or link):
        return None
    return Entry(
        feed_url=url,
        title=title,
        link=link or (web_url(identity) if identity.startswith("http") else ""),
        content=content[:CONTENT_LIMIT],
        published=believable(iso_date(item.get("date_published")), now),
        updated=believable(iso_date(item.get("date_modified")), now),
        author=_authors(item) or _authors(feed),
        language=_text(item, "language") or language,
        id=identity,
    )


def _authors(item: Json) -> str:
    """Version 1.1 has a list, 1.0 one record."""
    many = item.get("authors")
    people = many if isinstance(many, list) else [item.get("author")]
    names = [_text(person, "name") for person in people if isinstance(person, dict)]
    return plain_title(", ".join(filter(None, names)), NAME_LIMIT)


def _gdelt(articles: list[Any], url: str, now: datetime) -> ParsedFeed:
    """GDELT DOC 2.0 artlist: ``seendate`` is when GDELT saw it, the nearest it has to a date."""
    entries = []
    for item in articles:
        link = web_url(_text(item, "url")) if isinstance(item, dict) else ""
        title = plain_title(_text(item, "title")) if isinstance(item, dict) else ""
        if link and title:
            entries.append(
                Entry(
                    feed_url=url,
                    title=title,
                    link=link,
                    published=believable(iso_date(item.get("seendate")), now),
                    publisher=plain_title(_text(item, "domain"), NAME_LIMIT),
                )
            )
    return ParsedFeed(title="GDELT", entries=tuple(entries))


def _text(record: Json, key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""
