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
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from monitor.text.sites import same_site
from monitor.text.timestamps import published_at, readings
from monitor.text.urls import is_front_page, normalise_url, web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.metadata import Document

_MOST = 200  # headlines or bylines that are looked at


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """Each "" or None where the page does not say. author: the names of all. published: aware, from 1990 to a day
    after now. canonical_url: the page's own address on the same site, absolute. language: as declared ("en-GB").
    """

    title: str
    author: str
    published: datetime | None
    canonical_url: str
    language: str


def page_metadata(tree: HtmlElement, *, url: str, now: datetime) -> PageMetadata:
    """What the page ``tree``, read from ``url``, says of itself."""
    metas = _metas(tree)
    data = _linked_data(tree)
    said = _described(_head_and_headlines(tree))
    addresses = _addresses(tree, metas)
    published, dated = _published(_dates(tree, metas, data), now)
    return PageMetadata(
        title=said.title or "",
        author=said.author or _described(_bylines(tree)).author or _linked_author(data),
        published=published if dated else _guessed(tree, next(iter(addresses), url), now),
        canonical_url=_canonical(addresses, url),
        language=tree.get("lang") or metas.get("og:locale", ""),
    )


def _described(parts: list[HtmlElement]) -> Document:
    """What the library finds on a page of nothing but ``parts``."""
    from lxml.html import Element  # noqa: PLC0415 - 10 ms; a poll in which nothing changed reads no page
    from trafilatura import extract_metadata  # noqa: PLC0415 - 90 ms

    page = Element("html")
    page.extend(copy(part) for part in parts)
    return extract_metadata(page, date_config=_DATE_OPTIONS)


def _head_and_headlines(tree: HtmlElement) -> list[HtmlElement]:
    """The head, headlines, and linked data in the body."""
    linked = (each for each in _linked_scripts(tree) if each.getparent().tag != "head")
    headlines = (each for each in tree.iter("h1", "h2", "h3") if not _is_byline(each))  # "About the author"
    return [*tree.findall("head"), *_outermost(headlines), *linked]


def _bylines(tree: HtmlElement) -> list[HtmlElement]:
    """The elements marked as telling the author, but of comments and other stories."""
    marked = (each for each in tree.iter("*") if each.tag == "author" or _is_byline(each))
    return [each for each in _outermost(marked) if not _is_inside(each, _OTHERS)]


def _is_byline(element: HtmlElement) -> bool:
    return any(key in _MARKS and _BYLINE.search(value) for key, value in element.items())


