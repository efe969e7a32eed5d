"""Lines of a page that may hold its article's date, as readers see them: around its headline, or above its text."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from monitor.pages.announced import HEADINGS
from monitor.pages.beside import is_beside
from monitor.pages.edit_labels import DAY, HOUR, LABELLED, YEAR, is_line_of_date, labels_an_edit, without_edit
from monitor.pages.joiners import with_joiners
from monitor.pages.marked_blocks import words_apart
from monitor.pages.paragraphs import opening_lines, stamps_below
from monitor.pages.sentences import is_long_title, is_sentence
from monitor.pages.stamps import is_stamp
from monitor.text.dates import weekdays_in
from monitor.text.fold import fold, tokens

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST = 80  # characters of a line that is a date
_WHOLE = frozenset(("html", "body", "main", "form"))  # parts of a page in which everything stands
_BEYOND = frozenset(("html",))  # old pages have their text in the body itself
_ABOVE = 3  # neighbours above a headline, or above what it stands in, that are looked at
_LEVELS = 4  # elements around a headline that are looked above and below
_HOLDING = frozenset(("div", "section", "article", "table", "tbody", "tr", "td", "center", "main"))  # of lines
_DEPTH = 5  # blocks within each other that are looked into below a headline
_TIME = re.compile(r"\D?\d{1,2}[:.]\d{2}(?::\d{2})?\W?")  # alone in its line
_PARTS = 12  # lines of one such neighbour
_NUMBER = re.compile(r"\W*(?:[^\W\d_]{1,8}\W{1,3})?\d{1,5}(?=[,:;،])[,:;،]\s*")  # of a statement
_SIGN = re.compile(r"[,،:;|]|\s[-–—]\s")  # behind such a day
_OPENING = 40  # characters among which it ends
_STANDFIRSTS = 2  # sentences of a standfirst, below which a date may stand
_BEFORE_TEXT = 6  # lines above a text in which its date is looked for
_SCANNED = 600  # elements of a page without a headline that are looked at
_PIECES = ("p", "div", "td", "li", "span", "font", "h1", "h2", "h3", "h4")
_AROUND = frozenset(("nav", "header", "footer", "aside", "form", "select", "ul", "a"))


def date_lines(tree: HtmlElement, headline: HtmlElement | None) -> Iterator[str]:
    """The lines that may be the date, likeliest first. Further up a clock may stand, which shows only today's date."""
    if headline is not None:
        yield from _below(headline)
        yield from _above(headline)
        yield from _below_the_text(headline)
    else:
        yield from _above_the_text(tree)


def opening_date(title: str) -> Iterator[str]:
    """The day with which a headline begins, as ministries number their statements: "No: 233, 20 November 2026, On"."""
    number = _NUMBER.match(title)
    rest = title[number.end() :] if number else title
    for sign in _SIGN.finditer(rest[:_OPENING]):
        if YEAR.search(day := rest[: sign.start()]) and is_stamp(day):
            yield day
            return


def spaced(element: HtmlElement) -> str:
    """The text of an element with a space between its parts, which pages often set apart by their style alone."""
    return with_joiners(" ".join(" ".join(map(str, element.itertext())).split()))


def _below(headline: HtmlElement) -> Iterator[str]:
    """Lines between the headline and the first sentence that hold figures, and say no more than a label does; below a
    standfirst those that say nothing but a date with its hour or its label.
    """
    before, told = "", 0
    for line in with_hours(map(without_edit, map(with_joiners, _opening(headline)))):
        if is_sentence(line) and not is_stamp(line):
            if not told and (stamps := stamps_below(headline)):
                yield " ".join(map(words_apart, stamps))[:_LONGEST]
            told += 1
            if told > _STANDFIRSTS:
                return
        elif len(line) <= _LONGEST and any(map(str.isdigit, line)) and (not told or is_line_of_date(line)):
            yield f"{before} {line}" if line[0].isdigit() and labels_an_edit(before) else line
        before = "" if any(map(str.isdigit, line)) else line


def _opening(headline: HtmlElement) -> list[str]:
    return opening_lines(headline, until=frozenset(), beyond=_BEYOND, apart=True)


def with_hours(lines: Iterable[str]) -> Iterator[str]:
    """``lines`` where one that is nothing but an hour is joined to the day in the line above it, else in that below."""
    waiting: str | None = None
    for line in lines:
        if waiting is None:
            waiting = line
        elif is_hour(line) and _is_day_alone(waiting):
            yield f"{waiting} {line}"
            waiting = None
        elif is_hour(waiting) and _is_day_alone(line):
            waiting = f"{line} {waiting}"
        else:
            yield waiting
            waiting = line
    yield from [] if waiting is None else [waiting]


def is_hour(line: str) -> bool:
    """Whether a line says nothing but a time of day."""
    return _TIME.fullmatch(line) is not None


