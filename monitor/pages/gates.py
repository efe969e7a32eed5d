"""Walls of a paid article by the build of its page: blocks that say by their names what they are, and prompts. Pure.

The extracted text of a page may end before the wall, or hold one in words that no list knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from monitor.pages.flaws import is_wall, is_whole_text, names_everything, offers_everything, speaks_of_others
from monitor.pages.marked_blocks import WHOLE, is_hidden, words_apart
from monitor.pages.sentences import is_sentence

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_GATE = re.compile(
    r"(?<![a-z])(?:pay-?wall|reg-?wall|(?:meter(?:ed)?|login|signup|subscri(?:be|ber|bers|ption))-?wall|"
    r"(?:article|content|story|post|premium|member(?:ship)?|subscriber|subscription|soft|hard|reg|pay)-?gate|"
    r"(?:subscribers?|members?|patrons?|premium|paid)-only|(?:locked|gated|restricted|premium)-(?:content|article|post|story)|"
    r"(?:article|content|post|story)-(?:locked?|restricted)|"
    r"(?:subscri(?:be|ption)|membership|premium)-(?:required|barrier)|"
    r"(?:article|content)-barrier|(?<![\w-])barrier(?![\w-])|tp-container|piano-(?:inline|offer|container))(?![a-z])"
)
# What may also stand below an article that is free.
_OFFER = re.compile(r"(?<![a-z])(?:subscri(?:be|ption)|membership|premium)-(?:prompt|offers?|cta|box)(?![a-z])")
# What a publishing system says in the place of the text. It may have nothing to press.
_REFUSAL = re.compile(
    r"(?<![a-z])(?:(?:unauthori[sz]ed|restrict(?:ed|ion)|no-access|access-denied|locked)-(?:message|notice|text)|"
    r"pmpro-content-message|membership-message)(?![a-z])"
)
_GATES = 4
_LONGEST = 500  # characters of a block; what is called so and longer is the paid text itself
_PROMPT = 200  # characters of a line that asks to subscribe
_AROUND = frozenset(("header", "nav", "footer", "aside", "form"))
_LINES = frozenset(("p", "h2", "h3", "h4", "h5", "h6", "li", "div", "span", "strong"))
_OFFERED = ("p", "h2", "h3", "h4", "h5", "h6", "li", "span", "strong", "a", "button", "div", "section")
_ARTICLES = frozenset(("article", "main"))


class Gates(NamedTuple):
    """Blocks that are walls by name. walled: whether there was one. unsure: whether one offers all that the site
    publishes in no words of a wall, so that it is one below an opening. offered: lines of those that are named as
    offers, which may be walls by what they say.
    """

    walled: bool = False
    unsure: bool = False
    offered: Sequence[str] = ()

    def are_wall(self, text: str) -> bool:
        """Whether they are one by their names and what stands of the article, ``text``, above them."""
        return self.walled or (self.unsure and not is_whole_text(text.split("\n")))


def cut_gates(tree: HtmlElement, headline: HtmlElement | None) -> Gates:
    """Take out of ``tree`` blocks that are walls by name and offer something to press."""
    named = [(each, _names(each)) for each in tree.xpath("//body//*[self::div or self::section][@class or @id]")]
    gates = [each for each, names in named if (_GATE.search(names) or _REFUSAL.search(names)) and _is_gate(each)]
    offers = [each for each, names in named if _OFFER.search(names) and each not in gates and _is_gate(each)]
    if len(gates) + len(offers) > _GATES:  # a name of all paragraphs that only subscribers see, where all are shown
        return Gates()
    block = _block_of(headline) if headline is not None and offers else None
    offered: list[str] = []
    unread = unsure = False
    for offer in offers:
        lines = [words_apart(each) for each in offer.iter(*_OFFERED)]
        around = block is not None and block not in offer.iterancestors()
        if any(map(is_wall, lines)):
            offered += [line for line in lines if not around or not offers_everything(line)]
        elif not around and any(map(names_everything, lines)):
            unsure = True
        elif not around and not any(map(speaks_of_others, lines)):
            unread = True  # in words that no list knows
    for gate in (*gates, *offers):
        if gate.getparent() is not None:
            gate.drop_tree()
    return Gates(bool(gates) or unread, unsure, offered)


def _names(element: HtmlElement) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}".lower().replace("_", "-")


def _is_gate(element: HtmlElement) -> bool:
    pressed = _REFUSAL.search(_names(element)) or next(element.iter("a", "button", "form"), None) is not None
    if not pressed or len(str(element.text_content())) > _LONGEST:
        return False
    return not _is_around(element, {})


def lines_below(headline: HtmlElement | None) -> list[str]:
    """The short lines that stand below ``headline`` in the article's own block of the page."""
    block = _block_of(headline) if headline is not None else None
    if headline is None or block is None:
        return []
    found: list[str] = []
    known: dict[HtmlElement, bool] = {}
    below = False
    for element in block.iter("*"):
        below = below or element is headline
        if below and element.tag in _LINES and len(element) <= 2 and (line := _line(element, known)):
            found.append(line)
    return found


def _block_of(headline: HtmlElement) -> HtmlElement | None:
    """The article around ``headline``; on pages that mark none, the nearest block that holds text, too."""
    around = [each for each in headline.iterancestors() if each.tag not in WHOLE - _ARTICLES]
    marked = next((each for each in around if each.tag in _ARTICLES), None)
    return marked if marked is not None else next((each for each in around if _holds_text(each)), None)


def _holds_text(block: HtmlElement) -> bool:
    return any(is_sentence(words_apart(each)) for each in block.iter("p"))


def _line(element: HtmlElement, known: dict[HtmlElement, bool]) -> str:
    text = words_apart(element)
    if not 0 < len(text) <= _PROMPT:
        return ""
    return "" if _is_around(element, known) else text


def _is_around(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether an element is hidden or stands around the article, or is within one that does.

    known: what is known of others, to which this is added; lines stand in the same blocks.
    """
    passed: list[HtmlElement] = []
    around = False
    for each in (element, *element.iterancestors()):
        if each in known:
            around = known[each]
            break
        passed.append(each)
        if around := _begins_around(each):
            break
    known.update(dict.fromkeys(passed, around))
    return around


def _begins_around(element: HtmlElement) -> bool:
    """Whether what is within an element stands around the article. Some sites put the whole page into a form."""
    around = element.tag in _AROUND and (element.tag != "form" or next(element.iter("h1"), None) is None)
    return around or is_hidden(element)
