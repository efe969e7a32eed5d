"""What an address holds now: a feed, or the feed that a web page there names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from monitor.cli.common import now
from monitor.config import Config
from monitor.errors import FetchError, ParseError
from monitor.feeds.parse import parse_feed
from monitor.model import ParsedFeed
from monitor.text.redact import shown_address
from monitor.text.timestamps import DateStyle
from monitor.text.zones import country_of

SECONDS = 60.0  # for the page and the feed together
TRIED = 3  # feeds that a page names


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was read.

    url: the address to list: the one given, or that of the feed which the page there names. final_url: where it was
    read, after redirects. named: the feeds that the page names, the one that was read first; empty where ``url`` was
    given.
    """

    url: str
    final_url: str
    parsed: ParsedFeed
    named: tuple[str, ...] = ()


def look_at_feed(config: Config, url: str) -> FoundFeed:
    """The feed at ``url``, or the first that can be read of those a web page there names.

    Raises FetchError, TimeoutError.
    """
    return asyncio.run(asyncio.wait_for(_look(config, url), SECONDS))


async def _look(config: Config, url: str) -> FoundFeed:
    from monitor.app import fetcher_of  # noqa: PLC0415 - 230 ms, for `check` and `add` alone

    async def read(address: str) -> FoundFeed:
        answer = await fetcher.feed(address)
        style = DateStyle(country_of(None, answer.url))
        parsed = parse_feed(
            answer.body,
            url=answer.url,
            content_type=answer.content_type,
            charset=answer.charset,
            now=now(),
            style=style,
        )
        return FoundFeed(address, answer.url, parsed)

    async with fetcher_of(config) as fetcher:
        try:
            return await read(url)
        except ParseError as error:
            if not error.named:
                raise
            return await _first_readable(read, url, error.named)


async def _first_readable(read: Callable[[str], Awaitable[FoundFeed]], page: str, named: tuple[str, ...]) -> FoundFeed:
    """The first feed of those that ``page`` names that can be read. Raises FetchError."""
    failures: list[FetchError] = []
    for address in named[:TRIED]:
        try:
            return replace(await read(address), named=(address, *(each for each in named if each != address)))
        except FetchError as error:
            failures.append(error)
    told = "; ".join(map(str, failures))
    raise ParseError(
        f"{shown_address(page)} is a web page, and no feed it names can be read: {told}", kind="not-a-feed"
    )
