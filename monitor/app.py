"""Builds the objects of one configuration (`App`), each once, and closes them."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.config import Config
from monitor.errors import ConfigError, Problem
from monitor.feeds.schedule import PollPolicy
from monitor.folders import cache_folder
from monitor.pipeline import Pipeline, PollSettings
from monitor.pipeline.batches import Observer
from monitor.pipeline.index_archive import ArchiveIndexing
from monitor.pipeline.presence import Presence
from monitor.pipeline.summary import PollSummary
from monitor.store import Store, notices, paces
from monitor.store.subjects import ROWS
from monitor.topic.fingerprint import fingerprint
from monitor.topic.learned_from import all_unlearned
from monitor.workers.aside import aside
from monitor.workers.memory import to_stay
from monitor.workers.pool import WorkerPool

if TYPE_CHECKING:
    from monitor.config.watch import WatchConfig
    from monitor.digest.publisher import Publisher
    from monitor.fetch import Fetcher
    from monitor.fetch.turns import Pace
    from monitor.match import Matcher
    from monitor.model import Edition, RenderedEdition
    from monitor.pipeline.hubs import Hubs
    from monitor.pipeline.judge_apart import JudgingProcess
    from monitor.pipeline.retention import Retention
    from monitor.pipeline.suggest_daily import DailySuggestions
    from monitor.topic.records import EntityName, Profile, SeedArticle


log = logging.getLogger(__name__)


class _Matching:
    """The matchers of one configuration, built when they are first needed.

    kept: the file that keeps them, None for none. apart: judges by them in a process of its own, None where nobody is
    held up by what takes long here.
    """

    def __init__(self, config: Config, kept: Path | None, *, staying: bool) -> None:
        self._config = config
        self._kept = kept
        self.apart: JudgingProcess | None = None
        if staying:
            from monitor.pipeline.judge_apart import JudgingProcess  # noqa: PLC0415 - 20 ms, which a single poll saves

            self.apart = JudgingProcess(config, kept)

    @cached_property
    def matchers(self) -> Mapping[str, Matcher]:
        """Raises ConfigError or SeedError."""
        from monitor.match.kept import matchers_of  # noqa: PLC0415 - 30 ms

        with to_stay():
            return matchers_of(self._config, self._kept)

    def keep(self) -> None:
        """Keeps for the next start what they have worked out in this one."""
        if self._kept and "matchers" in self.__dict__:
            from monitor.match.kept import keep_grown  # noqa: PLC0415 - as above

            keep_grown(self._config, self._kept, self.matchers)

    def build(self, *, apart: bool) -> None:
        """Builds them now. apart: in the process that judges, of which this one takes what is kept; that takes longer
        than to build them here, but some statements of it would stop all threads for a tenth of a second each.

        Raises ConfigError or SeedError.
        """
        if apart and self.apart and self._kept:
            self.apart.load()
        _ = self.matchers


class App:
    """One configuration as it runs. A later configuration gets an App of its own on the same store and workers.

    clock: the present time, aware. observer: learns of the progress of a poll. presence: says that it is at work.
    reading: nothing will be stored or sent. staying: others are not to be held up while it judges.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        workers: WorkerPool,
        clock: Callable[[], datetime],
        observer: Observer,
        presence: Presence | None = None,
        *,
        reading: bool = False,
        staying: bool = False,
    ) -> None:
        self.config = config
        self._reading = reading
        self._staying = staying
        self.presence = presence or Presence(store, "service", clock)
        self.store = store
        self._workers = workers
        self._clock = clock
        self._observer = observer
        self._matching = _Matching(config, _kept_at(config, store), staying=staying)
        self._profiles: dict[str, Profile] = {}  # read once: another file makes another App
        self._told: set[str] = set()

    # Built when first needed: a poll that finds nothing new should not wait for a matcher or a template.

    @property
    def matchers(self) -> Mapping[str, Matcher]:
        """Watch id → its matcher. Raises ConfigError or SeedError."""
        return self._matching.matchers

    def keep(self) -> None:
        """Keeps for the next start what the matchers have worked out in this one."""
        self._matching.keep()

    @cached_property
    def pipeline(self) -> Pipeline:
        """From feeds to stories. Raises ConfigError or SeedError."""
        # Nothing that it is given leads back here: an App that is replaced goes at once, with 20 MB of matchers. What
        # only the collector of garbage finds would stay for days, or hold up everybody while it is looked for.
        config, store, matching = self.config, self.store, self._matching
        return Pipeline(
            store,
            lambda: fetcher_of(config, pace_of(store)),  # a new one each poll: no connection outlives it
            self._workers,
            config.feeds,
            list(config.watches),
            lambda: matching.matchers,
            partial(_seeds, config),
            partial(_entities, config),
            fingerprint(config),
            poll_settings(config),
            self._clock,
            self._observer,
            matching.apart,
        )

    @cached_property
    def publisher(self) -> Publisher:
        """From stories to deliveries. Raises ConfigError for a broken template or a secret that cannot be read."""
        from monitor.digest.publisher import Publisher  # noqa: PLC0415 - 115 ms
        from monitor.digest.settings import publish_settings  # noqa: PLC0415 - 40 ms more

        return Publisher(self.store, publish_settings(self.config, reading=self._reading), self._clock)

    @property
    def silent(self) -> Mapping[str, datetime | None]:
        """channel → since when it does not answer, None where it does."""
        return self.publisher.silent

    @property
    def retold(self) -> Mapping[tuple[str, str], int]:
        """("kept", "") or ("dropped" or "failed", reason) → what came of asking a model since the start."""
        return self.publisher.retold

    @cached_property
    def suggestions(self) -> DailySuggestions:
        """What to add to each watch, for the page."""
        from monitor.pipeline.suggest_daily import DailySuggestions  # noqa: PLC0415 - 60 ms

        return DailySuggestions(self.store, self._workers, self.config, fingerprint(self.config), self._clock)

    @cached_property
    def hubs(self) -> Hubs:
        """What keeps the subscriptions at hubs."""
        from monitor.pipeline.hubs import Hubs  # noqa: PLC0415 - for a service alone, as above

        web = self.config.service.web
        listed = [feed.url for feed in self.config.feeds if feed.enabled]
        public = web.public_url if web else None
        return Hubs(self.store, lambda: fetcher_of(self.config, pace_of(self.store)), public, listed, self._clock)

    @cached_property
    def retention(self) -> Retention:
        """What deletes what is old enough."""
        from monitor.pipeline.retention import Retention  # noqa: PLC0415 - as above

        digests = self.config.service.digests
        zone = ZoneInfo(digests[0].timezone if digests else "UTC")
        return Retention(self.store, self.config.service.retention, zone, self._clock)

    @cached_property
    def indexing(self) -> ArchiveIndexing:
        """What indexes an archive of an earlier version for search."""
        return ArchiveIndexing(self.store)

    def profile(self, watch: str) -> Profile:
        """What was learned from the seeds of a watch (its id). Raises ConfigError or SeedError."""
        if watch not in self._profiles:
            from monitor.topic.baseline import profile_of  # noqa: PLC0415 - 60 ms

            self._profiles[watch] = profile_of(self.config, watch)
        return self._profiles[watch]

    def tell_unlearned(self) -> None:
        """Logs once what changed of the seeds since a watch was learned from them. Raises ConfigError."""
        lines = {line for each in all_unlearned(self.config, words=False) for line in each.lines(words=False)}
        for line in sorted(lines - self._told):
            log.warning("%s", line)
        self._told = lines

    def settle(self) -> None:
        """Judges and groups what waits for it; for a thread without an event loop. Raises StoreError."""
        asyncio.run(self.pipeline.settle(PollSummary(), around=False))

    def draft_matcher(self, watch: str, draft: WatchConfig) -> Matcher:
        """A matcher for an edited watch file that is not in force. Raises ConfigError or SeedError."""
        from monitor.match.load import load_matcher  # noqa: PLC0415 - 60 ms

        return load_matcher(self.config, watch, draft)

    def fetcher(self) -> Fetcher:
        """A new one, with the settings under ``http:``; it takes its turn with all that share the store."""
        return fetcher_of(self.config, pace_of(self.store))

    def as_it_reads_now(self, edition: Edition, rendered: RenderedEdition) -> RenderedEdition:
        """A stored edition with what its sources changed since. Raises ConfigError for a template."""
        return self.publisher.as_it_reads_now(edition, rendered)

    def build(self, *, apart: bool = False) -> App:
        """Builds everything now, so that a fault shows when the configuration is read and not at the next poll.

        apart: others are answered meanwhile. Raises ConfigError or SeedError.
        """
        self._matching.build(apart=apart)
        self.tell_unlearned()
        _ = self.pipeline, self.publisher
        return self

    @property
    def watched(self) -> Iterable[Path]:
        """Folders to watch: a file saved there, or in a subfolder, changes the configuration."""
        return [self.config.folder, *filter(None, [self.config.templates]), *self.config.own_templates().values()]

    def with_config(self, config: Config) -> App:
        """An App for another configuration on the same store and workers; this one stays as it is.

        Raises ConfigError or SeedError; also ConfigError for another store, which needs a restart.
        """
        if config.store_url() != self.config.store_url():
            text = "another store takes effect at the next start; stop the service and start it again"
            raise ConfigError((Problem(str(config.folder / "monitor.yaml"), 0, text),))
        if config.service.web != self.config.service.web:
            log.warning("changes to the address and token of web: take effect at the next start")
        return App(
            config, self.store, self._workers, self._clock, self._observer, self.presence, staying=self._staying
        ).build(apart=True)

    def refused(self, problems: str) -> None:
        """Posts a notice for the next digest: an edit has ``problems`` and did not take effect. Raises StoreError."""
        text = f"The configuration was changed but is not valid, so the last good one is in force: {problems}"
        with self.store.write(ROWS) as db:
            notices.post(db, "configuration", text, self._clock())

    def accepted(self) -> None:
        """Takes that notice back: the configuration in the files is in force. Raises StoreError."""
        with self.store.write(ROWS) as db:
            notices.clear(db, "configuration")


