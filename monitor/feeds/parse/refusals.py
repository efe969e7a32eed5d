"""What came in a feed's place, said so that a person knows what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.errors import ParseError
from monitor.feeds.parse.named_feeds import named_feeds
from monitor.pages.challenge import challenge_name
from monitor.text.redact import shown_address
from monitor.text.sanitize import plain_title
from monitor.text.urls import web_url

_THROTTLED = re.compile(
    r"limit requests|too many requests|rate.?limit|try again later|retry later|quota|slow down|"
    r"request limit|throttl",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")  # hardly ever in text
_OTHERS = 8  # feeds of a page that a message lists beside the first
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh[^<>]{0,200}?url\s*=\s*['\"]?([^'\"<>\s]{1,500})", re.IGNORECASE)


def asks_to_wait(text: str) -> bool:
    """True for a short answer in words, or JSON, that says the client asks too often."""
    return len(text) < 2000 and bool(_THROTTLED.search(text))


def not_a_feed(text: str, body: bytes, url: str, content_type: str) -> ParseError:
    """Says what came instead: kind "blocked" for a challenge, "throttled" for a plea to wait, else "not-a-feed"."""
    name, head = shown_address(url), text[:4096].lower()
    kind = f" ({content_type})" if content_type else ""
    if len(_CONTROL.findall(text[:1000])) > 10:
        return ParseError(f"{name} is not a feed but binary data{kind}", kind="not-a-feed")
    if "<" not in text[:1000] and len(text) < 2000:
        if asks_to_wait(text):
            return ParseError(f"{name} asks for fewer requests: {plain_title(text, 100)}", kind="throttled")
        return ParseError(f"{name} is not a feed but plain text: {plain_title(text, 100)!r}", kind="not-a-feed")
    if "<opml" in head:
        return ParseError(f"{name} is not a feed but a list of feeds (OPML); use `feeds import`", kind="not-a-feed")
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


def as_its_feed(named: Sequence[str]) -> str:
    """The feeds a page names (see `named_feeds`, at least one), the one to take first; at most `_OTHERS` others.

    Which one a person wants is theirs to say: a section's may suit better than the whole site's.
    """
    first, *others = map(shown_address, named)
    if not others:
        return f"{first} as its feed"
    more = f" and {len(others) - _OTHERS} more" if len(others) > _OTHERS else ""
    return f"{first} as its feed; others it names: {', '.join(others[:_OTHERS])}{more}"


def _described(text: str, url: str, named: tuple[str, ...]) -> str:
    """The page's title, and the feeds it names or the page it sends readers on to."""
    title = re.search(r"<title[^>]*>(.{0,200}?)</title", text[:20_000], re.IGNORECASE | re.DOTALL)
    called = plain_title(title[1], 80) if title else ""
    said = f" called {called!r}" if called else ""
    if named:
        return f"{said}; it names {as_its_feed(named)}"
    refresh = _REFRESH.search(text[:20_000])
    if refresh and (target := web_url(refresh[1], url)):
        return f"{said}; it sends readers on to {shown_address(target)}"
    return said


def _page_of(challenge: str) -> str:
    return challenge if challenge.startswith(("a ", "the ")) else f"a challenge page of {challenge}"
