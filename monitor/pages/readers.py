"""Cuts from a page what its readers wrote below the article, where nothing in its markup says that it is theirs."""

from __future__ import annotations

from collections.abc import Set
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from monitor.pages.following import following
from monitor.pages.marked_blocks import WHOLE, drop, words_apart
from monitor.pages.sentences import is_sentence
from monitor.text.furniture import opens_comments

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AT_MOST = 300  # elements above a heading that are looked at
_MOST = 60  # headings below a headline that are looked at
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_ABOVE = "preceding::*[self::h1 or self::h2 or self::p or ((self::div or self::span or self::td) and text())]"
_LABEL = 40  # characters of a heading of comments at most
_LEVELS = 4  # blocks around a heading that it may open


def cut_comments(headline: HtmlElement, around: Set[HtmlElement]) -> None:
    """Cut the block that a heading such as "2 comments" opens below the text, or what follows the heading in its block.

    Above a text such words are only a link to the comments.
    """
    for label in islice(following(headline, *_HEADINGS), _MOST):
        text = " ".join((label.text or "").split())
        if 3 < len(text) <= _LABEL and opens_comments(text) and _stands_below_a_text(label, headline):
            _cut_from(label, around)
            return


def _stands_below_a_text(label: HtmlElement, headline: HtmlElement) -> bool:
    between = takewhile(lambda each: each is not headline, reversed(label.xpath(_ABOVE)[-_AT_MOST:]))
    return any(is_sentence(words_apart(each)) for each in between)


def _cut_from(label: HtmlElement, around: Set[HtmlElement]) -> None:
    block = label
    for outer in islice(label.iterancestors(), _LEVELS):
        opens = words_apart(outer).startswith(words_apart(label)) and not (outer.text or "").strip()
        if outer in around or outer.tag in WHOLE or not opens:
            break
        block = outer
    for each in [block, *block.itersiblings("*")] if block is label else [block]:
        drop(each)