@asynccontextmanager
async def open_app(
    config: Config,
    clock: Callable[[], datetime],
    observer: Observer,
    *,
    helping: bool = False,
    reading: bool = False,
    staying: bool = False,
    shared_clock: bool = False,
) -> AsyncIterator[App]:
    """Opens the store and builds the rest; closes it all at the end. Raises ConfigError or StoreError.

    helping: this is a worker beside a service, and leaves the notices to the service. reading: nothing will be stored.
    staying: it is a service, see `App`. shared_clock: it goes by the clock of a database that several share.
    """
    store = Store(config.store_url(), reading=reading)
    workers = WorkerPool()
    try:
        presence = Presence(store, "worker" if helping else "service", clock, shared_clock=shared_clock)
        app = App(config, store, workers, presence.now, observer, presence, reading=reading, staying=staying)
        if not helping:  # the configuration was just read and is valid: an old notice of a refusal is out of date
            app.accepted()
        yield app
        app.keep()
    finally:
        await workers.close()
        store.close()


def _kept_at(config: Config, store: Store) -> Path | None:
    """The file that keeps the matchers of a configuration: beside the store, or in this user's cache; None for none."""
    if store.file:
        return store.file.with_name(f"{store.file.name}-matchers")
    caches = cache_folder() if store.shared else None
    if caches is None:
        return None
    with suppress(OSError):  # then matchers are built at each start
        caches.mkdir(0o700, parents=True, exist_ok=True)
    folder = hashlib.sha256(bytes(config.folder.absolute())).hexdigest()[:16]
    return caches / f"matchers-{folder}"


