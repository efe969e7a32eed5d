"""Says that a service is at work on its store, and whether another one is: two of them ask every site twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from monitor import __version__
from monitor.errors import StoreError
from monitor.store import Store, services
from monitor.store.services import ADVICE, Process
from monitor.store.subjects import ROWS
from monitor.workers.aside import aside

log = logging.getLogger(__name__)


def others(found: Sequence[Process], me: Process) -> list[Process]:
    """The other services; workers are meant to be there."""
    return [each for each in found if each.role == "service" and (each.host, each.pid) != (me.host, me.pid)]


class Presence:
    """One process at work on a store. role: "service" or "worker"."""

    def __init__(self, store: Store, role: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._me = services.own(role, __version__, clock())
        self.others: list[Process] = []

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
        now = self._clock()
        with self._store.write(ROWS) as db:
            services.note(db, self._me, now)
            return others(services.at_work(db, now), self._me) if self._me.role == "service" else []
