"""The flow, written once: feeds → entries → articles → matches → stories. (`publish` has the arrows after that.)

One function an arrow; each loads what is pending from the store, hands it to a pure stage, and saves. What is
pending is read from the store each time, so a run that was killed anywhere is simply gone on with.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from monitor.config.feeds import FeedConfig
from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.model import (
    Article,
    Document,
    Feed,
    FeedState,
    FetchResult,
    Match,
    ParsedFeed,
    PollSummary,
    Reason,
    Report,
)
from monitor.stages import changes, schedule
from monitor.stages.extract import choose_text, extract_page
from monitor.stages.group import Grouper
from monitor.stages.match import Matcher
from monitor.stages.parse import clean_entry, parse_feed
from monitor.store import Store, articles, entries, feeds, marks, stories
from monitor.urls import normalise_url
from monitor.workers import WorkerPool

log = logging.getLogger(__name__)
Result = TypeVar("Result")

CLAIM = timedelta(minutes=15)  # a feed claimed by a service that died is due again after this
PARSED_HERE = 8_000  # bytes of a body that are parsed in this process; more would hold up the reading of others
BATCH = 50  # feeds or articles saved in one transaction
PAGE_RETRIES = (timedelta(minutes=30), timedelta(hours=3), timedelta(hours=12))


class Observer(Protocol):
    """Told as things get done, for progress bars and the log."""

    def begin(self, what: str, total: int) -> None: ...
    def advance(self, what: str) -> None: ...


@dataclass(frozen=True, slots=True)
class PollSettings:
    """max_age: what was published longer ago is stored and judged by what the feed gave, and is no news."""

    policy: schedule.PollPolicy
    max_age: timedelta
    story_window: timedelta = timedelta(days=14)
    pages_at_once: int = 40
    page_timeout: float = 20.0  # seconds of extraction for one page


@dataclass(frozen=True, slots=True)
class _Answer:
    """How the poll of one feed ended: parsed (with its result), unchanged, or an error."""

    feed: FeedConfig
    state: FeedState
    result: FetchResult | None = None
    parsed: ParsedFeed | None = None
    error: FetchError | None = None
    body_hash: str | None = None


class Pipeline:
    """Everything a poll needs, built once by `app` from one configuration."""

    def __init__(
        self,
        store: Store,
        fetcher: Callable[[], Fetcher],
        workers: WorkerPool,
        feed_list: Sequence[FeedConfig],
        matchers: Mapping[str, Matcher],
        settings: PollSettings,
        clock: Callable[[], datetime],
        observer: Observer,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._workers = workers
        self._feeds = {feed.url: feed for feed in feed_list}
        self._matchers = matchers
        self._settings = settings
        self._clock = clock
        self._observer = observer
        self._jitter = random.Random()

    async def poll(self, only: Iterable[str] | None = None, *, force: bool = False) -> PollSummary:
        """One poll of the feeds that are due (of all enabled ones, or of ``only``, when ``force``), to the stories."""
        started = self._clock()
        summary = PollSummary()
        chosen = [feed.url for feed in self._feeds.values() if feed.enabled] if only is None else list(only)
        with self._store.write() as db:
            states = feeds.claim(db, chosen, started, started + CLAIM, force=force)
        summary.feeds["due"] = len(states)
        async with self._fetcher() as fetcher:
            await self._read_feeds(fetcher, states, summary)
            await self._make_articles(fetcher, summary)
        self.settle(summary)
        summary.seconds = round((self._clock() - started).total_seconds(), 3)
        return summary

    def settle(self, summary: PollSummary) -> None:
        """Judges and groups whatever is stored and waits for it."""
        self._judge(summary)
        self._group(summary)

    # feeds → entries

    async def _read_feeds(self, fetcher: Fetcher, states: Mapping[str, FeedState], summary: PollSummary) -> None:
        self._observer.begin("feeds", len(states))
        asked = (self._ask(fetcher, self._feeds[url], state) for url, state in states.items())
        async for batch in _batches(asked):
            self._save_answers(batch, summary)

    async def _ask(self, fetcher: Fetcher, feed: FeedConfig, state: FeedState) -> _Answer:
        """Fetches and parses one feed; a failure is an answer too."""
        url = schedule.poll_address(state, self._settings.policy)
        try:
            result = await fetcher.feed(
                url,
                etag=state.etag,
                last_modified=state.last_modified,
                validators_url=state.validators_url,
                insecure_tls=feed.insecure_tls,
            )
            if result.not_modified:
                return _Answer(feed, state, result)
            body_hash = hashlib.sha256(result.body).hexdigest()
            if body_hash == state.body_hash:
                return _Answer(feed, state, result, body_hash=body_hash)
            parsed = await self._parse(result)
            return _Answer(feed, state, result, parsed, body_hash=body_hash)
        except FetchError as error:
            return _Answer(feed, state, error=error)
        finally:
            self._observer.advance("feeds")

    async def _parse(self, result: FetchResult) -> ParsedFeed:
        """A worker parses all but small bodies: the loop stays free, and what a body does to the parser stays there."""
        read = partial(
            parse_feed,
            result.body,
            url=result.url,
            content_type=result.content_type,
            charset=result.charset,
            now=self._clock(),
        )
        parsed = await self._workers.run(read) if len(result.body) > PARSED_HERE else read()
        return replace(parsed, entries=changes.with_keys(parsed.entries))

    def _save_answers(self, answers: Sequence[_Answer], summary: PollSummary) -> None:
        """New entries and the feeds' states in one transaction: neither is ever stored without the other."""
        now = self._clock()
        keys = {key for answer in answers if answer.parsed for entry in answer.parsed.entries for key in entry.keys}
        with self._store.write() as db:
            known = entries.owners(db, keys)
            saved = []
            for answer in answers:
                new = self._save_entries(db, answer, known, now)
                saved.append(self._next_state(answer, new, now))
                _count(summary, answer, new, saved[-1])
            feeds.save(db, saved)

    def _save_entries(self, db: Connection, answer: _Answer, known: dict[str, int], now: datetime) -> int:
        """Stores what is new in one answer and learns new keys of what is not; ``known`` grows by both."""
        if not answer.parsed:
            return 0
        found = changes.new_entries(answer.parsed.entries, known)
        taken = [replace(clean_entry(entry), feed_url=answer.feed.url) for entry in found.new]
        owned = dict(zip(found.new, entries.add(db, taken, now), strict=True))
        for entry in found.known:
            owned[entry] = next(known[key] for key in entry.keys if key in known)
        learned = {key: owner for entry, owner in owned.items() for key in entry.keys if key not in known}
        entries.add_keys(db, learned.items())
        known |= learned
        return len(taken)

    def _next_state(self, answer: _Answer, new: int, now: datetime) -> FeedState:
        policy, search = self._policy(answer.feed), answer.feed.kind == "search"
        jitter = self._jitter.random()
        if answer.error:
            return schedule.after_failure(answer.state, answer.error, now, jitter, policy)
        assert answer.result is not None
        if answer.parsed is None:
            return schedule.after_not_modified(
                answer.state, answer.result, now, search=search, jitter=jitter, policy=policy
            )
        return schedule.after_success(
            answer.state,
            answer.result,
            answer.parsed,
            new,
            now,
            body_hash=answer.body_hash,
            search=search,
            jitter=jitter,
            policy=policy,
        )

    def _policy(self, feed: FeedConfig) -> schedule.PollPolicy:
        """The bounds for a feed; an interval a person wrote holds as it is."""
        base = self._settings.policy
        if feed.interval is None:
            return base
        seconds = feed.interval.total_seconds()
        return replace(base, base=seconds, minimum=seconds, maximum=seconds)

    # entries → articles

    async def _make_articles(self, fetcher: Fetcher, summary: PollSummary) -> None:
        now = self._clock()
        with self._store.read() as db:
            waiting = entries.pending(db, now, limit=100_000)
        self._observer.begin("articles", len(waiting))
        gate = asyncio.Semaphore(self._settings.pages_at_once)

        async def make(item: entries.PendingEntry) -> tuple[entries.PendingEntry, Article, FetchError | None]:
            async with gate:
                return await self._make_article(fetcher, item)

        async for batch in _batches(make(item) for item in waiting):
            self._save_articles(batch, summary)

    async def _make_article(
        self, fetcher: Fetcher, item: entries.PendingEntry
    ) -> tuple[entries.PendingEntry, Article, FetchError | None]:
        """The article of one entry: its page, or what the feed gave where the page fails or is thinner."""
        entry, page, error = item.entry, None, None
        if entry.link and not self._is_old(item):
            try:
                result = await fetcher.page(entry.link)
                read = partial(extract_page, result.body, url=result.url, charset=result.charset, now=self._clock())
                page = await self._workers.run(read, timeout=self._settings.page_timeout)
            except FetchError as failure:
                error = failure
        article = choose_text(page, entry, self._feed(entry.feed_url), now=item.first_seen)
        self._observer.advance("articles")
        return item, article, error

    def _save_articles(
        self,
        made: Sequence[tuple[entries.PendingEntry, Article, FetchError | None]],
        summary: PollSummary,
    ) -> None:
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
        return published is not None and published < item.first_seen - self._settings.max_age

    def _feed(self, url: str) -> Feed:
        """The feed of an entry; one taken off the list since then is named by its address."""
        known = self._feeds.get(url)
        return known.feed() if known else FeedConfig(url=url).feed()

    # articles → matches

    def _judge(self, summary: PollSummary) -> None:
        now = self._clock()
        for watch, matcher in self._matchers.items():
            with self._store.read() as db:
                marked = marks.verdicts(db, watch)
            after = 0
            while True:
                with self._store.read() as db:
                    waiting = articles.unmatched(
                        db, watch, matcher.version, now - self._settings.max_age, limit=200, after=after
                    )
                if not waiting:
                    break
                judged = [(a, as_marked(matcher.match(document_of(a)), marked.get(a.id))) for a in waiting]
                self._save_matches(watch, judged, summary)
                after = waiting[-1].id

    def _save_matches(self, watch: str, judged: Sequence[tuple[Article, Match]], summary: PollSummary) -> None:
        """A match that is none any more (the watch was edited) leaves its story, unless it was told."""
        with self._store.write() as db:
            before = articles.verdicts(db, watch, [article.id for article, _ in judged])
            articles.save_matches(db, [(article.id, match) for article, match in judged], self._clock())
            gone = [a.id for a, m in judged if before.get(a.id) == "match" and m.verdict != "match"]
            stories.drop(db, watch, gone)
        for article, match in judged:
            if before.get(article.id) != match.verdict:
                summary.matches["new"] += match.verdict == "match"
                summary.matches["near_miss"] += match.verdict == "near"
                if match.verdict == "match":
                    log.info("match %.2f %s: %s (%s)", match.score, watch, article.title, article.source)

    # matches → stories

    def _group(self, summary: PollSummary) -> None:
        for watch in self._matchers:
            with self._store.write() as db:
                waiting = stories.ungrouped(db, watch)
                if waiting:
                    self._group_watch(db, watch, waiting, summary)

    def _group_watch(self, db: Connection, watch: str, waiting: Sequence[Report], summary: PollSummary) -> None:
        """Replays the reports of the window into their stories, then adds the new ones."""
        grouper = Grouper()
        oldest = min(stories.seen_at(report.article) for report in waiting)
        for report, story in stories.grouped(db, watch, oldest - self._settings.story_window):
            grouper.add(document_of(report.article), report.match.entities, report.match.acts, story=story)
        begun: set[int] = set()
        updated: set[int] = set()
        for report in waiting:
            found = grouper.add(document_of(report.article), report.match.entities, report.match.acts)
            story_id = found.story
            if story_id is None:
                story_id = stories.create(db, watch, report)
                grouper.place(found, story_id)
                begun.add(story_id)
            elif story_id not in begun:
                updated.add(story_id)
            stories.place(db, watch, report, story_id, found.reason)
        summary.stories["new"] += len(begun)
        summary.stories["updated"] += len(updated)


