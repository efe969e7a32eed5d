"""Finds on a page what stands below the linked headline of another story and tells of it: a teaser without a box.

A paragraph belongs to the headline whose words it has, so the next paragraph of the article has none of the words that
the headline has and the article lacks. Between two paragraphs nothing is taken: what is linked there may be on what
the next one tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING

from monitor.pages.marked_blocks import WHOLE, Texts, text_length, words_apart
from monitor.pages.own_links import leads_to_a_story
from monitor.pages.sentences import is_long_title, is_sentence
from monitor.text.likeness import in_pieces, words_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SECTIONS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_AT_MOST = 60  # linked headlines that are looked at
_TEASER = 400  # characters of a teaser at most
_BETWEEN = 2  # blocks between a headline and its teaser: a picture, a date
_OUT = 3  # blocks around a linked headline that hold nothing else
_STEM = 4  # first letters by which words are the same: endings differ
SHARED = 2  # words that a teaser has of its headline at least
_SHARE = 0.25  # of the headline's words, too


def teasers(
    tree: HtmlElement,
    headline: HtmlElement | None,
    around: Set[HtmlElement],
    links: Set[HtmlElement],
    url: str,
    said: Texts,
) -> Iterator[HtmlElement]:
    """The blocks that tell of the linked headlines among ``links``, lines that are nothing but links.

    A letter that lists the week's reports is built so, too: see `_is_letter`.
    """
    body = tree.find("body")
    below = dict(_below(links, around, url, said)) if body is not None else {}
    if body is None or headline is None or not below:
        return
    own = Counter(stems(words_apart(body)))
    own.subtract(stems(words_apart(headline)))
    for line in links:
        own.subtract(stems(said[line]))
    for block in {*below.values()}:
        own.subtract(stems(words_apart(block)))
    has = {word for word, number in own.items() if number > 0}
    found = [block for line, block in below.items() if _tells(block, said[line], has)]
    told = sum(map(text_length, found))
    rest = text_length(body) - text_length(headline) - told
    if told <= rest or not _is_letter(headline, around, found, has):
        yield from found


def _below(
    links: Set[HtmlElement], around: Set[HtmlElement], url: str, said: Texts
) -> Iterator[tuple[HtmlElement, HtmlElement]]:
    """Each linked headline, with the first block below it that has a sentence."""
    titled = (
        line
        for line in links
        if is_long_title(said[line]) and any(leads_to_a_story(link, url) for link in line.iter("a"))
    )
    for _, line in zip(range(_AT_MOST), titled, strict=False):
        block: HtmlElement | None = line
        for outer in [line, *line.iterancestors()][:_OUT]:
            if outer in around or outer.tag in WHOLE or len(said[outer]) > len(said[line]):
                break
            block = outer
        for _ in range(_BETWEEN + 1):
            block = block.getnext() if block is not None else None
            if block is None or block in around or block in links or len(said[block]) > _TEASER:
                break
            if is_sentence(said[block]):
                if _are_apart(block.itersiblings("*", preceding=True), block, links) or line.tag in _SECTIONS:
                    yield from [(line, block)] if _are_apart(block.itersiblings("*"), block, links) else []
                break


def _are_apart(siblings: Iterable[HtmlElement], block: HtmlElement, links: Set[HtmlElement]) -> bool:
    """Whether the neighbours of ``block`` are links, the texts below those, and what is no sentence."""
    near = {block, *(below for line in links if (below := line.getnext()) is not None)}
    return all(each in links or each in near or not is_sentence(words_apart(each)) for each in siblings)


def _tells(block: HtmlElement, title: str, has: Set[str]) -> bool:
    """Whether a block has words of ``title`` that the rest of the page lacks."""
    words = set(stems(title))
    return len((words - has).intersection(stems(words_apart(block)))) >= max(SHARED, _SHARE * len(words))


def _is_letter(headline: HtmlElement, around: Set[HtmlElement], found: list[HtmlElement], has: Set[str]) -> bool:
    """Whether blocks with most of a page's text are its article: beside its headline, or alone in telling of it."""
    beside = any(block.getparent() in around for block in found)
    return beside or not tells_of(has, words_apart(headline))


def tells_of(has: Set[str], headline: str) -> bool:
    """Whether a text with these stems tells of its headline: of a short one, one word is enough."""
    words = set(stems(headline))
    return len(has & words) >= min(SHARED, max(1, len(words)))


def stems(text: str) -> Iterator[str]:
    """The first letters of the words of a text that are long enough to say something."""
    for piece in in_pieces(words_of(text), text):
        if len(piece) >= _STEM or not piece.isascii():
            yield piece[:_STEM]
