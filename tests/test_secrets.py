"""A secret is planted wherever one may stand, and is found in nothing that leaves: no output, page, log, edition or
export. What needs the secret works with it.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest
from starlette.types import ASGIApp

from monitor.app import App, open_app
from monitor.cli.common import now
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.config.secrets import reading_token, web_token
from monitor.digest.settings import publish_settings
from monitor.errors import ConfigError
from monitor.text import secret_parts
from monitor.text.redact import (
    hide_target,
    hide_whole,
    shown_address,
    shown_host,
    shown_problem,
    shown_text,
    without_secrets_of,
)
from monitor.text.secret_parts import names_a_secret
from monitor.web.access import COOKIE, Access
from monitor.web.api.endpoints import TABLE
from monitor.web.edit_feeds import feed_key
from monitor.web.file_edits import changed_lines
from monitor.web.heartbeat import Pulse
from monitor.web.request import Desk, Pages
from monitor.web.routes import build
from tests.forked import Forked
from tests.newsroom import PACT
from tests.test_service import Configure
from tests.test_web import Answer, ask

Run = Callable[..., str]
MARK = "MARKER"
PLANTED = {
    "login": f"{MARK}user",
    "password": f"{MARK}pass",
    "key": f"{MARK}key",
    "whole": f"{MARK}whole",
    "step": f"{MARK}st3p9Kx2",
    "code": f"{MARK}c0de7Zq4",
    "random": f"{MARK}r4nd0m8Wy1",
    "elsewhere": f"{MARK}3lsewh3re5Vu",
    "hook": f"{MARK}hook",
    "hook in the environment": f"{MARK}envhook",
    "signing": f"{MARK}signing",
    "smtp": f"{MARK}smtp",
    "token": f"{MARK}token-long-enough",
    "proxy": f"{MARK}proxy",
    "database": f"{MARK}database",
}
SERVICE = """\
store: sqlite:///../var/monitor.db
http: {{allow_private_addresses: true, timeout: 5s}}
smtp: {{host: 127.0.0.1, port: 1, starttls: never, username: desk, password_env: SMTP_SECRET, from: a@example.org}}
web: {{listen: "127.0.0.1:0", token_env: WEB_SECRET}}
digests:
  - name: daily
    schedule: "0 7 * * *"
    timezone: Asia/Baghdad
    deliver:
      - file: ../var/digests
      - webhook: {{url: "{base}/hooks/{hook}?token={key}", secret_env: HOOK_SIGNING}}
      - webhook: {{url_env: HOOK_ADDRESS}}
      - email: {{to: [desk@example.org]}}
"""
ENVIRONMENT = {
    "SMTP_SECRET": PLANTED["smtp"],
    "WEB_SECRET": PLANTED["token"],
    "HOOK_SIGNING": PLANTED["signing"],
    "HTTP_PROXY": f"http://u:{PLANTED['proxy']}@127.0.0.1:1",
    "https_proxy": f"http://u:{PLANTED['proxy']}@127.0.0.1:1",
}


class Guarded(ThreadingHTTPServer):
    """A site whose feeds and pages need a login, a key or an address that nobody knows; hooks that refuse."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.let_in: list[str] = []  # paths that were asked for with the login

    @property
    def address_with_login(self) -> str:
        return self.base.replace("//", f"//{PLANTED['login']}:{PLANTED['password']}@")


