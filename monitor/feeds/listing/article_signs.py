"""What shows that a list without dates lists articles, and not services, rooms, staff or laws. Pure.

Such lists are built as those of articles are. What differs: articles are called so by the address, by the heading or by
the markup, their numbers fall from the newest on, or their headlines are sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from monitor.feeds.listing.item_parts import Item
from monitor.feeds.listing.page_tree import WHOLE, address_of_link, breadth, heading_above, names_of, said
from monitor.languages import any_of
from monitor.text.article_addresses import is_among_news, is_of_article
from monitor.text.urls import is_front_page, normalise_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LEAST = 4  # numbers that fall
_HEADING = 60  # characters of a heading that names a list
_SENTENCE, _WORDS = 45, 6  # breadth and words from which a headline says a whole thing
_ASKS = ("?", "؟", "？")
_PARTS = re.compile(r"\s[-–—|:»·]\s|:\s")
_CALLED = re.compile(
    r"(?:^|[\s_-])(?:news|hentry|type-post|node--type-(?:article|news|story)|stor(?:y|ies)|articles?|blog-?(?:post|item)|"
    r"press(?:-release)?|khabar|akhbar|haber(?:ler)?|novosti|noticias?|titr)(?:$|[\s_-])|(?:^|\s)post(?:$|\s)|news-?(?:box|item|card|list)",
    re.IGNORECASE,
)
_SCHEMA = re.compile(r"Article|Posting|Report$")
_NUMBER = re.compile(r"\d+")


def has_own_signs(items: Sequence[Item], tree: HtmlElement, url: str) -> bool:
    """Whether the items themselves, or the heading above them, are those of articles.

    url: of the page, whose tree ``tree`` is. Where the page is one of news, so is what lies below its address.
    """
    links = [each.link for each in items]
    if _most(each.title.endswith(_ASKS) for each in items):  # what is often asked
        return False
    if _most(map(_is_among_news, links)) or _numbers_fall(links) or _most(map(_is_marked, items)):
        return True
    named = heading_above(items[0].block)
    if _are_sentences(items) or (named is not None and _names_news(said(named))):
        return True
    below = url.partition("?")[0].rstrip("/") + "/"
    return _most(each.startswith(below) for each in links) and has_signs_of_page(items, tree, url)


def has_signs_of_page(items: Sequence[Item], tree: HtmlElement, url: str) -> bool:
    """Whether items without signs of their own stand on a page of news, each under a headline of its own."""
    return _differ(items) and is_of_news(tree, url)


def is_of_news(tree: HtmlElement, url: str) -> bool:
    """Whether a page is called one of news by its address, its heading or a part of its title.

    What leads to the front page is called "Home", and so may be a page that lists no articles.
    """
    if is_among_news(url):
        return True
    home = {said(each) for each in tree.iter("a") if _leads_home(each, url)}
    title = _PARTS.split(" ".join((tree.findtext(".//title") or "").split()))
    names = (*map(said, tree.iter("h1")), *title)
    return any(each not in home and _names_news(each) for each in names)


def _leads_home(link: HtmlElement, url: str) -> bool:
    address = address_of_link(link, url)
    return bool(address) and is_front_page(normalise_url(address))


def _is_among_news(link: str) -> bool:
    """Whether a folder of an address is called news, in any language."""
    folders = unquote(urlsplit(link).path).split("/")
    return is_among_news(link) or any(not each.isascii() and _names_news(each) for each in folders)


def _most(answers: Iterable[bool]) -> bool:
    told = list(answers)
    return 2 * sum(told) > len(told)


def _numbers_fall(links: Sequence[str]) -> bool:
    """Whether the numbers in addresses fall from item to item, as from the newest to the oldest."""
    found = [max(_NUMBER.findall(each), key=len, default="") for each in links]
    numbers = [int(each) for each in found if 0 < len(each) < 20]
    if len(numbers) < max(_LEAST, len(links)):
        return False
    return sum(one > two for one, two in pairwise(numbers)) >= 0.8 * (len(numbers) - 1)


def _is_marked(item: Item) -> bool:
    """Whether the markup of an item calls it an article."""
    for each in (item.block, *islice(item.block.iterdescendants(), 10)):
        if isinstance(each.tag, str) and (_CALLED.search(names_of(each)) or _SCHEMA.search(each.get("itemtype") or "")):
            return True
    around = item.block.getparent()
    return around is not None and around.tag not in WHOLE and _CALLED.search(names_of(around)) is not None


def _are_sentences(items: Sequence[Item]) -> bool:
    """Whether most headlines say whole things, each its own, at addresses like those of articles."""
    whole = [each for each in items if is_sentence(each.title, each.link)]
    return 3 * len(whole) >= 2 * len(items) and _differ(whole)


def is_sentence(title: str, link: str) -> bool:
    """Whether a headline says a whole thing, at an address like those of articles."""
    whole = breadth(title) >= _SENTENCE and len(title.split()) >= _WORDS and not title.endswith(_ASKS)
    return whole and is_of_article(link)


def _differ(items: Sequence[Item]) -> bool:
    """Whether headlines begin with words of their own, and not like the offices of a body: "Office in X"."""
    return 2 * len({each.title.split()[0] for each in items}) > len(items)


@lru_cache(maxsize=1)
def _news() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.feed_names), re.IGNORECASE)


def _names_news(name: str) -> bool:
    return len(name) <= _HEADING and _news().fullmatch(name.strip(" .:|-–»")) is not None
