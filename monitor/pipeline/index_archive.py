"""Indexes for search what an earlier version has stored: a part at a time, with pauses in which others write."""

from __future__ import annotations

import logging
import threading
import time

from monitor.pipeline.leases import alone
from monitor.store import Store, search_index
from monitor.workers.aside import aside

log = logging.getLogger(__name__)

SPELL = 5.0  # seconds of one look
SHARE = 0.5  # of which it is at work; for the rest others may write


class ArchiveIndexing:
    """Does a spell of it, in a thread, until the whole archive is indexed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._whole = False

    async def look(self) -> None:
        """Index some articles, where some wait. Raises StoreError."""
        if self._whole:
            return
        stop = threading.Event()
        async with alone(self._store, "index") as store:
            if store:
                self._whole = await aside(self._spell, store, stop, stop=stop.set)

    def _spell(self, store: Store, stop: threading.Event) -> bool:
        """Whether nothing waits any more."""
        with store.read() as db:
            if search_index.is_whole(db):
                return True
        end = time.monotonic() + SPELL
        while time.monotonic() < end and not stop.is_set():
            begun = time.monotonic()
            with store.write() as db:  # alone: an article that is just stored or changed is indexed by that
                waits = search_index.fill(db)
            if not waits:
                log.info("the archive is indexed for search")
                return True
            stop.wait((time.monotonic() - begun) * (1 / SHARE - 1))
        return False
