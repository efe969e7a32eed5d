"""The last arrows of the flow: stories → digest → delivery.

An edition is composed, rendered and stored with the deliveries it owes in one transaction; only then is
anything sent. What is owed is read from the ledger, so a crash anywhere leaves it owed, with its Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.config.service import DigestConfig
from monitor.crontab import parse_cron, previous_tick
from monitor.deliver import Channel, Parcel, deliver, retry_delay, stable_message_id
from monitor.deliver.email import EmailChannel, SmtpSettings
from monitor.digest.alert import AlertSettings, alert_name, compose_alert, is_urgent
from monitor.digest.compose import ComposeSettings, compose, worth_sending
from monitor.digest.enrich import Context, enrich, voices_of
from monitor.digest.gather import Material, Window, coverage_of, gather, news_since, window_of
from monitor.errors import ConfigError, DeliveryError
from monitor.model import Delivery, DeliveryState, DigestStory, Edition, RenderedEdition, Story
from monitor.pages.edits import with_changes
from monitor.render import RenderSettings
from monitor.render.build import Place
from monitor.render.templates import Templates, render_edition
from monitor.store import Store, alerts, deliveries, editions, page_edits, stories
from monitor.text.plural import plural

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

    watches: id → name for display. channels: digest name (or `alert_name` of a watch) → where its editions go.
    domain: of Message-IDs. base_url: where readers reach the service's page, "" for none. own_templates: of digests
    that have their own.
    """

    digests: Sequence[DigestConfig]
    watches: Mapping[str, str]
    context: Context
    channels: Mapping[str, Sequence[Channel]]
    templates: Templates
    max_age: timedelta
    alerts: Sequence[AlertSettings] = ()
    domain: str = "localhost"
    private_links: bool = False
    base_url: str = ""
    own_templates: Mapping[str, Templates] = field(default_factory=dict)


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
                last = editions.last(db, digest.name, now)
                tick = previous_tick(parse_cron(digest.schedule), zone, now)
                if not tick or tick <= max(known, last.tick if last else known):
                    continue
                period = f"{tick.astimezone(zone):%Y-%m-%dT%H:%M}"
                if editions.find(db, digest.name, period) is None:  # else it was for this hour in another zone
                    owed.append(Due(digest, tick, period))
        return owed

    def by_hand(self, digest: DigestConfig) -> Due:
        """An edition for what is new since the last one, whatever the schedule says."""
        now = self._clock()
        local = now.astimezone(ZoneInfo(digest.timezone)).replace(tzinfo=None)
        return Due(digest, now, local.isoformat(timespec="milliseconds"))  # two may be asked for within a second

    async def publish(self, due: Due, since: datetime | None = None, until: datetime | None = None) -> Published:
        """Composes, stores and delivers one edition; with ``since`` one outside the series, for a window of time.

        When another service composed this period first, it is that one's edition. When one told some of it in an
        edition for another period, it is composed again without that.
        """
        edition_id = None
        while edition_id is None:
            edition, material = self._compose(due, since, until)
            edition_id = self._record(due, edition, self.render(edition, due.digest), material, since is not None)
        await self.deliver_due(edition_id)
        return self._published(edition_id)

    def _published(self, edition_id: int, *, resend: int = 0) -> Published:
        with self._store.read() as db:
            rows = [row for row in deliveries.of_edition(db, edition_id) if row.resend == resend]
            return Published(*editions.get(db, edition_id), rows)

    # stories → digest

    def compose(self, due: Due, since: datetime | None = None, until: datetime | None = None) -> Edition:
        """The edition as it would be sent; nothing is stored."""
        return self._compose(due, since, until)[0]

    def _compose(self, due: Due, since: datetime | None, until: datetime | None) -> tuple[Edition, Material]:
        digest, now, max_age = due.digest, self._clock(), self._settings.max_age
        watches = [watch for watch in self._settings.watches if watch in (digest.watches or self._settings.watches)]
        with self._store.read() as db:
            start = since or window_of(db, digest.name, now, max_age)
            window = Window(digest, watches, start, until or now, by_hand=since is not None)
            material = gather(db, window, max_age)
            coverage = coverage_of(db, self._settings.context.feeds, window, now)
            shown = since or news_since(db, digest.name, start, max_age, now)
        edition = compose(
            self._compose_settings(digest, watches),
            period=due.period,
            since=start,
            until=window.until,
            now=now,
            stories=material.stories,
            seen=material.seen,
            near_misses=material.near_misses,
            coverage=coverage,
            voices=voices_of(material.stories),
        )
        told = with_changes(replace(edition, since=shown), material.changes, material.changed)
        return enrich(told, self._settings.context), material

    def render(self, edition: Edition, digest: DigestConfig) -> RenderedEdition:
        return self._rendered(edition, RenderSettings(locale=digest.locale))

    def _rendered(self, edition: Edition, settings: RenderSettings) -> RenderedEdition:
        linked = replace(settings, private_links=self._settings.private_links, base_url=self._settings.base_url)
        templates = self._settings.own_templates.get(edition.digest, self._settings.templates)
        return render_edition(edition, templates, linked)

    def _compose_settings(self, digest: DigestConfig, watches: Sequence[str]) -> ComposeSettings:
        return ComposeSettings(
            name=digest.name,
            timezone=digest.timezone,
            watches=tuple(self._settings.watches[watch] for watch in watches),
            watch_ids=tuple(watches),
            max_stories=digest.max_stories,
            max_near_misses=digest.max_near_misses,
            languages=digest.languages,
            threshold=digest.threshold or 0.0,
            max_age=self._settings.max_age,
            empty=digest.empty,
        )

    def _record(
        self, due: Due, edition: Edition, rendered: RenderedEdition, material: Material, window: bool
    ) -> int | None:
        """Stores the edition, what stood in it and what is owed, in one transaction. Returns its id.

        None when some of it was told since it was composed: nothing stands as new twice.
        """
        digest, now = due.digest, self._clock()
        told = (*edition.stories, *edition.more)
        with self._store.write() as db:
            found = editions.find(db, digest.name, due.period)
            if found is not None:
                log.info("digest %s %s was composed by another service", digest.name, due.period)
                return found
            if not window and editions.told_already(db, digest.name, _fresh_in(edition)):
                return None
            sent = worth_sending(edition, digest.empty, editions.last_sent(db, digest.name, now))
            added = editions.add(db, edition, rendered, due.tick, window=window, skipped=not sent)
            assert added is not None  # not found above, in the same transaction
            if sent and not window:
                near = {(r.match.watch, r.article.id, None) for r in (*edition.near_misses, *material.near_misses)}
                editions.tell(db, digest.name, added, _articles_of(told), "story")
                editions.tell(db, digest.name, added, sorted(near, key=lambda each: each[1]), "near")
                page_edits.tell(db, digest.name, added, [change.id for change in material.changes])
            if sent:
                deliveries.add(db, added, self._owed(edition), now)
        held = plural(len(edition.stories) + edition.omitted, "story", "stories")
        log.info("digest %s %s: %s", digest.name, due.period, held)
        return added

    def _owed(self, edition: Edition, resend: int = 0) -> list[tuple[str, str, str]]:
        domain = self._settings.domain
        return [
            (
                channel.name,
                recipient,
                stable_message_id(edition.digest, edition.period, recipient, domain, resend=resend),
            )
            for channel in self._settings.channels.get(edition.digest, ())
            for recipient in channel.recipients
        ]

    # what will not wait for a digest, and what is wanted again

    async def alert(self) -> None:
        """Sends each story that reached its watch's alert threshold, once; in quiet hours it is owed for their end."""
        for settings in self._settings.alerts:
            with self._store.read() as db:
                waiting = stories.load(db, self._urgent(db, settings))
            for story in waiting:
                self._record_alert(settings, story)
        with self._store.read() as db:
            names = [alert_name(settings.watch) for settings in self._settings.alerts]
            rows = deliveries.due(db, self._clock(), digests=names)
        await self._deliver_rows(rows)

    def _urgent(self, db: Connection, settings: AlertSettings) -> list[int]:
        since = self._clock() - settings.max_age
        return alerts.candidates(db, alert_name(settings.watch), settings.watch, settings.threshold, since)

    def _record_alert(self, settings: AlertSettings, story: Story) -> None:
        now, name = self._clock(), alert_name(settings.watch)
        with self._store.write() as db:
            told = alerts.told(db, story.id)
            if story.id not in self._urgent(db, settings) or not is_urgent(story, told, settings):
                return
            edition = enrich(compose_alert(story, told, settings, now), self._settings.context)
            added = editions.add(db, edition, self._rendered(edition, RenderSettings()), now)
            if added is None:
                return
            editions.tell(db, name, added, _articles_of(edition.stories), "story")
            quiet = settings.quiet.until(now) if settings.quiet else None
            deliveries.add(db, added, self._owed(edition), now, not_before=quiet)
        log.info(
            "alert %s story %d: %s%s",
            settings.watch,
            story.id,
            story.headline,
            f", held until {quiet:%H:%M} UTC" if quiet else "",
        )

    async def resend(self, edition_id: int) -> Published:
        """Sends an edition once more, to everyone its digest has now. Raises LookupError or DeliveryError."""
        with self._store.write() as db:
            edition, _ = editions.get(db, edition_id)
            again = deliveries.resends(db, edition_id) + 1
            owed = self._owed(edition, again)
            if not owed:
                text = f"nobody to send edition {edition_id} to: the configuration has no delivery for {edition.digest}"
                raise DeliveryError(text, permanent=True)
            deliveries.add(db, edition_id, owed, self._clock(), resend=again)
        await self.deliver_due(edition_id)
        return self._published(edition_id, resend=again)

    def preview(self, due: Due, since: datetime | None = None, until: datetime | None = None) -> Published:
        """The edition as it would be; nothing is stored, nothing sent."""
        edition = self.compose(due, since, until)
        return Published(edition, self.render(edition, due.digest), [])

    def write(self, shown: Published, folder: Path) -> list[Path]:
        """digest.html and digest.txt, each the whole edition, and digest.eml, the mail, in ``folder``."""
        edition, rendered = shown.edition, shown.rendered
        channels = self._settings.channels.get(edition.digest, ())
        mail = next((channel for channel in channels if isinstance(channel, EmailChannel)), _NO_MAIL)
        recipient = mail.recipients[0]
        message_id = stable_message_id(edition.digest, edition.period, recipient, self._settings.domain)
        parcel = Parcel(edition, rendered, recipient, message_id, date=edition.composed)
        files = {"digest.html": (rendered.page or rendered.html).encode(), "digest.txt": rendered.text.encode()}
        files["digest.eml"] = bytes(mail.message(parcel))
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return [folder / name for name in files]

    # digest → delivery

    async def deliver_due(self, edition_id: int | None = None) -> None:
        """Tries every delivery that is due (of one edition, or of all): claim, send, record."""
        with self._store.read() as db:
            waiting = deliveries.due(db, self._clock(), edition_id)
        await self._deliver_rows(waiting)

    async def _deliver_rows(self, rows: Sequence[Delivery]) -> None:
        for row in rows:
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
            handed = row.created if row.resend and row.created else edition.composed
            page = Place(self._settings.base_url).edition(edition)
            parcel = Parcel(edition, rendered, row.recipient, row.message_id, handed, row.resend > 0, page)
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


def _fresh_in(edition: Edition) -> set[tuple[str, int, str]]:
    """(watch, article id, role) of what the edition shows for the first time."""
    told = (*edition.stories, *edition.more)
    fresh = {(each.story.watch, article, "story") for each in told for article in each.fresh}
    return fresh | {(r.match.watch, r.article.id, "near") for r in edition.near_misses}


def _articles_of(told: Sequence[DigestStory]) -> list[tuple[str, int, int | None]]:
    return [(each.story.watch, r.article.id, each.story.id) for each in told for r in each.story.reports]
