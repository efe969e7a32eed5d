"""From a configuration to what composing and delivering need: templates, channels, and the secrets they take."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import jinja2

from monitor.config import Config
from monitor.config.deliver_targets import ChatTarget, Target, WebhookTarget
from monitor.config.service import SmtpConfig
from monitor.config.watch import Alert
from monitor.deliver import Channel
from monitor.deliver.chat import ChatChannel
from monitor.deliver.email import EmailChannel, SmtpSettings
from monitor.deliver.file import FileChannel
from monitor.deliver.webhook import WebhookChannel
from monitor.digest.alert import AlertSettings, QuietHours, alert_name
from monitor.digest.enrich import Context
from monitor.digest.publisher import PublishSettings
from monitor.errors import ConfigError, Problem
from monitor.match.load import load_vocabulary
from monitor.render.templates import load_templates
from monitor.topic.records import EntityName

MIN_TOKEN = 16  # characters of the page's token: a shorter one could be guessed over the wire


def publish_settings(config: Config) -> PublishSettings:
    """Raises ConfigError for a template that does not compile or a secret that cannot be read."""
    templates = load_templates(config.templates)
    digests = config.service.digests
    smtp = config.service.smtp
    watched = {watch: settings.alert for watch, settings in config.watches.items() if settings.alert}
    return PublishSettings(
        digests=digests,
        watches={watch: settings.name for watch, settings in config.watches.items()},
        context=_context(config),
        channels={d.name: channels_of(config, d.deliver, templates.environment, d.unsubscribe) for d in digests}
        | {
            alert_name(w): channels_of(config, [_rooted(config, t) for t in alert.deliver], templates.environment)
            for w, alert in watched.items()
        },
        templates=templates,
        own_templates={name: load_templates(folder) for name, folder in config.own_templates().items()},
        max_age=config.service.max_age,
        alerts=[_alert(watch, config.watches[watch].name, alert) for watch, alert in watched.items()],
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


def _rooted(config: Config, target: Target) -> Target:
    """A target of a watch file with its paths made absolute: they are relative to that file's folder."""

    def absolute(path: str | None) -> str | None:
        return path and str(config.path(str(Path("watches") / Path(path).expanduser())))

    webhook, chat = target.webhook, target.chat
    return target.model_copy(
        update={
            "file": absolute(target.file),
            "webhook": webhook and webhook.model_copy(update={"secret_file": absolute(webhook.secret_file)}),
            "chat": chat and chat.model_copy(update={"urls_file": absolute(chat.urls_file)}),
        }
    )


def channels_of(
    config: Config, targets: Sequence[Target], environment: jinja2.Environment, unsubscribe: str = ""
) -> list[Channel]:
    """Where the editions of a digest, or the alerts of a watch, go."""
    found: list[Channel] = []
    for target in targets:
        found.extend(_channels(config, target, environment, unsubscribe))
    return found


def _channels(config: Config, target: Target, environment: jinja2.Environment, unsubscribe: str) -> Iterable[Channel]:
    if target.file:
        yield FileChannel(config.path(target.file), environment)
    elif target.email:
        assert config.service.smtp is not None  # checked with the configuration
        yield EmailChannel(smtp_settings(config, config.service.smtp), target.email.to, unsubscribe)
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


def web_token(config: Config) -> str:
    """The token of the page, "" without one. Raises ConfigError when it cannot be read or is too short to be safe."""
    web = config.service.web
    if web is None or not (web.token_file or web.token_env):
        return ""
    token = secret(config, "web.token", web.token_file, web.token_env)
    if len(token) < MIN_TOKEN:
        text = f"web.token: {len(token)} characters can be guessed; write at least {MIN_TOKEN}, made by chance"
        raise ConfigError((Problem(str(config.folder / "monitor.yaml"), 0, text),))
    return token


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
