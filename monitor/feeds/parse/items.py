"""The items of one body to entries. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.feeds.parse.captions import CAPTION
from monitor.feeds.parse.feed_dates import doubted, plain_dates, seen_dates, updated_at, with_dates
from monitor.feeds.parse.item_marks import dates_of, mark_of
from monitor.feeds.parse.known_text import Again
from monitor.feeds.parse.transcripts import transcript_of
from monitor.model import Entry, ItemText, KnownItem
from monitor.model.frozen import frozen
from monitor.text.posts import is_whole, without_notes
from monitor.text.redact import without_secrets_of
from monitor.text.sanitize import (
    CONTENT_LIMIT,
    NAME_LIMIT,
    UNTITLED,
    is_markup,
    once_unescaped,
    plain_title,
    short_id,
    without_json_escapes,
)
from monitor.text.timestamps import DateStyle
from monitor.text.urls import host_of, unwrap_redirect, web_url

_PRIMARY_TAG = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_get = dict.get  # feedparser's own lookup is slow and takes one name for another, such as a date


@frozen
class Found:
    """An item of feedparser. text_mark: a hash of its text, b"" where that does not say all of it."""

    item: Any
    text_mark: bytes = b""


def entries_of(
    found: Sequence[Found | Again],
    url: str,
    language: str | None,
    now: datetime,
    style: DateStyle,
    known: Mapping[bytes, KnownItem],
    context: bytes,
) -> tuple[Entry, ...] | None:
    """The entries of one body. All are read where a date of a known one is another now; None where not all can be."""
    made = []
    for each in found:
        if isinstance(each, Again):
            made.append(_seen_unread(each, url, now, style))
            continue
        mark = mark_of(each.item, context)
        again = known.get(mark)
        if again:
            made.append(_seen_again(each, again, mark, url, now, style))
        elif entry := _entry(each, mark, url, language, now, style):
            made.append(entry)
    entries = doubted(made, now, style)
    if all(entry.is_read or dates_of(entry) == known[entry.mark].dates for entry in entries):
        return entries
    if any(isinstance(each, Again) for each in found):
        return None
    return entries_of(found, url, language, now, style, {}, context)


def _seen_unread(again: Again, url: str, now: datetime, style: DateStyle) -> Entry:
    """What is needed of an entry that is known by its text."""
    assert again.known.item
    dated = with_dates(again.known.item.written)
    return _known(dated, again.known.id, again.known, again.mark, again.known.item, url, now, style)


def _seen_again(found: Found, known: KnownItem, mark: bytes, url: str, now: datetime, style: DateStyle) -> Entry:
    """What is needed of an entry that is known by its mark."""
    return _known(found.item, short_id(words(found.item, "id")), known, mark, _text_of(found), url, now, style)


def _known(
    dated: dict[str, Any],
    id: str,
    known: KnownItem,
    mark: bytes,
    text: ItemText | None,
    url: str,
    now: datetime,
    style: DateStyle,
) -> Entry:
    dates = seen_dates(dated, now, style)
    return Entry(
        feed_url=url,
        title="",
        keys=(known.key,),
        published=dates[0].moment if dates else None,
        updated=updated_at(dated, now, style),
        id=id,
        fingerprint=known.fingerprint,
        dates=dates,
        mark=mark,
        item=text,
    )


def _text_of(found: Found) -> ItemText | None:
    """How an item is known by its text: only one that is read here, whose dates say nothing of the others'."""
    if not found.text_mark or type(found.item) is not dict:
        return None
    written = plain_dates(found.item)
    return None if written is None else ItemText(found.text_mark, written)


