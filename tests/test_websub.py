"""Hubs that tell of news: a hub on loopback, the page that it calls, and both databases."""

from __future__ import annotations

import hashlib
import hmac
import queue
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.feeds import websub
from monitor.feeds.parse import parse_feed
from monitor.model import FeedState, Health
from monitor.model.subscriptions import Subscription
from monitor.pipeline.hubs import HubCalls, new_subscription
from monitor.store import Store, feed_states, subscriptions
from monitor.web.access import Access
from monitor.web.heartbeat import Pulse
from monitor.web.request import Desk, Pages
from monitor.web.routes import build
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_flow import Clock

NOW = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
SERVICE = """\
store: sqlite:///../var/monitor.db
http: {allow_private_addresses: true, timeout: 5s}
digests:
  - {name: daily, schedule: "0 7 * * *", timezone: Asia/Baghdad, deliver: [{file: ../var/digests}]}
"""


@dataclass
class Hub:
    """A hub of the W3C's kind: confirms each subscription with a challenge, and signs what it sends.

    refuses: the status with which it refuses requests, 0 for none. waits: it confirms only when it is told to.
    """

    asked: list[dict[str, str]] = field(default_factory=list)
    confirmed: queue.Queue[tuple[str, int]] = field(default_factory=queue.Queue)
    method: str = "sha256"
    lease: int = 86400
    refuses: int = 0
    waits: bool = False

    def __enter__(self) -> Hub:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                hub.asked.append(form)
                self.send_response(hub.refuses or 202)
                self.end_headers()
                if not hub.refuses and not hub.waits:
                    hub.confirmed.put((form["hub.mode"], hub.confirm(form)))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def confirm(self, form: dict[str, str], **changed: str) -> int:
        asked = {name: form[f"hub.{name}"] for name in ("mode", "topic")} | {
            "challenge": "abc <x>",
            "lease_seconds": str(self.lease),
        }
        query = urlencode({f"hub.{name}": value for name, value in (asked | changed).items()})
        status, body = call(f"{form['hub.callback']}?{query}")
        assert status != 200 or body == b"abc <x>"
        return status

    def publish(self, body: bytes, *, secret: str | None = None, method: str = "") -> int:
        form = self.asked[-1]
        key = form.get("hub.secret", "") if secret is None else secret
        method = method or self.method
        signed = hmac.new(key.encode(), body, method).hexdigest()
        return call(form["hub.callback"], body, {"X-Hub-Signature": f"{method}={signed}"})[0]


