"""The channel ``email: {to: [...]}``: one message a recipient, over the mail server of the ``smtp:`` block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from monitor.deliver.email.config import EmailTarget
from monitor.deliver.registry import BuildContext, ChannelType

if TYPE_CHECKING:
    from monitor.deliver.email.send import EmailChannel


def build(config: EmailTarget, context: BuildContext) -> Iterable[EmailChannel]:
    """One channel for all recipients. Raises ConfigError when a password or token cannot be read."""
    from monitor.deliver.email.send import EmailChannel  # noqa: PLC0415 - 26 ms (aiosmtplib)

    return [EmailChannel(context.smtp(), config.to, context.unsubscribe, context.judging())]


CHANNEL = ChannelType("email", EmailTarget, build, needs_smtp=True)