def _is_day_alone(line: str) -> bool:
    return len(line) <= _LONGEST and bool(YEAR.search(line) or DAY.search(line)) and ":" not in line


def _above(headline: HtmlElement) -> Iterator[str]:
    """Short lines that stand in one block with the headline, or with the block that is made for it, and name a year or
    say nothing but a day and its hour; further up only within the article, or with a label.
    """
    first = headline
    while first.getparent() is not None and len(first.getparent()) == 1:
        first = first.getparent()
    for level, block in enumerate([first, *first.iterancestors()][:_LEVELS]):
        parent = block.getparent()
        if parent is None or parent.tag in _WHOLE:
            if parent is not None and not level:
                yield from _just_above(block)
            return
        inside = not level or parent.tag == "article" or next(parent.iterancestors("article"), None) is not None
        for element in islice(block.itersiblings("*", preceding=True), _ABOVE):
            for line in [] if is_beside(element) else _short_lines(element):
                dated = YEAR.search(line) or DAY.search(line) or (HOUR.search(line) and is_stamp(without_edit(line)))
                if dated and (inside or (LABELLED.search(line) and is_stamp(without_edit(line)))):
                    yield without_edit(line)


def _just_above(headline: HtmlElement) -> Iterator[str]:
    """What the element right above a headline that stands in no block says, where that is nothing but a date. A weekday
    without an hour is how the head of a site shows what day it is.
    """
    element = next(headline.itersiblings("*", preceding=True), None)
    if element is None or element.tag in _AROUND or is_beside(element):
        return
    for said in (spaced(element), with_joiners(" ".join((element.text or "").split()))):
        line = without_edit(said)
        dated = HOUR.search(line) or ((YEAR.search(line) or DAY.search(line)) and not weekdays_in(tokens(fold(line))))
        if len(line) <= _LONGEST and dated and is_stamp(line):
            yield line
            return


def _short_lines(element: HtmlElement) -> list[str]:
    """The text of an element as one line, or that of its parts where it is too long to be a date."""
    if len(line := spaced(element)) <= _LONGEST:
        return [line]
    lines = (spaced(each) for each in islice(element.iter("li", "span", "div", "p", "td", "a"), _PARTS))
    return [line for line in lines if len(line) <= _LONGEST]


def _below_the_text(headline: HtmlElement) -> Iterator[str]:
    """The line below the text, in one block with the headline, that says nothing but a day with its year, and its hour
    where that stands beside it; of several such lines none, as they date what the text lists.
    """
    for block in islice((headline, *headline.iterancestors()), _LEVELS):
        if block.tag in _BEYOND or block.tag == "body":
            return
        own = [*_parts_below(_up_to_another_story(block.itersiblings("*")), 0)]
        lines = [(spaced(each), each) for each in own]
        short = [line for line, each in lines if len(line) <= _LONGEST and not _is_above_a_story(each)]
        dates = [line for line in with_hours(short) if YEAR.search(line) and is_stamp(line)]
        if len(dates) == 1:
            yield dates[0]
        if dates or any(is_sentence(line) for line, _ in lines):
            return


def _up_to_another_story(elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    """The elements up to a heading that stands below text: one above it is a standfirst."""
    told = False
    for each in elements:
        if told and each.tag in HEADINGS:
            return
        told = told or is_sentence(words_apart(each))
        yield each


def _parts_below(elements: Iterable[HtmlElement], depth: int) -> Iterator[HtmlElement]:
    """The elements, of those that hold several lines of text the parts."""
    for each in elements:
        if not isinstance(each.tag, str) or is_beside(each):
            continue
        if depth < _DEPTH and each.tag in _HOLDING and len(each) and len(spaced(each)) > _LONGEST:
            yield from _parts_below(each, depth + 1)
        else:
            yield each


def _is_above_a_story(line: HtmlElement) -> bool:
    """Whether a heading as long as a headline stands right below a line, whose date it then is."""
    below = line.getnext()
    return below is not None and below.tag in HEADINGS and is_long_title(words_apart(below))


def _above_the_text(tree: HtmlElement) -> Iterator[str]:
    """On a page whose headline is not known, the lines just above its first paragraph that say nothing but a date."""
    above: deque[str] = deque(maxlen=_BEFORE_TEXT)
    for body in tree.iter("body"):
        for element in islice(body.iter(*_PIECES), _SCANNED):
            line = " ".join(f"{element.text or ''}".split()) if len(element) else words_apart(element)
            line = with_joiners(line) or (words_apart(element) if element.tag == "p" else "")
            if not line or not _AROUND.isdisjoint(each.tag for each in element.iterancestors()):
                continue
            if is_sentence(line) and not is_stamp(line):
                yield from (each for each in reversed(above) if YEAR.search(each) and is_stamp(without_edit(each)))
                return
            if len(line) <= _LONGEST:
                above.append(line)
