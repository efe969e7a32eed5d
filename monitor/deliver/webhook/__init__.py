"""The channel ``webhook: {url: ...}``: the edition as signed JSON, posted to an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from monitor.deliver.registry import BuildContext, ChannelType
from monitor.deliver.webhook.config import WebhookTarget, check_signing
from monitor.fields import check_web_address

if TYPE_CHECKING:
    from monitor.deliver.webhook.send import WebhookChannel


def build(config: WebhookTarget, context: BuildContext) -> Iterable[WebhookChannel]:
    """The address, as one channel. Raises ConfigError when a secret cannot be read."""
    from monitor.deliver.webhook.send import WebhookChannel  # noqa: PLC0415 - 176 ms (aiohttp)

    signed = config.secret_file or config.secret_env
    secret = context.secret("webhook.secret", config.secret_file, config.secret_env) if signed else ""
    url = config.url or context.secret("webhook.url", config.url_file, config.url_env)
    return [WebhookChannel(url, secret)]


CHECKS = {"webhook.url": check_web_address, "webhook.secret": check_signing}
CHANNEL = ChannelType("webhook", WebhookTarget, build, checks=CHECKS)
