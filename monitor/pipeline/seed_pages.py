"""Reads the addresses among a watch's seeds, as the service reads pages: with its limits and refused addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from monitor.errors import FetchError, as_clause
from monitor.fetch import Fetcher
from monitor.pages.extract import extract_page
from monitor.topic.seed_sources import text_of_page
from monitor.topic.seedtext import clean_seed
from monitor.workers.pool import WorkerPool


def read_seed_pages(fetcher: Fetcher, addresses: Sequence[str], now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """(address → the text to keep, address → why it could not be read).

    For a thread without an event loop. fetcher: a new one. now: written into the text.
    """
    return asyncio.run(_read(fetcher, addresses, now))


async def _read(fetcher: Fetcher, addresses: Sequence[str], now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    texts: dict[str, str] = {}
    failed: dict[str, str] = {}
    workers = WorkerPool()
    try:
        async with fetcher:
            found = await asyncio.gather(*(_page_text(fetcher, workers, address, now) for address in addresses))
    finally:
        await workers.close()
    for address, (text, reason) in zip(addresses, found, strict=True):
        if reason:
            failed[address] = reason
        else:
            texts[address] = text
    return texts, failed


async def _page_text(fetcher: Fetcher, workers: WorkerPool, address: str, now: datetime) -> tuple[str, str]:
    """The text to keep, or the reason why there is none."""
    try:
        answer = await fetcher.page(address)
        read = partial(extract_page, url=answer.url, charset=answer.charset, now=now)
        page = await workers.run(read, answer.body)
    except FetchError as error:
        return "", f"cannot be read ({as_clause(error)}); open it in a browser, and save it as a file among the seeds"
    text = "" if page.flaw else text_of_page(page, address, now)
    if not text or not clean_seed(text).text:
        return "", (f"what the server sent is not an article ({page.flaw or 'no sentence in it'}); open it in a "
                    "browser, and save its text as a file among the seeds")  # fmt: skip
    return text, ""
