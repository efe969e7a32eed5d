"""Connections that send nothing are closed: uvicorn itself waits for ever for a first request."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

ASK_WITHIN = 10.0  # seconds for the head of the first request
MOST_OPEN = 300  # connections; beyond that the one that has asked for nothing for longest is closed


class Impatient(H11Protocol):
    """uvicorn's protocol with a limit on how long a connection may say nothing."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Sets the time limit."""
        super().connection_made(transport)
        self._silent = self.loop.call_later(ASK_WITHIN, self._close_if_silent)
        if len(self.connections) > MOST_OPEN:
            waiting = (each for each in self.connections if isinstance(each, Impatient) and each.cycle is None)
            oldest = min(waiting, key=lambda each: each._silent.when(), default=None)
            if oldest is not None:
                oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Takes the limit away."""
        self._silent.cancel()
        super().connection_lost(exc)

    def _close_if_silent(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.abort()
