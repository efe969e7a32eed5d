"""Asks hubs to tell of news of feeds (WebSub), renews, and ends what nobody reads any more."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.errors import FetchError
from monitor.feeds import websub
from monitor.model.subscriptions import Subscription
from monitor.store import Store, subscriptions
from monitor.store.subjects import HUBS
from monitor.text.redact import shown_address
from monitor.workers.aside import aside

if TYPE_CHECKING:
    from monitor.fetch import Fetcher

log = logging.getLogger(__name__)

AT_ONCE = 20  # hubs that are asked in one look


def new_subscription(feed_url: str, hub: str, topic: str) -> Subscription:
    """One that its hub has not been asked for yet."""
    secret = secrets.token_urlsafe(32) if websub.may_have_secret(hub) else ""
    return Subscription(secrets.token_urlsafe(24), feed_url, hub, topic, secret=secret)


class Hubs:
    """Keeps subscriptions under one configuration. public_url: where hubs reach the service; None for nowhere, and then
    every subscription ends. urls: the feeds that are polled.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Callable[[], AbstractAsyncContextManager[Fetcher]],
        public_url: str | None,
        urls: Sequence[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._public = (public_url or "").rstrip("/")
        self._urls = urls
        self._clock = clock

    async def look(self) -> None:
        """Asks each hub whose time has come. A hub that fails is asked later: the feed is polled all the same.

        Raises StoreError.
        """
        due = await aside(self._due)
        if due:
            async with self._fetcher() as fetcher:
                await asyncio.gather(*(self._ask(fetcher, each) for each in due))

    def _due(self) -> Sequence[Subscription]:
        with self._store.write(HUBS) as db:
            subscriptions.end_others(db, self._urls if self._public else ())
            found = subscriptions.due(db, self._clock(), AT_ONCE)
            given_up = [each for each in found if each.state == "ending" and each.asked >= websub.TRIES]
            for each in given_up:
                subscriptions.delete(db, each.token)
            asked = [each for each in found if each not in given_up and (self._public or each.state == "ending")]
            claims = [(websub.after_request(each, self._clock()), each) for each in asked]
            return [claim for claim, before in claims if subscriptions.claim(db, claim, before)]

    async def _ask(self, fetcher: Fetcher, subscription: Subscription) -> None:
        hub = shown_address(subscription.hub)
        callback = f"{self._public}/hub/{subscription.token}"
        try:
            await fetcher.post_form(subscription.hub, websub.request_of(subscription, callback))
        except FetchError as error:
            log.warning("the hub %s was asked in vain, and is asked again later: %s", hub, error)
            if error.permanent:
                await aside(self._refuse, subscription)

    def _refuse(self, asked: Subscription) -> None:
        """Unless its hub has called since, or another process has asked it."""
        with self._store.write(HUBS) as db:
            after = websub.refused(asked, self._clock())
            if subscriptions.claim(db, after or asked, asked) and not after:
                subscriptions.delete(db, asked.token)


class HubCalls:
    """What hubs say when they call. clock: the present time, aware."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def subscription(self, token: str) -> Subscription | None:
        """The one that a hub calls by this token."""
        with self._store.read() as db:
            return subscriptions.by_token(db, token)

    def verify(self, token: str, mode: str, topic: str, lease: str) -> bool:
        """Whether what a hub asks about is meant; it is then in force, or over. A refusal is noted."""
        now = self._clock()
        with self._store.write(HUBS) as db:
            known = subscriptions.by_token(db, token)
            if known is None:
                return False
            if websub.is_denied(known, mode, topic):
                log.warning("the hub %s does not tell of %s", shown_address(known.hub), shown_address(known.feed_url))
                if after := websub.refused(known, now):
                    subscriptions.save(db, after)
                else:
                    subscriptions.delete(db, token)
                return True
            if websub.is_end(known, mode, topic):
                subscriptions.delete(db, token)
                return True
            after = websub.confirmed(known, mode, topic, lease, now)
            if after:
                subscriptions.save(db, after)
            return after is not None

    def wake(self, subscription: Subscription) -> None:
        """Polls a feed soon, because its hub says that there is news. Raises StoreError."""
        with self._store.write(HUBS) as db:
            subscriptions.wake(db, replace(subscription), self._clock())
