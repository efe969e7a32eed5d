"""When something was published, as each source says it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Literal

from monitor.model.frozen import frozen

Evidence = Literal[
    "feed", "feed-updated", "json-ld", "meta", "time-element", "page-text", "address", "first-seen", "modified"
]
REQUEST_TIME = "the time of the request"  # the doubt of a date that all entries of a feed have
WRONG_WEEKDAY = "its weekday is another day's"  # the doubt of a date that contradicts itself
OF_ANOTHER = "of another story"  # the doubt of a date that a page gives with the headline of one
UNCONFIRMED = "nothing else speaks against an old date"  # the doubt of a first sight that makes no news by itself
DISBELIEVED = (REQUEST_TIME, WRONG_WEEKDAY, OF_ANOTHER)
Precision = Literal["second", "minute", "day", "week", "month"]

_MIDNIGHT = re.compile(r"(?<![\d:.+-])00:00(?::00(?:\.0+)?)?(?![\d:])")
# The beginning of a day from New Zealand to Hawaii lies up to so long before that of Greenwich, and less than the rest
# of a day after it. So the day is known from its beginning alone.
_EARLIEST = timedelta(hours=13)


@frozen
class SeenDate:
    """A date that was seen. evidence: where (`monitor.pages.dating` weighs them). moment: in UTC, of a day or a month
    its beginning, of "a week ago" that of the day; None for a text that names no day that can be believed. written: the
    text it was read from. zoned: whether that named a zone. doubt: why it is not believed, or only in part, "" where
    nothing speaks against it.
    """

    evidence: Evidence
    moment: datetime | None
    precision: Precision = "second"
    written: str = ""
    zoned: bool = True
    doubt: str = ""

    @property
    def is_midnight(self) -> bool:
        """Whether it says midnight: so systems write a day without a time."""
        return _MIDNIGHT.search(self.written) is not None

    @property
    def day(self) -> date | None:
        """The day as its source wrote it, whatever its zone was, where it names no time of day."""
        if self.moment is None or not (self.precision == "day" or self.is_midnight):
            return None
        return (self.moment + _EARLIEST).date()
