"""Feed bodies to entries: RSS, Atom and RDF by feedparser, JSON by `jsonfeed`. Pure; no clock, no socket.

feedparser does the structure only: its sanitiser and link resolver cost two thirds of its time. `clean_entry` makes
the content of an entry safe, after its keys were taken of what the feed gave.
"""

from __future__ import annotations

import html
import io
import re
import xml.sax
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from monitor.errors import ParseError
from monitor.feeds.parse.feed_dates import doubted, feed_style, seen_dates, updated_at
from monitor.feeds.parse.item_marks import context_of, dates_of, mark_of
from monitor.feeds.parse.json_feed import parse_json_feed
from monitor.feeds.parse.refusals import not_a_feed
from monitor.feeds.parse.repair import BASE, mended
from monitor.model import Entry, KnownItem, ParsedFeed
from monitor.text.charset import decode_body
from monitor.text.redact import shown_address, without_secrets_of
from monitor.text.sanitize import (
    CONTENT_LIMIT,
    NAME_LIMIT,
    UNTITLED,
    clean_html,
    collapse_space,
    is_markup,
    once_unescaped,
    plain_title,
    short_id,
    strip_tags,
)
from monitor.text.timestamps import PLAIN_STYLE, DateStyle
from monitor.text.urls import host_of, unwrap_redirect, web_url, without_password

BODY_LIMIT = 10_000_000  # bytes of a compressed body once plain
_MESSAGE = 160  # characters of a title from which it is a message itself, as channels have it
SALVAGE_LIMIT = 500  # entries of a feed that breaks the parser
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(rss|feed|rdf|channel)\b", re.IGNORECASE)
_ITEM_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>|<(?:item|entry)[^<>]*/>", re.IGNORECASE)
_PRIMARY_TAG = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_READERS = [f"{__name__}.skipping_reader"]
# What feedparser, which states no errors, raises for bytes that an attacker may choose; anything else ends the worker's
# task, and the whole feed fails.
_BREAKS = (
    xml.sax.SAXException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
)
_get = dict.get  # feedparser's own lookup is slow and takes one name for another, such as a date


def parse_feed(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    charset: str | None = None,
    now: datetime,
    style: DateStyle = PLAIN_STYLE,
    known: Mapping[bytes, KnownItem] = MappingProxyType({}),
) -> ParsedFeed:
    """Entries of a feed's body, in its order; ``url`` is where it came from (relative links start there).

    content_type is not believed and only named in errors; charset is the HTTP header's. style: what is known of how the
    feed writes dates, such as its country. known: mark → item, of those that need not be read again (see `Entry`).
    ``keys`` of entries are left to `monitor.feeds.entry_keys`, ``content`` is raw until `clean_entry`.
    Raises ParseError: "empty", "not-a-feed", "blocked" (a challenge page), "throttled".
    """
    text, flaw = decode_body(_plain(body, url), charset)
    start = text[:2000].lstrip("\ufeff \t\r\n\x00")
    if not start and not text.strip("\ufeff \t\r\n\x00"):
        raise ParseError(f"{shown_address(url)} answered with an empty body", kind="empty")
    if start[:1] in "{[":
        return _with_flaw(parse_json_feed(text.lstrip("\ufeff"), url, now, style), flaw)
    if not _ROOT.search(text):
        raise not_a_feed(text, body, url, content_type)
    text, mend = mended(text.lstrip("\ufeff \t\r\n"))
    data = _feedparser(text, url)
    if not data.entries and not data.get("version"):
        raise not_a_feed(text, body, url, content_type)
    return _parsed(data, text, url, now, style, flaw or mend, known)


def clean_entry(entry: Entry) -> Entry:
    """The same entry with its content made safe, before anything else sees it."""
    content = clean_html(entry.content, entry.link or without_password(entry.feed_url))
    content = "" if _only_a_title(content, entry) else content
    return entry if content == entry.content else replace(entry, content=content)


def _plain(body: bytes, url: str) -> bytes:
    """One layer of gzip undone, for a body that was kept as it came."""
    if body[:3] != b"\x1f\x8b\x08":
        return body
    try:
        plain = zlib.decompressobj(wbits=31).decompress(body, BODY_LIMIT + 1)
    except zlib.error as error:
        raise ParseError(f"{shown_address(url)} is damaged gzip: {error}", kind="encoding") from error
    if len(plain) > BODY_LIMIT:
        raise ParseError(f"{shown_address(url)} is larger than {BODY_LIMIT // 10**6} MB", kind="too-large")
    return plain


