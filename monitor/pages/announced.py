"""Finds on a page what stands under a label such as "Related stories" or "Advertisement", with links or without.

A label opens a heading's section, or a box, or a few lines of the text itself; each of them ends elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import takewhile
from typing import TYPE_CHECKING

from monitor.pages.joiners import with_joiners
from monitor.pages.marked_blocks import SIDE_AT_MOST, WHOLE, text_length, words_apart
from monitor.pages.sentences import is_long_title, is_sentence
from monitor.text.furniture import is_announcement, labels_an_advert

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LISTS = ("ul", "ol")
_SECTIONS = HEADINGS - {"h1"}
_LABELS = frozenset(("b", "strong", "span", "p", "div", "em", "dt", "summary", "font"))
_LABEL = 60  # characters of a label at most
_TEASERS = 5  # blocks under a heading that may be teasers
_TEASER = 400  # characters of a teaser at most
_AT_MOST = 3000  # elements that are looked at: more are no article


def announced(tree: HtmlElement, around: Set[HtmlElement], links: Set[HtmlElement]) -> Iterator[HtmlElement]:
    """The blocks under the labels. links: blocks that are nothing but links, and known as such."""
    labels = [each for each in tree.iter(*_SECTIONS, *_LABELS) if each not in around]
    for label in labels[:_AT_MOST]:
        if label.tag in _SECTIONS:
            if is_announcement(words_apart(label)):
                yield from _of_section(label, around, links)
        elif len(label) == 0 and 3 < len(text := " ".join((label.text or "").split())) <= _LABEL:
            line = with_joiners(text)
            if is_announcement(line):
                yield from _of_label(label, around)
            elif labels_an_advert(line) and text_length(box := _box_of(label, around)) <= _TEASER:
                yield box


def _box_of(label: HtmlElement, around: Set[HtmlElement]) -> HtmlElement:
    """The greatest block that the label opens."""
    block = label
    for outer in label.iterancestors():
        if outer in around or outer.tag in WHOLE or not _opens(outer, label):
            break
        block = outer
    return block


def _of_section(heading: HtmlElement, around: Set[HtmlElement], links: Set[HtmlElement]) -> Iterator[HtmlElement]:
    """The lists of links under a heading, or a few lines without any. A sentence below a list is of the article."""
    under = list(takewhile(lambda each: each.tag not in HEADINGS, heading.itersiblings("*")))
    if lists := list(takewhile(lambda each: each.tag in _LISTS, under)):
        under = lists + list(takewhile(lambda each: not is_sentence(words_apart(each)), under[len(lists) :]))
    if not any(each in links for each in under[:1]) and len(under) <= _TEASERS:
        yield from (each for each in under if each not in around)


def _of_label(label: HtmlElement, around: Set[HtmlElement]) -> Iterator[HtmlElement]:
    """The box that the label opens, else the lines below it that are headlines, maybe with a teaser each."""
    block = _box_of(label, around)
    if text_length(block) > text_length(label):
        if text_length(block) <= SIDE_AT_MOST and _names_stories(block):
            yield block
        return
    yield from _lines_below(block.itersiblings("*"))


def _names_stories(box: HtmlElement) -> bool:
    """Whether a box holds links, a list or headlines: one with a sentence alone is a part of the article."""
    if next(box.iter("a", "li"), None) is not None:
        return True
    lines = [words_apart(line) for line in box.iter() if isinstance(line.tag, str) and not len(line)]
    titled = len(lines) > 1 and is_long_title(lines[1]) and not is_sentence(lines[1])
    return titled or not any(map(is_sentence, lines))


def _opens(outer: HtmlElement, label: HtmlElement) -> bool:
    return words_apart(outer).startswith(words_apart(label)) and not (outer.text or "").strip()


def _lines_below(lines: Iterable[HtmlElement]) -> list[HtmlElement]:
    """The headlines, until text of the article begins. Text is of the list where it goes on so to its end."""
    taken: list[HtmlElement] = []
    titles, pairs, titled = 0, 0, False
    for line in lines:
        text = words_apart(line)
        if not is_sentence(text) or _is_link(line, text):
            titled = True
        elif titled and len(text) <= _TEASER:
            titled, pairs = False, pairs + 1
        else:
            return taken[:titles]
        taken.append(line)
        titles = len(taken) if not pairs else titles
    return taken if pairs != 1 else taken[:titles]


def _is_link(line: HtmlElement, text: str) -> bool:
    return sum(map(text_length, line.iter("a"))) >= len(text)
