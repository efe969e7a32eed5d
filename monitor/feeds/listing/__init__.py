"""A web page that lists articles, to the entries of a feed: found by itself or by a person's selectors. Pure.

The entries go on like those of any feed, so that what is new is told by items and not by the bytes of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from monitor.errors import ParseError
from monitor.feeds.listing.further_page import further_page
from monitor.feeds.listing.item_parts import Item, date_of, dated_title, links_of, main_link, summary_of, title_of
from monitor.feeds.listing.linked_lists import linked_list
from monitor.feeds.listing.page_tree import base_of, page_tree, said
from monitor.feeds.listing.regions import ITEMS, Page, Region, regions_of, with_dates_around, with_leads
from monitor.feeds.listing.running_text import is_article
from monitor.feeds.listing.script_links import give_links, pages_by_script, without_addresses
from monitor.feeds.listing.selectors import selected, selector_for
from monitor.feeds.listing.surroundings import Surroundings
from monitor.feeds.listing.titles_before import with_titles_before
from monitor.feeds.parse.feed_dates import doubted, feed_style
from monitor.model import Entry, ListingRules, ParsedFeed, SeenDate
from monitor.model.frozen import frozen
from monitor.pages.challenge import challenge_name
from monitor.text.charset import decode_body
from monitor.text.language import primary
from monitor.text.redact import shown_address, without_secrets_of
from monitor.text.sanitize import plain_title
from monitor.text.sites import same_site
from monitor.text.timestamps import COUNTED, DateStyle, read_date
from monitor.text.urls import normalise_url, web_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SHOWN = 4  # regions that are told beside the one taken


@frozen
class Choice:
    """A region that may be the list. selector: CSS that finds its items, "" where none is that short."""

    selector: str
    items: int
    dated: int
    first: str
    taken: bool


@frozen
class ReadPage:
    """A page that lists articles. choices: the regions looked at, the taken one first; none with selectors.

    pages_by_script: whether the list goes on where only a script of the page leads, which is not followed.
    """

    parsed: ParsedFeed
    choices: tuple[Choice, ...] = ()
    pages_by_script: bool = False


def parse_page(
    body: bytes, charset: str | None, url: str, rules: ListingRules, now: datetime, style: DateStyle
) -> ParsedFeed:
    """The articles that a page lists, as entries in its order. Raises ParseError: "empty", "blocked", "not-a-feed"."""
    return read_page(body, charset, url, rules, now, style).parsed


def read_page(
    body: bytes, charset: str | None, url: str, rules: ListingRules, now: datetime, style: DateStyle
) -> ReadPage:
    """The same, with the regions that were chosen from."""
    text, flaw = decode_body(body, charset)
    tree = page_tree(text, give_links)
    if tree is None or not said(tree):
        raise ParseError(f"{shown_address(url)} answered with an empty page", kind="empty")
    page = Page(tree, url, base_of(tree, url), now, style, Surroundings(tree))
    items, choices = (_by_rules(page, rules), ()) if rules.items else _by_itself(page, body)
    entries, dropped = _entries(page, items, primary(tree.get("lang")))
    more = further_page(page.tree, page.url, page.base, rules.next)
    title = plain_title(str(tree.findtext(".//title") or ""))
    found_by = rules if rules.items else replace(rules, items=choices[0].selector)
    parsed = ParsedFeed(title, entries, primary(tree.get("lang")), None, flaw, dropped, more=more, rules=found_by)
    return ReadPage(parsed, choices, not more and pages_by_script(tree))


def _by_itself(page: Page, body: bytes) -> tuple[Sequence[Item], tuple[Choice, ...]]:
    """The items of the best region, else of the page's data."""
    regions = regions_of(page)
    best = next((each for each in regions if each.is_list), None)
    listed = [
        Item(page.tree, each.link, each.title, each.date, each.summary) for each in linked_list(page.tree, page.base)
    ]
    if best and not listed and is_article(page.tree, [each.block for each in best.items]):
        raise ParseError(
            f"{shown_address(page.url)} is one article; list the page of its section, or set where its own list stands "
            "with items: (CSS or XPath)",
            kind="not-a-feed",
        )
    if best and not (best.beside and listed):
        whole = with_leads(page, best, regions)
        others = [each for each in regions if each is not best][:_SHOWN]
        return whole.items, (_choice(page, whole, taken=True), *(_choice(page, each) for each in others))
    if listed:
        return listed, (Choice("", len(listed), sum(bool(each.date) for each in listed), listed[0].title, True),)
    if challenge := challenge_name(body):
        raise ParseError(f"{shown_address(page.url)} answered with a challenge page ({challenge})", kind="blocked")
    if without_addresses(page.tree):
        raise ParseError(
            f"what {shown_address(page.url)} lists is opened by a script of the page and has no addresses, so it "
            "cannot be read; look for a feed, a sitemap or another page of the site",
            kind="not-a-feed",
        )
    raise ParseError(
        f"no list of articles is found on {shown_address(page.url)}; set where it stands with items: (CSS or XPath), "
        f"or list the page of a section{_likeliest(page, regions)}",
        kind="not-a-feed",
    )


