"""What is kept of a request and its answer as evidence: all but the body, and the secrets of the request."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.http_library import aiohttp
from monitor.model import Exchange
from monitor.model.feeds import Headers
from monitor.text.redact import HIDDEN

MOST = 32_000  # characters of the headers of one side; what is beyond is counted, so that nobody can fill the store
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})
LEFT_OUT = "X-Headers-Left-Out"


def exchange_of(url: str, response: aiohttp.ClientResponse) -> Exchange:
    """The exchange that ended with ``response``; ``url``: the address, which may hold a secret."""
    asked = (
        (name, HIDDEN if name.lower() in _SECRET else value) for name, value in response.request_info.headers.items()
    )
    answered = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers)
    version = f"{response.version.major}.{response.version.minor}" if response.version else "1.1"
    return Exchange(url, _bounded(asked), version, response.status, response.reason or "", _bounded(answered))


def _bounded(headers: Iterable[tuple[str, str]]) -> Headers:
    kept: list[tuple[str, str]] = []
    left, size = 0, 0
    for name, value in headers:
        size += len(name) + len(value)
        if size > MOST:
            left += 1
        else:
            kept.append((name, value))
    return (*kept, (LEFT_OUT, str(left))) if left else tuple(kept)