class _Handler(BaseHTTPRequestHandler):
    server: Guarded

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        login = base64.b64encode(f"{PLANTED['login']}:{PLANTED['password']}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {login}":
            self.server.let_in.append(path)
        elif path.startswith("/in/"):
            return self._say(401, "login needed")
        if path.endswith("moved.xml"):
            return self._say(301, "moved", Location=f"/{PLANTED['elsewhere']}/broken.xml")
        if path.endswith("broken.xml"):
            return self._say(500, f"no feed for {self.path}")
        if path.endswith("echo.xml"):
            return self._say(200, f"<html><title>Welcome {PLANTED['login']}:{PLANTED['password']}</title>{self.path}")
        if path.endswith(".xml"):
            here = path.rpartition("/")[0]
            key = f"?id=7&amp;{escape(query)}" if query else ""
            link = f"{here}/pact{(PLANTED['key'] in query and 2) or 1}.html{key}"
            body = "".join(f"<p>{escape(p)}</p>" for p in PACT)
            return self._say(
                200,
                f'<?xml version="1.0"?><rss version="2.0"><channel><title>Guarded</title><item><title>Iran, Iraq sign '
                f"defence memorandum in Tehran</title><link>{link}</link><description>{escape(body)}</description>"
                f"</item></channel></rss>",
            )
        text = "".join(f"<p>{escape(p)}</p>" for p in PACT)
        return self._say(
            200,
            f"<html><head><title>Iran, Iraq sign defence memorandum</title>"
            f"<link rel=canonical href='{escape(self.path)}'></head>"
            f"<body><article><h1>Iran, Iraq sign defence memorandum in Tehran</h1>{text}</article></body></html>",
        )

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(403, f"nobody may post to {self.path} with {self.headers.get('webhook-signature')}")

    def _say(self, status: int, text: str, **headers: str) -> None:
        body = text.encode()
        self.send_response(status, "no" if status != 200 else "OK")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    with Guarded() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture
def planted(guarded: Guarded, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with a secret in every place that may hold one."""
    service = SERVICE.format(base=guarded.base, **PLANTED)
    urls = [
        f"{guarded.address_with_login}/in/feed.xml",
        f"{guarded.base}/keys/feed.xml?api_key={PLANTED['key']}",
        f"{guarded.base}/keys/broken.xml?accessToken={PLANTED['key']}",
        f"{guarded.address_with_login}/in/broken.xml",
        f"{guarded.base}/in/echo.xml",  # the login of its server is sent there, too
        f"{guarded.base}/steps/token/{PLANTED['step']}/broken.xml",
        f"{guarded.base}/steps/code={PLANTED['code']}/feed.xml",
    ]
    folder = configure(*urls, service=service)
    (folder / "whole").write_text(f"{guarded.base}/{PLANTED['whole']}/broken.xml\n", encoding="utf-8")
    (folder / "random").write_text(f"{guarded.base}/rss/{PLANTED['random']}/feed.xml\n", encoding="utf-8")
    (folder / "moved").write_text(f"{guarded.base}/moved.xml\n", encoding="utf-8")
    with (folder / "feeds.yaml").open("a", encoding="utf-8") as file:
        file.writelines(
            f"  - {{url_file: {name}, name: {name}, language: en}}\n" for name in ("whole", "random", "moved")
        )
    environment = {**ENVIRONMENT, "HOOK_ADDRESS": f"{guarded.base}/{PLANTED['hook in the environment']}"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def run(forked: Forked) -> Run:
    def command(folder: Path, *arguments: str, status: tuple[int, ...] = (0,)) -> str:
        """What a command prints, on both streams."""
        done = forked.run("-v", "--config", folder, *arguments)
        assert done.returncode in status, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr

    return command


def assert_clean(what: str, text: str) -> None:
    assert text, what
    found = [line for line in text.splitlines() if MARK in line]
    assert not found, f"{what} gives away: {found[:3]}"


@pytest.mark.slow
async def test_no_secret_leaves(run: Run, planted: Path, guarded: Guarded, tmp_path: Path) -> None:
    out = {"poll": run(planted, "poll", "--json"), "digest": run(planted, "digest", "daily", status=(1,))}
    # The login opens the page behind the feed, too, and stands in no address that was made of it.
    assert {"/in/feed.xml", "/in/pact1.html"} <= {*guarded.let_in}
    [story] = json.loads(run(planted, "stories", "--json").splitlines()[0])
    assert {each["url"] for each in story["articles"]} == {
        f"{guarded.base}/in/pact1.html",
        f"{guarded.base}/keys/pact2.html?id=7",
        "",  # of a feed whose links repeat its secret
    }
    number = str(story["id"])
    for command in (
        ["stories"], ["stories", "--json"], ["stories", "--why", number], ["articles"], ["articles", "--json"],
        ["evidence", number], ["evidence", number, "--json", "--output", str(tmp_path / "proof")],
        ["deliveries"], ["deliveries", "--json"], ["feeds", "list"], ["feeds", "list", "--json"], ["feeds", "export"],
        *(["stories", "--format", form] for form in ("stix", "misp", "ris")), ["audit", "--json"], ["suggest"],
        ["check"], ["check", "--json"], ["digest", "daily", "--dry-run"], ["digest", "daily", "--dry-run", "--json"],
    ):  # fmt: skip
        out[" ".join(command)] = run(planted, *command)
    for url in (f"{guarded.address_with_login}/in/broken.xml", f"{guarded.base}/keys/broken.xml?key={PLANTED['key']}"):
        out[f"feeds check {len(out)}"] = run(planted, "feeds", "check", url, status=(1,))
        out[f"feeds check --json {len(out)}"] = run(planted, "feeds", "check", url, "--json", status=(1,))
    for path in [*(planted.parent / "var" / "digests").rglob("*"), *(tmp_path / "proof").rglob("*")]:
        if path.is_file():
            held = path.read_bytes()
            out[str(path)] = (gzip.decompress(held) if path.suffix == ".gz" else held).decode(errors="replace")
    sent = base64.b64encode(f"{PLANTED['login']}:{PLANTED['password']}".encode()).decode()
    assert not [what for what, text in out.items() if sent in text], "as the login went over the wire"
    assert sum("digest" in name for name in out) > 5
    for what, text in out.items():
        assert_clean(what, text)

    shown = run(planted, "feeds", "export", "--with-secrets")  # on request, because a list without them is of no use
    assert all(PLANTED[name] in shown for name in ("password", "key", "whole"))


@asynccontextmanager
async def served(planted: Path) -> AsyncIterator[tuple[App, ASGIApp, Access]]:
    """The page after a poll and an edition, with who may see it."""
    config = load_config(planted)
    assert config.service.web
    async with open_app(config, now, Silent()) as app:
        await app.pipeline.poll(force=True)
        await app.publisher.publish(app.publisher.by_hand(config.digest("daily")))
        access = Access.of(config.service.web, PLANTED["token"])
        yield app, build(Desk(lambda: app, Pulse(now()), access, now, Pages())), access


@pytest.mark.slow
async def test_no_page_shows_a_secret(planted: Path) -> None:
    async with served(planted) as (_, page, _):
        headers = {"authorization": f"Bearer {PLANTED['token']}"}
        paths = ("/", "/stories/1", "/digests", "/digests/1", "/digests/1?as=text", "/digests/1?as=mail", "/feeds",
                 "/near-misses", "/search?q=iran", "/metrics", "/feed.atom", "/healthz",
                 "/watches/iran-iraq-defense")  # fmt: skip
        for path in paths:
            answer = await ask_async(page, path, headers)
            assert answer[0] == 200, (path, answer)
            assert_clean(path, answer[1])


# A line that is edited on the page holds more than what is edited.
ON_ONE_LINE = """\
name: Border
query: "memorandum"
alert: {{threshold: 0.9, deliver: [{{webhook: {{url: "{base}/hooks/{hook}"}}}}, {{email: {{to: [a@b.example]}}}}]}}
"""
PAGES = (
    "/", "/?as=csv", "/?as=json", "/?as=md", "/?as=stix", "/?as=misp", "/?as=geojson", "/?as=ris", "/?as=bibtex",
    "/?as=csl", "/stories/1", "/stories/1?as=print", "/stories/1?as=stix", "/stories/1?as=misp", "/stories/1?as=csl",
    "/articles/1", "/articles/2", "/near-misses", "/near-misses?as=csv", "/audit", "/volume", "/calendar",
    "/entities", "/judged", "/digests", "/digests/1", "/digests/1?as=text", "/digests/1?as=mail",
    "/digests/1?as=stix", "/digests/1?as=misp", "/digests/1?as=ris", "/digests/settings", "/feeds",
    "/feeds?show=never", "/edits", "/new-watch", "/search?q=iran", "/search?q=feed:feed", "/search?q=iran&as=csv",
    "/search?q=iran&as=json", "/search.atom?q=iran", "/metrics", "/feed.atom", "/healthz", "/watches/border",
    "/watches/border/settings", "/watches/iran-iraq-defense", "/watches/iran-iraq-defense/settings",
)  # fmt: skip


@pytest.mark.slow
async def test_no_page_shows_a_secret_to_who_may_edit(planted: Path, guarded: Guarded) -> None:
    text = ON_ONE_LINE.format(base=guarded.base, **PLANTED)
    (planted / "watches" / "border.yaml").write_text(text, encoding="utf-8")
    async with served(planted) as (app, page, access):
        session = access.new_session(now())
        cookie = {"cookie": f"{COOKIE}={session}"}

        async def send(path: str, **fields: str) -> Answer:
            form = urlencode({"csrf": access.csrf(session), **fields}).encode()
            return await asyncio.to_thread(ask, page, "POST", path, cookie, form)

        async def form_of(path: str, number: int) -> dict[str, str]:
            answer = await asyncio.to_thread(ask, page, "GET", path, cookie)
            form = answer.tree.xpath("//main//form[.//textarea]")[number]
            return {name: str(value) for name, value in form.fields.items() if value is not None and name != "action"}

        told = [
            await send("/feeds", act=act, feed=feed_key(feed), name="Renamed", **more)
            for feed in app.config.feeds
            for act, more in (("check", {}), ("pause", {}), ("resume", {}), ("save", {"interval": "1h"}))
        ]
        alert = await form_of("/watches/border/settings", 0)
        digest = await form_of("/digests/settings", 0)
        for action in ("preview", "save"):
            told.append(await send("/watches/border/settings", **{**alert, "alert-threshold": "0.8", "action": action}))
            told.append(await send("/digests/settings", **{**digest, "digest-mail": "new@b.example", "action": action}))
        assert Counter(each.status for each in told).keys() <= {200, 303, 400}
        for number, answer in enumerate(told):
            assert_clean(f"form {number}", answer.text or "nothing")
        for path in PAGES:
            answer = await asyncio.to_thread(ask, page, "GET", path, cookie)
            assert answer.status in (200, 404), (path, answer.text)
            assert_clean(path, answer.text)
        for endpoint in TABLE:
            path = f"/api/v1{endpoint.path}".format(story=1, article=1, edition=1, watch="border", decision=1)
            if endpoint.method == "GET":
                answer = await asyncio.to_thread(
                    ask, page, "GET", f"{path}?q=iran" if "search" in path else path, cookie
                )
                assert_clean(path, answer.text)


async def ask_async(page: ASGIApp, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Asked from a thread, as `ask` has a loop of its own."""
    answer = await asyncio.to_thread(ask, page, "GET", path, headers)
    return answer.status, answer.text


@pytest.mark.slow
def test_the_address_of_a_store_may_be_a_secret(
    run: Run, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = "store_env: STORE\ndigests: []\n"
    folder = configure("https://news.example/rss", service=service)
    monkeypatch.setenv("STORE", f"postgresql://u:{PLANTED['database']}@127.0.0.1:1/monitor?connect_timeout=2")
    for command in (["stories"], ["deliveries", "--json"], ["poll"]):
        assert_clean(command[0], run(folder, *command, status=(1,)))
    monkeypatch.setenv("STORE", f"mysql://u:{PLANTED['database']}@127.0.0.1/monitor")
    said = run(folder, "check", status=(2,))
    assert "names no kind of store" in said
    assert_clean("check", said)


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://u:{MARK}@127.0.0.1:{MARK}/monitor",
        f"postgresql://u:{MARK}@{MARK}@127.0.0.1:1/monitor",
        f"postgresql://u:a/{MARK}@127.0.0.1:1/monitor",
        f"postgresql://u:a%zz{MARK}@127.0.0.1:1/monitor",
        f"postgresql://127.0.0.1:1/monitor?user=u&password={MARK}&connect_timeout=1",
        f"host=127.0.0.1 password={MARK}",
    ],
)
@pytest.mark.parametrize("command", ["stories", "backup"])
def test_an_address_of_a_store_that_is_written_wrong_is_not_shown(
    run: Run,
    forked: Forked,
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    command: str,
    tmp_path: Path,
) -> None:
    folder = configure("https://news.example/rss", service="store_env: STORE\ndigests: []\n")
    monkeypatch.setenv("STORE", address)
    given = [str(tmp_path / "copy")] if command == "backup" else []
    done = forked.run("--config", folder, command, *given)
    assert done.returncode in (1, 2)
    assert MARK not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "feeds", "told"),
    [
        ("store_file: nowhere\n", "feeds: []\n", "write the secret into that file"),
        ("", "feeds: [{url_env: NOT_THERE_AT_ALL}]\n", "the environment has no NOT_THERE_AT_ALL"),
        ("", "feeds: [{name: x}]\n", "one of url: https://..., url_file: PATH, url_env: NAME or search: QUERY"),
        ("", f"feeds: [{{url: 'htp://u:{MARK}@h/x?key={MARK}'}}]\n", "not a feed address"),
        ("", f"feeds: [{{url: 'https://u:{MARK}@h/x'}}, {{url: 'https://u:{MARK}@h/x'}}]\n", "already in line"),
        ("", f"feeds: [{{url: 'https://h/x', language: 'https://u:{MARK}@h/'}}]\n", "language code"),
        ("", f"feeds: [{{url: 'https://u:{MARK}/w@h/x'}}]\n", "not a feed address"),
        ("", f"feeds: [{{url: 'u:{MARK}@h.example/x'}}]\n", "not a feed address"),
        ("", f"feeds: [{{url_env: '{MARK}!'}}]\n", "no variable of the name at url_env"),
        ("", f"feeds: [{{url_file: '{MARK}'}}]\n", "the file at url_file"),
        (f"store: 'host=h password={MARK}'\n", "feeds: []\n", "names no kind of store"),
        (f"web: {{listen: 'u:{MARK}@127.0.0.1:8080'}}\n", "feeds: []\n", "not a place to listen at"),
    ],
)
def test_a_message_about_a_secret_does_not_hold_it(
    run: Run, configure: Configure, service: str, feeds: str, told: str
) -> None:
    folder = configure(service=f"{service}digests: []\n")
    (folder / "feeds.yaml").write_text(feeds, encoding="utf-8")
    said = run(folder, "check", status=(2,))
    assert told in said
    assert_clean("check", said)


