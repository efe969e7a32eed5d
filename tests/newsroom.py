"""A news site on loopback for the tests: feeds and pages that can be set, with validators, and a count of requests."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Newsroom:
    """`put` sets what an address answers; ``base`` is the site's address."""

    host: str = "127.0.0.1"
    port: int = 0
    pages: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> Newsroom:
        room = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                room.asked[self.path] += 1
                found = room.pages.get(self.path) or room.pages.get(self.path.partition("?")[0])
                status, headers, body = found() if found else (404, {}, b"not here")
                etag = headers.get("ETag") or f'"{hashlib.sha256(body).hexdigest()[:12]}"'
                if status == 200 and self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in {"ETag": etag, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 512  # the default of 5 drops connections of a client that opens many

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a client that was killed in the middle of an answer is what some tests are about

        self._server = Server((room.host, room.port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        return f"http://{self.host}:{self._server.server_address[1]}"

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        """Sets an answer; returns its whole address."""
        data = body.encode() if isinstance(body, str) else body
        named = {"Content-Type": "text/html; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
        self.pages[path] = lambda: (status, named, data)
        return self.base + path

    def article(self, path: str, title: str, paragraphs: list[str]) -> str:
        """A page with an article between ordinary site furniture."""
        body = "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
        return self.put(
            path,
            f"<!doctype html><html lang='en'><head><title>{escape(title)} | Newsroom</title></head><body>"
            f"<nav><a href='/'>Home</a> <a href='/world'>World</a></nav><article><h1>{escape(title)}</h1>"
            f"{body}</article>"
            "<footer>All rights reserved. Subscribe to our newsletter.</footer></body></html>",
        )

    def feed(
        self, path: str, items: list[tuple[str, str, datetime]], title: str = "Newsroom", language: str = ""
    ) -> str:
        """An RSS feed of (title, link, published)."""
        rows = "".join(
            f"<item><title>{escape(t)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
            f"<pubDate>{format_datetime(when)}</pubDate></item>"
            for t, link, when in items
        )
        said = f"<language>{language}</language>" if language else ""
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{said}{rows}</channel></rss>'
        return self.put(path, body, Content_Type="application/rss+xml")


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours)


PACT = [
    "Iranian Defence Minister Aziz Nasirzadeh and his Iraqi counterpart Thabet al-Abbasi signed a memorandum of "
    "understanding on defence cooperation in Tehran on Tuesday, the two ministries said.",
    "The agreement provides for joint military exercises, the training of Iraqi officers in Iran and an exchange of "
    "intelligence about armed groups along the common border.",
    "Al-Abbasi, who leads a delegation of Iraqi army commanders, also met the chief of staff of the Iranian armed "
    "forces and thanked Iran for its help in the fight against Islamic State.",
]
GAME = [
    "Iraq and Iran drew 1-1 in a World Cup qualifier in Basra on Tuesday before a crowd of sixty thousand people.",
    "The hosts took the lead after twenty minutes, and the visitors levelled from a corner shortly before the end.",
    "Both teams meet again in March in Tehran, where the group is likely to be decided, the coaches said.",
]
"""Paragraphs of a relevant and of an irrelevant article."""


@contextmanager
def dripping() -> Iterator[int]:
    """The port of a server that never ends its answer: a byte now and then, so that no read of it times out."""
    ended = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def drip(link: socket.socket) -> None:
        with link, suppress(OSError):
            link.sendall(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.05):
                link.sendall(b"X: y\r\n")

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=drip, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield int(server.getsockname()[1])
    finally:
        ended.set()
        server.close()
