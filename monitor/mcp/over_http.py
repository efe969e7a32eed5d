"""The MCP server at `/mcp` of the page: streamable HTTP, one request at a time, under the page's rules of access."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from mcp.server.mcpserver import Context
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.mcp.server import build_server
from monitor.mcp.tools import Tools
from monitor.web.access import Access
from monitor.web.problems import rpc_problem
from monitor.web.request import Site
from monitor.web.turns import Lanes, body_of

LARGEST = 200_000  # bytes of a request
STARTED_WITHIN = 30.0


class McpOverHttp:
    """An ASGI application. It keeps no sessions, so a restart of the service ends nothing."""

    def __init__(
        self,
        site: Callable[[], Site],
        clock: Callable[[], datetime],
        access: Access,
        lanes: Lanes,
        stopping: Callable[[], bool],
    ) -> None:
        self._access, self._clock = access, clock
        self._tools = Tools(site, clock, self._may_mark, lanes, stopping)
        self._app: ASGIApp | None = None
        self._running: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request of the protocol."""
        # The guard of the page has seen to the host and the token. A browser says which page asks (DNS rebinding).
        request = Request(scope, receive)
        if not self._access.same_origin(request):
            await rpc_problem(403, "this is asked by a page of another site")(scope, receive, send)
            return
        if request.method != "POST":
            # A stream for what the server says unasked, which is nothing, would hold one of the page's places for ever.
            await rpc_problem(405, "ask with POST", headers={"allow": "POST"})(scope, receive, send)
            return
        body = await body_of(request, LARGEST, "what was sent")
        app = self._app or await self._start()
        await app(scope, _again(body, receive), send)

    def _may_mark(self, context: Context[Any, Any]) -> bool:
        request = context.request_context.request
        return isinstance(request, Request) and self._access.may_change(request, "", self._clock())

    async def _start(self) -> ASGIApp:
        """The SDK's manager runs as a task of the page's loop, and ends with it."""
        async with self._starting:
            if self._app is None:
                server = build_server(self._tools)
                # Host and Origin are checked already, by the names that the configuration gives.
                server.streamable_http_app(
                    json_response=True, stateless_http=True, max_request_body_size=LARGEST, host="0.0.0.0"
                )
                manager, started = server.session_manager, asyncio.Event()

                async def run() -> None:
                    with suppress(asyncio.CancelledError):
                        async with manager.run():
                            started.set()
                            await asyncio.Event().wait()

                self._running = asyncio.create_task(run(), name="mcp")
                await asyncio.wait_for(started.wait(), STARTED_WITHIN)
                self._app = manager.handle_request
            return self._app


def _again(body: bytes, receive: Receive) -> Receive:
    """What was received, and then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
