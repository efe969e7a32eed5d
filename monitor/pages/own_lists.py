"""Puts the lists of an article back into its text: the extractor reads a page without a block for its article by its
paragraphs alone. Pure.

A list belongs to the text that it stands in: below one of its paragraphs, and above another or at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from monitor.pages.beside import OTHERS, is_inside
from monitor.pages.marked_blocks import text_length, words_apart
from monitor.pages.sentences import is_sentence
from monitor.text.furniture import is_site_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AT_MOST = 100  # lists that are looked at
_ITEMS = 60  # items of a list at most; longer ones are registers
_LINKED = 0.4  # share of a list's characters in links from which it leads elsewhere
_LISTS = ("ul", "ol", "dl")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_LINES = _HEADINGS | {"p", "blockquote"}
_AROUND = frozenset(("nav", "header", "footer", "aside", "form", "li"))
_PRESSED = ("a", "button", "input", "label", "svg", "img", "i")
_NO_TEXT_CLASS = re.compile(r"(?:^|[\s_-])(?:shar(?:e|ing)|social|tags?|menu|breadcrumbs?|meta)(?:[\s_-]|$)", re.I)


def with_own_lists(text: str, tree: HtmlElement, others: list[HtmlElement]) -> str:
    """``text`` of the page ``tree`` with the lists that stand between its paragraphs and are not in it.

    others: blocks that name other stories.
    """
    lines = text.split("\n")
    told = {line.removeprefix("- ") for line in lines}
    for number, (above, items, closes) in enumerate(_lists(tree, told, others)):
        lost = [item for item in items if item not in told]
        if number == _AT_MOST or len(lost) < len(items) or (closes and lines[-1] != above):
            continue
        at = lines.index(above) + 1
        while at < len(lines) and lines[at].startswith("- "):  # of a list above it
            at += 1
        lines[at:at] = [f"- {item}" for item in lost]
        told.update(lost)
    return "\n".join(lines)


def with_closing_items(own: str, text: str) -> str:
    """``own``, the lines of an article, with the mark that ``text`` has before the items below the last sentence: a few
    words that stand there without one are the site's.
    """
    items = {line.removeprefix("- ") for line in text.split("\n") if line.startswith("- ")}
    lines = own.split("\n")
    end = len(lines)
    while end and lines[end - 1] in items:
        end -= 1
    if not end or lines[end - 1].endswith((":", "：")):
        return own
    return "\n".join([*lines[:end], *(f"- {item}" for item in lines[end:])])


def _lists(tree: HtmlElement, told: set[str], others: list[HtmlElement]) -> Iterator[tuple[str, list[str], bool]]:
    """(the line above it, its items, whether nothing of the text stands below it) of each list in the text."""
    for block in islice(tree.iter(*_LISTS), _AT_MOST):
        if (above := _above(block, told)) is None or not _is_text(block, others):
            continue
        items = [words_apart(each) for each in block if each.tag in ("li", "dt", "dd")]
        items = [item for item in items if item]
        below = _outer(block).getnext()
        while below is not None and below.tag in _LISTS:
            below = below.getnext()
        goes_on = below is not None and below.tag in _LINES and (below.tag in _HEADINGS or words_apart(below) in told)
        closes = not goes_on and (above.endswith((":", "：")) or all(map(is_sentence, items)) or _is_bare(block))
        if 0 < len(items) <= _ITEMS and (goes_on or closes) and not any(map(is_site_line, items)):
            yield above, items, closes


def _is_bare(block: HtmlElement) -> bool:
    """Whether nothing in a list can be pressed: its short items are no tags and no tools."""
    return next(block.iter(*_PRESSED), None) is None and not block.attrib and len(block) > 1


def _above(block: HtmlElement, told: set[str]) -> str | None:
    """The line of the text just above a list, or above its heading, None where none stands there."""
    line = _outer(block).getprevious()
    while line is not None and line.tag in _LISTS:
        line = line.getprevious()
    if line is not None and line.tag in _HEADINGS and words_apart(line) not in told:
        line = line.getprevious()
    if line is None or line.tag not in _LINES or (line.tail or "").strip():
        return None
    said = words_apart(line)
    return said if said in told else None


def _outer(block: HtmlElement) -> HtmlElement:
    """The block that holds nothing but a list, or the list."""
    outer = block.getparent()
    alone = outer is not None and outer.tag == "div" and len(outer) == 1 and not (outer.text or "").strip()
    return outer if alone and outer is not None and not (block.tail or "").strip() else block


def _is_text(block: HtmlElement, others: list[HtmlElement]) -> bool:
    """Whether a list may be text: it leads nowhere, and no block around it is for something else."""
    if _NO_TEXT_CLASS.search(block.get("class") or "") or is_inside(block, OTHERS):
        return False
    around = [block, *block.iterancestors()]
    linked = sum(map(text_length, block.iter("a")))
    return not any(each.tag in _AROUND or each in others for each in around) and linked < _LINKED * text_length(block)
