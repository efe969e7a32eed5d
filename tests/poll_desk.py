"""Polls of feeds and pages that live in memory, to the stored articles: thousands of them in the time of one fetch.

All of the way from the entries of a body to its articles is the product's. Only sockets and processes are left out.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from monitor.cli.progress import Silent
from monitor.config.feed_list import FeedConfig
from monitor.errors import FetchError
from monitor.feeds.entry_keys import with_keys
from monitor.fetch import Fetcher
from monitor.model import Article, Entry, FetchResult
from monitor.pages.extract import ExtractedPage, extract_page
from monitor.pipeline.bodies import Body, Taken
from monitor.pipeline.make_articles import ArticleMaker
from monitor.pipeline.summary import PollSummary
from monitor.pipeline.take_entries import take
from monitor.store import Store, articles, feed_items, schema
from tests.desk import InlineWorkers, fast

MAX_AGE = timedelta(days=30)


@cache
def _empty_store(folder: Path) -> Path:
    path = folder / "empty.db"
    fast(path).close()
    return path


def fresh_store(folder: Path, number: int) -> Store:
    """An empty store: making its tables takes longer than a whole example, so they are copied."""
    path = folder / f"{number}.db"
    shutil.copy(_empty_store(folder), path)
    return fast(path)


@lru_cache(maxsize=5000)
def _extracted(body: bytes, url: str, now: datetime, country: str | None) -> ExtractedPage:
    return extract_page(body, url=url, charset="utf-8", now=now, country=country)


class _Workers(InlineWorkers):
    """Reads each page once: examples share most of them."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    async def run(self, function: Callable[..., Any], *args: Any, timeout: float = 0) -> Any:
        assert isinstance(function, partial)
        if function.func is not extract_page:
            return await super().run(function, *args, timeout=timeout)
        [body] = function.args
        given = function.keywords
        return _extracted(body, given["url"], self._now, given.get("country"))


@dataclass
class Site(Fetcher):
    """Pages by address. What is missing is refused. answers_at: where an address leads to."""

    pages: dict[str, str] = field(default_factory=dict)
    answers_at: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    async def page(self, url: str) -> FetchResult:
        """The page at ``url``. Raises FetchError where there is none."""
        self.asked += 1
        if url not in self.pages:
            raise FetchError(f"{url}: refused (403)", kind="blocked", permanent=True)
        return FetchResult(200, url, self.answers_at.get(url, url), self.pages[url].encode(), "text/html", "utf-8")


class PollDesk:
    """One store, and feeds that are polled when told."""

    def __init__(self, store: Store, feeds: Sequence[FeedConfig], start: datetime) -> None:
        self.store = store
        self.site = Site()
        self.now = start
        self._feeds = {feed.url: feed for feed in feeds}
        self._known: set[str] = set()
        self._maker = ArticleMaker(store, _Workers(start), self._feeds, MAX_AGE, lambda: self.now, Silent())

    def poll(
        self,
        bodies: Mapping[str, Sequence[Entry]],
        archived: Mapping[str, Mapping[str, Article]] = MappingProxyType({}),
        **later: float,
    ) -> dict[str, Taken]:
        """Reads the bodies of some feeds in this order, ``later`` than the last poll; what became of each.

        archived: by address of a feed what `ReadFeed` has of its first body.
        """
        self.now += timedelta(**(later or {"hours": 7}))
        made = []
        for url, seen in bodies.items():
            keyed = seen if any(each.fingerprint for each in seen) else with_keys(seen)
            repeated = {"repeated": len(seen) - len(keyed)}
            feed = self._feeds[url].feed()
            with self.store.read() as db:
                known = feed_items.load(db, url)
            old = archived.get(url, {})
            made.append(Body(feed, keyed, old, skipped=repeated, known_before=self.knows(url), known=known))
        with self.store.write() as db:
            taken = take(db, made, self.now, MAX_AGE, lambda url: self._feeds[url].feed())
        self._known |= bodies.keys()
        asyncio.run(self._maker.make(self.site, PollSummary(), _nothing))
        return dict(zip(bodies, taken, strict=True))

    def knows(self, url: str) -> bool:
        """Whether a feed was polled before."""
        return url in self._known

    def entries(self) -> int:
        """How many entries are stored."""
        with self.store.read() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(schema.entries)) or 0

    def articles(self) -> list[Article]:
        """Every article as it is stored now, but for those that were withdrawn."""
        with self.store.read() as db:
            ids = list(db.scalars(sa.select(schema.articles.c.id).order_by(schema.articles.c.id)))
            return [article for article in articles.get(db, ids) if article.title]


async def _nothing() -> None:
    """No page is judged here."""
