"""What an address holds now: a feed, or the feed that a web page there names."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from monitor.cli.common import now
from monitor.config import Config
from monitor.errors import ParseError
from monitor.feeds.parse import parse_feed
from monitor.model import ParsedFeed
from monitor.text.timestamps import DateStyle
from monitor.text.zones import country_of

SECONDS = 60.0  # for the page and the feed together


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was read.

    url: the address to list: the one given, or that of the feed which the page there names. final_url: where it was
    read, after redirects. named: the feeds that the page names, the likeliest first; empty where ``url`` was given.
    """

    url: str
    final_url: str
    parsed: ParsedFeed
    named: tuple[str, ...] = ()


def look_at_feed(config: Config, url: str) -> FoundFeed:
    """The feed at ``url``, or the first that the web page there names. Raises FetchError, TimeoutError."""
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
            found = await read(error.named[0])
            return FoundFeed(found.url, found.final_url, found.parsed, error.named)
