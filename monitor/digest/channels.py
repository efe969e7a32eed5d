"""From the ``deliver:`` lists of a configuration to the channels they name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import jinja2

from monitor.config import Config
from monitor.config.deliver_targets import Target, channel_of
from monitor.config.secrets import secret, web_token
from monitor.deliver import Channel
from monitor.deliver.judging_links import JudgingLinks
from monitor.deliver.registry import BuildContext
from monitor.deliver.smtp import SmtpSettings
from monitor.digest.alert import alert_name
from monitor.fields import check_line, rooted


def channels(config: Config, environment: jinja2.Environment) -> dict[str, list[Channel]]:
    """digest name (or `alert_name` of a watch) → where its editions go. Raises ConfigError for a secret it cannot read.

    environment: the templates, those of the channels among them.
    """
    context = BuildContext(
        partial(secret, config), partial(smtp_settings, config), environment, partial(_judging, config)
    )
    found = {
        digest.name: _channels(config, digest.deliver, config.path, replace(context, unsubscribe=digest.unsubscribe))
        for digest in config.service.digests
    }
    for watch, settings in config.watches.items():
        if settings.alert:
            found[alert_name(watch)] = _channels(
                config, settings.alert.deliver, partial(_path_in_watch, config), context
            )
    return found


def smtp_settings(config: Config) -> SmtpSettings:
    """The mail server of the configuration, which has one. Raises ConfigError when its password cannot be read."""
    smtp = config.service.smtp
    assert smtp is not None  # checked with the configuration, for every channel that needs it
    return SmtpSettings(
        host=smtp.host,
        port=smtp.port,
        starttls=smtp.starttls,
        tls=smtp.tls,
        username=smtp.username or "",
        password=secret(config, "smtp.password", smtp.password_file, smtp.password_env, check_line)
        if smtp.username
        else "",
        timeout=smtp.timeout.total_seconds(),
        sender=smtp.sender or "monitor@localhost",
        ca_file=str(config.path(smtp.ca_file)) if smtp.ca_file else "",
    )


def _judging(config: Config) -> JudgingLinks | None:
    web = config.service.web
    return JudgingLinks(web.public_url, web_token(config)) if web and web.public_url else None


def _channels(
    config: Config, targets: Sequence[Target], resolve: Callable[[str], Path], context: BuildContext
) -> list[Channel]:
    found: list[Channel] = []
    for kind, settings in map(channel_of, targets):
        checked = replace(context, secret=partial(_secret, config, kind.checks))
        found += kind.build(rooted(settings, resolve), checked)
    return found


def _secret(
    config: Config, checks: Mapping[str, Callable[[str], str]], key: str, file: str | None, variable: str | None
) -> str:
    return secret(config, key, file, variable, checks.get(key, str))


def _path_in_watch(config: Config, text: str) -> Path:
    """A path of a watch file, which is relative to that file's folder."""
    return config.path(str(Path("watches") / Path(text).expanduser()))
