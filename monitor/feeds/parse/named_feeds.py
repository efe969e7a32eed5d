"""Which feeds a web page names: by links in its head, else by links that a reader would click."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urldefrag, urlsplit

from monitor.languages import any_of
from monitor.text.references import resolved
from monitor.text.sanitize import collapse_space, strip_tags
from monitor.text.sites import same_site
from monitor.text.urls import web_url

_LOOK = 1_000_000  # characters of a page that are looked at; styles and scripts may stand before its links
_AT_MOST = 100  # feeds that are told
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL)
_BASE = re.compile(r"<base\b[^<>]{0,1000}>", re.IGNORECASE)
_LINK = re.compile(r"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_ANCHOR = re.compile(r"(<a\b[^<>]{0,1000}>)((?:(?!</a\b).){0,300})</a\b", re.IGNORECASE | re.DOTALL)
_OTHER_RELATION = re.compile(r"rel\s*=\s*[\"']?(?:stylesheet|icon|search|edituri|self)\b", re.IGNORECASE)
_ALTERNATE = re.compile(r"rel\s*=\s*[\"']?[^\"'>]{0,40}\b(?:alternate|feed)\b", re.IGNORECASE)
_FEED_TYPE = re.compile(r"application/(?:rss|atom|feed|rdf)\+(?:xml|json)", re.IGNORECASE)
_XML_TYPE = re.compile(r"type\s*=\s*[\"']?(?:text|application)/xml\b", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s\"'>]+))", re.IGNORECASE)
_FEED_WORD = re.compile(r"(?<![a-z])(?:rss|atom|feeds?)(?![a-z])", re.IGNORECASE)
_FEED_LABEL = re.compile(r"(?:rss|atom)(?:[ -]?feed)?(?: ?[12]\.0)?|feed", re.IGNORECASE)
_FEED_PATH = re.compile(r"(?:^|/)(?:rss|feeds?|atom)(?:[./]|$)|[./](?:rss|atom|rdf)(?:\.xml)?$", re.IGNORECASE)


def named_feeds(text: str, url: str) -> tuple[str, ...]:
    """The feeds, absolute, that the page ``text`` read from ``url`` names; those of readers' comments last."""
    seen = _UNSEEN.sub(" ", text[:_LOOK])
    base = next((web_url(href, url) for link in _BASE.findall(seen) if (href := _href(link))), "") or url
    found: dict[str, bool] = {}
    for href, named in (*_links(seen), *_anchors(seen, base)):
        address = urldefrag(web_url(href, base)).url
        if address and address != urldefrag(url).url and len(found) < _AT_MOST:
            found.setdefault(address, _comments().search(named) is not None)
    return tuple(sorted(found, key=found.__getitem__))


def _links(text: str) -> Iterator[tuple[str, str]]:
    """(address, what is said of it) of each link to a feed in the head."""
    for link in _LINK.findall(text):
        if (href := _href(link)) and not _OTHER_RELATION.search(link):
            told = html.unescape(link)
            loose = _XML_TYPE.search(link) and _ALTERNATE.search(link) and _FEED_WORD.search(told)
            if loose or _FEED_TYPE.search(link):
                yield href, told


def _anchors(text: str, base: str) -> Iterator[tuple[str, str]]:
    """The same of the links in the page to the site's own feeds, where its head has none."""
    if next(_links(text), None):
        return
    for tag, inner in _ANCHOR.findall(text):
        href, label = _href(tag), collapse_space(strip_tags(inner))
        address = web_url(href, base) if href else ""
        if not address or not same_site(address, base):
            continue
        if _FEED_TYPE.search(tag) or _FEED_LABEL.fullmatch(label) or _FEED_PATH.search(urlsplit(address).path):
            yield href, f"{address} {label}"


def _href(tag: str) -> str:
    found = _HREF.search(tag)
    return resolved(found[1] or found[2] or found[3]) if found else ""


@lru_cache(maxsize=1)
def _comments() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.comment_feeds), re.IGNORECASE)
