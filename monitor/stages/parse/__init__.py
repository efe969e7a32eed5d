"""Feed bodies to entries: RSS, Atom and RDF by feedparser, JSON by `jsonfeed`. Pure; no clock, no socket.

feedparser is asked for structure only: its sanitiser and link resolver cost two thirds of its time, and most
entries of most polls are known already. Call `clean_entry` on those that are new.
"""

from __future__ import annotations

import html
import io
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from monitor.errors import ParseError
from monitor.model import Entry, ParsedFeed
from monitor.stages.parse.jsonfeed import parse_json_feed
from monitor.text.challenge import challenge_name
from monitor.text.charset import decode_body
from monitor.text.sanitize import CONTENT_LIMIT, NAME_LIMIT, clean_html, plain_title, short_id, strip_tags
from monitor.text.timestamps import believable
from monitor.text.urls import host_of, unwrap_redirect, web_url, without_password

TAG_LIMIT = 64 * 1024  # characters of one tag
ATTRIBUTE_LIMIT = 200  # of one tag
PREFIX_LIMIT = 300  # different namespace prefixes
BASE_LIMIT = 3000  # xml:base attributes
BODY_LIMIT = 10_000_000  # bytes of a compressed body once plain
SALVAGE_LIMIT = 500  # entries of a feed that breaks the parser
UNTITLED = "(untitled)"
ENTITY_LIMIT = 1000  # characters an entity declared by the feed may stand for
# References to characters that may not exist: halves of surrogate pairs and numbers too great.
_HIGH_REFERENCE = re.compile(r"&#(?:0*(\d{5,})|[xX]0*([0-9a-fA-F]{4,}));?")
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[<>\"']|\"[^\"]*\"|'[^']*')*+(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?\S+\s+(SYSTEM|PUBLIC|\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_REFERENCE = re.compile(r"%|&(?!#)")  # an entity inside an entity
_LONG_TAG = re.compile(r"<([A-Za-z][\w:.-]{0,100}+)[^<>]{2000,}+>")
_PREFIX = re.compile(r"xmlns:([\w.-]{1,100})\s*=")
_BASE = re.compile(r"base\s*=")
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(rss|feed|rdf|channel)\b", re.IGNORECASE)
_ITEM_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>|<(?:item|entry)[^<>]*/>", re.IGNORECASE)
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_THROTTLED = re.compile(r"limit requests|too many requests|rate limit|try again later", re.IGNORECASE)


def parse_feed(
    body: bytes, *, url: str, content_type: str = "", charset: str | None = None, now: datetime
) -> ParsedFeed:
    """Entries of a feed's body, in its order; ``url`` is where it came from (relative links start there).

    content_type is not believed and only named in errors; charset is the HTTP header's. ``keys`` of entries are
    left to `monitor.stages.changes`, ``content`` is raw until `clean_entry`.
    Raises ParseError: "empty", "not-a-feed", "blocked" (a challenge page), "throttled".
    """
    text, flaw = decode_body(_plain(body, url), charset)
    start = text[:2000].lstrip("\ufeff \t\r\n\x00")
    if not start and not text.strip("\ufeff \t\r\n\x00"):
        raise ParseError(f"{without_password(url)} answered with an empty body", kind="empty")
    if start[:1] in "{[":
        return _with_flaw(parse_json_feed(text.lstrip("\ufeff"), url, now), flaw)
    if not _ROOT.search(text):
        raise _not_a_feed(text, body, url, content_type)
    text = _defused(text.lstrip("\ufeff \t\r\n"))
    data = _feedparser(text, url)
    if not data.entries and not data.version:
        raise _not_a_feed(text, body, url, content_type)
    return _parsed(data, text, url, now, flaw)


def clean_entry(entry: Entry) -> Entry:
    """The same entry with its content made safe; for entries that are new, before anything else sees them."""
    content = clean_html(entry.content, entry.link or entry.feed_url)
    return replace(entry, content="" if _only_a_title(content, entry) else content)


def _plain(body: bytes, url: str) -> bytes:
    """One layer of gzip undone, for a body that was kept as it came."""
    if body[:3] != b"\x1f\x8b\x08":
        return body
    try:
        plain = zlib.decompressobj(wbits=31).decompress(body, BODY_LIMIT + 1)
    except zlib.error as error:
        raise ParseError(f"{without_password(url)} is damaged gzip: {error}", kind="encoding") from error
    if len(plain) > BODY_LIMIT:
        raise ParseError(f"{without_password(url)} is larger than {BODY_LIMIT // 10**6} MB", kind="too-large")
    return plain


def _parsed(data: Any, text: str, url: str, now: datetime, flaw: str | None) -> ParsedFeed:
    found = list(data.entries)
    if data.bozo:
        cut = _cut_short(text)
        if cut == "inside" and found:
            found.pop()  # half an entry could not be known again; the whole feed will bring it
        flaw = flaw or ("the feed ends too early" if cut else f"not well-formed: {_reason(data)}")
    language = _language(data.feed.get("language"))
    entries = tuple(entry for item in found if (entry := _entry(item, url, language, now)) is not None)
    if not entries:
        flaw = flaw or "the feed holds no entries"
    return ParsedFeed(
        title=plain_title(_words(data.feed, "title")),
        entries=entries,
        language=language,
        ttl=_ttl(data.feed),
        flaw=flaw,
    )


def _entry(item: Any, url: str, language: str | None, now: datetime) -> Entry | None:
    """One entry, or None for one that says nothing at all."""
    if not item:
        return None
    link = _link(item, url)
    content = _content(item)
    source = _row(item.get("source"))
    publisher = plain_title(_words(item, "news_source") or _words(source, "title"), NAME_LIMIT)
    title = _without_publisher(plain_title(_words(item, "title")), publisher)
    title = title or plain_title(content, 120)
    identity = short_id(_words(item, "id"))
    published = _date(item, now, "published_parsed", "created_parsed", "updated_parsed")
    return Entry(
        feed_url=url,
        title=title or UNTITLED,
        link=link,
        content="" if host_of(url) == "news.google.com" else content,
        published=published,
        updated=_date(item, now, "updated_parsed"),
        author=plain_title(_words(item, "author"), NAME_LIMIT),
        publisher=publisher,
        language=_entry_language(item) or language,
        id=identity,
    )


def _link(item: Any, url: str) -> str:
    """The page of the entry: feedburner's original, the alternate, else a guid that is an address."""
    candidates = [_words(item, "feedburner_origlink"), _words(item, "link")]
    candidates += [_words(link, "href") for link in _rows(item.get("links")) if link.get("rel") == "alternate"]
    for candidate in candidates:
        if candidate and (link := web_url(candidate, url)):
            return unwrap_redirect(link)
    guid = _words(item, "id")
    return web_url(guid) if item.get("guidislink") else ""


def _content(item: Any) -> str:
    """The longest of what the feed gives, whole article or summary, as HTML."""
    texts = [*_rows(item.get("content")), _row(item.get("summary_detail"))]
    longest = max(texts, key=lambda part: len(_words(part, "value")))
    value = _words(longest, "value")[:CONTENT_LIMIT]
    return html.escape(value, quote=False) if longest.get("type") == "text/plain" and "<" in value else value


def _words(of: Any, name: str) -> str:
    """A text by feedparser's name of it; an element with attributes where it knows none is a dict there."""
    value = of.get(name)
    return value if isinstance(value, str) else ""


def _row(value: Any) -> dict[str, Any]:
    """What feedparser made, and nothing for an element that happens to have the name of one of its results."""
    return value if isinstance(value, dict) else {}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _without_publisher(title: str, publisher: str) -> str:
    """Search feeds write "Headline - Publisher"."""
    for dash in (" - ", " – ", " | "):
        if publisher and title.endswith(dash + publisher):
            return title[: -len(dash + publisher)].rstrip()
    return title


def _only_a_title(content: str, entry: Entry) -> bool:
    """True for content that repeats headline and publisher, as search feeds do: it is no text of an article."""
    if len(content) > 3 * len(entry.title) + 600:
        return False
    rest = " ".join(strip_tags(content).split())
    for part in (entry.title, entry.publisher):
        rest = rest.replace(part, "", 1) if part else rest
    return not rest.strip(" -–|·")


def _date(item: Any, now: datetime, *names: str) -> datetime | None:
    for name in names:
        parts = dict.get(item, name)  # feedparser's own lookup falls back from one date to another
        if parts and (moment := believable(_moment(parts), now)):
            return moment
    return None


def _moment(parts: Any) -> datetime | None:
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _language(tag: Any) -> str | None:
    """The primary language of a tag such as "fa-IR"."""
    found = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", tag.strip()) if isinstance(tag, str) else None
    return found[0].lower() if found else None


def _entry_language(item: Any) -> str | None:
    details = [*_rows(item.get("content")), _row(item.get("title_detail"))]
    return next((tag for detail in details if (tag := _language(detail.get("language")))), None)


def _ttl(feed: Any) -> float | None:
    """Seconds between updates the feed states: RSS ttl in minutes, or sy:updatePeriod over its frequency."""
    ttl = str(feed.get("ttl") or "").strip()
    if re.fullmatch(r"\d{1,6}", ttl) and int(ttl):
        return 60.0 * int(ttl)
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    often = str(feed.get("sy_updatefrequency") or "1").strip()
    if period and re.fullmatch(r"\d{1,4}", often) and int(often):
        return period / int(often)
    return None


def _with_flaw(parsed: ParsedFeed, flaw: str | None) -> ParsedFeed:
    return replace(parsed, flaw=flaw) if flaw and not parsed.flaw else parsed


def _reason(data: Any) -> str:
    return " ".join(str(data.get("bozo_exception", "")).split())[:120]


def _feedparser(text: str, url: str) -> Any:
    """feedparser's result; one that it cannot make as a whole is made entry by entry."""
    try:
        return _read(text, url)
    except Exception:  # isolation: a library with no stated errors reads bytes an attacker may choose
        return _salvaged(text, url)


def _read(text: str, url: str) -> Any:
    import feedparser  # 60 ms, and a poll in which nothing changed never needs it

    headers = {"content-type": "application/xml; charset=utf-8"}
    if _BASE.search(text):  # else links are resolved here, at a fifth of the cost
        headers["content-location"] = url
    return feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),  # bytes themselves would be tried as a file name
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _salvaged(text: str, url: str) -> Any:
    """Each entry read by itself after the head of the feed, without those that break the parser."""
    starts = [found.start() for found in _ITEM_START.finditer(text)][:SALVAGE_LIMIT]
    head = text[: starts[0]] if starts else ""
    entries: list[Any] = []
    data = None
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        try:
            data_of_one = _read(head + text[start:end] if start else head, url)
        except Exception:  # isolation, as above; only this entry is lost
            continue
        data = data or data_of_one
        entries += data_of_one.entries
    if data is None or not (entries or data.version):
        raise ParseError(f"{without_password(url)} is malformed beyond reading", kind="not-a-feed")
    data.update(entries=entries, bozo=True, bozo_exception="parts of it break the parser and are left out")
    return data


def _defused(text: str) -> str:
    """``text`` without what makes feedparser fail, crawl (it is quadratic in each of these) or swell."""
    text = text.replace("\x00", "")
    head = re.search("<!doctype", text[:4096], re.IGNORECASE)
    if head:
        text = _without_bombs(text, head.start())
    if "&#" in text:
        text = _HIGH_REFERENCE.sub(_existing, text)
    text = _LONG_TAG.sub(_shortened, text)
    if len(set(_PREFIX.findall(text))) > PREFIX_LIMIT:
        text = _PREFIX.sub("prefix=", text)
    if len(_BASE.findall(text)) > BASE_LIMIT:
        text = _BASE.sub("dropped=", text)
    return text


def _existing(reference: re.Match[str]) -> str:
    digits, hexadecimal = reference[1] or "", reference[2] or ""
    if len(digits) + len(hexadecimal) > 7:
        return "\ufffd"
    number = int(digits) if digits else int(hexadecimal, 16)
    return "\ufffd" if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF else reference[0]


def _shortened(tag: re.Match[str]) -> str:
    """A tag with a few hundred attributes, or with a megabyte in one, goes without them."""
    if len(tag[0]) < TAG_LIMIT and tag[0].count("=") < ATTRIBUTE_LIMIT:
        return tag[0]
    return f"<{tag[1]}/>" if tag[0].endswith("/>") else f"<{tag[1]}>"


def _without_bombs(text: str, head: int) -> str:
    """The document type taken out when its entities are external, nested or long; harmless ones stay."""
    found = _DOCTYPE.match(text, head)
    if not found:
        return text
    values = _ENTITY.findall(found[0])
    harmless = all(
        not percent and value[0] in "\"'" and len(value) < ENTITY_LIMIT and not _REFERENCE.search(value)
        for percent, value in values
    )
    return text if harmless and len(values) <= 300 else text[: found.start()] + text[found.end() :]


def _cut_short(text: str) -> str:
    """Where a broken document stops: "" (its root is closed), "inside" an entry or "between" two."""
    if re.search(r"</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)\s*>", text[-20_000:], re.IGNORECASE):
        return ""
    starts = [found.start() for found in _ITEM_START.finditer(text)]
    return "between" if not starts or _ITEM_END.search(text, starts[-1]) else "inside"


def _not_a_feed(text: str, body: bytes, url: str, content_type: str) -> ParseError:
    """Says what came instead."""
    name, head = without_password(url), text[:4096].lower()
    if "<" not in text[:1000] and len(text) < 2000:
        if _THROTTLED.search(text):
            return ParseError(f"{name} asks for fewer requests: {plain_title(text, 100)}", kind="throttled")
        return ParseError(f"{name} is no feed but plain text: {plain_title(text, 100)!r}", kind="not-a-feed")
    if "<opml" in head:
        return ParseError(f"{name} is no feed but a list of feeds (OPML); use `feeds import`", kind="not-a-feed")
    if "<urlset" in head or "<sitemapindex" in head:
        return ParseError(f"{name} is no feed but a sitemap", kind="not-a-feed")
    if "<html" in head or "<!doctype html" in head or "<body" in head or "<script" in head:
        if challenge := challenge_name(body):
            return ParseError(f"{name} answered with {_page_of(challenge)} instead of a feed", kind="blocked")
        title = re.search(r"<title[^>]*>(.{0,200}?)</title", text[:20_000], re.IGNORECASE | re.DOTALL)
        called = f" called {plain_title(title[1], 80)!r}" if title else ""
        return ParseError(f"{name} is no feed but a web page{called}", kind="not-a-feed")
    kind = f" ({content_type})" if content_type else ""
    return ParseError(f"{name} is no feed that is known{kind}", kind="not-a-feed")


def _page_of(challenge: str) -> str:
    return challenge if challenge.startswith("a ") else f"a challenge page of {challenge}"
