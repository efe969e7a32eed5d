"""entries → articles: the page of each new entry, or what the feed gave where the page fails or is thinner."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from monitor.config.feeds import FeedConfig
from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.model import Article, Feed, PollSummary
from monitor.pipeline.batches import Observer, batches
from monitor.stages.extract import choose_text, extract_page
from monitor.store import Store, articles, entries
from monitor.urls import host_of, normalise_url
from monitor.workers import WorkerPool

log = logging.getLogger(__name__)

PAGE_RETRIES = (timedelta(minutes=30), timedelta(hours=3), timedelta(hours=12))
PAGES_AT_ONCE = 40
AT_MOST = 20_000  # articles of one poll; more wait for the next, so that memory is bounded
PAGE_TIMEOUT = 20.0  # seconds of extraction for one page

Made = tuple[entries.PendingEntry, Article, FetchError | None]


class ArticleMaker:
    """Makes articles under one configuration."""

    def __init__(
        self,
        store: Store,
        workers: WorkerPool,
        feed_list: Mapping[str, FeedConfig],
        max_age: timedelta,
        clock: Callable[[], datetime],
        observer: Observer,
    ) -> None:
        self._store = store
        self._workers = workers
        self._feeds = feed_list
        self._max_age = max_age
        self._clock = clock
        self._observer = observer

    async def make(self, fetcher: Fetcher, summary: PollSummary, *, seconds: float | None = None) -> None:
        """An article for every entry that waits for one, a failed page's among them once it is due again.

        seconds: no page is begun after so long; what is left waits for the next poll, so that a feed of ten thousand
        entries on a slow host does not keep the others' stories back.
        """
        with self._store.read() as db:
            waiting = _interleaved(entries.waiting(db, self._clock()))[:AT_MOST]
        self._observer.begin("articles", len(waiting))
        gate = asyncio.Semaphore(PAGES_AT_ONCE)
        end = time.monotonic() + seconds if seconds else math.inf

        async def one(number: int) -> Made | None:
            async with gate:
                if time.monotonic() > end:
                    return None
                with self._store.read() as db:
                    item = entries.get(db, number)
                return await self._make_article(fetcher, item)

        async for batch in batches(one(number) for number in waiting):
            self._save_articles([made for made in batch if made], summary)

    async def _make_article(self, fetcher: Fetcher, item: entries.PendingEntry) -> Made:
        """The article of one entry: its page, or what the feed gave where the page fails or is thinner."""
        entry, page, error = item.entry, None, None
        if entry.link and not self._is_old(item):
            try:
                result = await fetcher.page(entry.link)
                read = partial(extract_page, result.body, url=result.url, charset=result.charset, now=self._clock())
                page = await self._workers.run(read, timeout=PAGE_TIMEOUT)
            except FetchError as failure:
                error = failure
        article = choose_text(page, entry, self._feed(entry.feed_url), now=item.first_seen)
        self._observer.advance("articles")
        return item, article, error

    def _save_articles(self, made: Sequence[Made], summary: PollSummary) -> None:
        now = self._clock()
        with self._store.write() as db:
            for item, article, error in made:
                article_id = articles.save(db, article, normalise_url(article.url) or f"entry:{item.id}")
                if item.article_id and not article.partial:
                    articles.replace_text(db, item.article_id, article)
                retry = _retry_at(item.attempts, error, now)
                entries.settle(db, item.id, article_id, attempts=item.attempts + 1, next_try=retry)
                asked = bool(item.entry.link) and not self._is_old(item)
                summary.articles["failed"] += error is not None
                summary.articles["fetched"] += asked and error is None
                summary.articles["partial"] += article.partial
                if error:
                    log.debug("page failed %s: %s", article.url, error)

    def _is_old(self, item: entries.PendingEntry) -> bool:
        published = item.entry.published
        return published is not None and published < item.first_seen - self._max_age

    def _feed(self, url: str) -> Feed:
        """The feed of an entry; one taken off the list since then is named by its address."""
        known = self._feeds.get(url)
        return known.feed() if known else FeedConfig(url=url).feed()


def _interleaved(waiting: Sequence[tuple[int, str]]) -> list[int]:
    """Ids with hosts taking turns, each host's in their order: its own queue must not be the others'."""
    turn: Counter[str] = Counter()
    ordered = []
    for number, link in waiting:
        host = host_of(link)
        ordered.append((turn[host], number))
        turn[host] += 1
    return [number for _, number in sorted(ordered)]


def _retry_at(attempts: int, error: FetchError | None, now: datetime) -> datetime | None:
    """When a page that failed is tried again: never after a permanent failure or three more tries."""
    if error is None or error.permanent or attempts >= len(PAGE_RETRIES):
        return None
    return now + PAGE_RETRIES[attempts]
