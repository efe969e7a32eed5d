"""What stands around an article when it is copied from the web as text: one kind of line for each reason.

Every pattern is met by a whole line, folded (lower case, one yeh, no apostrophes, hyphens as spaces), and only by
short lines: a sentence that speaks of subscribing or of an e-mail address is left alone. What each language writes is
in monitor/languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from monitor.languages import any_of
from monitor.languages.record import Language, Patterns
from monitor.text.fold import fold

LINKS = "link to other pages"
LONGEST = 30  # words: a longer line is prose and never furniture by its words alone

_ADDRESS = r"(https?:|www\.)\S+|\S+@\S+\.\w+"
_CRUMBS = r".{1,40}( (>|»|›|/|\|) .{1,60}){1,6}"


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(reason, pattern of a whole line) in the order in which they are tried."""
    return (
        ("share or subscribe prompt", _line(lambda known: known.furniture.share)),
        ("comment form", _comments()),
        (LINKS, _line(lambda known: known.furniture.links)),
        ("notice of the site", _line(lambda known: known.furniture.notices)),
        ("form field or menu", _line(lambda known: known.furniture.form)),
        ("address", re.compile(_ADDRESS)),
        ("number of the page", _page_number()),
        ("trail of sections", re.compile(_CRUMBS)),
    )


def _line(part: Callable[[Language], Patterns]) -> re.Pattern[str]:
    return re.compile(any_of(part))


@lru_cache(maxsize=1)
def _comments() -> re.Pattern[str]:
    return _line(lambda known: known.furniture.comments)


def _page_number() -> re.Pattern[str]:
    """ "story code: 17", "views 17", "17 views"."""
    things = any_of(lambda known: known.furniture.number_things)
    kinds = any_of(lambda known: known.furniture.number_kinds)
    counts = any_of(lambda known: known.furniture.number_counts)
    return re.compile(rf"{things}? ?{kinds}\W.{{0,24}}|\d+ {counts}")


@lru_cache(maxsize=1)
def _forum_labels() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.forum_labels) + r"(\s*:.{0,40})?")


@lru_cache(maxsize=1)
def _posts() -> re.Pattern[str]:
    return _line(lambda known: known.furniture.posts)


@lru_cache(maxsize=1)
def _quoted() -> re.Pattern[str]:
    """ "A. User wrote:", "A. User said on 3 May:"."""
    wrote = any_of(lambda known: known.furniture.wrote)
    return re.compile(rf".{{2,40}} {wrote}( on .{{3,30}})?\s?:", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _short(line: str) -> str:
    """The folded line, or "" where it is too long to be furniture."""
    if len(line) > 400:
        return ""
    folded = fold(line).strip(" .:*-–•·|\"'")
    return folded if len(folded.split()) <= LONGEST else ""


def _asks(line: str) -> bool:
    """A question of some length is an interview's, not a form's."""
    return line.endswith(("?", "؟")) and len(line.split()) > 5


def furniture(line: str) -> str | None:
    """Why ``line`` is no part of an article by its words alone, or None."""
    folded = "" if _asks(line) else _short(line)
    if not folded:
        return None if line.strip(" .:*-–—_=#•·|\"'") else "rule"
    return next((reason for reason, pattern in _patterns() if pattern.fullmatch(folded)), None)


def opens_comments(line: str) -> bool:
    """Whether readers' comments, or the form to write one, begin here."""
    return not _asks(line) and bool(_comments().fullmatch(_short(line)))


def is_forum_label(line: str) -> bool:
    """Whether this is a label of a forum user's block: joined, messages, location."""
    return bool(_forum_labels().fullmatch(_short(line)))


def opens_post(line: str) -> bool:
    """Whether another user's post begins here."""
    return bool(_posts().fullmatch(_short(line)) or _quoted().fullmatch(line))
