"""Headlines that stand above what leads on: "Headline", and below it "First words ... [read more]". Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from monitor.feeds.listing.item_parts import HEADLINE, TITLE_CLASS, Item, is_label
from monitor.feeds.listing.page_tree import HEADINGS, breadth, names_of, said

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SIBLINGS = 6
_LONGEST = 300  # characters of a line that is a headline
_TITLES = frozenset((*HEADINGS, "dt", "strong", "b", "th", "caption"))


def with_titles_before(items: Sequence[Item]) -> Sequence[Item]:
    """The items with the headlines above them, where none of them holds one of its own, and most have one above."""
    if not items or any(map(_has_title, items)):
        return items
    others = {each.block for each in items}
    above = {each.block: title for each in items if (title := _above(each.block, others))}
    if 2 * len(above) <= len(items) or len(set(above.values())) < len(above):
        return items
    return [replace(each, title=above.get(each.block, each.title)) for each in items]


def _has_title(item: Item) -> bool:
    """Whether the link says more than "read more", or something in the item is called its title."""
    block = item.block
    said_by_links = (said(each) for each in (block.iter("a") if block.tag != "a" else (block,)))
    if any(breadth(text) >= HEADLINE and not is_label(text) for text in said_by_links):
        return True
    return any(
        isinstance(each.tag, str)
        and (each.tag in _TITLES or TITLE_CLASS.search(names_of(each)))
        and len(said(each)) >= 8
        for each in block.iter()
    )


def _above(block: HtmlElement, others: set[HtmlElement]) -> str:
    """What stands right above, up to another item or link: of several lines the one in an element for titles."""
    lines: list[tuple[bool, str]] = []
    for each in islice(block.itersiblings(preceding=True), _SIBLINGS):
        if each in others or not isinstance(each.tag, str) or next(each.iter("a"), None) is not None:
            break
        if HEADLINE <= breadth(text := said(each)) <= _LONGEST:
            inner = {str(part.tag) for part in each.iter()}
            lines.append((bool(inner & _TITLES) or bool(TITLE_CLASS.search(names_of(each))), text))
    return next((text for marked, text in lines if marked), lines[0][1] if lines else "")
