"""A freeze of the process uses up no time limit: what was answered meanwhile counts, and is not asked or sent again."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count

import pytest

from monitor.deadline import LATE, STEP, Deadline, deadline
from monitor.deliver.email.message import build_message
from monitor.deliver.email.send import send_email
from monitor.deliver.parcel import Parcel
from monitor.deliver.smtp import SmtpSettings
from monitor.deliver.webhook.send import WebhookChannel
from monitor.errors import FetchError
from monitor.fetch import Fetcher, FetchSettings
from monitor.model import RenderedEdition
from tests.editions import UNTIL, small

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\ndone"
RENDERED = RenderedEdition("Subject", "<p>Text</p>", "Text")
SMTP_STEPS = {b"EHLO": b"250 here\r\n", b"DATA": b"354 go on\r\n"}


def freeze() -> None:
    """Stands for five minutes in which this process did nothing: all of its clock, and no turn of its loop."""
    loop = asyncio.get_running_loop()
    before = loop.time
    loop.time = lambda: before() + 300  # type: ignore[method-assign]


async def test_what_was_done_in_time_goes_without_the_collector() -> None:
    """While that looks, nothing else is done: an answer of some MB would stay until then, too."""
    gc.collect()
    gc.disable()
    try:
        async with deadline(5):
            pass
        assert gc.collect() == 0
    finally:
        gc.enable()


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[int]:
    """The port of a server; ``answer`` is also given which connection it is, from 0."""
    number = count()

    async def each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer, next(number))
        finally:
            writer.close()

    async with await asyncio.start_server(each, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def test_a_freeze_counts_as_a_step_and_leaves_some_time_once() -> None:
    limit = Deadline(20.0)
    limit.spend(STEP, STEP)
    limit.spend(300, STEP)
    assert (limit.left, limit.frozen) == (18.0, True)
    short = Deadline(0.2)
    short.spend(300, 0.2)
    assert short.left == LATE


def test_a_process_that_hardly_runs_meets_its_limit_all_the_same() -> None:
    limit, looks = Deadline(20.0), 0
    while limit.left > 0:
        limit.spend(100, min(STEP, limit.left))
        looks += 1
    assert looks < 25


async def test_who_is_silent_meets_the_limit() -> None:
    with pytest.raises(TimeoutError):
        async with deadline(0.05) as limit:
            await asyncio.Event().wait()
    assert (limit.left <= 0, limit.frozen) == (True, False)


@pytest.mark.parametrize("hangs_up", [False, True])
async def test_a_page_that_was_asked_for_before_a_freeze_is_read(hangs_up: bool) -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        if number == 0:
            freeze()
        writer.write(OK[:-2] if hangs_up and number == 0 else OK)

    async with serving(answer) as port, Fetcher(FetchSettings(allow_private_addresses=True)) as fetcher:
        assert (await fetcher.page(f"http://127.0.0.1:{port}/")).body == b"done"
    assert len(asked) == 1 + hangs_up


async def test_who_hangs_up_again_after_a_freeze_has_failed() -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        freeze()
        writer.write(OK[:-2])

    async with serving(answer) as port, Fetcher(FetchSettings(allow_private_addresses=True)) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.page(f"http://127.0.0.1:{port}/")
    assert len(asked) == 2


async def test_a_hook_that_took_an_edition_during_a_freeze_is_not_sent_it_again() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await reader.readuntil(b"\r\n\r\n")
        freeze()
        writer.write(OK)

    async with serving(answer) as port:
        await WebhookChannel(f"http://127.0.0.1:{port}/hook").send(Parcel(small(), RENDERED, "you", "<1@x>", UNTIL))


async def test_a_mail_that_was_taken_during_a_freeze_is_not_sent_again() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            writer.write(SMTP_STEPS.get(line[:4].upper(), b"250 well\r\n"))
            if line.upper().startswith(b"DATA"):
                await reader.readuntil(b"\r\n.\r\n")
                freeze()
                writer.write(b"250 taken\r\n")

    message = build_message(
        RENDERED, sender="a@desk.example", recipient="b@desk.example", message_id="<1@x>", date=UNTIL
    )
    async with serving(answer) as port:
        await send_email(message, SmtpSettings("127.0.0.1", port, timeout=10, sender="a@desk.example"))
