"""Shows the parts of a page that a browser shows by itself, or only where it runs no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.pages.marked_blocks import text_length, words_apart
from monitor.pages.sentences import is_sentence

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NOTHING = 200  # characters of a page up to which it says nothing without its scripts
_PROSE = 2  # paragraphs from which what stands in for the scripts is an article, and no request to switch them on
_CODE = ("script", "style", "noscript", "template")


def show_without_scripts(tree: HtmlElement) -> None:
    """Make plain blocks of the parts of web components, and of what stands in for an article that a script draws."""
    for template in tree.iter("template"):
        if template.get("shadowrootmode") is not None:
            template.tag = "div"
    instead = [each for each in tree.iter("noscript") if sum(map(_is_prose, each.iter("p"))) >= _PROSE]
    if not instead:
        return
    body = tree.find("body")
    whole = body if body is not None else tree
    if text_length(whole) - sum(map(text_length, whole.iter(*_CODE))) <= _NOTHING:
        for each in instead:
            each.tag = "div"


def _is_prose(paragraph: HtmlElement) -> bool:
    return is_sentence(words_apart(paragraph))
