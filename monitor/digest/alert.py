"""A story that will not wait for the next digest: whether it is one, when it may be sent, and as what. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.model import Coverage, DigestStory, Edition, Report, Story

PREFIX = "alert:"  # no digest can be called so


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which nothing is sent; ``start`` after ``end`` means over midnight."""

    start: time
    end: time
    timezone: str = "UTC"

    def until(self, now: datetime) -> datetime | None:
        """When the quiet hours that hold ``now`` end, in UTC; None outside of them.

        By the wall clock, so an hour that comes twice in autumn is quiet both times. A time that spring skips is
        taken as if the clock had not jumped yet.
        """
        zone = ZoneInfo(self.timezone)
        local = now.astimezone(zone)
        clock = local.time()
        if self.start <= self.end:
            quiet, days = self.start <= clock < self.end, 0
        else:
            quiet, days = clock >= self.start or clock < self.end, int(clock >= self.start)
        if not quiet:
            return None
        end = datetime.combine(local.date() + timedelta(days=days), self.end, zone).astimezone(UTC)
        return end if end > now else datetime.combine(local.date(), self.end, zone).replace(fold=1).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What a watch alerts on. watch: its id, ``name`` for display.

    threshold: score of a fresh report from which its story is sent. max_age: a report published longer before it
    was judged is no alert.
    """

    watch: str
    name: str
    threshold: float
    max_age: timedelta
    timezone: str = "UTC"
    quiet: QuietHours | None = None


def is_urgent(story: Story, told: Set[int], settings: AlertSettings) -> bool:
    """Whether a report that no edition has ``told`` is sure enough, and news."""
    return any(_is_urgent(report, settings) for report in story.reports if report.article.id not in told)


def compose_alert(story: Story, told: Set[int], settings: AlertSettings, now: datetime) -> Edition:
    """The story as an edition of its own."""
    fresh = frozenset(report.article.id for report in story.reports) - told
    return Edition(
        digest=alert_name(settings.watch),
        period=f"story-{story.id}",
        since=min(report.matched for report in story.reports),
        until=now,
        composed=now,
        timezone=settings.timezone,
        stories=(DigestStory(story, developing=bool(told), fresh=fresh),),
        near_misses=(),
        coverage=Coverage((), entries=0, articles=0),
        watches=(settings.name,),
        alert=True,
    )


def alert_name(watch: str) -> str:
    """What stands in the place of the digest's name in the ledger."""
    return PREFIX + watch


def _is_urgent(report: Report, settings: AlertSettings) -> bool:
    published = report.article.published
    news = published is None or published >= report.matched - settings.max_age
    return news and report.match.score >= settings.threshold
