"""The last arrows of the flow: stories → digest → delivery.

An edition is composed, rendered and stored with the deliveries it owes in one transaction; only then is
anything sent. What is owed is read from the ledger, so a crash anywhere leaves it owed, with its Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.config.service import DigestConfig
from monitor.crontab import parse_cron, previous_tick
from monitor.deliver import Channel, Parcel, deliver, retry_delay, stable_message_id
from monitor.deliver.email import EmailChannel, SmtpSettings
from monitor.errors import ConfigError, DeliveryError
from monitor.model import (
    Coverage,
    Delivery,
    DeliveryState,
    DigestStory,
    Edition,
    Feed,
    FeedReport,
    FeedState,
    Health,
    RenderedEdition,
    Story,
)
from monitor.stages import schedule
from monitor.stages.compose import ComposeSettings, compose, worth_sending
from monitor.stages.render import RenderSettings
from monitor.store import Store, articles, deliveries, editions, entries, feeds, notices, stories
from monitor.templates import Templates, render_edition

log = logging.getLogger(__name__)

_NO_MAIL = EmailChannel(SmtpSettings(), ("reader@localhost",))  # for a look at the message without a mail server


@dataclass(frozen=True, slots=True)
class Due:
    """A digest whose edition is owed. tick: the schedule's time it is for; period: that time on the local clock."""

    digest: DigestConfig
    tick: datetime
    period: str


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """What composing and delivering need of one configuration.

    watches: id → name for display. channels: digest name → where its editions go. domain: of Message-IDs.
    """

    digests: Sequence[DigestConfig]
    watches: Mapping[str, str]
    feeds: Sequence[Feed]
    channels: Mapping[str, Sequence[Channel]]
    templates: Templates
    max_age: timedelta
    domain: str = "localhost"
    private_links: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """An edition as it was composed and rendered, with its rows of the ledger (none when it was not stored)."""

    edition: Edition
    rendered: RenderedEdition
    deliveries: list[Delivery]


