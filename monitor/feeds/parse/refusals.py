"""What came in a feed's place, said so that a person knows what to do."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.errors import ParseError
from monitor.languages import any_of
from monitor.pages.challenge import challenge_name
from monitor.text.sanitize import plain_title
from monitor.text.urls import web_url, without_password

_THROTTLED = re.compile(
    r"limit requests|too many requests|rate.?limit|try again later|retry later|quota|slow down|"
    r"request limit|throttl",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")  # hardly ever in text
_LINK = re.compile(r"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_OTHERS = 8  # feeds of a page that a message lists beside the first
_LOOK = 100_000  # characters of a page in which the feeds it names are looked for
_OTHER_RELATION = re.compile(r"rel\s*=\s*[\"']?(?:stylesheet|icon|search|edituri|self)\b", re.IGNORECASE)
_FEED_TYPE = re.compile(r"application/(?:rss|atom|feed)\+(?:xml|json)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s\"'>]+))", re.IGNORECASE)
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh[^<>]{0,200}?url\s*=\s*['\"]?([^'\"<>\s]{1,500})", re.IGNORECASE)


def asks_to_wait(text: str) -> bool:
    """True for a short answer in words, or JSON, that says the client asks too often."""
    return len(text) < 2000 and bool(_THROTTLED.search(text))


def not_a_feed(text: str, body: bytes, url: str, content_type: str) -> ParseError:
    """Says what came instead: kind "blocked" for a challenge, "throttled" for a plea to wait, else "not-a-feed"."""
    name, head = without_password(url), text[:4096].lower()
    kind = f" ({content_type})" if content_type else ""
    if len(_CONTROL.findall(text[:1000])) > 10:
        return ParseError(f"{name} is not a feed but binary data{kind}", kind="not-a-feed")
    if "<" not in text[:1000] and len(text) < 2000:
        if asks_to_wait(text):
            return ParseError(f"{name} asks for fewer requests: {plain_title(text, 100)}", kind="throttled")
        return ParseError(f"{name} is not a feed but plain text: {plain_title(text, 100)!r}", kind="not-a-feed")
    if "<opml" in head:
        return ParseError(f"{name} is not a feed but a list of feeds (OPML); use `feeds import`", kind="not-a-feed")
    if "<urlset" in head or "<sitemapindex" in head:
        return ParseError(f"{name} is not a feed but a sitemap", kind="not-a-feed")
    if "<html" in head or "<!doctype html" in head or "<body" in head or "<script" in head:
        if challenge := challenge_name(body):
            return ParseError(f"{name} answered with {_page_of(challenge)} instead of a feed", kind="blocked")
        named = named_feeds(text, url)
        message = f"{name} is not a feed but a web page{_described(text, url, named)}"
        refusal = ParseError(message, kind="not-a-feed")
        refusal.named = named
        return refusal
    if root := re.search(r"<(?![?!])([\w:.-]{1,40})", text[:4096]):
        says = plain_title(re.sub(r"<[^<>]*>", " ", text[root.start() : root.start() + 2000]), 80)
        what = f"XML of another kind (<{root[1]}>{f' {says!r}' if says else ''})"
        return ParseError(f"{name} is not a feed but {what}", kind="not-a-feed")
    return ParseError(f"{name} is not a known kind of feed{kind}", kind="not-a-feed")


def named_feeds(text: str, url: str) -> tuple[str, ...]:
    """The feeds, absolute, that the head of a page names; those of readers' comments last."""
    found: dict[str, bool] = {}
    for link in _LINK.findall(text[:_LOOK]):
        href = _HREF.search(link)
        if not (href and _FEED_TYPE.search(link)) or _OTHER_RELATION.search(link):
            continue
        if address := web_url(html.unescape(href[1] or href[2] or href[3]), url):
            found.setdefault(address, _comments().search(html.unescape(link)) is not None)
    return tuple(sorted(found, key=found.__getitem__))


def as_its_feed(named: Sequence[str]) -> str:
    """The feeds a page names (see `named_feeds`, at least one), the one to take first; at most `_OTHERS` others.

    Which one a person wants is theirs to say: a section's may suit better than the whole site's.
    """
    first, *others = map(without_password, named)
    if not others:
        return f"{first} as its feed"
    more = f" and {len(others) - _OTHERS} more" if len(others) > _OTHERS else ""
    return f"{first} as its feed; others it names: {', '.join(others[:_OTHERS])}{more}"


@lru_cache(maxsize=1)
def _comments() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.comment_feeds), re.IGNORECASE)


def _described(text: str, url: str, named: tuple[str, ...]) -> str:
    """The page's title, and the feeds it names or the page it sends readers on to."""
    title = re.search(r"<title[^>]*>(.{0,200}?)</title", text[:20_000], re.IGNORECASE | re.DOTALL)
    called = plain_title(title[1], 80) if title else ""
    said = f" called {called!r}" if called else ""
    if named:
        return f"{said}; it names {as_its_feed(named)}"
    refresh = _REFRESH.search(text[:20_000])
    if refresh and (target := web_url(refresh[1], url)):
        return f"{said}; it sends readers on to {without_password(target)}"
    return said


def _page_of(challenge: str) -> str:
    return challenge if challenge.startswith(("a ", "the ")) else f"a challenge page of {challenge}"
