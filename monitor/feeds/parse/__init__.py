"""Feed bodies to entries: RSS, Atom and RDF by feedparser, JSON by `jsonfeed`. Pure; no clock, no socket.

feedparser does the structure only: its sanitiser and link resolver cost two thirds of its time. `clean_entry` makes
the content of an entry safe, after its keys were taken of what the feed gave.
"""

from __future__ import annotations

import io
import re
import xml.sax
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from monitor.errors import ParseError
from monitor.feeds.parse.captions import keep_captions_apart
from monitor.feeds.parse.channel import is_channel, parse_channel
from monitor.feeds.parse.dates_given_twice import keep_given_dates
from monitor.feeds.parse.feed_dates import feed_style, show_style
from monitor.feeds.parse.item_marks import context_of
from monitor.feeds.parse.items import Found, entries_of, primary_language, words
from monitor.feeds.parse.json_feed import parse_json_feed
from monitor.feeds.parse.known_text import Again, Left, left_to_read, text_marks
from monitor.feeds.parse.refusals import not_a_feed
from monitor.feeds.parse.repair import BASE, mended
from monitor.feeds.parse.sitemap import is_address_list, is_sitemap, parse_sitemap
from monitor.model import Entry, KnownItem, ParsedFeed
from monitor.text.charset import decode_body
from monitor.text.redact import shown_address
from monitor.text.sanitize import clean_html, collapse_space, plain_title, strip_tags
from monitor.text.timestamps import PLAIN_STYLE, DateStyle
from monitor.text.urls import web_url, without_password

BODY_LIMIT = 10_000_000  # bytes of a compressed body once plain
_MESSAGE = 160  # characters of a title from which it is a message itself, as channels have it
SALVAGE_LIMIT = 500  # entries of a feed that breaks the parser
# What PHP writes into an answer when a plugin of the site is at fault.
_NOTICED_JSON = re.compile(
    r"\ufeff?(?:\s*(?:<br\s?/?>|<b>(?:Notice|Warning|Deprecated|Strict Standards)</b>:[^\n]{0,1000}\n))+\s*(?=[\[{])"
)
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
    opened = _opened(body, url, content_type, charset, now, style)
    if isinstance(opened, ParsedFeed):
        return opened
    text, flaw = opened
    context = _context(url)
    if (left := left_to_read(text, known, context)) and (parsed := _cut(left, url, now, style, flaw, known, context)):
        return parsed
    data = _feedparser(text, url)
    if not data.entries and not data.get("version"):
        raise not_a_feed(text, body, url, content_type)
    return _parsed(data, text, url, now, style, flaw, known, context)


def parse_new(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    charset: str | None = None,
    now: datetime,
    style: DateStyle = PLAIN_STYLE,
    known: Mapping[bytes, KnownItem],
    most: int,
) -> ParsedFeed | None:
    """What `parse_feed` would give, or None where more than ``most`` characters would have to be parsed for it."""
    if not any(each.item for each in known.values()):
        return None
    opened = _opened(body, url, content_type, charset, now, style)
    if isinstance(opened, ParsedFeed):
        return None
    text, flaw = opened
    context = _context(url)
    left = left_to_read(text, known, context)
    return _cut(left, url, now, style, flaw, known, context) if left and len(left.text) <= most else None


def _context(url: str) -> bytes:
    """What the hashes of items hang on."""
    from feedparser import __version__  # noqa: PLC0415 - see `_read`

    return context_of(url, __version__)


