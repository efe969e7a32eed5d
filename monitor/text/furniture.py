"""What stands around an article, on its page or copied from there: one kind of line for each reason.

Every pattern is met by a whole line, folded (lower case, one yeh, no apostrophes, hyphens as spaces), and only by
short lines: a sentence that speaks of subscribing or of an e-mail address is left alone. What each language writes is
in monitor/languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import chain

from monitor.languages import any_of, every
from monitor.languages.record import Language
from monitor.languages.values import Patterns
from monitor.text.fold import fold
from monitor.text.sentences import STOPS
from monitor.text.sieve import Sieve

LINKS = "link to other pages"
COMMENTS = "comment form"
NUMBER = "number of the page"
ADVERT = "label of an advertisement"
_TOOL = 3  # words of a tool of the page at most
_LABEL = 60  # characters: a longer line is no label
LONGEST = 30  # words: a longer line is prose and never furniture by its words alone

_ADDRESS = r"(https?:|www\.)\S+|\S+@\S+\.\w+"
_MISTAKE = r".{0,120}\bctrl\W{0,3}enter\b.{0,40}"  # "Found a mistake? Mark it and press Ctrl+Enter"
_HANDLE = re.compile(r"\W{0,3}@[A-Za-z]\w{3,31}\W{0,3}")  # of a channel
_HOST = re.compile(r"\W{0,3}(?:[a-z\d-]{2,40}\.){1,3}[a-z]{2,8}(?:/\S{0,80})?\W{0,3}", re.IGNORECASE)
_BAR = re.compile(r"[|•·]")  # between "Print" and "Send to a friend"
_CRUMBS = r".{1,40}( (>|»|›|/|\|) .{1,60}){1,6}"


# The reasons in the order in which they count.
_PARTS: tuple[tuple[str, Callable[[Language], Patterns]], ...] = (
    ("share or subscribe prompt", lambda known: known.furniture.share),
    (COMMENTS, lambda known: known.furniture.comments),
    (LINKS, lambda known: known.furniture.links),
    (ADVERT, lambda known: known.furniture.adverts),
    ("notice of the site", lambda known: known.furniture.notices),
    ("form field or menu", lambda known: known.furniture.form),
)
_REASONS = (*(reason for reason, _ in _PARTS), "address", NUMBER, "trail of sections")


@lru_cache(maxsize=1)
def _patterns() -> Sieve[str]:
    """Patterns of a whole line, by the reason why it is no part of an article."""
    by_words = [(reason, pattern) for reason, part in _PARTS for pattern in every(part)]
    others = ("notice of the site", _MISTAKE), ("address", _ADDRESS), ("trail of sections", _CRUMBS)
    return Sieve([*by_words, *others, (NUMBER, _page_number())], flags=0)


def _page_number() -> str:
    """ "story code: 17", "views 17", "17 views", "picture 1 of 12"."""
    things = any_of(lambda known: known.furniture.number_things)
    kinds = any_of(lambda known: known.furniture.number_kinds)
    counts = any_of(lambda known: known.furniture.number_counts)
    number = r"(?=\s?[:：#]|\D{0,20}\d)"  # "visits of ministers" is none
    return rf"{things}? ?{kinds}{number}\W.{{0,24}}|\d+ {counts}|\d{{1,3}} ?(?:/|[^\W\d_]{{1,3}}) ?\d{{1,3}}"


@lru_cache(maxsize=1)
def _forum_labels() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.forum_labels) + r"(\s*:.{0,40})?")


@lru_cache(maxsize=1)
def _posts() -> re.Pattern[str]:
    return re.compile(any_of(lambda known: known.furniture.posts))


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
    tools = [each for part in _BAR.split(line) if (each := part.strip())]
    if len(tools) > 1 and all(map(furniture, tools)):
        return LINKS
    if found := _patterns().whole(folded):
        return next(reason for reason in _REASONS if reason in found)
    return "address" if _HANDLE.fullmatch(line) or _HOST.fullmatch(line) else None


def is_row_of_tools(line: str) -> bool:
    """Whether a line that closes a text is a row of tools between bars: "Print | Send to a friend"."""
    parts = [part.split() for part in _BAR.split(line)]
    few = all(0 < len(words) <= _TOOL for words in parts)
    return len(parts) > 1 and few and not line.endswith(_ENDS) and not any(map(str.isdigit, line))


def opens_comments(line: str) -> bool:
    """Whether readers' comments, or the form to write one, begin here."""
    return not _asks(line) and COMMENTS in _patterns().whole(_short(line))


