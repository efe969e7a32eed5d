"""What an address holds now: a feed, the feed that a web page there names, or a page that lists articles."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin

from monitor.errors import FetchError, ParseError
from monitor.feeds.listing import Choice
from monitor.feeds.read import list_answer, parse_answer
from monitor.fetch import Fetcher
from monitor.model import FetchResult, ListingRules, ParsedFeed
from monitor.model.frozen import frozen
from monitor.pages.flaws import is_html
from monitor.text.redact import shown_address
from monitor.text.urls import web_url
from monitor.workers.pool import WorkerPool

SECONDS = 60.0  # for the page and the feed together
TRIED = 3  # feeds that a page names, or parts of a sitemap
ROBOTS = 100_000  # bytes of a robots.txt
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@frozen
class FoundFeed:
    """A feed that was read.

    url: the address to list: the one given, or where it has moved for good, or that of the feed which the page there
    names. final_url: where it was read, after redirects. named: the feeds that the page names, the one that was read
    first; empty where ``url`` was given. is_page: whether it is a page that lists articles; choices: where its list may
    stand, the taken one first. pages_by_script: whether its list goes on where only a script leads.
    """

    url: str
    final_url: str
    parsed: ParsedFeed
    named: tuple[str, ...] = ()
    is_page: bool = False
    choices: tuple[Choice, ...] = ()
    pages_by_script: bool = False


def look_at_feed(fetcher: Fetcher, url: str, rules: ListingRules | None, now: datetime) -> FoundFeed:
    """The feed at ``url``, or the first that can be read of those a web page there names, or that page's own list.

    For a thread without an event loop. fetcher: a new one. rules: where a person says that the list stands.
    Raises FetchError, TimeoutError.
    """
    return asyncio.run(asyncio.wait_for(_look(fetcher, url, rules, now), SECONDS))


async def _look(fetcher: Fetcher, url: str, rules: ListingRules | None, now: datetime) -> FoundFeed:
    workers = WorkerPool(1)  # strangers wrote what is read
    try:
        async with fetcher:
            return await _Look(fetcher, workers, now).at(url, rules)
    finally:
        await workers.close()


class _Look:
    def __init__(self, fetcher: Fetcher, workers: WorkerPool, now: datetime) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._now = now

    async def at(self, url: str, rules: ListingRules | None) -> FoundFeed:
        answer = await self._fetcher.feed(url)
        url = answer.permanent_url or url  # a feed that has moved for good is listed where it is now
        if rules and is_html(answer.body):
            return await self._page(url, answer, rules)
        try:
            return await self._with_parts(await self._feed(url, answer))
        except ParseError as error:
            named = error.named
            if not is_html(answer.body) or error.kind == "blocked":
                raise
            refused = error
        if named:
            try:
                return await self._first_readable(url, named)
            except ParseError as error:
                refused = error
        try:
            return await self._page(url, answer, ListingRules())
        except ParseError as error:
            if found := await self._named_sitemap(answer.url):
                return found
            raise ParseError(f"{refused}; {error}", kind=refused.kind) from error

    async def _with_parts(self, found: FoundFeed) -> FoundFeed:
        """With the entries of the parts that an index of sitemaps names. Raises FetchError where none can be read."""
        failures: list[FetchError] = []
        for address in found.parsed.more[:TRIED]:
            try:
                part = (await self._read(address)).parsed
            except FetchError as error:
                failures.append(error)
                continue
            dropped = dict(Counter(found.parsed.dropped) + Counter(part.dropped))
            entries = (*found.parsed.entries, *part.entries)
            found = replace(
                found,
                parsed=replace(found.parsed, title=found.parsed.title or part.title, entries=entries, dropped=dropped),
            )
        if failures and not found.parsed.entries:
            raise failures[0]
        return found

    async def _named_sitemap(self, url: str) -> FoundFeed | None:
        """The sitemap that the site's robots.txt names, where it lists articles."""
        try:
            robots = (await self._fetcher.feed(urljoin(url, "/robots.txt"))).body[:ROBOTS].decode("utf-8", "replace")
            named = [web_url(each, url) for each in _SITEMAP.findall(robots)]
            for address in sorted(filter(None, named), key=lambda each: "news" not in each.lower())[:TRIED]:
                found = await self._with_parts(await self._read(address))
                if found.parsed.entries:
                    return replace(found, named=(address,))
        except FetchError:
            return None
        return None

    async def _read(self, url: str) -> FoundFeed:
        return await self._feed(url, await self._fetcher.feed(url))

    async def _feed(self, url: str, answer: FetchResult) -> FoundFeed:
        return FoundFeed(url, answer.url, await self._workers.run(parse_answer, answer, self._now))

    async def _page(self, url: str, answer: FetchResult, rules: ListingRules) -> FoundFeed:
        read = await self._workers.run(list_answer, answer, rules, self._now)
        by_script = read.pages_by_script
        return FoundFeed(url, answer.url, read.parsed, is_page=True, choices=read.choices, pages_by_script=by_script)

    async def _first_readable(self, page: str, named: tuple[str, ...]) -> FoundFeed:
        """The first feed of those that ``page`` names that can be read. Raises FetchError."""
        failures: list[FetchError] = []
        for address in named[:TRIED]:
            try:
                return replace(await self._read(address), named=(address, *(each for each in named if each != address)))
            except FetchError as error:
                failures.append(error)
        told = "; ".join(map(str, failures))
        raise ParseError(
            f"{shown_address(page)} is a web page, and no feed it names can be read: {told}", kind="not-a-feed"
        )
