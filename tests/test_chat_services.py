"""The chat services of the guide, played on loopback as their own documentation says they answer."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from monitor.deliver.chat.send import calm, format_of
from monitor.digest.trial_message import HEADLINE
from tests.conftest import SERVICE
from tests.newsroom import Newsroom
from tests.test_cli import Monitor, monitor  # noqa: F401
from tests.test_flow import two_stories

pytest.importorskip("apprise", reason="the chat extra is not installed")

Configure = Callable[..., Path]
GUIDE = (Path(__file__).parents[1] / "docs" / "how-to" / "chat.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^((?:ntfy|mmost|gotify))(://.*)$", GUIDE, re.MULTILINE))


@dataclass
class Service:
    """What a service was sent: (path, headers, JSON). status: of its next answers."""

    port: int = 0
    status: int = 200
    taken: list[tuple[str, dict[str, str], dict[str, object]]] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.taken.append((self.path, dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def configured(configure: Configure, feed: str, service: Service, kind: str) -> Path:
    """A configuration whose digest goes to the address of the guide, on loopback."""
    folder = configure(feed, service=SERVICE.replace("deliver: [{", "deliver: [{chat: {urls_file: urls}}, {"))
    address = re.sub(r"[\w.]+\.example\.org", f"127.0.0.1:{service.port}", EXAMPLES[kind])
    (folder / "urls").write_text(f"{kind}{address}\n", encoding="utf-8")
    return folder


WHERE = {
    "ntfy": ("/", "Authorization", "Basic ", "message"),
    "mmost": ("/hooks/k5q7x9c1w3e5r7t9y1u3i5o7pa", "", "", "text"),
    "gotify": ("/message", "X-Gotify-Key", "Az4kQ9sLm2xT7pB", "message"),
}


@pytest.mark.parametrize("kind", WHERE)
def test_the_addresses_of_the_guide_reach_their_services(
    monitor: Monitor, newsroom: Newsroom, configure: Configure, service: Service, kind: str
) -> None:
    folder = configured(configure, two_stories(newsroom), service, kind)
    tried = monitor("--config", folder, "deliver", "--test", "chat")
    assert (tried.code, tried.out) == (0, f"chat {kind}: sent\n"), tried.err
    assert monitor("--config", folder, "deliveries").out == ""
    assert monitor("--config", folder, "poll").code == 0
    assert monitor("--config", folder, "digest").code == 0
    (path, headers, test), (_, _, real) = service.taken
    wanted, header, value, text = WHERE[kind]
    assert path == wanted
    assert headers.get(header, "").startswith(value)
    assert HEADLINE in str(test[text])
    said = str(real[text])
    assert "Iran, Iraq sign defence memorandum in Tehran" in said
    assert re.search(r"Feed 1 · \d+\s\w+,\s\d\d:\d\d · Iran", said)
    assert "strong match (" in said
    shown = str(real.get("topic", "desk"))
    assert shown == "desk"
    assert "apprise" not in str(real).casefold(), "neither as the sender nor as an icon at another's address"


def test_a_service_that_refuses_is_said_in_a_line(
    monitor: Monitor, newsroom: Newsroom, configure: Configure, service: Service
) -> None:
    folder = configured(configure, two_stories(newsroom), service, "ntfy")
    service.status = 500
    tried = monitor("--config", folder, "deliver", "--test", "chat", "--json")
    assert tried.code == 1
    [outcome] = tried.json()
    assert (outcome["channel"], outcome["recipient"]) == ("chat", "ntfy")
    assert "did not take it" in outcome["problem"]
    assert "password" not in tried.out + tried.err


def test_a_wrong_name_lists_the_channels(
    monitor: Monitor, newsroom: Newsroom, configure: Configure, service: Service
) -> None:
    folder = configured(configure, two_stories(newsroom), service, "ntfy")
    tried = monitor("--config", folder, "deliver", "--test", "chatt")
    assert tried.code == 2
    assert "there are: chat, file, chat:ntfy, file:" in " ".join(tried.err.split())
    one = monitor("--config", folder, "deliver", "--test", f"file:{folder.parent / 'var' / 'digests'}")
    assert one.code == 0
    assert list((folder.parent / "var" / "digests" / "test").iterdir())


def test_a_template_of_ones_own_makes_the_message(
    monitor: Monitor, newsroom: Newsroom, configure: Configure, service: Service
) -> None:
    folder = configured(configure, two_stories(newsroom), service, "ntfy")
    own = folder.parent / "templates"
    own.mkdir()
    (own / "chat-story.txt").write_text("** {{ headline|upper }} **\n", encoding="utf-8")
    assert monitor("--config", folder, "deliver", "--test", "chat").code == 0
    assert f"** {HEADLINE.upper()} **" in str(service.taken[-1][2]["message"])
    for slip, said in (
        ("{{ headline }} {{ nowhere }}\n", "chat-story.txt:1: 'nowhere' is undefined"),
        ("{{ headline }}\n{% include 'mine.txt' %}\n", "chat-story.txt:2: there is no template mine.txt"),
        ("{# {{ headline }} #}\n", "makes nothing of a story"),
    ):
        (own / "chat-story.txt").write_text(slip, encoding="utf-8")
        tried = monitor("--config", folder, "deliver", "--test", "chat")
        assert (tried.code, said in tried.out + tried.err) == (1, True), tried.out + tried.err
        checked = monitor("--config", folder, "check")  # before anything is sent
        assert (checked.code, said in checked.out + checked.err) == (2, True), checked.out + checked.err


def test_check_says_over_what_nothing_can_be_sent(
    monitor: Monitor, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = "chat: {urls_env: CHATS}}, {email: {to: [a@desk.example]}"
    service = SERVICE.replace("file: ../var/digests", to) + "smtp: {host: mail.example, ca_file: own.pem}\n"
    folder = configure("https://news.example/rss", service=service)
    (folder / "watches" / "iran-iraq-defense.yaml").write_text("name: Border\nquery: border\n")
    monkeypatch.setenv("CHATS", "ntfy://ntfy.example.org/desk tgram://s3cret-of-nobody nochat://s3cret")
    checked = monitor("--config", folder, "check")
    notes = [line for line in checked.err.splitlines() if "nothing can be sent" in line]
    assert checked.code == 0  # the rest goes out
    assert ["'tgram 2'" in notes[0], "'nochat 3'" in notes[1], "own.pem cannot be read" in notes[2]] == [True] * 3
    assert len(notes) == 3
    assert "s3cret" not in checked.err


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("tgram://123456789:abcdefg_hijklmnop/12345/", "text"),  # else a "<" in a headline is refused as broken HTML
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk", "text"),
        ("ntfy://ntfy.example.org/desk", "text"),
        ("gchat://workspace/key/token", None),  # it would get "a\\_b" for "a_b", in addresses, too
    ],
)
def test_signs_of_a_headline_stay_signs(address: str, form: str | None) -> None:
    apprise = pytest.importorskip("apprise")
    service = apprise.Apprise()
    assert service.add(address)
    assert format_of(apprise, service[0]) == form


def test_a_headline_rings_on_nobodys_telephone() -> None:
    said = "@everyone: @Here, @all-hands, and @rana"
    assert calm(said) == "@\u2060everyone: @\u2060Here, @\u2060all-hands, and @rana"
    assert calm("https://social.example/@rana, ask a@b.example") == "https://social.example/@rana, ask a@b.example"
