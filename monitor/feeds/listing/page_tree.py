"""A page as a tree, and what its elements hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import islice
from typing import TYPE_CHECKING
from unicodedata import east_asian_width
from urllib.parse import urldefrag

from monitor.pages.marked_blocks import is_hidden, words_apart
from monitor.text.urls import web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HTML_LIMIT = 5_000_000  # characters of a page that are read
WHOLE = frozenset(("html", "body", "main"))  # elements that are around a page, and say nothing of its parts
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TEXTLESS = ("style", "template", "svg", "iframe", "button", "select", "noscript")
_LINKS = 3  # with words, from which what stands for a script is a list; pictures and counters have none
_LEVELS = 8  # elements around a list whose headings are looked at
_SIBLINGS = 20
_ROWS = 50  # that a cell may stand over
_DATE = 60  # characters of one that may be the date of all
_LABEL = 25  # `breadth` of what a button may say; a longer text is the headline of what it opens
_LONGEST_PIECE = 2_000  # characters of one piece of text


def page_tree(text: str, prepare: Callable[[HtmlElement], None]) -> HtmlElement | None:
    """The page without what is no text and without what it hides; scripts stay, for some hold the list. None where
    nothing is left to read. prepare: what is done to the tree before buttons go.
    """
    from lxml.etree import LxmlError, strip_elements  # noqa: PLC0415 - 7 ms; few sources are pages
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415 - 20 ms; few sources are pages

    markup = text[:HTML_LIMIT].encode("utf-8", "replace")
    try:
        tree = document_fromstring(markup, parser=HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True))
    except (LxmlError, ValueError):
        return None
    prepare(tree)
    _spread_rows(tree)
    _label_tabs(tree)
    for element in [each for each in tree.iter("noscript", "template") if _is_shown(each)]:
        element.drop_tag()
    for element in [each for each in tree.iter("button") if breadth(said(each)) > _LABEL]:
        element.drop_tag()
    strip_elements(tree, *_TEXTLESS, with_tail=False)
    for element in [each for each in tree.iter("div", "ul", "section", "li", "p", "span", "a") if is_hidden(each)]:
        if element.getparent() is not None:
            element.drop_tree()
    return tree


def _spread_rows(tree: HtmlElement) -> None:
    """Puts what stands in a cell over several rows, without a link, into each of them: the date of all of a day."""
    for cell in tree.xpath(f"//td[@rowspan > 1][not(.//a)][string-length() <= {_DATE}]"):
        spans = cell.get("rowspan").strip()
        rows = min(int(spans), _ROWS) if spans.isdecimal() else 1
        for row in list(islice(cell.getparent().itersiblings("tr"), rows - 1)):
            row.insert(0, deepcopy(cell))
            del row[0].attrib["rowspan"]


def _label_tabs(tree: HtmlElement) -> None:
    """Gives what a tab opens the words of the tab as its label, which stand elsewhere on the page."""
    opened = {each.get("id"): each for each in tree.iter("div", "section", "ul", "article", "li") if each.get("id")}
    for tab in tree.iter("a", "button"):
        for name in ("href", "data-bs-target", "data-target", "aria-controls"):
            shown = opened.get((tab.get(name) or "").lstrip("#"))
            if shown is not None and not shown.get("aria-label") and said(tab):
                shown.set("aria-label", said(tab))


def _is_shown(element: HtmlElement) -> bool:
    """Whether a reader without scripts sees what is in it: the shadow of another element, or a list instead of one."""
    if element.tag == "template":
        return "shadowrootmode" in element.attrib
    return sum(bool(said(each)) for each in element.iter("a")) >= _LINKS


def base_of(tree: HtmlElement, url: str) -> str:
    """The address from which relative links of the page count."""
    named = next(iter(tree.xpath("//base/@href")), "")
    return web_url(str(named), url) or url


def address_of_link(link: HtmlElement, base: str) -> str:
    """The absolute address of an ``a`` element, without its fragment; "" for none that can be fetched."""
    href = (link.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return ""
    address = web_url(href, base)
    return address if "#!" in address else urldefrag(address).url


def heading_above(block: HtmlElement) -> HtmlElement | None:
    """The nearest heading above a block, None where none stands near."""
    element = block
    for _ in range(_LEVELS):
        if element is None or element.tag in WHOLE:
            break
        for each in islice(element.itersiblings(preceding=True), _SIBLINGS):
            headings = list(each.iter(*HEADINGS, "summary")) if isinstance(each.tag, str) else []
            if headings:
                return headings[-1]
        element = element.getparent()
    return None


def said(element: HtmlElement) -> str:
    """The text of an element on one line."""
    return words_apart(element)[:_LONGEST_PIECE]


def breadth(text: str) -> int:
    """The length of a text on a line: an ideograph stands for several letters, and counts as two characters."""
    return len(text) if text.isascii() else len(text) + sum(east_asian_width(each) in "WF" for each in text)


def pieces(element: HtmlElement, *, without: HtmlElement | None = None) -> Iterator[str]:
    """The pieces of text within an element, in order; those of the element ``without`` are left out."""
    if element is without:
        return
    if element.text and element.text.strip():
        yield re.sub(r"\s+", " ", element.text[:_LONGEST_PIECE]).strip()
    for child in element:
        if isinstance(child.tag, str):
            yield from pieces(child, without=without)
        if child.tail and child.tail.strip():
            yield re.sub(r"\s+", " ", child.tail[:_LONGEST_PIECE]).strip()


def names_of(element: HtmlElement) -> str:
    """Class and identifier of an element, as written."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"
