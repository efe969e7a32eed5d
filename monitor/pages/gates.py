"""Walls of a paid article by the build of its page: blocks that say by their names what they are, and prompts. Pure.

The extracted text of a page may end before the wall, or hold one in words that no list knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.pages.marked_blocks import is_hidden

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_GATE = re.compile(
    r"(?<![a-z])(?:pay-?wall|reg-?wall|(?:meter(?:ed)?|login|signup|subscri(?:be|ber|bers|ption))-?wall|"
    r"(?:article|content|story|post|premium|member(?:ship)?|subscriber|subscription|soft|hard|reg|pay)-?gate|"
    r"(?:subscribers?|members?|patrons?|premium|paid)-only|(?:locked|gated|restricted|premium)-(?:content|article|post|story)|"
    r"(?:article|content|post|story)-(?:locked?|restricted)|"
    r"(?:subscri(?:be|ption)|membership|premium)-(?:prompt|required|offers?|cta|box|barrier)|"
    r"(?:article|content)-barrier|tp-container|piano-(?:inline|offer|container))(?![a-z])"
)
_GATES = 4
_LONGEST = 500  # characters of a block; what is called so and longer is the paid text itself
_PROMPT = 200  # characters of a line that asks to subscribe
_AROUND = frozenset(("header", "nav", "footer", "aside", "form"))
_LINES = frozenset(("p", "h2", "h3", "h4", "h5", "h6", "li", "div", "span", "strong"))
_ARTICLES = frozenset(("article", "main"))


def cut_gates(tree: HtmlElement) -> bool:
    """Take out of ``tree`` blocks that are walls by name and offer something to press; whether there was one."""
    gates = [
        element
        for element in tree.iterfind(".//body//*[@class]")
        if element.tag in ("div", "section") and _GATE.search(_names(element)) and _is_gate(element)
    ]
    if len(gates) > _GATES:  # a name of all paragraphs that only subscribers see, where all are shown
        return False
    for gate in gates:
        if gate.getparent() is not None:
            gate.drop_tree()
    return bool(gates)


def _names(element: HtmlElement) -> str:
    return f"{element.get('class')} {element.get('id', '')}".lower().replace("_", "-")


def _is_gate(element: HtmlElement) -> bool:
    pressed = next(element.iter("a", "button", "form"), None)
    if pressed is None or len(str(element.text_content())) > _LONGEST:
        return False
    return not any(each.tag in _AROUND or is_hidden(each) for each in (element, *element.iterancestors()))


def lines_below(headline: HtmlElement | None) -> list[str]:
    """The short lines that stand below ``headline`` in the article's own block of the page."""
    block = (
        next((each for each in headline.iterancestors() if each.tag in _ARTICLES), None)
        if headline is not None
        else None
    )
    if block is None:
        return []
    found: list[str] = []
    below = False
    for element in block.iter("*"):
        below = below or element is headline
        if below and element.tag in _LINES and len(element) <= 2 and (line := _line(element)):
            found.append(line)
    return found


def _line(element: HtmlElement) -> str:
    text = " ".join(str(element.text_content()).split())
    if not 0 < len(text) <= _PROMPT:
        return ""
    around = any(each.tag in _AROUND or is_hidden(each) for each in (element, *element.iterancestors()))
    return "" if around else text