@pytest.mark.parametrize(
    "line",
    [
        "      - webhook: {url: HOOK}",
        "      - webhook: {url: 'HOOK', secret_env: X}",
        '      - webhook: {"url": "HOOK"}',
        "      - webhook: {secret_file: x, url : HOOK }",
        "          url: HOOK",
        "          url: HOOK  # since May",
        "            HOOK",
        '            "HOOK"',
        "alert: {deliver: [{webhook: {url: HOOK}}, {file: x}]}",
        "      # - webhook: {url: HOOK}",
        "  deliver: [{webhook: {url: HOOK}}, {webhook: {url: HOOK}}]",
    ],
)
@pytest.mark.parametrize("file", ["monitor.yaml", "watches/border.yaml"])
def test_a_changed_line_shows_no_address_of_a_webhook(line: str, file: str) -> None:
    for hook in (f"https://hook.example/{MARK}", f"https://hook.example/a,b;{MARK}/c?d={MARK}"):
        [(_, shown)] = changed_lines(file, "", line.replace("HOOK", hook) + "\n")
        assert MARK not in shown
        assert shown_host(hook) in shown
        before, after = line.split("HOOK")[0], line.split("HOOK")[-1]
        assert (shown.startswith(before), shown.endswith(after)) == (True, True)


def test_what_else_a_changed_line_holds_is_shown() -> None:
    line = "  public_url: https://desk.example/a/b, seeds: [https://news.example/c/d]"
    assert changed_lines("monitor.yaml", "", line) == [("+", line)]
    assert changed_lines("feeds.yaml", "", "  - url: https://news.example/rss") == [
        ("+", "  - url: https://news.example/rss")
    ]


