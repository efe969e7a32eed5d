"""Handing an edition over: one file a channel. What was delivered is the ledger's business, not theirs.

A channel takes one `Parcel` (one edition, one recipient) and returns when the other side has it, or raises
DeliveryError saying whether a retry can help. Sending the same parcel twice is harmless: each channel passes on
the same message id, and the folder writes the same files.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Protocol

from monitor.deliver.parcel import Parcel, safe_name

__all__ = ["RETRIES", "Channel", "Parcel", "deliver", "retry_delay", "safe_name", "stable_message_id"]

# Greylisting lifts within minutes, an outage within hours; after about a day a digest is no news.
RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))


class Channel(Protocol):
    """A way to hand editions over, such as `monitor.deliver.email.EmailChannel`."""

    @property
    def name(self) -> str:
        """ "email", "file", "webhook" or "chat", as the ledger holds it."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom a delivery row is made for: mail addresses, the folder, the address of the hook."""

    async def send(self, parcel: Parcel) -> None:
        """Hands ``parcel`` to its recipient. Raises DeliveryError."""


async def deliver(channel: Channel, parcel: Parcel) -> None:
    """Sends ``parcel`` over ``channel``. Raises DeliveryError; ``permanent`` says that no retry can mend it."""
    await channel.send(parcel)


def stable_message_id(digest: str, period: str, recipient: str, domain: str, *, resend: int = 0) -> str:
    """The Message-ID of an edition for one recipient: the same on every retry, so that a copy is known as one.

    resend: counts deliberate repeats, which are messages of their own.
    """
    told = "\x1f".join((digest, period, recipient.strip().lower(), str(resend)))
    where = re.sub(r"[^A-Za-z0-9.-]", "", domain) or "localhost"
    return f"<{hashlib.sha256(told.encode()).hexdigest()[:32]}.digest@{where}>"


def retry_delay(attempts: int) -> timedelta | None:
    """How long to wait after ``attempts`` failed ones (1 for the first), or None to give up."""
    return RETRIES[attempts - 1] if 1 <= attempts <= len(RETRIES) else None
