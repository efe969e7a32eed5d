"""The link, the headline, the date and the summary of one item of a list. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from monitor.feeds.listing.page_tree import HEADINGS, address_of_link, breadth, names_of, pieces, said
from monitor.languages import any_of
from monitor.model.frozen import frozen
from monitor.text.elapsed import named_day
from monitor.text.fold import fold
from monitor.text.furniture import furniture
from monitor.text.timestamps import COUNTED, DateStyle, read_date, readings

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HEADLINE = 16  # of `breadth`, from which a text may be a headline
_LONGEST_TITLE = 500
_LONGEST_DATE = 90  # characters of a piece of text that is a date
_BROKEN_DATE = 30  # characters of one in several elements
_COUNTED = 40  # characters of one that counts back: "Posted by the desk 2 hours ago"
_DATES_TRIED = 12  # pieces of one item that are looked at
_SUMMARY = 60  # characters from which a paragraph is one
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|time|datetime|timestamp|posted|published?|pubdate|created|day|tarikh|zaman|tarih)(?:$|[\s_-])"
    r"|date(?:time|line)?(?:$|[\s_-])|(?:^|\s)(?:date|time)[A-Z]",
    re.IGNORECASE,
)
_DATE_DATA = re.compile(
    r"data-(?:[a-z]+-)?(?:date|datetime|time|timestamp|published|publish-?date|pubdate|created)(?:-at)?"
)
FILE = re.compile(r"\.(?:pdf|docx?|odt|xlsx?|zip|jpe?g|png|mp[34])(?:$|\?)", re.IGNORECASE)
_DOCUMENT = 0.6  # less for a file that stands beside its page: "Read | PDF (210 kB)"
TITLE_CLASS = re.compile(
    r"title|headline|heading|subject|(?:^|[\s_-])(?:name|hed|lead-?text|titr|titre|titulo|baslik|onvan|sernav)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_AFTER_DATE = re.compile(r"\s+[-–—|]\s+|\s*:\s+|(?<=[\])])\s+")  # between a date and the headline after it
_FIGURES_FIRST = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{2,4}(?=\s)")  # the same without a sign between
_SENTENCE_ENDS = (".", "…", "。", "।", "۔", "]")
_AROUND_CLOCK = " |,،-–()"
_CLOCK = re.compile(r"\d{1,2}[:٫.]\d{2}")
_MAY_DATE = re.compile(r"^(?=.{0,40}$).*(?:\d{4}|\d{1,2}[./:-]\d{1,2})")  # a short text with a year, or such figures
_YEAR = re.compile(r"\d{4}")
_CUT = re.compile(r"\s*(?:\.{3}|…)$")


@frozen
class Item:
    """One item of a list. block: its element. date: as it is written, "" for none."""

    block: HtmlElement
    link: str
    title: str
    date: str = ""
    summary: str = ""


def links_of(block: HtmlElement, base: str) -> dict[str, list[HtmlElement]]:
    """The links of a block by their addresses."""
    found: dict[str, list[HtmlElement]] = {}
    for link in (block, *block.iterdescendants("a")) if block.tag == "a" else block.iter("a"):
        if address := address_of_link(link, base):
            found.setdefault(address, []).append(link)
    return found


def main_link(block: HtmlElement, links: Mapping[str, list[HtmlElement]], times: Mapping[str, int]) -> str:
    """The address of the item's article: of the headline, else of what the block links to most.

    times: in how many items an address stands; that of an article stands in one, those of sections and authors in many.
    """
    best, most = "", (-1.0, 0)
    for address, elements in links.items():
        texts = [said(each) for each in elements]
        longest = max(map(len, texts))
        heads = any(
            each.tag in HEADINGS or next(each.iter(*HEADINGS), None) is not None or _in_heading(each, block)
            for each in elements
        )
        weight = 2.0 * heads + min(longest, 80) / 40 + 0.3 * len(elements) - 2.0 * (times.get(address, 1) > 1)
        weight -= _DOCUMENT * (FILE.search(address) is not None)
        weight += 0.5 * any(TITLE_CLASS.search(names_of(each)) for each in elements) + 0.3 * any(map(_leads_on, texts))
        if (weight, longest) > most:
            best, most = address, (weight, longest)
    return best


def _in_heading(element: HtmlElement, block: HtmlElement) -> bool:
    for each in element.iterancestors():
        if each.tag in HEADINGS or TITLE_CLASS.search(names_of(each)):
            return True
        if each is block:
            return False
    return False


def title_of(block: HtmlElement, links: list[HtmlElement]) -> str:
    """The headline: a heading, else what links to the article say, else what the block calls its title or says most."""
    headings = [said(each) for each in block.iter(*HEADINGS)] if block.tag not in HEADINGS else [said(block)]
    headings = [each for each in headings if len(each) >= 8 and not is_label(each)]
    named = [text for each in links for text in _named_titles(each)]
    own = [said(each) for each in links if _is_plain(each)]
    own = [each for each in own if each and not is_label(each)]
    given = [(each.get("title") or "").strip() for each in links]
    best = max(headings, key=len, default="") or max(named, key=len, default="")
    best = best or max(own, key=len, default="")
    if breadth(best) < HEADLINE:
        inside = (_first_piece(each) for each in links if not _is_plain(each))
        titles = (
            said(each) for each in block.iter() if isinstance(each.tag, str) and TITLE_CLASS.search(names_of(each))
        )
        pictures = ((each.get("alt") or "").strip() for link in links for each in link.iter("img"))
        strong = (said(each) for each in block.iter("strong", "b"))
        others = (*inside, *given, *titles, *strong, *pictures)
        best = next((each for each in others if breadth(each) >= HEADLINE and not is_label(each)), best)
    if breadth(best) < HEADLINE:
        best = _title_in([each for each in pieces(block) if not is_label(each) and len(each) <= _LONGEST_TITLE], best)
    whole = next((each for each in given if _CUT.search(best) and each.startswith(_CUT.sub("", best))), "")
    return (whole or best)[:_LONGEST_TITLE]


def _title_in(texts: Sequence[str], best: str) -> str:
    """The longest of an item's texts, or what stands right before it where that is a sentence: then it is a summary."""
    longest = max((best, *texts), key=len)
    earlier = texts[: texts.index(longest)] if longest in texts else ()
    before = next((each for each in reversed(earlier) if not _MAY_DATE.search(each)), "")
    is_summary = len(longest) >= _SUMMARY and longest.endswith(_SENTENCE_ENDS)
    return before if is_summary and breadth(before) >= HEADLINE and not before.endswith(".") else longest


