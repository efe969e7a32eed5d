"""Sends what the delivery ledger says is owed: claim a delivery, send it, record how it went.

A claim is a lease in the store: of several services that see the same delivery, one gets it, and a service that dies
while sending loses it after some minutes. The next attempt has the same Message-ID, so a reader's mail program can
drop the second copy. No transaction is open while something is sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from monitor.deliver import Channel, Parcel, deliver, retry_delay, stable_message_id
from monitor.digest.present import Presenter
from monitor.errors import ConfigError, DeliveryError
from monitor.model import Delivery, DeliveryState, Edition, RenderedEdition
from monitor.render.build_views import Place
from monitor.store import Store, deliveries, editions

log = logging.getLogger(__name__)


class Dispatcher:
    """Delivers editions through their channels, by the ledger.

    channels: digest name (or `alert_name` of a watch) → where its editions go. domain: of Message-IDs. base_url:
    where readers reach the service's page, "" for none. presenter: brings an edition up to date before it is sent.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Sequence[Channel]],
        domain: str,
        base_url: str,
        clock: Callable[[], datetime],
        presenter: Presenter | None = None,
    ) -> None:
        self._store = store
        self._presenter = presenter
        self._channels = channels
        self._domain = domain
        self._base_url = base_url
        self._clock = clock

    def owed(self, edition: Edition, resend: int = 0) -> list[tuple[str, str, str]]:
        """(channel, recipient, Message-ID) of every delivery the edition needs; ``resend`` counts repeats from 1."""
        return [
            (channel.name, recipient, self.message_id(edition, recipient, resend))
            for channel in self._channels.get(edition.digest, ())
            for recipient in channel.recipients
        ]

    def message_id(self, edition: Edition, recipient: str, resend: int = 0) -> str:
        """The Message-ID of an edition for one recipient, the same at every attempt."""
        return stable_message_id(edition.digest, edition.period, recipient, self._domain, resend=resend)

    async def deliver_due(self, edition_id: int | None = None, *, digests: Sequence[str] | None = None) -> None:
        """Tries every delivery that is due: of one edition, of the digests named, or of all.

        A failure is recorded and logged, not raised. Raises StoreError.
        """
        with self._store.read() as db:
            waiting = deliveries.due(db, self._clock(), edition_id, digests=digests)
        for row in waiting:
            with self._store.write() as db:
                claimed = deliveries.claim(db, row, self._clock())
                edition = editions.get(db, row.edition)
            if claimed:
                await self._deliver(replace(row, attempts=row.attempts + 1), *edition)

    async def _deliver(self, row: Delivery, edition: Edition, rendered: RenderedEdition) -> None:
        error: str | None = None
        again: timedelta | None = None
        try:
            channel = self._channel(edition.digest, row)
            if self._presenter:
                # In a thread, because one that has to be composed again takes longer than the loop may be held.
                present = partial(self._presenter.present, edition, rendered, again=row.resend > 0)
                edition, rendered = await asyncio.to_thread(present)
            # The date of a mail: an edition sent again on purpose is new mail, a retry is not.
            handed = row.created if row.resend and row.created else edition.composed
            page = Place(self._base_url).edition(edition)
            parcel = Parcel(edition, rendered, row.recipient, row.message_id, handed, row.resend > 0, page)
            await deliver(channel, parcel)
        except (DeliveryError, ConfigError) as failure:
            error = str(failure)
            permanent = isinstance(failure, DeliveryError) and failure.permanent
            again = None if permanent else retry_delay(row.attempts)
        now = self._clock()
        state = DeliveryState.SENT if error is None else DeliveryState.PENDING if again else DeliveryState.FAILED
        with self._store.write() as db:
            deliveries.settle(db, row, state, now, error=error, next_try=now + again if again else None)
        write_log = log.info if error is None else log.warning
        write_log("digest %s to %s %s: %s", edition.digest, row.channel, row.recipient, error or "delivered")

    def _channel(self, digest: str, row: Delivery) -> Channel:
        """The channel the row was composed for. Raises DeliveryError when the configuration has it no more."""
        for channel in self._channels.get(digest, ()):
            if channel.name == row.channel and row.recipient in channel.recipients:
                return channel
        raise DeliveryError("taken out of the configuration since it was composed", permanent=True)
