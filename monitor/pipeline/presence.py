"""Says that a service is at work on its store, and whether another one is: two of them ask every site twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor import __version__
from monitor.errors import StoreError
from monitor.store import Store, services
from monitor.store.services import ADVICE, Process
from monitor.store.subjects import ROWS
from monitor.workers.aside import aside

log = logging.getLogger(__name__)

CLOSE = timedelta(seconds=2)  # a clock that is so far from the database's is right


def others(found: Sequence[Process], me: Process) -> list[Process]:
    """The other services; workers are meant to be there."""
    return [each for each in found if each.role == "service" and (each.host, each.pid) != (me.host, me.pid)]


class Presence:
    """One process at work on a store. role: "service" or "worker".

    shared_clock: its times are those of the database's clock, by which all machines that share the store go. By clocks
    of their own, one would take the feeds of another whose clock is late, and neither would see the other at work.
    """

    def __init__(self, store: Store, role: str, clock: Callable[[], datetime], *, shared_clock: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._shared_clock = shared_clock and store.shared
        self._late = timedelta(0)  # the process's own clock, beside the database's
        if self._shared_clock:
            with store.read() as db:
                self._compare_clocks(db)
        self._me = services.own(role, __version__, self.now())
        self.others: list[Process] = []

    def now(self) -> datetime:
        """The present time, aware."""
        return self._clock() + self._late

    def _compare_clocks(self, db: sa.Connection) -> None:
        asked = self._clock()
        theirs: datetime | None = db.scalar(sa.select(sa.func.clock_timestamp()))
        doubt = (self._clock() - asked) / 2
        if theirs is None or doubt > CLOSE:  # it took too long to say anything; the next look will tell
            return
        late = theirs - (asked + doubt)
        late = late if abs(late) >= CLOSE else timedelta(0)
        if abs(late - self._late) >= CLOSE:
            seconds = round(late.total_seconds())
            how = f"{abs(seconds)} s {'behind' if seconds > 0 else 'ahead of'}" if late else "as right as"
            log.warning("the clock of this machine is %s the database's, whose time is taken", how)
        self._late = late

    async def look(self) -> None:
        """Says that it is at work, and logs which other service begins or ends to be. Raises StoreError."""
        found = await aside(self._look)
        known, self.others = self.others, found
        for each in found:
            if each not in known:
                log.warning("another service works on this store: %s. %s", each, ADVICE)
        for each in known:
            if each not in found:
                log.info("the other service has ended: %s", each)

    def leave(self) -> None:
        """Says that it has ended. A store that cannot be written is told nothing: it is seen after some minutes."""
        try:
            with self._store.write(ROWS) as db:
                services.leave(db, self._me)
        except StoreError as error:
            log.debug("the end could not be recorded: %s", error)

    def _look(self) -> list[Process]:
        with self._store.write(ROWS) as db:
            if self._shared_clock:
                self._compare_clocks(db)
            now = self.now()
            services.note(db, self._me, now)
            return others(services.at_work(db, now), self._me) if self._me.role == "service" else []
