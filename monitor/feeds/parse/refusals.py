"""What came in a feed's place, said so that a person knows what to do."""

from __future__ import annotations

import re

from monitor.errors import ParseError
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
        return ParseError(f"{name} is not a feed but a web page{_described(text, url)}", kind="not-a-feed")
    if root := re.search(r"<(?![?!])([\w:.-]{1,40})", text[:4096]):
        says = plain_title(re.sub(r"<[^<>]*>", " ", text[root.start() : root.start() + 2000]), 80)
        what = f"XML of another kind (<{root[1]}>{f' {says!r}' if says else ''})"
        return ParseError(f"{name} is not a feed but {what}", kind="not-a-feed")
    return ParseError(f"{name} is not a known kind of feed{kind}", kind="not-a-feed")


def _described(text: str, url: str) -> str:
    """The page's title, and the feed it names or the page it sends readers on to."""
    title = re.search(r"<title[^>]*>(.{0,200}?)</title", text[:20_000], re.IGNORECASE | re.DOTALL)
    called = plain_title(title[1], 80) if title else ""
    said = f" called {called!r}" if called else ""
    for link in _LINK.findall(text[:100_000]):
        href = _HREF.search(link)
        if href and _FEED_TYPE.search(link) and (feed := web_url(href[1] or href[2] or href[3], url)):
            return f"{said}; it names {without_password(feed)} as its feed"
    refresh = _REFRESH.search(text[:20_000])
    if refresh and (target := web_url(refresh[1], url)):
        return f"{said}; it sends readers on to {without_password(target)}"
    return said


def _page_of(challenge: str) -> str:
    return challenge if challenge.startswith(("a ", "the ")) else f"a challenge page of {challenge}"
