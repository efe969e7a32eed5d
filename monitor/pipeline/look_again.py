"""Published articles are looked at again, by a schedule: what their source changed is said in the next edition."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from monitor.errors import FetchError, StoreError
from monitor.model import FetchResult, PageChange
from monitor.model.frozen import frozen
from monitor.pipeline.batches import batches
from monitor.store import Store, kept_pages, looks, page_edits
from monitor.store.subjects import EDITS
from monitor.workers.aside import aside
from monitor.workers.pool import WorkerPool

if TYPE_CHECKING:
    from monitor.fetch import Fetcher
    from monitor.pages.edits import Difference

log = logging.getLogger(__name__)

AT_ONCE = 10
AT_MOST = 40  # pages of one poll; the others wait for the next
AGAIN = timedelta(hours=6)  # after a page that could not be read
TRIES = 3
TIMEOUT = 40.0  # seconds for extracting and comparing two pages
GONE = (404, 410)
APART = timedelta(hours=3)  # between two such answers: a site that is being repaired misses its pages for less


def _is_known(found: Difference, known: Sequence[PageChange]) -> bool:
    """Whether a headline is the one that the feed has already given the report since (`monitor.pipeline.retitled`)."""
    headlines = [each.after for each in known if each.kind == "headline"]
    return found[0] == "headline" and headlines[-1:] == [found[2]]


def following(shown: datetime, schedule: Sequence[timedelta], now: datetime) -> datetime | None:
    """When the page of an article is due next; one look stands for all that were due before ``now``."""
    return min((shown + after for after in schedule if shown + after > now), default=None)


@frozen
class _Found:
    """What an answer is beside the page that was kept last. changes: what differs, where it was compared."""

    outcome: looks.Outcome
    why: str = ""
    changes: tuple[Difference, ...] = ()


class LookAgain:
    """Looks at published pages, each of ``schedule`` after they were shown, and where a feed shows an edit at once."""

    def __init__(self, workers: WorkerPool, schedule: Sequence[timedelta], clock: Callable[[], datetime]) -> None:
        self._workers = workers
        self._schedule = schedule
        self._clock = clock

    async def look(self, fetcher: Fetcher, store: Store) -> None:
        """Every page that is due; what was found stands in the store page by page, so a crash repeats one at most."""
        with store.read() as db:
            due = looks.due(db, min(self._schedule), self._clock(), AT_MOST)
        async for _ in batches((self._look(fetcher, store, article_id) for article_id in due), AT_ONCE):
            pass

    async def _look(self, fetcher: Fetcher, store: Store, article_id: int) -> None:
        with store.read() as db:
            cited = looks.cited(db, article_id)
        if cited is None:
            await aside(self._left, store, article_id)
            return
        try:
            result = await fetcher.page(cited.page.requested)
            found = await self._compare(cited.page, result)
        except FetchError as error:
            await aside(self._failed, store, cited, error)
            return
        await aside(self._looked, store, cited, result, found)
        if found.changes:
            kinds = ", ".join(kind for kind, _, _ in found.changes)
            log.info("changed since it was published: %s (%s)", cited.page.url, kinds)

    def _left(self, store: Store, article_id: int) -> None:
        with store.write(EDITS) as db:
            looks.no_more(db, article_id)

    def _looked(self, store: Store, cited: looks.Cited, result: FetchResult, found: _Found) -> None:
        now, article_id = self._clock(), cited.article
        page = kept_pages.from_fetch(result, now, look=cited.page.look + 1)
        with store.write(EDITS) as db:
            looks.looked(
                db,
                article_id,
                looks.Look(now, found.outcome, result.status, page.sha256, page.size, found.why),
                following(cited.shown, self._schedule, now),
            )
            if page_edits.taken_down(db, [article_id]):
                page_edits.add(db, article_id, [("back", "", "")], now)
            if found.outcome != "same":
                kept_pages.keep(db, [(article_id, page)], staged=False)
            known = page_edits.of_articles(db, [article_id]).get(article_id, ())
            page_edits.add(db, article_id, [each for each in found.changes if not _is_known(each, known)], now)

    async def _compare(self, before: kept_pages.KeptPage, result: FetchResult) -> _Found:
        """What differs between the two pages as they are extracted today. Raises FetchError."""
        from monitor.pages.compare_looks import Look, compare_looks  # noqa: PLC0415 - 30 ms; most polls look at no page

        if hashlib.sha256(result.body).hexdigest() == before.sha256:
            return _Found("same")
        try:
            body = before.content()
        except StoreError as error:
            return _Found("alone", str(error))
        old, new = Look(body, before.url, before.charset), Look(result.body, result.url, result.charset)
        shown = await self._workers.run(partial(compare_looks, old, new, now=self._clock()), timeout=TIMEOUT)
        if shown.problem:
            raise FetchError(f"{result.url} {shown.problem}", kind="extract")
        return _Found("changed" if shown.found else "alike", changes=shown.found)

    def _failed(self, store: Store, cited: looks.Cited, error: FetchError) -> None:
        """Gone is said when two answers some hours apart say so; else it is tried again, and then left till the next.

        Of an article that is gone, one more such answer says nothing new.
        """
        now, tries, is_missing = self._clock(), cited.tries + 1, error.status in GONE
        missing = cited.missing_since or (now if is_missing else None)
        with store.write(EDITS) as db:
            known = bool(page_edits.taken_down(db, [cited.article]))
            gone = is_missing and (known or (missing is not None and now - missing >= APART))
            outcome: looks.Outcome = "gone" if gone else "missing" if is_missing else "unread"
            look = looks.Look(now, outcome, error.status, why=str(error))
            if gone and not known:
                page_edits.add(db, cited.article, [("gone", "", "")], now)
            # One answer that a page is missing is worth another try, however many came before it.
            if gone or not (missing == now or tries < TRIES):
                looks.looked(db, cited.article, look, following(cited.shown, self._schedule, now))
            else:
                looks.look_later(db, cited.article, look, tries, missing, now + AGAIN)
        log.debug("a look failed at %s: %s", cited.page.requested, error)
