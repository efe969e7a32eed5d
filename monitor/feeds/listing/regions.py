"""The regions of a page that repeat themselves, and which of them is its list of articles. Pure.

Links that stand at the same place of the same structure make a region; what holds one of them alone is an item. A list
of articles shows in its items: headlines, dates, summaries, addresses of one shape. Menus, tags and what readers liked
most have few of these, or stand where such things stand.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from statistics import fmean
from typing import TYPE_CHECKING

from monitor.feeds.listing.article_signs import has_own_signs, has_signs_of_page
from monitor.feeds.listing.dates_around import dates_around, with_year_above
from monitor.feeds.listing.item_parts import (
    HEADLINE,
    Item,
    date_of,
    dated_title,
    lies_ahead,
    links_of,
    main_link,
    summary_of,
    times_of_addresses,
    title_of,
)
from monitor.feeds.listing.other_lists import articles_among
from monitor.feeds.listing.page_tree import HEADINGS, WHOLE, address_of_link, breadth, heading_above, said
from monitor.feeds.listing.shapes import ending_of, shape_of
from monitor.feeds.listing.short_dates import short_dates
from monitor.feeds.listing.surroundings import Surroundings
from monitor.feeds.listing.titles_before import with_titles_before
from monitor.model.frozen import frozen
from monitor.text.article_addresses import is_of_article, is_of_media
from monitor.text.sites import same_site
from monitor.text.timestamps import DateStyle
from monitor.text.urls import is_front_page, normalise_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LINKS = 5_000  # of a page that are looked at
ITEMS = 2_000  # of a region
LEAST = 3  # items of a list
_CELLS = 4  # links of one row at most
ENOUGH = 1.4  # mean worth of an item from which a region may be a list of articles
_SIGNED = 1.0  # the same where more than its form says that it is one
_WORTH = 1.0  # of an item that is none of its region's menu
_DATED = 0.8
_SENTENCE = 0.4  # of a headline that says a whole thing, as no entry of a menu does
_SHAPED = 0.5
_NUMBERED = 0.3  # of a short headline with a date: "Statement no. 12"
_STATE = re.compile(
    r"^(?:first|last|odd|even|active|alt|current|clearfix|row-?\d*|item-?\d+|col-.*|[a-z]{2}:.*)$", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:1[34]|19|20)\d\d\b")
_Link = tuple["HtmlElement", str]  # an ``a`` element and its address


@frozen
class Region:
    """Items that stand in one structure. worth: how surely they are articles, in the mean; score: what regions are
    compared by. shape: of most of the addresses. beside: whether it stands at the side. is_list: whether it may be
    taken: it does not surely stand aside, and has dates or other signs of articles."""

    items: tuple[Item, ...]
    worth: float
    score: float
    shape: tuple[str, ...]
    beside: bool = False
    is_list: bool = True

    @property
    def dated(self) -> bool:
        """Whether most items have dates."""
        return 2 * sum(bool(each.date) for each in self.items) > len(self.items)


@frozen
class Page:
    """What regions are found in. base: from where its links count; url: where it was read."""

    tree: HtmlElement
    url: str
    base: str
    now: datetime
    style: DateStyle
    around: Surroundings


def regions_of(page: Page) -> list[Region]:
    """The regions that may be lists of articles, the best first."""
    found = [region for blocks in _repeated(page) if (region := _region(page, blocks))]
    return sorted(found, key=lambda each: each.score, reverse=True)


def _repeated(page: Page) -> list[list[HtmlElement]]:
    """The blocks of each repeated structure, in the order of the page."""
    groups: dict[str, list[_Link]] = defaultdict(list)
    own = normalise_url(page.url)
    for link in list(page.tree.iter("a"))[:LINKS]:
        address = address_of_link(link, page.base)
        if address and same_site(address, page.url) and normalise_url(address) != own:
            groups[_place(link)].append((link, address))
    joined = _Joined()
    for links in (each for group in groups.values() for each in _by_tools(group)):
        blocks = _blocks(links)
        if len({address for _, address in links}) >= 2:
            joined.add(blocks)
    return joined.groups()


def _by_tools(links: list[_Link]) -> list[list[_Link]]:
    """The links of a group by what they say, where each item has several of the same words: "Details | Print"."""
    said_by: dict[str, list[_Link]] = defaultdict(list)
    for link in links:
        said_by[said(link[0])].append(link)
    times = {len(each) for each in said_by.values()}
    alike = 1 < len(said_by) <= _CELLS and min(times) >= LEAST and len(times) == 1
    return list(said_by.values()) if alike and all(said_by) else [links]


def _blocks(links: Sequence[_Link]) -> list[HtmlElement]:
    """The largest element around each link that holds no other address of the group."""
    inside: dict[HtmlElement, set[str]] = defaultdict(set)
    for link, address in links:
        for each in (link, *link.iterancestors()):
            inside[each].add(address)
    found: dict[HtmlElement, None] = {}
    for link, _ in links:
        block = link
        for each in link.iterancestors():
            if len(inside[each]) > 1 or each.tag in WHOLE:
                break
            block = each
        found[block] = None
    return _rows(list(found))


def _rows(blocks: list[HtmlElement]) -> list[HtmlElement]:
    """The blocks, or what is around them where each row holds several of which one is a headline: "Title | PDF"."""
    rows: dict[HtmlElement, list[HtmlElement]] = defaultdict(list)
    for block in blocks:
        rows[block.getparent()].append(block)
    several = len(rows) >= LEAST and all(1 < len(cells) <= _CELLS for cells in rows.values())
    if several and all(sum(breadth(said(each)) >= HEADLINE for each in cells) == 1 for cells in rows.values()):
        return list(rows)
    return blocks


class _Joined:
    """Groups of blocks, joined where they are of one list: the same block, or blocks of one name under one parent."""

    def __init__(self) -> None:
        self._of: dict[object, int] = {}
        self._groups: dict[int, dict[HtmlElement, None]] = {}

    def add(self, blocks: Sequence[HtmlElement]) -> None:
        number = len(self._groups)
        self._groups[number] = dict.fromkeys(blocks)
        places = Counter((each.getparent(), each.tag) for each in blocks)
        keys: list[object] = [*blocks, *(place for place, count in places.items() if count >= 2)]
        for key in keys:
            other = self._of.setdefault(key, number)
            if other != number:
                number = self._join(other, number)

    def _join(self, one: int, other: int) -> int:
        into, away = min(one, other), max(one, other)
        self._groups[into] |= self._groups.pop(away)
        self._of = {key: into if number == away else number for key, number in self._of.items()}
        self._groups[away] = {}
        return into

    def groups(self) -> list[list[HtmlElement]]:
        """Each with the blocks that hold no other of them, in the order of the page."""
        return [_outermost(list(blocks)) for blocks in self._groups.values() if blocks]


def _outermost(blocks: list[HtmlElement]) -> list[HtmlElement]:
    """Without blocks inside other blocks, in the order of the page."""
    chosen = set(blocks)
    kept = [each for each in blocks if not any(around in chosen for around in each.iterancestors())]
    order = {each: at for at, each in enumerate(kept[0].getroottree().iter())} if kept else {}
    return sorted(kept, key=order.__getitem__)


def _place(element: HtmlElement) -> str:
    """Names and first classes of an element and all around it: the same for the links of one list."""
    return "/".join(f"{each.tag}.{_class_of(each)}" for each in (element, *element.iterancestors()))


def _class_of(element: HtmlElement) -> str:
    for name in (element.get("class") or "").split():
        if not _STATE.match(name):
            return re.sub(r"\d+", "", name)
    return ""


def _region(page: Page, blocks: Sequence[HtmlElement]) -> Region | None:
    """The region of some blocks; None where it holds too few that may be articles."""
    blocks = [each for each in blocks if not page.around.is_outside(each)][:ITEMS]
    if not blocks:
        return None
    links = [links_of(each, page.base) for each in blocks]
    times = times_of_addresses(links)
    made = [item for block, own in zip(blocks, links, strict=True) if own and (item := _item(page, block, own, times))]
    once = list({each.link: each for each in reversed(made)}.values())[::-1]
    titled = [each if each.date else _dated(page, each) for each in with_titles_before(once)]
    ordered = _of_one_list(page, with_dates_around(titled, page))
    if not ordered or _is_to_come(page, ordered):
        return None
    told = articles_among(ordered, page.tree, page.url)
    ordered = told or ordered
    shape, _ = Counter(shape_of(each.link) for each in ordered).most_common(1)[0]
    _, most = Counter(ending_of(each.link) for each in ordered).most_common(1)[0]
    worths = {each.link: worth_of(each) for each in ordered}
    kept = [each for each in ordered if worths[each.link] >= _WORTH]
    if len(kept) < LEAST and not (len(kept) == 2 and all(each.date for each in kept)):
        return None
    if not any(each.date for each in kept) and _are_of_an_archive([each.title for each in kept]):
        return None
    kept = [each for each in kept if not page.around.is_beside(each.block)] or kept
    beside = page.around.is_beside(kept[0].block)
    worth = fmean(worths[each.link] for each in kept)
    worth *= (0.7 if 2 * most < len(ordered) else 1.0) * (0.5 if 2 * len(kept) < len(ordered) else 1.0)
    score = worth * math.log2(1 + min(len(kept), 40)) * (0.35 if beside else 1.0)
    return Region(tuple(kept), worth, score, shape, beside, bool(told) and _is_list(page, kept, worth))


def _is_list(page: Page, items: Sequence[Item], worth: float) -> bool:
    """Whether items may be taken as the list of the page: what has no date has other signs of articles."""
    if worth < _SIGNED or page.around.is_aside(items[0].block):
        return False
    if worth >= ENOUGH and (any(each.date for each in items) or has_signs_of_page(items, page.tree, page.url)):
        return True
    return has_own_signs(items, page.tree, page.url)


def _are_of_an_archive(titles: Sequence[str]) -> bool:
    """Whether titles are of an archive: each with a year, and but for a word the same ("News of March 2026")."""
    words = [_YEAR.sub("", each).split() for each in titles]
    if not all(map(_YEAR.search, titles)) or len({len(each) for each in words}) > 1:
        return False
    return sum(len(set(place)) > 1 for place in zip(*words, strict=True)) <= 1


def _is_to_come(page: Page, items: Sequence[Item]) -> bool:
    """Whether most items are of days to come: events, posts to apply for, tenders."""
    ahead = sum(not each.date and lies_ahead(each.block, each.title, page.now, page.style) for each in items)
    return 2 * ahead > len(items)


def with_dates_around(items: Sequence[Item], page: Page) -> Sequence[Item]:
    """The items with the dates that stand beside them, or in figures within them, where none has one.

    Where dates name no year, with the year that a heading above them names.
    """
    if any(each.date for each in items):
        return [replace(each, date=with_year_above(each.block, each.date, page.now, page.style)) for each in items]
    blocks = [each.block for each in items]
    dates = dates_around(blocks, page.now, page.style) or short_dates(blocks, page.now)
    return [replace(each, date=dates.get(each.block, "")) for each in items]


def _of_one_list(page: Page, items: Sequence[Item]) -> list[Item]:
    """Without those under a parent where none has a date, if others have: a menu in the same plain elements."""
    items = _without_media(items)
    dated = {each.block.getparent() for each in items if each.date}
    if dated:
        return [each for each in items if each.block.getparent() in dated]
    return _under_signs(page, _of_one_kind(items))


def _under_signs(page: Page, items: list[Item]) -> list[Item]:
    """Without the parts under a heading that have no signs of articles, if other parts have: "News", "Our services"."""
    parts: dict[HtmlElement | None, list[Item]] = defaultdict(list)
    for each in items:
        parts[heading_above(each.block)].append(each)
    signed = [part for part in parts.values() if has_own_signs(part, page.tree, page.url)] if len(parts) > 1 else []
    whole = not signed or any(len(part) < LEAST for part in parts.values())
    return items if whole else [each for part in signed for each in part]


def _without_media(items: Sequence[Item]) -> list[Item]:
    """Without what stands under a parent of films or pictures alone, as in a tab, if there are articles beside it."""
    texts = {each.block.getparent() for each in items if not is_of_media(each.link)}
    kept = [each for each in items if each.block.getparent() in texts]
    return kept if len(kept) >= LEAST else list(items)


def _of_one_kind(items: list[Item]) -> list[Item]:
    """Without those under a parent none of whose addresses is built as one under the largest: links to elsewhere.

    Where none has a date, nothing else tells the second of two plain lists from the first.
    """
    of_parent: dict[HtmlElement, list[Item]] = defaultdict(list)
    for each in items:
        of_parent[each.block.getparent()].append(each)
    largest = max(of_parent.values(), key=len, default=[])
    if len(largest) < LEAST:
        return items
    built = {built_as for each in largest for built_as in (shape_of(each.link), ending_of(each.link))}
    alike = {parent for parent, own in of_parent.items()
             if any(shape_of(each.link) in built or ending_of(each.link) in built for each in own)}  # fmt: skip
    return [each for each in items if each.block.getparent() in alike]


def _item(page: Page, block: HtmlElement, links: dict[str, list[HtmlElement]], times: Counter[str]) -> Item | None:
    link = main_link(block, {each: found for each, found in links.items() if same_site(each, page.url)}, times)
    if not link or is_front_page(normalise_url(link)):
        return None
    title = title_of(block, links[link])
    return _dated(page, Item(block, link, title, "", summary_of(block, title))) if title else None


def _dated(page: Page, item: Item) -> Item:
    """With the date within it, else the one before its headline."""
    if date := date_of(item.block, item.title, page.now, page.style):
        return replace(item, date=date)
    title, date = dated_title(item.title, page.now, page.style)
    return replace(item, title=title, date=date)


def worth_of(item: Item) -> float:
    """How much speaks for an article, from 0 to 3.2: the length of its headline, a date, a summary, its address."""
    words, length = len(item.title.split()), breadth(item.title)
    worth = 1.0 if length >= 25 or (words >= 4 and length >= HEADLINE) else 0.5 if length >= HEADLINE else 0.0
    worth += _SENTENCE * (length >= 40 and words >= 6) + _NUMBERED * (worth == 0 and words >= 2 and bool(item.date))
    worth += _DATED * bool(item.date) + _SHAPED * is_of_article(item.link) + 0.2 * bool(item.summary)
    return worth + 0.3 * any(True for _ in item.block.iter(*HEADINGS))


def with_leads(page: Page, best: Region, others: Sequence[Region]) -> Region:
    """``best`` with what else is of its list: other lists of the page that are like it, and the lead above it."""
    items = {each.link: each for each in best.items}
    for other in others:
        alike = other.shape == best.shape and other.dated == best.dated and other.worth >= 0.8 * best.worth
        shown = all(is_of_media(each.link) for each in other.items) and not any(
            is_of_media(each.link) for each in best.items
        )
        if other is not best and alike and other.is_list and not other.beside and not shown:
            for item in other.items:
                items.setdefault(item.link, item)
    for item in _leads(page, best, set(items)):
        items[item.link] = item
    order = {each: at for at, each in enumerate(page.tree.iter())}
    return replace(best, items=tuple(sorted(items.values(), key=lambda each: order[each.block])))


def _leads(page: Page, best: Region, known: set[str]) -> Iterable[Item]:
    """Single articles under a heading in or above the list, as pages show the newest larger."""
    order = {each: at for at, each in enumerate(page.tree.iter())}
    first = order[best.items[0].block]
    blocks = {each.block for each in best.items}
    for heading in page.tree.iter("h1", "h2", "h3"):
        if order[heading] > first or any(each in blocks for each in heading.iterancestors()):
            continue
        for link in (*heading.iter("a"), *heading.iterancestors("a")):
            address = address_of_link(link, page.base)
            if not address or address in known or shape_of(address) != best.shape or page.around.is_outside(heading):
                continue
            block = _alone(link, heading, known, page.base)
            if breadth(said(heading)) >= HEADLINE and not page.around.is_beside(heading):
                known.add(address)
                title = said(heading)
                date = date_of(block, title, page.now, page.style)
                yield Item(block, address, title, date, summary_of(block, title))


def _alone(link: HtmlElement, heading: HtmlElement, known: set[str], base: str) -> HtmlElement:
    """The largest element around a lead that links to no other article."""
    block = heading
    for each in heading.iterancestors():
        if each.tag in WHOLE or any(address in known for address in links_of(each, base)):
            break
        block = each
    return block
