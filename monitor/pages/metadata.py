"""What a page says of itself: its title, author, date, language and own address.

The library's metadata functions try dozens of expressions on every element of a page. They are given the few that can
matter: the head, headlines and linked data, bylines where those name nobody, the whole page where no date is given.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from monitor.model import SeenDate
from monitor.model.frozen import frozen
from monitor.pages.beside import OTHERS, is_inside
from monitor.pages.marked_blocks import words_apart
from monitor.pages.own_story import headline_of
from monitor.pages.page_dates import ARTICLE_TYPE, DATE_OPTIONS, SaidForMachines, page_dates
from monitor.pages.subjects import with_own_first
from monitor.text.sites import same_site
from monitor.text.timestamps import DateStyle
from monitor.text.urls import is_front_page, normalise_url, web_url, without_password, without_visit

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.metadata import Document

_MOST = 200  # headlines or bylines that are looked at


@frozen
class PageMetadata:
    """Each "" or None where the page does not say. author: the names of all. dates: see `page_dates`. canonical_url:
    the page's own address on the same site, absolute. language: as declared ("en-GB"). paid: the article is said to be
    for subscribers. outlet: what its site is called. headline: the element that holds it.
    """

    title: str
    author: str
    dates: tuple[SeenDate, ...]
    canonical_url: str
    language: str
    paid: bool = False
    outlet: str = ""
    headline: HtmlElement | None = None


def page_metadata(tree: HtmlElement, *, url: str, now: datetime, style: DateStyle, listed: str = "") -> PageMetadata:
    """What the page ``tree``, read from ``url``, says of itself. listed: what its feed calls it."""
    metas = _metas(tree)
    data = _linked_data(tree)
    said = _described(_head_and_headlines(tree))
    addresses = _addresses(tree, metas)
    whole = str(tree.findtext(".//title") or "")
    headline, title = headline_of(tree, said.title or "", whole, listed)
    shown = (words_apart(headline) if headline is not None else "", title, whole, listed)
    data, others = with_own_first(data, tree, shown, addresses, url)
    return PageMetadata(
        title=title,
        author=said.author or _described(_bylines(tree)).author or _linked_author(data),
        dates=page_dates(
            tree,
            SaidForMachines(metas, data, others),
            headline,
            url=next(iter(addresses), url),
            now=now,
            style=style,
        ),
        canonical_url=_canonical(addresses, url),
        language=tree.get("lang") or metas.get("og:locale", ""),
        paid=_is_paid(metas, data),
        outlet=metas.get("og:site_name", "") or _linked_publisher(data),
        headline=headline,
    )


def _described(parts: list[HtmlElement]) -> Document:
    """What the library finds on a page of nothing but ``parts``."""
    from lxml.html import Element  # noqa: PLC0415 - 10 ms; a poll in which nothing changed reads no page
    from trafilatura import extract_metadata  # noqa: PLC0415 - 90 ms

    page = Element("html")
    page.extend(copy(part) for part in parts)
    return extract_metadata(page, date_config=DATE_OPTIONS)


def _head_and_headlines(tree: HtmlElement) -> list[HtmlElement]:
    """The head, headlines, and linked data in the body."""
    linked = (each for each in _linked_scripts(tree) if each.getparent().tag != "head")
    headlines = (each for each in tree.iter("h1", "h2", "h3") if not _is_byline(each))  # "About the author"
    return [*tree.findall("head"), *_outermost(headlines), *linked]


def _bylines(tree: HtmlElement) -> list[HtmlElement]:
    """The elements marked as telling the author, but of comments and other stories."""
    marked = (each for each in tree.xpath(_MARKED) if each.tag == "author" or _is_byline(each))
    return [each for each in _outermost(marked) if not is_inside(each, OTHERS)]


def _is_byline(element: HtmlElement) -> bool:
    return any(_names_author(value) for key, value in element.items() if key in _MARKS)


@lru_cache(maxsize=1024)  # the links of a menu have one class
def _names_author(mark: str) -> bool:
    return _BYLINE.search(mark.lower()) is not None


def _outermost(elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    """The first of ``elements``, given in the order of the page, without those inside another."""
    found: dict[HtmlElement, None] = {}
    for element in islice(elements, _MOST):
        if not any(around in found for around in element.iterancestors()):
            found[element] = None
    return list(found)


_MARKS = frozenset(("class", "id", "rel", "itemprop", "data-component", "data-testid"))
_MARKED = f"descendant-or-self::*[self::author or {' or '.join(f'@{mark}' for mark in sorted(_MARKS))}]"
# The marks by which the library finds authors, as substrings.
_BYLINE = re.compile(
    "author|byl|writer|username|bbl|channel-name|submitted-by|posted-by|journalist-name|screenname"
    "|zuozhe|bianji|xiaobian"
)


# Meta elements and linked data


def _metas(tree: HtmlElement) -> dict[str, str]:
    """What the meta elements say, by their names in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if content := (element.get("content") or "").strip():
            found.setdefault(key.lower(), content)
    return found


