"""Alerts: which stories are sent before the next digest, when they may be sent, and as what edition. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.config.service import DigestConfig
from monitor.crontab import last_moment_of, moment_of
from monitor.model import Coverage, DigestStory, Edition, Report, Story

IN_FULL = 10  # stories of one message; more are headlines
PREFIX = "alert:"  # the configuration allows no colon in the name of a digest


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which nothing is sent; ``start`` after ``end`` means over midnight."""

    start: time
    end: time
    timezone: str = "UTC"

    def until(self, now: datetime) -> datetime | None:
        """When the quiet hours that hold ``now`` end, in UTC; None outside of them.

        By the wall clock: of two equal times in autumn they begin with the first and end with the second, and a time
        that spring leaves out is the end of the gap.
        """
        zone = ZoneInfo(self.timezone)
        today, overnight = now.astimezone(zone).date(), timedelta(days=self.start >= self.end)
        ends = None
        for day in (today + timedelta(days=number) for number in (-1, 0, 1)):  # one may go on where another ends
            begins = moment_of(datetime.combine(day, self.start), zone)
            end = last_moment_of(datetime.combine(day + overnight, self.end), zone)
            if begins <= (ends or now) < end:
                ends = end
        return ends


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What a watch alerts on. watch: its id; name: for display.

    threshold: the least score of a fresh report that sends its story, from 0 to 1. max_age: a report published longer
    than this before it was judged raises no alert. quiet: hours in which alerts wait. locale: in which it is written.
    """

    watch: str
    name: str
    threshold: float
    max_age: timedelta
    timezone: str = "UTC"
    quiet: QuietHours | None = None
    locale: str = "en"


def is_urgent(story: Story, shown: Set[int], settings: AlertSettings) -> bool:
    """Whether a fresh report reaches the threshold and is recent. ``shown``: ids of articles shown in an edition."""
    return any(reaches(report, settings) for report in story.reports if report.article.id not in shown)


def compose_alert(story: Story, shown: Set[int], settings: AlertSettings, now: datetime) -> Edition:
    """The story as an edition of its own. ``shown``: ids of its articles that stood in an edition before."""
    fresh = frozenset(report.article.id for report in story.reports) - shown
    return Edition(
        digest=alert_name(settings.watch),
        period=f"story-{story.id}",
        since=min(report.matched for report in story.reports),
        until=now,
        composed=now,
        timezone=settings.timezone,
        stories=(DigestStory(story, developing=bool(shown), fresh=fresh),),
        near_misses=(),
        coverage=Coverage((), entries=0, articles=0),
        watches=(settings.name,),
        alert=True,
    )


def compose_joined(story: Story, apart: Sequence[Report], settings: AlertSettings, now: datetime) -> Edition:
    """Reports that joined a story of which an alert was sent, and seem to be of another event, as their own edition.

    apart: these reports of ``story``.
    """
    first = max(apart, key=lambda report: (report.match.score, -report.article.id))
    part = replace(
        story,
        headline=first.article.title,
        score=first.match.score,
        first_seen=min(report.article.out_by for report in apart),
        reports=tuple(apart),
        supporting=(),
    )
    alert = compose_alert(part, frozenset(), settings, now)
    return replace(alert, period=f"{alert.period}-article-{first.article.id}")


def compose_bundle(found: Sequence[tuple[Story, Set[int]]], settings: AlertSettings, now: datetime) -> Edition:
    """Several stories, each with its articles that stood in an edition before, as one edition, the best score first.

    Of more than `IN_FULL` the rest are headlines: what a first start, an archive or a night brings is one message.
    """
    alone = [compose_alert(story, shown, settings, now) for story, shown in found]
    every = [each for edition in alone for each in edition.stories]
    every.sort(key=lambda each: (-each.story.score, each.story.id))
    return replace(
        alone[0],
        period=f"stories-{now.astimezone(UTC):%Y-%m-%dT%H%M%S}",
        since=min(edition.since for edition in alone),
        stories=tuple(every[:IN_FULL]),
        more=tuple(every[IN_FULL:]),
        omitted=len(every[IN_FULL:]),
    )


def compose_correction(story: Story, settings: AlertSettings, now: datetime, newest_change: int) -> Edition:
    """The story of an alert once more, because its source has changed it. newest_change: the id of the last change."""
    alert = compose_alert(story, frozenset(report.article.id for report in story.reports), settings, now)
    return replace(alert, period=f"{alert.period}-correction-{newest_change}", correction=True)


def digest_of(watch: str, digests: Sequence[DigestConfig]) -> DigestConfig | None:
    """The first digest that has the watch, else the first: alerts write times as it does. None without digests."""
    having = [digest for digest in digests if not digest.watches or watch in digest.watches]
    return next(iter((*having, *digests)), None)


def alert_name(watch: str) -> str:
    """The name under which the ledger keeps the alerts of a watch (its id), in place of a digest's name."""
    return PREFIX + watch


def reaches(report: Report, settings: AlertSettings) -> bool:
    """Whether a report reaches the threshold and is recent."""
    # Without a date only the time of the judgement is known, and that is recent by definition.
    published = report.article.published
    news = published is None or published >= report.matched - settings.max_age
    return news and report.match.score >= settings.threshold
