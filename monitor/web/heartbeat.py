"""Whether the service still beats: written by the service, read by /healthz and /metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

STALE = timedelta(minutes=15)  # a poll tick comes every 15 s; one that reads many slow pages takes some minutes


@dataclass(slots=True)
class Pulse:
    """When each kind of tick last ended well, and why it last did not."""

    started: datetime
    good: dict[str, datetime] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def ended(self, tick: str, now: datetime) -> None:
        self.good[tick] = now
        self.failed.pop(tick, None)

    def broke(self, tick: str, why: str) -> None:
        self.failed[tick] = why

    def trouble(self, now: datetime) -> str:
        """Why the service is not well, or "" when it is. Feeds that fail are no trouble of the service."""
        for tick, why in self.failed.items():
            return f"the last tick of {tick} failed: {why}"
        quiet = now - self.good.get("poll", self.started)
        if quiet > STALE:
            return f"no poll has ended for {int(quiet.total_seconds() // 60)} minutes"
        return ""

    def poll_age(self, now: datetime) -> float | None:
        """Seconds since a poll tick ended well; None before the first."""
        return (now - self.good["poll"]).total_seconds() if "poll" in self.good else None
