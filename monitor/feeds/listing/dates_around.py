"""Dates that stand beside the items of a list and not in them: over those of a day, before or after each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from monitor.feeds.listing.page_tree import WHOLE, said
from monitor.text.timestamps import DateStyle, read_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST = 60  # characters of a line that is a date
_LEVELS = 3  # elements around an item whose neighbours are looked at
_SIBLINGS = 40

_Found = tuple[object, str]  # where a date stands, and how it is written


def dates_around(blocks: Sequence[HtmlElement], now: datetime, style: DateStyle) -> dict[HtmlElement, str]:
    """The date of each block of a list in whose blocks no date stands, as it is written; empty where there are none.

    One date for the whole list is the page's clock, or that of its making.
    """
    before = {each: _first(_before(each), now, style) for each in blocks}
    if not before[blocks[0]]:
        before = {each: _first(_after(each), now, style) for each in blocks}
    found = {each: near for each, near in before.items() if near}
    several = len({place for place, _ in found.values()}) > 1
    return {each: written for each, (_, written) in found.items()} if several and 2 * len(found) > len(blocks) else {}


def _first(places: Iterator[_Found], now: datetime, style: DateStyle) -> _Found | None:
    for place, text in places:
        if text and len(text) <= _LONGEST and any(map(str.isdigit, text)) and read_date(text, now, style, shown=True):
            return place, text
    return None


def _before(block: HtmlElement) -> Iterator[_Found]:
    """The lines above a block, from the nearest, without those of other items."""
    element, level = block, 0
    while element is not None and element.tag not in WHOLE and level <= _LEVELS:
        for each in islice(element.itersiblings(preceding=True), _SIBLINGS):
            if each.tail and each.tail.strip() and level == 0:
                yield (each, "tail"), each.tail.strip()
            if isinstance(each.tag, str) and next(each.iter("a"), None) is None:
                yield each, said(each)
        element, level = element.getparent(), level + 1


def _after(block: HtmlElement) -> Iterator[_Found]:
    """The lines right below a block, before the next item."""
    if block.tail and block.tail.strip():
        yield (block, "tail"), block.tail.strip(" \n\t()[]-–|")
    for each in islice(block.itersiblings(), _SIBLINGS):
        if not isinstance(each.tag, str) or next(each.iter("a"), None) is not None:
            return
        yield each, said(each)
        if each.tail and each.tail.strip():
            yield (each, "tail"), each.tail.strip(" \n\t()[]-–|")
