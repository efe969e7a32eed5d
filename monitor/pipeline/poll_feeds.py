"""feeds → entries: fetches the claimed feeds, and stores what they bring together with their new states."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from monitor.config.feed_list import FeedConfig
from monitor.errors import FetchError, ParseError, StoreError
from monitor.feeds import schedule
from monitor.feeds.validators import validators_of
from monitor.model import Article, Feed, FeedState, FetchResult, KnownItem, ParsedFeed
from monitor.model.frozen import frozen
from monitor.pipeline.batches import BATCH, Observer, batches, in_turns
from monitor.pipeline.bodies import Body, Taken, lists_posts, subjects_of
from monitor.pipeline.hubs import new_subscription
from monitor.pipeline.summary import PollSummary
from monitor.store import Store, entries, feed_items, feed_states, subscriptions
from monitor.store.subjects import ROWS
from monitor.text.redact import hide_target, shown_address
from monitor.text.urls import host_of
from monitor.workers.aside import aside
from monitor.workers.pool import WorkerPool
from monitor.workers.process import here as run_here

if TYPE_CHECKING:
    from monitor.feeds.read import ReadFeed
    from monitor.fetch import Fetcher

log = logging.getLogger(__name__)

AT_ONCE = 120  # feeds being fetched, read or stored: how many bodies are in memory, however many feeds there are
_UNSTORABLE = (ValueError, OverflowError, SQLAlchemyError)  # what a database says to a value, not of its own health
READ_HERE = 8_000  # bytes of a body that are read in this process; more would hold up the reading of others
LOOKED_THROUGH_HERE = 400_000  # bytes of a body in which what is known is looked for here: some five milliseconds
MANY = 200  # entries of a batch: to decide on more takes seconds, in which the database hears nothing else
BODIES = 4  # that one body names and that are read with it: pages on which a list goes on, parts of a sitemap
LEFT_HERE = 20_000  # characters of such a body that are then read here: plain items are soon read


@frozen
class Answer:
    """How the poll of one feed ended: read (with its result and what `ReadFeed` has), unchanged, or an error."""

    feed: FeedConfig
    state: FeedState
    result: FetchResult | None = None
    parsed: ParsedFeed | None = None
    archived: Mapping[str, Article] = field(default_factory=dict)
    error: FetchError | None = None
    body_hash: str | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[bytes, KnownItem] = field(default_factory=dict)
    seconds: float = 0.0


class FeedReader:
    """Reads feeds under one configuration."""

    def __init__(
        self,
        store: Store,
        workers: WorkerPool,
        feed_list: Mapping[str, FeedConfig],
        policy: schedule.PollPolicy,
        max_age: timedelta,
        clock: Callable[[], datetime],
        observer: Observer,
    ) -> None:
        self._store = store
        self._workers = workers
        self._feeds = feed_list
        self._bounds = policy
        self._max_age = max_age
        self._clock = clock
        self._observer = observer
        self._jitter = random.Random()

    async def read(
        self,
        fetcher: Fetcher,
        states: Mapping[str, FeedState],
        summary: PollSummary,
        made: Callable[[], None],
        claimed: Callable[[], bool] = lambda: True,
    ) -> None:
        """Fetches every feed of ``states`` side by side; a failure is an answer too, and is stored as such.

        made: called whenever articles came with new entries, while other feeds are still being read. claimed: whether
        the feeds are this process's still; one that is not is not asked.
        """
        self._observer.begin("feeds", len(states))

        # Of a body its entries take several times the memory: more of them wait to be stored as bodies.
        ahead = asyncio.Semaphore(2 * BATCH)  # more than one batch, or a batch would wait for itself

        async def one(url: str) -> Answer | None:
            return await self._fetch(fetcher, self._feeds[url], states[url], ahead) if claimed() else None

        requests = (one(url) for url in in_turns(states, host_of))
        unsaved = dict(states)
        logged = len(summary.failures)
        try:
            async for answers in batches(requests, AT_ONCE, _weight):
                batch = [answer for answer in answers if answer]
                before = summary.articles["partial"]
                await aside(self._save_batch, batch, summary)
                for answer in batch:
                    del unsaved[answer.feed.url]
                    if answer.parsed:
                        ahead.release()
                if summary.articles["partial"] > before:
                    made()
            if not summary.unreachable():  # one line stands for all of them then
                for _, error in summary.failures[logged:]:
                    log.warning("feed failed: %s", error)
        except asyncio.CancelledError:  # a stop: what was not read is due at the next start, not when its claim ends
            with suppress(StoreError), self._store.write(ROWS) as db:
                mine = feed_states.still_claimed(db, unsaved.values())
                feed_states.save(db, [state for url, state in unsaved.items() if url in mine])
            raise

    async def _fetch(self, fetcher: Fetcher, feed: FeedConfig, state: FeedState, ahead: asyncio.Semaphore) -> Answer:
        """Fetches and parses one feed; a failure is an answer too. ahead: see `_read_body`."""
        url = schedule.poll_address(state, self._bounds)
        hide_target(feed.url, url)
        begun, seconds = time.monotonic(), None
        try:
            asked = validators_of(state, self._clock())
            result = await fetcher.feed(url, **asked._asdict(), insecure_tls=feed.insecure_tls)
            seconds = time.monotonic() - begun
            if result.not_modified:
                return Answer(feed, state, result, seconds=seconds)
            body_hash = hashlib.sha256(result.body).hexdigest()
            if body_hash == state.body_hash:
                return Answer(feed, state, replace(result, body=b""), body_hash=body_hash, seconds=seconds)
            answer = Answer(feed, state, result, body_hash=body_hash, seconds=seconds)
            return await self._read_body(fetcher, answer, ahead)
        except FetchError as error:
            return Answer(feed, state, error=error, seconds=time.monotonic() - begun if seconds is None else seconds)
        finally:
            self._observer.advance("feeds")

    async def _read_body(self, fetcher: Fetcher, answer: Answer, ahead: asyncio.Semaphore) -> Answer:
        """The answer with what its body holds in place of the body. Raises FetchError.

        ahead: a place is taken in it for what is read, which whoever stores that gives back.
        """
        feed, state, result = answer.feed, answer.state, answer.result
        assert result is not None
        known_before = state.last_success is not None
        await ahead.acquire()
        with ExitStack() as unread:
            unread.callback(ahead.release)
            known = await aside(self._known_items, feed.url) if known_before else {}
            read = await self._read(result, feed.feed(), known, known_before=known_before)
            if read.parsed.more and not (known_before and await aside(self._meets_known, read)):
                read = await self._read_on(fetcher, read, feed, known_before=known_before)
            unread.pop_all()
        result = replace(result, body=b"")
        if read.parsed.read_again:
            answer, result = replace(answer, body_hash=None), replace(result, etag=None, last_modified=None)
        return replace(
            answer, result=result, parsed=read.parsed, archived=read.archived, skipped=read.skipped, known=known
        )

    def _known_items(self, url: str) -> Mapping[bytes, KnownItem]:
        with self._store.read() as db:
            return feed_items.load(db, url)

    async def _read(
        self, result: FetchResult, feed: Feed, known: Mapping[bytes, KnownItem], *, known_before: bool
    ) -> ReadFeed:
        """A worker reads all but small bodies, and the loop stays free; a failure is the same wherever it happens."""
        from monitor.feeds.read import read_feed, read_new  # noqa: PLC0415 - 30 ms; an unchanged feed is not read

        now = self._clock()
        since = None if known_before else now - self._max_age
        read = partial(read_feed, result, feed, now, since, known)
        try:
            if len(result.body) <= READ_HERE and not feed.page:
                here: ReadFeed = run_here(read).value()
                return here
            if known and len(result.body) <= LOOKED_THROUGH_HERE:
                new = partial(read_new, result, feed, now, known, LEFT_HERE)
                left: ReadFeed | None = run_here(new).value()
                if left:
                    return left
            return await self._workers.run(read)
        except ParseError:
            raise
        except FetchError as error:  # what the body did to its reader, which does not know whose body it had
            raise FetchError(f"{shown_address(result.url)}: {error}", kind=error.kind) from error

    def _meets_known(self, read: ReadFeed) -> bool:
        """Whether an entry of a body is stored: what stands further back was seen before."""
        keys = {key for entry in read.parsed.entries for key in entry.keys}
        with self._store.read() as db:
            return bool(keys and entries.owners(db, keys))

    async def _read_on(self, fetcher: Fetcher, read: ReadFeed, feed: FeedConfig, *, known_before: bool) -> ReadFeed:
        """The body with what it says stands elsewhere, until that is too old to be news.

        Raises FetchError where the body has no entries itself and none of the others can be read.
        """
        from monitor.feeds.read import joined  # noqa: PLC0415 - as in `_read`

        seen: set[str] = {feed.url}
        failure: FetchError | None = None
        known_as = replace(feed.feed(), page=read.parsed.rules)
        while (address := next((each for each in read.parsed.more if each not in seen), "")) and len(seen) <= BODIES:
            seen.add(address)
            rest = tuple(each for each in read.parsed.more if each != address)
            hide_target(feed.url, address)
            try:
                result = await fetcher.feed(address, insecure_tls=feed.insecure_tls)
                other = await self._read(result, known_as, {}, known_before=known_before)
            except FetchError as error:
                failure = error
                flaw = read.parsed.flaw or f"not all of it can be read: {error}"
                read = replace(read, parsed=replace(read.parsed, flaw=flaw, more=rest, read_again=True))
                continue
            old = len(other.archived) == len(other.parsed.entries) or (
                known_before and await aside(self._meets_known, other)
            )
            read = joined(read, other, rest if old else (*rest, *other.parsed.more))
        if failure and not read.parsed.entries:
            raise failure
        return read

    def _save_batch(self, batch: Sequence[Answer], summary: PollSummary) -> None:
        """Saves answers together; where what one holds cannot be stored, one by one, and that feed has failed."""
        try:
            self._save_answers(batch, summary)
            return
        except _UNSTORABLE as error:
            log.warning("the answers of %d feeds cannot be stored together; each is tried alone: %s", len(batch), error)
        for answer in batch:
            try:
                self._save_answers([answer], summary)
            except _UNSTORABLE as error:
                name = shown_address(answer.feed.url)
                failure = ParseError(f"{name} cannot be stored: {error}", kind="not-a-feed")
                self._save_answers([Answer(answer.feed, answer.state, error=failure)], summary)

    def _save_answers(self, answers: Sequence[Answer], summary: PollSummary) -> None:
        """Entries and the feeds' states in one transaction: neither is ever stored without the other.

        What was read of a feed that another process has claimed since is that one's to store.
        """
        now = self._clock()
        brought = [entry for answer in answers if answer.parsed for entry in answer.parsed.entries]
        own, store = subjects_of(brought) if self._store.shared else (), partial(self._store_answers, answers, now)
        for answer, some, state in self._store.stored(store, *own, busy=len(brought) > MANY):
            _count(summary, answer, some, state)

    def _store_answers(
        self, answers: Sequence[Answer], now: datetime, db: Connection
    ) -> list[tuple[Answer, Taken, FeedState]]:
        """What was stored of each answer."""
        mine = feed_states.still_claimed(db, [answer.state for answer in answers])
        if lost := [answer for answer in answers if answer.feed.url not in mine]:
            log.warning("%d feeds were claimed by another process meanwhile, which stores them", len(lost))
            answers = [answer for answer in answers if answer.feed.url in mine]
        taken = self._save_entries(db, answers, now)
        for answer in answers:
            if answer.parsed and lists_posts(answer.parsed):
                from monitor.pipeline.withdrawn_posts import note_withdrawn  # noqa: PLC0415 - 25 ms; few feeds are channels

                note_withdrawn(db, answer.feed.url, answer.parsed, now)
        named = {each.feed.url: _hub(each) for each in answers if each.parsed}
        subscriptions.note(db, named, new_subscription)
        pushed = subscriptions.in_force(db, [answer.feed.url for answer in answers], now)
        states = [
            replace(
                self._next_state(answer, some, now, pushed=answer.feed.url in pushed), answer_seconds=answer.seconds
            )
            for answer, some in zip(answers, taken, strict=True)
        ]
        feed_states.save(db, states)
        return list(zip(answers, taken, states, strict=True))

    def _save_entries(self, db: Connection, answers: Sequence[Answer], now: datetime) -> list[Taken]:
        """What became of the entries of each answer."""
        if not any(answer.parsed for answer in answers):
            return [Taken() for _ in answers]
        from monitor.pipeline.take_entries import take  # noqa: PLC0415 - 20 ms; most polls of a feed bring nothing

        return take(db, [_body(answer) for answer in answers], now, self._max_age, self._feed_of)

    def _feed_of(self, url: str) -> Feed:
        """The feed of an entry; one that was taken off the list is of no kind."""
        known = self._feeds.get(url)
        return known.feed() if known else Feed(url, url)

    def _next_state(self, answer: Answer, taken: Taken, now: datetime, *, pushed: bool) -> FeedState:
        """pushed: whether a hub tells of its news, so that it is polled as seldom as any feed is."""
        policy, search = self._policy(answer.feed, pushed=pushed), answer.feed.kind == "search"
        jitter = self._jitter.random()
        if answer.error:
            return schedule.after_failure(answer.state, answer.error, now, jitter, policy)
        assert answer.result is not None
        if answer.parsed is None:
            return schedule.after_not_modified(
                answer.state, answer.result, now, search=search, jitter=jitter, policy=policy
            )
        after = schedule.after_success(
            answer.state,
            answer.result,
            answer.parsed,
            taken.new + taken.edited,
            now,
            body_hash=answer.body_hash,
            search=search,
            jitter=jitter,
            policy=policy,
        )
        return replace(after, entries=_counted(answer, taken), skipped=taken.skipped)

    def _policy(self, feed: FeedConfig, *, pushed: bool) -> schedule.PollPolicy:
        """The bounds for a feed; an interval a person wrote holds as it is."""
        base = self._bounds
        if feed.interval is None:
            return replace(base, minimum=base.maximum) if pushed else base
        seconds = feed.interval.total_seconds()
        return replace(base, base=seconds, minimum=seconds, maximum=seconds)


def _weight(answer: Answer | None) -> float:
    """What of a batch to save an answer is: one without entries is soon saved, and each transaction has its price."""
    return 1 if answer and answer.parsed else 0.25


def _body(answer: Answer) -> Body:
    """The entries of an answer; none where there was no body to read."""
    known_before = answer.state.last_success is not None
    seen = answer.parsed.entries if answer.parsed else ()
    return Body(answer.feed.feed(), seen, answer.archived, answer.skipped, known_before, answer.known)


def _hub(answer: Answer) -> tuple[str, str]:
    """The hub of a feed and the feed's address there: what the headers name goes first (WebSub, section 4)."""
    first = answer.result
    if first and first.hub:
        return first.hub, first.topic
    return (answer.parsed.hub, answer.parsed.topic) if answer.parsed else ("", "")