def document_of(article: Article) -> Document:
    """What matching and grouping read of an article."""
    return Document(
        id=str(article.id),
        title=article.title,
        text=article.text,
        language=article.language,
        published=stories.seen_at(article),
        source=article.publisher,
        url=article.url,
    )


def as_marked(match: Match, relevant: bool | None) -> Match:
    """The match under what a person said of the article, whose word decides."""
    if relevant is None:
        return match
    reason = Reason("marked", "right, says a person" if relevant else "wrong, says a person", 0.0)
    receipt = replace(match.receipt, reasons=(reason, *match.receipt.reasons), line=f"marked {reason.text}")
    return replace(match, verdict="match" if relevant else "no", receipt=receipt)


def _retry_at(attempts: int, error: FetchError | None, now: datetime) -> datetime | None:
    """When a page that failed is tried again: never after a permanent failure or three more tries."""
    if error is None or error.permanent or attempts >= len(PAGE_RETRIES):
        return None
    return now + PAGE_RETRIES[attempts]


def _count(summary: PollSummary, answer: _Answer, new: int, state: FeedState) -> None:
    """Adds the outcome of one feed to the summary, and says it in the log."""
    if answer.error:
        summary.feeds["failed"] += 1
        summary.errors.append(
            {
                "feed": answer.feed.url,
                "error": str(answer.error),
                "permanent": answer.error.permanent,
                "next_check": state.next_check.isoformat(timespec="seconds") if state.next_check else None,
            }
        )
        log.warning("feed failed %s: %s", answer.feed.url, answer.error)
        return
    if answer.parsed is None:
        summary.feeds["not_modified"] += 1
        log.debug("feed unchanged %s", answer.feed.url)
        return
    summary.feeds["ok"] += 1
    summary.entries["seen"] += len(answer.parsed.entries)
    summary.entries["new"] += new
    flaw = f" ({answer.parsed.flaw})" if answer.parsed.flaw else ""
    log.info("feed read %s: %d new of %d entries%s", answer.feed.url, new, len(answer.parsed.entries), flaw)


async def _batches(work: Iterable[Coroutine[Any, Any, Result]]) -> AsyncIterator[list[Result]]:
    """Results of ``work`` run side by side, in batches as they come: a crash loses at most one batch's fetches."""
    tasks = [asyncio.ensure_future(each) for each in work]
    batch: list[Result] = []
    try:
        for done in asyncio.as_completed(tasks):
            batch.append(await done)
            if len(batch) >= BATCH:
                yield batch
                batch = []
        if batch:
            yield batch
    finally:
        for task in tasks:
            task.cancel()
