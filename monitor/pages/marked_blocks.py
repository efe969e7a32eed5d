"""Cuts from a page the blocks that are hidden, or that say by class, role or form that they stand beside the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.pages.joiners import with_joiners
from monitor.pages.sentences import is_sentence

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_COLLAPSED = 0.6  # share of the text in paragraphs from which collapsed text is the article
_LITTLE = 100  # characters of a hidden block that are cut whatever else there is
_MOST = 2 / 3  # share of the text in paragraphs from which a block is kept though it is hidden
OWN_TEXT = 200  # characters beside the headline from which a block has the article
SIDE_AT_MOST = 1500  # characters of a block that is cut by its class alone
_FACTS = 800  # characters of a box of facts at most
_DATE_LINE = 60  # characters of a line of section and date at most
_FORM = 200  # characters at most of a form with the words around it
WHOLE = frozenset(("html", "body", "main"))
_MARKED = "//body//*[@class or @style or @hidden or @aria-hidden or @role or self::figcaption or self::dialog]"
_SIDE_ROLES = frozenset(("complementary", "navigation", "search", "dialog", "alertdialog", "menu", "contentinfo"))
# The patterns are for lower case: to ignore case takes three times as long.
HIDING_STYLE = re.compile(
    r"display\s*:\s*none|clip\s*:\s*rect\(\s*[01](?:px)?\b|clip-path\s*:\s*inset\(\s*(?:50|100)%"
    r"|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{3,}"
    r"|(?<![-\w])(?:max-)?(?:height|font-size)\s*:\s*0(?:px|em|rem)?\s*(?:;|$|!)"
)
_HIDING_CLASS = re.compile(r"(?:^|\s)(?:(?:is-|u-|visually-?)?hidden|hide|d-none|sr-only|screen-reader-text)(?:\s|$)")
_STREAMED = re.compile(r"S:\w+")  # parts of a page that React sends late and hidden; a script puts them in place
_SIDE_CLASS = re.compile(
    "caption|related|promo|ticker|breaking-?(?:bar|strip|band)|newsletter|read-?(?:more|next|also)|see-?also|author-?bio|"
    "recommend|up-?next|next-?(?:up|story|read)|sponsored|advertorial|most-?read|you-?(?:may|might)|more-?(?:stories|news|from)|"
    "(?<![a-z])(?:topics|tag-?list|keywords|bio|price-?(?:box|table|list)|rating|rates|currency|weather|prayer-?times?)(?![a-z])|"
    "author-?info|rate-?this|(?<![a-z])vjs-"
)


def cut_marked(tree: HtmlElement, around: set[HtmlElement]) -> None:
    """A block with most of the text stays: pages hide their article until a script shows it."""
    most: float | None = None
    beside: dict[str, tuple[bool, bool]] = {"": (False, False)}
    for element in tree.xpath(_MARKED):
        name = (element.get("class") or "").lower()
        if name not in beside:
            beside[name] = bool(_HIDING_CLASS.search(name)), bool(_SIDE_CLASS.search(name))
        hidden, side = beside[name]
        side = side or element.tag == "figcaption" or element.get("role") in _SIDE_ROLES
        if not (side or hidden or _is_hidden(element)) or element in around or element.tag in WHOLE:
            continue
        if most is None:
            most = sum(text_length(each) for each in tree.iter("p")) * _MOST
        length = text_length(element)
        if length < _LITTLE or (length < most and (length < SIDE_AT_MOST or not side)):
            drop(element)


def keep_fact_boxes(tree: HtmlElement) -> None:
    """Make a plain block of an aside inside the article that lists facts, where no link leads away and nothing is
    pressed, and of the line above a headline that holds the time.
    """
    for aside in list(tree.iter("aside")):
        if _holds_the_time(aside):
            aside.tag = "div"
            continue
        inside = next(aside.iterancestors("article"), None) is not None
        pressed = next(aside.iter("a", "button", "form", "input", "nav", "iframe"), None) is not None
        listed = next(aside.iter("ul", "ol", "dl", "table"), None) is not None
        name = (aside.get("class") or "").lower()
        side = _SIDE_CLASS.search(name) or _HIDING_CLASS.search(name)
        if (
            inside
            and listed
            and not pressed
            and not side
            and 0 < text_length(aside) <= _FACTS
            and not _is_hidden(aside)
        ):
            aside.tag = "div"
            aside.attrib.pop("class", None)


def keep_footnotes(tree: HtmlElement) -> None:
    """Make a plain block of a footer that stands among the paragraphs of an article and says something: a change."""
    for footer in list(tree.iter("footer")):
        before = footer.getprevious()
        among = before is not None and before.tag in ("p", "ul", "ol", "blockquote")
        pressed = next(footer.iter("a", "button", "form", "nav", "ul"), None) is not None
        if among and not pressed and len(text := words_apart(footer)) <= _FACTS and is_sentence(text):
            footer.tag = "div"


def _holds_the_time(aside: HtmlElement) -> bool:
    below = aside.getnext()
    headed = below is not None and (below.tag == "h1" or next(below.iter("h1"), None) is not None)
    return headed and 0 < text_length(aside) <= _DATE_LINE and next(aside.iter("time"), None) is not None


def _is_hidden(element: HtmlElement) -> bool:
    get = element.get
    if get("hidden") is not None or get("aria-hidden") == "true" or (element.tag == "dialog" and get("open") is None):
        return not _STREAMED.fullmatch(get("id") or "")
    style = get("style")
    return bool(style) and HIDING_STYLE.search(style.lower()) is not None


def is_hidden(element: HtmlElement) -> bool:
    """Whether a block is hidden by attribute, style or class."""
    return _is_hidden(element) or bool(_HIDING_CLASS.search((element.get("class") or "").lower()))


def cut_collapsed(tree: HtmlElement, around: set[HtmlElement]) -> None:
    """Text that opens at a click is read where it is the article: most of what the page has in paragraphs."""
    blocks = [each for each in tree.iter("details") if each not in around]
    if not blocks:
        return
    whole = sum(text_length(each) for each in tree.iter("p", "li"))
    own = sum(map(text_length, blocks)) >= _COLLAPSED * whole
    for block in blocks:
        label = block.find("summary")
        if not own:
            drop(block)
        elif label is not None and len(blocks) == 1:  # of several, it says what each is about
            drop(label)


def cut_forms(tree: HtmlElement, around: set[HtmlElement]) -> None:
    """Cut forms for readers, to subscribe or to write, with the words that ask them to. Some sites put the whole page
    into a form, which says more than that; others have a field for a mail address and no form."""
    for form in [*tree.iter("form"), *tree.xpath("//body//input[@type='email']")]:
        cut = None
        for block in (form, *form.iterancestors("div", "section", "p", "li")):
            if block in around or text_length(block) > _FORM:
                break
            cut = block
        if cut is not None:
            drop(cut)


def drop(element: HtmlElement) -> None:
    """Take an element out of its page; the text after it stays."""
    if element.getparent() is not None:  # else a block around it was cut before
        element.drop_tree()


def text_length(element: HtmlElement) -> int:
    """Characters of its text, with single spaces."""
    return len(words_apart(element))


def words_apart(element: HtmlElement) -> str:
    """The text of ``element``, as it was written, with single spaces."""
    return with_joiners(" ".join(text_of(element).split()))


class Texts(dict["HtmlElement", str]):
    """The `words_apart` of elements of a page from which nothing is cut meanwhile, each worked out once."""

    def __missing__(self, element: HtmlElement) -> str:
        text = self[element] = words_apart(element)
        return text


def text_of(element: HtmlElement) -> str:
    """The text of ``element`` as it stands in the tree (see `monitor.pages.joiners`).

    Most elements hold only text, which is read quicker. Of others it is written as text: the same as their
    `text_content`, which asks XPath for it, at a quarter of its cost.
    """
    if not len(element):
        return element.text or ""
    return _written()(element, method="text", encoding="unicode", with_tail=False)


@lru_cache(maxsize=1)
def _written() -> Callable[..., str]:
    from lxml.etree import tostring  # noqa: PLC0415 - 7 ms; a poll in which nothing changed reads no page

    written: Callable[..., str] = tostring
    return written
