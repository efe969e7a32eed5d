"""When an article was published: decided from all that speaks of it. Pure.

A feed's date is believed unless something better speaks against it. It may be the time of the request, of an edit, of
a search engine's find, or of a draft; a page's may be that of a template. So every date that was seen is kept, with the
doubt where there is one, and `published_from` says which was taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import SeenDate
from monitor.model.dates import DISBELIEVED, UNCONFIRMED, WRONG_WEEKDAY
from monitor.model.frozen import frozen

ONE_MOMENT = "all entries of the feed have it"  # the doubt of a date that may be that of the feed's making
EDIT = "the time of an edit"  # the doubt of a date that a page labels so, and of a feed's that is the same
FIND = "a search engine's find"  # the doubt of a date that a search gives
_SAME = timedelta(days=1)  # between two dates of one publication
_SAME_DAY = timedelta(hours=38)  # the same where one names only the day: a day long, and in another zone
_SAME_MONTH = timedelta(days=32)
_LONG_AGO = timedelta(days=30)  # a page this much older than the feed says is believed on one word
_EDITED = timedelta(minutes=10)
_ZONES = timedelta(hours=14)
_QUARTER = timedelta(minutes=15)
_SAME_WEEK = timedelta(days=8)
_FINENESS = ("month", "week", "day", "minute", "second")
_CLOCK_SLIP = timedelta(minutes=1)
_OFFSET = re.compile(r"\d\+(\d\d):?(\d\d)$")
_GREENWICH = re.compile(r"(?:\b(?:GMT|UTC|UT)|\dZ|[+-]00:?00)$", re.IGNORECASE)
_OF_FEED = ("feed", "feed-updated")
_OF_PAGE = ("json-ld", "meta", "time-element", "page-text")  # the most exact first
_WORD_OF_PAGE = ("json-ld", "meta")


@frozen
class Dated:
    """The decision. published: None where nothing dates the article; published_from: its evidence, or "".

    dates: all that was seen, with what speaks against each.
    """

    published: datetime | None
    published_from: str
    dates: tuple[SeenDate, ...]


@frozen
class _Seen:
    """The dates by where they come from; each None where it names no moment or is doubted."""

    feed: SeenDate | None
    page: SeenDate | None
    address: SeenDate | None
    modified: SeenDate | None
    first: SeenDate | None
    slip: SeenDate | None  # the feed's, whose weekday is wrong: better than none
    confirmed: bool  # the page's date is said twice
    twice: bool  # the page says one moment twice, with its zone


def decide(dates: Sequence[SeenDate], *, search: bool = False, news_since: datetime | None = None) -> Dated:
    """The date of an article from ``dates``, the feed's first.

    search: the feed is a search engine's, and dates what it finds. news_since: what was published before is no news;
    None for an article of a feed's archive, which keeps the feed's date.
    """
    of_archive = news_since is None and dates and dates[0].evidence in _OF_FEED and dates[0].moment
    if of_archive and dates[0].doubt in ("", ONE_MOMENT):
        return Dated(dates[0].moment, dates[0].evidence, tuple(dates))
    seen = _sorted(dates)
    taken, against = _taken(seen, search, news_since)
    if search and taken is seen.feed and taken and not taken.doubt:
        found = replace(taken, doubt=FIND)
        dates, taken = [found if each is taken else each for each in dates], found
    if taken is None:
        return Dated(None, "", tuple(dates))
    doubted = tuple(_with_doubt(each, taken, against) for each in dates)
    return Dated(taken.moment, taken.evidence, doubted)


def _sorted(dates: Sequence[SeenDate]) -> _Seen:
    believed = [each for each in dates if each.moment and each.doubt not in DISBELIEVED]
    feed, modified = _first(believed, _OF_FEED), _first(believed, ("modified",))
    modified = modified or next((each for each in believed if each.doubt == EDIT), None)
    edits = modified if feed else None
    of_page = [each for name in _OF_PAGE for each in believed if each.evidence == name and not _is_edit(each, edits)]
    of_page.sort(key=lambda each: each.doubt == EDIT)
    address = _first(believed, ("address",))
    confirmed = next((each for each in of_page if _is_confirmed(each, [*of_page, address])), None)
    page = confirmed or next(iter(of_page), None)
    return _Seen(
        feed=feed,
        page=page,
        address=address,
        modified=modified,
        first=_first(believed, ("first-seen",)),
        slip=next((each for each in dates if each.doubt == WRONG_WEEKDAY), None),
        confirmed=confirmed is not None,
        twice=page is not None and any(other is not page and _is_one_moment(page, other) for other in of_page),
    )


def _is_edit(date: SeenDate, modified: SeenDate | None) -> bool:
    """Whether what a page shows is only the day on which it was changed, as a page alone may show."""
    if date.doubt == EDIT and modified:
        return True
    if date.evidence != "page-text" or date.precision != "day" or not (modified and modified.moment and date.moment):
        return False
    return date.moment.date() == modified.moment.date()


def _first(dates: Iterable[SeenDate], evidence: Sequence[str]) -> SeenDate | None:
    return next((each for each in dates if each.evidence in evidence), None)


def _is_confirmed(date: SeenDate, others: Iterable[SeenDate | None]) -> bool:
    return any(other and other is not date and _agree(date, other) for other in others)


def _agree(one: SeenDate, other: SeenDate) -> bool:
    """Whether both can be of one publication."""
    assert one.moment
    assert other.moment
    coarsest = min(_FINENESS.index(one.precision), _FINENESS.index(other.precision))
    return abs(one.moment - other.moment) <= (_SAME_MONTH, _SAME_WEEK, _SAME_DAY, _SAME, _SAME)[coarsest]


def _taken(seen: _Seen, search: bool, news_since: datetime | None) -> tuple[SeenDate | None, str]:
    """The date that is taken, and what then speaks against the feed's."""
    if seen.feed is None:
        page = _of_day(seen.address) if seen.page and seen.page.doubt == EDIT else None
        return page or seen.page or _of_day(seen.address) or seen.first or seen.slip, ""
    if news_since is None or seen.feed.moment is None:
        return seen.feed, ""
    if seen.feed.moment < news_since and seen.first:
        return _of_old_entry(seen, seen.feed, seen.first, news_since)
    if search and seen.page and (_is_exact(seen.page) or not _agree(seen.page, seen.feed)):
        return seen.page, FIND
    if (
        seen.feed.doubt == ONE_MOMENT
        and seen.page
        and not (seen.page.precision == "day" and _agree(seen.page, seen.feed))
    ):
        return seen.page, ONE_MOMENT
    if seen.page is None:
        return _by_address(seen, seen.feed, search)
    return _of_feed_or_page(seen, seen.feed, seen.page)