def _opened(
    body: bytes, url: str, content_type: str, charset: str | None, now: datetime, style: DateStyle
) -> ParsedFeed | tuple[str, str | None]:
    """The markup of a body, fit for the parser, and its flaw; or the entries of JSON. Raises ParseError."""
    text, flaw = decode_body(_plain(body, url), charset)
    start = text[:2000].lstrip("\ufeff \t\r\n\x00")
    if found := _NOTICED_JSON.match(text[:20_000]):
        text, flaw = text[found.end() :], flaw or "a notice of its server stands before its JSON"
        start = text[:1]
    if not start and not text.strip("\ufeff \t\r\n\x00"):
        raise ParseError(f"{shown_address(url)} answered with an empty body", kind="empty")
    if start[:1] in "{[":
        return _with_flaw(parse_json_feed(text.lstrip("\ufeff"), url, now, style), flaw)
    if is_channel(text):
        return _with_flaw(parse_channel(text, url, now, style), flaw)
    if is_sitemap(text.lstrip("\ufeff")) or is_address_list(text.lstrip("\ufeff")):
        return _with_flaw(parse_sitemap(text.lstrip("\ufeff"), url, now, style), flaw)
    if not _ROOT.search(text):
        raise not_a_feed(text, body, url, content_type)
    text, mend = mended(text.lstrip("\ufeff \t\r\n"))
    return text, flaw or mend


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
    context: bytes,
) -> ParsedFeed:
    """A body of which feedparser has read all."""
    found = list(data.entries)
    dropped = Counter({"unreadable": data.get("unreadable", 0)})
    if data.bozo:
        cut = _cut_short(text)
        if cut == "inside" and found:
            found.pop()  # half an entry could not be known again; the whole feed will bring it
            dropped["cut-off"] = 1
        flaw = flaw or ("the feed ends too early" if cut else f"not well-formed: {_reason(data)}")
    marks = () if data.bozo else text_marks(text, context)
    texts = marks if len(marks) == len(found) else [b""] * len(found)
    items = [Found(item, mark) for item, mark in zip(found, texts, strict=True)]
    parsed = _with_entries(data, items, url, now, feed_style(found, style, now), flaw, known, context)
    assert parsed
    dropped["empty"] = len(found) - len(parsed.entries)
    return replace(parsed, dropped=dict(+dropped))


def _cut(
    left: Left,
    url: str,
    now: datetime,
    style: DateStyle,
    flaw: str | None,
    known: Mapping[bytes, KnownItem],
    context: bytes,
) -> ParsedFeed | None:
    """A body of which only what is left is read; None where that does not tell what all of it would."""
    data = _read(left.text, url)
    new = sum(isinstance(place, bytes) for place in left.places)
    if data is None or data.bozo or len(data.entries) != new or not data.get("version"):
        return None
    if show_style(data.entries):
        return None
    read = iter(data.entries)
    items = [place if isinstance(place, Again) else Found(next(read), place) for place in left.places]
    parsed = _with_entries(data, items, url, now, style, flaw, known, context)
    empty = len(items) - len(parsed.entries) if parsed else 0
    return replace(parsed, dropped={"empty": empty}) if parsed and empty else parsed


def _with_entries(
    data: Any,
    items: Sequence[Found | Again],
    url: str,
    now: datetime,
    style: DateStyle,
    flaw: str | None,
    known: Mapping[bytes, KnownItem],
    context: bytes,
) -> ParsedFeed | None:
    language = primary_language(_get(data.feed, "language"))
    entries = entries_of(items, url, language, now, style, known, context)
    if entries is None:
        return None
    if not entries:
        flaw = flaw or "the feed holds no entries"
    title, (hub, topic) = plain_title(words(data.feed, "title")), _hub(data.feed, url)
    return ParsedFeed(title, entries, language, _ttl(data.feed), flaw, hub=hub, topic=topic)


def _only_a_title(content: str, entry: Entry) -> bool:
    """True for content that repeats headline and publisher, as search feeds do: it is no text of an article."""
    if len(entry.title) > _MESSAGE or len(content) > 3 * len(entry.title) + 600:
        return False
    rest = collapse_space(strip_tags(content))
    for part in (entry.title, entry.publisher):
        rest = rest.replace(part, "", 1) if part else rest
    return not rest.strip(" -–|·")


def _hub(feed: Any, url: str) -> tuple[str, str]:
    """The hub that tells of news of the feed, and the feed's own address there; ("", "") unless both are named."""
    links = _get(feed, "links")
    rows = [each for each in links if isinstance(each, dict)] if isinstance(links, list) else []
    hub, topic = (
        next((words(each, "href") for each in rows if _get(each, "rel") == rel), "") for rel in ("hub", "self")
    )
    hub, topic = web_url(hub.strip(), url), web_url(topic.strip(), url)
    return (hub, topic) if hub and topic else ("", "")


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
    keep_captions_apart(feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser)
    keep_given_dates(feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser)
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
