"""Links of a script: a card with its address in ``data-href`` or ``onclick``, a button that loads more. Pure.

What holds an address becomes a link, so that a list is found as in any page. What posts a form (``__doPostBack`` of
ASP.NET) or calls a function of the page has none, and cannot be followed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.feeds.listing.page_tree import breadth, names_of, said

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LEAST = 3  # headlines without an address that are a list
_HEADLINE = 16
_ADDRESSES = ("data-href", "data-url", "data-link", "data-permalink", "data-target-url", "data-clickable-url")
_FURTHER = ("data-next-url", "data-next-page", "data-next-href", "data-next")
_ASSIGNED = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\(|window\.open\s*\(|(?:navigate|goto|go)\w*\s*\()\s*"
    r"(['\"])(?P<address>(?:https?:/)?[/?.\w][^'\"\s<>]*)\1",
    re.IGNORECASE,
)
_NO_CARDS = frozenset(("a", "img", "source", "picture", "video", "audio", "iframe", "script", "input", "form", "link"))
_MEDIA = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|avif|mp4|mp3|m3u8|css|js|json)(?:$|\?)", re.IGNORECASE)
_RELATIVE = re.compile(r"[\w-]+[./?][^:]*")
_LOADS = re.compile(r"more|next|older|further|infinite", re.IGNORECASE)
_POSTS = "__doPostBack"


def give_links(tree: HtmlElement) -> None:
    """Puts a link into each element that a script makes one, and that holds none; of a button, in its place."""
    for element in [each for each in tree.iter() if isinstance(each.tag, str) and each.tag not in _NO_CARDS]:
        if further := next((each for name in _FURTHER if _is_address(each := element.get(name) or "")), ""):
            element.append(_link(element, further, "next"))
        address = _address_of(element)
        if not address:
            continue
        if element.tag == "button" or element.get("role") == "button":
            element.addnext(_link(element, address, "next" if _LOADS.search(names_of(element)) else "of-script"))
        elif not any(_is_address(each.get("href") or "") for each in element.iter("a")):
            element.insert(0, _link(element, address, "of-script"))


def without_addresses(tree: HtmlElement) -> bool:
    """Whether a page lists headlines that only a script of it opens."""
    opened = (each for each in tree.iter() if isinstance(each.tag, str) and _runs(each))
    return sum(breadth(said(each)) >= _HEADLINE for each in opened) >= _LEAST


def pages_by_script(tree: HtmlElement) -> bool:
    """Whether further pages of a list are opened by a script that posts a form."""
    return any(_POSTS in (each.get("href") or "") and said(each).isdigit() for each in tree.iter("a"))


def _runs(element: HtmlElement) -> bool:
    """Whether a click on an element runs a script and leads nowhere by itself."""
    href = (element.get("href") or "").lstrip().lower()
    return href.startswith("javascript:") or (bool(element.get("onclick")) and not _is_address(href))


def _address_of(element: HtmlElement) -> str:
    for name in _ADDRESSES:
        if _is_address(element.get(name) or ""):
            return (element.get(name) or "").strip()
    found = _ASSIGNED.search(element.get("onclick") or "")
    return found["address"] if found and _is_address(found["address"]) else ""


def _is_address(text: str) -> bool:
    text = text.strip()
    if not text or text.startswith("#") or _MEDIA.search(text):
        return False
    return (
        text.startswith(("http://", "https://", "/", "?", "./", "../"))
        or re.match(r"[\w-]+[./?][^:]*$", text) is not None
    )


def _link(element: HtmlElement, address: str, name: str) -> HtmlElement:
    made = element.makeelement("a", {"href": address.strip(), "class": name})
    if name == "next":
        made.set("rel", "next")
    return made