def _linked_scripts(tree: HtmlElement) -> Iterator[HtmlElement]:
    scripts = tree.iter("script")
    return (each for each in scripts if each.text and (each.get("type") or "").strip().lower() == _LINKED)


_LINKED = "application/ld+json"


def _linked_data(tree: HtmlElement) -> list[dict[str, Any]]:
    """The JSON-LD objects of the page, outermost first, at most a few hundred."""
    found: list[dict[str, Any]] = []
    for script in _linked_scripts(tree):
        try:
            waiting: list[Any] = [json.loads(script.text, strict=False)]
        except (ValueError, RecursionError):
            written = _WRITTEN_DATE.search(html.unescape(script.text[:100_000]))
            waiting = [{"@type": "Article", "datePublished": written[1]}] if written else []
        while waiting and len(found) < 300:
            item = waiting.pop(0)
            if isinstance(item, dict):
                found.append(item)
                waiting.extend(v for k, v in item.items() if isinstance(v, (dict, list)) and k not in _OF_OTHERS)
            elif isinstance(item, list):
                waiting.extend(item[:100])
    return found


def _linked_author(data: list[dict[str, Any]]) -> str:
    """The names the page's linked data gives as its article's authors."""
    by_id = {str(item["@id"]): item for item in data if "@id" in item and "name" in item}
    for item in data:
        if ARTICLE_TYPE.search(str(item.get("@type"))) and item.get("author"):
            given = item["author"] if isinstance(item["author"], list) else [item["author"]]
            people = [by_id.get(str(each.get("@id")), each) if isinstance(each, dict) else each for each in given[:10]]
            names = [each.get("name") if isinstance(each, dict) else each for each in people if not _is_body(each)]
            return ", ".join(name.strip() for name in names if isinstance(name, str) and "://" not in name)
    return ""


def _linked_publisher(data: list[dict[str, Any]]) -> str:
    """The name the page's linked data gives as its article's publisher."""
    given = (item.get("publisher") for item in data if ARTICLE_TYPE.search(str(item.get("@type"))))
    names = (each.get("name") for each in given if isinstance(each, dict))
    return next((name.strip() for name in names if isinstance(name, str)), "")


def _is_paid(metas: dict[str, str], data: list[dict[str, Any]]) -> bool:
    """Whether the page says of its article that not everyone may read it, in schema.org's or Facebook's words."""
    articles = (item for item in data if ARTICLE_TYPE.search(str(item.get("@type"))))
    return metas.get("article:content_tier", "").lower() in ("locked", "metered") or any(
        str(item.get("isAccessibleForFree")).lower() in ("false", "http://schema.org/false") for item in articles
    )


def _is_body(author: object) -> bool:
    """A publisher named as the author says nothing that its name does not."""
    return isinstance(author, dict) and "Organi" in str(author.get("@type"))


# What linked data says of others than the page: lists of stories, what it mentions, readers' comments.
_OF_OTHERS = frozenset(
    (
        "itemListElement",
        "mentions",
        "citation",
        "comment",
        "review",
        "hasPart",
        "isBasedOn",
        "relatedLink",
        "workExample",
    )
)
_WRITTEN_DATE = re.compile(r"[\"']datePublished[\"']\s*:\s*[\"']([^\"'<>]{6,60})[\"']")


# The address


def _addresses(tree: HtmlElement, metas: dict[str, str]) -> list[str]:
    """What the page gives as its address, believable or not."""
    canonical = (each for each in tree.iter("link") if "canonical" in (each.get("rel") or "").lower().split())
    return list(filter(None, (*(each.get("href") for each in canonical), metas.get("og:url"))))


def _canonical(addresses: list[str], url: str) -> str:
    """The page's own address, believed only on the same site and unless it is that of all articles: a front page,
    a section, a search."""
    for link in addresses:
        address = without_password(web_url(link, url))
        if not address or not same_site(address, url):
            continue
        wanted, read = normalise_url(address), normalise_url(url)
        if wanted != read and (is_front_page(wanted) or _is_section(wanted, read)):
            continue
        return without_visit(address)  # a redirect may have begun a visit, which is nobody else's
    return ""


def _is_section(address: str, page: str) -> bool:
    """Whether ``address`` is a folder above ``page`` (both normalised) by a name that is no headline or number."""
    path = address.partition("?")[0]
    last = path.rpartition("/")[2]
    above = page.startswith(f"{path}/") and not re.search(r"\d", last) and last.count("-") < 3
    return above or bool(re.search(r"/search(?:/|\?|$)", address) and "/search" not in page)
