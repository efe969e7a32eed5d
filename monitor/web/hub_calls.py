"""Calls of hubs (WebSub): whether a subscription is meant, and that there is news. They need no token of the page: the
address that a hub calls is one that nobody can guess.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.feeds.websub import Signature
from monitor.pipeline.hubs import HubCalls
from monitor.text.redact import shown_address
from monitor.web.request import Desk
from monitor.web.turns import BODY_WITHIN

log = logging.getLogger(__name__)

LONGEST = 10_000_000  # bytes that a hub may send


def verify(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """GET: the hub asks whether a subscription is meant, or says that it is refused."""

    async def answer(request: Request) -> Response:
        asked, token = request.query_params, str(request.path_params["token"])
        mode, topic, lease = (asked.get(f"hub.{name}", "") for name in ("mode", "topic", "lease_seconds"))
        calls = HubCalls(desk.site().store, desk.clock)
        if not await run_in_threadpool(calls.verify, token, mode, topic, lease):
            return PlainTextResponse("This subscription is not meant.\n", 404)
        # Whole, however long: a hub takes no part of it, and what asks knows an address that nobody can guess.
        return PlainTextResponse(asked.get("hub.challenge", ""))

    return answer


def notify(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """POST: there is news. What is wrongly signed is left alone, and answered as if it were not (W3C WebSub, 8.1)."""

    async def answer(request: Request) -> Response:
        calls = HubCalls(desk.site().store, desk.clock)
        known = await run_in_threadpool(calls.subscription, str(request.path_params["token"]))
        if known is None or known.state == "ending":
            return PlainTextResponse("Nobody is subscribed here any more.\n", 410)
        signature, length = Signature(known.secret, request.headers.get("x-hub-signature", "")), 0
        try:
            async with asyncio.timeout(BODY_WITHIN):
                async for piece in request.stream():
                    length += len(piece)
                    if length > LONGEST:
                        return PlainTextResponse("This is more than is read.\n", 413)
                    signature.add(piece)
        except TimeoutError:
            return PlainTextResponse("This did not arrive in time.\n", 408)
        if signature.holds():
            await run_in_threadpool(calls.wake, known)
        else:
            log.warning("what came in the name of the hub %s is not signed by it", shown_address(known.hub))
        return Response(status_code=202)

    return answer
