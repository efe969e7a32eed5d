"""Builds every object once from a configuration, and closes it."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import jinja2

from monitor.config import Config, packaged_folder
from monitor.config.deliver_targets import ChatTarget, Target, WebhookTarget
from monitor.config.service import DigestConfig, SmtpConfig
from monitor.config.watch import WatchConfig
from monitor.corpus import load_background, load_profile, read_seeds
from monitor.deliver import Channel
from monitor.deliver.chat import ChatChannel
from monitor.deliver.email import EmailChannel, SmtpSettings
from monitor.deliver.file import FileChannel
from monitor.deliver.webhook import WebhookChannel
from monitor.errors import ConfigError, Problem
from monitor.fetch import Fetcher, FetchSettings
from monitor.lexicon import find_weights, load_entities, load_lexicon
from monitor.model import EntityName, Profile, SeedArticle
from monitor.pipeline import Pipeline, PollSettings
from monitor.pipeline.batches import Observer
from monitor.publish import Publisher, PublishSettings
from monitor.stages.learn import learn
from monitor.stages.match import Matcher
from monitor.stages.schedule import PollPolicy
from monitor.store import Store, notices
from monitor.templates import load_templates
from monitor.topic import Lexicon, build_topic, model_kind
from monitor.workers import WorkerPool

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
        matchers = load_matchers(config)
        self.pipeline = Pipeline(
            store,
            lambda: fetcher_of(config),
            workers,
            config.feeds,
            matchers,
            poll_settings(config),
            clock,
            observer,
        )
        self.publisher = Publisher(store, publish_settings(config), clock)

    @property
    def watched(self) -> Iterable[Path]:
        """Folders in which a saved file means another configuration, subfolders included."""
        return [self.config.folder, *filter(None, [self.config.templates])]

    def with_config(self, config: Config) -> App:
        """The same store and workers under another configuration. Raises ConfigError and leaves this one as it is."""
        if config.store_url() != self.config.store_url():
            text = "another store takes effect at the next start; stop the service and start it again"
            raise ConfigError((Problem(str(config.folder / "monitor.yaml"), 0, text),))
        return App(config, self.store, self._workers, self._clock, self._observer)

    def refused(self, problems: str) -> None:
        """Readers of the next digest learn that an edit did not take effect."""
        text = f"The configuration was changed but is not valid, so the last good one is in force: {problems}"
        with self.store.write() as db:
            notices.post(db, "configuration", text, self._clock())

    def accepted(self) -> None:
        with self.store.write() as db:
            notices.clear(db, "configuration")


@asynccontextmanager
async def open_app(config: Config, clock: Callable[[], datetime], observer: Observer) -> AsyncIterator[App]:
    """Opens the store and builds the rest; closes it all at the end. Raises ConfigError or StoreError."""
    store = Store(config.store_url())
    workers = WorkerPool()
    try:
        app = App(config, store, workers, clock, observer)
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
    return PollSettings(policy, config.service.max_age)


# what to look for


def load_matchers(config: Config, names: Sequence[str] | None = None) -> dict[str, Matcher]:
    """A matcher for each watch (or those named). Raises ConfigError or SeedError."""
    unknown = [name for name in names or () if name not in config.watches]
    if unknown:
        text = f"no watch {unknown[0]!r}; there are: {', '.join(config.watches)}"
        raise ConfigError((Problem(str(config.folder / "watches"), 0, text),))
    entities, lexicon = _vocabulary(config)
    return {name: _matcher(config, name, config.watches[name], entities, lexicon) for name in names or config.watches}


def load_matcher(config: Config, name: str, watch: WatchConfig) -> Matcher:
    """A matcher for ``watch`` as an edit of the watch called ``name``. Raises ConfigError or SeedError."""
    return _matcher(config, name, watch, *_vocabulary(config))


def _matcher(
    config: Config, name: str, watch: WatchConfig, entities: Sequence[EntityName], lexicon: Lexicon
) -> Matcher:
    kind = model_kind(watch)
    weights = find_weights(_weights_folder(config, name, kind), name, kind)
    return Matcher(build_topic(name, watch, profile_of(config, name), entities, lexicon, weights))


def _vocabulary(config: Config) -> tuple[Sequence[EntityName], Lexicon]:
    """Entities and lexicon: the shipped ones, and a person's own on top."""
    shipped = packaged_folder() / "config"
    folders = [shipped] if config.folder == shipped else [shipped, config.folder]
    return load_entities(*(folder / "entities" for folder in folders)), load_lexicon(
        *(folder / "lexicon" for folder in folders)
    )


