"""Which entries with an old date are of a feed's archive, and which deserve a look at their page. Pure.

A feed may show more of its archive than before, and shows much of it when it is first read. An old date may also be a
slip: of the year, of a clock, of a template. Where a feed is sorted by its dates, such an entry stands in the archive.
So a few pages of each body are read all the same, first those for which something speaks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.feeds.serials import Serials
from monitor.model import Entry
from monitor.model.frozen import frozen

LOOKS = 5  # pages of one body that are read though nothing speaks for a slip
HINTED = 20  # pages of one body that are read where something does
_HABIT = 4  # entries that are news, from which their distances are the feed's habit
_ALONE = timedelta(days=45)  # from all other entries, at least; and so many times the feed's longest distance:
_TIMES = 8
_TOGETHER = timedelta(days=3)  # between slips of one day
_FEW = 3  # slips of one body
_YEAR = timedelta(days=365.2425)
_DAY_OF_YEAR = timedelta(days=3)  # between a day and the same one of another year
_FIRST_CLOCK = 2005  # before which a date is that of a clock that was not set


@frozen
class OldEntries:
    """Fingerprints of entries with an old date. archive: their pages are not read. unconfirmed: these are, and first
    sight alone does not make them news.
    """

    archive: frozenset[str] = frozenset()
    unconfirmed: frozenset[str] = frozenset()


def old_entries(
    entries: Sequence[Entry], since: datetime, now: datetime, *, new: Collection[str], known_before: bool
) -> OldEntries:
    """What to do with those of ``new`` (fingerprints) that are dated before ``since``. entries: of the whole body.

    known_before: the feed was read before. Then only what stands where its date belongs can be of the archive: the
    others are new to everyone, and their pages say when they were written. When a feed is first read, nearly all of
    it can.
    """
    old = [entry for entry in entries if entry.published and entry.published < since and entry.fingerprint in new]
    if not old:
        return OldEntries()
    among = _Among(entries, since, now)
    if known_before:
        in_place = backlog(entries, since)
        old = [entry for entry in old if entry.fingerprint in in_place]
        sure = among.later_by_number(old) | {entry.fingerprint for entry in old if among.is_alone(entry)}
        hinted = {entry.fingerprint for entry in old if among.is_of_another_year(entry)}
        looked = old
    else:
        above = among.above_news()
        fitting = {entry.fingerprint for entry in old if among.fits_in_another_year(entry)}
        sure = among.later_by_number(old) | (above & fitting)
        hinted = {entry.fingerprint for entry in old if among.is_alone(entry)}
        looked = [entry for entry in old if entry.fingerprint in above]
    read = [entry.fingerprint for entry in old if entry.fingerprint in sure][:HINTED]
    read += [entry.fingerprint for entry in old if entry.fingerprint in hinted - sure][: HINTED - len(read)]
    read += [each.fingerprint for each in looked if each.fingerprint not in {*read}][: max(0, LOOKS - len(read))]
    everything = {entry.fingerprint for entry in old}
    return OldEntries(frozenset(everything - {*read}), frozenset({*read} - sure))


def backlog(entries: Sequence[Entry], since: datetime) -> set[str]:
    """Fingerprints of the entries of one body that are old by their date *and* by their place.

    Such an entry is dated before ``since`` and stands below newer entries, with none below it that is newer. One that
    stands elsewhere is dated wrongly, or was put in late.
    """
    entries = newest_first(entries)
    found: set[str] = set()
    newest_below: datetime | None = None
    newest_above = _newest_above(entries)
    for number in range(len(entries) - 1, -1, -1):
        entry = entries[number]
        if entry.published is None:
            continue
        above = newest_above[number]
        in_order = newest_below is None or newest_below <= entry.published
        if entry.published < since and in_order and above is not None and above > entry.published:
            found.add(entry.fingerprint)
        newest_below = max(newest_below or entry.published, entry.published)
    return found


def newest_first(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries from the top of the feed's order: some feeds begin with the oldest."""
    moments = [entry.published for entry in entries if entry.published]
    rising = sum(one < other for one, other in pairwise(moments))
    return entries[::-1] if len(moments) >= _HABIT and 2 * rising > len(moments) - 1 else entries


def _newest_above(entries: Sequence[Entry]) -> list[datetime | None]:
    """For each entry the newest date of those before it in the body."""
    found: list[datetime | None] = []
    newest: datetime | None = None
    for entry in entries:
        found.append(newest)
        if entry.published and (newest is None or entry.published > newest):
            newest = entry.published
    return found


class _Among:
    """What the other entries of a body say of one with an old date."""

    def __init__(self, entries: Sequence[Entry], since: datetime, now: datetime) -> None:
        self._entries, self._since, self._now = entries, since, now
        self._moments = sorted(entry.published for entry in entries if entry.published)
        self._news = [moment for moment in self._moments if moment >= since]
        self._serials = Serials([entry for entry in entries if entry.published and entry.published >= since])
        gaps = [later - earlier for earlier, later in pairwise(self._news)]
        self._far = max(_ALONE, _TIMES * max(gaps)) if len(self._news) >= _HABIT else timedelta.max

    def later_by_number(self, old: Sequence[Entry]) -> set[str]:
        """Fingerprints of those with a number of a new entry, where the feed numbers its entries as they come."""
        found = {entry.fingerprint for entry in old if self._serials.are_reached_by(entry)}
        return found if len(found) <= LOOKS else set()

    def is_alone(self, entry: Entry) -> bool:
        """Whether its date lies far from all others, but for a few beside it: no archive has such holes."""
        at = entry.published
        assert at
        if self._far == timedelta.max:
            return False
        first, last = bisect_left(self._moments, at - _TOGETHER), bisect_right(self._moments, at + _TOGETHER)
        next_ones = [*self._moments[max(0, first - 1) : first], *self._moments[last : last + 1]]
        return last - first <= _FEW and all(abs(at - each) > self._far for each in next_ones)

    def is_of_another_year(self, entry: Entry) -> bool:
        """Whether it names a day of these days in another year, or the first days of a clock."""
        assert entry.published
        years = round((self._now - entry.published) / _YEAR)
        near = years > 0 and abs(self._now - entry.published - years * _YEAR) <= _DAY_OF_YEAR
        return near or entry.published.year < _FIRST_CLOCK

    def fits_in_another_year(self, entry: Entry) -> bool:
        """The same, more exactly: whether it would be the newest entry of a feed that had news these days."""
        newest = self._news[-1] if self._news else None
        assert entry.published
        years = round((self._now - entry.published) / _YEAR)
        if newest is None or years < 1 or self._now - newest > _DAY_OF_YEAR:
            return False
        slack = timedelta(days=1.5)  # leap days, zones
        return newest - slack <= entry.published + years * _YEAR <= self._now + slack

    def above_news(self) -> set[str]:
        """Fingerprints of what stands above news in the feed's order, though its date belongs below them."""
        dated = [entry for entry in newest_first(self._entries) if entry.published]
        last = max((at for at, entry in enumerate(dated) if (entry.published or self._now) >= self._since), default=0)
        return {entry.fingerprint for entry in dated[:last]}
