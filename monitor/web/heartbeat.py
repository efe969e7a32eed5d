"""Whether the service is well: when its ticks last ended, written by the service and read by /healthz and /metrics."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LAGS = 60
STUCK = 30.0  # seconds without a beat of the loop; what holds it for so long is a fault
STALE = timedelta(minutes=15)  # a poll tick comes every 15 s; one that reads many slow pages takes some minutes


@dataclass(slots=True)
class Pulse:
    """The state of a running service, read from the threads of the page.

    good: tick → when it last ended well. failed: tick → why it failed since.
    refused: why the configuration in the files is not the one in force, "" when it is.
    seconds: tick → how long the last good one took. outcomes: (tick, "good" or "failed") → how many since the start.
    lags: how late the event loop came to its own beat, the last of `LAGS` beats a second apart.
    """

    started: datetime
    good: dict[str, datetime] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    lags: deque[float] = field(default_factory=lambda: deque(maxlen=LAGS))
    _beat: float | None = None

    def beat(self, late: float) -> None:
        """Record a beat of the loop, and how many seconds it came too late."""
        self.lags.append(late)
        self._beat = time.monotonic()

    def ended(self, tick: str, now: datetime, seconds: float = 0.0) -> None:
        """Record that a tick ("poll", ...) ended well."""
        self.good[tick] = now
        self.seconds[tick] = seconds
        self.outcomes[tick, "good"] += 1
        self.failed.pop(tick, None)  # one good tick is enough: what failed is tried again by itself

    def broke(self, tick: str, why: str) -> None:
        """Record that a tick failed."""
        self.failed[tick] = why
        self.outcomes[tick, "failed"] += 1

    @property
    def lag(self) -> float:
        """The longest time, in seconds, that the event loop was late in the last minute."""
        return max(tuple(self.lags), default=0.0)

    def trouble(self, now: datetime) -> str:
        """Why the service is not well, or "" when it is. Feeds that fail are not the service's trouble."""
        if self._beat is not None and (held := time.monotonic() - self._beat) > STUCK:
            return f"something has held the service up for {int(held)} seconds; if this lasts, restart it"
        for tick, why in tuple(self.failed.items()):
            return f"the last tick of {tick} failed: {why}"
        quiet = now - self.good.get("poll", self.started)
        if quiet > STALE:
            return f"no poll has ended for {int(quiet.total_seconds() // 60)} minutes"
        return ""

    def poll_age(self, now: datetime) -> float | None:
        """Seconds since a poll tick ended well; None before the first."""
        return (now - self.good["poll"]).total_seconds() if "poll" in self.good else None