MISSING = """\
digests:
  - name: daily
    schedule: "0 7 * * *"
    deliver:
      - webhook: {url: "https://hook.example/", secret_env: THERE}
      - webhook:
          url: "https://hook.example/b"
          SECRET
smtp:
  username: desk
  PASSWORD
"""


@pytest.mark.parametrize(
    ("secret", "password", "alert", "where"),
    [
        ("secret_env: NOT_THERE", "password_env: THERE", "webhook: {url_env: THERE}", ("monitor.yaml", 8)),
        ("secret_file: nowhere", "password_env: THERE", "webhook: {url_env: THERE}", ("monitor.yaml", 8)),
        ("secret_env: THERE", "password_file: ./nowhere", "email: {to: [a@b.example]}", ("monitor.yaml", 11)),
        ("secret_env: THERE", "password_env: THERE", "webhook: {url_env: NOT_THERE}", ("border.yaml", 5)),
        ("secret_env: THERE", "password_env: THERE", "webhook: {url_file: ../nowhere}", ("border.yaml", 5)),
        ("secret_env: THERE", "password_env: THERE", "chat: {urls_file: /no/where}", ("border.yaml", 5)),
        ("secret_env: THERE", "password_env: THERE", "webhook: {url_env: FAR_PORT}", ("border.yaml", 5)),
        ("secret_env: THERE", "password_env: TWO_LINES", "email: {to: [a@b.example]}", ("monitor.yaml", 11)),
        ("secret_env: TWO_LINES", "password_env: THERE", "email: {to: [a@b.example]}", ("monitor.yaml", 8)),
        ("secret_env: CUT", "password_env: THERE", "email: {to: [a@b.example]}", ("monitor.yaml", 8)),
    ],
)
def test_a_missing_or_broken_secret_is_told_with_the_line_that_names_it(
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
    password: str,
    alert: str,
    where: tuple[str, int],
) -> None:
    monkeypatch.setenv("THERE", "https://hook.example/there")
    monkeypatch.setenv("FAR_PORT", "https://hook.example:99999/there")
    monkeypatch.setenv("TWO_LINES", "one\r\ntwo")
    monkeypatch.setenv("CUT", "whsec_a")
    folder = configure(service=MISSING.replace("SECRET", secret).replace("PASSWORD", password))
    text = f"name: Border\nquery: border\nalert:\n  deliver:\n    - {alert}\n"
    (folder / "watches" / "border.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        publish_settings(load_config(folder))
    assert [(Path(each.path).name, each.line) for each in refused.value.problems] == [where]


@pytest.mark.parametrize(
    ("web", "line"),
    [
        ("token_env: NOT_THERE", 3),
        ("token_env: SHORT", 3),
        ("token_env: LONG\n  reading_token_env: LONG", 4),
        ("token_env: LONG\n  reading_token_env: TWO_LINES", 4),
        ("token_env: TWO_LINES", 3),
        ("token_env: PERSIAN", 3),
    ],
)
def test_a_token_that_cannot_be_used_is_told_with_its_line(
    configure: Configure, monkeypatch: pytest.MonkeyPatch, web: str, line: int
) -> None:
    monkeypatch.setenv("SHORT", "short")
    monkeypatch.setenv("LONG", "a token of enough letters")
    monkeypatch.setenv("TWO_LINES", "a token of enough letters\nand another line")
    monkeypatch.setenv("PERSIAN", "یک رمز بلند برای صفحه")
    config = load_config(configure(service=f"digests: []\nweb:\n  {web}\n"))
    with pytest.raises(ConfigError) as refused:
        _ = reading_token(config), web_token(config)
    assert [each.line for each in refused.value.problems] == [line]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "told"),
    [
        (f"webhook: {{url: 'htp://h/{MARK}'}}", "'url' is ***; write a whole"),
        (f"webhook: {{url_env: '{MARK}/x'}}", "no variable of the name at webhook.url_env"),
        (f"webhook: {{url_file: 'https://hooks.example/{MARK}'}}", "the file at webhook.url_file"),
        (f"webhook: {{secret: {MARK}}}", "unknown key 'secret'"),
        (f"chat: {{urls_file: 'tgram://1:{MARK}/2'}}", "the file at chat.urls_file"),
    ],
)
def test_a_message_about_where_digests_go_holds_no_secret(
    run: Run, configure: Configure, target: str, told: str
) -> None:
    digest = f"digests: [{{name: daily, schedule: '0 7 * * *', deliver: [{{{target}}}]}}]\n"
    said = run(configure("https://news.example/rss", service=digest), "check", status=(2,))
    assert told in said
    assert_clean("check", said)