def _likeliest(page: Page, regions: Sequence[Region]) -> str:
    """What is told of the region that is most like a list of articles and is not surely one; "" for none."""
    for each in regions[:_SHOWN]:
        choice = _choice(page, each)
        if choice.selector and not page.around.is_aside(each.items[0].block):
            return (
                f". What repeats there does not look like articles: if these are some, set "
                f"items: {choice.selector} ({choice.first!r} and {choice.items - 1} more)"
            )
    return ""


def _choice(page: Page, region: Region, *, taken: bool = False) -> Choice:
    selector = selector_for(page.tree, [each.block for each in region.items])
    dated = sum(bool(each.date) for each in region.items)
    return Choice(selector, len(region.items), dated, region.items[0].title, taken)


def _by_rules(page: Page, rules: ListingRules) -> Sequence[Item]:
    """The items that a person's selectors name; what no selector names is found in each item as ever."""
    blocks = [each for each in selected(page.tree, rules.items) if not isinstance(each, str)]
    if not blocks:
        raise ParseError(
            f"items: {rules.items!r} finds nothing on {shown_address(page.url)}; the page may have changed, and "
            "`monitor feeds check` shows what is found without it",
            kind="not-a-feed",
        )
    found: dict[str, Item] = {}
    for block in [each for each in blocks if not page.around.is_advert(each)] or blocks:
        item = _ruled(page, block, rules)
        found.setdefault(item.link or f"#{len(found)}", item)
    items = list(found.values())
    return with_dates_around(items if rules.title else with_titles_before(items), page)


def _ruled(page: Page, block: HtmlElement, rules: ListingRules) -> Item:
    links = links_of(block, page.base)
    own = {each: found for each, found in links.items() if same_site(each, page.url)}
    link = _named(block, rules.link, "href")
    link = web_url(link, page.base) if link else main_link(block, own or links, {})
    title = _named(block, rules.title) or title_of(block, links.get(link, []))
    date = _named(block, rules.date, "datetime", "content") or date_of(block, title, page.now, page.style)
    if not (date or rules.title):
        title, date = dated_title(title, page.now, page.style)
    return Item(block, link, title, date, summary_of(block, title))


def _named(block: HtmlElement, selector: str, *attributes: str) -> str:
    """What a selector finds first, as text: one of these attributes where the element, or a link in it, has it."""
    for found in selected(block, selector) if selector else ():
        if isinstance(found, str):
            return found.strip()
        for attribute in attributes:
            for each in (found, *(found.iter("a") if attribute == "href" else ())):
                if value := (each.get(attribute) or "").strip():
                    return value
        return said(found)
    return ""


def _entries(page: Page, items: Sequence[Item], language: str | None) -> tuple[tuple[Entry, ...], dict[str, int]]:
    """The entries of the items, and how many items are none, by reason (see `ParsedFeed`)."""
    told = [{"published": each.date, "link": each.link} for each in items if each.date]
    style = feed_style(told, page.style, page.now)
    made = [entry for each in items[:ITEMS] if (entry := _entry(page, each, language, style))]
    counts = {"empty": len(items[:ITEMS]) - len(made), "older": len(items[ITEMS:])}
    return doubted(made, page.now, style), {reason: count for reason, count in counts.items() if count}


def _entry(page: Page, item: Item, language: str | None, style: DateStyle) -> Entry | None:
    title = plain_title(escape(item.title, quote=False))
    link = without_secrets_of(item.link, page.url)
    if not title or not link or normalise_url(link) == normalise_url(page.url):
        return None
    dates = (_seen(item.date, page.now, style),) if item.date else ()
    published = dates[0].moment if dates else None
    if dates and dates[0].doubt == COUNTED and dates[0].precision != "day":
        published = None  # counted back from now: it would be another moment, and an edit, at every poll
    content = f"<p>{escape(item.summary, quote=False)}</p>" if item.summary else ""
    return Entry(page.url, title, link, content=content, published=published, language=language, dates=dates)


def _seen(written: str, now: datetime, style: DateStyle) -> SeenDate:
    found = read_date(written, now, style, shown=True)
    if not found:
        return SeenDate("feed", None, "day", written[:100], False, "no believable date")
    return SeenDate("feed", found.moment, found.precision, written[:100], found.zoned, found.doubt)
