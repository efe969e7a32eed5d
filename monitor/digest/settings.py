"""From a configuration to what publishing needs of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.config import Config
from monitor.config.watch import Alert
from monitor.deliver.registry import template_folders
from monitor.digest.alert import AlertSettings, QuietHours
from monitor.digest.channels import channels
from monitor.digest.enrich import Context
from monitor.digest.publisher import PublishSettings
from monitor.match.load import load_vocabulary
from monitor.render.templates import load_templates
from monitor.topic.records import EntityName


def publish_settings(config: Config) -> PublishSettings:
    """What composing and delivering need, all of it read and built.

    Raises ConfigError for a template that does not compile or a secret that cannot be read.
    """
    templates = load_templates(config.templates, template_folders())
    digests = config.service.digests
    smtp = config.service.smtp
    return PublishSettings(
        digests=digests,
        watches={watch: settings.name for watch, settings in config.watches.items()},
        context=_context(config),
        channels=channels(config, templates.environment),
        templates=templates,
        own_templates={name: load_templates(folder) for name, folder in config.own_templates().items()},
        max_age=config.service.max_age,
        alerts=[_alert(id, watch.name, watch.alert) for id, watch in config.watches.items() if watch.alert],
        domain=(smtp.sender or "").rpartition("@")[2] if smtp and smtp.sender else "feed-monitor.invalid",
        private_links=config.service.http.allow_private_addresses,
        base_url=(config.service.web and config.service.web.public_url) or "",
    )


def vocabulary(config: Config) -> tuple[Sequence[EntityName], Mapping[str, str]]:
    """Entities, and the names of acts for display."""
    entities, lexicon = load_vocabulary(config)
    return entities, {act: act.replace("_", " ") for act in lexicon.acts}


def _context(config: Config) -> Context:
    return Context([feed.feed() for feed in config.feeds if feed.enabled], *vocabulary(config), _countries(config))


def _countries(config: Config) -> dict[str, str]:
    """code → name of the sides' countries, whose silence about a story says something."""
    sides = [side for watch in config.watches.values() for side in watch.sides.items()]
    return {side.country: name.capitalize() for name, side in sides if side.country}


def _alert(watch: str, name: str, alert: Alert) -> AlertSettings:
    quiet = QuietHours(*alert.quiet_hours, alert.timezone) if alert.quiet_hours else None
    return AlertSettings(watch, name, alert.threshold, alert.max_age, alert.timezone, quiet)