def _of_old_entry(seen: _Seen, feed: SeenDate, first: SeenDate, news_since: datetime) -> tuple[SeenDate | None, str]:
    """An entry that is new, with an old date: the page decides, else it is news, unless it stands among old ones."""
    witness = seen.page or _of_day(seen.address)
    if witness is None:
        return (feed, "") if first.doubt == UNCONFIRMED else (first, "old for an entry that is new in a known feed")
    if _agree(witness, feed):
        return _finer(feed, witness), ""
    return witness, "the page has another date"


def _of_day(address: SeenDate | None) -> SeenDate | None:
    return address if address and address.precision == "day" else None


def _by_address(seen: _Seen, feed: SeenDate, search: bool) -> tuple[SeenDate | None, str]:
    address = seen.address
    if address and address.moment and feed.moment and not _agree(address, feed):
        old = feed.moment - address.moment > _LONG_AGO
        if old and (search or not address.written.isdigit()):
            return address, "the address has another date"
    return feed, ""


def _is_one_moment(one: SeenDate, other: SeenDate) -> bool:
    assert one.moment
    assert other.moment
    return _is_exact(one) and _is_exact(other) and abs(one.moment - other.moment) <= _CLOCK_SLIP


def _is_of_a_zone(apart: timedelta) -> bool:
    """Whether two times lie as far apart as two zones: one of them may name the wrong one."""
    return timedelta() < apart <= _ZONES and not apart.total_seconds() % _QUARTER.total_seconds()


def _of_feed_or_page(seen: _Seen, feed: SeenDate, page: SeenDate) -> tuple[SeenDate | None, str]:
    assert feed.moment
    assert page.moment
    edited = seen.modified and seen.modified.moment and abs(seen.modified.moment - feed.moment) <= _EDITED
    if _agree(feed, page):
        if not _is_exact(page) or feed.moment - page.moment <= _EDITED:
            return _finer(feed, page), ""
        if edited:
            return page, EDIT
        if seen.twice and not _is_of_a_zone(feed.moment - page.moment):
            return page, "the page has another date"
        return _finer(feed, page), ""
    if seen.address and _agree(seen.address, feed) and not _agree(seen.address, page) and not edited:
        return feed, ""  # two that know of each other nothing; the page may be another that answered
    if page.moment < feed.moment:
        long_ago = page.evidence in _WORD_OF_PAGE and feed.moment - page.moment > _LONG_AGO
        if edited:
            return page, EDIT
        if seen.confirmed or long_ago:
            return page, "the page has another date"
    return feed, ""


def _finer(feed: SeenDate, page: SeenDate) -> SeenDate:
    """Of two dates of one publication the feed's, unless the page's is more exact or names the zone that it lacks."""
    assert feed.moment
    assert page.moment
    if feed.precision in ("week", "month") and page.precision == "day":
        return page
    of_day = feed.precision in ("day", "week", "month") or feed.is_midnight
    if of_day and page.precision in ("minute", "second") and not page.is_midnight:
        return page
    if _is_local_clock(feed, page):
        return page
    return page if page.zoned and not feed.zoned and _is_of_a_zone(abs(feed.moment - page.moment)) else feed


def _is_local_clock(feed: SeenDate, page: SeenDate) -> bool:
    """Whether a feed calls Greenwich's what the page shows as its own clock: many systems add "GMT" to any time."""
    assert feed.moment
    assert page.moment
    offset = _OFFSET.search(page.written.strip())
    if offset is None or not feed.zoned or feed.precision not in ("minute", "second"):
        return False
    shift = timedelta(hours=int(offset[1]), minutes=int(offset[2]))
    named_zero = _GREENWICH.search(feed.written.strip()) is not None
    return named_zero and bool(shift) and abs(feed.moment - page.moment - shift) < _CLOCK_SLIP


def _is_exact(date: SeenDate) -> bool:
    """Whether a date is a moment in a zone that it names."""
    return date.zoned and date.precision in ("minute", "second") and not date.is_midnight


def _with_doubt(date: SeenDate, taken: SeenDate, against: str) -> SeenDate:
    if date is taken or date.doubt or date.moment is None or date.evidence in ("first-seen", "modified"):
        return date
    if date.evidence in _OF_FEED and against:
        return replace(date, doubt=against)
    return date if _agree(date, taken) else replace(date, doubt=f"contradicted by {taken.evidence}")