class Publisher:
    """Composes and delivers the editions of one configuration."""

    def __init__(self, store: Store, settings: PublishSettings, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    async def publish_due(self) -> None:
        """Composes and delivers every edition that is owed."""
        for due in self.due():
            await self.publish(due)

    def due(self) -> list[Due]:
        """Digests with a tick since their last edition, or since the store first saw them: the newest tick of each.

        So a weekend of downtime owes one edition, not three; its window covers all of it.
        """
        now, owed = self._clock(), []
        with self._store.write() as db:
            for digest in self._settings.digests:
                zone = ZoneInfo(digest.timezone)
                known = editions.start(db, digest.name, now)
                last = editions.last(db, digest.name)
                tick = previous_tick(parse_cron(digest.schedule), zone, now)
                if tick and tick > max(known, last.tick if last else known):
                    owed.append(Due(digest, tick, f"{tick.astimezone(zone):%Y-%m-%dT%H:%M}"))
        return owed

    def by_hand(self, digest: DigestConfig) -> Due:
        """An edition for what is new since the last one, whatever the schedule says."""
        now = self._clock()
        return Due(digest, now, f"{now.astimezone(ZoneInfo(digest.timezone)):%Y-%m-%dT%H:%M:%S}")

    async def publish(self, due: Due, since: datetime | None = None, until: datetime | None = None) -> Published:
        """Composes, stores and delivers one edition; with ``since`` one outside the series, for a window of time.

        When another service composed this period first, it is that one's edition.
        """
        edition = self.compose(due, since, until)
        rendered = self.render(edition, due.digest)
        edition_id = self._record(due, edition, rendered, window=since is not None)
        await self.deliver_due(edition_id)
        with self._store.read() as db:
            return Published(*editions.get(db, edition_id), deliveries.of_edition(db, edition_id))

    # stories → digest

    def compose(self, due: Due, since: datetime | None = None, until: datetime | None = None) -> Edition:
        """The edition as it would be sent; nothing is stored."""
        digest, now = due.digest, self._clock()
        watches = [watch for watch in self._settings.watches if watch in (digest.watches or self._settings.watches)]
        end = until or now
        with self._store.read() as db:
            last = editions.last(db, digest.name)
            start = since or (last.until if last else entries.first_seen(db) or now - timedelta(days=1))
            if since:  # a window by hand: what moved in it, told before or not
                found = stories.load(db, stories.ids_since(db, start, None))
                seen = {story.id: _judged_before(story, start) for story in found if _judged_before(story, start)}
            else:
                story_ids = editions.untold_stories(db, digest.name, watches, start, self._settings.max_age)
                found, seen = stories.load(db, story_ids), editions.seen(db, digest.name, story_ids)
            near = editions.untold_near_misses(db, digest.name, watches, start)
            coverage = self._coverage(feeds.states(db), notices.current(db), now)
            counts = entries.count_since(db, start, end), articles.count_since(db, start, end)
        return compose(
            self._compose_settings(digest, watches),
            period=due.period,
            since=start,
            until=end,
            now=now,
            stories=[story for story in found if story.watch in watches],
            seen=seen,
            near_misses=near,
            coverage=replace(coverage, entries=counts[0], articles=counts[1]),
        )

    def render(self, edition: Edition, digest: DigestConfig) -> RenderedEdition:
        settings = RenderSettings(locale=digest.locale, private_links=self._settings.private_links)
        return render_edition(edition, self._settings.templates, settings)

    def _compose_settings(self, digest: DigestConfig, watches: Sequence[str]) -> ComposeSettings:
        return ComposeSettings(
            name=digest.name,
            timezone=digest.timezone,
            watches=tuple(self._settings.watches[watch] for watch in watches),
            max_stories=digest.max_stories,
            max_near_misses=digest.max_near_misses,
            languages=digest.languages,
            threshold=digest.threshold or 0.0,
            max_age=self._settings.max_age,
            empty=digest.empty,
        )

    def _coverage(self, states: Mapping[str, FeedState], notes: tuple[str, ...], now: datetime) -> Coverage:
        reports = []
        for feed in self._settings.feeds:
            state = states.get(feed.url, FeedState(feed.url))
            since = state.last_new_entry if state.health is Health.QUIET else state.failing_since
            reports.append(FeedReport(feed.name, feed.url, state.health, schedule.describe_health(state, now), since))
        return Coverage(feeds=tuple(reports), entries=0, articles=0, notices=notes)

    def _record(self, due: Due, edition: Edition, rendered: RenderedEdition, *, window: bool) -> int:
        """Stores the edition, what stood in it and what is owed, in one transaction. Returns its id."""
        digest, now = due.digest, self._clock()
        with self._store.write() as db:
            added = editions.add(db, edition, rendered, due.tick, window=window)
            if added is None:
                log.info("digest %s %s was composed by another service", digest.name, due.period)
                return editions.find(db, digest.name, due.period)
            if not window:
                told = (*edition.stories, *edition.more)
                editions.tell(db, digest.name, added, _articles_of(told), "story")
                near = [(r.match.watch, r.article.id, None) for r in edition.near_misses]
                editions.tell(db, digest.name, added, near, "near")
            if worth_sending(edition, digest.empty, editions.last_sent(db, digest.name)):
                deliveries.add(db, added, self._owed(digest, edition), now)
        log.info("digest %s %s: %d stories", digest.name, due.period, len(edition.stories) + edition.omitted)
        return added

    def _owed(self, digest: DigestConfig, edition: Edition) -> list[tuple[str, str, str]]:
        domain = self._settings.domain
        return [
            (channel.name, recipient, stable_message_id(digest.name, edition.period, recipient, domain))
            for channel in self._settings.channels.get(digest.name, ())
            for recipient in channel.recipients
        ]

    def preview(self, due: Due, since: datetime | None = None, until: datetime | None = None) -> Published:
        """The edition as it would be; nothing is stored, nothing sent."""
        edition = self.compose(due, since, until)
        return Published(edition, self.render(edition, due.digest), [])

    def write(self, shown: Published, folder: Path) -> list[Path]:
        """digest.html, digest.txt and digest.eml (and full.html, where there is more) in ``folder``."""
        edition, rendered = shown.edition, shown.rendered
        channels = self._settings.channels.get(edition.digest, ())
        mail = next((channel for channel in channels if isinstance(channel, EmailChannel)), _NO_MAIL)
        recipient = mail.recipients[0]
        message_id = stable_message_id(edition.digest, edition.period, recipient, self._settings.domain)
        parcel = Parcel(edition, rendered, recipient, message_id, date=edition.composed)
        files = {"digest.html": rendered.html.encode(), "digest.txt": rendered.text.encode()}
        files["digest.eml"] = bytes(mail.message(parcel))
        if rendered.page:
            files["full.html"] = rendered.page.encode()
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return [folder / name for name in files]

    # digest → delivery

    async def deliver_due(self, edition_id: int | None = None) -> None:
        """Tries every delivery that is due (of one edition, or of all): claim, send, record."""
        with self._store.read() as db:
            waiting = deliveries.due(db, self._clock(), edition_id)
        for row in waiting:
            with self._store.write() as db:
                mine = deliveries.claim(db, row, self._clock())
                edition = editions.get(db, row.edition)
            if mine:
                await self._deliver(replace(row, attempts=row.attempts + 1), *edition)

    async def _deliver(self, row: Delivery, edition: Edition, rendered: RenderedEdition) -> None:
        error: str | None = None
        again: timedelta | None = None
        try:
            channel = self._channel(edition.digest, row)
            parcel = Parcel(edition, rendered, row.recipient, row.message_id, date=edition.composed)
            await deliver(channel, parcel)
        except (DeliveryError, ConfigError) as failure:
            error = str(failure)
            permanent = isinstance(failure, DeliveryError) and failure.permanent
            again = None if permanent else retry_delay(row.attempts)
        now = self._clock()
        state = DeliveryState.SENT if error is None else DeliveryState.PENDING if again else DeliveryState.FAILED
        with self._store.write() as db:
            deliveries.settle(db, row, state, now, error=error, next_try=now + again if again else None)
        say = log.info if error is None else log.warning
        say("digest %s to %s %s: %s", edition.digest, row.channel, row.recipient, error or "delivered")

    def _channel(self, digest: str, row: Delivery) -> Channel:
        for channel in self._settings.channels.get(digest, ()):
            if channel.name == row.channel and row.recipient in channel.recipients:
                return channel
        raise DeliveryError("taken out of the configuration since it was composed", permanent=True)


def _judged_before(story: Story, moment: datetime) -> frozenset[int]:
    return frozenset(report.article.id for report in story.reports if report.matched <= moment)


def _articles_of(told: Sequence[DigestStory]) -> list[tuple[str, int, int | None]]:
    return [(each.story.watch, r.article.id, each.story.id) for each in told for r in each.story.reports]
