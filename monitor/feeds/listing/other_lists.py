"""Lists of what is no article, however it is dated: tenders, posts to apply for, events, games, pictures, files. Pure.

They are built as lists of articles are. What tells them apart: the heading above them or the page calls them so, their
addresses do, their titles begin with what they are, they name a day by which to apply, or they show scores.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from monitor.feeds.listing.article_signs import is_of_news
from monitor.feeds.listing.item_parts import Item
from monitor.feeds.listing.page_tree import HEADINGS, WHOLE, pieces, said
from monitor.languages import any_of, languages
from monitor.text.article_addresses import is_among_news, is_among_others
from monitor.text.fold import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LEAST = 3  # items of a part that is judged by itself
_LEVELS = 8  # elements around an item whose headings are looked at
_SIBLINGS = 20
_HEAD = 80  # characters of what holds a heading and little else
_NAME = 60  # of a heading that names what is listed
_PIECE = 60  # of a label and the day after it
_CELLS = 12  # of a table's head
_SCORE = re.compile(r"\(?\d{1,3}\s*[-–—:]\s*\d{1,3}\)?")
_LONGEST_SCORE = len("(100 - 100)")
_CLOCK = re.compile(r"\d{1,2}:[0-5]\d")
_KEY_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\W]+")
_TITLE_PARTS = re.compile(r"\s[-–—|:»·]\s|:\s")


def names_others(name: str) -> bool:
    """Whether a heading says that tenders, posts, events, games, pictures or files follow, or several of them."""
    if not 0 < len(name) <= _NAME:
        return False
    plain = _plain(name)
    return any(all(map(_named().fullmatch, parts)) for parts in ([plain], _joint().split(plain)))


def are_others(titles: Sequence[str], links: Sequence[str], keys: Sequence[str], tree: HtmlElement, url: str) -> bool:
    """Whether what a page's data lists is of something else: by what the page, the titles or the addresses call it.

    keys: the names under which it stands in the data, such as ``tenders`` and ``upcomingEvents``.
    """
    if _most(map(is_among_news, links)):
        return False
    by_address = not is_of_news(tree, url) and _most(map(is_among_others, links))
    by_key = any(names_others(_KEY_PARTS.sub(" ", key)) for key in keys)
    return by_address or by_key or _mostly(map(_begins_so, titles)) or _is_page_of_others(tree, url)


def articles_among(items: Sequence[Item], tree: HtmlElement, url: str) -> list[Item]:
    """The items without the parts of their list that are of something else; none where all are.

    url: of the page, whose tree ``tree`` is.
    """
    by_address = not is_of_news(tree, url)  # ministries keep news in a folder of events
    parts: dict[tuple[str, HtmlElement], list[Item]] = defaultdict(list)
    heads = _heads([each.block for each in items])
    for each in items:
        parts[heads[each.block], each.block.getparent()].append(each)
    articles = [
        part for (head, _), part in parts.items()
        if not names_others(head) and (len(part) < _LEAST or not _is_of_others(part, by_address=by_address))
    ]  # fmt: skip
    kept = [each for part in articles for each in part]
    if not kept:
        return []
    named = _is_page_of_others(tree, url) and not _most(is_among_news(each.link) for each in kept)
    if named or _is_of_others(kept, by_address=by_address):
        return []
    chosen = set(kept)
    return [each for each in items if each in chosen]


def _is_of_others(part: Sequence[Item], *, by_address: bool) -> bool:
    """Whether most items show by themselves that they are no articles. by_address: whether their folders count."""
    if by_address and _most(is_among_others(each.link) for each in part):
        return True
    if _mostly(_begins_so(each.title) for each in part):
        return True
    return (
        _mostly(_sides().fullmatch(each.title.lower()) for each in part)
        or _most(map(_shows_score, part))
        or _is_due(part)
    )


def _is_page_of_others(tree: HtmlElement, url: str) -> bool:
    """Whether the address, the heading or the title of a page calls it one of these."""
    title = _TITLE_PARTS.split(" ".join((tree.findtext(".//title") or "").split()))[0]
    return is_among_others(url) or any(map(names_others, (title, *map(said, tree.iter("h1")))))


def _heads(blocks: Sequence[HtmlElement]) -> dict[HtmlElement, str]:
    """What the heading above each block says that is no headline of another block; "" where none stands near."""
    around = {each for block in blocks for each in block.iterancestors()}
    found: dict[HtmlElement, str] = {}
    for block in blocks:
        found[block] = _head(block, around, found)
    return found


def _head(block: HtmlElement, around: set[HtmlElement], found: dict[HtmlElement, str]) -> str:
    """The nearest heading before a block, in what holds little else, or the label of what it stands in.

    around: all that holds a block. found: the headings of the blocks before it.
    """
    element = block
    for _ in range(_LEVELS):
        if element is None or element.tag in WHOLE:
            break
        if element is not block and (label := element.get("aria-label")):
            return str(label)
        for each in islice(element.itersiblings(preceding=True), _SIBLINGS):
            if each in found:
                return found[each]
            if each in around or not isinstance(each.tag, str):
                continue
            heading = next(each.iter(*HEADINGS, "summary", "legend", "caption"), None)
            if heading is not None and len(said(each)) <= _HEAD:
                return said(heading)
        element = element.getparent()
    return ""


def _begins_so(title: str) -> bool:
    return _beginning().match(_plain(title)) is not None


def _shows_score(item: Item) -> bool:
    """Whether a score stands in an item, in an element or in pieces of its own: no time of day, and not its date."""
    elements = map(said, item.block.iter("b", "strong", "span", "div", "td", "p", "em", "i", "a"))
    texts = list(pieces(item.block))
    threes = ("".join(each) for each in zip(texts, texts[1:], texts[2:], strict=False))
    scores = (each for each in (*elements, *threes) if len(each) <= _LONGEST_SCORE and _SCORE.fullmatch(each))
    return any(not _CLOCK.fullmatch(each) and each not in item.date for each in scores)


def _is_due(part: Sequence[Item]) -> bool:
    """Whether items name a day by which to apply: each in a label of its own, or all in the head of their table."""
    if _most(any(_names_end(each) for each in pieces(item.block)) for item in part):
        return True
    table = next(part[0].block.iterancestors("table"), None)
    row = next(table.iter("tr"), None) if table is not None else None
    cells = islice(row.iter("th", "td"), _CELLS) if row is not None else ()
    return any(_end().fullmatch(_plain(said(each))) for each in cells)


def _names_end(piece: str) -> bool:
    return len(piece) <= _PIECE and _end().match(_plain(piece)) is not None


def _plain(text: str) -> str:
    return fold(text).strip(" :.-–»«")


def _most(answers: Iterable[object]) -> bool:
    told = list(map(bool, answers))
    return 2 * sum(told) > len(told)


def _mostly(answers: Iterable[object]) -> bool:
    told = list(map(bool, answers))
    return bool(told) and 3 * sum(told) >= 2 * len(told)


@lru_cache(maxsize=1)
def _sides() -> re.Pattern[str]:
    """Two sides of a game: "Duhok v Najaf", "Duhok 2-1 Najaf", "Duhok - Najaf"."""
    words = "|".join(re.escape(word) for known in languages() for word in known.furniture.versus)
    score = r"\d{1,2} ?[-–:] ?\d{1,2}"
    return re.compile(rf"(?:\S+ ){{1,4}}(?:{words}|[x×]|{score})\.?(?: \S+){{1,8}}|(?:\S+ ){{1,3}}[-–](?: \S+){{1,3}}")


@lru_cache(maxsize=1)
def _joint() -> re.Pattern[str]:
    """What stands between two names of lists: "Tenders and vacancies"."""
    words = "|".join(re.escape(fold(word)) for known in languages() for word in known.elapsed.joining)
    return re.compile(rf"\s*[,،/&+|]\s*|\s+(?:{words})\s+")


@lru_cache(maxsize=1)
def _named() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.other_lists))


@lru_cache(maxsize=1)
def _beginning() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(lambda known: known.furniture.other_lists)})\b")


@lru_cache(maxsize=1)
def _end() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(lambda known: known.furniture.deadlines)})\b")
