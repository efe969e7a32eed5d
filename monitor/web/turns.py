"""Turns: a few answers are made at a time, and whoever waits too long for one is told to come again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request

AT_ONCE = 4  # answers made at a time, in threads, so that the service in the same process is not starved
COSTLY_AT_ONCE = 2  # searches and previews, which compute for seconds: the others are made beside them
TURN_WITHIN = 30.0  # seconds for which a request waits for its turn
BODY_WITHIN = 15.0  # seconds for what is sent to arrive


@dataclass(frozen=True, slots=True)
class Lanes:
    """The turns that all requests of a page share: those of most, and those of what computes for seconds."""

    quick: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    costly: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(COSTLY_AT_ONCE))


@asynccontextmanager
async def turn_of(lane: asyncio.Semaphore) -> AsyncIterator[None]:
    """A turn. Raises HTTPException 503 where none comes free in time."""
    try:  # waiting here costs a coroutine; waiting in the pool would cost a thread
        await asyncio.wait_for(lane.acquire(), TURN_WITHIN)
    except TimeoutError as error:
        raise HTTPException(503, "too many searches and previews at once; try again in a minute") from error
    try:
        yield
    finally:
        lane.release()


async def body_of(request: Request, most: int, what: str) -> bytes:
    """What was sent. Raises HTTPException 413 for more than ``most`` bytes, 408 where it does not arrive in time.

    what: its name in these errors, such as "the form".
    """
    body = b""
    try:
        async with asyncio.timeout(BODY_WITHIN):
            # Read piece by piece: a length that the sender announces need not be true.
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise HTTPException(413, f"{what} is too large; {most:,} bytes are read at most")
    except TimeoutError as error:
        raise HTTPException(408, f"{what} did not arrive in time") from error
    return body