def _outermost(elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    """The first of ``elements``, given in the order of the page, without those inside another."""
    found: dict[HtmlElement, None] = {}
    for element in islice(elements, _MOST):
        if not any(around in found for around in element.iterancestors()):
            found[element] = None
    return list(found)


_MARKS = frozenset(("class", "id", "rel", "itemprop", "data-component", "data-testid"))
# The marks by which the library finds authors, as substrings.
_BYLINE = re.compile(
    "author|byl|writer|username|BBL|channel-name|submitted-by|posted-by|journalist-name|screenname"
    "|zuozhe|bianji|xiaobian",
    re.IGNORECASE,
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
        if _ARTICLE_TYPE.search(str(item.get("@type"))) and item.get("author"):
            given = item["author"] if isinstance(item["author"], list) else [item["author"]]
            people = [by_id.get(str(each.get("@id")), each) if isinstance(each, dict) else each for each in given[:10]]
            names = [each.get("name") if isinstance(each, dict) else each for each in people if not _is_body(each)]
            return ", ".join(name.strip() for name in names if isinstance(name, str) and "://" not in name)
    return ""


def _is_body(author: object) -> bool:
    """A publisher named as the author says nothing that its name does not."""
    return isinstance(author, dict) and "Organi" in str(author.get("@type"))


_ARTICLE_TYPE = re.compile("Article|Posting|Report")
_OTHER_TYPE = re.compile("WebSite|Organization|Person|Image|Video|Audio|Comment|Product|Event|Review|List")
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


# Dates


def _published(dates: Iterable[str], now: datetime) -> tuple[datetime | None, bool]:
    """The first of the dates given that can be true, and whether any is given."""
    dated = False
    for written in filter(None, dates):
        if moment := published_at(written, now):
            return moment, True
        dated = True
    return None, dated


def _dates(tree: HtmlElement, metas: dict[str, str], data: list[dict[str, Any]]) -> Iterator[str]:
    """What the page gives as its date, the most exact sources first."""
    for item in (d for d in data if _ARTICLE_TYPE.search(str(d.get("@type")))):
        for key in ("datePublished", "dateCreated"):
            if isinstance(item.get(key), str | int):
                yield str(item[key])
    for item in data:
        if isinstance(item.get("datePublished"), str) and not _OTHER_TYPE.search(str(item.get("@type"))):
            yield item["datePublished"]
    for name in _DATE_NAMES:
        yield metas.get(name, "")
    for element in tree.iter("time"):
        if not _beside(element):
            yield element.get("datetime") or (element.text_content() or "").strip()[:80]
    yield from _shown_dates(tree)


_DATE_NAMES = (
    "article:published_time", "datepublished", "og:published_time", "date", "pubdate", "publishdate", "dc.date",
    "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "article.published", "published_time",
)  # fmt: skip


def _shown_dates(tree: HtmlElement) -> Iterator[str]:
    """Dates under the headline, as sites without any metadata show them; a clock above it shows only today's date."""
    for element in tree.xpath("(//h1)[1]/following::*[contains(@class, 'date') or contains(@class, 'time')]")[:20]:
        text = " ".join((element.text_content() or "").split())
        if len(text) <= 80 and re.search(r"\d", text) and not _beside(element) and next(readings(text), None):
            yield text


def _guessed(tree: HtmlElement, url: str, now: datetime) -> datetime | None:
    """The library's guess, unless it is the date of something beside the article."""
    from htmldate import find_date  # noqa: PLC0415 - 50 ms

    moment = published_at(find_date(tree, url=url, **_DATE_OPTIONS), now)
    beside = (element.get("datetime") or "" for element in tree.iter("time") if _beside(element))
    others = {found.date() for written in beside if (found := published_at(written, now))}
    return None if moment and moment.date() in others else moment


_DATE_OPTIONS: dict[str, Any] = {"extensive_search": False, "original_date": True}


def _beside(element: HtmlElement) -> bool:
    """Whether an element belongs to something beside the article: other stories, comments, the foot."""
    return _is_inside(element, _BESIDE)


def _is_inside(element: HtmlElement, marks: re.Pattern[str]) -> bool:
    """Whether an element or one around it has ``marks`` in its name, class or identifier."""
    return any(
        marks.search(f"{each.tag} {each.get('class')} {each.get('id')}")
        for each in (element, *element.iterancestors())
        if each.tag not in ("body", "html", "main", "article")
    )


# A layout "with-sidebar" holds the article.
_OTHERS = re.compile(
    r"^(?:aside|nav|figure) |related|(?<!with)(?<!with[-_])(?<!has[-_])(?<!no[-_])sidebar|comment|recommend|latest"
    "|most-|widget|popular",
    re.IGNORECASE,
)
_BESIDE = re.compile(f"{_OTHERS.pattern}|footer", re.IGNORECASE)


# The address


def _addresses(tree: HtmlElement, metas: dict[str, str]) -> list[str]:
    """What the page gives as its address, believable or not."""
    canonical = (each for each in tree.iter("link") if "canonical" in (each.get("rel") or "").lower().split())
    return list(filter(None, (*(each.get("href") for each in canonical), metas.get("og:url"))))


def _canonical(addresses: list[str], url: str) -> str:
    """The page's own address, believed only on the same site and unless it is that of all articles: a front page,
    a section, a search."""
    for link in addresses:
        address = web_url(link, url)
        if not address or not same_site(address, url):
            continue
        wanted, read = normalise_url(address), normalise_url(url)
        if wanted != read and (is_front_page(wanted) or _is_section(wanted, read)):
            continue
        return address
    return ""


def _is_section(address: str, page: str) -> bool:
    """Whether ``address`` is a folder above ``page`` (both normalised) by a name that is no headline or number."""
    path = address.partition("?")[0]
    last = path.rpartition("/")[2]
    above = page.startswith(f"{path}/") and not re.search(r"\d", last) and last.count("-") < 3
    return above or bool(re.search(r"/search(?:/|\?|$)", address) and "/search" not in page)
