"""JSON bodies: JSON Feed 1.0 and 1.1 (jsonfeed.org), GDELT's list of articles, WordPress's posts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from math import isfinite
from typing import Any

from monitor.errors import ParseError
from monitor.feeds.parse.feed_dates import doubted, feed_style, given_date
from monitor.feeds.parse.refusals import asks_to_wait
from monitor.feeds.parse.wordpress import are_posts, is_of_posts, parse_posts
from monitor.model import Entry, ParsedFeed, SeenDate
from monitor.model.dates import Evidence
from monitor.text.language import primary
from monitor.text.redact import shown_address, without_secrets_of
from monitor.text.sanitize import CONTENT_LIMIT, NAME_LIMIT, plain_title, short_id
from monitor.text.timestamps import DateStyle, published_at
from monitor.text.urls import web_url

Json = dict[str, Any]
CUT = "it ends too early"
CUTS = 20  # places tried as the end of the last whole item of a body that ends too early
_STRAY = re.compile(r'\\(?!["\\/bfnrtu])')
_DECODER = json.JSONDecoder(strict=False, parse_int=lambda digits: int(digits) if len(digits) < 400 else 0)
_HALF = re.compile("[\ud800-\udfff]")  # halves of surrogate pairs, which JSON can name and no store can hold
_ITEM_END = re.compile(r"\}\s*,")


def parse_json_feed(text: str, url: str, now: datetime, style: DateStyle) -> ParsedFeed:
    """Entries of a JSON body. Wrong types cost the value or the item, never the feed.

    Raises ParseError ("not-a-feed") for broken JSON and for JSON that is none of these forms.
    """
    data, flaw = _loaded(text, url)
    if isinstance(data, dict) and isinstance(items := data.get("items"), list) and _is_json_feed(data, items):
        feed = _json_feed(data, items, url, now, style)
    elif isinstance(data, dict) and isinstance(articles := data.get("articles"), list):
        feed = _gdelt(articles, url, now, style)
    elif isinstance(data, list) and any(isinstance(item, dict) and "seendate" in item for item in data):
        feed = _gdelt(data, url, now, style)
    elif are_posts(data):
        feed = parse_posts(data, url, now, style)
    elif data == {} or (data == [] and is_of_posts(url)):  # GDELT without a hit; a site without such a post
        return ParsedFeed(title="", entries=(), flaw="the answer holds no articles")
    elif asks_to_wait(text):
        raise ParseError(f"{shown_address(url)} asks for fewer requests: {text[:100]}", kind="throttled")
    else:
        says = _text(data, "message") or _text(data, "error") if isinstance(data, dict) else ""
        told = f"; it says {plain_title(says, 100)!r}" if says else ""
        raise ParseError(f"{shown_address(url)} is JSON but no feed{told}", kind="not-a-feed")
    if flaw == CUT:
        feed = replace(feed, dropped={**feed.dropped, "cut-off": 1})
    return replace(feed, flaw=flaw) if flaw else feed


def _loaded(text: str, url: str) -> tuple[Any, str | None]:
    """The JSON of a body and its flaw: what follows it, stray backslashes (as GDELT sends) and a cut end are borne."""
    text = text.strip()
    try:
        data, end = _DECODER.raw_decode(text)
        return data, "something follows its JSON" if end < len(text) else None
    except (ValueError, RecursionError) as error:
        reason = error
    text = _STRAY.sub(r"\\\\", text)
    with suppress(ValueError, RecursionError):
        return _DECODER.raw_decode(text)[0], "it holds stray backslashes"
    if '"items"' in text or '"articles"' in text:
        for found in list(_ITEM_END.finditer(text))[: -CUTS - 1 : -1]:
            with suppress(ValueError, RecursionError):
                return _DECODER.raw_decode(text[: found.end() - 1] + "]}")[0], CUT
    raise ParseError(f"{shown_address(url)} is broken JSON: {reason}"[:200], kind="not-a-feed") from reason


def _is_json_feed(data: Json, items: list[Any]) -> bool:
    """By its version, or by items that look like it: some leave the version out."""
    if "jsonfeed.org/version" in str(data.get("version", "")):
        return True
    records = [item for item in items if isinstance(item, dict)]
    return bool(records) and all(
        _text(item, "url") and (item.keys() & {"title", "content_html", "content_text"}) for item in records
    )


def _json_feed(data: Json, items: list[Any], url: str, now: datetime, style: DateStyle) -> ParsedFeed:
    language = primary(_text(data, "language"))
    records = [item for item in items if isinstance(item, dict)]
    told = ({"published": item.get("date_published"), "link": item.get("url")} for item in records)
    style = feed_style(told, style, now)
    kept = doubted([entry for item in records if (entry := _item(item, data, url, language, now, style))], now, style)
    flaw = None if len(kept) == len(items) else f"{len(items) - len(kept)} items are not entries"
    return ParsedFeed(
        title=plain_title(_text(data, "title")),
        entries=kept,
        language=language,
        flaw=flaw,
        dropped=_dropped(items, records, kept),
        hub=_hub(data, url),
        topic=web_url(_text(data, "feed_url"), url) if _hub(data, url) else "",
    )


def _hub(data: Json, url: str) -> str:
    """The hub that tells of news of the feed, where the feed says its own address, too; "" for none."""
    hubs = data.get("hubs")
    rows = [each for each in hubs if isinstance(each, dict)] if isinstance(hubs, list) else []
    named = (web_url(_text(each, "url"), url) for each in rows if _text(each, "type").lower() == "websub")
    return next(filter(None, named), "") if _text(data, "feed_url") else ""


def _dropped(items: list[Any], records: list[Json], kept: Sequence[Entry]) -> dict[str, int]:
    """Items that are no entries, by reason (see `ParsedFeed`)."""
    counts = {"unreadable": len(items) - len(records), "empty": len(records) - len(kept)}
    return {reason: count for reason, count in counts.items() if count}


def _item(item: Json, feed: Json, url: str, language: str | None, now: datetime, style: DateStyle) -> Entry | None:
    text = _text(item, "content_text") or _text(item, "summary")
    content = _text(item, "content_html") or html.escape(text, quote=False)
    title = plain_title(_text(item, "title")) or plain_title(content, 120)
    link = web_url(_text(item, "url"), url) or web_url(_text(item, "external_url"), url)
    name = item.get("id")
    known = isinstance(name, str) or (isinstance(name, int | float) and not isinstance(name, bool) and isfinite(name))
    identity = short_id(_HALF.sub("\ufffd", str(name))) if known else ""
    link = without_secrets_of(link or (web_url(identity) if identity.startswith("http") else ""), url)
    if not (title or link):
        return None
    modified = item.get("date_modified")
    dates = _dates(item.get("date_published"), now, style) or _dates(modified, now, style, "feed-updated")
    return Entry(
        feed_url=url,
        title=title,
        link=link,
        content=content[:CONTENT_LIMIT],
        published=dates[0].moment if dates else None,
        updated=published_at(modified, now, style),
        author=_authors(item) or _authors(feed),
        language=primary(_text(item, "language")) or language,
        id=identity,
        dates=dates,
    )


def _dates(written: object, now: datetime, style: DateStyle, evidence: Evidence = "feed") -> tuple[SeenDate, ...]:
    return (given_date(evidence, written, now, style),) if written else ()


def _authors(item: Json) -> str:
    """Version 1.1 has a list, 1.0 one record."""
    many = item.get("authors")
    people = many if isinstance(many, list) else [item.get("author")]
    names = [_text(person, "name") for person in people if isinstance(person, dict)]
    return plain_title(", ".join(filter(None, names)), NAME_LIMIT)


def _gdelt(articles: list[Any], url: str, now: datetime, style: DateStyle) -> ParsedFeed:
    """GDELT DOC 2.0 artlist: ``seendate`` is when GDELT saw it, the nearest it has to a date."""
    entries = []
    records = [item for item in articles if isinstance(item, dict)]
    for item in records:
        link = web_url(_text(item, "url"))
        title = plain_title(_text(item, "title"))
        if link and title:
            entries.append(
                Entry(
                    feed_url=url,
                    title=title,
                    link=link,
                    published=dates[0].moment if (dates := _dates(item.get("seendate"), now, style)) else None,
                    dates=dates,
                    publisher=plain_title(_text(item, "domain"), NAME_LIMIT),
                )
            )
    return ParsedFeed(title="GDELT", entries=tuple(entries), dropped=_dropped(articles, records, entries))


def _text(record: Json, key: str) -> str:
    value = record.get(key)
    return _HALF.sub("\ufffd", value) if isinstance(value, str) else ""
