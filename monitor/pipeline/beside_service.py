"""A worker judges as its service does, and else not at all: with other files each would judge anew what the other did.

Where that lasts, its log says why. Of two processes that start together, or read a saved file, one is some seconds
before the other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.store import Store, articles, leases, services

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=30)
NO_SERVICE = (
    "this worker judges nothing, as no service is at work on the store: start `monitor run` with the same configuration"
)
OTHER_FILES = (
    "this worker judges nothing: the service judges by other watches; give both the same configuration and version"
)


class Silence:
    """For how long a worker has judged nothing, and why. Pure."""

    def __init__(self) -> None:
        self._why = ""
        self._since: datetime | None = None

    def look(self, now: datetime, *, alike: bool, at_work: bool, judging: bool) -> str:
        """What to say now, "" for nothing.

        alike: the service judged last by what this worker has. at_work: there is a service. judging: somebody is at it,
        so the service may have read the same files and not be done.
        """
        why = "" if alike or (at_work and judging) else OTHER_FILES if at_work else NO_SERVICE
        if why != self._why:
            self._why, self._since = why, now
        if not why or self._since is None or now - self._since < PATIENCE:
            return ""
        self._since = None
        return why


class BesideService:
    """What a worker with this fingerprint of its configuration finds of its service in the store."""

    def __init__(self, store: Store, fingerprint: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._fingerprint = fingerprint
        self._clock = clock
        self._silence = Silence()

    def is_alike(self) -> bool:
        """Whether the service judged last by what this worker has."""
        with self._store.read() as db:
            return articles.judged_under(db) == self._fingerprint

    def say(self) -> None:
        """Logs why the worker judges nothing, once, where that lasts."""
        now, alike = self._clock(), self.is_alike()
        with self._store.read() as db:
            at_work = any(each.role == "service" for each in services.at_work(db, now))
            judging = leases.is_held(db, "judge")
        if why := self._silence.look(now, alike=alike, at_work=at_work, judging=judging):
            log.warning("%s", why)
