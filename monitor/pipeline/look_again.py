"""A cited article is looked at again after a while: what its source changed since is said in the next edition."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.model import FetchResult
from monitor.pipeline.batches import batches
from monitor.store import Store, kept_pages, page_edits
from monitor.workers.aside import aside
from monitor.workers.pool import WorkerPool

if TYPE_CHECKING:
    from monitor.pages.edits import Difference

log = logging.getLogger(__name__)

AT_ONCE = 10
AT_MOST = 40  # pages of one poll; the others wait for the next
AGAIN = timedelta(hours=6)  # after a page that could not be read
TRIES = 3
TIMEOUT = 40.0  # seconds for extracting and comparing two pages
GONE = (404, 410)
APART = timedelta(hours=3)  # between two such answers: a site that is being repaired misses its pages for less


class SecondLook:
    """Looks at cited pages again, ``after`` so long, or at once where a feed shows that they were edited."""

    def __init__(self, store: Store, workers: WorkerPool, after: timedelta, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._workers = workers
        self._after = after
        self._clock = clock

    async def look(self, fetcher: Fetcher) -> None:
        """Every page that is due; what was found stands in the store page by page, so a crash repeats one at most."""
        now = self._clock()
        with self._store.read() as db:
            due = kept_pages.to_look_again(db, now - self._after, now, AT_MOST)
        async for _ in batches((self._look(fetcher, article_id) for article_id in due), AT_ONCE):
            pass

    async def _look(self, fetcher: Fetcher, article_id: int) -> None:
        with self._store.read() as db:
            cited = kept_pages.cited(db, article_id)
        try:
            result = await fetcher.page(cited.page.requested)
            found = await self._compare(cited, result)
        except FetchError as error:
            await aside(self._failed, cited, error)
            return
        await aside(self._looked, cited, result, found)
        if found:
            log.info("changed since it was cited: %s (%s)", cited.page.url, ", ".join(kind for kind, _, _ in found))

    def _looked(self, cited: kept_pages.Cited, result: FetchResult, found: Sequence[Difference]) -> None:
        now, article_id = self._clock(), cited.article
        with self._store.write() as db:
            if cited.shown > now - self._after:
                kept_pages.looked_early(db, article_id)
            else:
                kept_pages.looked(db, article_id, now)
            if page_edits.taken_down(db, [article_id]):
                page_edits.add(db, article_id, [("back", "", "")], now)
            if found:
                page = kept_pages.from_fetch(result, now, look=cited.page.look + 1)
                kept_pages.keep(db, [(article_id, page)], staged=False)
                page_edits.add(db, article_id, found, now)

    async def _compare(self, cited: kept_pages.Cited, result: FetchResult) -> tuple[Difference, ...]:
        """What differs between the two pages as they are extracted today. Raises FetchError."""
        from monitor.pages.compare_looks import Look, compare_looks  # noqa: PLC0415 - 30 ms; most polls look at no page

        body = cited.page.content()
        if body == result.body:
            return ()
        before = Look(body, cited.page.url, cited.page.charset)
        after = Look(result.body, result.url, result.charset)
        compare = partial(compare_looks, before, after, now=self._clock())
        shown = await self._workers.run(compare, timeout=TIMEOUT)
        if shown.problem:
            raise FetchError(f"{result.url} {shown.problem}", kind="extract")
        return shown.found

    def _failed(self, cited: kept_pages.Cited, error: FetchError) -> None:
        """Gone is said when two answers some hours apart say so; else it is tried again, and after a while left."""
        now, tries = self._clock(), cited.tries + 1
        missing = cited.missing_since or (now if error.status in GONE else None)
        gone = error.status in GONE and missing is not None and now - missing >= APART
        # One answer that a page is missing is worth another try, however many came before it.
        wait = missing == now or tries < TRIES
        with self._store.write() as db:
            if gone:
                page_edits.add(db, cited.article, [("gone", "", "")], now)
            if gone or not wait:
                kept_pages.looked(db, cited.article, now)
            else:
                kept_pages.look_later(db, cited.article, tries, missing, now + AGAIN)
        log.debug("second look failed %s: %s", cited.page.requested, error)
