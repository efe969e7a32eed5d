"""Whether a page is one article, with what else to read below it, and no list of articles. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from monitor.feeds.listing.page_tree import said

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PARAGRAPHS = 4  # one after the other, with no item between them; a list has one or two beside each of its items
_LONG = 80  # characters of a paragraph, its links left out


def is_article(tree: HtmlElement, items: Sequence[HtmlElement]) -> bool:
    """Whether paragraphs of running text follow one another outside the ``items`` that a list would be made of.

    A picture or a heading between two of them does not part them, and an item does.
    """
    within = {each for item in items for each in item.iter()}
    around = {each for item in items for each in (item, *item.iterancestors())}
    parents = dict.fromkeys(each.getparent() for each in tree.iter("p") if each not in within)
    return any(
        sum(map(_is_long, run)) >= _PARAGRAPHS
        for parent in parents
        for holds_item, run in groupby(parent, key=around.__contains__)
        if not holds_item
    )


def _is_long(element: HtmlElement) -> bool:
    if element.tag != "p":
        return False
    linked = sum(len(said(each)) for each in element.iter("a"))
    return len(said(element)) - linked >= _LONG
