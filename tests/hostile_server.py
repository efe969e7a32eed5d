"""A loopback server that does what servers should not: each path is one misbehaviour. Used by several tests."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import sys
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FEED = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Hostile</title>'
    "<item><title>توافق دفاعی ایران و عراق</title><link>https://feed.example/1</link><guid>1</guid></item>"
    "<item><title>Second</title><link>https://feed.example/2</link><guid>2</guid></item></channel></rss>"
).encode()
HTML = b"<!doctype html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"


@dataclass
class Request:
    path: str
    headers: dict[str, str]


Answer = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class HostileServer:
    """``base`` is its address. ``seen`` are all requests, ``open`` and ``most_open`` how many at once."""

    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[Request] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    base: str = ""
    port: int = 0
    open: int = 0
    most_open: int = 0
    connections: int = 0
    tls: ssl.SSLContext | None = None

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self.base = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
                request = Request(head[0].split(" ")[1], headers)
                self.seen.append(request)
                self.times.append(asyncio.get_running_loop().time())
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                try:
                    await self._answer(request, writer)
                    await writer.drain()
                finally:
                    self.open -= 1
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        name = request.path.split("?")[0].strip("/").split("/")[0]
        await self.answers.get(name, BEHAVIOURS.get(name, _not_found))(request, writer)


def reply(
    writer: asyncio.StreamWriter,
    body: bytes = FEED,
    status: str = "200 OK",
    headers: str = "Content-Type: application/rss+xml\r\n",
) -> None:
    writer.write(f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def fixed(body: bytes = FEED, status: str = "200 OK", headers: str = "Content-Type: application/rss+xml\r\n") -> Answer:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        reply(writer, body, status, headers)

    return answer


def redirect(target: str, status: str = "302 Found", extra: str = "") -> Answer:
    return fixed(b"", status, f"Location: {target}\r\n{extra}")


async def _not_found(request: Request, writer: asyncio.StreamWriter) -> None:
    reply(writer, b"no", "404 Not Found")


async def _chain(request: Request, writer: asyncio.StreamWriter) -> None:
    left = int(request.path.rsplit("/", 1)[1])
    if left:
        reply(writer, b"", "301 Moved Permanently", f"Location: /chain/{left - 1}\r\n")
    else:
        reply(writer)


async def _cookie_wall(request: Request, writer: asyncio.StreamWriter) -> None:
    """Redirects to itself until the cookie it sets comes back, as some news sites do."""
    if "seen=1" in request.headers.get("cookie", ""):
        reply(writer)
    else:
        reply(writer, b"", "302 Found", "Location: /cookie-wall\r\nSet-Cookie: seen=1; Path=/\r\n")


async def _slow(request: Request, writer: asyncio.StreamWriter) -> None:
    """One byte at a time: every read makes progress, the whole never ends."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"<")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _slow_headers(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X-A: b\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _hang(request: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def _endless(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"<a>" * 20_000)
        await writer.drain()


async def _big_headers(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * 200_000 + b"\r\n\r\n")


async def _etag(request: Request, writer: asyncio.StreamWriter) -> None:
    if request.headers.get("if-none-match") == '"v1"':
        writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n')
    else:
        reply(writer, headers='ETag: "v1"\r\nCache-Control: public, max-age=900\r\n')


async def _lastmod(request: Request, writer: asyncio.StreamWriter) -> None:
    date = "Mon, 16 Nov 2026 10:00:00 GMT"
    if request.headers.get("if-modified-since") == date:
        writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    else:
        reply(writer, headers=f"Last-Modified: {date}\r\n")


