"""Dates that stand beside the items of a list: on the line of each, over those of a day, before or after. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from monitor.feeds.listing.page_tree import HEADINGS, WHOLE, heading_above, said
from monitor.text.timestamps import NO_YEAR, DateStyle, read_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HAS_YEAR = re.compile(r"\d{4}")
_YEAR = re.compile(r"(?<!\d)(?:19[89]|20\d|1[34]\d)\d(?!\d)")
_LONGEST = 60  # characters of a line that is a date
_LEVELS = 3  # elements around an item whose neighbours are looked at
_SIBLINGS = 40
_BESIDE = " \n\t()[]-–|"
_LINE_ENDS = frozenset(("br", "hr", "p", "div", "ul", "ol", "table", *HEADINGS))

_Found = tuple[object, str]  # where a date stands, and how it is written


def dates_around(blocks: Sequence[HtmlElement], now: datetime, style: DateStyle) -> dict[HtmlElement, str]:
    """The date of each block of a list in whose blocks no date stands, as it is written; empty where there are none.

    One date for the whole list is the page's clock, or that of its making.
    """
    for sides in ((_before_on_the_line, _after_on_the_line), (_before, _after)):
        beside = [{each: date for each in blocks if (date := _first(side(each), now, style))} for side in sides]
        found = max(beside, key=len)  # what stands after each stands before the next, but for the last
        if len({place for place, _ in found.values()}) > 1 and 2 * len(found) > len(blocks):
            return {each: written for each, (_, written) in found.items()}
    return {}


def with_year_above(block: HtmlElement, written: str, now: datetime, style: DateStyle) -> str:
    """A date that names no year with the year that the heading above its item names: "15 Nov" below "2025"."""
    found = read_date(written, now, style, shown=True) if written and not _HAS_YEAR.search(written) else None
    heading = heading_above(block) if found and found.doubt == NO_YEAR else None
    year = _YEAR.search(said(heading)) if heading is not None and len(said(heading)) <= _LONGEST else None
    whole = f"{written} {year[0]}" if year else written
    return whole if read_date(whole, now, style, shown=True) else written


def _first(places: Iterator[_Found], now: datetime, style: DateStyle) -> _Found | None:
    for place, text in places:
        if text and len(text) <= _LONGEST and any(map(str.isdigit, text)) and read_date(text, now, style, shown=True):
            return place, text
    return None


def _before_on_the_line(block: HtmlElement) -> Iterator[_Found]:
    """What stands before a block, back to a break, an element that begins a line, or another link."""
    around = block.getparent()
    for each in islice(block.itersiblings(preceding=True), _SIBLINGS):
        *further, last = _lines(each.tail, around)
        yield (each, "tail"), last
        if further or _ends_line(each):
            return
        yield each, said(each)
    yield (around, "text"), _lines(around.text, around)[-1]


def _after_on_the_line(block: HtmlElement) -> Iterator[_Found]:
    """What stands after a block, up to where its line ends."""
    around = block.getparent()
    for each in (block, *islice(block.itersiblings(), _SIBLINGS)):
        if each is not block:
            if _ends_line(each):
                return
            yield each, said(each)
        first, *further = _lines(each.tail, around)
        yield (each, "tail"), first
        if further:
            return


def _lines(text: str | None, around: HtmlElement) -> list[str]:
    """The lines of a text; only in preformatted text it holds several."""
    return [each.strip(_BESIDE) for each in (text or "").split("\n" if around.tag == "pre" else "\0")]


def _ends_line(element: HtmlElement) -> bool:
    return element.tag in _LINE_ENDS or next(element.iter("a"), None) is not None


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
        if level == 1 and element is not None and element.text:
            yield (element, "text"), element.text.strip(_BESIDE)


def _after(block: HtmlElement) -> Iterator[_Found]:
    """The lines right below a block, before the next item."""
    if block.tail and block.tail.strip():
        yield (block, "tail"), block.tail.strip(_BESIDE)
    for each in islice(block.itersiblings(), _SIBLINGS):
        if not isinstance(each.tag, str) or next(each.iter("a"), None) is not None:
            return
        yield each, said(each)
        if each.tail and each.tail.strip():
            yield (each, "tail"), each.tail.strip(_BESIDE)