@pytest.mark.slow
def test_a_command_that_is_refused_repeats_no_secret(run: Run, planted: Path, guarded: Guarded) -> None:
    other = f"{guarded.address_with_login}/other.xml?key={PLANTED['key']}"
    line = json.dumps({"id": "1", "title": "T", "text": "A text of a few words.", "published": other}) + "\n"
    (planted / "lines.jsonl").write_text(line, encoding="utf-8")
    for status, arguments in (
        (2, ["feeds", "add", other.replace("http://", "htp://")]),
        (2, ["feeds", "add", other.replace("pass@", "pass/x@")]),
        (2, ["poll", "--feed", other]),
        (2, ["articles", "--feed", other]),
        (2, ["stories", "--watch", other]),
        (2, ["mark", other, "right"]),
        (1, ["explain", other.replace("pass@", "pass/x@")]),
        (0, ["learn", "--try", str(planted / "lines.jsonl")]),
    ):
        assert_clean(" ".join(arguments), run(planted, *arguments, status=(status,)))
    seed = f"{guarded.base}/keys/seed.html?token={PLANTED['key']}"
    (planted / "watches" / "seeded.yaml").write_text(f"name: Seeded\nseeds: ['{seed}']\n", encoding="utf-8")
    assert_clean("learn --json", run(planted, "learn", "--watch", "seeded", "--json"))
    run(planted, "explain", f"{guarded.address_with_login}/in/pact1.html", "--html", str(planted / "receipt.html"))
    assert_clean("the receipt", (planted / "receipt.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@h.example/a?b=c#d", "https://h.example/a?b=c#d"),
        ("https://h.example/a?api_key=1&b=2", "https://h.example/a?api_key=***&b=2"),
        ("https://h.example/a?b=2&X-Amz-Signature=1#f", "https://h.example/a?b=2&X-Amz-Signature=***#f"),
        ("https://h.example/a?accessToken=1;key=2", "https://h.example/a?accessToken=***;key=***"),
        ("https://h.example/a?keyword=war&author=x&keywords=y", "https://h.example/a?keyword=war&author=x&keywords=y"),
        ("postgresql://u:p@h:5432/db", "postgresql://h:5432/db"),
        ("https://h.example/a#access_token=1&b=2", "https://h.example/a#access_token=***&b=2"),
        ("https://h.example/a;v=1;jsessionid=1/b?c=2", "https://h.example/a;v=1;jsessionid=***/b?c=2"),
        ("https://h.example/a?token=b;c", "https://h.example/a?token=***"),
        ("https://h.example/a?u=b%3Ftoken%3D1%26c%3D2", "https://h.example/a?u=b%3Ftoken%3D***%26c%3D2"),
        ("https://api.telegram.org/bot123456:AA-b_c/getUpdates", "https://api.telegram.org/bot123456:***/getUpdates"),
        ("https://hooks.slack.com/services/T0/B0/xyz", "https://hooks.slack.com/services/***"),
        ("https://discord.com/api/webhooks/1/xyz?wait=1", "https://discord.com/api/webhooks/1/***?wait=1"),
        ("https://news.example/bots/12:30?page=2#c=1;d=2", "https://news.example/bots/12:30?page=2#c=1;d=2"),
        ("https://h.example/@user/1?q=a@b", "https://h.example/@user/1?q=a@b"),
        ("https://h.example/a?sid=0a1b2c3d4e5f60718293a4b5c6&b=1", "https://h.example/a?sid=***&b=1"),
        ("https://h.example/a?sid=1234&cfid=99", "https://h.example/a?sid=1234&cfid=***"),
        ("https://outlook.office.com/webhook/1a@x/IncomingWebhook/2b/y", "https://outlook.office.com/webhook/***"),
        ("https://hooks.zapier.com/hooks/catch/1/ab12c/", "https://hooks.zapier.com/hooks/catch/***"),
        ("https://chat.example/hooks/xy1zabcdefghijklmnopqrstuv", "https://chat.example/hooks/***"),
        ("https://h.example/with/key/dA3kd93mdkLsk2_x9Qz", "https://h.example/with/key/***"),
        ("https://h.example/token/bitcoin-2026-outlook-x", "https://h.example/token/bitcoin-2026-outlook-x"),
        ("https://h.example/hooks/how-to-hang-2-coats", "https://h.example/hooks/how-to-hang-2-coats"),
        ("https://h.example/f?user=a&pw=1&Passwort=2", "https://h.example/f?user=a&pw=***&Passwort=***"),
        ("https://h.example/feed/token=Qx7TzW/rss", "https://h.example/feed/token=***/rss"),
        ("https://h.example/rss/user=jo&code=ZX81-99Kq/all", "https://h.example/rss/user=jo&code=***/all"),
        ("https://h.example/rss,key=abc9/x", "https://h.example/rss,key=***/x"),
        ("https://h.example/feed/token%3DQx7/rss", "https://h.example/feed/token%3D***/rss"),
        ("https://h.example/feed/secret:Qx7TzW9kLm/rss", "https://h.example/feed/secret:***/rss"),
        ("https://h.example/TOKEN/Qx7TzW9kLm/rss", "https://h.example/TOKEN/***/rss"),
        ("https://h.example/passcode/1234-5678/rss", "https://h.example/passcode/***/rss"),
        ("https://h.example/feed/access-key-Qx7TzW9kLm2/x", "https://h.example/feed/access-key-***/x"),
        ("https://h.example/feed?%74oken=a&filter[token]=b", "https://h.example/feed?%74oken=***&filter[token]=***"),
        ("https://h.example/f?p=%7B%22token%22%3A%22a%22%7D", "https://h.example/f?p=%7B%22token%22%3A%22***%22%7D"),
        ("https://h.example/f?u=%2Ftoken%2FQx7TzW9kLm", "https://h.example/f?u=%2Ftoken%2F***"),
        ("https://h.example/f?u=h%252Ftoken%253DQx7", "https://h.example/f?u=h%252Ftoken%253D***"),
        ("https://h.example/f?code=8aYx_Kw0r3t6PqLm==", "https://h.example/f?code=***"),
        ("https://h.example/a/eyJhbGciOiJI.eyJzdWIi.c2ln/rss", "https://h.example/a/***/rss"),
        ("https://h.example/code=de/rss?code=IQ&k=5", "https://h.example/code=de/rss?code=IQ&k=5"),
        ("https://h.example/key/2026/11/key-figures-2026", "https://h.example/key/2026/11/key-figures-2026"),
        ("https://h.example/tag/key:value/c4g8x9w2k3lo", "https://h.example/tag/key:value/c4g8x9w2k3lo"),
        ("https://h.example/password/reset-your-2-factor", "https://h.example/password/reset-your-2-factor"),
        ("https://token.example:8080/a", "https://token.example:8080/a"),
        ("https://u:p/w@h.example/a", "https://h.example/a"),
        ("https://u:p?w@h.example/a", "https://h.example/a"),
        ("https://u:p#w@h.example/a", "https://h.example/a"),
        ("https://u:12/w@h.example/a", "https://h.example/a"),
        ("https://u:it's@h.example/a", "https://h.example/a"),
        ("https://u:cut-off", "https://u:***"),
        ("http://localhost:8080/@user/1", "http://localhost:8080/@user/1"),
        ("http://h.example:8080/@user/1", "http://h.example:8080/@user/1"),
        ("http://[2001:db8::1]:8080/a@b", "http://[2001:db8::1]:8080/a@b"),
    ],
)
def test_what_is_shown_of_an_address(url: str, shown: str) -> None:
    assert shown_address(url) == shown
    assert shown_text(f"«{url}» failed, {url} too") == f"«{shown}» failed, {shown} too"


