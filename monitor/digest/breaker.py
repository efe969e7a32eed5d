"""When a place that does not answer is left alone: each try costs a minute of waiting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

OPENS_AT = 2  # deliveries in a row that were not answered


@dataclass(frozen=True, slots=True)
class Breaker:
    """How a place to deliver to answers. unanswered: deliveries in a row that it did not answer.

    opened: since when it is left alone but for one delivery a round, None while it is not.
    """

    unanswered: int = 0
    opened: datetime | None = None

    def after(self, answered: bool, now: datetime) -> Breaker:
        """The state after a delivery. An answer, even a refusal, closes it."""
        if answered:
            return Breaker()
        unanswered = self.unanswered + 1
        return replace(self, unanswered=unanswered, opened=self.opened or (now if unanswered >= OPENS_AT else None))
