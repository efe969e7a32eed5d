"""Which links of a page lead to another story of its site, and which into the page itself or to its sources."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from monitor.text.sites import same_site

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ENDS = "/?;"  # what may be dropped from the end of an address
_AS_WRITTEN = frozenset(";\t\r\n")  # what may be dropped within one
_ENTRIES = 2  # places of one page from which what links to them is parts of it


def plain_links_within(tree: HtmlElement, url: str) -> None:
    """Make "#" of the links into the page ``url`` itself, and of those to several places of one page: a live report
    links so to its parts."""
    own = url.partition("#")[0].rstrip("/")
    end = own.rstrip(_ENDS)
    places: dict[str, list[HtmlElement]] = defaultdict(list)
    for link in tree.iter("a"):
        page, mark, place = (link.get("href") or "").strip().partition("#")
        if mark and page and place:
            places[page].append(link)
        if page and (page.rstrip("/") == own or (_may_lead_to(end, page) and _joined(own, page).rstrip("/") == own)):
            link.set("href", "#")
    for links in places.values():
        if len({link.get("href") for link in links}) >= _ENTRIES:
            for link in links:
                link.set("href", "#")


def _may_lead_to(end: str, page: str) -> bool:
    """False where ``page``, joined to any address, makes none that ends with ``end``. To join them takes long."""
    last = page.rstrip(_ENDS).rpartition("/")[2]
    return end.endswith(last) or last in ("", ".", "..") or not _AS_WRITTEN.isdisjoint(page)


def leads_to_a_story(link: HtmlElement, url: str) -> bool:
    """Whether a link leads to another page of the site of ``url``: to other sites a letter or a survey links."""
    href = (link.get("href") or "#").strip()
    if href[:1] == "#":
        return False
    if href.startswith(("http://", "https://")):  # as most do that have a host; to join them would change nothing
        return same_site(href, url)
    return "//" not in href or same_site(_joined(url, href), url)


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href)
    except ValueError:
        return href
