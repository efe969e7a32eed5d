"""The JSON API of the page, version 1: what `monitor.api` knows, over HTTP, with the rules of access of the page.

It is a FastAPI application, made at the first request: who only reads pages waits for nothing. The OpenAPI document is
made of the same models as the answers.
"""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.request import Desk


class Api:
    """The API as an ASGI application below ``/api/v1``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._made: ASGIApp | None = None
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request. HEAD is answered as GET without its body."""
        made = self._made or await self._make()
        if scope["method"] == "HEAD":
            await made({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await made(scope, receive, send)

    async def _make(self) -> ASGIApp:
        from monitor.web.api.app import build_api  # noqa: PLC0415 - 600 ms, where the API is used

        async with self._making:
            if self._made is None:
                self._made = await run_in_threadpool(partial(build_api, self._desk))
        return self._made


def _without_body(send: Send) -> Send:
    async def sending(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sending
