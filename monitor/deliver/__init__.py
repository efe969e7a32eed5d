"""Handing editions over: a folder a channel. What was delivered is the ledger's business, not theirs.

A channel takes one `Parcel` (one edition, one recipient) and returns when the other side has it, or raises
DeliveryError saying whether a retry can help. A parcel may come twice, so it is the same to the last byte each time,
and carries a message id by which the other side knows a copy.

`monitor.deliver.registry` finds the channels; docs/how-to/add-a-channel.md writes one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from monitor.deliver.parcel import Parcel, safe_name

if TYPE_CHECKING:
    from email.message import EmailMessage

__all__ = [
    "RETRIES",
    "Channel",
    "MailChannel",
    "Parcel",
    "Sessions",
    "TriedChannel",
    "deliver",
    "retry_delay",
    "safe_name",
    "stable_message_id",
]

# Greylisting lifts within minutes, an outage within hours; after about a day a digest is no news.
RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))


class Channel(Protocol):
    """A way to hand editions over, such as `monitor.deliver.email.send.EmailChannel`.

    Its ``repr`` may stand in a log, so it holds no secret.
    """

    @property
    def name(self) -> str:
        """The channel's name in the configuration, such as "email"; the ledger has it too."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom a delivery row is made for, such as mail addresses or a folder. The ledger shows them: no secrets."""

    async def send(self, parcel: Parcel) -> None:
        """Hands ``parcel`` to its recipient. Raises DeliveryError."""


@runtime_checkable
class MailChannel(Protocol):
    """A channel that sends mail, and can show the message without sending it."""

    @property
    def name(self) -> str:
        """Its name in the configuration."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Mail addresses."""

    def message(self, parcel: Parcel) -> EmailMessage:
        """The message as it is sent. Raises DeliveryError when the recipient is no mail address."""


class Session(Protocol):
    """An open session with a server, which a `SessionChannel` makes and understands."""

    async def close(self) -> None:
        """Ends it; never raises for what a server does."""


@runtime_checkable
class SessionChannel(Protocol):
    """A channel whose server takes many parcels one after another in one session."""

    @property
    def server(self) -> Hashable:
        """Equal for channels that may share a session."""

    def open(self) -> Session:
        """A session; it is connected when it is first used."""

    async def send(self, parcel: Parcel, session: Any) -> None:
        """As `Channel.send`, in a session that a channel with an equal ``server`` opened."""


@runtime_checkable
class TriedChannel(Protocol):
    """A channel that knows of its settings whether they can work, before anything is sent."""

    def try_settings(self) -> None:
        """Asks nobody. Raises DeliveryError for what every delivery would fail at."""


class Sessions:
    """The sessions of a round of deliveries, one for each server."""

    def __init__(self) -> None:
        self._open: dict[Hashable, Session] = {}

    async def deliver(self, channel: Channel, parcel: Parcel) -> None:
        """As `deliver`, in the session with the channel's server where it has such."""
        if isinstance(channel, SessionChannel):
            if channel.server not in self._open:
                self._open[channel.server] = channel.open()
            await channel.send(parcel, self._open[channel.server])
        else:
            await deliver(channel, parcel)

    async def close(self) -> None:
        """Ends all sessions."""
        for session in self._open.values():
            await session.close()
        self._open.clear()


async def deliver(channel: Channel, parcel: Parcel) -> None:
    """Sends ``parcel`` over ``channel``. Raises DeliveryError; ``permanent`` says that no retry can mend it."""
    await channel.send(parcel)


def stable_message_id(digest: str, period: str, recipient: str, domain: str, *, resend: int = 0) -> str:
    """The Message-ID of an edition for one recipient: the same on every retry, so that a copy is known as one.

    resend: counts deliberate repeats, which are messages of their own.
    """
    parts = "\x1f".join((digest, period, recipient.strip().lower(), str(resend)))
    host = re.sub(r"[^A-Za-z0-9.-]", "", domain) or "localhost"
    return f"<{hashlib.sha256(parts.encode()).hexdigest()[:32]}.digest@{host}>"


def retry_delay(attempts: int) -> timedelta | None:
    """How long to wait after ``attempts`` failed ones (1 for the first), or None to give up."""
    return RETRIES[attempts - 1] if 1 <= attempts <= len(RETRIES) else None
