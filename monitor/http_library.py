"""The HTTP library, and the certificates that this machine trusts. All other modules get both from here.

The library loads the certificates twice as it is imported: 70 ms, a tenth of a poll that finds nothing. Here they are
loaded once, for the first request to an https address.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

__all__ = ["ResponseHandler", "aiohttp", "trust"]


@contextmanager
def _without_certificates() -> Iterator[None]:
    """Contexts that are made meanwhile trust nobody."""
    usual = ssl.SSLContext.set_default_verify_paths
    ssl.SSLContext.set_default_verify_paths = lambda self: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        ssl.SSLContext.set_default_verify_paths = usual  # type: ignore[method-assign]


with _without_certificates():
    import aiohttp
    from aiohttp.client_proto import ResponseHandler


def trust(url: object) -> ssl.SSLContext | bool:
    """What a request to ``url`` is given as ``ssl``, so that the server has to prove who it is."""
    # The library's own context was made without certificates: it refuses every server.
    return _trusted() if str(url).lstrip()[:6].lower() == "https:" else True


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    return context
