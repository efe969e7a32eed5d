"""entries → articles: the page of each new entry, or what the feed gave where the page fails or is thinner."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection

from monitor.config.feed_list import FeedConfig
from monitor.errors import FetchError
from monitor.feeds.entry_keys import address_keys, address_of, place_of
from monitor.feeds.identity import is_shared_address
from monitor.feeds.known_entries import Known
from monitor.feeds.own_title import titled
from monitor.model import Article, Entry, Feed, FetchResult
from monitor.pipeline import keep_articles
from monitor.pipeline.batches import Observer, batches, in_turns
from monitor.pipeline.found_outlets import listed_outlets, of_outlet
from monitor.pipeline.keep_articles import keep
from monitor.pipeline.leases import Leases, leased
from monitor.pipeline.summary import PollSummary
from monitor.store import Store, articles, entries, feed_states, jobs, kept_pages, leases
from monitor.store.leases import Lease
from monitor.text.likeness import title_likeness
from monitor.text.posts import is_whole
from monitor.text.redact import shown_address
from monitor.text.sanitize import UNTITLED
from monitor.text.sites import same_site, site_of
from monitor.text.urls import host_of, without_password, without_visit
from monitor.workers.aside import aside
from monitor.workers.pool import WorkerPool

if TYPE_CHECKING:
    from monitor.fetch import Fetcher
    from monitor.pages.extract import ExtractedPage

log = logging.getLogger(__name__)

PAGE_RETRIES = (timedelta(minutes=30), timedelta(hours=3), timedelta(hours=12))
PAGES_AT_ONCE = 40
AT_MOST = 20_000  # articles of one poll; more wait for the next, so that memory is bounded
PAGE_STEPS = 2  # pages on the way to an article that are followed
PAGE_TIMEOUT = 20.0  # seconds of extraction for one page

READ_HERE = 10_000  # characters of a feed's text that are read in the loop, in some milliseconds
STAGED = 1000  # pages kept at most until they are judged, so that a first poll does not swell the store

Made = tuple[keep_articles.Made, entries.PendingEntry, kept_pages.KeptPage | None, FetchError | None]


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
        self._titles: dict[str, str] = {}  # of feeds that nobody named, as the store has them since `make` began
        self._outlets: Mapping[str, Feed] | None = None  # by site, once a search has found something since then
        self._shared: set[str] = set()  # keys of addresses that were seen to stand for several entries since then

    async def make(
        self,
        fetcher: Fetcher,
        summary: PollSummary,
        judge: Callable[[], Awaitable[None]],
        *,
        seconds: float | None = None,
        host: str | None = None,
    ) -> int:
        """An article for every entry that waits for one, a failed page's among them once it is due again; how many.

        host: of their pages, None for all. A host's pages are read by one process at a time.

        judge: called when many pages wait to be judged, after which most of them need not be kept.
        seconds: no page is begun after so long; what is left waits for the next poll, so that a feed of ten thousand
        entries on a slow host does not keep the others' stories back.
        """
        self._titles.clear()
        self._outlets = None
        self._shared.clear()
        waiting = await aside(self._waiting, host)
        due = in_turns(waiting, lambda item: host_of(item.link))[:AT_MOST]
        async with leased(self._store) as mine:
            return await self._make(fetcher, summary, due, judge, seconds, mine)

    def _waiting(self, host: str | None) -> Sequence[entries.Waiting]:
        with self._store.read() as db:
            return entries.waiting(db, self._clock(), host)

    async def _make(
        self,
        fetcher: Fetcher,
        summary: PollSummary,
        due: Sequence[entries.Waiting],
        judge: Callable[[], Awaitable[None]],
        seconds: float | None,
        mine: Leases,
    ) -> int:
        self._observer.begin("articles", len(due))
        end, late = time.monotonic() + seconds if seconds else math.inf, 0

        async def one(item: entries.Waiting) -> tuple[Lease, Made] | None:
            nonlocal late
            if time.monotonic() > end:
                late += 1
                return None
            lease = await mine.take(f"pages {entries.page_host(item.link)}")
            found = self._get(item.id) if lease else None
            return (lease, await self._make_article(fetcher, found)) if lease and found else None

        staged = count = 0
        async for batch in batches((one(item) for item in due), PAGES_AT_ONCE):
            done = await aside(self._save_articles, [made for made in batch if made], summary)
            count += len(done)
            staged += sum(1 for _, _, kept, _ in done if kept)
            if staged >= STAGED:
                await judge()
                staged = 0
        if late:
            log.info("the time for pages is over: %d more wait for the next poll", late)
        return count

    def _get(self, entry_id: int) -> entries.PendingEntry | None:
        """The entry, or None where another process has done it since it was listed."""
        with self._store.read() as db:
            if self._store.shared and not entries.still_waits(db, [entry_id], self._clock()):
                return None
            return next(iter(entries.get(db, [entry_id])), None)

    async def _make_article(self, fetcher: Fetcher, item: entries.PendingEntry) -> Made:
        """The article of one entry: its page, or what the feed gave where the page fails or is thinner.

        Of an address that stands for several entries, each has its own text from the feed, where that gives one; the
        latest has the page's, if that has its headline.
        """
        from monitor.pages.entry_page import led_home  # noqa: PLC0415 - 30 ms; most polls make no article

        entry, page, kept, error = item.entry, None, None, None
        feed = self._feed(entry.feed_url)
        sharing = self._sharing(item) if address_of(entry) else "own"
        spoken = ""
        if entry.transcript and self._is_news(item):
            try:
                spoken = await self._read_transcript(fetcher, entry.transcript)
                item = replace(item, entry=replace(entry, content=spoken))
            except FetchError as failure:
                error = failure
        if not spoken and self._has_page(item) and sharing != "shared":
            try:
                result, page = await self._read_page(fetcher, entry, feed)
                if led_home(entry.link, result.url, entry.title, page.title):
                    raise FetchError(f"{without_password(entry.link)} leads to the front page", kind="redirects")
                if sharing == "standing" and title_likeness(page.title, entry.title) != "same":
                    page = replace(page, text="")
                kept = kept_pages.from_fetch(result, self._clock()) if page.text else None
            except FetchError as failure:
                page, error = None, failure
        article = await self._article_of(page, item, feed)
        article = replace(article, partial=False) if spoken else article
        is_found = feed.kind == "search"
        if is_found:
            names = {"named": item.entry.publisher, "page_names": page.outlet if page else ""}
            article = of_outlet(article, self._listed_outlets(), **names)
        self._observer.advance("articles")
        by_address = bool(place_of(entry))
        made = keep_articles.Made(
            item.id,
            entry.link,
            article,
            item.article_id,
            is_shared=sharing != "own",
            is_named_by_address=by_address,
            is_found=is_found,
            is_bare=page is None or article.text != page.text,
            feeds=() if article.text else self._feeds_of(article.publisher, searches_alone=not is_found),
        )
        return made, item, kept, error

    async def _article_of(self, page: ExtractedPage | None, item: entries.PendingEntry, feed: Feed) -> Article:
        """The article of a page and its entry. A worker reads a page and a long text of the feed: it has at hand what
        that takes. The beginning of the feed's text is taken where that takes too long.
        """
        from monitor.feeds.read import article_of  # noqa: PLC0415 - as above

        chosen = partial(article_of, feed=feed, now=item.taken, news_since=item.taken - self._max_age)
        entry = item.entry
        if page is not None or len(entry.content) > READ_HERE:
            try:
                article: Article = await self._workers.run(partial(chosen, page, entry), timeout=PAGE_TIMEOUT)
                return article
            except FetchError as error:
                log.warning("only the beginning of an entry of %s is read: %s", shown_address(feed.url), error)
                entry = replace(entry, content=entry.content[:READ_HERE])
        return chosen(page, entry)

    async def _read_transcript(self, fetcher: Fetcher, url: str) -> str:
        """What is said, as the content of an entry. Raises FetchError, also where the transcript says nothing."""
        from monitor.pages.transcript import transcript_content  # noqa: PLC0415 - few entries have one

        result = await fetcher.feed(url)
        spoken: str = await self._workers.run(
            partial(transcript_content, result.body, result.charset), timeout=PAGE_TIMEOUT
        )
        if not spoken:
            raise FetchError(f"{shown_address(url)} is no transcript that can be read", kind="not-html", permanent=True)
        return spoken

    async def _read_page(self, fetcher: Fetcher, entry: Entry, feed: Feed) -> tuple[FetchResult, ExtractedPage]:
        """The page of ``entry``, or the one on which it sends its readers by a refresh or a script. Raises FetchError.

        Where another site answers, the address at which it does is the page's own, unless the page says another.
        """
        from monitor.pages.extract import extract_page  # noqa: PLC0415 - as above

        asked = url = entry.link
        for step in range(PAGE_STEPS + 1):
            result = await fetcher.page(url)
            read = partial(
                extract_page,
                result.body,
                url=result.url,
                charset=result.charset,
                now=self._clock(),
                country=self._country(feed, result.url),
                listed="" if feed.kind == "search" else entry.title,
            )
            page = await self._workers.run(read, timeout=PAGE_TIMEOUT)
            if not page.sends_to or step == PAGE_STEPS:
                break
            url = page.sends_to
        if not page.canonical_url and not same_site(result.url, asked):
            page = replace(page, canonical_url=without_password(without_visit(result.url)))
        return result, page

    def _country(self, feed: Feed, url: str) -> str | None:
        """Whose clock a page shows: a search has none, but its find may be of an outlet of the list."""
        if feed.kind != "search":
            return feed.country
        outlet = self._listed_outlets().get(site_of(url))
        return outlet.country if outlet else None

    def _listed_outlets(self) -> Mapping[str, Feed]:
        if self._outlets is None:
            self._outlets = listed_outlets(map(self._feed, self._feeds))
        return self._outlets

    def _feeds_of(self, publisher: str, *, searches_alone: bool) -> Sequence[str]:
        """The addresses of searches, which may have found the same, and of an outlet's own feeds."""
        known = map(self._feed, self._feeds)
        return [
            each.url for each in known if each.kind == "search" or (each.publisher == publisher and not searches_alone)
        ]

    def _save_articles(self, leased: Sequence[tuple[Lease, Made]], summary: PollSummary) -> Sequence[Made]:
        """Stores them; those that were stored. A host that another process has taken over is that one's to store."""
        own = keep_articles.subjects_of(each for _, (each, *_) in leased) if self._store.shared else ()
        stored = self._store.stored(partial(self._store_articles, leased, self._clock()), *own)
        for (each, item, _, error), found in stored:
            article = each.article
            summary.articles["fetched"] += self._has_page(item) and not error
            summary.articles["failed"] += error is not None
            summary.articles["partial"] += article.partial
            if not article.text:  # the page failed, and the feed gave no text
                summary.articles["empty" if article.title == UNTITLED else "headline_only"] += 1
            summary.articles["known"] += found.outcome == "same" and item.article_id is None
            if error:
                log.debug("page failed: %s", error)  # it names the address
        return [made for made, _ in stored]

    def _store_articles(
        self, leased: Sequence[tuple[Lease, Made]], now: datetime, db: Connection
    ) -> list[tuple[Made, keep_articles.Kept]]:
        """What was stored, and where."""
        still = leases.held(db, {lease for lease, _ in leased}) if self._store.shared else None
        made = [each for lease, each in leased if still is None or lease in still]
        kept = keep(db, [each for each, _, _, _ in made])
        pages = [(found.article_id, page) for (_, _, page, _), found in zip(made, kept, strict=True) if page]
        kept_pages.discard(db, [found.article_id for found in kept if found.outcome == "replace"])
        kept_pages.keep(db, pages, staged=True)
        settled = []
        for (_, item, _, error), found in zip(made, kept, strict=True):
            tried = error is None or error.kind != "no-worker"  # what this machine lacks is no try of the page
            retry = _retry_at(item.attempts, error, now)
            settled.append(entries.Settled(item.id, found.article_id, item.attempts + tried, retry, item.taken))
        entries.settle(db, settled)
        articles.withdraw(db, [found.left for found in kept if found.left])
        jobs.defer(db, [jobs.Due("judge")] if made else [])
        return list(zip(made, kept, strict=True))

    def _sharing(self, item: entries.PendingEntry) -> Literal["own", "standing", "shared"]:
        """Whether other entries with other texts have the entry's address, too, so that it is no article's.

        "standing": they came earlier, so that what stands there now may be this entry's.
        """
        keys = address_keys(item.entry)
        if not self._shared.isdisjoint(keys):
            return "shared"
        with self._store.read() as db:
            others = entries.at_address(db, keys, besides=item.id)
        known = (Known(other.id, other.entry, other.taken) for other in others)
        if not is_shared_address(item.entry, item.taken, known):
            return "own"
        if all(other.taken < item.taken for other in others):
            return "standing"
        self._shared.update(keys)  # a whole feed may link to one page: it is looked at once
        return "shared"

    def _has_page(self, item: entries.PendingEntry) -> bool:
        """Not a front page, which is no article, nor a post, which is whole, nor an edit of no news."""
        link = item.entry.link
        return bool(address_of(item.entry)) and not is_whole(link) and self._is_news(item)

    def _is_news(self, item: entries.PendingEntry) -> bool:
        """Not an edit of what is too old to be news, whatever its feed's date says. A failed page is tried again."""
        since, published = item.taken - self._max_age, item.entry.published
        if published is None or published >= since or not item.article_id or item.attempts:
            return True
        with self._store.read() as db:
            return any(each.published and each.published >= since for each in articles.get(db, [item.article_id]))

    def _feed(self, url: str) -> Feed:
        """The feed of an entry; one taken off the list since then has no name but its own title."""
        feed = (self._feeds.get(url) or FeedConfig(url=url)).feed()
        if feed.named:
            return feed
        if url not in self._titles:
            with self._store.read() as db:
                self._titles[url] = feed_states.title(db, url)
        return titled(feed, self._titles[url])


def _retry_at(attempts: int, error: FetchError | None, now: datetime) -> datetime | None:
    """When a page that failed is tried again: never after a permanent failure or three more tries."""
    if error is None or error.permanent or attempts >= len(PAGE_RETRIES):
        return None
    return now + PAGE_RETRIES[attempts]
