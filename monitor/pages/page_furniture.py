"""What stands around an article by the build of its page: links, boxes and lists of other stories. Pure.

The extracted text of an article may hold a teaser, and nothing in its words says so. The page does: all of it is a
link, or it lies in a box for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.model.frozen import frozen
from monitor.pages.beside import NO_BUILDER
from monitor.pages.edits import plain, sentences_of
from monitor.pages.marked_blocks import keep_footnotes
from monitor.text.charset import decode_body

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LINKED = 0.8  # share of a block's characters in links from which it leads elsewhere
LARGEST = 0.3  # share of a page's paragraphs above which a box holds the article itself, whatever it is called
HTML_LIMIT = 3_000_000  # bytes of a page that are read

_BLOCKS = frozenset(
    ("p", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "dd", "dt", "figcaption", "td", "div", "section")
)
_TEXTLESS = ("script", "style", "noscript", "template", "svg")
_PIECES = frozenset(("span", "time", "a"))  # a block of their own, and part of the block around them
_APART = frozenset(("aside", "nav", "footer", "form", "button", "time", "select", "figure"))
_BOX = re.compile(
    rf"(?:^|[-_\s]){NO_BUILDER}widgets?(?:$|[-_\s\d])|"
    r"(?:^|[-_\s])(?:related|teasers?|promos?|recommend\w*|recirc\w*|popular|trending|ticker|newsletter|share|"
    r"sharing|social|comments?|counters?|views?|breaking|most|sidebar|advert\w*|ads?|adslot|adsense|dfp|mpu|promoted|"
    r"sponsor\w*|outbrain|taboola|cookies?|gdpr|consent|cmp|also|latest|more|next|prev|readmore|timestamp|updated|"
    r"modified|post-?date|published|meta|byline|tags?|breadcrumbs?|"
    r"toast|banner|poll|quiz|votes?|countdown|salat|prayer|weather|currency|rates?)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@frozen
class Build:
    """What the build of a page says of its lines. around: keys (see `pages.edits.sentence_key`) of the sentences that
    stand in no block of its article. items: the texts of the lists that may be of the article, an item each. values:
    what stands below its name in such a list (``dd``).
    """

    around: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()


def build_of(body: bytes, charset: str | None) -> Build:
    """The build of a page."""
    from lxml.etree import strip_elements  # noqa: PLC0415 - 7 ms; a poll in which nothing changed reads no page
    from trafilatura import load_html  # noqa: PLC0415 - 90 ms; a poll in which nothing changed reads no page

    tree = load_html(decode_body(body[:HTML_LIMIT], charset)[0])
    if tree is None:
        return Build()
    strip_elements(tree, *_TEXTLESS, with_tail=False)
    keep_footnotes(tree)
    around: set[str] = set()
    own: set[str] = set()
    listed: dict[str, set[str]] = {"li": set(), "dd": set()}
    for tag, text, is_around in _blocks(tree):
        (around if is_around else own).update(each.key for each in sentences_of(text))
        if tag in listed and not is_around:
            listed[tag].add(plain(text))
    return Build(frozenset(around - own), *map(frozenset, listed.values()))


def _blocks(tree: HtmlElement) -> Iterator[tuple[str, str, bool]]:
    """(name, text, whether it stands around the article) of every innermost block."""
    largest = LARGEST * _prose_in(tree)
    boxes = {each for each in tree.iter("*") if _is_box(each) and _prose_in(each) <= largest}
    for element in tree.iter("*"):
        if element.tag in _PIECES or (element.tag in _BLOCKS and not _holds_blocks(element)):
            inside = element in boxes or any(parent in boxes for parent in element.iterancestors())
            yield element.tag, _text(element), inside or _is_linked(element)


def _prose_in(element: HtmlElement) -> int:
    """Characters in paragraphs. A page's scripts and lists are often longer than its article."""
    return sum(len(_text(each)) for each in element.iter("p"))


def _holds_blocks(element: HtmlElement) -> bool:
    return any(child.tag in _BLOCKS for child in element.iterdescendants())


def _is_box(element: HtmlElement) -> bool:
    if element.tag in _APART or "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return bool(_BOX.search(names) or _HIDDEN.search(element.get("style", "")))


def _is_linked(element: HtmlElement) -> bool:
    size = len(_text(element))
    return size > 0 and sum(len(_text(link)) for link in element.iter("a")) >= LINKED * size


def _text(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())
