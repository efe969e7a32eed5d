"""Serves the demo's outlets under one address on loopback, with ETags as real servers send them."""

from __future__ import annotations

import hashlib
import sys
from abc import abstractmethod
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from monitor.demo_site import markup
from monitor.demo_site.content import Outlet, outlets
from monitor.model import Feed


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that hung up is no error of the site; anything else is shown as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class DemoSite:
    """Serves the demo's feeds and pages, dated relative to ``now``.

    updates: whether the sequel of a story is published; set it between two polls to see a story develop.
    """

    def __init__(self, now: datetime, *, updates: bool = True) -> None:
        self._now = now
        self.updates = updates
        self._server: ThreadingHTTPServer | None = None
        self._thread: Thread | None = None
        self._base = ""

    def start(self) -> str:
        """Starts serving on a free port of 127.0.0.1; returns the address, without a slash at its end."""
        site = self

        class Handler(_Handler):
            def answer(self, path: str) -> tuple[int, str, str]:
                return site.answer(path)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="demo-site", daemon=True)
        self._thread.start()
        return self._base

    def stop(self) -> None:
        """Stops serving and waits for the thread to end. Does nothing before `start`."""
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, content type and text for the path of an address."""
        name, _, rest = path.strip("/").partition("/")
        outlet = next((known for known in outlets(self._now) if known.id == name), None)
        if outlet is None:
            return _no_such_page()
        if rest == "feed":
            return self._feed(outlet)
        if outlet.form == "rss-whole" and rest.startswith("news/"):
            return HTTPStatus.SERVICE_UNAVAILABLE, "text/html", _error_page("503 Service Unavailable")
        entry = next((e for e in outlet.entries if rest == f"news/{e.slug}"), None)
        if entry is None or (entry.later and not self.updates):
            return _no_such_page()
        return HTTPStatus.OK, "text/html", markup.page(outlet, entry, self._base)

    def _feed(self, outlet: Outlet) -> tuple[int, str, str]:
        if outlet.form == "broken":
            return HTTPStatus.INTERNAL_SERVER_ERROR, "text/html", _error_page("500 Internal Server Error")
        text = markup.feed(outlet, self._base, updates=self.updates)
        return HTTPStatus.OK, markup.FEED_TYPES[outlet.form], text


_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)  # the outlets are the same whenever the demo runs


def demo_feeds(base_url: str) -> tuple[Feed, ...]:
    """The feeds of a site at ``base_url``, which `DemoSite.start` returned."""
    return tuple(
        Feed(f"{base_url}/{o.id}/feed", o.name, o.language, o.country, o.kind, o.publisher) for o in outlets(_ANY_TIME)
    )


def _no_such_page() -> tuple[int, str, str]:
    return HTTPStatus.NOT_FOUND, "text/html", _error_page("404 Not Found")


def _error_page(title: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @abstractmethod
    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, content type and text for a path."""

    def do_GET(self) -> None:
        status, content_type, text = self.answer(self.path.partition("?")[0])
        body = text.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == HTTPStatus.OK and self.headers.get("If-None-Match") == tag:
            status, body = HTTPStatus.NOT_MODIFIED, b""
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are the demo's own and of no interest."""
