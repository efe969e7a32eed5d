"""The page on which a list goes on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from monitor.feeds.listing.page_tree import address_of_link, names_of, said
from monitor.feeds.listing.selectors import selected
from monitor.languages import any_of
from monitor.text.fold import fold
from monitor.text.sites import same_site
from monitor.text.urls import normalise_url, web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LABEL = 40  # characters of a link that says no more than "next"
_CALLED = re.compile(
    r"(?:^|[\s_-])(?:next|older)(?:$|[\s_-])|pager-next|item--next|next-?page|older-?(?:link|posts)|nextpostslink|nav-previous",
    re.IGNORECASE,
)
_ARROWS = frozenset("›»→>")


def further_page(tree: HtmlElement, url: str, base: str, selector: str) -> tuple[str, ...]:
    """The address of the page on which the list goes on, of the same site; empty where the page names none.

    selector: where a person says that the link stands, "" for what says by its relation, its name or its words that it
    leads on.
    """
    for each in selected(tree, selector) if selector else _leading_on(tree):
        link = each if isinstance(each, str) else ""
        if not link:
            element = each if each.get("href") else next(each.iter("a"), None)
            link = address_of_link(element, base) if element is not None else ""
        address = web_url(link, base) if link else ""
        if address and same_site(address, url) and normalise_url(address) != normalise_url(url):
            return (address,)
    return ()


def _leading_on(tree: HtmlElement) -> Iterator[Any]:
    links = [each for each in tree.iter("a") if each.get("href")]
    yield from tree.xpath("//link[@rel='next']")
    yield from (each for each in links if "next" in (each.get("rel") or "").lower().split())
    for each in links:
        if any(_CALLED.search(names_of(around)) for around in (each, each.getparent())) and len(said(each)) <= _LABEL:
            yield each
    yield from (each for each in links if _says_next(each))


def _says_next(link: HtmlElement) -> bool:
    """Whether the words of a link are those for the next page; an arrow alone counts beside the number of a page."""
    pictures = (each.get("alt") or "" for each in link.iter("img"))
    texts = (said(link), link.get("title") or "", link.get("aria-label") or "", *pictures)
    if any(text and len(text) <= _LABEL and _words().fullmatch(_plain(text)) for text in texts):
        return True
    alone = said(link)
    around = link.getparent().getparent() if alone in _ARROWS and link.getparent() is not None else None
    return around is not None and any(said(each).isdigit() for each in around.iter("a"))


def _plain(text: str) -> str:
    return fold(text).strip(" .…»«›‹<>[]()→←-|")


@lru_cache(maxsize=1)
def _words() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.further))
