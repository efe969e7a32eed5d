"""The web server: uvicorn in a thread with an event loop of its own, so that no work of the service delays an answer.

The sockets are bound here and not by uvicorn, which would end the whole process when a port is in use.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn

from monitor.config.service import WebConfig
from monitor.web.impatient import Impatient
from monitor.web.request import Desk
from monitor.web.routes import build

log = logging.getLogger(__name__)

STOP_WITHIN = 1  # seconds for answers under way when the service stops
BACKLOG = 64


class _Quiet(uvicorn.Server):
    """uvicorn without its signal handlers, because the service has its own.

    And without a look at the clock ten times a second, a third of what a service costs that has nothing to do.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """Lets it end, from another thread."""
        self.should_exit = True
        if self.loop:
            with suppress(RuntimeError):  # it has ended
                self.loop.call_soon_threadsafe(self.stopping.set)

    async def main_loop(self) -> None:
        """Until it is to stop; the date in the heads of answers is right to a second."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), 1.0)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """Serves the page inside ``async with WebServer(...)``. address: where it listens, "" where it cannot."""

    def __init__(self, web: WebConfig, desk: Desk) -> None:
        self._web = web
        self._desk = desk
        self._server: _Quiet | None = None
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self.address = ""

    async def __aenter__(self) -> WebServer:
        sockets = self._bound()
        if not sockets:
            return self
        config = uvicorn.Config(
            build(self._desk),
            lifespan="off",  # the service starts and ends what the pages use
            ws="none",
            http=Impatient,
            loop="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # anybody could send them; the public address is in the configuration
            timeout_keep_alive=5,
            timeout_graceful_shutdown=STOP_WITHIN,
        )
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        self._server = _Quiet(config)
        # A daemon: a reader that never takes its answer must not hold up the stop of the service.
        self._thread = threading.Thread(target=self._serve, args=(self._server, sockets), name="web", daemon=True)
        self._thread.start()
        port = sockets[0].getsockname()[1]
        host = f"[{self._web.host}]" if ":" in self._web.host else self._web.host
        self.address = f"http://{host}:{port}"
        log.info("the page is at %s", self._web.public_url or self.address)
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._server is None or self._thread is None:
            return
        # Whoever is cut off in the midst of an answer now is no fault of a page.
        faults = logging.getLogger("uvicorn.error")
        before = faults.level
        faults.setLevel(logging.CRITICAL)
        self._server.stop()
        try:
            await asyncio.to_thread(self._ended.wait, STOP_WITHIN + 0.5)
        finally:
            faults.setLevel(before)

    def _serve(self, server: _Quiet, sockets: list[socket.socket]) -> None:
        """The life of the thread."""
        try:
            asyncio.run(self._until_stopped(server, sockets))
        except (OSError, RuntimeError):  # of its event loop: uvicorn answers for what a page does
            log.exception("the page has ended; everything else continues, and a restart brings it back")
        finally:
            for each in sockets:
                each.close()
            self._ended.set()

    async def _until_stopped(self, server: _Quiet, sockets: list[socket.socket]) -> None:
        server.loop = asyncio.get_running_loop()
        serving, stopping = asyncio.create_task(server.serve(sockets)), asyncio.create_task(server.stopping.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        await asyncio.wait({serving}, timeout=STOP_WITHIN)
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving

    def _bound(self) -> list[socket.socket]:
        """A listening socket for each address of the host; none, with a warning, where it cannot listen."""
        bound: list[socket.socket] = []
        try:
            found = socket.getaddrinfo(self._web.host, self._web.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        except OSError as error:
            return self._nowhere(error)
        failure: OSError | None = None
        for family, _, _, _, place in dict.fromkeys(found):
            # A host may have several addresses. They share the port that the first one was given (port 0: any).
            try:
                bound.append(_listening(family, (place[0], bound[0].getsockname()[1] if bound else place[1])))
            except OSError as error:
                failure = failure or error
        return bound if bound or failure is None else self._nowhere(failure)

    def _nowhere(self, error: OSError) -> list[socket.socket]:
        log.warning(
            "no page: cannot listen at %s (%s); everything else continues. Stop what listens there, or write another "
            "place in web: listen: of monitor.yaml and start again",
            self._web.listen,
            error.strerror or error,
        )
        return []


def _listening(family: int, place: tuple[object, ...]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # Otherwise "::" takes the port for IPv4 too, and the socket for 0.0.0.0 cannot be bound.
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(place)
        made.listen(BACKLOG)
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made
