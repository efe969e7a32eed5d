"""What a changed feed costs: reads a folder of bodies, then another in which they changed, with one worker.

    python benchmarks/changed_feed.py STATE BEFORE AFTER

STATE: a configuration of `poll_setup`. BEFORE, AFTER: folders of bodies with the same names. Prints the seconds of
processor that the second reading took, of this process and of its workers; nothing is fetched, no page, no judging.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from monitor.config.feed_list import FeedConfig
from monitor.feeds.schedule import PollPolicy
from monitor.fetch import Fetcher
from monitor.model import FeedState, FetchResult
from monitor.pipeline.poll_feeds import FeedReader
from monitor.pipeline.summary import PollSummary
from monitor.store import Store, feed_states
from monitor.workers.pool import WorkerPool

TICKS = os.sysconf("SC_CLK_TCK")


class Unseen:
    """Follows no progress."""

    def begin(self, what: str, total: int) -> None:
        pass

    def advance(self, what: str) -> None:
        pass


class FromFolder:
    """Answers with the bodies of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def feed(self, url: str, **_: Any) -> FetchResult:
        return FetchResult(200, url, url, (self._folder / url.rpartition("/")[2]).read_bytes())


def seconds() -> float:
    """Of processor, of this process and of all its descendants, those that have ended among them."""
    used = 0
    parents: dict[int, tuple[int, int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1]), sum(map(int, fields[11:15]))
    for pid, (_, ticks) in parents.items():
        above = pid
        while above in parents and above != os.getpid():
            above = parents[above][0]
        used += ticks if above == os.getpid() else 0
    return used / TICKS


async def read(reader: FeedReader, store: Store, folder: Path, urls: list[str], now: datetime) -> PollSummary:
    """One reading of all bodies of a folder."""
    summary = PollSummary()
    states: Mapping[str, FeedState]
    with store.write() as db:
        states = feed_states.claim(db, urls, now, now, force=True)
    await reader.read(cast(Fetcher, FromFolder(folder)), states, summary, lambda: None)
    return summary


async def main() -> None:
    state, before, after = map(Path, sys.argv[1:])
    urls = [f"http://127.0.0.1/{path.name}" for path in sorted(before.iterdir())]
    store, workers, now = Store(f"sqlite:///{state}/changed.db"), WorkerPool(1), datetime.now(UTC)
    feeds = {url: FeedConfig.model_validate({"url": url}) for url in urls}
    reader = FeedReader(store, workers, feeds, PollPolicy(), timedelta(days=10_000), lambda: now, Unseen())
    await read(reader, store, before, urls, now)
    begun = seconds()
    summary = await read(reader, store, after, urls, now)
    used = seconds() - begun
    await workers.close()
    store.close()
    print(f"{used:.2f} s, {summary.entries['new']} new of {summary.entries['seen']} entries of {len(urls)} feeds")


if __name__ == "__main__":
    asyncio.run(main())
