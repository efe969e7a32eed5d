"""Other stories on a page that show a date of their own: the next article, and items that are a link and its day.

An article shows its date between its headline and its first sentence, once. What is built so again is another story.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from monitor.pages.edit_labels import DAY, YEAR
from monitor.pages.following import following
from monitor.pages.marked_blocks import WHOLE, text_length, words_apart
from monitor.pages.own_links import leads_to_a_story
from monitor.pages.sentences import is_long_title, is_sentence
from monitor.pages.stamps import is_stamp

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS = ("h1", "h2", "h3")
_DATE = 80  # characters of a line that is a date
_LINES = 12  # elements below a heading among which its date is looked for
_STANDFIRST = 1  # sentences above the date of the page's own headline
_CLOCK = re.compile(r"\d:\d\d|\d ?h ?\d\d")
_SIGNED = re.compile(r"\d{4}\W{1,3}\d{1,2}:\d\d\W*(?:[A-Z]{2,5})?$")  # "Ann Bell, 30 November 2026 11:40 GMT"
_ITEM = 400  # characters of an item that is a link and a date
_DEPTH = 4  # blocks around a date that may be such an item
_LINKS = 6  # links of such an item
_SCANNED = 400  # elements below a headline among which its first sentence is looked for


def is_dated_anew(heading: HtmlElement, headline: HtmlElement) -> bool:
    """Whether a heading is built as ``headline`` is: both with a date and a sentence below, in blocks of one build that
    stand side by side, or one below a rule or as a title of the first rank.

    A chronology has days under its headings. So under a heading of a lower rank the date is one with its hour.
    """
    if not _stands_alike(heading, headline):
        return False
    hour = heading.tag != headline.tag
    return _has_date(heading, 0, with_hour=hour) and _has_date(headline, _STANDFIRST, with_hour=False)


def begins_anew(heading: HtmlElement) -> bool:
    """Whether a heading begins another article: a page has one of the first rank; else a rule stands above it."""
    before = heading.getprevious()
    return heading.tag == "h1" or (before is not None and before.tag == "hr")


def _stands_alike(heading: HtmlElement, headline: HtmlElement) -> bool:
    blocks = {block.getparent(): block for block in (headline, *headline.iterancestors())}
    for block in (heading, *heading.iterancestors()):
        own = blocks.get(block.getparent())
        if own is not None:
            alike = own is not headline and (own.tag, own.get("class")) == (block.tag, block.get("class"))
            return begins_anew(heading) if block is heading else alike
    return False


def _has_date(heading: HtmlElement, sentences: int, *, with_hour: bool) -> bool:
    """Whether a day stands just above ``heading`` or below it, and then a sentence; above it at most ``sentences``."""
    above = heading.getprevious()
    dated = above is not None and _is_date(above, with_hour=with_hour)
    for each in islice((each for each in following(heading) if each.tag not in ("script", "br")), _LINES):
        if each.tag in _HEADINGS and not sentences:
            return False
        if is_sentence(words_apart(each)):
            if dated or not sentences:
                return dated
            sentences -= 1
        else:
            dated = dated or _is_date(each, with_hour=with_hour)
    return False


def _is_date(element: HtmlElement, *, with_hour: bool) -> bool:
    """Whether an element says nothing but a day, or an author and then a day with its hour."""
    line = words_apart(element)
    written = f"{line} {element.get('datetime') or ''}"
    if len(line) > _DATE or not (YEAR.search(written) or DAY.search(written)):
        return False
    return (not with_hour or _CLOCK.search(written) is not None) and (
        is_stamp(line) or _SIGNED.search(line) is not None
    )


def links_beside(date: HtmlElement, headline: HtmlElement | None, url: str) -> list[str]:
    """The texts of the links to other pages in the small block with ``date``, [] where it is the article's own: between
    ``headline`` and the first sentence, or by an author's name below a standfirst.
    """
    if headline is None:
        return []
    around = {headline, *headline.iterancestors()}
    own = words_apart(headline)
    for block in islice((date, *date.iterancestors()), _DEPTH):
        if block in around or block.tag in WHOLE or text_length(block) > _ITEM:
            return []
        links = (each for each in islice(block.iter("a"), _LINKS) if leads_to_a_story(each, url))
        if texts := [text for text in map(words_apart, links) if text and text != own]:
            return [] if is_below(date, headline, 0 if any(map(is_long_title, texts)) else _STANDFIRST) else texts
    return []


def is_beside_a_title(date: HtmlElement, headline: HtmlElement | None) -> bool:
    """Whether the small block with ``date`` has words as long as a headline and is not near ``headline``: the item of a
    list whose links a script makes.
    """
    if headline is None:
        return False
    around = {headline, *headline.iterancestors()}
    own, day = words_apart(headline), words_apart(date)
    for block in islice((date, *date.iterancestors()), _DEPTH):
        if block in around or block.tag in WHOLE or text_length(block) > _ITEM:
            return False
        said = words_apart(block).replace(day, " ").strip()
        if is_long_title(said):
            return said != own and not is_below(date, headline)
    return False


def is_below(date: HtmlElement, headline: HtmlElement, sentences: int = _STANDFIRST) -> bool:
    """Whether ``date`` stands below ``headline``, with at most ``sentences`` between them."""
    for each in islice(following(headline), _SCANNED):
        if each is date:
            return True
        if is_sentence(words_apart(each) if each.tag == "p" else " ".join((each.text or "").split())):
            sentences -= 1
            if sentences < 0:
                return False
    return False
