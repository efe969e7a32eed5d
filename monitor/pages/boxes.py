"""Cuts from a page other stories that stand in a box of the article or below a rule: few of their words are its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.pages.announced import HEADINGS
from monitor.pages.marked_blocks import drop, text_length, words_apart
from monitor.pages.sentences import is_long_title, is_sentence
from monitor.text.likeness import in_pieces

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BOX_CLASS = re.compile(
    r"(?:^|[\s_-])(?:info|fact|side|in)?-?(?:box|inset|panel|card|callout|breakout|boxed|pullout|encart|kasten|kutu)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_BOX_STYLE = re.compile(r"(?<![-\w])(?:border|background|float)\b[\w-]*\s*:\s*(?!none|0)", re.IGNORECASE)
_BOXES = 50  # boxes that are looked at
_TELLING = 4  # letters of a word of a title that tells what it is about, at least
_OWN_BOX = 0.5  # share of a box's words in the article from which the box is about the article


def cut_boxes(tree: HtmlElement, around: set[HtmlElement]) -> None:
    """Cut other stories in a box of the article: a title, sentences, and few words that the article has."""
    blocks = tree.iter("div", "section", "table", "fieldset")
    boxes = [each for each in blocks if _is_boxed(each) or _stands_between_paragraphs(each, tree)]
    whole = sum(map(text_length, tree.iter("p"))) if boxes else 0
    for box in boxes[:_BOXES]:
        first = None if box in around else _first_line(box)
        if first is None or not is_long_title(words_apart(first)) or not any(map(_is_prose, box.iter("p", "td"))):
            continue
        if 2 * sum(map(text_length, box.iter("p"))) < whole and _is_of_another([box], tree):
            drop(box)


def cut_below_rules(tree: HtmlElement, around: set[HtmlElement]) -> None:
    """Cut another story below a rule: its title is a bold line, and it has few words of what stands above.

    Several rules with a title each are those of a bulletin.
    """
    titled = [(rule, title) for rule in tree.iter("hr") if (title := rule.getnext()) is not None and _is_titled(title)]
    for rule, title in titled if len(titled) == 1 else []:
        below = [each for each in rule.itersiblings() if each not in around]
        length = sum(map(text_length, below))
        if (
            title not in around
            and any(map(_is_prose, below))
            and 2 * length < text_length(tree)
            and _is_of_another(below, tree)
        ):
            for each in below:
                drop(each)


def _is_titled(line: HtmlElement) -> bool:
    return line.tag == "p" and _is_bold(line) and is_long_title(words_apart(line))


def _is_of_another(blocks: list[HtmlElement], tree: HtmlElement) -> bool:
    """Whether blocks have few words that stand elsewhere on the page, too."""
    body = tree.find("body")
    rest = words_apart(body if body is not None else tree)
    told: set[str] = set()
    for text in map(words_apart, blocks):
        rest = rest.replace(text, " ")
        told |= words_in(text)
    return len(told & words_in(rest)) < _OWN_BOX * len(told)


def _is_boxed(block: HtmlElement) -> bool:
    name, style = block.get("class"), block.get("style")
    if block.tag in ("table", "fieldset"):
        return True
    return bool((name and _BOX_CLASS.search(name)) or (style and _BOX_STYLE.search(style)))


def _stands_between_paragraphs(block: HtmlElement, tree: HtmlElement) -> bool:
    """Whether a block stands among bare paragraphs, as few sections of an article do, and its title says nothing that
    they say."""
    above = block.getprevious()
    if above is None or above.tag != "p":
        return False
    below = block.getnext()
    if below is None or below.tag != "p":
        return False
    title = _first_line(block)
    told = {word for word in words_in(words_apart(title)) if len(word) >= _TELLING} if title is not None else set()
    rest = words_apart(tree).replace(words_apart(block), " ")
    return bool(told) and told.isdisjoint(words_in(rest))


def _first_line(box: HtmlElement) -> HtmlElement | None:
    """The title of a box: its first line, where that is a heading or all bold."""
    for each in box.iter("p", "b", "strong", *HEADINGS):
        return each if each.tag != "p" or _is_bold(each) else None
    return None


def _is_bold(line: HtmlElement) -> bool:
    bold = line.find("b") if line.find("b") is not None else line.find("strong")
    return bold is not None and text_length(bold) == text_length(line)


def _is_prose(block: HtmlElement) -> bool:
    return is_sentence(words_apart(block))


def words_in(text: str) -> set[str]:
    """The words of ``text`` by which two texts are compared; pieces of a script without spaces."""
    return set(in_pieces(tuple(re.findall(r"\w{2,}", text.casefold())), text))