def _named_titles(link: HtmlElement) -> Iterator[str]:
    """The texts of elements within a link that are called its title."""
    for each in link.iterdescendants():
        if isinstance(each.tag, str) and TITLE_CLASS.search(names_of(each)) and breadth(text := said(each)) >= HEADLINE:
            yield text


def _is_plain(link: HtmlElement) -> bool:
    """Whether a link is around words, not around a whole card, which may be made of spans."""
    parts = [each for each in link if isinstance(each.tag, str) and said(each)]
    alone = not any(text and text.strip() for text in (link.text, *(each.tail for each in link)))
    of_one_text = all(each.get("lang") for each in parts)  # as word processors cut a text
    if len(parts) > 1 and alone and not of_one_text and any(breadth(said(each)) < HEADLINE for each in parts):
        return False
    return not any(True for _ in link.iterdescendants("p", "div", "time", *HEADINGS)) and len(list(pieces(link))) <= 3


def _first_piece(link: HtmlElement) -> str:
    return next((each for each in pieces(link) if breadth(each) >= HEADLINE and not _figures(each)), "")


@lru_cache(maxsize=1)
def _onward() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.onward))


def is_label(text: str) -> bool:
    """Whether a text is what links to any article say: "Read more"."""
    return _leads_on(text) or furniture(text) is not None


def _leads_on(text: str) -> bool:
    return _onward().fullmatch(fold(text).strip(" .…»«›‹<>[]()→←-")) is not None


def dated_title(title: str, now: datetime, style: DateStyle) -> tuple[str, str]:
    """A headline without the date before it ("28/11/2026 - Talks begin"), and that date; "" where there is none."""
    figures = _FIGURES_FIRST.match(title)
    marked = f"{figures[0]}\0{title[figures.end() :].strip()}" if figures else _AFTER_DATE.sub("\0", title, count=1)
    before, _, rest = marked.partition("\0")
    rest = rest.lstrip("-–—|: ") if figures else rest
    if breadth(rest) >= HEADLINE and len(before) <= _LONGEST_DATE // 2 and _figures(before):
        found = read_date(before.strip("[]() "), now, style, shown=True)
        if found and found.precision in ("day", "minute", "second"):
            return rest, before.strip("[]() ")
    return title, ""


