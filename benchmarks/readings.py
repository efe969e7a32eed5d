"""Whether an entry that is not stored was lost, or left its feed's list before any answer came in time.

A simulated feed lists its newest entries alone. A poll that times out on a busy machine is tried again an hour later,
and by then the oldest entry may have gone: nobody could have stored it. But what stood in a list that the store says
was read is to be there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from monitor.store import Store, schema

if TYPE_CHECKING:
    from benchmarks.simulate_month import World

LONG = timedelta(hours=8)  # listed for so long, an entry of a good feed is to be read, whatever fails meanwhile


@dataclass
class Readings:
    """When each feed was read, as the store says. within: how long before that its answer may have been made."""

    within: timedelta = timedelta(0)
    times: dict[int, set[datetime]] = field(default_factory=lambda: defaultdict(set))

    def note(self, store: Store) -> None:
        """Looks when each feed was last read. Between two looks no feed is read twice."""
        feed = schema.feeds.c
        with store.read() as db:
            for url, at in db.execute(sa.select(feed.url, feed.last_success).where(feed.last_success.is_not(None))):
                self.times[int(url.rpartition("/")[2])].add(at)

    def parted(self, world: World, missing: Iterable[tuple[int, int]], begin: datetime) -> tuple[list[str], list[str]]:
        """Of (feed, number) that are not stored since ``begin``: what was lost, and what left its list unread."""
        lost: list[str] = []
        unread: list[str] = []
        for feed, number in missing:
            read = any(
                number in world.listed(feed, at) and number in world.listed(feed, at - self.within)
                for at in self.times[feed]
            )
            first, last = max(begin, world.published(feed, number)), world.leaves(feed, number)
            named = f"{world.title(feed, number)} ({world.kinds[feed]}), listed for {last - first}"
            (lost if read or last - first >= LONG else unread).append(named)
        return lost, unread