@pytest.mark.parametrize(
    "name", sorted({*secret_parts._WORDS, *secret_parts._ENDINGS, *secret_parts._AT_TIMES, "PHPSESSID", "cfid", "sid"})
)
def test_no_address_with_such_a_name_is_passed_over(name: str) -> None:
    value = "0a1b2c3d4e5f60718293a4b5c6"
    for mark in ("=", "%3D"):
        assert value not in shown_address(f"https://h.example/rss?{name}={value}")
        assert value not in shown_address(f"https://h.example/rss/{name}{mark}{value}/x")


def test_a_message_hides_a_login_whose_scheme_is_missing() -> None:
    assert shown_problem("'u:secret@h.example/x' is no address") == "'***@h.example/x' is no address"
    for plain in (
        "mailto:desk@example.org is",
        "write to: desk@example.org",
        "at 12:30 @home",
        "from=desk@example.org",
    ):
        assert shown_problem(plain) == plain


def test_of_a_hook_the_host_is_shown() -> None:
    one, other = (shown_host(f"https://hooks.example:8443/{name}") for name in ("a", "b"))
    assert one.startswith("https://hooks.example:8443/*** (")
    assert one != other  # the ledger tells them apart
    assert shown_host(one) == one
    assert shown_host("desk@example.org") == "desk@example.org"
    assert shown_host("/var/digests (1)") == "/var/digests (1)"


