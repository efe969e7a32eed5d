"""Where a list stands on its page, as CSS or XPath: as a person wrote it, and as it can be written down. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from monitor.errors import ParseError
from monitor.text.selectors import xpath_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NAME = re.compile(r"-?[A-Za-z_][\w-]*\Z", re.ASCII)
_NUMBER = re.compile(r"\d{2,}")


def selected(within: HtmlElement, selector: str) -> list[Any]:
    """What a selector finds within an element: elements, or of XPath also texts and attributes. Raises ParseError."""
    from lxml.etree import LxmlError  # noqa: PLC0415 - 7 ms; few sources are pages

    try:
        found = within.xpath(xpath_of(selector))
    except (LxmlError, ValueError) as error:
        raise ParseError(f"the selector {selector!r} cannot be used: {error}", kind="not-a-feed") from error
    return found if isinstance(found, list) else [str(found)]


def selector_for(tree: HtmlElement, blocks: Sequence[HtmlElement]) -> str:
    """A CSS selector that finds just these blocks, the shortest that is tried; "" where none does."""
    wanted = set(blocks)
    names = {_plain_name(each) for each in blocks}
    if len(names) > 1:
        names = {str(each.tag) for each in blocks}
    if len(names) != 1:
        return ""
    own = names.pop()
    parents = [list(map(_plain_name, each.iterancestors())) for each in blocks]
    shared = [name for name in parents[0] if all(name in other for other in parents)]
    found = (f"{name} {own}" for name in shared)
    for selector in (own, *found):
        if {*selected(tree, selector)} == wanted:
            return selector
    return ""


def _plain_name(element: HtmlElement) -> str:
    """An element by its identifier or first class, where these are names that stay."""
    identifier = element.get("id") or ""
    if _NAME.match(identifier) and not _NUMBER.search(identifier):
        return f"{element.tag}#{identifier}"
    for name in (element.get("class") or "").split():
        if _NAME.match(name) and not _NUMBER.search(name):
            return f"{element.tag}.{name}"
    return str(element.tag)
