"""What becomes of an article that is read where one is stored: the same, a better text, or another report. Pure.

An address identifies an article only while it names one thing. A copied template gives three reports one canonical
address, a bulletin's page stands for every edition, a live page goes on. So the texts are compared before one replaces
another, and what an edition has cited is never replaced: a text that goes on becomes a version of its own.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from typing import Literal

from monitor.model import Article
from monitor.model.dates import UNCONFIRMED
from monitor.pages.dating import FIND
from monitor.text.article_addresses import is_of_article
from monitor.text.likeness import (
    gives_way,
    in_pieces,
    is_corrected,
    share_of_new,
    share_of_shorter,
    text_likeness,
    title_likeness,
    words_of,
)

Outcome = Literal["same", "replace", "version", "apart"]

GOES_ON = 0.25  # share of words that a cited article did not hold, from which the new text is a development
_BROKEN_OFF = re.compile(r"(?:\.\.|…|\w|[,;:،؛]|\[…\]|\[\.\.\.\])\s*$")
WITHDRAWN = 0.4  # share of words up to which a text without them is the same text, with a part taken out
SLIP = 0.05  # share of words up to which two texts say the same, apart from counters and corrected letters
WORDS = 12  # of a text, from which it says enough to be another
ANOTHER = 0.3  # share of the words of the shorter of two texts below which they are about other things
EDITION = 0.5  # the same where the date is another, too: so a bulletin goes on in the sentences that it always has
ANEW = 0.6  # share of words that an article did not hold, from which nearly all of it was written anew
_YEAR = 365.2425  # days
_SAME_DAY = 1.5  # days by which one date of two years may differ: leap days, zones
_READ_BEFORE, _READ_AFTER = timedelta(days=1), timedelta(days=31)  # of its publication, from when it is the feed's news
_DAY = timedelta(hours=38)  # a day that is named without a time is so long, and may be another zone's
_OF_FEED = ("feed", "feed-updated")
REPUBLISHED = timedelta(days=1)  # between two dates of one text at two addresses; a notice may be repeated later
HEADLINE = 4  # words from which a headline is that of one report, and no label
TELLING = 200  # characters from which two equal texts of one publisher are one report, whatever their addresses


def outcome(new: Article, stored: Article, *, cited: bool, same_entry: bool, found: bool = False) -> Outcome:
    """What to do with ``new``, which came under the address of ``stored`` or is what its entry has become.

    "same": nothing to store. "replace": the new text takes the place of the old and is judged anew. "version": both
    stay, because an edition has shown the old one and the new one says more. "apart": they are two reports.
    found: a search found the new one.
    """
    if not is_one_report(new, stored, same_entry=same_entry):
        return "apart"
    if found and stored.kind != "search":  # a search feed says where to look, and that is known
        return "replace" if new.text and not stored.text and not cited else "same"
    if same_entry and not cited and is_year_corrected(new, stored):
        return "replace"
    of_search = stored.kind == "search" or is_dated_by_a_search(stored)
    taken_over = of_search and not found
    if new.partial and not stored.partial:  # the page is tried again later; until then the text that was read stays
        return "replace" if taken_over else "same"
    if stored.partial and not new.partial:
        return "replace"
    added = share_of_new(new.text, stored.text)
    retitled = title_likeness(new.title, stored.title) != "same" or _is_withdrawn(new, stored)
    if not added and not taken_over and not (same_entry and (retitled or stored.feed_url != new.feed_url)):
        return "same"
    if not cited or (not added and of_search):  # of what an edition has shown only the source changes
        return "replace"
    return "version" if added >= GOES_ON else "same"  # smaller edits are what the second look is for


def is_dated_by_a_search(stored: Article) -> bool:
    """Whether all that dates an article is a search's find, so that its outlet's own feed knows more of it."""
    return any(each.doubt == FIND and each.evidence == stored.published_from for each in stored.dates)


def is_dated_finer(new: Article, stored: Article) -> bool:
    """Whether another feed, nearer to a report, gives the time of a day that is all that is known of it."""
    if new.feed_url == stored.feed_url or not (new.published and stored.published) or new.published_from != "feed":
        return False
    return _is_of_day(stored) and not _is_of_day(new) and abs(new.published - stored.published) <= _DAY


def _is_of_day(article: Article) -> bool:
    taken = (each for each in article.dates if each.evidence == article.published_from)
    return any(each.precision == "day" or each.is_midnight for each in taken)


def is_issued_anew(new: Article, stored: Article) -> bool:
    """Whether a feed has put a report where it had a few words long ago: then it is of the feed's later date."""
    if not (new.published and stored.published) or new.published_from != "feed":
        return False
    other = min(share_of_new(new.text, stored.text), share_of_new(stored.text, new.text)) >= ANEW
    return other and new.published - stored.published > REPUBLISHED


def is_year_corrected(new: Article, stored: Article) -> bool:
    """Whether a feed gave a report that was new the date of an earlier year by a slip, and says the right one now.

    What is published again after a year has such dates, too, but was read in the earlier year.
    """
    said = _said_by_the_feed(stored)
    if not (new.published and said):
        return False
    days = (new.published - said) / timedelta(days=1)
    years = round(days / _YEAR)
    if years < 1 or abs(days - years * _YEAR) > _SAME_DAY:
        return False
    return -_READ_BEFORE <= stored.fetched - new.published <= _READ_AFTER


