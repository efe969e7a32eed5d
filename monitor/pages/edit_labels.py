"""Lines of a page that say when its article was published and when it was edited: which part says what. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from monitor.languages import any_of
from monitor.pages.stamps import half_of_day, is_stamp, labelled_parts
from monitor.text.fold import fold

_LONGEST = 80  # characters of what stands before a date
_TWO_DATES, _BEHIND = 120, 12  # characters of a line that has two dates; letters behind the last year ("at 10:00 GMT")
_OF_A_YEAR = 4  # figures; a date has more
_COMMA = re.compile(r"[,،、，;；(]")
_LABEL = re.compile(r"(?<!\w)(?![A-Z]{2,5}\b)[^\W\d_][^\d]*(?=\d)")  # but for the zone of the time before it
DAY = re.compile(r"(?<![\d.])\d{1,2}([./-])\d{1,2}\1\d{2}(?!\d)")  # a day of a year in two figures
HOUR = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)")
LABELLED = re.compile(r"[^\W\d_]\s*[:：]\s*\W*\d|\d\W*[:：]\s+[^\W\d_]")  # "Published: 20.11.2026"
YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


def without_edit(line: str) -> str:
    """A line that says when an article was published and when it was edited, without the latter.

    Told apart are labels that end with a colon, or stand behind a bar, a dash, or a comma after a year.
    """
    if not YEAR.search(line):
        return _before_edit(line)
    parts = [piece for part in labelled_parts(line) for piece in _years_apart(part)]
    dated = [part for part in parts if YEAR.search(part)]
    kept = [part for part in dated if not labels_an_edit(part)]
    if len(kept) == len(dated) or not kept:
        return line
    begin = parts.index(kept[0])
    end = next((each for each in range(begin + 1, len(parts)) if parts[each] in dated), len(parts))
    return "".join(parts[begin:end]).strip(" |-–—·•,،、，;；(")


def _before_edit(line: str) -> str:
    """A line of a day without a year, up to the comma before an edit: "20 November, 14:02, updated 14:40"."""
    pieces = _COMMA.split(line)
    edits = [at for at, piece in enumerate(pieces) if at and labels_an_edit(piece)]
    before = sum(map(len, pieces[: edits[0]])) + edits[0] - 1 if edits else len(line)
    return line[:before].strip(" ,،;(") if any(map(str.isdigit, line[:before])) else line


def _years_apart(line: str) -> list[str]:
    """A short line parted between its dates; prose goes on behind its last one."""
    years = list(YEAR.finditer(line))
    if len(years) < 2 or len(line) > _TWO_DATES or len(re.findall(r"[^\W\d_]", line[years[-1].end() :])) > _BEHIND:
        return [line]
    between = [(line[one.end() : other.start()], one.end()) for one, other in pairwise(years)]
    at = [begin + where for text, begin in between if (where := _boundary(text)) is not None]
    parts = [line[begin:end] for begin, end in pairwise((0, *at, len(line)))]
    return parts if all(len(re.findall(r"\d", part)) > _OF_A_YEAR for part in parts) else [line]


def _boundary(between: str) -> int | None:
    """Where, between the years of two dates, the second begins: at a comma, a bracket or the words before it."""
    after_hour = half_of_day().match(between)
    labels = [found.start() for found in _LABEL.finditer(between, after_hour.end() if after_hour else 0)]
    found = _COMMA.search(between)
    return found.start() if found else labels[-1] if labels else None


def labels_an_edit(line: str) -> bool:
    """Whether what stands before a date says so, or behind one that begins the line, as in Chinese."""
    label = re.match(r"\D*", line.lstrip(" ,،、，;；("))
    if label and not label[0]:
        label = re.search(r"[^\d\s年月日号號]*$", line)
    return label is not None and len(label[0]) <= _LONGEST and bool(_edit().search(fold(label[0])))


@lru_cache(maxsize=1)
def _edit() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(lambda known: known.furniture.edited)}(?!\w)")


def is_line_of_date(line: str) -> bool:
    """Whether a line only says a day of some year, with its hour or a label: a day alone may be a chronicle's."""
    dated = len(line) <= _LONGEST and (YEAR.search(line) or DAY.search(line))
    return bool(dated and (HOUR.search(line) or LABELLED.search(line))) and is_stamp(line)
