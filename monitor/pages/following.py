"""The elements of a page behind another one, in their order, as far as they are asked for. Pure.

XPath finds every element that follows before it gives the first few of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def following(element: HtmlElement, *tags: str) -> Iterator[HtmlElement]:
    """The elements, those named ``tags`` if any, that begin behind the end of ``element``; the page must not change."""
    names = tags or ("*",)
    for each in (element, *element.iterancestors()):
        for sibling in each.itersiblings("*"):
            yield from sibling.iter(*names)
