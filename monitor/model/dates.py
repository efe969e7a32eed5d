"""When something was published, as each source says it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from monitor.model.frozen import frozen

Evidence = Literal[
    "feed", "feed-updated", "json-ld", "meta", "time-element", "page-text", "address", "first-seen", "modified"
]
Precision = Literal["second", "minute", "day", "week", "month"]


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
