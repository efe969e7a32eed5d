"""Finds on a page the rows of cards: neighbours of one build, each the linked headline of another story and a teaser.

A letter that lists the week's reports is built so, too. It is one where the cards have most of the text around its
headline, and then they stay.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from itertools import islice
from typing import TYPE_CHECKING

from monitor.pages.marked_blocks import OWN_TEXT, WHOLE, Texts, text_length, words_apart
from monitor.pages.own_links import leads_to_a_story
from monitor.pages.sentences import is_long_title
from monitor.pages.teasers import stems, tells_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AT_MOST = 500  # links that are looked at: more are no article
_CARD = 400  # characters of a card at most
_PARTS = 12  # blocks directly in a card at most
_DEPTH = 5  # blocks around a link that are looked at
_BEFORE = 60  # characters of it that may stand above its headline: a section, a date
_ROW = 2  # cards from which they are a row
_MOST = 0.8  # share of the neighbours of one build that are cards, so that a link in a paragraph makes none
_LEADS = re.compile(r"\blocation\b|\bopen\(")  # what a script does that leads to another page

_Build = tuple["HtmlElement", object, str | None]


def rows_of_cards(
    tree: HtmlElement, headline: HtmlElement | None, around: Set[HtmlElement], url: str, said: Texts
) -> Iterator[HtmlElement]:
    """The cards of the page at ``url``, in rows. ``around``: the headline and all that it stands in."""
    if headline is None:
        return
    if not (rows := list(_rows(tree, around, url, said))):
        return
    home, own = _home(headline, [card for row in rows for card in row])
    if home is None:
        yield from _below_a_short_report(headline, around, rows)
        return
    for row in rows:
        if home not in row[0].iterancestors() or sum(map(text_length, row)) < own:
            yield from row


def clickable_cards(tree: HtmlElement, around: Set[HtmlElement]) -> Iterator[HtmlElement]:
    """The blocks with a headline that lead elsewhere by a script."""
    for block in islice(tree.xpath("//body//*[@onclick]"), _AT_MOST):
        leads = block not in around and block.tag not in WHOLE and _LEADS.search(block.get("onclick"))
        if leads and text_length(block) <= _CARD and is_long_title(words_apart(block)):
            yield block


def _below_a_short_report(
    headline: HtmlElement, around: Set[HtmlElement], rows: list[list[HtmlElement]]
) -> Iterator[HtmlElement]:
    """The cards in blocks of their own, where the little that the page says else tells of its headline."""
    own = Counter(word for body in headline.iterancestors("body") for word in stems(words_apart(body)))
    for each in (headline, *(card for row in rows for card in row)):
        own.subtract(stems(words_apart(each)))
    if tells_of({word for word, number in own.items() if number > 0}, words_apart(headline)):
        for row in rows:
            yield from row if row[0].getparent() not in around else ()


def _rows(tree: HtmlElement, around: Set[HtmlElement], url: str, said: Texts) -> Iterator[list[HtmlElement]]:
    builds: dict[_Build, list[HtmlElement]] = defaultdict(list)
    for link in islice(tree.iter("a"), _AT_MOST):
        if not leads_to_a_story(link, url) or not is_long_title(title := said[link]):
            continue
        for block in islice(link.iterancestors(), _DEPTH):
            if block in around or block.tag in WHOLE or len(block) > _PARTS:
                break
            if len(said[block]) > _CARD:
                break
            parent = block.getparent()
            if parent is not None and len(said[block]) > len(title) and 0 <= said[block].find(title) <= _BEFORE:
                builds[parent, block.tag, block.get("class")].append(block)
    for (parent, tag, name), found in builds.items():
        cards = list(dict.fromkeys(found))
        alike = [each for each in parent if each.tag == tag and each.get("class") == name and each not in around]
        if len(cards) >= _ROW and len(cards) >= _MOST * len(alike):
            yield cards


def _home(headline: HtmlElement, cards: list[HtmlElement]) -> tuple[HtmlElement | None, int]:
    """The smallest block that holds the headline and the article, and how long that is without the cards."""
    for block in headline.iterancestors():
        inside = [card for card in cards if block in card.iterancestors()]
        own = text_length(block) - text_length(headline) - sum(map(text_length, inside))
        if own >= OWN_TEXT:
            return block, own
    return None, 0
