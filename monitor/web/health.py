"""`/healthz`: answered in the loop of the page, whatever other requests wait for; a thread looks at the store."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.errors import StoreError
from monitor.text.redact import shown_text
from monitor.web.request import Desk

REFUSED = "the configuration in the files was refused; the last good one is in force"
FRESH = 1.0  # seconds after which an answer has the store looked at again
NEAR = 5.0  # seconds for which a look counts, so that who asks often is never kept waiting
PATIENCE = 0.05  # seconds for which an answer waits for a new look, where one older than that is known
OLDEST = 30.0  # seconds after which an old look says nothing


@dataclass(frozen=True, slots=True)
class State:
    """trouble: why the service does not do its work. refused: why an edit of the configuration is not in force."""

    trouble: str
    refused: str


class Health:
    """What is known of the store, and when it was looked at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._thread = ThreadPoolExecutor(1, "health")  # of its own: the pool of all may be full
        self._look: asyncio.Future[str] | None = None
        self._trouble = ""
        self._looked = float("-inf")

    async def answer(self, request: Request) -> Response:
        """200 "alive", or 503 with the reason: the store cannot be used, or no poll has ended well for long.

        A configuration that was refused is said, with 200: the service does its work by the last good one, and would
        not start again with this one.
        """
        desk, now = self._desk, self._desk.clock()
        state = await self.look(now)
        # The reason can hold paths and addresses, so only those who may see the page get it.
        told = desk.access.may_read(request, now)
        if state.trouble:
            return PlainTextResponse(f"{shown_text(state.trouble) if told else 'not well; the log says why'}\n", 503)
        refused = f"{REFUSED}{f': {shown_text(state.refused)}' if told else ''}\n" if state.refused else ""
        return PlainTextResponse(f"alive\n{refused}")

    async def look(self, now: datetime) -> State:
        """How the service is."""
        return State(await self._of_store() or self._desk.pulse.trouble(now), self._desk.pulse.refused)

    async def _of_store(self) -> str:
        """Why the store cannot be used, "" where it can."""
        since = time.monotonic() - self._looked
        if since < FRESH:
            return self._trouble
        if self._look is None or self._look.done():
            self._look = asyncio.get_running_loop().run_in_executor(self._thread, self._probe)
            self._look.add_done_callback(self._note)
        if since < NEAR:
            return self._trouble
        done, _ = await asyncio.wait({self._look}, timeout=PATIENCE if since < OLDEST else OLDEST)
        return self._look.result() if done else self._trouble or ("" if since < OLDEST else "the store does not answer")

    def _probe(self) -> str:
        try:
            self._desk.site().store.probe()
        except StoreError as error:
            return str(error)
        return ""

    def _note(self, look: asyncio.Future[str]) -> None:
        if not look.cancelled() and look.exception() is None:
            self._trouble, self._looked = look.result(), time.monotonic()
