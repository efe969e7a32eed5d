"""When a hub is asked for news of a feed, and whether what calls is that hub (WebSub, W3C). Pure: ``now`` is given.

A hub only says that there is news. The feed is then polled, as ever: what a hub sends is not read, and a feed whose hub
falls silent goes on being polled at its own pace once the lease is over.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.config.service import is_loopback
from monitor.model.subscriptions import Subscription

LEASE = timedelta(days=10)  # that is asked for; the hub decides
SHORTEST = timedelta(minutes=5)  # lease that is believed; a shorter one counts as this
LONGEST = timedelta(days=90)
TRIES = 3  # unanswered requests after which a subscription that is to end is given up
_FIRST_WAIT = timedelta(hours=1)
_LONGEST_WAIT = timedelta(days=1)
_REFUSED_FOR = timedelta(days=7)
_RENEWED_AFTER = 0.8  # of a lease
METHODS = ("sha256", "sha384", "sha512", "sha1")  # a hub may use any; the first is the usual one


def may_have_secret(hub: str) -> bool:
    """Whether a secret may be sent to a hub: over https, or within this machine."""
    parts = urlsplit(hub)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def request_of(subscription: Subscription, callback: str) -> dict[str, str]:
    """The form that is posted to the hub. callback: the address that it calls."""
    ending = subscription.state == "ending"
    form = {
        "hub.mode": "unsubscribe" if ending else "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": callback,
    }
    if not ending:
        form["hub.lease_seconds"] = str(int(LEASE.total_seconds()))
        if subscription.secret:
            form["hub.secret"] = subscription.secret
    return form


def after_request(subscription: Subscription, now: datetime) -> Subscription:
    """The hub was asked, whether it answered or not: it is asked again after 1, 2, 4 ... 24 hours unless it comes back.

    A subscription in force stays so until its lease is over.
    """
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(subscription.asked, 10))
    kept = subscription.state in ("active", "ending")
    state = subscription.state if kept else "asked"
    return replace(subscription, state=state, asked=subscription.asked + 1, next_try=now + wait)


def confirmed(subscription: Subscription, mode: str, topic: str, lease: str, now: datetime) -> Subscription | None:
    """What becomes of a subscription when its hub asks whether it is meant; None where it is not.

    lease: seconds, as the hub writes them.
    """
    if topic != subscription.topic or mode != "subscribe" or subscription.state not in ("asked", "active"):
        return None
    known = lease.isascii() and lease.isdigit()
    # Python reads no number of thousands of digits; ten of them are longer than the longest lease.
    seconds = int(lease.lstrip("0")[:10] or 0) if known else LEASE.total_seconds()
    length = min(LONGEST, max(SHORTEST, timedelta(seconds=seconds)))
    return replace(subscription, state="active", asked=0, until=now + length, next_try=now + length * _RENEWED_AFTER)


def is_end(subscription: Subscription, mode: str, topic: str) -> bool:
    """Whether a hub asks about the end of a subscription, and that is meant."""
    return mode == "unsubscribe" and subscription.state == "ending" and topic == subscription.topic


def is_denied(subscription: Subscription, mode: str, topic: str) -> bool:
    """Whether a hub says that it does not tell of this feed, or no longer (section 5.2). Any time will do for that, but
    not before it was asked.
    """
    return mode == "denied" and topic == subscription.topic and subscription.state != "wanted"


def refused(subscription: Subscription, now: datetime) -> Subscription | None:
    """The hub will not tell of this feed; it is asked again after a week. None where that was to end: it has."""
    if subscription.state == "ending":
        return None
    return replace(subscription, state="refused", until=None, asked=0, next_try=now + _REFUSED_FOR)


class Signature:
    """Checks what a hub signed, piece by piece: ``X-Hub-Signature: sha256=...``."""

    def __init__(self, secret: str, header: str) -> None:
        method, _, self._given = header.strip().partition("=")
        known = method.lower() in METHODS
        self._unsigned = not secret
        self._made = hmac.new(secret.encode(), digestmod=method.lower()) if secret and known else None

    def add(self, piece: bytes) -> None:
        """A further piece of what was sent."""
        if self._made:
            self._made.update(piece)

    def holds(self) -> bool:
        """Whether all pieces together are signed with the secret; always where none was given to the hub."""
        if self._unsigned:
            return True
        return self._made is not None and hmac.compare_digest(
            self._made.hexdigest(), self._given.strip().lower().encode("ascii", "replace").decode()
        )