def labels_an_advert(line: str) -> bool:
    """Whether a line says nothing but that an advertisement stands here."""
    return len(line) <= _LABEL and ADVERT in _patterns().whole(_short(line))


def is_forum_label(line: str) -> bool:
    """Whether this is a label of a forum user's block: joined, messages, location."""
    return bool(_forum_labels().fullmatch(_short(line)))


def opens_post(line: str) -> bool:
    """Whether another user's post begins here."""
    return bool(_posts().fullmatch(_short(line)) or _quoted().fullmatch(line))


# Lines on the page of an article, or in a feed

_ENDS = (*STOPS.replace("?", ""), ":")  # of sentences; a headline may be a question
_LISTED = 6  # headlines at most of a list that closes a text
_SITE_LINE = 160  # characters: a longer line of a page is text
_SITE_REASONS = frozenset(("share or subscribe prompt", COMMENTS, LINKS, ADVERT, "notice of the site", "address"))
_AFTER_ANNOUNCEMENT = (":", "：", "|", "»", "–", "-", "")


def is_site_line(line: str) -> bool:
    """Whether a line among those of an article is the site's: a prompt, a notice, a link to another story."""
    if names_another_story(line):
        return True
    return len(line) <= _SITE_LINE and furniture(line) in _SITE_REASONS


@lru_cache(maxsize=1)
def _announcement() -> re.Pattern[str]:
    """How a line begins that leads to another story: "Read also"."""
    return re.compile(rf"\W*{_dotless(any_of(lambda known: known.furniture.see_also))}(?!\w)", re.IGNORECASE)


def _dotless(text: str) -> str:
    """One letter for the four forms of i, of which Turkish capitals make another pair than the pattern's."""
    return text.replace("İ", "i").replace("ı", "i")


def announces_a_story(line: str) -> bool:
    """Whether a line begins as those do that lead to another story. Only with a link in it is it one surely."""
    return _announcement().match(_dotless(line)) is not None


def names_another_story(line: str) -> bool:
    """Whether a line without its links still names another story: "Read also: Ministers meet"."""
    found = _announcement().match(_dotless(line))
    return found is not None and line[found.end() :].lstrip()[:1] in _AFTER_ANNOUNCEMENT


def is_announcement(line: str) -> bool:
    """Whether a line does nothing but announce other stories: "Related stories"."""
    found = _announcement().match(_dotless(line))
    return found is not None and not line[found.end() :].strip(" :：|»–-")


def without_closing_list(lines: list[str]) -> list[str]:
    """The lines of a text without "Related stories" at its end and the headlines below, which may be no links."""
    for number in range(max(1, len(lines) - 1 - _LISTED), len(lines) - 1):
        if is_announcement(lines[number]) and all(map(_is_headline, lines[number + 1 :])):
            return lines[:number]
    return lines


def _is_headline(line: str) -> bool:
    return len(line) <= _SITE_LINE and not line.rstrip(" \"'”’»)").endswith(_ENDS)


_SENTENCE_END = re.compile(r"[.!?…\])؟]+")


@lru_cache(maxsize=1)
def _signing_off() -> Sieve[None]:
    return Sieve(((None, each) for each in every(lambda known: known.furniture.sign_offs)), flags=0)


@lru_cache(maxsize=1)
def _sign_off() -> re.Pattern[str]:
    return re.compile(rf" ?\W{{0,3}}{any_of(lambda known: known.furniture.sign_offs)}\W*$")


def without_sign_off(line: str) -> str:
    """The last line of a feed's text without what the publishing system adds: "The post X appeared first on Y."."""
    if not _signing_off().may_find(line):
        return line.rstrip()
    # It stands at the start or after a sentence; looked for at those places alone, which is five times as fast.
    starts = chain((0,), (found.end() for found in _SENTENCE_END.finditer(line)))
    cut = next((start for start in starts if _sign_off().match(line, start)), len(line))
    return line[:cut].rstrip()
