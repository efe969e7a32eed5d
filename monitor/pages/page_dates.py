"""The dates that a page gives for its article: in linked data, in meta elements, in time elements, in its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.model import SeenDate
from monitor.model.dates import OF_ANOTHER, Evidence
from monitor.pages.announced import HEADINGS
from monitor.pages.beside import OTHERS, is_beside, is_inside
from monitor.pages.date_lines import date_lines, opening_date, spaced
from monitor.pages.dated_stories import is_below, is_beside_a_title, links_beside
from monitor.pages.dating import EDIT
from monitor.pages.edit_labels import labels_an_edit, without_edit
from monitor.pages.following import following
from monitor.pages.joiners import with_joiners
from monitor.pages.marked_blocks import words_apart
from monitor.pages.sentences import is_long_title
from monitor.text.timestamps import NO_YEAR, DateStyle, Reading, read_date, readings

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST = 80  # characters of an element that is a date
_MOST = 20  # elements that are looked at
# What is marked as a date, or as a line that mostly holds one.
_DATED = re.compile("date|time|meta|byline|publish|posted|author")
# The last is how pages say it in microformats, as blogs of Blogger do: <abbr class="published" title="2026-11-20T...">.
_TIMES = (
    "//time | //*[@itemprop='datePublished' and @content and not(self::meta)] | "
    "//abbr[@title and contains(concat(' ', @class, ' '), ' published ')]"
)
_HOUR = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_A_DAY = 2  # days by which zones and leap years may part two writings of one day
_ZONES = timedelta(hours=14)  # between two clocks at most
_PARTS = 3  # elements in a line with a date that are looked at
_TIMED = re.compile(r"data-[\w-]*(?:date|time)|(?:datetime|content|title)$")  # attributes that hold a moment
_ZERO, _ONE_DAY = timedelta(), timedelta(days=1)
_UNREAD = 3  # dates of one kind that are kept though they cannot be believed
_SHOWN = ("time-element", "page-text")  # what readers see, where "2 hours ago" means something
DATE_OPTIONS: dict[str, Any] = {"extensive_search": False, "original_date": True}
ARTICLE_TYPE = re.compile("Article|Posting|Report")
_OTHER_TYPE = re.compile("WebSite|Organization|Person|Image|Video|Audio|Comment|Product|Event|Review|List")
_META_NAMES = (
    "article:published_time", "datepublished", "og:published_time", "date", "pubdate", "publishdate", "dc.date",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "article.published",
    "published_time",
)  # fmt: skip
_META_NAME = re.compile(
    r"(?:pub|publish(?:ed)?|publication|post(?:ed)?)[._-]?(?:date|time|at|on)|date[._-]?publish|issued|(?:^|[.:_-])date$"
)
_META_OTHER = re.compile("publisher|modif|updat|edit|expir|valid|event|state|status|name|type|end|until|embargo")
_FIGURES = re.compile(r"\d\D?\d.*\d")


class SaidForMachines(NamedTuple):
    """What a page says in its meta elements, by their names, and the objects of its linked data; others: those of
    other stories.
    """

    metas: dict[str, str]
    data: list[dict[str, Any]]
    others: list[dict[str, Any]]


def page_dates(
    tree: HtmlElement,
    said: SaidForMachines,
    headline: HtmlElement | None,
    *,
    url: str,
    now: datetime,
    style: DateStyle,
) -> tuple[SeenDate, ...]:
    """Of each kind of evidence the first date that can be believed, the most exact kinds first.

    The page's text is read only where it gives no such date for machines. The first date may be one that cannot be
    believed. headline: the page's own, if it is known.
    """
    metas, data, others = said
    own, by_links = _times(tree, headline, url)
    found = [
        *_first("json-ld", _linked_dates(data), now, style),
        *_first("meta", _meta_dates(metas), now, style),
        *_time_elements(own, now, style),
    ]
    if not any(seen.moment and seen.doubt != EDIT for seen in found):
        found += _first("page-text", _shown_dates(tree, headline, url, now), now, style)
    told = any(seen.moment for seen in found)
    known = any(seen.moment for seen in found if seen.evidence == "time-element")
    by_link = _time_elements(by_links, now, style) if by_links and not known else []
    found += [seen for seen in by_link if not told or any(_is_one_moment(seen, each) for each in found)]
    if not found:
        found += _guessed(tree, headline, url, now, style)
    elif found[0].doubt == NO_YEAR:
        found = [*_of_another_year(found[0], _guessed(tree, headline, url, now, style)), *found]
    for seen in _first("json-ld", _linked_dates(others), now, style):
        own_moment = any(_is_one_moment(seen, each) for each in found)  # then it is the page's in other words
        found = [seen, *found] if own_moment else [*found, replace(seen, doubt=seen.doubt or OF_ANOTHER)]
    return (*found, *_first("modified", _modified(data, metas), now, style))


def _is_one_moment(one: SeenDate, other: SeenDate) -> bool:
    """Whether two dates differ by no more than their zones."""
    if one.moment is None or other.moment is None or "day" in (one.precision, other.precision):
        return one.moment is not None and other.moment is not None and one.moment.date() == other.moment.date()
    return abs(one.moment - other.moment) <= _ZONES and one.moment.minute % 15 == other.moment.minute % 15


def _first(evidence: Evidence, written: Iterable[str], now: datetime, style: DateStyle) -> list[SeenDate]:
    unread: list[SeenDate] = []
    lines = filter(None, written)
    for text in lines:
        if found := read_date(text, now, style, shown=evidence in _SHOWN):
            doubt = found.doubt or (EDIT if evidence == "page-text" and labels_an_edit(text) else "")
            if evidence == "page-text" and found.precision == "day" and not doubt:
                found, text = _with_its_hour(found, text, lines, now, style)
            return [SeenDate(evidence, found.moment, found.precision, text[:100], found.zoned, doubt)]
        if len(unread) < _UNREAD:
            unread.append(SeenDate(evidence, None, "day", text[:100], False, "no believable date"))
    return unread


def _with_its_hour(
    day: Reading, text: str, lines: Iterable[str], now: datetime, style: DateStyle
) -> tuple[Reading, str]:
    """``day``, or the moment of that day which another line names; with what is written. The number of a document may
    hold its day alone.
    """
    for line in islice(lines, _MOST):
        found = None if labels_an_edit(line) else read_date(line, now, style, shown=True)
        if found and not found.doubt and found.precision != "day" and _ZERO <= found.moment - day.moment < _ONE_DAY:
            return found, line
    return day, text


def _meta_dates(metas: dict[str, str]) -> Iterator[str]:
    """What meta elements give as the date: those with names that all know, then those of one publishing system."""
    yield from (metas[name] for name in _META_NAMES if name in metas)
    others = (name for name in metas if _META_NAME.search(name) and not _META_OTHER.search(name))
    yield from (metas[name] for name in others if name not in _META_NAMES and _FIGURES.search(metas[name]))


def _linked_dates(data: list[dict[str, Any]]) -> Iterator[str]:
    for item in _articles(data):
        for key in ("datePublished", "dateCreated"):
            if isinstance(item.get(key), str | int):
                yield str(item[key])
    for item in data:
        if isinstance(item.get("datePublished"), str) and not _OTHER_TYPE.search(str(item.get("@type"))):
            yield item["datePublished"]


def _articles(data: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The articles among the objects of linked data."""
    return (item for item in data if ARTICLE_TYPE.search(str(item.get("@type"))))


