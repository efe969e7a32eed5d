"""Cuts from a page what its readers wrote below the article, where nothing in its markup says that it is theirs."""

from __future__ import annotations

from collections.abc import Set
from itertools import islice
from typing import TYPE_CHECKING

from monitor.pages.marked_blocks import WHOLE, drop, words_apart
from monitor.pages.sentences import is_sentence
from monitor.text.furniture import opens_comments

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_LABELS = (*_HEADINGS, "div", "span", "p", "b", "strong")
_LABEL = 60  # characters of a heading of comments at most
_AT_MOST = 2000  # elements below a headline that are looked at
_LEVELS = 4  # blocks around a heading that it may open


def cut_comments(headline: HtmlElement, around: Set[HtmlElement]) -> None:
    """Cut the block that a heading such as "2 comments" opens below the text, or what follows the heading in its block.

    Above a text such words are only a link to the comments.
    """
    told = False
    for element in islice(headline.xpath("following::*"), _AT_MOST):
        if not isinstance(element.tag, str):
            continue
        text = words_apart(element) if len(element) == 0 else " ".join((element.text or "").split())
        if is_sentence(text):
            told = True
        elif told and element.tag in _LABELS and 3 < len(text) <= _LABEL and opens_comments(text):
            _cut_from(element, around)
            return


def _cut_from(label: HtmlElement, around: Set[HtmlElement]) -> None:
    block = label
    for outer in islice(label.iterancestors(), _LEVELS):
        opens = words_apart(outer).startswith(words_apart(label)) and not (outer.text or "").strip()
        if outer in around or outer.tag in WHOLE or not opens:
            break
        block = outer
    if label.tag in _HEADINGS or block is not label:
        for each in [block, *block.itersiblings("*")] if block.tag in _HEADINGS else [block]:
            drop(each)
