"""Where an edition or an alert goes: the items of a ``deliver:`` list, such as `- file: DIR`.

What may stand in an item is what the channels of `monitor.deliver` say of themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, create_model, model_validator

from monitor.deliver.registry import ChannelType, channel_types
from monitor.fields import Strict


class OneChannel(Strict):
    """An item of the list: exactly one channel, by its name. Its fields are the channels; see `Target`."""

    @model_validator(mode="after")
    def _one_channel(self) -> OneChannel:
        if len(_given(self)) != 1:
            *others, last = channel_types()
            known = f"{', '.join(others)} or {last}"
            raise ValueError(f"name one channel an item: {known}; start a new '- ' item for each")
        return self


if TYPE_CHECKING:
    Target = OneChannel  # a model made at run time is no type to a checker
else:
    Target = create_model(
        "Target", __base__=OneChannel, **{name: (kind.config | None, None) for name, kind in channel_types().items()}
    )


def channel_of(target: Target) -> tuple[ChannelType[Any], BaseModel]:
    """The channel that an item names, and its settings as they are written."""
    [name] = _given(target)
    return channel_types()[name], getattr(target, name)


def _given(target: OneChannel) -> list[str]:
    return [name for name, value in target if value is not None]
