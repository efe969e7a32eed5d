"""Bodies that are longer or shorter than their server says, read over real connections."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from monitor.errors import FetchError
from monitor.feeds.parse import parse_feed
from monitor.fetch import Fetcher, FetchSettings
from tests.hostile_server import Answer, HostileServer, Request

ITEMS = [f"گزارش شماره {number} از دیدار مرزبانان" for number in range(30)]
FEED = (
    "<rss version='2.0'><channel><title>خبرگزاری نمونه</title>"
    + "".join(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in ITEMS)
    + "</channel></rss>"
)
BODY = FEED.encode()
LETTERS = len(FEED)  # what the server takes for bytes
PAGE = b"<html><body><p>Guards of two countries met at the bridge.</p></body></html>\n"


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    async with HostileServer() as running:
        yield running


def sends(body: bytes, length: int | str, *, pause_at: int = 0, close: bool = True, more: str = "") -> Answer:
    """An answer that gives ``length``. pause_at: where the bytes stop for a while; close: whether it hangs up."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        hang_up = "Connection: close\r\n" if close else ""
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n{more}{hang_up}Content-Length: {length}\r\n\r\n".encode()
        )
        writer.write(body[: pause_at or len(body)])
        await writer.drain()
        if pause_at:
            await asyncio.sleep(0.2)
            writer.write(body[pause_at:])
            await writer.drain()
        if close:
            writer.close()

    return answer


async def read(server: HostileServer, answer: Answer, **changes: float) -> tuple[bytes, str | None]:
    server.answers["feed"] = answer
    settings = FetchSettings(allow_private_addresses=True, timeout=changes.get("timeout", 10.0), max_feed_size=100_000)
    async with Fetcher(settings) as fetcher:
        result = await fetcher.feed(f"{server.base}/feed")
    return result.body, result.flaw


@pytest.mark.parametrize("close", [True, False], ids=["hangs-up", "keeps-the-line"])
@pytest.mark.parametrize("pause_at", [0, LETTERS, LETTERS - 40, LETTERS + 40])
async def test_letters_that_are_counted_for_bytes(server: HostileServer, close: bool, pause_at: int) -> None:
    body, flaw = await read(server, sends(BODY, LETTERS, pause_at=pause_at, close=close))
    assert (body, flaw) == (BODY, None)
    parsed = parse_feed(body, url=server.base, charset="utf-8", now=datetime(2026, 11, 20, tzinfo=UTC))
    assert [each.title for each in parsed.entries] == ITEMS
    assert len(server.seen) == 2


async def test_a_compressed_body_that_is_longer(server: HostileServer) -> None:
    packed = gzip.compress(BODY)
    answer = sends(packed, len(packed) - 60, more="Content-Encoding: gzip\r\n")
    assert await read(server, answer) == (BODY, None)


async def test_a_right_length_is_asked_for_once(server: HostileServer) -> None:
    assert await read(server, sends(BODY, len(BODY))) == (BODY, None)
    assert len(server.seen) == 1


async def test_a_feed_that_really_ends_within_an_item_is_kept(server: HostileServer) -> None:
    cut = BODY[: BODY.rindex(b"<guid>") - 20]
    assert await read(server, sends(cut, len(cut))) == (cut, None)
    assert len(server.seen) == 2


async def test_what_is_beyond_the_length_counts_towards_the_limit(server: HostileServer) -> None:
    with pytest.raises(FetchError, match="larger than"):
        await read(server, sends(BODY + b" " * 200_000, LETTERS))


@pytest.mark.parametrize(
    "head",
    [
        f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\nContent-Length: {len(BODY)}\r\n\r\n",
        f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}, {len(BODY)}\r\n\r\n",
        f"HTTP/1.1 200 OK\r\nSet-Cookie\r\nContent-Length: {len(BODY)}\r\n\r\n",
        f"HTTP/1.1 200 OK\r\nX-Note: one,\r\n two\r\nA line of a log\r\nContent-Length: {len(BODY)}\r\n\r\n",
        f"http/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nSet-Cookie\r\n\r\n",
    ],
)
async def test_slips_in_the_head_that_browsers_pass_over(server: HostileServer, head: str) -> None:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + BODY)
        await writer.drain()
        writer.close()

    assert await read(server, answer) == (BODY, None)


async def test_two_lengths_that_differ_are_refused(server: HostileServer) -> None:
    with pytest.raises(FetchError, match="broken HTTP"):
        await read(server, sends(BODY, LETTERS, more=f"Content-Length: {LETTERS + 5}\r\n"))


async def test_a_body_shorter_than_its_length_is_kept_and_said(server: HostileServer) -> None:
    body, flaw = await read(server, sends(BODY, len(BODY) + 500))
    assert body == BODY
    assert flaw == "the connection ended before the body did"


@pytest.mark.parametrize("length", [len(PAGE) - 20, len(PAGE) + 20])
async def test_a_page_with_a_wrong_length_is_read_where_it_is_whole(server: HostileServer, length: int) -> None:
    server.answers["page"] = sends(PAGE, length)
    async with Fetcher(FetchSettings(allow_private_addresses=True)) as fetcher:
        assert (await fetcher.page(f"{server.base}/page")).body == PAGE
        server.answers["page"] = sends(PAGE[:-30], len(PAGE))
        with pytest.raises(FetchError, match="ended before"):
            await fetcher.page(f"{server.base}/page")
