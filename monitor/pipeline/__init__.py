"""The flow, written once: feeds → entries → articles → matches → stories. (`publish` has the arrows after that.)

A file an arrow; each loads what is pending from the store, hands it to a pure stage, and saves. What is
pending is read from the store each time, so a run that was killed anywhere is simply gone on with.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import takewhile
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from monitor.config.feed_list import FeedConfig
from monitor.feeds import schedule
from monitor.model import FeedState
from monitor.model.frozen import frozen
from monitor.pipeline.batches import Observer, meanwhile
from monitor.pipeline.beside_service import BesideService
from monitor.pipeline.leases import alone, renewed, terms_of
from monitor.pipeline.look_again import LookAgain
from monitor.pipeline.poll_feeds import FeedReader
from monitor.pipeline.save_judged import Saved, as_they_read, save
from monitor.pipeline.summary import PollSummary
from monitor.store import (
    Store,
    articles,
    entries,
    feed_states,
    groupings,
    jobs,
    kept_pages,
    marks,
    signatures,
    story_links,
    supports,
)
from monitor.store.jobs import Due
from monitor.store.subjects import ALL_ARTICLES, ROWS, stories_of
from monitor.text.urls import host_of
from monitor.workers.aside import aside
from monitor.workers.pool import WorkerPool

if TYPE_CHECKING:
    from monitor.fetch import Fetcher
    from monitor.match import Matcher
    from monitor.pipeline.judge_apart import JudgingProcess
    from monitor.pipeline.make_articles import ArticleMaker
    from monitor.topic.records import EntityName, SeedArticle

log = logging.getLogger(__name__)

SPELL = 120.0  # seconds for which a poll of the service begins pages; then what it has is judged
JUDGED_AT_ONCE = 500  # articles judged and stored in one go, some forty milliseconds
JUDGED_BY = 60.0  # seconds in which one that judges is done, or counts as dead


@frozen
class PollSettings:
    """max_age: what was published longer ago is stored and judged by what the feed gave, and is no news.

    recheck: how long after an article was published each look at its page is due.
    """

    policy: schedule.PollPolicy
    max_age: timedelta
    recheck: tuple[timedelta, ...]


class Pipeline:
    """Everything a poll needs, built once by `app` from one configuration."""

    def __init__(
        self,
        store: Store,
        fetcher: Callable[[], Fetcher],
        workers: WorkerPool,
        feed_list: Sequence[FeedConfig],
        watches: Sequence[str],
        matchers: Callable[[], Mapping[str, Matcher]],
        seeds: Callable[[str], Sequence[SeedArticle]],
        entities: Callable[[], Sequence[EntityName]],
        fingerprint: str,
        settings: PollSettings,
        clock: Callable[[], datetime],
        observer: Observer,
        apart: JudgingProcess | None = None,
    ) -> None:
        """apart: judges what takes long; None where nothing is held up by it."""
        self._store = store
        self._apart = apart
        self._fetcher = fetcher
        self._feeds = {feed.url: feed for feed in feed_list}
        self._watches = watches
        self._matchers = matchers
        self._seeds = seeds
        self._entities = entities
        self._counted: set[str] = set()  # watches whose seeds are counted under this configuration
        self._fingerprint = fingerprint
        self._settings = settings
        self._clock = clock
        self._listed = False  # the feeds are in the store
        self._at_work = 0  # jobs that read
        self._beside = BesideService(store, fingerprint, clock)
        self._reader = FeedReader(store, workers, self._feeds, settings.policy, settings.max_age, clock, observer)
        self._published = LookAgain(workers, settings.recheck, clock)
        self._workers = workers
        self._observer = observer

    @cached_property
    def _maker(self) -> ArticleMaker:
        from monitor.pipeline.make_articles import ArticleMaker  # noqa: PLC0415 - 40 ms; most polls make no article

        return ArticleMaker(
            self._store, self._workers, self._feeds, self._settings.max_age, self._clock, self._observer
        )

    async def poll(
        self,
        only: Iterable[str] | None = None,
        *,
        force: bool = False,
        helping: bool = False,
        seconds: float | None = None,
    ) -> PollSummary:
        """One poll of the feeds that are due (of all enabled ones, or of ``only``, when ``force``), to the stories.

        A feed that answered 410 is polled only where ``only`` names it. helping: as a worker beside a service, which
        itself looks at cited pages again, and whose configuration decides what is judged by which. seconds: for which a
        poll with ``force`` begins pages, None for all of them.
        """
        started = self._clock()
        summary = PollSummary()
        chosen = [feed.url for feed in self._feeds.values() if feed.enabled] if only is None else list(only)
        states = await aside(partial(self._claim, chosen, started, force=force, gone=only is not None))
        summary.feeds["due"] = len(states)
        async with self._fetcher() as fetcher:
            judge = partial(self._judge_meanwhile, summary, helping)
            # What is too old to be news comes with its article: it is judged while other feeds are being read.
            async with renewed(self._store, self._until(started), self._clock) as last, meanwhile(judge) as made:
                await self._reader.read(fetcher, states, summary, made, last)
            if await aside(self._any_waiting):
                await self._maker.make(fetcher, summary, judge, seconds=seconds if force else SPELL)
            else:
                self._observer.begin("articles", 0)
            await self.settle(summary, helping=helping)
            if helping:
                self._beside.say()
            elif only is None:
                await self._look(fetcher)
        summary.seconds = round((self._clock() - started).total_seconds(), 3)
        return summary

    def _any_waiting(self) -> bool:
        with self._store.read() as db:
            return entries.any_waiting(db, self._clock())

    def _claim(self, chosen: Sequence[str], now: datetime, *, force: bool, gone: bool) -> dict[str, FeedState]:
        with self._store.write(ROWS) as db:
            return feed_states.claim(db, chosen, now, self._until(now), force=force, gone=gone)

    def _until(self, now: datetime) -> datetime:
        """When leases of feeds that are taken now end, unless they are renewed."""
        return now + terms_of(self._store).lasts

    # The same as jobs, which several processes share (see `monitor.engine`). Each does what the store says is due.

    async def share(self, *, helping: bool = False) -> None:
        """Defers what is due as jobs. helping: as in `poll`.

        A service also judges what still waits: workers under another configuration leave that alone.
        """
        await aside(self._defer_due)
        if helping:
            await aside(self._beside.say)
        else:
            await self.judge(helping=False)

    def _defer_due(self) -> None:
        now = self._clock()
        with self._store.briefly() as db:
            if not self._listed:
                feed_states.add(db, [feed.url for feed in self._feeds.values() if feed.enabled])
            hosts = {
                host_of(url) for url in feed_states.due(db, now) if url in self._feeds and self._feeds[url].enabled
            }
            pages = entries.hosts_waiting(db, now)
            waiting = [*(Due("feeds", host) for host in hosts), *(Due("pages", host) for host in pages)]
            jobs.defer(db, [*waiting, Due("judge"), Due("look")])
        self._listed = True

    async def read_feeds(self, host: str) -> None:
        """A job: the feeds of a host that are due."""
        started, summary = self._clock(), PollSummary()
        chosen = [feed.url for feed in self._feeds.values() if feed.enabled and host_of(feed.url) == host]
        states = await aside(partial(self._claim, chosen, started, force=False, gone=False))
        summary.feeds["due"] = len(states)
        if not states:
            return
        async with self._at_hand() as fetcher, renewed(self._store, self._until(started), self._clock) as last:
            await self._reader.read(fetcher, states, summary, lambda: None, last)
        for _, error in summary.failures if summary.unreachable() else ():
            log.warning("feed failed: %s", error)

    async def read_pages(self, host: str) -> None:
        """A job: the pages of a host that wait."""
        async with self._at_hand() as fetcher:
            done = await self._maker.make(fetcher, PollSummary(), _judged_by_its_job, seconds=SPELL, host=host)
        if done:
            await aside(self._defer_rest, Due("pages", host), lambda db: bool(entries.waiting(db, self._clock(), host)))

    async def judge(self, *, helping: bool) -> None:
        """A job: judges and groups what waits for it. One process does that at a time. helping: as in `poll`."""
        async with alone(self._store, "judge") as store:
            if store is None or (helping and not await aside(self._beside.is_alike)):
                return
            await self._settle(store, PollSummary(), helping=helping)
        await aside(self._defer_rest, Due("judge"), lambda db: not articles.newest_is_judged(db, self._fingerprint))

    def _defer_rest(self, due: Due, waits: Callable[[Connection], bool]) -> None:
        """Defers a job again for what came while it was at work: the job of that found it so, and left it to it."""
        with self._store.briefly() as db:
            if waits(db):
                jobs.defer(db, [due])

    async def look_again(self) -> None:
        """A job: looks at cited pages again."""
        async with self._at_hand() as fetcher:
            await self._look(fetcher)

    async def _look(self, fetcher: Fetcher) -> None:
        async with alone(self._store, "look") as store:
            if store:
                await self._published.look(fetcher, store)

    @asynccontextmanager
    async def _at_hand(self) -> AsyncIterator[Fetcher]:
        """One fetcher for all jobs that are at work, closed with the last of them."""
        if not self._at_work:
            self._shared_fetcher = await self._fetcher().__aenter__()
        self._at_work += 1
        fetcher = self._shared_fetcher
        try:
            yield fetcher
        finally:
            self._at_work -= 1
            if not self._at_work:
                await fetcher.__aexit__(None, None, None)

    async def settle(self, summary: PollSummary, *, helping: bool = False, around: bool = True) -> None:
        """Judges and groups whatever is stored and waits for it.

        around: also looks for what supports the stories and what they follow, which takes seconds; else the next poll
        does. Where several processes share the store, the one that is at it is waited for.
        """
        async with alone(self._store, "judge", JUDGED_BY) as store:
            if store:
                await self._settle(store, summary, helping=helping, around=around)
            else:
                log.info("what waits is left to the process that judges now")

    async def _settle(self, store: Store, summary: PollSummary, *, helping: bool, around: bool = True) -> None:
        await self._judge(store, summary, helping)
        await self._group(store, summary, around)

    async def _judge_meanwhile(self, summary: PollSummary, helping: bool) -> None:
        """Judges what is stored so far, unless another process does."""
        async with alone(self._store, "judge") as store:
            if store:
                await self._judge(store, summary, helping)

    # articles → matches

    async def _judge(self, store: Store, summary: PollSummary, helping: bool) -> None:
        """Judges what waits for it, and keeps the pages of what matched or nearly did. In a thread; a stop ends it
        after the article that is being judged.
        """
        stop = threading.Event()

        def end() -> None:
            stop.set()
            if self._apart:
                self._apart.end()

        await aside(self._judge_stored, store, summary, helping, stop, stop=end)

    def _judge_stored(self, store: Store, summary: PollSummary, helping: bool, stop: threading.Event) -> None:
        if helping and not self._beside.is_alike():
            return
        self._judge_waiting(store, summary, stop)
        if stop.is_set():
            return
        with self._store.read() as db:
            if not kept_pages.any_staged(db):
                return
        with store.write(ROWS) as db:
            kept_pages.settle(db, self._watches, self._clock())

    def _judge_waiting(self, store: Store, summary: PollSummary, stop: threading.Event) -> None:
        """Judges what waits for it; ``fingerprint`` says without building a matcher when nothing does."""
        with self._store.read() as db:
            if articles.all_judged(db, self._fingerprint):
                return
        from monitor.pipeline.judge_article import judged  # noqa: PLC0415 - 30 ms; most polls judge nothing

        with self._store.read_settled(ALL_ARTICLES) as db:  # else one with a lower number might be on its way
            newest = articles.newest(db)
        with self._store.read() as db:
            before = articles.judged_before(db, self._fingerprint, self._clock() - self._settings.max_age)
        for watch, matcher in self._matchers().items():
            with self._store.read() as db:
                waiting = articles.unmatched(db, watch, matcher.version, before)
            while waiting:
                some, waiting = waiting[:JUDGED_AT_ONCE], waiting[JUDGED_AT_ONCE:]
                with self._store.read() as db:
                    found, marked = as_they_read(db, articles.get(db, some)), marks.verdicts(db, watch)
                if self._apart and self._apart.takes(found):
                    done = self._apart.judge(matcher, found, marked, stop.is_set)
                else:
                    left = takewhile(lambda _: not stop.is_set(), found)
                    done = [judged(article, matcher, marked.get(article.id)) for article in left]
                keep = partial(save, watch=watch, found=found, marked=marked, done=done, now=self._clock())
                saved = store.stored(keep, stories_of(watch))
                self._count(watch, saved, summary)
                waiting += saved.changed
                if stop.is_set():
                    return
        with store.write(ROWS) as db:
            articles.set_judged(db, self._fingerprint, newest)

    def _count(self, watch: str, saved: Saved, summary: PollSummary) -> None:
        for article, match in saved.kept:
            summary.not_read(watch, article.language, match)
            if saved.before.get(article.id) != match.verdict:
                summary.matches["new"] += match.verdict == "match"
                summary.matches["near_miss"] += match.verdict == "near"
                if match.verdict == "match":
                    log.info("match %.2f %s: %s (%s)", match.score, watch, article.title, article.source)

    # matches → stories

    async def _group(self, store: Store, summary: PollSummary, around: bool) -> None:
        for watch in self._watches:
            now = self._clock()
            with self._store.read() as db:
                progress = groupings.progress(db, watch)
                waits = signatures.any_waiting(db, watch, progress.since(now))
            if waits:
                await self._count_seeds(store, watch)
            if waits or (progress.is_old(now) and progress.census_is_due):
                await self._group_matches(store, watch, now, summary)
            elif progress.is_old(now):
                await aside(self._note_grouped, store, watch, now)
            if not around:
                continue
            with self._store.read() as db:
                due = supports.is_due(db, watch, now)
            if due:
                from monitor.pipeline.support_stories import support_stories  # noqa: PLC0415 - as in _group_matches

                await aside(support_stories, store, watch, now)
            with self._store.read() as db:
                changed = story_links.is_due(db, watch)
            if changed:
                from monitor.pipeline.link_stories import link_stories  # noqa: PLC0415 - as in _group_matches

                await aside(link_stories, store, watch, now)

    @staticmethod
    def _note_grouped(store: Store, watch: str, now: datetime) -> None:
        """Records that nothing waits."""
        with store.write(stories_of(watch)) as db:
            groupings.grouped_up_to(db, watch, now)

    async def _count_seeds(self, store: Store, watch: str) -> None:
        from monitor.pipeline.count_seeds import count_seeds  # noqa: PLC0415 - as in _group_matches

        if watch not in self._counted:  # else the whole census would be read for nothing before each grouping
            await aside(count_seeds, store, watch, self._fingerprint, partial(self._seeds, watch), self._entities)
            self._counted.add(watch)

    async def _group_matches(self, store: Store, watch: str, now: datetime, summary: PollSummary) -> None:
        from monitor.pipeline.group_stories import group_waiting  # noqa: PLC0415 - 100 ms, and few polls find a match

        done = await aside(group_waiting, store, watch, now)
        summary.stories["new"] += len(done.begun)
        summary.stories["updated"] += len(done.went_on)


async def _judged_by_its_job() -> None:
    """A job of pages judges nothing: with each batch that it stores it defers the job that does."""
