"""Builds every object once from a configuration, and closes it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.errors import ConfigError, Problem
from monitor.feeds.schedule import PollPolicy
from monitor.fetch import Fetcher, FetchSettings
from monitor.pipeline import Pipeline, PollSettings
from monitor.pipeline.batches import Observer
from monitor.store import Store, notices
from monitor.workers.pool import WorkerPool

if TYPE_CHECKING:
    from monitor.config.watch import WatchConfig
    from monitor.digest.publisher import Publisher
    from monitor.match import Matcher
    from monitor.topic.records import Profile


log = logging.getLogger(__name__)


class App:
    """One configuration as it runs. The store and the worker processes outlive it when the next one takes over."""

    def __init__(
        self,
        config: Config,
        store: Store,
        workers: WorkerPool,
        clock: Callable[[], datetime],
        observer: Observer,
    ) -> None:
        self.config = config
        self.store = store
        self._workers = workers
        self._clock = clock
        self._observer = observer

    # Built when first needed: a poll that finds nothing new should not wait for a matcher or a template.

    @cached_property
    def matchers(self) -> Mapping[str, Matcher]:
        from monitor.match.load import load_matchers

        return load_matchers(self.config)

    @cached_property
    def pipeline(self) -> Pipeline:
        from monitor.topic.fingerprint import fingerprint

        return Pipeline(
            self.store,
            lambda: fetcher_of(self.config),
            self._workers,
            self.config.feeds,
            list(self.config.watches),
            lambda: self.matchers,
            fingerprint(self.config),
            poll_settings(self.config),
            self._clock,
            self._observer,
        )

    @cached_property
    def publisher(self) -> Publisher:
        from monitor.digest.publisher import Publisher
        from monitor.digest.settings import publish_settings

        return Publisher(self.store, publish_settings(self.config), self._clock)

    def profile(self, watch: str) -> Profile:
        """What the watch's seeds taught. Raises ConfigError or SeedError."""
        from monitor.match.load import profile_of

        return profile_of(self.config, watch)

    def draft_matcher(self, watch: str, draft: WatchConfig) -> Matcher:
        """A matcher for an edit of the watch. Raises ConfigError or SeedError."""
        from monitor.match.load import load_matcher

        return load_matcher(self.config, watch, draft)

    def build(self) -> App:
        """Builds all of it now, so that a fault is told when the configuration is. Raises ConfigError or SeedError."""
        _ = self.matchers, self.pipeline, self.publisher
        return self

    @property
    def watched(self) -> Iterable[Path]:
        """Folders in which a saved file means another configuration, subfolders included."""
        return [self.config.folder, *filter(None, [self.config.templates]), *self.config.own_templates().values()]

    def with_config(self, config: Config) -> App:
        """The same store and workers under another configuration. Raises ConfigError and leaves this one as it is."""
        if config.store_url() != self.config.store_url():
            text = "another store takes effect at the next start; stop the service and start it again"
            raise ConfigError((Problem(str(config.folder / "monitor.yaml"), 0, text),))
        if config.service.web != self.config.service.web:
            log.warning("what web: says of where the page listens and its token takes effect at the next start")
        return App(config, self.store, self._workers, self._clock, self._observer).build()

    def refused(self, problems: str) -> None:
        """Readers of the next digest learn that an edit did not take effect."""
        text = f"The configuration was changed but is not valid, so the last good one is in force: {problems}"
        with self.store.write() as db:
            notices.post(db, "configuration", text, self._clock())

    def accepted(self) -> None:
        with self.store.write() as db:
            notices.clear(db, "configuration")


@asynccontextmanager
async def open_app(
    config: Config, clock: Callable[[], datetime], observer: Observer, *, helping: bool = False
) -> AsyncIterator[App]:
    """Opens the store and builds the rest; closes it all at the end. Raises ConfigError or StoreError.

    helping: beside a service, whose notices it leaves alone.
    """
    store = Store(config.store_url())
    workers = WorkerPool()
    try:
        app = App(config, store, workers, clock, observer)
        if not helping:
            app.accepted()
        yield app
    finally:
        await workers.close()
        store.close()


def fetcher_of(config: Config) -> Fetcher:
    http = config.service.http
    settings = FetchSettings(
        timeout=http.timeout.total_seconds(),
        max_feed_size=http.max_feed_size,
        max_page_size=http.max_page_size,
        allow_private_addresses=http.allow_private_addresses,
        concurrency=http.concurrency,
        per_host_connections=http.per_host_connections,
        per_host_delay=http.per_host_delay,
    )
    return Fetcher(replace(settings, user_agent=http.user_agent) if http.user_agent else settings)


def poll_settings(config: Config) -> PollSettings:
    poll = config.service.poll
    policy = PollPolicy(
        base=poll.interval.total_seconds(),
        minimum=poll.min_interval.total_seconds(),
        maximum=poll.max_interval.total_seconds(),
    )
    return PollSettings(policy, config.service.max_age, config.service.recheck)
