"""Older pages are laid out as a table: the article is in one cell, menus and other stories in those beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.pages.marked_blocks import OWN_TEXT, drop, text_length

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LAYOUT = frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th"))


def cut_side_columns(headline: HtmlElement) -> None:
    """Cut the cells beside that of the headline where the article is in it, and make plain blocks of its tables."""
    for cell in headline.iterancestors("td"):
        if text_length(cell) - text_length(headline) < OWN_TEXT:
            continue
        for each in [*cell.itersiblings("td"), *cell.itersiblings("td", preceding=True)]:
            drop(each)
    for each in headline.iterancestors(*_LAYOUT):
        if text_length(each) - text_length(headline) >= OWN_TEXT:
            each.tag = "div"
