"""A cited article is looked at again once, after a while: what its source changed since is said in the next edition."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.model import FetchResult
from monitor.pages.edits import differences
from monitor.pages.extract import ExtractedPage, extract_page
from monitor.pipeline.batches import batches
from monitor.store import Store, kept_pages, page_edits
from monitor.workers.pool import WorkerPool

log = logging.getLogger(__name__)

AT_ONCE = 10
AT_MOST = 40  # pages of one poll; the others wait for the next
AGAIN = timedelta(hours=6)  # after a page that could not be read
TRIES = 3
TIMEOUT = 20.0  # seconds of extraction for one page
GONE = (404, 410)

Difference = tuple[str, str, str]


class SecondLook:
    """Looks at cited pages again, ``after`` so long."""

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
            self._failed(cited, error)
            return
        now = self._clock()
        with self._store.write() as db:
            kept_pages.looked(db, article_id, now)
            if found:
                kept_pages.keep(db, [(article_id, kept_pages.from_fetch(result, now, look=1))], staged=False)
                page_edits.add(db, article_id, found, now)
        if found:
            log.info("changed since it was cited: %s (%s)", cited.page.url, ", ".join(kind for kind, _, _ in found))

    async def _compare(self, cited: kept_pages.Cited, result: FetchResult) -> list[Difference]:
        """What differs between the two pages as they are extracted today. Raises FetchError."""
        before = cited.page.content()
        if before == result.body:
            return []
        old = await self._extract(before, cited.page.url, cited.page.charset)
        new = await self._extract(result.body, result.url, result.charset)
        if new.flaw is not None or not new.text:
            raise FetchError(f"{result.url} shows no article any more ({new.flaw or 'empty'})", kind="extract")
        return differences((old.title, old.text), (new.title, new.text))

    async def _extract(self, body: bytes, url: str, charset: str | None) -> ExtractedPage:
        read = partial(extract_page, body, url=url, charset=charset, now=self._clock())
        return await self._workers.run(read, timeout=TIMEOUT)

    def _failed(self, cited: kept_pages.Cited, error: FetchError) -> None:
        """Gone is said when it is so twice; for anything else it is tried again, and then left."""
        now, tries = self._clock(), cited.tries + 1
        gone = error.status in GONE and tries > 1
        with self._store.write() as db:
            if gone:
                page_edits.add(db, cited.article, [("gone", "", "")], now)
            if gone or tries >= TRIES:
                kept_pages.looked(db, cited.article, now)
            else:
                kept_pages.look_later(db, cited.article, tries, now + AGAIN)
        log.debug("second look failed %s: %s", cited.page.requested, error)