def call(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Status and body of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextmanager
def served(app: App, clock: Clock, listening: socket.socket) -> Iterator[None]:
    """The page of a service, as a hub reaches it."""
    web = app.config.service.web
    assert web
    asgi = build(Desk(lambda: app, Pulse(clock()), Access.of(web, "a token of sixteen"), clock, Pages()))
    server = uvicorn.Server(uvicorn.Config(asgi, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def with_hub(newsroom: Newsroom, hub: str, entries: int = 1) -> str:
    items = "".join(
        f"<item><title>Iran, Iraq sign defence memorandum number {n}</title><link>{newsroom.base}/{n}.html</link>"
        f"<guid>{n}</guid><pubDate>{hours_ago(2):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for n in range(entries)
    )
    links = f'<atom:link rel="hub" href="{hub}"/><atom:link rel="self" href="{newsroom.base}/feed.xml"/>' if hub else ""
    for n in range(entries):
        newsroom.article(f"/{n}.html", f"Iran, Iraq sign defence memorandum number {n}", PACT)
    return newsroom.put(
        "/feed.xml",
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>F</title>{links}{items}</channel></rss>',
    )


def states(app: App) -> dict[str, FeedState]:
    with app.store.read() as db:
        return feed_states.load(db)


def known(app: App) -> list[Subscription]:
    with app.store.read() as db:
        return subscriptions.of_feeds(db, list(states(app)))


@pytest.mark.slow
async def test_a_hub_is_subscribed_wakes_its_feed_and_is_let_go(
    newsroom: Newsroom, configure: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    clock, listening = Clock(), socket.create_server(("127.0.0.1", 0))
    public = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with Hub() as hub:
        url = with_hub(newsroom, hub.url)
        web = f'web: {{listen: "127.0.0.1:0", token_file: token, public_url: "{public}"}}\n'
        folder = configure(url, service=SERVICE + web)
        (folder / "token").write_text("a token of sixteen")
        async with open_app(load_config(folder), clock, Silent()) as app:
            with served(app, clock, listening):
                await app.pipeline.poll()
                await app.hubs.look()
                [form] = hub.asked
                assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", url)
                assert hub.confirmed.get(timeout=10) == ("subscribe", 200)
                [one] = known(app)
                assert (one.state, one.until) == ("active", clock() + timedelta(days=1))

                assert hub.confirm(form, topic="https://other.example/rss") == 404  # it was not asked about that
                assert hub.confirm(form, mode="unsubscribe") == 404
                assert call(f"{public}/hub/guessed")[0] == 404
                long = "x1-" * 1_500  # a challenge goes back whole
                meant = {"mode": "subscribe", "topic": url, "challenge": long, "lease_seconds": "86400"}
                query = urlencode({f"hub.{name}": value for name, value in meant.items()})
                assert call(f"{form['hub.callback']}?{query}") == (200, long.encode())

                clock.forward(seconds=7 * 3600)
                await app.pipeline.poll()  # slower, but it goes on
                assert newsroom.asked["/feed.xml"] == 2
                assert (states(app)[url].next_check or NOW) >= clock() + timedelta(hours=6)

                with_hub(newsroom, hub.url, entries=2)
                clock.forward(seconds=300)
                assert hub.publish(b"news", secret="another") == 202  # answered, and left alone
                assert call(form["hub.callback"], b"news")[0] == 202
                await app.pipeline.poll()
                assert newsroom.asked["/feed.xml"] == 2
                for count, method in enumerate(("sha1", "sha256", "sha384", "sha512"), 3):
                    assert hub.publish(b"news", method=method) == 202
                    summary = await app.pipeline.poll()
                    assert newsroom.asked["/feed.xml"] == count
                    assert summary.entries["new"] == (1 if count == 3 else 0)
                    clock.forward(seconds=120)

                clock.forward(seconds=14 * 3600)
                await app.hubs.look()  # before the lease is over
                assert hub.confirmed.get(timeout=10) == ("subscribe", 200)
                assert [each["hub.mode"] for each in hub.asked] == ["subscribe", "subscribe"]
                assert hub.asked[1]["hub.callback"] == form["hub.callback"]

                with_hub(newsroom, "", entries=2)  # the feed names no hub any more
                clock.forward(seconds=7 * 3600)
                await app.pipeline.poll()
                await app.hubs.look()
                assert hub.confirmed.get(timeout=10) == ("unsubscribe", 200)
                assert [each["hub.mode"] for each in hub.asked][2:] == ["unsubscribe"]
                assert known(app) == []
                assert hub.publish(b"late") == 410
    assert form["hub.secret"] not in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("link", "hub", "topic"),
    [
        ('<https://hub.example/>; rel="hub", <https://f.example/rss>; rel=self', "https://hub.example/",
         "https://f.example/rss"),
        ("<https://f.example/rss>; rel='Self', </push>; rel='alternate hub'", "BASE/push", "https://f.example/rss"),
        ('<https://hub.example/>; rel="hub"', "", ""),  # without an address of its own it names none
        ("<https://hub.example:x/>; rel=hub, <https://f.example/rss>; rel=self", "", ""),
        ("<javascript:alert(1)>; rel=hub, <https://f.example/rss>; rel=self", "", ""),
        ("nonsense", "", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("inside", ["https://inside.example/", ""])
async def test_a_hub_that_the_headers_name_goes_before_the_one_in_the_feed(
    newsroom: Newsroom, configure: Callable[..., Path], link: str, hub: str, topic: str, inside: str
) -> None:
    url = with_hub(newsroom, inside)
    status, headers, body = newsroom.pages["/feed.xml"]()
    newsroom.pages["/feed.xml"] = lambda: (status, {**headers, "Link": link}, body)
    web = 'web: {listen: "127.0.0.1:0", token_file: token, public_url: "https://desk.example"}\n'
    folder = configure(url, service=SERVICE + web)
    (folder / "token").write_text("a token of sixteen")
    async with open_app(load_config(folder), Clock(), Silent()) as app:
        await app.pipeline.poll()
        found = [(each.hub, each.topic) for each in known(app)]
    wanted = (hub.replace("BASE", newsroom.base), topic) if hub else (inside, url) if inside else None
    assert found == ([wanted] if wanted else [])


@pytest.mark.slow
async def test_nothing_depends_on_the_hub(newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    clock = Clock()
    with Hub(refuses=403) as hub:
        url = with_hub(newsroom, hub.url)
        web = 'web: {listen: "127.0.0.1:0", token_file: token, public_url: "https://desk.example"}\n'
        folder = configure(url, service=SERVICE + web)
        (folder / "token").write_text("a token of sixteen")
        async with open_app(load_config(folder), clock, Silent()) as app:
            summary = await app.pipeline.poll()
            await app.hubs.look()
            await app.hubs.look()
            assert (summary.entries["new"], len(hub.asked)) == (1, 1)
            [one] = known(app)
            assert one.state != "active"
            clock.forward(seconds=3 * 3600)
            await app.pipeline.poll()
            assert newsroom.asked["/feed.xml"] == 2


@pytest.mark.slow
async def test_without_a_public_address_no_hub_is_asked(newsroom: Newsroom, configure: Callable[..., Path]) -> None:
    with Hub() as hub:
        folder = configure(with_hub(newsroom, hub.url), service=SERVICE)
        async with open_app(load_config(folder), Clock(), Silent()) as app:
            await app.pipeline.poll()
            await app.hubs.look()
            assert hub.asked == []


def test_one_of_several_processes_asks(store: Store) -> None:
    url = "https://a.example/rss"
    with store.write() as db:
        feed_states.save(
            db, [FeedState(url, health=Health.HEALTHY, last_check=NOW, next_check=NOW + timedelta(hours=6))]
        )
        subscriptions.note(db, {url: ("https://hub.example/", url)}, new_subscription)
        subscriptions.note(db, {url: ("https://hub.example/", url)}, new_subscription)
        [one] = subscriptions.due(db, NOW, 10)
        asked = websub.after_request(one, NOW)
        assert [subscriptions.claim(db, asked, one) for _ in range(2)] == [True, False]
    calls = HubCalls(store, lambda: NOW)
    assert not calls.verify(one.token, "subscribe", "https://other.example", "60")
    assert calls.verify(one.token, "subscribe", url, "60")
    with store.read() as db:
        assert subscriptions.in_force(db, [url], NOW) == {url}
        assert subscriptions.in_force(db, [url], NOW + timedelta(days=1)) == set()
    calls.wake(one)
    with store.write() as db:
        assert feed_states.load(db)[url].next_check == NOW + subscriptions.BETWEEN
        subscriptions.note(db, {url: ("https://new.example/", url)}, new_subscription)  # the feed names another
        assert sorted(each.state for each in subscriptions.of_feeds(db, [url])) == ["ending", "wanted"]
        subscriptions.end_others(db, [])
        assert [each.state for each in subscriptions.of_feeds(db, [url])] == ["ending"]
    assert calls.verify(one.token, "unsubscribe", url, "")
    with store.read() as db:
        assert subscriptions.of_feeds(db, [url]) == []


def test_a_hub_that_does_not_come_back_is_asked_ever_more_rarely() -> None:
    one = Subscription("t", "https://a.example/rss", "https://hub.example/", "https://a.example/rss")
    waits = []
    for _ in range(7):
        one = websub.after_request(one, NOW)
        assert one.next_try
        waits.append((one.next_try - NOW).total_seconds() / 3600)
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert one.state == "asked"


@given(st.text(max_size=12) | st.just("9" * 5000), st.sampled_from(["asked", "active", "wanted", "refused", "ending"]))
def test_a_lease_is_believed_within_bounds(lease: str, state: Any) -> None:
    one = replace(Subscription("t", "f", "https://h.example/", "https://t.example/"), state=state)
    after = websub.confirmed(one, "subscribe", one.topic, lease, NOW)
    assert (after is None) == (state not in ("asked", "active"))
    if after:
        assert after.until
        assert after.next_try
        assert websub.SHORTEST <= after.until - NOW <= websub.LONGEST
        assert NOW < after.next_try < after.until


@given(st.text(max_size=80))
def test_no_header_passes_for_a_signature(header: str) -> None:
    signature = websub.Signature("secret", header)
    signature.add(b"news")
    assert not signature.holds()


@pytest.mark.parametrize("method", websub.METHODS)
def test_what_is_signed_with_the_secret_holds(method: str) -> None:
    signed = hmac.new(b"secret", b"news", getattr(hashlib, method)).hexdigest()
    signature = websub.Signature("secret", f"{method.upper()}={signed.upper()}")
    signature.add(b"ne")
    signature.add(b"ws")
    assert signature.holds()


def test_a_secret_goes_to_hubs_over_https_alone() -> None:
    assert new_subscription("f", "https://hub.example/", "t").secret
    assert not new_subscription("f", "http://hub.example/", "t").secret
    assert "hub.secret" not in websub.request_of(new_subscription("f", "http://hub.example/", "t"), "c")


def test_json_feeds_name_hubs_too() -> None:
    body = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "F", "feed_url": "https://a.example/feed.json",
    "hubs": [{"type": "rssCloud", "url": "https://cloud.example/"}, {"type": "WebSub", "url": "https://hub.example/"}],
    "items": [{"id": "1", "url": "https://a.example/1", "content_text": "x"}]}"""
    parsed = parse_feed(body, url="https://a.example/feed.json", now=NOW)
    assert (parsed.hub, parsed.topic) == ("https://hub.example/", "https://a.example/feed.json")