def summary_of(block: HtmlElement, title: str) -> str:
    """The longest paragraph beside the headline, "" where there is none."""
    plain = (each for each in block.iter("div", "span", "td", "dd") if next(each.iter("a", "p"), None) is None)
    texts = [said(each) for each in (*block.iter("p"), *plain)]
    texts = [each for each in texts if len(each) >= _SUMMARY and each != title and not title.startswith(each)]
    return max(texts, key=len, default="")


def date_of(block: HtmlElement, title: str, now: datetime, style: DateStyle) -> str:
    """The date of an item as it is written, "" where none can be read: for machines, else as readers see it."""
    for written in _for_machines(block):
        if read_date(written, now, style):
            return written
    shown = islice(_for_readers(block, title), _DATES_TRIED)
    written = next((each for each in shown if _is_date(each, now, style)), "")
    return _with_clock(block, written, now, style) if written else ""


def _is_date(text: str, now: datetime, style: DateStyle) -> bool:
    """Whether a text is a date, or holds one; "today at five" within a sentence is when something will be."""
    found = read_date(text, now, style, shown=True)
    if found is None or len(text) <= _COUNTED:
        return found is not None
    return found.doubt != COUNTED and named_day(text, now.date()) is None


def lies_ahead(block: HtmlElement, title: str, now: datetime, style: DateStyle) -> bool:
    """Whether a day stands in an item that is still to come, as with a conference, or the end of a tender."""
    shown = (each for each in islice(_for_readers(block, title), _DATES_TRIED) if _YEAR.search(each))
    found = (next(readings(each, style, now), None) for each in shown)
    return any(each.moment.date() > (now + timedelta(days=1)).date() for each in found if each)


def _with_clock(block: HtmlElement, written: str, now: datetime, style: DateStyle) -> str:
    """A date with the time of day that stands right beside it in an element of its own."""
    texts = list(pieces(block))
    at = texts.index(written) if written in texts else -1
    for each in (*texts[at + 1 : at + 2], *texts[max(at - 1, 0) : at]) if at >= 0 else ():
        whole = f"{written} {each.strip(_AROUND_CLOCK)}"
        found = read_date(whole, now, style, shown=True) if _CLOCK.fullmatch(each.strip(_AROUND_CLOCK)) else None
        if found and found.precision == "minute":
            return whole
    return written


def _for_machines(block: HtmlElement) -> Iterator[str]:
    for each in (block, *block.iterdescendants()):
        if not isinstance(each.tag, str):
            continue
        if written := (each.get("datetime") or (each.get("itemprop") == "datePublished" and each.get("content"))):
            yield written.strip()
        yield from (value.strip() for name, value in each.items() if _DATE_DATA.fullmatch(name))


def _for_readers(block: HtmlElement, title: str) -> Iterator[str]:
    """What may be a date: elements that are called one, then pieces of text with figures."""
    for each in block.iter():
        if isinstance(each.tag, str) and (each.tag == "time" or _DATE_CLASS.search(names_of(each))):
            text = said(each)
            if text and len(text) <= _LONGEST_DATE and text != title:
                yield text
                yield from _apart(each, text)
    for text in pieces(block):
        told = len(text) > _LONGEST_DATE or text in title
        if not told and (_figures(text) or _may_be_elapsed(text)):
            yield text
            for part in re.split(r"\s*[|•·]\s*|\s{2,}", text)[:4]:
                if part != text and _figures(part):
                    yield part
    for each in block.iterdescendants("div", "span", "p", "li", "td"):  # "<b>25</b> November <i>2026</i>"
        text = said(each) if len(each) else ""
        if len(text) <= _BROKEN_DATE and _figures(text):
            yield text
            yield from _apart(each, text)
    yield from _in_a_row(list(pieces(block)))


def _in_a_row(texts: list[str]) -> Iterator[str]:
    """Three short pieces that follow each other: "<b>25</b> <b>May</b> <b>2026</b>"."""
    for three in zip(texts, texts[1:], texts[2:], strict=False):
        whole = " ".join(three)
        if len(whole) <= _BROKEN_DATE and any(each.isdigit() for each in three):
            yield whole


def _apart(element: HtmlElement, text: str) -> Iterator[str]:
    """The pieces of a date with spaces between them, where styles alone part them: "<b>25</b><i>November</i>"."""
    if (spaced := " ".join(pieces(element))) != text:
        yield spaced


def _figures(text: str) -> bool:
    return _FIGURE.search(text) is not None


def _may_be_elapsed(text: str) -> bool:
    return len(text) <= 24 and len(text.split()) <= 3


def times_of_addresses(items: list[dict[str, list[HtmlElement]]]) -> Counter[str]:
    """In how many items each address stands."""
    return Counter(address for links in items for address in links)
