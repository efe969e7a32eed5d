"""The channel ``chat: {urls_file: ...}``: headlines and links to chat services, through apprise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from monitor.deliver.chat.config import ChatTarget
from monitor.deliver.registry import BuildContext, ChannelType

if TYPE_CHECKING:
    import jinja2

    from monitor.deliver.chat.send import ChatChannel
    from monitor.deliver.parcel import Parcel


def build(config: ChatTarget, context: BuildContext) -> Iterable[ChatChannel]:
    """A channel for each address. Raises ConfigError when the addresses cannot be read."""
    from monitor.deliver.chat.send import chat_channels  # noqa: PLC0415 - 120 ms, the rendering of a digest

    return chat_channels(context.secret("chat.urls", config.urls_file, config.urls_env), context.environment)


def write(parcel: Parcel, environment: jinja2.Environment) -> str:
    """The message of an edition. Raises ConfigError where a template fails."""
    from monitor.deliver.chat.send import chat_text  # noqa: PLC0415 - 120 ms, the rendering of a digest

    return chat_text(parcel, environment)


CHANNEL = ChannelType("chat", ChatTarget, build, write=write)