def _entities(config: Config) -> Sequence[EntityName]:
    from monitor.topic.vocabulary import load_vocabulary  # noqa: PLC0415 - 70 ms, for a configuration that is new

    return load_vocabulary(config).entities


def _seeds(config: Config, watch: str) -> Sequence[SeedArticle]:
    from monitor.topic.seed_places import seed_sources  # noqa: PLC0415 - as above
    from monitor.topic.seed_sources import read_sources  # noqa: PLC0415 - 70 ms

    if config.watches[watch].seeds is None:
        return ()
    return read_sources(seed_sources(config, watch)).articles


def pace_of(store: Store) -> Pace | None:
    """What spaces requests between all that share the store; None for one that has a store for itself."""
    if not store.shared:
        return None

    def reserve(host: str, delay: float) -> float:
        with store.briefly() as db:
            return paces.reserve(db, host, delay)

    return partial(aside, reserve)


def fetcher_of(config: Config, pace: Pace | None = None) -> Fetcher:
    """A new Fetcher with the settings under ``http:``; enter it before use."""
    from monitor.fetch import Fetcher, FetchSettings  # noqa: PLC0415 - 90 ms and 9 MB (aiohttp), for what reads sites

    http = config.service.http
    settings = FetchSettings(
        timeout=http.timeout.total_seconds(),
        max_feed_size=http.max_feed_size,
        max_page_size=http.max_page_size,
        allow_private_addresses=http.allow_private_addresses,
        concurrency=http.concurrency,
        per_host_connections=http.per_host_connections,
        per_host_delay=http.per_host_delay,
        logins=tuple(feed.url for feed in config.feeds if "@" in feed.url),
    )
    return Fetcher(replace(settings, user_agent=http.user_agent) if http.user_agent else settings, pace)


def poll_settings(config: Config) -> PollSettings:
    """How often to poll and how far back an article is news, from ``poll:``, ``max_age:`` and ``recheck:``."""
    poll = config.service.poll
    policy = PollPolicy(
        base=poll.interval.total_seconds(),
        minimum=poll.min_interval.total_seconds(),
        maximum=poll.max_interval.total_seconds(),
    )
    return PollSettings(policy, config.service.max_age, config.service.looks)