def _modified(data: list[dict[str, Any]], metas: dict[str, str]) -> Iterator[str]:
    for item in _articles(data):
        if isinstance(item.get("dateModified"), str):
            yield item["dateModified"]
    yield metas.get("article:modified_time", "")


def _times(tree: HtmlElement, headline: HtmlElement | None, url: str) -> tuple[list[HtmlElement], list[HtmlElement]]:
    """The time elements of the page, and those not above the first sentence that stand by a link or a title: of an
    author, or, much more often, of another story. They count where nothing else does.
    """
    own: list[HtmlElement] = []
    by_links: list[HtmlElement] = []
    for element in tree.xpath(_TIMES):
        # What is marked as the day of a post stands in the foot of that post, not of the page.
        if not (is_inside(element, OTHERS) if element.tag == "abbr" else is_beside(element)):
            another = links_beside(element, headline, url) or is_beside_a_title(element, headline)
            (by_links if another else own).append(element)
    if len(own) > 1 and headline is not None:  # the head of a page may show what day it is
        own.sort(key=lambda each: not is_below(each, headline))
    return own, by_links


def _time_elements(own: list[HtmlElement], now: datetime, style: DateStyle) -> list[SeenDate]:
    edits = set(filter(_is_of_an_edit, own))
    found = _first("time-element", (_moment_of(each, now) for each in own if each not in edits), now, style)
    if edits and not any(seen.moment for seen in found):
        edited = _first("time-element", (_moment_of(each, now) for each in own if each in edits), now, style)
        found = [*(replace(seen, doubt=seen.doubt or EDIT) for seen in edited), *found]
    return found