def _weights_folder(config: Config, watch: str, kind: str) -> Path:
    """A person's own weights, for the watch or for its kind of topic, before the shipped ones."""
    own = (config.folder / "watches" / watch / "weights.yaml", config.folder / "weights" / f"{kind}.yaml")
    return config.folder if any(path.is_file() for path in own) else packaged_folder() / "config"


def profile_path(config: Config, watch: str) -> Path:
    """Where a watch's learned baseline lies: beside the watch file, never in it."""
    return config.folder / "watches" / watch / "profile.yaml"


def profile_of(config: Config, watch: str) -> Profile:
    """The stored baseline of a watch; learned on the spot, and kept where possible, when there is none yet."""
    path = profile_path(config, watch)
    if path.is_file():
        return load_profile(path)
    return learn_profile(config, watch, read_seeds(config.seeds(watch)))


def learn_profile(config: Config, watch: str, seeds: Sequence[SeedArticle]) -> Profile:
    return learn(watch, seeds, load_background(), _vocabulary(config)[0])


# what to send, and where


def publish_settings(config: Config) -> PublishSettings:
    """Raises ConfigError for a template that does not compile or a secret that cannot be read."""
    templates = load_templates(config.templates)
    digests = config.service.digests
    smtp = config.service.smtp
    return PublishSettings(
        digests=digests,
        watches={watch: settings.name for watch, settings in config.watches.items()},
        feeds=[feed.feed() for feed in config.feeds if feed.enabled],
        channels={d.name: channels_of(config, d, templates.environment) for d in digests},
        templates=templates,
        max_age=config.service.max_age,
        domain=(smtp.sender or "").rpartition("@")[2] if smtp and smtp.sender else "feed-monitor.invalid",
        private_links=config.service.http.allow_private_addresses,
    )


def channels_of(config: Config, digest: DigestConfig, environment: jinja2.Environment) -> list[Channel]:
    """Where the editions of a digest go."""
    found: list[Channel] = []
    for target in digest.deliver:
        found.extend(_channels(config, digest, target, environment))
    return found


def _channels(
    config: Config, digest: DigestConfig, target: Target, environment: jinja2.Environment
) -> Iterable[Channel]:
    if target.file:
        yield FileChannel(config.path(target.file), environment)
    elif target.email:
        assert config.service.smtp is not None  # checked with the configuration
        yield EmailChannel(smtp_settings(config, config.service.smtp), target.email.to, digest.unsubscribe)
    elif target.webhook:
        yield _webhook(config, target.webhook)
    elif target.chat:
        yield from _chats(config, target.chat)


def smtp_settings(config: Config, smtp: SmtpConfig) -> SmtpSettings:
    return SmtpSettings(
        host=smtp.host,
        port=smtp.port,
        starttls=smtp.starttls,
        tls=smtp.tls,
        username=smtp.username or "",
        password=secret(config, "smtp.password", smtp.password_file, smtp.password_env) if smtp.username else "",
        timeout=smtp.timeout.total_seconds(),
        sender=smtp.sender or "monitor@localhost",
        ca_file=str(config.path(smtp.ca_file)) if smtp.ca_file else "",
    )


def _webhook(config: Config, target: WebhookTarget) -> WebhookChannel:
    given = target.secret_file or target.secret_env
    return WebhookChannel(
        target.url, secret(config, "webhook.secret", target.secret_file, target.secret_env) if given else ""
    )


def _chats(config: Config, target: ChatTarget) -> Iterable[ChatChannel]:
    urls = secret(config, "chat.urls", target.urls_file, target.urls_env).split()
    for number, url in enumerate(urls, 1):
        label = url.split(":", 1)[0]
        yield ChatChannel(url, label if len(urls) == 1 else f"{label} {number}")


def secret(config: Config, what: str, file: str | None, variable: str | None) -> str:
    """A secret from a file or the environment. Raises ConfigError."""
    path = config.folder / "monitor.yaml"
    if variable:
        value = os.environ.get(variable)
        if value is None:
            raise ConfigError((Problem(str(path), 0, f"{what}: the environment has no {variable}; set it"),))
        return value.strip()
    if not file:
        raise ConfigError((Problem(str(path), 0, f"{what}: write {what}_file: PATH or {what}_env: NAME"),))
    try:
        return config.path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        text = f"{what}: {config.path(file)} cannot be read ({error.strerror}); write the secret into that file"
        raise ConfigError((Problem(str(path), 0, text),)) from error