def test_a_link_does_not_take_over_the_key_of_its_feed() -> None:
    feed = "https://h.example/rss?lang=en&key=abc"
    assert without_secrets_of("https://u:p@h.example/1?key=abc&id=2#x", feed) == "https://h.example/1?id=2#x"
    assert without_secrets_of("https://h.example/1?key=other&lang=en", feed) == "https://h.example/1?key=other&lang=en"
    assert not names_a_secret("keyword")
    step = "https://h.example/token/Qx7TzW9kLm2/rss"
    assert without_secrets_of("https://h.example/token/Qx7TzW9kLm2/1.html", step) == ""
    assert without_secrets_of("https://h.example/1?from=https://h.example/token/Qx7TzW9kLm2/", step) == ""
    assert without_secrets_of("https://h.example/token/1.html", step) == "https://h.example/token/1.html"


def test_of_an_address_that_is_a_secret_as_a_whole_nothing_random_is_shown() -> None:
    feed = "http://h.example/box/k7x02mmq9wz4/all?list=c3p0r2d2bb8e"
    assert without_secrets_of("http://h.example/box/k7x02mmq9wz4/1", feed, whole=True) == ""
    assert (
        without_secrets_of("http://h.example/1?list=c3p0r2d2bb8e&id=3", feed, whole=True) == "http://h.example/1?id=3"
    )
    assert without_secrets_of("http://h.example/box/1", feed, whole=True) == "http://h.example/box/1"
    assert "k7x02mmq9wz4" in shown_address("https://h.example/box/k7x02mmq9wz4")
    hide_whole(feed)
    hide_target(feed, "https://cdn.example/only-words/all")
    hide_target("https://h.example/other", "https://open.example/words/all")
    for secret in (
        feed,
        feed.replace("http:", "https:"),
        "https://h.example/box/k7x02mmq9wz4/other",
        "https://cdn.example/only-words/all/",
        "http://cdn.example/only-words/all?page=2",
    ):
        assert shown_address(secret) == shown_host(secret)
    for plain in ("https://cdn.example/only-words/allow", "https://open.example/words/all", "https://h.example/box/1"):
        assert shown_address(plain) == plain
    assert shown_text("no feed for /box/k7x02mmq9wz4/all") == "no feed for /box/***/all"