async def _short(request: Request, writer: asyncio.StreamWriter) -> None:
    """Says more bytes than it sends."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nETag: "x"\r\nContent-Length: 99999\r\n\r\n' + FEED)
    await writer.drain()
    writer.close()


async def _reset(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def _gz(body: bytes, level: int = 9) -> bytes:
    return gzip.compress(body, level, mtime=0)


def _raw_deflate(body: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(body) + engine.flush()


def _encoded(body: bytes, encoding: str) -> Answer:
    return fixed(body, headers=f"Content-Type: text/xml\r\nContent-Encoding: {encoding}\r\n")


def _raw(answer: bytes) -> Answer:
    """These bytes and the end of the connection."""

    async def send(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    return send


_BOMB = b"<rss>" + b" " * 20_000_000
BEHAVIOURS: dict[str, Answer] = {
    "ok": fixed(),
    "chain": _chain,
    "cookie-wall": _cookie_wall,
    "slow": _slow,
    "slow-headers": _slow_headers,
    "hang": _hang,
    "no-length-endless": _endless,
    "big-headers": _big_headers,
    "etag": _etag,
    "lastmod": _lastmod,
    "truncated-length": _short,
    "reset": _reset,
    "gzip": _encoded(_gz(FEED), "gzip"),
    "gzip-members": _encoded(_gz(FEED[:100]) + _gz(FEED[100:]), "gzip"),
    "gzip-unsaid": fixed(_gz(FEED), headers="Content-Type: application/gzip\r\n"),
    "gzip-truncated": _encoded(_gz(FEED)[:-30], "gzip"),
    "gzip-bomb": _encoded(_gz(_BOMB), "gzip"),
    "nested-bomb": _encoded(_gz(_gz(_BOMB)), "gzip"),
    "two-layers": _encoded(_gz(_gz(FEED)), "gzip, gzip"),
    "bad-gzip": _encoded(b"this is not gzip at all", "gzip"),
    "bad-crc": _encoded(_gz(FEED)[:-8] + b"\0" * 8, "gzip"),
    "deflate": _encoded(zlib.compress(FEED), "deflate"),
    "deflate-raw": _encoded(_raw_deflate(FEED), "deflate"),
    "br": _encoded(brotli.compress(FEED), "br"),
    "br-bomb": _encoded(brotli.compress(_BOMB, quality=1), "br"),
    "br-truncated": _encoded(brotli.compress(FEED)[:-5], "br"),
    "gzip-identity": _encoded(_gz(FEED), "gzip, identity"),
    **{f"plain-said-{name}": _encoded(FEED, name) for name in ("gzip", "deflate", "br", "zstd")},
    "gzip-said-br": _encoded(_gz(FEED), "br"),
    "gzip-junk-after": _encoded(_gz(FEED) + b"junk", "gzip"),
    "zstd": _encoded(zstd.compress(FEED), "zstd"),
    "zstd-unsaid": fixed(zstd.compress(FEED)),
    "zstd-bomb": _encoded(zstd.compress(_BOMB), "zstd"),
    "deflate-bomb": _encoded(zlib.compress(_BOMB), "deflate"),
    "encoding-utf-8": _encoded(FEED, "utf-8"),
    "encoding-aws-chunked": _encoded(FEED, "aws-chunked"),
    "encoding-compress": _encoded(b"\x1f\x9d\x90" + FEED, "compress"),
    "charset-clash": fixed(headers="Content-Type: text/xml; charset=iso-8859-1\r\n"),
    "401": fixed(b"", "401 Unauthorized", 'WWW-Authenticate: Basic realm="x"\r\n'),
    "403": fixed(HTML, "403 Forbidden"),
    "404": fixed(b"", "404 Not Found"),
    "410": fixed(b"", "410 Gone"),
    "429": fixed(b"", "429 Too Many Requests", "Retry-After: 120\r\n"),
    "500": fixed(b"oops", "500 Internal Server Error"),
    "503-challenge": fixed(HTML, "503 Service Unavailable", "Content-Type: text/html\r\nRetry-After: 60\r\n"),
    "300": redirect("/ok", "300 Multiple Choices"),
    "http-1.0": _raw(b"HTTP/1.0 200 OK\r\n\r\n" + FEED),
    "http-0.9": _raw(FEED),
    "line-feeds": _raw(b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(FEED) + FEED),
    "early-hints": _raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + FEED),
    "lengths-two": _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 308\r\n\r\n" + FEED),
    "length-and-chunks": _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "chunk-huge": _raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n" + FEED),
    "headers-many": _raw(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(20_000)) + b"\r\n" + FEED),
    "switch": _raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    "another-protocol": _raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "reason-of-bytes": _raw(b"HTTP/1.1 500 \xff\xfe\r\nContent-Length: 0\r\n\r\n"),
    "location-of-bytes": _raw(b"HTTP/1.1 301 Moved\r\nLocation: /\xff\xfe\r\nContent-Length: 0\r\n\r\n"),
    "validators-of-bytes": _raw(b'HTTP/1.1 200 OK\r\nETag: "\xff"\r\nLast-Modified: \xfe\r\n\r\n' + FEED),
    "etag-long": fixed(headers=f'ETag: "{"e" * 20_000}"\r\n'),
    "part": fixed(FEED[:200], "206 Partial Content", 'ETag: "x"\r\nContent-Range: bytes 0-199/999\r\n'),
    "202-challenge": fixed(b"", "202 Accepted", "x-amzn-waf-action: challenge\r\n"),
    "200-challenge": fixed(HTML, headers="cf-mitigated: challenge\r\n"),
    "418": fixed(b"", "418 I'm a teapot"),
    "451": fixed(b"", "451 Unavailable For Legal Reasons"),
    "511": fixed(b"", "511 Network Authentication Required"),
    "522": fixed(b"", "522 "),
    "530": fixed(b"error code: 1016", "530 "),
    "999": fixed(b"", "999 Request denied"),
    "to-data": redirect("data:text/xml,<rss/>"),
    "to-script": redirect("javascript:alert(1)"),
    "to-port": redirect("http://127.0.0.1:99999/"),
    "304-unasked": fixed(b"", "304 Not Modified", ""),
    "empty-200": fixed(b""),
    "html-200": fixed(HTML, headers="Content-Type: text/html\r\n"),
    "picture": fixed(b"\x89PNG", headers="Content-Type: image/png\r\n"),
    "to-file": redirect("file:///etc/passwd"),
    "to-nonsense": redirect("http://[half"),
    "to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
    "loop": redirect("/loop"),
}