def _moment_of(element: HtmlElement, now: datetime) -> str:
    given = element.get("datetime") or element.get("content") or next(_exactly(element, now), "")
    return given or _with_hour(element, words_apart(element))[:_LONGEST]


def _with_hour(element: HtmlElement, text: str) -> str:
    """The text of an element, and the hour that stands beside it in an element of its own."""
    if not text or _HOUR.search(text):
        return text
    beside = [words_apart(each) for each in (element.getnext(), element.getprevious()) if each is not None]
    hour = next(filter(_HOUR.fullmatch, beside), "")
    return f"{text} {hour}" if hour else text


def _is_of_an_edit(element: HtmlElement) -> bool:
    """Whether a time element says by its name, or the words before it, that it is the time of an edit."""
    if name := element.get("itemprop"):
        return bool(name == "dateModified")
    before = element.getprevious()
    parent = element.getparent()
    if before is not None:
        label = (before.tail or "").strip() or ("" if before.tag in HEADINGS else words_apart(before))
    else:
        label = (parent.text if parent is not None else "") or ""
    return labels_an_edit(with_joiners(label.strip()))


def _shown_dates(tree: HtmlElement, headline: HtmlElement | None, url: str, now: datetime) -> Iterator[str]:
    """Dates under the headline, as sites without any metadata show them, and then in the lines beside and above it.

    Further up a clock may stand, which shows only today's date.
    """
    below: list[str] = []  # the text, where other stories show their days
    late: list[str] = []  # "Today" may be the name of a list, a date by a link of its story; an edit comes later
    first = next(tree.iter("h1"), headline)
    for element in _dated_below(first) if first is not None else ():
        text = _with_hour(element, without_edit(spaced(element)))
        if text and len(text) <= _LONGEST and not is_beside(element) and next(readings(text, now=now), None):
            written = [*_exactly(element, now), text]
            edit = labels_an_edit(text)
            if any(map(str.isdigit, written[0])) and not edit and not links_beside(element, headline, url):
                if headline is None or is_below(element, headline):
                    yield from written
                else:
                    below += written
            else:
                late.append(text)
    yield from sorted(date_lines(tree, headline), key=labels_an_edit)
    yield from below
    yield from late
    title = words_apart(headline) if headline is not None else with_joiners(str(tree.findtext(".//title") or ""))
    yield from opening_date(title)


def _dated_below(headline: HtmlElement) -> Iterator[HtmlElement]:
    return islice((each for each in following(headline) if _DATED.search(each.get("class") or "")), _MOST)


def _exactly(element: HtmlElement, now: datetime) -> Iterator[str]:
    """The moment that an element has for programs, or shows where a pointer rests, beside its "2 hours ago"."""
    for each in islice(element.iter(), _PARTS):
        for name, value in each.items():
            if (
                (name == "title" or _TIMED.match(name))
                and len(value) <= _LONGEST
                and next(readings(value, now=now), None)
            ):
                yield value


def _of_another_year(date: SeenDate, guessed: Iterable[SeenDate]) -> Iterator[SeenDate]:
    """What else on the page names the day of ``date``, and its year: old pages show days without one, too."""
    assert date.moment
    for each in guessed:
        if each.moment and each.moment.year != date.moment.year:
            same = abs(each.moment.timetuple().tm_yday - date.moment.timetuple().tm_yday) <= _A_DAY
            yield from [each] if same else []


def _guessed(
    tree: HtmlElement, headline: HtmlElement | None, url: str, now: datetime, style: DateStyle
) -> list[SeenDate]:
    """The library's guess, unless it is the date of something beside the article, or of another story within.

    It is not told the address, and must not look for it: a day there is a witness of its own (`monitor.pages.dating`).
    """
    from htmldate import find_date  # noqa: PLC0415 - 50 ms

    guess = _first("page-text", [find_date(tree, url="", **DATE_OPTIONS) or ""], now, style)
    beside = [element.get("datetime") or "" for element in tree.iter("time") if is_beside(element)]
    dated = (*tree.iter("time"), *(_dated_below(headline) if headline is not None and guess else ()))
    within = (each for each in dated if any(map(is_long_title, links_beside(each, headline, url))))
    beside += (each.get("datetime") or words_apart(each) for each in within)
    others = {found.moment.date() for written in beside if (found := read_date(written, now, style, shown=True))}
    return [seen for seen in guess if seen.moment and seen.moment.date() not in others]
