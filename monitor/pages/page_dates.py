"""The dates that a page gives for its article: in linked data, in meta elements, in time elements, in its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING, Any

from monitor.languages import any_of
from monitor.model import SeenDate
from monitor.model.dates import Evidence
from monitor.pages.announced import HEADINGS
from monitor.pages.beside import is_beside
from monitor.pages.dating import EDIT
from monitor.pages.joiners import with_joiners
from monitor.pages.marked_blocks import words_apart
from monitor.pages.own_story import find_headline
from monitor.pages.paragraphs import opening_lines, stamps_below
from monitor.pages.sentences import is_sentence
from monitor.pages.stamps import is_stamp, labelled_parts
from monitor.text.fold import fold
from monitor.text.timestamps import NO_YEAR, DateStyle, published_at, read_date, readings

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST = 80  # characters of an element that is a date
_MOST = 20  # elements that are looked at
_CLASSES = " or ".join(
    f"contains(@class, '{name}')" for name in ("date", "time", "meta", "byline", "publish", "posted")
)
_DATED = f"following::*[{_CLASSES}]"  # what is marked as a date, or as a line that mostly holds one
_TIMES = "//time | //*[@itemprop='datePublished' and @content and not(self::meta)]"
_WHOLE = frozenset(("html", "body", "main", "form"))  # parts of a page in which everything stands
_TWO_DATES, _BEHIND = 120, 12  # characters of a line that has two dates; letters behind the last year ("at 10:00 GMT")
_OF_A_YEAR = 4  # figures; a date has more
_COMMA = re.compile(r"[,،、，;；(]")
_LABEL = re.compile(r"(?<!\w)(?![A-Z]{2,5}\b)[^\W\d_][^\d]*(?=\d)")  # but for the zone of the time before it
_BEYOND = frozenset(("html",))  # old pages have their text in the body itself
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_HOUR = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_A_DAY = 2  # days by which zones and leap years may part two writings of one day
_PARTS = 3  # elements in a line with a date that are looked at
_TIMED = re.compile(r"data-[\w-]*(?:date|time)|(?:datetime|content|title)$")  # attributes that hold a moment
_ABOVE = 3  # elements above a headline in which its date is looked for
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


def page_dates(
    tree: HtmlElement, metas: dict[str, str], data: list[dict[str, Any]], url: str, now: datetime, style: DateStyle
) -> tuple[SeenDate, ...]:
    """Of each kind of evidence the first date that can be believed, the most exact kinds first.

    The page's text is read only where it gives no such date for machines. The first date may be one that cannot be
    believed. metas: what the meta elements say, by their names. data: the objects of the page's linked data.
    """
    found = [
        *_first("json-ld", _linked_dates(data), now, style),
        *_first("meta", (metas[name] for name in _META_NAMES if name in metas), now, style),
        *_time_elements(tree, now, style),
    ]
    if not any(seen.moment and seen.doubt != EDIT for seen in found):
        found += _first("page-text", _shown_dates(tree, now), now, style)
    if not found:
        found += _guessed(tree, url, now, style)
    elif found[0].doubt == NO_YEAR:
        found = [*_of_another_year(found[0], _guessed(tree, url, now, style)), *found]
    return (*found, *_first("modified", _modified(data, metas), now, style))


def _first(evidence: Evidence, written: Iterable[str], now: datetime, style: DateStyle) -> list[SeenDate]:
    unread: list[SeenDate] = []
    for text in filter(None, written):
        if found := read_date(text, now, style, shown=evidence in _SHOWN):
            doubt = found.doubt or (EDIT if evidence == "page-text" and _labels_an_edit(text) else "")
            return [SeenDate(evidence, found.moment, found.precision, text[:100], found.zoned, doubt)]
        if len(unread) < _UNREAD:
            unread.append(SeenDate(evidence, None, "day", text[:100], False, "no believable date"))
    return unread


def _linked_dates(data: list[dict[str, Any]]) -> Iterator[str]:
    for item in _articles(data):
        for key in ("datePublished", "dateCreated"):
            if isinstance(item.get(key), str | int):
                yield str(item[key])
    for item in data:
        if isinstance(item.get("datePublished"), str) and not _OTHER_TYPE.search(str(item.get("@type"))):
            yield item["datePublished"]


def _articles(data: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (item for item in data if ARTICLE_TYPE.search(str(item.get("@type"))))


def _modified(data: list[dict[str, Any]], metas: dict[str, str]) -> Iterator[str]:
    for item in _articles(data):
        if isinstance(item.get("dateModified"), str):
            yield item["dateModified"]
    yield metas.get("article:modified_time", "")


def _time_elements(tree: HtmlElement, now: datetime, style: DateStyle) -> list[SeenDate]:
    own = [element for element in tree.xpath(_TIMES) if not is_beside(element)]
    edits = set(filter(_is_of_an_edit, own))
    found = _first("time-element", (_moment_of(each, now) for each in own if each not in edits), now, style)
    if edits and not any(seen.moment for seen in found):
        edited = _first("time-element", (_moment_of(each, now) for each in own if each in edits), now, style)
        found = [*(replace(seen, doubt=seen.doubt or EDIT) for seen in edited), *found]
    return found


def _moment_of(element: HtmlElement, now: datetime) -> str:
    given = element.get("datetime") or element.get("content") or next(_exactly(element, now), "")
    return given or _with_hour(element)[:_LONGEST]


def _with_hour(element: HtmlElement) -> str:
    """The text of an element, and the hour that stands beside it in an element of its own."""
    text = words_apart(element)
    beside = [words_apart(each) for each in (element.getnext(), element.getprevious()) if each is not None]
    hour = next(filter(_HOUR.fullmatch, beside), "")
    return f"{text} {hour}" if hour and not _HOUR.search(text) else text


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
    return _labels_an_edit(with_joiners(label.strip()))


def _shown_dates(tree: HtmlElement, now: datetime) -> Iterator[str]:
    """Dates under the headline, as sites without any metadata show them, and then in the lines beside and above it.

    Further up a clock may stand, which shows only today's date.
    """
    late: list[str] = []  # "Today" may be the name of a list; an edit is later than what it changes
    headline = find_headline(tree, str(tree.findtext(".//title") or ""))
    first = next(tree.iter("h1"), headline)
    for element in first.xpath(_DATED)[:_MOST] if first is not None else ():
        text = without_edit(_spaced(element))
        if text and len(text) <= _LONGEST and not is_beside(element) and next(readings(text, now=now), None):
            written = [*_exactly(element, now), text]
            if any(map(str.isdigit, written[0])) and not _labels_an_edit(text):
                yield from written
            else:
                late.append(text)
    if headline is not None:
        lines = (*_date_lines(headline), *_lines_above(headline), *_line_below(headline))
        yield from sorted(lines, key=_labels_an_edit)
    yield from late


def _spaced(element: HtmlElement) -> str:
    """The text of an element with a space between its parts, which pages often set apart by their style alone."""
    return with_joiners(" ".join(" ".join(map(str, element.itertext())).split()))


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


def without_edit(line: str) -> str:
    """A line that says when an article was published and when it was edited, without the latter.

    Told apart are labels that end with a colon, or stand behind a bar, a dash, or a comma after a year.
    """
    parts = [piece for part in labelled_parts(line) for piece in _years_apart(part)]
    dated = [part for part in parts if _YEAR.search(part)]
    kept = [part for part in dated if not _labels_an_edit(part)]
    if len(kept) == len(dated) or not kept:
        return line
    begin = parts.index(kept[0])
    end = next((each for each in range(begin + 1, len(parts)) if parts[each] in dated), len(parts))
    return "".join(parts[begin:end]).strip(" |-–—·•,،、，;；(")


def _years_apart(line: str) -> list[str]:
    """A short line parted between its dates; prose goes on behind its last one."""
    years = list(_YEAR.finditer(line))
    if len(years) < 2 or len(line) > _TWO_DATES or len(re.findall(r"[^\W\d_]", line[years[-1].end() :])) > _BEHIND:
        return [line]
    between = [(line[one.end() : other.start()], one.end()) for one, other in pairwise(years)]
    at = [begin + where for text, begin in between if (where := _boundary(text)) is not None]
    parts = [line[begin:end] for begin, end in pairwise((0, *at, len(line)))]
    return parts if all(len(re.findall(r"\d", part)) > _OF_A_YEAR for part in parts) else [line]


def _boundary(between: str) -> int | None:
    """Where, between the years of two dates, the second begins: at a comma, a bracket or the words before it."""
    labels = [found.start() for found in _LABEL.finditer(between)]
    found = _COMMA.search(between)
    return found.start() if found else labels[-1] if labels else None


def _labels_an_edit(line: str) -> bool:
    """Whether what stands before a date says so, or behind one that begins the line, as in Chinese."""
    label = re.match(r"\D*", line.lstrip(" ,،、，;；("))
    if label and not label[0]:
        label = re.search(r"[^\d\s年月日号號]*$", line)
    return label is not None and len(label[0]) <= _LONGEST and bool(_edit().search(fold(label[0])))


@lru_cache(maxsize=1)
def _edit() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(lambda known: known.furniture.edited)}(?!\w)")


def _date_lines(headline: HtmlElement) -> Iterator[str]:
    """Lines between the headline and the first sentence that hold figures, and say no more than a label does."""
    before = ""
    for given in opening_lines(headline, until=frozenset(), beyond=_BEYOND, apart=True):
        line = without_edit(with_joiners(given))
        if is_sentence(line) and not is_stamp(line):
            if stamps := stamps_below(headline):
                yield " ".join(map(words_apart, stamps))[:_LONGEST]
            return
        if len(line) <= _LONGEST and any(map(str.isdigit, line)):
            yield f"{before} {line}" if line[0].isdigit() and _labels_an_edit(before) else line
        before = "" if any(map(str.isdigit, line)) else line


def _lines_above(headline: HtmlElement) -> Iterator[str]:
    """Short lines that stand in one block with the headline, or with the block that is made for it, and name a year."""
    first = headline
    while first.getparent() is not None and len(first.getparent()) == 1:
        first = first.getparent()
    if first.getparent() is None or first.getparent().tag in _WHOLE:
        return
    for element in islice(first.itersiblings(preceding=True), _ABOVE):
        line = _spaced(element)
        if len(line) <= _LONGEST and _YEAR.search(line) and not is_beside(element):
            yield line


def _line_below(headline: HtmlElement) -> Iterator[str]:
    """The line below the text, in one block with the headline, that says nothing but a day with its year; of several
    such lines none, as they date what the text lists.
    """
    own = takewhile(lambda each: each.tag not in HEADINGS, headline.itersiblings("*"))
    lines = (words_apart(each) for each in own if not is_beside(each))
    dates = [line for line in lines if len(line) <= _LONGEST and _YEAR.search(line) and is_stamp(line)]
    if len(dates) == 1:
        yield dates[0]


def _of_another_year(date: SeenDate, guessed: Iterable[SeenDate]) -> Iterator[SeenDate]:
    """What else on the page names the day of ``date``, and its year: old pages show days without one, too."""
    assert date.moment
    for each in guessed:
        if each.moment and each.moment.year != date.moment.year:
            same = abs(each.moment.timetuple().tm_yday - date.moment.timetuple().tm_yday) <= _A_DAY
            yield from [each] if same else []


def _guessed(tree: HtmlElement, url: str, now: datetime, style: DateStyle) -> list[SeenDate]:
    """The library's guess, unless it is the date of something beside the article."""
    from htmldate import find_date  # noqa: PLC0415 - 50 ms

    guess = _first("page-text", [find_date(tree, url=url, **DATE_OPTIONS) or ""], now, style)
    beside = (element.get("datetime") or "" for element in tree.iter("time") if is_beside(element))
    others = {found.date() for written in beside if (found := published_at(written, now))}
    return [seen for seen in guess if seen.moment and seen.moment.date() not in others]