def _counted(answer: Answer, taken: Taken) -> dict[str, int]:
    """The entries of an answer: those that its feed lists, and those of them that were taken."""
    listed = len(answer.parsed.entries) if answer.parsed else 0
    return {"seen": listed + sum(answer.skipped.values()), "new": taken.new, "updated": taken.edited}


def _count(summary: PollSummary, answer: Answer, taken: Taken, state: FeedState) -> None:
    """Adds the outcome of one feed to the summary and to the log."""
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
        summary.failures.append((answer.error.kind, str(answer.error)))
        log.debug("feed failed: %s", answer.error)  # it names the address
        return
    if answer.parsed is None:
        summary.feeds["not_modified"] += 1
        if log.isEnabledFor(logging.DEBUG):
            log.debug("feed unchanged %s", shown_address(answer.feed.url))
        return
    summary.feeds["ok"] += 1
    for name, count in _counted(answer, taken).items():
        summary.entries[name] += count
    summary.articles["partial"] += taken.older
    summary.articles["archive" if answer.state.last_success is None else "backlog"] += taken.older
    summary.skip(taken.skipped)
    flaw = f" ({answer.parsed.flaw})" if answer.parsed.flaw else ""
    updated = f", {taken.edited} updated" if taken.edited else ""
    count = len(answer.parsed.entries)
    log.info("feed read %s: %d new of %d entries%s%s", shown_address(answer.feed.url), taken.new, count, updated, flaw)
