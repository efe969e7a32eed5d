"""All HTTP reading: one session, polite to each host, bounded in time and size, closed to private networks.

When to read is decided elsewhere (`monitor.feeds.schedule`). docs/explanation/security.md lists the promises.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import Self

from yarl import URL

from monitor.deadline import deadline
from monitor.errors import FetchError
from monitor.fetch.answers import is_challenge, joined, not_a_page, refusal, translated
from monitor.fetch.body import SeemsCutError, body_of, result_of, seems_cut
from monitor.fetch.decode import ACCEPT_ENCODING
from monitor.fetch.exchange import exchange_of
from monitor.fetch.guard import is_loopback, socket_factory
from monitor.fetch.hop import Answer, Redirect, Request
from monitor.fetch.turns import Pace, Turn
from monitor.fetch.until_close import UntilClose
from monitor.http_library import aiohttp, trust
from monitor.model import Exchange, FetchResult
from monitor.text.redact import hide_target, hiding, secrets_of, shown_address
from monitor.text.urls import with_ascii_host

_FEED_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_PAGE_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.1"
_NOT_TEXT = ("image/", "video/", "audio/", "font/", "application/zip", "application/octet-stream")
_PERMANENT = (301, 308)
_REDIRECTS = (300, 301, 302, 303, 307, 308)
# Sent letter for letter: "%2C" and "," are the same to most servers, not to one that signs its addresses.
_AS_IT_STANDS = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?/(?:[!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*")
_HUNG_UP = ("network", "timeout")


@dataclass(frozen=True)
class FetchSettings:
    """How to read. Times in seconds, sizes in bytes after decompression.

    timeout: for one whole request with its redirects and body; the wait for the host's turn does not count.
    per_host_connections, per_host_delay: requests to one host at the same time, and seconds from one start to the
    next. None: 2 and 1 s, and no limit for this machine itself (reached only with ``allow_private_addresses``).
    logins: addresses with a user and a password, which are sent with every request to the same scheme, host and port:
    what a feed behind a login names is addressed without it.
    host_delays: (host, seconds) of hosts that need a longer delay. shared_domains: domains whose sub-domains count as
    one host.
    """

    timeout: float = 20.0
    max_feed_size: int = 10_000_000
    max_page_size: int = 5_000_000
    allow_private_addresses: bool = False
    user_agent: str = "feed-monitor/0.1 (+https://example.org/feed-monitor)"
    per_host_connections: int | None = None
    per_host_delay: float | None = None
    concurrency: int = 100
    max_redirects: int = 5
    host_delays: tuple[tuple[str, float], ...] = (
        ("api.gdeltproject.org", 6.0),  # it allows one request in 5 s
        ("news.google.com", 10.0),
        ("www.bing.com", 3.0),
    )
    shared_domains: tuple[str, ...] = ()
    logins: tuple[str, ...] = field(default=(), repr=False)


class Fetcher:
    """Reads feeds and pages. An asynchronous context manager; safe to share by any number of tasks of one loop.

    pace: spaces the requests to a host between all processes that share it; None where this one asks alone.
    """

    def __init__(self, settings: FetchSettings, pace: Pace | None = None) -> None:
        self._settings = settings
        self._pace = pace
        self._until_close: aiohttp.ClientSession | None = None
        self._turns: dict[str, Turn] = {}
        self._delays = dict(settings.host_delays)
        named = [_checked(url) for url in reversed(settings.logins)]  # the first of one server counts
        self._logins = {url.origin(): url for url in named if url.raw_user}

    async def __aenter__(self) -> Self:
        self._all = asyncio.Semaphore(self._settings.concurrency)
        self._session = self._opened(aiohttp.TCPConnector)
        return self

    def _opened(self, connector: type[aiohttp.TCPConnector]) -> aiohttp.ClientSession:
        settings = self._settings
        return aiohttp.ClientSession(
            connector=connector(
                limit=0,  # the turns below limit
                keepalive_timeout=5,
                ttl_dns_cache=60,
                socket_factory=socket_factory(settings.allow_private_addresses),
            ),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"User-Agent": settings.user_agent, "Accept-Encoding": ACCEPT_ENCODING},
            max_field_size=32 * 1024,
            max_line_size=16 * 1024,
            read_bufsize=128 * 1024,
        )

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()
        if self._until_close:
            await self._until_close.close()

    async def feed(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        validators_url: str | None = None,
        insecure_tls: bool = False,
    ) -> FetchResult:
        """Reads a feed, conditionally when validators (``etag``, ``last_modified``) are given. Raises FetchError.

        The validators are sent only to the address they came from: ``validators_url``, by default ``url``.
        A body that ends early is returned with ``flaw`` set, because most of its entries can be read.
        """
        validators = {}
        if etag:
            validators["If-None-Match"] = etag
        if last_modified:
            validators["If-Modified-Since"] = last_modified
        request = Request(
            url, {"Accept": _FEED_ACCEPT}, self._settings.max_feed_size, insecure_tls, keep_partial=True,
            validators=validators, validators_url=validators_url or url,
        )  # fmt: skip
        return await self._read(request)

    async def page(self, url: str) -> FetchResult:
        """Reads an article page, and records how. Raises FetchError, of kind "not-html" for a picture, film or file."""
        headers = {"Accept": _PAGE_ACCEPT}
        request = Request(url, headers, self._settings.max_page_size, pictures=False, recorded=True)
        return await self._read(request)

    async def post_form(self, url: str, fields: Mapping[str, str]) -> None:
        """Posts a form, as to a hub; what is answered is not read. Raises FetchError, also for a redirect."""
        target = _checked(url)
        turn = await self._enter(target.host or "")
        try:
            async with (
                deadline(self._settings.timeout),
                self._session.post(target, data=dict(fields), allow_redirects=False, ssl=trust(target)) as response,
            ):
                if not 200 <= response.status < 300:
                    raise await refusal(response, url)
        except (aiohttp.ClientError, OSError, ValueError, FetchError) as error:
            failure = error if isinstance(error, FetchError) else translated(error, url, self._settings.timeout)
            raise hiding(failure, *secrets_of(url), *fields.values()) from error
        finally:
            self._leave(turn)

    async def _read(self, request: Request) -> FetchResult:
        """What the address and its redirects bring. Raises FetchError, which repeats no secret that was sent."""
        first = self._with_login(_checked(request.url))
        try:
            answer = await self._follow(request, first)
        except FetchError as error:
            raise hiding(error, *secrets_of(str(first))) from error.__cause__
        sent = (*secrets_of(str(first)), *secrets_of(answer.url)) if answer.body else ()
        return replace(answer, sent=tuple(filter(None, sent))) if sent else answer

    async def _follow(self, request: Request, first: URL) -> FetchResult:
        """Follows the redirects from ``first``; each hop is checked and waits for the turn of its host."""
        url, permanent, left = request.url, True, self._settings.timeout
        jar: aiohttp.CookieJar | None = None
        hops: list[Exchange] = []
        for hop in range(self._settings.max_redirects + 1):
            target = self._with_login(_checked(url)) if hop else first
            answer, left = await self._hop(partial(self._request, request, url, target, jar), url, target, left)
            if isinstance(answer, FetchResult):
                if not hop:
                    return answer
                moved = url if hop and permanent else None
                return replace(answer, permanent_url=moved, exchanges=(*hops, *answer.exchanges))
            if answer.exchange:
                hops.append(answer.exchange)
            # The new address is remembered only when every hop is permanent: a temporary hop may lead elsewhere later.
            permanent = permanent and answer.status in _PERMANENT
            # Some sites redirect in a circle until their cookie comes back; it lives for this one request only.
            if answer.cookies:
                jar = jar or aiohttp.CookieJar(unsafe=True)
                jar.update_cookies(answer.cookies, target)
            hide_target(url, answer.location)
            url = answer.location
        raise FetchError(
            f"{shown_address(request.url)} redirects more than {self._settings.max_redirects} times; "
            "look for the feed's present address",
            kind="redirects",
        )

    async def _hop(
        self, ask: Callable[[Turn | None, bool], Awaitable[Answer]], url: str, target: URL, left: float
    ) -> tuple[Answer, float]:
        """The answer of one hop, and the seconds that are left; the wait for a turn is not the host's fault.

        A server that has hung up while this process was frozen is asked once more. So is one that sends more than the
        length it gives: all that it sends is then read.
        """
        short: FetchResult | None = None
        broken: FetchError | None = None
        until_close = False
        for last in (False, True):
            turn = await self._enter(target.host or "")
            try:
                async with deadline(max(0.1, left)) as limit:
                    answer = await ask(turn, until_close)
                return answer, limit.left
            except SeemsCutError as error:
                short, left, until_close = error.answer, limit.left, True
            except (aiohttp.ClientError, OSError, ValueError, FetchError) as error:
                if short:
                    return short, limit.left
                failure = error if isinstance(error, FetchError) else translated(error, url, self._settings.timeout)
                until_close = isinstance(error, aiohttp.ClientResponseError)
                if last or not (until_close or (limit.frozen and failure.kind in _HUNG_UP)):
                    told = broken if broken and failure.kind in _HUNG_UP else failure
                    raise hiding(told, *secrets_of(str(target))) from error
                left, broken = (limit.left, failure) if until_close else (left, None)
            finally:
                self._leave(turn)
        raise AssertionError

    def _with_login(self, target: URL) -> URL:
        known = None if target.raw_user or not self._logins else self._logins.get(target.origin())
        return target.with_user(known.user).with_password(known.password) if known else target

    async def _request(
        self,
        request: Request,
        url: str,
        target: URL,
        jar: aiohttp.CookieJar | None,
        turn: Turn | None,
        until_close: bool,
    ) -> Answer:
        """One hop. Raises FetchError for a refusal, SeemsCutError; the HTTP library's errors pass through.

        until_close: whether all is read that the server sends, whatever length it gives.
        """
        if until_close:
            self._until_close = self._until_close or self._opened(UntilClose)
        headers = dict(request.headers)
        conditional = bool(request.validators) and url == request.validators_url
        if conditional:
            headers.update(request.validators)
        if until_close or (turn and turn.users == 1):
            # Nobody waits for this host: an idle connection (TLS: 300 kB) would only wait for its end.
            headers["Connection"] = "close"
        cookies = {name: morsel.value for name, morsel in jar.filter_cookies(target).items()} if jar else None
        session = self._until_close if until_close and self._until_close else self._session
        async with session.get(
            target,
            headers=headers,
            allow_redirects=False,
            cookies=cookies,
            ssl=False if request.insecure_tls and target.host == _checked(request.url).host else trust(target),
        ) as response:
            if response.status in _REDIRECTS and "Location" in response.headers:
                led = exchange_of(url, target, response) if request.recorded else None
                return Redirect(response.status, joined(url, response.headers["Location"]), response.cookies, led)
            if response.status == 304 and conditional:
                return result_of(request, url, response)
            if not 200 <= response.status < 300 or is_challenge(response.headers):
                raise await refusal(response, url)
            if not request.pictures and response.headers.get("Content-Type", "").startswith(_NOT_TEXT):
                raise not_a_page(url, response.headers["Content-Type"])
            body, flaw = await body_of(response, request, url)
            answer = result_of(request, url, response, body, flaw)
            if request.keep_partial and not until_close and seems_cut(answer, response):
                raise SeemsCutError(answer)
            return replace(answer, exchanges=(exchange_of(url, target, response),)) if request.recorded else answer

    async def _enter(self, host: str) -> Turn | None:
        """Waits for this host's turn and a free place; None for a host without limits of its own."""
        turn = self._turn(host)
        if turn is None:
            await self._all.acquire()
            return None
        async with AsyncExitStack() as undo:  # a task cancelled while waiting gives back what it took
            turn.users += 1
            undo.callback(turn.left)
            await turn.slots.acquire()
            undo.callback(turn.slots.release)
            async with turn.lock:  # starts of one host are spaced even when all places are taken
                late = await turn.until_next_start(self._pace)
                # Last of all: a task that waits for one slow host must not take a place from the others.
                late |= self._all.locked()
                await self._all.acquire()
                undo.callback(self._all.release)
                if late and self._pace:  # another process may have begun since
                    await turn.until_next_start(self._pace)
                turn.next_start = time.monotonic() + turn.delay
            undo.pop_all()
        return turn

    def _leave(self, turn: Turn | None) -> None:
        self._all.release()
        if turn:
            turn.users -= 1
            turn.slots.release()

    def _turn(self, host: str) -> Turn | None:
        settings = self._settings
        key = next((d for d in settings.shared_domains if host == d or host.endswith("." + d)), host)
        if turn := self._turns.get(key):
            return turn
        connections, delay = settings.per_host_connections, settings.per_host_delay
        if connections is None and delay is None and is_loopback(host):
            return None
        if len(self._turns) > 5000:  # over months pages come from very many hosts
            now = time.monotonic()
            self._turns = {k: t for k, t in self._turns.items() if t.users or t.next_start > now}
        delay = 1.0 if delay is None else delay
        turn = Turn(key, connections or 2, max(delay, self._delays.get(host, 0.0)))
        self._turns[key] = turn
        return turn


def _checked(url: str) -> URL:
    """The address in the form of the HTTP library. Raises FetchError for anything but http and https."""
    try:
        target = URL(with_ascii_host(url), encoded=_AS_IT_STANDS.fullmatch(url) is not None)
        valid = target.scheme in ("http", "https") and bool(target.host)
    except (ValueError, UnicodeError) as error:
        raise FetchError(
            f"{shown_address(url)!r} is not a usable address: {error}", kind="address", permanent=True
        ) from error
    if not valid:
        raise FetchError(
            f"{shown_address(url)!r} is not read: only http and https addresses are",
            kind="address",
            permanent=True,
        )
    return target