def _parsed(
    data: Any,
    text: str,
    url: str,
    now: datetime,
    style: DateStyle,
    flaw: str | None,
    known: Mapping[bytes, KnownItem],
) -> ParsedFeed:
    found = list(data.entries)
    dropped = Counter({"unreadable": data.get("unreadable", 0)})
    if data.bozo:
        cut = _cut_short(text)
        if cut == "inside" and found:
            found.pop()  # half an entry could not be known again; the whole feed will bring it
            dropped["cut-off"] = 1
        flaw = flaw or ("the feed ends too early" if cut else f"not well-formed: {_reason(data)}")
    language = _language(_get(data.feed, "language"))
    entries = _entries(found, url, language, now, feed_style(found, style, now), known)
    dropped["empty"] = len(found) - len(entries)
    if not entries:
        flaw = flaw or "the feed holds no entries"
    return ParsedFeed(
        title=plain_title(_words(data.feed, "title")),
        entries=entries,
        language=language,
        ttl=_ttl(data.feed),
        flaw=flaw,
        dropped=dict(+dropped),
    )


def _entries(
    found: Sequence[Any],
    url: str,
    language: str | None,
    now: datetime,
    style: DateStyle,
    known: Mapping[bytes, KnownItem],
) -> tuple[Entry, ...]:
    """The entries of one body: all are read where a date of a known one is another now."""
    from feedparser import __version__  # noqa: PLC0415 - see `_read`

    context = context_of(url, __version__)
    made = []
    for item in found:
        mark = mark_of(item, context)
        again = known.get(mark)
        if again:
            made.append(_seen_again(item, again, mark, url, now, style))
        elif entry := _entry(item, mark, url, language, now, style):
            made.append(entry)
    entries = doubted(made, now)
    if any(not entry.is_read and dates_of(entry) != known[entry.mark].dates for entry in entries):
        return _entries(found, url, language, now, style, {})
    return entries


def _seen_again(item: Any, known: KnownItem, mark: bytes, url: str, now: datetime, style: DateStyle) -> Entry:
    """What is needed of an entry that is known by its mark."""
    dates = seen_dates(item, now, style)
    return Entry(
        feed_url=url,
        title="",
        keys=(known.key,),
        published=dates[0].moment if dates else None,
        updated=updated_at(item, now, style),
        id=short_id(_words(item, "id")),
        fingerprint=known.fingerprint,
        dates=dates,
        mark=mark,
    )


def _entry(item: Any, mark: bytes, url: str, language: str | None, now: datetime, style: DateStyle) -> Entry | None:
    """One entry, or None for one without headline, text and address: there is nothing to judge or to read."""
    if not item:
        return None
    link = _link(item, url)
    content = _content(item)
    publisher = plain_title(_words(item, "news_source") or _words(_row(item, "source"), "title"), NAME_LIMIT)
    title = _without_publisher(plain_title(_words(item, "title")), publisher)
    title = title or plain_title(content, 120)
    if not (title or link):
        return None
    dates = seen_dates(item, now, style)
    return Entry(
        feed_url=url,
        title=title or UNTITLED,
        link=link,
        content="" if host_of(url) == "news.google.com" else content,
        published=dates[0].moment if dates else None,
        updated=updated_at(item, now, style),
        author=plain_title(_words(item, "author"), NAME_LIMIT),
        publisher=publisher,
        language=_entry_language(item) or language,
        id=short_id(_words(item, "id")),
        dates=dates,
        mark=mark,
    )


def _link(item: Any, url: str) -> str:
    """The page of the entry: feedburner's original, the alternate, where the content is, else an id that is an address.

    feedparser gives an id as the link where there is no other; one that is no address would be taken for a page
    of the feed's folder. A link to the feed itself is none.
    """
    identity = _words(item, "id").strip()
    for candidate in filter(None, map(str.strip, _candidates(item))):
        if candidate == identity and not _is_page(identity, item):
            continue
        link = without_secrets_of(web_url(candidate, url), url)
        if link and link.partition("#")[0] != without_secrets_of(url, url).partition("#")[0]:
            return unwrap_redirect(link)
    return ""


def _candidates(item: Any) -> Iterator[str]:
    yield _words(item, "feedburner_origlink")
    yield _words(item, "link")
    yield from (_words(link, "href") for link in _rows(item, "links") if _get(link, "rel") == "alternate")
    yield from (_words(part, "src") for part in _rows(item, "content"))
    yield _words(item, "id")


def _is_page(identity: str, item: Any) -> bool:
    """Whether an id is an address, or a link of the entry besides."""
    if any(_words(link, "href").strip() == identity for link in _rows(item, "links")):
        return True
    if identity.startswith("/"):
        return bool(_get(item, "guidislink"))
    return identity[:8].lower().startswith(("http://", "https://"))


