"""Lists of articles that a page holds as data: JSON-LD, and what a framework gives its scripts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from monitor.feeds.listing.article_signs import is_sentence
from monitor.feeds.listing.other_lists import are_others
from monitor.feeds.listing.page_data import page_data
from monitor.feeds.listing.page_tree import address_of_link
from monitor.model.frozen import frozen
from monitor.text.article_addresses import is_among_news
from monitor.text.sites import same_site
from monitor.text.urls import web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

OBJECTS = 20_000  # of a page's data that are looked at
DEPTH = 40
_KEYS = 2  # in which a list stands: {"tenders": {"data": [...]}}
_LAYERS = 2  # around an object: {"node": {"frontmatter": {...}}}
_ARTICLE = re.compile("Article|Posting|Report")
_SLUGS = ("slug",)  # the last part of an address alone
_INNER = ("item", "node", "attributes", "frontmatter", "fields", "_source")  # what an element of a list stands for
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
    """The longest list of articles of the page's own site that its scripts hold as data; empty for none.

    Tenders, events and the like are none, by what the data, their titles or their addresses call them.
    """
    best: tuple[Listed, ...] = ()
    folders = _folders(tree, base)
    for data in page_data(tree):
        for found, keys in _lists(data):
            listed = _articles(found, base, folders)
            titles, links = [each.title for each in listed], [each.link for each in listed]
            if len(listed) > len(best) and not are_others(titles, links, keys, tree, base):
                best = listed
    return best if len(best) >= _LEAST else ()


def _lists(data: Any) -> Iterator[tuple[list[Any], tuple[str, ...]]]:
    """Every list of objects within the data, from the outside in, with the keys of what it stands in, up to two."""
    waiting: list[tuple[Any, int, tuple[str, ...]]] = [(data, 0, ())]
    seen = 0
    while waiting and seen < OBJECTS:
        value, depth, keys = waiting.pop()
        seen += 1
        if isinstance(value, list) and sum(isinstance(each, dict) for each in value) >= _LEAST:
            yield value, keys
        if depth < DEPTH:
            inner = value.items() if isinstance(value, dict) else (("", each) for each in value)
            waiting += [
                (each, depth + 1, (*keys, key)[-_KEYS:] if key else keys)
                for key, each in inner
                if isinstance(each, dict | list)
            ]


def _folders(tree: HtmlElement, base: str) -> dict[str, str]:
    """The folder of each address of the site that the page links to, by the last part of that address."""
    found: dict[str, str] = {}
    for link in tree.iter("a"):
        address = address_of_link(link, base).partition("?")[0].rstrip("/")
        folder, _, last = address.rpartition("/")
        if last and same_site(address, base):
            found.setdefault(unquote(last), f"{folder}/")
    return found


def _articles(found: list[Any], base: str, folders: dict[str, str]) -> tuple[Listed, ...]:
    """What of a list are articles: with a headline and an address of the site; all alike, or it is no list of them."""
    objects = _with_addresses([_inner(each) for each in found if isinstance(each, dict)], base, folders)
    made = {listed.link: listed for each in objects if (listed := _article(each, base))}
    typed = {str(each.get("@type", "")) for each in objects} - {"", "ListItem"}
    trail = any(not _ARTICLE.search(kind) for kind in typed)  # a menu, persons, products, events
    short = sum(len(each.title) < 16 for each in made.values()) * 2 > len(made)
    return () if trail or short or 2 * len(made) < len(objects) else tuple(made.values())


def _inner(each: dict[str, Any]) -> dict[str, Any]:
    """What an element of a list stands for, with what stands beside it."""
    for _ in range(_LAYERS):
        inner = [found for name in _INNER if isinstance(found := each.get(name), dict)]
        each = {name: value for part in (each, *inner) for name, value in part.items() if value not in inner}
    return each


def _with_addresses(objects: list[dict[str, Any]], base: str, folders: dict[str, str]) -> list[dict[str, Any]]:
    """The objects; those that have but the last part of an address, all in one folder, with the whole.

    The folder is that of a link of the page to one of them. Where there is none, it is the page of news itself.
    """
    slugs = ["" if _first(each, _ADDRESSES) else _first(each, _SLUGS) for each in objects]
    if not any(slugs):
        return objects
    below = base.partition("?")[0].rstrip("/") + "/" if is_among_news(base) else ""
    folder = next((folders[each] for each in slugs if each in folders), below)
    whole = [each if each.startswith("/") else folder and each and folder + quote(each) for each in slugs]
    return [each | {_ADDRESSES[0]: address} if address else each for each, address in zip(objects, whole, strict=True)]


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
            value = value.get("rendered") or value.get("@id") or value.get("text") or value.get("current")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""