def _entry(found: Found, mark: bytes, url: str, language: str | None, now: datetime, style: DateStyle) -> Entry | None:
    """One entry, or None for one without headline, text and address: there is nothing to judge or to read."""
    item = found.item
    if not item:
        return None
    language = _entry_language(item) or language
    link = _link(item, url, language)
    content = without_notes(_content(item), link)
    publisher = plain_title(words(item, "news_source") or words(_row(item, "source"), "title"), NAME_LIMIT)
    title = _without_publisher(plain_title(without_json_escapes(words(item, "title"))), publisher)
    title = title or plain_title(content, 120)
    if not title and (not link or is_whole(link)):
        return None
    dates = seen_dates(item, now, style)
    return Entry(
        feed_url=url,
        title=title or UNTITLED,
        link=link,
        content="" if host_of(url) == "news.google.com" else content,
        published=dates[0].moment if dates else None,
        updated=updated_at(item, now, style),
        author=plain_title(words(item, "author"), NAME_LIMIT),
        publisher=publisher,
        language=language,
        id=short_id(words(item, "id")),
        dates=dates,
        transcript=transcript_of(item, url, language),
        mark=mark,
        item=_text_of(found),
    )


def _link(item: Any, url: str, language: str | None) -> str:
    """The page of the entry: feedburner's original, the alternate, where the content is, else an id that is an address.

    An entry may name its translations, too (`hreflang`), of which feedparser takes the last. It gives an id as the link
    where there is no other; one that is no address would be taken for a page of the feed's folder. A link to the feed
    itself is none.
    """
    identity = words(item, "id").strip()
    for candidate in filter(None, map(str.strip, _candidates(item, language))):
        if candidate == identity and not _is_page(identity, item):
            continue
        link = without_secrets_of(web_url(candidate, url), url)
        if link and link.partition("#")[0] != without_secrets_of(url, url).partition("#")[0]:
            return unwrap_redirect(link)
    return ""


def _candidates(item: Any, language: str | None) -> Iterator[str]:
    yield words(item, "feedburner_origlink")
    alternates = [link for link in _rows(item, "links") if _get(link, "rel") == "alternate"]
    translations = {
        words(link, "href") for link in alternates if primary_language(_get(link, "hreflang")) not in (None, language)
    }
    pages = [words(item, "link"), *(words(link, "href") for link in alternates)]
    yield from sorted(pages, key=translations.__contains__)  # which keeps the order of the others
    yield from (words(part, "src") for part in _rows(item, "content"))
    yield words(item, "id")


def _is_page(identity: str, item: Any) -> bool:
    """Whether an id is an address, or a link of the entry besides."""
    if any(words(link, "href").strip() == identity for link in _rows(item, "links")):
        return True
    if identity.startswith("/"):
        return bool(_get(item, "guidislink"))
    return identity[:8].lower().startswith(("http://", "https://"))


def _content(item: Any) -> str:
    """The longest of what the feed gives, whole article or summary, as HTML; a caption only where there is no other."""
    texts = [*_rows(item, "content"), _row(item, "summary_detail")]
    if not any(words(part, "value").strip() for part in texts):
        texts = [{"type": "text/plain", "value": words(item, CAPTION)}]
    longest = max(texts, key=lambda part: len(words(part, "value")))
    value = without_json_escapes(words(longest, "value")[:CONTENT_LIMIT])
    if _get(longest, "type") == "text/plain" and "<" in value and not is_markup(value):
        return html.escape(value, quote=False)
    return once_unescaped(value)


def words(of: Any, name: str) -> str:
    """A text by feedparser's name of it; an element with attributes where it knows none is a dict there."""
    value = _get(of, name)
    return value if isinstance(value, str) else ""


def _row(of: Any, name: str) -> dict[str, Any]:
    """What feedparser made, and nothing for an element that happens to have the name of one of its results."""
    value = _get(of, name)
    return value if isinstance(value, dict) else {}


def _rows(of: Any, name: str) -> list[dict[str, Any]]:
    value = _get(of, name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _without_publisher(title: str, publisher: str) -> str:
    """Search feeds write "Headline - Publisher"."""
    if publisher and title.endswith(publisher):
        for dash in (" - ", " – ", " | "):
            if title.endswith(dash + publisher):
                return title[: -len(dash + publisher)].rstrip()
    return title


def primary_language(tag: Any) -> str | None:
    """The primary language of a tag such as "fa-IR"."""
    found = _PRIMARY_TAG.match(tag.strip()) if isinstance(tag, str) else None
    return found[0].lower() if found else None


def _entry_language(item: Any) -> str | None:
    for detail in (*_rows(item, "content"), _row(item, "title_detail")):
        if tag := primary_language(_get(detail, "language")):
            return tag
    return None
