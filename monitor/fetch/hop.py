"""What is asked in a request, and what one hop of it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from monitor.http_library import aiohttp
from monitor.model import Exchange, FetchResult
from monitor.model.frozen import frozen


@frozen
class Request:
    """limit: bytes of the decoded body. keep_partial: a body that ends early is returned, not raised. pictures: whether
    media other than text are read. recorded: whether the exchanges are kept.
    """

    url: str
    headers: Mapping[str, str]
    limit: int
    insecure_tls: bool = False
    keep_partial: bool = False
    pictures: bool = True
    recorded: bool = False
    validators: Mapping[str, str] = field(default_factory=dict)
    validators_url: str = ""


@frozen
class Redirect:
    """An answer that names another address."""

    status: int
    location: str
    cookies: aiohttp.typedefs.LooseCookies
    exchange: Exchange | None


Answer = FetchResult | Redirect
