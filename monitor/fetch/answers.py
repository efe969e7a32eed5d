"""Turns refusals and failures of HTTP into a FetchError that names what a person can do about it."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urljoin

from monitor.errors import FetchError
from monitor.fetch.decode import DecodeError, decoder_for
from monitor.fetch.guard import AddressRefusedError
from monitor.http_library import aiohttp
from monitor.pages.challenge import LOOK, challenge_name
from monitor.text.redact import shown_address, shown_text

_NOT_ASCII = re.compile(r"[^\x21-\x7e]+")
_REFUSED_MARK = "internal address"  # words of AddressRefusedError, also inside a combined error

# Answers of a content delivery network about the server behind it (Cloudflare's list of 5xx errors).
_BEHIND = {
    **dict.fromkeys((520, 502), "its server gave an answer that makes no sense"),
    **dict.fromkeys((521, 522, 523, 524, 504), "its server does not answer"),
    **dict.fromkeys((525, 526), "its server has no valid certificate"),
    530: "its server cannot be found",
}


def not_a_page(url: str, media: str) -> FetchError:
    """A picture, a film or a file, by what the server calls it."""
    return FetchError(f"{shown_address(url)} is not a page but {_said(media)}", kind="not-html", permanent=True)


def _said(text: str) -> str:
    from monitor.text.sanitize import one_line  # noqa: PLC0415 - 10 ms; few polls quote a server

    return one_line(text, 60)


def too_large(url: str, limit: int) -> FetchError:
    """The error for a body of more than ``limit`` bytes."""
    return FetchError(
        f"{shown_address(url)} is larger than {limit / 1e6:g} MB; if that is right, raise the limit under http:",
        kind="too-large",
    )


def expires(headers: Mapping[str, str]) -> float | None:
    """Seconds from the server's Date (or our clock) to its Expires (RFC 9111, 5.3); None when it is past or absent."""
    if "Expires" not in headers:
        return None
    until = _http_date(headers["Expires"])
    start = _http_date(headers.get("Date", "")) or time.time()
    return until - start if until and until > start else None


def _http_date(text: str) -> float | None:
    """Seconds since 1970; None for what is no date."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from Retry-After as seconds or as a date (RFC 9110, 10.2.3); a date by the server's clock."""
    text = headers.get("Retry-After", "").strip()[:100]
    if seconds := re.match(r"(\d{1,20})(?:\.\d*)?\s*(?:s|sec|seconds)?(?=[,;]|$)", text, re.ASCII):
        return float(seconds[1])
    moment = _http_date(text) if text else None
    start = _http_date(headers.get("Date", "")) or time.time()
    return max(0.0, moment - start) if moment else None


def is_challenge(headers: Mapping[str, str]) -> bool:
    """Whether the headers mark the answer as a bot challenge, whatever its status."""
    return challenge_name(b"", {key.lower(): value for key, value in headers.items()}) is not None


async def refusal(response: aiohttp.ClientResponse, url: str) -> FetchError:
    """The error for a status that is no success. Reads the start of the body, which may name a challenge."""
    status, name = response.status, shown_address(url)
    retry = _retry_after(response.headers)
    if status == 410:
        return FetchError(f"{name} is gone for good (410); remove it", kind="gone", permanent=True, status=410)
    challenge = None
    if status < 300 or status in (401, 403, 405, 406, 429, 451, 503):
        headers = {key.lower(): value for key, value in response.headers.items()}
        challenge = challenge_name(await _start(response), headers)
    if status in (401, 407):
        text, kind = f"{name} wants a user name and password ({status}); ask its owner for an address", "login"
    elif status == 429:
        text, kind = f"{name} asks for fewer requests (429)", "throttled"
    elif status == 451 and not challenge:
        text = f"{name} may not be read from here for legal reasons (451); a search feed may cover it"
        kind = "blocked"
    elif challenge or status in (403, 418, 999):
        by = f" by {challenge}" if challenge else ""
        text = f"{name} refuses automatic readers{by} ({status}); a search feed may cover it"
        kind = "blocked"
    elif status == 511:
        text, kind = f"{name} cannot be reached: this network asks for a login of its own first (511)", "login"
    elif status in _BEHIND:
        text, kind = f"{name}: {_BEHIND[status]} ({status})", "status"
    elif status in (404, 400, 405):
        text, kind = f"{name} has no feed or page there ({status}); look for its present address", "status"
    else:
        text, kind = f"{name} answered {status} {_said(response.reason or '')}".rstrip(), "status"
    return FetchError(text, kind=kind, status=status, retry_after=retry)


async def _start(response: aiohttp.ClientResponse) -> bytes:
    """The first decoded bytes of an error page; empty when they cannot be read."""
    try:
        decoder = decoder_for(response.headers.get("Content-Encoding", ""))
        raw = await response.content.read(LOOK)
        return next(iter(decoder.feed(raw)), b"") if decoder else raw
    except (DecodeError, aiohttp.ClientError):
        return b""


def translated(error: Exception, url: str, timeout: float) -> FetchError:
    """An error of the HTTP library or the network as a FetchError. ``timeout``: the limit that ran out, in seconds."""
    name = shown_address(url)
    # aiohttp wraps the error of the socket; the socket's own says what went wrong.
    inner = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(error, TimeoutError):
        return FetchError(f"{name} did not answer in full within {timeout:g} s", kind="timeout")
    if isinstance(inner, AddressRefusedError) or _REFUSED_MARK in str(inner):
        text = f"{name} is not read: {inner}; http: allow_private_addresses: true would allow it"
        return FetchError(text, kind="address", permanent=True)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError(f"the name of {name} could not be resolved", kind="dns")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError | aiohttp.ClientConnectorCertificateError):
        return FetchError(f"{name} has no valid certificate: {_reason(inner)}", kind="tls")
    if isinstance(inner, ConnectionRefusedError):
        return FetchError(f"{name} takes no connections", kind="refused")
    if isinstance(error, aiohttp.InvalidURL):
        return FetchError(f"{name!r} is not a usable address", kind="address", permanent=True)
    if isinstance(error, aiohttp.ClientResponseError):
        return FetchError(f"{name} answered with broken HTTP: {_reason(error)}", kind="network")
    return FetchError(f"{name} could not be read: {_reason(inner)}", kind="network")


def _reason(error: BaseException) -> str:
    text = getattr(error, "message", "") or str(error) or type(error).__name__
    return " ".join(shown_text(str(text)).split())[:200]


def joined(url: str, location: str) -> str:
    """The absolute address of a redirect; raw letters outside ASCII, which some servers send, are quoted."""
    location = _NOT_ASCII.sub(lambda raw: quote(raw[0].encode("utf-8", "surrogateescape")), location.strip())
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # refused as an address at the next hop
