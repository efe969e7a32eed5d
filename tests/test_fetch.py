"""Reading over HTTP against a loopback server that misbehaves; the promises of docs/explanation/security.md."""

from __future__ import annotations

import asyncio
import random
import shutil
import socket
import ssl
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib import resources
from ipaddress import IPv4Address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import http_library
from monitor.errors import FetchError, ParseError
from monitor.feeds.parse import parse_feed
from monitor.feeds.read import read_feed
from monitor.fetch import Fetcher, FetchSettings
from monitor.fetch.guard import is_public
from monitor.model import Feed
from tests.hostile_server import FEED, HostileServer, fixed, redirect

NOW = datetime(2026, 11, 21, tzinfo=UTC)
KEY = "Zk83hQp2LmX7vT4c9RbW"
LOGIN = b64encode(b"user:p4ssw0rdX").decode()


def settings(**changes: Any) -> FetchSettings:
    return FetchSettings(**{"allow_private_addresses": True, "timeout": 5.0, "max_feed_size": 1_000_000} | changes)


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    async with HostileServer() as running:
        yield running


async def refused(server: HostileServer, path: str, **changes: Any) -> FetchError:
    async with Fetcher(settings(**changes)) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.feed(f"{server.base}/{path}")
    return caught.value


@pytest.mark.parametrize("kind", ["feed", "page"])
@pytest.mark.parametrize("said", [KEY, LOGIN, "p4ssw0rdX"])
@pytest.mark.parametrize(
    "answer",
    [
        "{said} HTTP/1.1\r\n\r\n",
        "HTTP/1.1 {said}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nodd({said}): x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: {said}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{said}\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: {said}\r\nContent-Type: image/{said}\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 302 Found\r\nLocation: ftp:/{said}?key={said}\r\n\r\n",
        "HTTP/1.1 403 {said}\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_a_server_that_repeats_what_it_was_sent_spreads_it_nowhere(answer: str, said: str, kind: str) -> None:
    async with answering(answer.format(said=said)) as url, Fetcher(settings()) as fetcher:
        with pytest.raises(FetchError) as caught:
            await getattr(fetcher, kind)(url)
    assert said.lower() not in str(caught.value).lower()


@asynccontextmanager
async def answering(answer: str) -> AsyncIterator[str]:
    """A server that gives this answer to whatever it is asked; the address of a feed there, with a login and a key."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer.encode())
        writer.close()

    async with await asyncio.start_server(converse, "127.0.0.1", 0) as server:
        yield f"http://user:p4ssw0rdX@127.0.0.1:{server.sockets[0].getsockname()[1]}/feed?key={KEY}"


@pytest.mark.parametrize("said", [KEY, LOGIN, "p4ssw0rdX"])
@pytest.mark.parametrize(
    "body",
    [
        "<html><title>Welcome {said}</title><p>News",
        "<html><meta http-equiv=refresh content='0; url=/in?next={said}'><p>News",
        '{{"error": "{said} has no right to this"}}',
        "<error><message>nothing for {said}</message></error>",
        "no feed for {said} today",
        "too many requests of {said}",
    ],
)
async def test_what_is_no_feed_is_described_without_what_it_repeats(body: str, said: str) -> None:
    async with answering(f"HTTP/1.1 200 OK\r\n\r\n{body.format(said=said)}") as url, Fetcher(settings()) as fetcher:
        answer = await fetcher.feed(url)
    with pytest.raises(ParseError) as caught:
        read_feed(answer, Feed("http://127.0.0.1/feed", "News"), datetime.now(UTC), None)
    assert said.lower() not in str(caught.value).lower()


@pytest.mark.parametrize("said", [KEY, LOGIN, "p4ssw0rdX"])
async def test_what_is_kept_of_an_exchange_lets_nobody_in(said: str) -> None:
    headers = f'Set-Cookie: session=c00kie; Path=/\r\nX-Asked: {said}\r\nLink: </a?key={said}>\r\nETag: "x"\r\n'
    async with answering(f"HTTP/1.1 200 {said}\r\n{headers}\r\n<p>News") as url, Fetcher(settings()) as fetcher:
        [kept] = (await fetcher.page(url)).exchanges
    assert said.lower() not in repr(replace(kept, url="")).lower()
    assert dict(kept.answered)["Set-Cookie"] == "session=***; Path=/"
    assert dict(kept.answered)["ETag"] == '"x"'


@pytest.mark.parametrize(
    "path",
    [
        "ok",
        "gzip",
        "gzip-members",
        "gzip-unsaid",
        "deflate",
        "deflate-raw",
        "br",
        "charset-clash",
        "chain/5",
        "cookie-wall",
        "gzip-identity",
        "gzip-said-br",
        "plain-said-gzip",
        "plain-said-deflate",
        "plain-said-br",
        "plain-said-zstd",
        "gzip-junk-after",
        "zstd",
        "zstd-unsaid",
        "encoding-utf-8",
        "encoding-aws-chunked",
        "300",
        "http-1.0",
        "line-feeds",
        "early-hints",
    ],
)
async def test_these_answers_are_read_whole(server: HostileServer, path: str) -> None:
    async with Fetcher(settings()) as fetcher:
        result = await fetcher.feed(f"{server.base}/{path}")
    assert result.body == FEED
    assert result.flaw is None
    parsed = parse_feed(result.body, url=result.url, charset=result.charset, now=NOW)
    assert parsed.entries[0].title == "توافق دفاعی ایران و عراق"


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("chain/6", "redirects", "more than 5 times"),
        ("loop", "redirects", "more than 5 times"),
        ("to-file", "address", "only http and https"),
        ("to-nonsense", "address", "not a usable address"),
        ("no-length-endless", "too-large", "larger than 1 MB"),
        ("gzip-bomb", "too-large", "larger than 1 MB"),
        ("br-bomb", "too-large", "larger than 1 MB"),
        ("bad-gzip", "encoding", "cannot be decompressed"),
        ("bad-crc", "encoding", "cannot be decompressed"),
        ("two-layers", "encoding", "not requested"),
        ("zstd-bomb", "too-large", "larger than 1 MB"),
        ("deflate-bomb", "too-large", "larger than 1 MB"),
        ("encoding-compress", "encoding", "not requested"),
        ("to-data", "address", "only http and https"),
        ("to-script", "address", "only http and https"),
        ("to-port", "address", "not a usable address"),
        ("big-headers", "network", "broken HTTP"),
        ("headers-many", "network", "broken HTTP"),
        ("http-0.9", "network", "broken HTTP"),
        ("lengths-two", "network", "broken HTTP"),
        ("length-and-chunks", "network", "broken HTTP"),
        ("chunk-huge", "network", "broken HTTP"),
        ("another-protocol", "network", "broken HTTP"),
        ("switch", "status", "101"),
        ("reason-of-bytes", "status", "500"),
        ("location-of-bytes", "status", "%FF%FE"),
        ("202-challenge", "blocked", "AWS WAF"),
        ("200-challenge", "blocked", "Cloudflare"),
        ("418", "blocked", "automatic readers"),
        ("999", "blocked", "automatic readers"),
        ("451", "blocked", "legal"),
        ("511", "login", "network"),
        ("522", "status", "does not answer"),
        ("530", "status", "cannot be found"),
        ("reset", "network", "could not be read"),
        ("401", "login", "password"),
        ("403", "blocked", "Cloudflare"),
        ("404", "status", "404"),
        ("410", "gone", "410"),
        ("500", "status", "500"),
        ("304-unasked", "status", "304"),
    ],
)
async def test_these_answers_fail_with_a_reason(server: HostileServer, path: str, kind: str, says: str) -> None:
    error = await refused(server, path)
    assert error.kind == kind
    assert says in str(error)
    assert error.permanent == (kind in ("address", "gone"))


@pytest.mark.parametrize("path", ["slow", "slow-headers", "hang"])
async def test_the_deadline_is_for_the_whole_request(server: HostileServer, path: str) -> None:
    started = time.monotonic()
    error = await refused(server, path, timeout=0.3)
    assert error.kind == "timeout"
    assert time.monotonic() - started < 1.5


async def test_a_persian_name_with_a_joiner_is_read(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve, asked = asyncio.BaseEventLoop.getaddrinfo, []

    async def found(loop: Any, host: Any, *args: Any, **options: Any) -> Any:
        asked.append(host)
        return await resolve(loop, "127.0.0.1", *args, **options)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", found)
    port = urlsplit(server.base).port
    server.answers["moved"] = redirect(f"http://می\u200cشود.example:{port}/ok")
    async with Fetcher(settings()) as fetcher:
        result = await fetcher.feed(f"http://نامه\u200cای.example:{port}/moved")
    assert result.body == FEED
    assert asked == ["xn--mgba3gch31f060k.example", "xn--ugbj4cn27d652j.example"]


async def test_the_deadline_counts_over_redirects(server: HostileServer) -> None:
    async def late(request: Any, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /late\r\nContent-Length: 0\r\n\r\n")

    server.answers["late"] = late
    error = await refused(server, "late", timeout=0.3)
    assert error.kind == "timeout"
    assert len(server.seen) <= 3


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120.5", 120), ("60, 120", 60), ("60 seconds", 60), ("9" * 15, 10**15 - 1), ("-5", None), ("1e3", None),
        ("Fri, 20 Nov 2020 10:00:00 GMT", 0), ("Friday, 20-Nov-20 10:00:00 GMT", 0), ("soon", None), ("", None),
        ("\u0663", None),
    ],
)  # fmt: skip
async def test_retry_after_in_any_form(server: HostileServer, written: str, seconds: float | None) -> None:
    server.answers["busy"] = fixed(b"", "429 Too Many Requests", f"Retry-After: {written}\r\n")
    assert (await refused(server, "busy")).retry_after == seconds


@pytest.mark.parametrize("path", ["validators-of-bytes", "etag-long"])
async def test_validators_that_cannot_be_sent_back_are_not_kept(server: HostileServer, path: str) -> None:
    async with Fetcher(settings()) as fetcher:
        result = await fetcher.feed(f"{server.base}/{path}")
    assert result.body == FEED
    assert (result.etag, result.last_modified) == (None, None)


async def test_a_part_is_no_whole(server: HostileServer) -> None:
    async with Fetcher(settings()) as fetcher:
        result = await fetcher.feed(f"{server.base}/part")
    assert result.flaw == "only a part of it was sent (206)"
    assert result.etag is None


async def test_an_address_is_asked_for_as_it_is_written(server: HostileServer) -> None:
    async with Fetcher(settings()) as fetcher:
        for path in ("/ok?a=%2C&b=%3A,x", "/ok/%7Euser/a%2Fb", "/ok?q=x+y%20z"):
            await fetcher.feed(server.base + path)
            assert server.seen[-1].path == path
        await fetcher.feed(f"{server.base}/ok?q=ایران و عراق")
    assert server.seen[-1].path.isascii()


@pytest.mark.parametrize("path", ["truncated-length", "gzip-truncated", "br-truncated"])
async def test_a_cut_body_is_kept_flagged_and_asked_for_again(server: HostileServer, path: str) -> None:
    async with Fetcher(settings()) as fetcher:
        result = await fetcher.feed(f"{server.base}/{path}")
        with pytest.raises(FetchError):
            await fetcher.page(f"{server.base}/{path}")
    assert result.flaw
    assert result.body
    assert result.etag is None  # else the rest would hide behind a 304
    assert FEED.startswith(result.body)


async def test_only_one_layer_of_compression_is_undone(server: HostileServer) -> None:
    async with Fetcher(settings()) as fetcher:
        result = await fetcher.feed(f"{server.base}/nested-bomb")
    assert result.body[:2] == b"\x1f\x8b"
    assert len(result.body) < 100_000


@pytest.mark.parametrize("path", ["etag", "lastmod"])
async def test_validators_bring_a_304(server: HostileServer, path: str) -> None:
    url = f"{server.base}/{path}"
    async with Fetcher(settings()) as fetcher:
        first = await fetcher.feed(url)
        again = await fetcher.feed(url, etag=first.etag, last_modified=first.last_modified)
    assert not first.not_modified
    assert again.not_modified
    assert again.body == b""
    assert first.cache_max_age == (900 if path == "etag" else None)


async def test_validators_go_only_to_the_address_they_came_from(server: HostileServer) -> None:
    server.answers["moved"] = redirect("/etag")
    async with Fetcher(settings()) as fetcher:
        first = await fetcher.feed(f"{server.base}/moved")
        again = await fetcher.feed(f"{server.base}/moved", etag=first.etag, validators_url=first.url)
        server.answers["moved"] = redirect("/ok")
        other = await fetcher.feed(f"{server.base}/moved", etag=first.etag, validators_url=first.url)
    assert again.not_modified
    assert other.body == FEED
    assert all("if-none-match" not in seen.headers for seen in server.seen if seen.path != "/etag")


async def test_a_permanent_move_is_told_from_a_temporary_one(server: HostileServer) -> None:
    server.answers["mixed"] = redirect("/chain/1")
    server.answers["308"] = redirect("/ok", "308 Permanent Redirect")
    async with Fetcher(settings()) as fetcher:
        moved = await fetcher.feed(f"{server.base}/chain/2")
        mixed = await fetcher.feed(f"{server.base}/mixed")
        also = await fetcher.feed(f"{server.base}/308")
        stays = await fetcher.feed(f"{server.base}/ok")
    assert moved.permanent_url == moved.url == f"{server.base}/chain/0"
    assert mixed.permanent_url is None
    assert also.permanent_url == f"{server.base}/ok"
    assert stays.permanent_url is None


async def test_cookies_live_for_one_request(server: HostileServer) -> None:
    async with Fetcher(settings()) as fetcher:
        await fetcher.feed(f"{server.base}/cookie-wall")
        await fetcher.feed(f"{server.base}/ok")
    assert "cookie" in server.seen[1].headers
    assert "cookie" not in server.seen[2].headers


async def test_retry_after_in_both_forms(server: HostileServer) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    server.answers["date"] = fixed(b"", "503 Service Unavailable", f"Retry-After: {later}\r\n")
    server.answers["junk"] = fixed(b"", "503 Service Unavailable", "Retry-After: soon\r\n")
    throttled = await refused(server, "429")
    assert (throttled.kind, throttled.retry_after, throttled.status) == ("throttled", 120, 429)
    by_date = (await refused(server, "date")).retry_after
    assert by_date is not None
    assert 590 < by_date <= 600
    assert (await refused(server, "junk")).retry_after is None
    assert (await refused(server, "503-challenge")).kind == "blocked"


async def test_expires_counts_from_the_servers_own_clock(server: HostileServer) -> None:
    dates = "Date: Mon, 16 Nov 2026 10:00:00 GMT\r\nExpires: Mon, 16 Nov 2026 10:30:00 GMT\r\n"
    server.answers["expires"] = fixed(headers=dates)
    server.answers["expired"] = fixed(headers="Expires: 0\r\n")
    async with Fetcher(settings()) as fetcher:
        assert (await fetcher.feed(f"{server.base}/expires")).expires == 1800
        assert (await fetcher.feed(f"{server.base}/expired")).expires is None


async def test_pages_are_text(server: HostileServer) -> None:
    async with Fetcher(settings()) as fetcher:
        page = await fetcher.page(f"{server.base}/html-200")
        with pytest.raises(FetchError) as caught:
            await fetcher.page(f"{server.base}/picture")
    assert page.content_type == "text/html"
    assert caught.value.kind == "not-html"


# ---- addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1",
     "169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "192.168.1.1",
     "100.100.100.200", "127.0.0.1.", "①②⑦.⓪.⓪.①"],
)  # fmt: skip
async def test_internal_addresses_are_not_connected_to(server: HostileServer, host: str) -> None:
    async with Fetcher(settings(allow_private_addresses=False)) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.feed(f"http://{host}:{server.port}/ok")
    assert caught.value.kind in ("address", "dns")
    assert server.connections == 0


async def test_a_name_is_judged_by_the_address_it_has_at_connect_time(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: whatever the name said before, the connection goes to an internal address now."""
    real = socket.getaddrinfo

    def lying(host: Any, *args: Any, **options: Any) -> Any:
        return real("127.0.0.1" if host == "rebind.example" else host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", lying)
    async with Fetcher(settings(allow_private_addresses=False)) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.feed(f"http://rebind.example:{server.port}/ok")
    assert caught.value.kind == "address"
    assert caught.value.permanent
    assert server.connections == 0


async def test_a_redirect_to_an_internal_address_is_refused(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server itself counts as public here; what it points to does not."""
    monkeypatch.setattr("monitor.fetch.guard.is_public", lambda address: address == "127.0.0.1")
    error = await refused(server, "to-metadata", allow_private_addresses=False)
    assert error.kind == "address"
    assert "169.254.169.254" in str(error)


@pytest.mark.parametrize(
    "url", ["ftp://feed.example/x", "file:///etc/passwd", "javascript:alert(1)", "", "http://", "x"]
)
async def test_only_http_is_read(url: str) -> None:
    async with Fetcher(settings()) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.feed(url)
    assert caught.value.kind == "address"
    assert caught.value.permanent


def test_special_addresses_are_as_the_registries_say() -> None:
    """The first and last address of each block, which is judged by the closest block that it is in."""
    text = (resources.files("monitor") / "data" / "special_addresses.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    blocks = [(ip_network(block), reachable == "yes") for block, _, reachable in rows]
    carriers = {ip_network("64:ff9b::/96"), ip_network("::ffff:0:0/96")}
    for network, _ in blocks:
        for address in (network[0], network[-1]):
            around = [each for each in blocks if each[0].version == network.version and address in each[0]]
            closest, reachable = max(around, key=lambda each: each[0].prefixlen)
            if closest not in carriers:
                assert is_public(str(address)) is reachable, address


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2a00:1450::1", True), ("::ffff:8.8.8.8", True), ("64:ff9b::808:808", True),
     ("3fff::1", False), ("192.0.0.8", False), ("192.0.0.9", True), ("100:0:0:1::1", False), ("fec0::1", False),
     ("5f00::1", False), ("::8.8.8.8", False), ("2002:808:808::1", False), ("4000::1", False), ("224.0.0.1", False),
     ("ff02::1", False), ("2001:20::1", True), ("2001:db8::1", False), ("fe80::5efe:808:808", False)],
)  # fmt: skip
def test_which_addresses_are_on_the_open_internet(address: str, public: bool) -> None:
    assert is_public(address) is public


@given(st.integers(0, 2**32 - 1))
def test_an_embedded_address_is_as_internal_as_itself(number: int) -> None:
    plain = str(IPv4Address(number))
    for form in (f"::ffff:{plain}", f"64:ff9b::{plain}", f"2002:{number >> 16:x}:{number & 0xFFFF:x}::"):
        assert is_public(plain) or not is_public(form)


async def test_passwords_stay_out_of_errors(server: HostileServer) -> None:
    async with Fetcher(settings()) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.feed(f"http://user:secret@127.0.0.1:{server.port}/404")
    assert "secret" not in str(caught.value)
    assert server.seen[0].headers["authorization"].startswith("Basic ")


async def test_failures_of_the_line_are_told_apart(server: HostileServer, unused_tcp_port: int) -> None:
    kinds = []
    async with Fetcher(settings()) as fetcher:
        for url in (f"http://127.0.0.1:{unused_tcp_port}/", "http://no-such-name.invalid/"):
            with pytest.raises(FetchError) as caught:
                await fetcher.feed(url)
            kinds.append(caught.value.kind)
    assert kinds == ["refused", "dns"]


@pytest.fixture
def own_certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine that nobody signed, and what a server needs to show it."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("needs the openssl command to make a certificate nobody signed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost", "-days", "2"]
    subprocess.run([*command, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


async def test_certificates_are_checked_unless_a_user_says_otherwise(
    own_certificate: tuple[Path, ssl.SSLContext],
) -> None:
    async with HostileServer(tls=own_certificate[1]) as server, Fetcher(settings()) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.feed(f"{server.base}/ok")
        trusted = await fetcher.feed(f"{server.base}/ok", insecure_tls=True)
    assert caught.value.kind == "tls"
    assert "certificate" in str(caught.value)
    assert trusted.body == FEED


async def test_a_server_is_trusted_whose_certificate_this_machine_trusts(
    own_certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, tls = own_certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(http_library, "_trusted", http_library._trusted.__wrapped__)
    async with HostileServer(tls=tls) as server, Fetcher(settings()) as fetcher:
        assert (await fetcher.feed(f"{server.base}/ok")).body == FEED
        assert (await fetcher.feed(f"HTTPS{server.base.removeprefix('https')}/ok")).body == FEED


def test_no_certificate_is_loaded_before_the_first_https_address() -> None:
    code = """
import ssl
loaded = []
usual = ssl.SSLContext.set_default_verify_paths
ssl.SSLContext.set_default_verify_paths = lambda self: (loaded.append(1), usual(self))
import monitor.cli.once, monitor.deliver.webhook.send
from monitor.http_library import trust
before = trust("http://a.example/"), len(loaded)
trust("https://a.example/"), trust("https://b.example/")
print(*before, len(loaded))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "0", "1"]


SCRAPS = [
    b"HTTP/1.1 ",
    b"200",
    b" OK",
    b"\r\n",
    b"\n",
    b"Location: ",
    b"/x",
    b"//[",
    b"http://user:pw@h\xff",
    b"Content-Length: ",
    b"5",
    b"-1",
    b"9" * 20,
    b"Transfer-Encoding: chunked\r\n",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"f" * 16 + b"\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Encoding: br\r\n",
    b"Content-Encoding: deflate\r\n",
    b"\x1f\x8b\x08\x00",
    b"Content-Encoding: zstd\r\n",
    b"\xff\xfe",
    b"\x00",
    b"Content-Type: text/xml; charset=",
    b"utf-7",
    b"\xd8\xa7",
    b"Retry-After: ",
    b"Fri, 31 Dec 9999 23:59:59 GMT",
    b"Expires: ",
    b"Date: ",
    b"Mon, 00 Jan 0000",
    b"ETag: \xff\r\n",
    b"Cache-Control: max-age=99999999999999\r\n",
    b"Set-Cookie: a=b; Domain=\x80\r\n",
    b"Set-Cookie: ;;;=\r\n",
    b": \r\n",
    b"X" * 300,
    b"<rss>",
    b"HTTP/9.9 200 x\r\n",
    b"Connection: upgrade\r\nUpgrade: websocket\r\n",
    b"\r\n\r\n",
]


async def test_any_answer_at_all_is_a_result_or_a_fetch_error(server: HostileServer) -> None:
    """Three hundred answers put together from scraps of HTTP, the same on every run."""
    chance = random.Random(5)

    async def scraps(request: Any, writer: asyncio.StreamWriter) -> None:
        status = chance.choice([b"200 OK", b"200 OK", b"301 M", b"304 N", b"403 x", b"429 x", b"503 x"])
        head = b"".join(chance.choices(SCRAPS, k=chance.randint(0, 12)))
        body = b"".join(chance.choices(SCRAPS, k=chance.randint(0, 3)))
        writer.write(b"HTTP/1.1 " + status + b"\r\n" + head + chance.choice([b"", b"\r\n\r\n"]) + body)
        await writer.drain()
        writer.close()

    server.answers["scraps"] = scraps
    failures = 0
    async with Fetcher(settings(timeout=1.0)) as fetcher:
        for number in range(300):
            read = fetcher.feed if number % 2 else fetcher.page
            try:
                await read(f"{server.base}/scraps")
            except FetchError as error:
                str(error).encode()  # shown, logged and stored
                failures += 1
    assert 100 < failures < 300


# ---- politeness ----------------------------------------------------------------------------------------------


async def test_requests_to_one_host_are_spaced_and_few(server: HostileServer) -> None:
    async with Fetcher(settings(per_host_connections=1, per_host_delay=0.05)) as fetcher:
        started = time.monotonic()
        await asyncio.gather(*(fetcher.feed(f"{server.base}/ok?{i}") for i in range(5)))
    # From the start and not from each other: a busy machine only makes requests later.
    assert all(at - started > 0.045 * number for number, at in enumerate(sorted(server.times)))
    assert server.most_open == 1


async def test_a_start_that_is_told_late_is_reserved_again(server: HostileServer) -> None:
    """A process may be frozen while it waits for the answer, and another has asked the host meanwhile."""
    frozen = [0.1, 0.0, 0.0]

    async def pace(host: str, delay: float) -> float:
        time.sleep(frozen.pop(0))
        return 0.0

    async with Fetcher(settings(per_host_connections=1, per_host_delay=0.1), pace) as fetcher:
        await fetcher.feed(f"{server.base}/ok")
        assert len(frozen) == 1
        await fetcher.feed(f"{server.base}/ok")
        assert not frozen


async def test_one_slow_host_does_not_hold_up_the_others(server: HostileServer) -> None:
    async with Fetcher(settings(timeout=5.0, concurrency=10)) as fetcher:
        slow = [asyncio.create_task(fetcher.feed(f"{server.base}/hang?{i}")) for i in range(5)]
        await asyncio.sleep(0)
        await asyncio.gather(*(fetcher.feed(f"{server.base}/ok?{i}") for i in range(50)))
        assert not any(task.done() for task in slow)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


async def test_subdomains_share_a_turn_on_request() -> None:
    fetcher = Fetcher(FetchSettings(shared_domains=("paper.example",)))
    assert fetcher._turn("www.paper.example") is fetcher._turn("rss.paper.example")
    assert fetcher._turn("www.other.example") is not fetcher._turn("rss.other.example")
    assert fetcher._turn("evilpaper.example") is not fetcher._turn("paper.example")


async def test_a_cancelled_wait_gives_its_turn_back(server: HostileServer) -> None:
    async with Fetcher(settings(per_host_connections=1, per_host_delay=0.0, concurrency=1)) as fetcher:
        first = asyncio.create_task(fetcher.feed(f"{server.base}/hang"))
        second = asyncio.create_task(fetcher.feed(f"{server.base}/ok"))
        await asyncio.sleep(0.05)
        second.cancel()
        first.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        assert (await fetcher.feed(f"{server.base}/ok")).body == FEED


async def test_no_connection_waits_for_a_host_nobody_asks(server: HostileServer) -> None:
    async with Fetcher(settings(per_host_connections=2, per_host_delay=0.0)) as fetcher:
        await fetcher.feed(f"{server.base}/ok")
        assert server.seen[0].headers["connection"] == "close"
        assert "feed-monitor" in server.seen[0].headers["user-agent"]