def is_read_later(new: Article, stored: Article) -> bool:
    """Whether the page of an entry with an old date could be read at last, and says when it was published."""
    waited = any(each.doubt == UNCONFIRMED for each in stored.dates)
    return waited and stored.partial and not new.partial and new.published is not None


def _said_by_the_feed(stored: Article) -> datetime | None:
    """The feed's date, where it was taken, or when its entry was seen instead, as too old for a new one."""
    if stored.published_from == "first-seen":
        return next((each.moment for each in stored.dates if each.evidence in _OF_FEED and each.moment), None)
    return stored.published if stored.published_from in _OF_FEED else None


def _is_withdrawn(new: Article, stored: Article) -> bool:
    """Whether a source has taken a part of its text out. A text that breaks off was only cut."""
    if new.partial != stored.partial or _BROKEN_OFF.search(new.text):
        return False
    return 0 < share_of_new(stored.text, new.text) <= WITHDRAWN


def is_one_report(one: Article, other: Article, *, same_entry: bool) -> bool:
    """Whether ``one`` reports what ``other`` did. same_entry: a feed says they do; only both halves speak against it.

    A report that is rewritten keeps its moment, which a bulletin's next edition does not: then nothing but another
    headline over another text speaks against it, and that only where both texts say something.
    """
    title, text = title_likeness(one.title, other.title), text_likeness(one.text, other.text)
    if same_entry and text == "different":
        if _moment(one) and _moment(one) == _moment(other):
            return title != "different" or _says_little(one, other) or _common(one, other) >= ANOTHER
        if _is_announced(one, other):
            return True
        return title != "different" and not _is_another_edition(one, other)
    if same_entry:
        return True
    if title == "different":
        return text == "same"
    return text != "different"


def _is_announced(report: Article, line: Article) -> bool:
    """Whether an urgent line, a headline over next to no text, became a report at its address or under its words."""
    at_its_own = report.url == line.url and is_of_article(report.url)
    return gives_way("" if at_its_own else line.title, line.text, report.title, report.text)


def _is_another_edition(one: Article, other: Article) -> bool:
    """Whether two texts under one headline, read alike, have next to nothing in common: a bulletin's next edition."""
    if one.partial != other.partial:
        return False
    return not _says_little(one, other) and _common(one, other) < EDITION


def _says_little(one: Article, other: Article) -> bool:
    """Whether one of two texts is too short to be about something else, as "Details to follow" is."""
    return min(len(_pieces(one)), len(_pieces(other))) < WORDS


def _common(one: Article, other: Article) -> float:
    """The share of the words of the shorter text that the other has, too."""
    return share_of_shorter(_pieces(one), _pieces(other))


def _pieces(article: Article) -> tuple[str, ...]:
    return in_pieces(words_of(article.text), article.text)


def _moment(article: Article) -> datetime | None:
    """When its feed says that it was published, where that is more than a day."""
    taken = (seen for seen in article.dates if seen.evidence == article.published_from)
    fine = any(seen.precision in ("second", "minute") for seen in taken)
    return article.published if fine and article.published_from == "feed" else None


def is_moved_report(new: Article, stored: Article) -> bool:
    """Whether an article at another address is the one that its feed had before, with a corrected address.

    A feed that names its entries by their addresses says so only by headline and date.
    """
    title, text = title_likeness(new.title, stored.title), text_likeness(new.text, stored.text)
    if title == "different" or text in ("different", "unknown"):
        return text == "unknown" and title == "same"
    same_moment = new.published == stored.published and new.published is not None
    return text == "same" or same_moment or is_corrected(words_of(new.text), words_of(stored.text))


def is_taken_back(new: Article, own: Article, earlier: Article) -> bool:
    """Whether the source has gone from ``own`` back to what it said before, in ``earlier``, and says in ``new`` again.

    Both must have been read the same way: the opening that a feed gives is in every version of an article.
    """
    if new.partial != earlier.partial or not is_one_report(new, earlier, same_entry=False):
        return False
    added, missing = share_of_new(new.text, earlier.text), share_of_new(earlier.text, new.text)
    return max(added, missing) < SLIP and share_of_new(own.text, new.text) + share_of_new(new.text, own.text) > SLIP


def text_key(article: Article) -> str | None:
    """A key of publisher and whole text, by which a report is known that its publisher has put at another address.

    None for a text too short to tell one report from another.
    """
    if len(article.text) < TELLING:
        return None
    return _key(article.publisher, " ".join(article.text.casefold().split()))


def headline_key(publisher: str, title: str) -> str | None:
    """A key of publisher and headline, by which a search's hit of which nothing else is known is the outlet's report.

    None for a headline of so few words that others may have it, too.
    """
    words = words_of(title)
    return _key("headline", publisher, *words) if len(in_pieces(words, title)) >= HEADLINE else None


def _key(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
