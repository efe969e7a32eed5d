"""Lists of articles that a page holds as data: JSON-LD, and what a framework gives its scripts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from monitor.feeds.listing.article_signs import is_sentence
from monitor.feeds.listing.page_data import page_data
from monitor.model.frozen import frozen
from monitor.text.article_addresses import is_among_news
from monitor.text.sites import same_site
from monitor.text.urls import web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

OBJECTS = 20_000  # of a page's data that are looked at
DEPTH = 40
_ARTICLE = re.compile("Article|Posting|Report")
_TITLES = ("headline", "title", "name")
_ADDRESSES = ("url", "link", "href", "permalink", "path", "canonicalUrl", "@id", "uri")
_DATES = ("datePublished", "publishedAt", "published_at", "publishDate", "publish_date", "published", "pubDate", "date",
          "createdAt", "created_at", "dateCreated", "firstPublished")  # fmt: skip
_TEXTS = ("description", "summary", "excerpt", "lead", "abstract", "intro")
_LEAST = 3
_HEADLINE = 25  # characters from which a title without a date is a headline


@frozen
class Listed:
    """An article of such a list. date: as written, "" for none."""

    link: str
    title: str
    date: str = ""
    summary: str = ""


def linked_list(tree: HtmlElement, base: str) -> tuple[Listed, ...]:
    """The longest list of articles of the page's own site that its scripts hold as data; empty for none."""
    best: tuple[Listed, ...] = ()
    for data in page_data(tree):
        for found in _lists(data):
            listed = _articles(found, base)
            if len(listed) > len(best):
                best = listed
    return best if len(best) >= _LEAST else ()


def _lists(data: Any) -> Iterator[list[Any]]:
    """Every list of objects within the data, from the outside in."""
    waiting: list[tuple[Any, int]] = [(data, 0)]
    seen = 0
    while waiting and seen < OBJECTS:
        value, depth = waiting.pop()
        seen += 1
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        if isinstance(value, list) and sum(isinstance(each, dict) for each in value) >= _LEAST:
            yield value
        if depth < DEPTH:
            waiting += [(each, depth + 1) for each in inner if isinstance(each, dict | list)]


def _articles(found: list[Any], base: str) -> tuple[Listed, ...]:
    """What of a list are articles: with a headline and an address of the site; all alike, or it is no list of them."""
    objects = [_inner(each) for each in found if isinstance(each, dict)]
    made = {listed.link: listed for each in objects if (listed := _article(each, base))}
    typed = {str(each.get("@type", "")) for each in objects} - {"", "ListItem"}
    trail = any(not _ARTICLE.search(kind) for kind in typed)  # a menu, persons, products, events
    short = sum(len(each.title) < 16 for each in made.values()) * 2 > len(made)
    return () if trail or short or 2 * len(made) < len(objects) else tuple(made.values())


def _inner(each: dict[str, Any]) -> dict[str, Any]:
    """What an element of a list stands for."""
    item = each.get("item")
    return item if isinstance(item, dict) else each


def _article(each: dict[str, Any], base: str) -> Listed | None:
    address = _first(each, _ADDRESSES)
    title = _first(each, _TITLES)
    date = _first(each, _DATES)
    if not address or not title or not (address.startswith(("http", "/")) or "/" in address):
        return None
    link = web_url(address, base)
    articles = _ARTICLE.search(str(each.get("@type", ""))) or date
    if not link or not same_site(link, base) or not (articles or _is_news(title, link, base)):
        return None
    return Listed(link, title, date, _first(each, _TEXTS))


def _is_news(title: str, link: str, base: str) -> bool:
    """Whether what has no date is called news, by its own address or by that of its page, or is a sentence."""
    return len(title) >= _HEADLINE and (is_among_news(link) or is_among_news(base) or is_sentence(title, link))


def _first(each: dict[str, Any], names: tuple[str, ...]) -> str:
    """The first of these values that says something. A title may be an object with the text in it."""
    for name in names:
        value = each.get(name)
        if isinstance(value, dict):
            value = value.get("rendered") or value.get("@id") or value.get("text")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""
