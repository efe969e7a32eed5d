"""Sends what the delivery ledger says is owed: claim a delivery, send it, record how it went.

A claim is a lease in the store: of several services that see the same delivery, one gets it, renews it while it sends,
and loses it some minutes after it died. The next attempt has the same Message-ID, so a reader's mail program can drop
the second copy. No transaction is open while something is sent.

Each mail server, hook and chat has a lane of its own, so that one that does not answer holds up nobody else. In a lane
deliveries go one after another, mail in one session. Once the other side did not answer twice in a row, the rest of the
lane waits for the next round, and one delivery a round is tried until there is an answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from monitor.deliver import Channel, MailChannel, Parcel, Sessions, retry_delay, stable_message_id
from monitor.digest.breaker import Breaker
from monitor.digest.present import Presenter
from monitor.errors import ConfigError, DeliveryError, StoreError
from monitor.model import Delivery, DeliveryState, Edition, RenderedEdition
from monitor.render.build_views import Place
from monitor.store import Store, deliveries, editions
from monitor.store.subjects import ROWS
from monitor.text.plural import plural
from monitor.workers.aside import aside
from monitor.workers.isolated import isolated

log = logging.getLogger(__name__)

_LANES = 8  # sending at a time
_PAUSES = (0, 1, 2, 4, 8, 16)  # seconds between tries to record how a delivery went; a database restarts in less


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
        self._mail = {each.name for some in channels.values() for each in some if isinstance(each, MailChannel)}
        self._domain = domain
        self._base_url = base_url
        self._clock = clock
        self._breakers: dict[tuple[str, str], Breaker] = {}

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
        lanes: dict[tuple[str, str], list[Delivery]] = {}
        for row in waiting:
            lanes.setdefault(self._lane(row), []).append(row)
        turns = asyncio.Semaphore(_LANES)
        # What fails in one lane does not end another in the middle of a message.
        ended = await asyncio.gather(
            *(self._deliver_lane(lane, rows, turns) for lane, rows in lanes.items()), return_exceptions=True
        )
        if failed := next((each for each in ended if each is not None), None):
            raise failed

    def _lane(self, row: Delivery) -> tuple[str, str]:
        """Mail has one lane, for all goes to one server; of any other channel each recipient is a place of its own."""
        return row.channel, "" if row.channel in self._mail else row.recipient

    @property
    def silent(self) -> Mapping[str, datetime | None]:
        """channel → since when it does not answer, None where it does. Of a silent one a delivery a round is tried."""
        found: dict[str, datetime | None] = {each.name: None for some in self._channels.values() for each in some}
        opened = [(each.opened, channel) for (channel, _), each in self._breakers.items() if each.opened]
        found.update((channel, since) for since, channel in sorted(opened, reverse=True))
        return found

    async def _deliver_lane(self, lane: tuple[str, str], rows: Sequence[Delivery], turns: asyncio.Semaphore) -> None:
        sessions = Sessions()
        try:
            for number, row in enumerate(rows):
                async with turns:
                    claimed = await aside(self._claim, row)
                    if not claimed:
                        continue
                    answered = await self._deliver(*claimed, sessions)
                before = self._breakers.get(lane, Breaker())
                self._breakers[lane] = after = before.after(answered, self._clock())
                if after.opened:
                    left = plural(len(rows) - number - 1, "more delivery", "more deliveries")
                    log.warning("%s does not answer: %s wait for the next round", row.channel, left)
                    return
                if before.opened:
                    log.info("%s answers again", row.channel)
        finally:
            await sessions.close()

    def _claim(self, row: Delivery) -> tuple[Delivery, Edition, RenderedEdition] | None:
        with self._store.write(ROWS) as db:
            claimed = deliveries.claim(db, row, self._clock())
            return (claimed, *editions.get(db, row.edition)) if claimed else None

    async def _deliver(self, row: Delivery, edition: Edition, rendered: RenderedEdition, sessions: Sessions) -> bool:
        """Sends a claimed delivery and records how it went; False when the other side did not answer."""
        renewing = asyncio.create_task(self._renew(row))
        try:
            error, again, answered = await self._send(row, edition, rendered, sessions)
        finally:
            renewing.cancel()
        now = self._clock()
        state = DeliveryState.SENT if error is None else DeliveryState.PENDING if again else DeliveryState.FAILED
        own = await self._recorded(partial(self._settle, row, state, now, error, now + again if again else None))
        write_log = log.info if error is None and own else log.warning
        lost = "" if own else " (another service had taken it over meanwhile, and records how it went)"
        write_log("digest %s to %s %s: %s%s", edition.digest, row.channel, row.recipient, error or "delivered", lost)
        return answered

    async def _recorded(self, settle: Callable[[], bool]) -> bool:
        """Settles, also where the store fails for a while: what was sent and is not recorded would be sent again."""
        for pause in _PAUSES:
            try:
                return await aside(settle)
            except StoreError as error:
                log.warning("how a delivery went could not be recorded, and is recorded again: %s", error)
            await asyncio.sleep(pause)
        return await aside(settle)

    def _settle(
        self, row: Delivery, state: DeliveryState, now: datetime, error: str | None, next_try: datetime | None
    ) -> bool:
        with self._store.write(ROWS) as db:
            return deliveries.settle(db, row, state, now, error=error, next_try=next_try)

    async def _renew(self, row: Delivery) -> None:
        """Renews the lease of a claim until cancelled: sending may take longer than a lease lasts."""
        while True:
            await asyncio.sleep(deliveries.LEASE.total_seconds() / 3)
            try:
                await aside(self._prolong, row)
            except StoreError as error:
                log.warning("the lease of a delivery to %s could not be renewed: %s", row.channel, error)

    def _prolong(self, row: Delivery) -> None:
        with self._store.write(ROWS) as db:
            deliveries.renew(db, row, self._clock())

    async def _send(
        self, row: Delivery, edition: Edition, rendered: RenderedEdition, sessions: Sessions
    ) -> tuple[str | None, timedelta | None, bool]:
        """(what went wrong, when to try again, whether the other side answered)."""
        # A bug in one delivery is its own: those behind it in its lane go, and it has its tries like any other.
        name = f"digest {edition.digest} to {row.channel} {row.recipient}"
        with isolated(name, passing=(StoreError,)) as outcome:
            return await self._handed_over(row, edition, rendered, sessions)
        return outcome.reason, retry_delay(row.attempts), True

    async def _handed_over(
        self, row: Delivery, edition: Edition, rendered: RenderedEdition, sessions: Sessions
    ) -> tuple[str | None, timedelta | None, bool]:
        """The same, but for bugs, which are raised."""
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
            await sessions.deliver(channel, parcel)
        except (DeliveryError, ConfigError) as failure:
            permanent = isinstance(failure, DeliveryError) and failure.permanent
            unreachable = isinstance(failure, DeliveryError) and failure.unreachable
            return str(failure), None if permanent else retry_delay(row.attempts), not unreachable
        return None, None, True

    def _channel(self, digest: str, row: Delivery) -> Channel:
        """The channel the row was composed for. Raises DeliveryError when the configuration has it no more."""
        for channel in self._channels.get(digest, ()):
            if channel.name == row.channel and row.recipient in channel.recipients:
                return channel
        raise DeliveryError("taken out of the configuration since it was composed", permanent=True)
