"""The tree of a page, as the extractor loads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def load_page(markup: str) -> HtmlElement | None:
    """The tree of HTML, None for what is none."""
    return _loader()(markup)


@lru_cache(maxsize=1)
def _loader() -> Callable[[str], HtmlElement | None]:
    from lxml.etree import ElementDefaultClassLookup  # noqa: PLC0415 - 7 ms; a poll in which nothing changed reads no page
    from lxml.html import HtmlElement  # noqa: PLC0415 - 20 ms
    from trafilatura import load_html  # noqa: PLC0415 - 90 ms
    from trafilatura.utils import HTML_PARSER  # noqa: PLC0415 - as above

    # By itself its parser calls Python for the class of each element, for forms and labels have classes of their own.
    HTML_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    return load_html
