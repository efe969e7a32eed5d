"""Which of the articles that a page's linked data describes is the page's own.

Data of other stories names their headline or address. A page's own may name it in other words, or in another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from monitor.pages.page_dates import ARTICLE_TYPE
from monitor.pages.teasers import stems
from monitor.text.likeness import title_likeness
from monitor.text.urls import is_front_page, normalise_url, web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ENOUGH = 12  # telling words of a page below which it may leave out what its headline tells
_LATIN = re.compile("[A-Za-z]{3}")
_FEW = 2  # telling words of a headline below which it says nothing
_TOLD = 0.34  # share of a headline's telling words in the page's text from which the page may tell of it
_TEXT = "//body//text()[not(ancestor::a or ancestor::script or ancestor::style or ancestor::aside or ancestor::nav)]"


def with_own_first(
    data: Iterable[dict[str, Any]], tree: HtmlElement, titles: Iterable[str], addresses: Iterable[str], url: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The linked data that may be of the page's own article, what names it first; and the articles that name another.

    titles, addresses: what the page and its feed call it, and where it says that it stands.
    """
    shown = [title for title in titles if title]
    places = {normalise_url(place) for each in (url, *addresses) if (place := web_url(each, url))}
    own: list[dict[str, Any]] = []
    unclear: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    told: set[str] | None = None
    for item in data:
        headline = str(item.get("headline") or item.get("name") or "")
        if not ARTICLE_TYPE.search(str(item.get("@type"))):
            unclear.append(item)
            continue
        if _place(item, url) in places or any(title_likeness(headline, each) in ("same", "alike") for each in shown):
            own.append(item)
            continue
        if told is None:
            told = {*stems(" ".join((*shown, *map(str, tree.xpath(_TEXT)))))}
        (unclear if _may_be_told(headline, told, shown) else others).append(item)
    return [*own, *unclear], others


def _may_be_told(headline: str, told: set[str], shown: list[str]) -> bool:
    wanted = {*stems(headline)}
    if len(wanted) < _FEW or len(told) < _ENOUGH or not shown:
        return True
    if (_LATIN.search(headline) is None) != (_LATIN.search(shown[0]) is None):
        return True
    return len(wanted & told) >= _TOLD * len(wanted)


def _place(item: dict[str, Any], url: str) -> str:
    """The address that an article names as its own, "" for none or a site's front page."""
    for key in ("mainEntityOfPage", "url", "@id"):
        given = item.get(key)
        given = given.get("@id") or given.get("url") if isinstance(given, dict) else given
        if isinstance(given, str) and "#" not in given and (place := web_url(given, url)):
            address = normalise_url(place)
            return "" if is_front_page(address) else address
    return ""
