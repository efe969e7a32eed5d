"""The dates that were seen of an article."""

from __future__ import annotations

from monitor.api.base import Answer, Stamp


class Date(Answer):
    """A date that speaks of an article, as `monitor.model.SeenDate`. moment: null where it cannot be believed."""

    evidence: str
    moment: Stamp | None
    precision: str
    written: str
    zoned: bool
    doubt: str
