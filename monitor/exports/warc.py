"""Fetched pages as a WARC file (ISO 28500, version 1.1) that archives such as pywb replay, through warcio.

A page has a request and a response record for each redirect and for the answer. The headers are as they were received.
The body is kept without its compression, so headers that speak of that (and of the length) get a prefix that says so,
as Heritrix and pywb do. A page of which no headers were kept is a resource record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from monitor.exports.registry import library
from monitor.model import Exchange
from monitor.text.redact import shown_address
from monitor.text.urls import percent_encoded

_CHANGED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_PREFIX = "X-Archive-Orig-"


@dataclass(frozen=True, slots=True)
class Capture:
    """A page. body: as it was read, without compression. exchanges: each redirect and the answer, the first first."""

    url: str
    fetched: datetime
    content_type: str
    body: bytes
    exchanges: tuple[Exchange, ...] = ()


def write(captures: Sequence[Capture], name: str) -> bytes:
    """The file, compressed record by record. name: of the file. Raises ExportError where warcio is missing."""
    warcio, headers = library("warcio.warcwriter"), library("warcio.statusandheaders")
    out = BytesIO()
    writer = warcio.WARCWriter(out, gzip=True, warc_version="1.1")
    about = {"software": "feed-monitor", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(name, about))
    for capture in captures:
        for record in _records(writer, headers, capture):
            writer.write_record(record)
    return out.getvalue()


def _records(writer: Any, headers: ModuleType, capture: Capture) -> Iterator[Any]:
    date = {"WARC-Date": f"{capture.fetched.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    if not capture.exchanges:
        yield writer.create_warc_record(
            _address(capture.url),
            "resource",
            payload=BytesIO(capture.body),
            warc_content_type=capture.content_type or "application/octet-stream",
            warc_headers_dict=date,
        )
        return
    for exchange in capture.exchanges:
        body = capture.body if exchange is capture.exchanges[-1] else b""
        status = f"{exchange.status} {exchange.reason}".strip()
        response = writer.create_warc_record(
            _address(exchange.url),
            "response",
            payload=BytesIO(body),
            http_headers=_as_received(
                headers.StatusAndHeaders(status, _of_the_body(exchange, body), f"HTTP/{exchange.version}")
            ),
            warc_headers_dict=dict(date),
        )
        yield response
        parts = urlsplit(_address(exchange.url))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        concurrent = {"WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
        asked = headers.StatusAndHeaders(f"GET {target} HTTP/{exchange.version}", list(exchange.asked))
        yield writer.create_warc_record(
            _address(exchange.url),
            "request",
            http_headers=_as_received(asked),
            warc_headers_dict=date | concurrent,
        )


def _as_received(headers: Any) -> Any:
    """The headers, written byte for byte: the library percent-encodes what is not ASCII."""

    def buffered(_filter: object = None) -> None:
        headers.headers_buff = headers.to_str().encode("latin-1", "replace") + b"\r\n"

    headers.compute_headers_buffer = buffered
    return headers


def _of_the_body(exchange: Exchange, body: bytes) -> list[tuple[str, str]]:
    """The headers of an answer, with what is not so of the body as it is kept under another name."""
    found = [(_PREFIX + name if name.lower() in _CHANGED else name, value) for name, value in exchange.answered]
    return [*found, ("Content-Length", str(len(body)))]


def _address(url: str) -> str:
    """Percent-encoded: readers of WARC files fail at letters beyond ASCII."""
    return percent_encoded(shown_address(url).partition("#")[0])  # a server is never sent what follows
