"""From a configuration to what publishing needs of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.config.model_server import ModelConfig
from monitor.config.secrets import secret
from monitor.config.service import DigestConfig
from monitor.config.watch import Alert
from monitor.deliver.registry import template_folders
from monitor.digest.alert import AlertSettings, QuietHours, digest_of
from monitor.digest.channels import channels
from monitor.digest.enrich import Context
from monitor.digest.publisher import PublishSettings
from monitor.errors import ConfigError, SeedError
from monitor.fields import check_line
from monitor.render.templates import load_templates
from monitor.topic.baseline import profile_of
from monitor.topic.records import EntityName
from monitor.topic.sides import topic_sides
from monitor.topic.vocabulary import load_vocabulary
from monitor.topic.world import load_world

if TYPE_CHECKING:
    from monitor.retell.reteller import Reteller
    from monitor.retell.server import ServerSettings

log = logging.getLogger(__name__)


def publish_settings(config: Config, *, reading: bool = False) -> PublishSettings:
    """What composing and delivering need, all of it read and built.

    reading: nothing will be sent, so names and words that cannot be read are told and left out. Raises ConfigError for
    a template that does not compile or a secret that cannot be read.
    """
    templates = load_templates(config.templates, template_folders())
    digests = config.service.digests
    smtp = config.service.smtp
    return PublishSettings(
        digests=digests,
        watches={watch: settings.name for watch, settings in config.watches.items()},
        context=_readable_context(config) if reading else _context(config),
        channels=channels(config, templates.environment),
        templates=templates,
        own_templates={name: load_templates(folder) for name, folder in config.own_templates().items()},
        max_age=config.service.max_age,
        alerts=[
            _alert(id, watch.name, watch.alert, digest_of(id, digests))
            for id, watch in config.watches.items()
            if watch.alert
        ],
        domain=(smtp.sender or "").rpartition("@")[2] if smtp and smtp.sender else "feed-monitor.invalid",
        private_links=config.service.http.allow_private_addresses,
        reteller=_reteller(config),
        base_url=(config.service.web and config.service.web.public_url) or "",
    )


def _reteller(config: Config) -> Reteller | None:
    """What asks the model that the configuration names; None where it names none. Raises ConfigError for its key."""
    model = config.service.model
    if model is None:
        return None
    from monitor.retell.reteller import Reteller, RetellSettings  # noqa: PLC0415 - 40 ms, for who runs a model
    from monitor.retell.server import ModelServer  # noqa: PLC0415 - the same

    settings = RetellSettings(
        model.summary, model.translate, model.stories, model.characters, model.within.total_seconds()
    )
    return Reteller(ModelServer(server_settings(config, model)), settings)


def server_settings(config: Config, model: ModelConfig) -> ServerSettings:
    """Where the model answers. Raises ConfigError when its key cannot be read."""
    from monitor.retell.server import ServerSettings  # noqa: PLC0415 - as above

    key = secret(config, "model.key", model.key_file, model.key_env, check_line) if model.has_key else ""
    return ServerSettings(model.address, model.name, key, model.timeout.total_seconds())


def vocabulary(config: Config) -> tuple[Sequence[EntityName], Mapping[str, str]]:
    """Entities, and the names of acts for display."""
    known = load_vocabulary(config)
    acts = {act: act.replace("_", " ") for act in known.lexicon.acts}
    return known.entities, acts | {family.id: family.label for family in known.families}


def _context(config: Config) -> Context:
    return Context([feed.feed() for feed in config.feeds if feed.enabled], *vocabulary(config), countries(config))


def _readable_context(config: Config) -> Context:
    """What can be read of it, where a file is broken: the texts of an edition stand in the store."""
    feeds = [feed.feed() for feed in config.feeds if feed.enabled]
    known: tuple[Sequence[EntityName], Mapping[str, str]] = ((), {})
    sides: dict[str, str] = {}
    try:
        known = vocabulary(config)
        sides = countries(config)
    except (ConfigError, SeedError) as error:
        log.warning("left out, because it is broken: %s", error)
    return Context(feeds, *known, sides)


def countries(config: Config) -> dict[str, str]:
    """code → name of the sides' countries, whose silence about a story says something."""
    world = load_world()
    sides = (
        side for name, watch in config.watches.items() for side in topic_sides(watch, profile_of(config, name), world)
    )
    return {side.country: side.label for side in sides if side.country}


def _alert(watch: str, name: str, alert: Alert, digest: DigestConfig | None) -> AlertSettings:
    zone = alert.timezone or (digest.timezone if digest else "UTC")
    quiet = QuietHours(*alert.quiet_hours, zone) if alert.quiet_hours else None
    locale = digest.locale if digest else "en"
    return AlertSettings(watch, name, alert.threshold, alert.max_age, zone, quiet, locale)
