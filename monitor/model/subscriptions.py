"""What is known of a hub that tells of news of a feed (WebSub)."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Literal

from monitor.model.frozen import frozen

HubState = Literal["wanted", "asked", "active", "refused", "ending"]


@frozen
class Subscription:
    """A subscription to one topic at one hub. token: the last part of the address that the hub calls, hard to guess.

    state: "wanted" (not asked yet), "asked" (the hub has not come back), "active" up to ``until``, "refused", "ending"
    (the feed is gone, or names another hub). asked: how often in a row without a word from the hub. next_try: when the
    hub is asked (again). secret: what it signs with; "" where it was not given one.
    """

    token: str
    feed_url: str
    hub: str
    topic: str
    state: HubState = "wanted"
    until: datetime | None = None
    next_try: datetime | None = None
    asked: int = 0
    secret: str = field(default="", repr=False)
    pushed: datetime | None = None  # when it last told of news