def _content(item: Any) -> str:
    """The longest of what the feed gives, whole article or summary, as HTML."""
    texts = [*_rows(item, "content"), _row(item, "summary_detail")]
    longest = max(texts, key=lambda part: len(_words(part, "value")))
    value = _words(longest, "value")[:CONTENT_LIMIT]
    if _get(longest, "type") == "text/plain" and "<" in value and not is_markup(value):
        return html.escape(value, quote=False)
    return once_unescaped(value)


def _words(of: Any, name: str) -> str:
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


def _only_a_title(content: str, entry: Entry) -> bool:
    """True for content that repeats headline and publisher, as search feeds do: it is no text of an article."""
    if len(entry.title) > _MESSAGE or len(content) > 3 * len(entry.title) + 600:
        return False
    rest = collapse_space(strip_tags(content))
    for part in (entry.title, entry.publisher):
        rest = rest.replace(part, "", 1) if part else rest
    return not rest.strip(" -–|·")


def _language(tag: Any) -> str | None:
    """The primary language of a tag such as "fa-IR"."""
    found = _PRIMARY_TAG.match(tag.strip()) if isinstance(tag, str) else None
    return found[0].lower() if found else None


def _entry_language(item: Any) -> str | None:
    for detail in (*_rows(item, "content"), _row(item, "title_detail")):
        if tag := _language(_get(detail, "language")):
            return tag
    return None


def _ttl(feed: Any) -> float | None:
    """Seconds between updates the feed states: RSS ttl in minutes, or sy:updatePeriod over its frequency."""
    ttl = str(_get(feed, "ttl") or "").strip()
    if re.fullmatch(r"\d{1,6}", ttl) and int(ttl):
        return 60.0 * int(ttl)
    period = _PERIODS.get(str(_get(feed, "sy_updateperiod") or "").strip().lower())
    often = str(_get(feed, "sy_updatefrequency") or "1").strip()
    if period and re.fullmatch(r"\d{1,4}", often) and int(often):
        return period / int(often)
    return None


def _with_flaw(parsed: ParsedFeed, flaw: str | None) -> ParsedFeed:
    return replace(parsed, flaw=flaw) if flaw and not parsed.flaw else parsed


def _reason(data: Any) -> str:
    return " ".join(str(data.get("bozo_exception", "")).split())[:120]


def _feedparser(text: str, url: str) -> Any:
    """feedparser's result; one that it cannot make as a whole is made entry by entry."""
    data = _read(text, url)
    return _salvaged(text, url) if data is None else data


def _read(text: str, url: str) -> Any | None:
    """feedparser's result, or None for a text that breaks it."""
    import feedparser.api  # noqa: PLC0415 - 15 ms; a poll in which nothing changed parses nothing

    feedparser.api.PREFERRED_XML_PARSERS = _READERS
    headers = {"content-type": "application/xml; charset=utf-8"}
    if BASE.search(text):  # else links are resolved here, at a fifth of the cost
        headers["content-location"] = without_password(url)
    try:
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),  # bytes themselves would be tried as a file name
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _BREAKS:
        return None


def _salvaged(text: str, url: str) -> Any:
    """Each entry read by itself after the head of the feed; ``unreadable`` counts those that break the parser.

    Beyond `SALVAGE_LIMIT` entries the rest is read as one.
    """
    starts = [found.start() for found in _ITEM_START.finditer(text)][:SALVAGE_LIMIT]
    head = text[: starts[0]] if starts else ""
    entries: list[Any] = []
    data, unreadable = None, 0
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        part = text[start:end] if start else ""
        read = []
        if (data_of_one := _read(head + part, url)) is not None:
            data = data or data_of_one
            read = data_of_one.entries
        entries += read
        unreadable += max(0, len(_ITEM_START.findall(part)) - len(read))
    if data is None or not (entries or data.get("version")):
        raise ParseError(f"{shown_address(url)} is malformed beyond reading", kind="not-a-feed")
    data.update(
        entries=entries,
        unreadable=unreadable,
        bozo=True,
        bozo_exception="parts of it break the parser and are left out",
    )
    return data


def _cut_short(text: str) -> str:
    """Where a broken document stops: "" (its root is closed), "inside" an entry or "between" two."""
    if re.search(r"</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)\s*>", text[-20_000:], re.IGNORECASE):
        return ""
    starts = [found.start() for found in _ITEM_START.finditer(text)]
    return "between" if not starts or _ITEM_END.search(text, starts[-1]) else "inside"
