"""Publishes editions: which are due, what each shows, and the record of it in the store.

An edition is composed, rendered and stored with the deliveries it owes in one transaction; only then is anything sent.
`delivery` sends what the store says is owed, so after a crash at any point it is still owed, under the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.config.service import DigestConfig
from monitor.crontab import parse_cron, previous_tick
from monitor.deliver import Channel, MailChannel, Parcel
from monitor.deliver.email.message import message_of
from monitor.digest.affairs import around, folded, with_affairs
from monitor.digest.akin import SOON, with_akin, with_holds
from monitor.digest.alert import PREFIX, AlertSettings, digest_of
from monitor.digest.alert_publisher import AlertPublisher
from monitor.digest.compose import ComposeSettings, compose, worth_sending
from monitor.digest.corrections import as_it_reads_now, with_changes
from monitor.digest.delivery import Dispatcher
from monitor.digest.enrich import Context, enrich
from monitor.digest.gather import Material, Window, coverage_of, gather, news_since, voices, window_of, with_texts
from monitor.digest.joint_entries import with_joint_entries
from monitor.digest.present import Presenter
from monitor.digest.shown import fresh_in, near_miss_rows, story_rows
from monitor.digest.week import KNOWN, with_new_names
from monitor.errors import DeliveryError
from monitor.model import Delivery, Edition, RenderedEdition
from monitor.render import RenderSettings
from monitor.render.catalogue import catalogue_of
from monitor.render.templates import Templates, render_edition
from monitor.render.week_views import is_week
from monitor.store import Store, articles, deliveries, editions, held_alerts, jobs, page_edits, stories
from monitor.store.matched_names import Named, named_between
from monitor.store.subjects import ROWS, editions_of
from monitor.text.plural import plural
from monitor.workers.aside import aside

if TYPE_CHECKING:
    from monitor.retell.reteller import Reteller

log = logging.getLogger(__name__)


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
    that have their own. reteller: asks a model, where the operator runs one.
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
    reteller: Reteller | None = None

    def digest_of(self, edition: Edition) -> DigestConfig | None:
        """The digest of an edition, of an alert the one that it is written as; None where that is no more."""
        if edition.alert:
            return digest_of(edition.digest.removeprefix(PREFIX), self.digests)
        return next((each for each in self.digests if each.name == edition.digest), None)

    def context_of(self, edition: Edition) -> Context:
        """What describing the stories of an edition needs, with names in its language."""
        digest = self.digest_of(edition)
        return self.context.in_locale(digest.locale, digest.read_first) if digest else self.context.in_locale("en")


@dataclass(frozen=True, slots=True)
class Published:
    """An edition as it was composed and rendered, with its rows of the ledger (none when it was not stored)."""

    edition: Edition
    rendered: RenderedEdition
    deliveries: list[Delivery]


class Publisher:
    """Composes, stores and delivers the editions and alerts of one configuration."""

    def __init__(self, store: Store, settings: PublishSettings, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._presenter = Presenter(store, settings.context_of, self._as_configured)
        self._dispatcher = Dispatcher(
            store, settings.channels, settings.domain, settings.base_url, clock, self._presenter
        )
        self._alerts = AlertPublisher(
            store,
            settings.alerts,
            settings.context,
            self._as_configured,
            self._dispatcher,
            clock,
        )

    @property
    def silent(self) -> Mapping[str, datetime | None]:
        """channel → since when it does not answer, None where it does (see `Dispatcher`)."""
        return self._dispatcher.silent

    async def publish_due(self, *, send: bool = True) -> None:
        """Composes and delivers every edition that is owed. send: False where a job delivers them."""
        reteller = self._settings.reteller
        patience = reteller.until() if reteller else None  # for all of them: none waits for the model of another
        for due in await aside(self.due):
            edition_id = await self._recorded(due, patience=patience)
            if send:
                await self.deliver_due(edition_id)

    def due(self) -> list[Due]:
        """Digests with a tick since their last edition, or since the store first saw them: the newest tick of each.

        After a weekend of downtime one edition is due, not three; its window covers all of it.
        """
        now, owed = self._clock(), []
        # Written, because the first look at a digest records when it was started.
        with self._store.write(ROWS) as db:
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
        return Due(digest, now, local.isoformat(timespec="milliseconds"))  # two may be requested within a second

    async def publish(self, due: Due, since: datetime | None = None, until: datetime | None = None) -> Published:
        """Composes, stores and delivers one edition; with ``since`` one outside the series, for a window of time.

        When another service stored this period first, its edition is returned. When another service showed some of the
        same articles in an edition of another period, this one is composed again without them.
        """
        edition_id = await self._recorded(due, since, until)
        await self.deliver_due(edition_id)
        return self._published(edition_id)

    async def _recorded(
        self, due: Due, since: datetime | None = None, end: datetime | None = None, patience: float | None = None
    ) -> int:
        """The id of the edition, composed, retold and stored. patience: see `_retold`."""
        edition_id = None
        while edition_id is None:
            edition, material = await aside(self._compose, due, since, end)
            edition = await self._retold(edition, due.digest, patience)
            rendered = await aside(self.render, edition, due.digest)
            edition_id = await aside(self._record, due, edition, rendered, material, since is not None)
        return edition_id

    async def _retold(self, edition: Edition, digest: DigestConfig, patience: float | None = None) -> Edition:
        """The edition with what a model says of its stories, where one is configured. It holds no transaction.

        patience: until when the model is waited for, by the clock of the loop.
        """
        reteller = self._settings.reteller
        if reteller is None:
            return edition
        context = self._settings.context_of(edition)
        until = reteller.until() if patience is None else patience
        return await reteller.retell(edition, context.reads, context.entities, until)

    def _published(self, edition_id: int, *, resend: int = 0) -> Published:
        """What the store holds of an edition; of its deliveries those of one sending (0: the first)."""
        with self._store.read() as db:
            rows = [row for row in deliveries.of_edition(db, edition_id) if row.resend == resend]
            stored = editions.get(db, edition_id)
        return Published(*(self._presenter.present(*stored, again=True) if resend else stored), rows)

    # Composing and recording

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
            coverage = coverage_of(db, self._settings.context.feeds, window, now, ZoneInfo(digest.timezone))
            covers = since or news_since(db, digest.name, start, max_age, now)
            brief = compose(
                self._compose_settings(digest, watches),
                period=due.period,
                since=start,
                until=window.until,
                now=now,
                stories=material.stories,
                seen=material.seen,
                near_misses=material.near_misses,
                coverage=coverage,
                voices=partial(voices, db),
            )
            edition = with_texts(db, brief)
            near = around(db, [each.story for each in (*edition.stories, *edition.more)], digest.name)
            recent = () if since else stories.load(db, editions.shown_since(db, digest.name, window.until - SOON))
            entries = editions.entries_of(db, digest.name, [story.id for story in recent])
            week = is_week(replace(edition, since=covers))
            held = held_alerts.of_stories(db, [each.story.id for each in edition.stories])
            known = named_between(db, watches, start - KNOWN, start) if week else Named()
        complete = with_changes(
            replace(edition, since=covers), material.changes, material.changed, catalogue_of(digest.locale)
        )
        context = self._settings.context.in_locale(digest.locale, digest.read_first)
        told = with_affairs(as_it_reads_now(complete, material.known), near, context)
        complete = with_holds(with_akin(enrich(told, context), recent, entries, context), held)
        shown = [story for story in recent if story.id in entries]
        complete = folded(with_new_names(complete, known, context), near, context, shown)
        return with_joint_entries(complete, context), material

    def render(self, edition: Edition, digest: DigestConfig) -> RenderedEdition:
        """The edition as HTML and text, in the digest's own templates and locale. Raises ConfigError for a template."""
        return self._rendered(edition, RenderSettings(digest.locale, digest.read_first))

    def _as_configured(self, edition: Edition) -> RenderedEdition:
        """An edition as its digest has it, an alert in the locale of one; as is usual where that digest is no more."""
        digest = self._settings.digest_of(edition)
        return self.render(edition, digest) if digest else self._rendered(edition, RenderSettings())

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
        """Stores the edition, what it shows and what is owed, in one transaction. Returns its id.

        None when another edition showed some of it since it was composed, for nothing is shown as new twice; and when a
        source was found to have changed something since, or took something back.
        """
        digest, now = due.digest, self._clock()
        with self._store.write(editions_of(digest.name)) as db:
            found = editions.find(db, digest.name, due.period)
            if found is not None:
                log.info("digest %s %s was composed by another service", digest.name, due.period)
                return found
            if page_edits.newest(db) != material.newest_change:
                return None
            fresh = fresh_in(edition)
            if not window and editions.already_shown(db, digest.name, fresh):
                return None
            if len(articles.existing(db, {article for _, article, _ in fresh})) < len({row[1] for row in fresh}):
                return None
            # A skipped edition is stored as well: its period is done, but the next window still covers its time.
            sent = worth_sending(edition, digest.empty, editions.last_sent(db, digest.name, now))
            added = editions.add(db, edition, rendered, due.tick, window=window, skipped=not sent)
            assert added is not None  # not found above, in the same transaction
            if sent and not window:
                # Headlines under "more" count as shown, and so does every near miss considered: it had its turn.
                near_misses = (*edition.near_misses, *material.near_misses)
                editions.record_shown(db, digest.name, added, story_rows((*edition.stories, *edition.more)), "story")
                editions.record_shown(db, digest.name, added, near_miss_rows(near_misses), "near")
                page_edits.record_shown(db, digest.name, added, [change.id for change in material.changes])
            if sent:
                deliveries.add(db, added, self._dispatcher.owed(edition), now)
        held = plural(len(edition.stories) + edition.omitted, "story", "stories")
        log.info("digest %s %s: %s", digest.name, due.period, held)
        return added

    # Alerts, and editions on request

    async def alert(self, *, send: bool = True) -> None:
        """Publishes every alert that is due; see `AlertPublisher`. send: False where a job delivers them."""
        await self._alerts.publish_due(send=send)

    async def defer_due(self) -> None:
        """Defers a job for the deliveries that are due, where several processes share the store. Raises StoreError."""

        def defer() -> None:
            self._alerts.keep_quiet()
            with self._store.briefly() as db:
                if deliveries.due(db, self._clock()):
                    jobs.defer(db, [jobs.Due("deliver")])

        await aside(defer)

    async def deliver_due(self, edition_id: int | None = None) -> None:
        """Tries every delivery that is due, of one edition or of all; see `Dispatcher`."""
        if edition_id is None:
            await aside(self._alerts.keep_quiet)
        await self._dispatcher.deliver_due(edition_id)

    async def resend(self, edition_id: int) -> Published:
        """Sends an edition once more, to everyone its digest has now. Raises LookupError or DeliveryError."""
        with self._store.write(ROWS) as db:
            edition, _ = editions.get(db, edition_id)
            again = deliveries.resends(db, edition_id) + 1
            owed = self._dispatcher.owed(edition, again)
            if not owed:
                text = f"nobody to send edition {edition_id} to: the configuration has no delivery for {edition.digest}"
                raise DeliveryError(text, permanent=True)
            deliveries.add(db, edition_id, owed, self._clock(), resend=again)
        await self.deliver_due(edition_id)
        return self._published(edition_id, resend=again)

    def as_it_reads_now(self, edition: Edition, rendered: RenderedEdition) -> RenderedEdition:
        """A stored edition for readers who may know it: with what its sources changed since, said and quoted."""
        return self._presenter.present(edition, rendered, again=True)[1]

    @property
    def retold(self) -> Mapping[tuple[str, str], int]:
        """What came of asking a model since the start (see `Reteller.counts`); empty where none is asked."""
        return self._settings.reteller.counts if self._settings.reteller else {}

    async def preview(self, due: Due, since: datetime | None = None, until: datetime | None = None) -> Published:
        """The edition as it would be; nothing is stored, nothing sent but to the model that is configured."""
        edition = await self._retold(await aside(self.compose, due, since, until), due.digest)
        return Published(edition, self.render(edition, due.digest), [])

    def write(self, shown: Published, folder: Path) -> list[Path]:
        """Writes digest.html and digest.txt, each the whole edition, and digest.eml, the mail, to ``folder``.

        Returns their paths. Raises OSError.
        """
        edition, rendered = shown.edition, shown.rendered
        files = {"digest.html": (rendered.page or rendered.html).encode(), "digest.txt": rendered.text.encode()}
        files["digest.eml"] = bytes(self._mail(edition, rendered))
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return [folder / name for name in files]

    def _mail(self, edition: Edition, rendered: RenderedEdition) -> EmailMessage:
        """The message to the first recipient; one to nobody where the digest goes to no mail address."""
        channels = self._settings.channels.get(edition.digest, ())
        channel = next((channel for channel in channels if isinstance(channel, MailChannel)), None)
        recipient = channel.recipients[0] if channel else "reader@localhost"
        message_id = self._dispatcher.message_id(edition, recipient)
        parcel = Parcel(edition, rendered, recipient, message_id, date=edition.composed)
        return channel.message(parcel) if channel else message_of(parcel, "monitor@localhost")
