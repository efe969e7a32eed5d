"""What is kept of a request and its answer as evidence: all but the body, and what lets somebody in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from yarl import URL

from monitor.http_library import aiohttp
from monitor.model import Exchange
from monitor.model.feeds import Headers
from monitor.text.redact import HIDDEN, secrets_of, without

MOST = 32_000  # characters of the headers of one side; what is beyond is counted, so that nobody can fill the store
_SECRET = frozenset({"authorization", "authentication-info", "cookie", "proxy-authorization"})
_COOKIE = re.compile("(?<==)[^;]+")  # of the first pair, whose value is that of the cookie
LEFT_OUT = "X-Headers-Left-Out"


def exchange_of(url: str, target: URL, response: aiohttp.ClientResponse) -> Exchange:
    """The exchange that ended with ``response``. ``target``: the address as it was asked, with its login."""
    sent = secrets_of(str(target))

    def shown(headers: Iterable[tuple[str, str]]) -> Headers:
        return _bounded((name, _shown(name, value, sent)) for name, value in headers)

    asked = shown(response.request_info.headers.items())
    answered = shown((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers)
    version = f"{response.version.major}.{response.version.minor}" if response.version else "1.1"
    return Exchange(url, asked, version, response.status, without(response.reason or "", *sent), answered)


def _shown(name: str, value: str, sent: Sequence[str]) -> str:
    """What a header says, without what lets somebody in: a cookie that a site sets may be that of who has logged in."""
    if name.lower() in _SECRET:
        return HIDDEN
    if name.lower() == "set-cookie":
        return _COOKIE.sub(HIDDEN, value, count=1)
    return without(value, *sent)


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
