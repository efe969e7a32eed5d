"""Conversations with a hub on loopback: each row of `tests/cases/hubs.yaml` is one, "turn = what is known then".

names, unnames: the feed names the hub, or none. leaves: it is taken off the list. asks N: the service asks whom it has
to ask, N times so far. verifies MODE STATUS, denies STATUS, tells STATUS: the hub calls, and is answered with this
status; "-another" of another topic. refuses STATUS: how it answers requests from now on, 0 for well. hours N: so much
later.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from monitor.app import App, fetcher_of, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.pipeline.hubs import Hubs, new_subscription
from monitor.store import subscriptions
from tests.newsroom import hours_ago
from tests.test_flow import Clock
from tests.test_websub import SERVICE, Hub, served

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "hubs.yaml").read_text(encoding="utf-8"))


class Talk:
    """One subscriber and one hub, which speaks of the first subscription that it was asked for."""

    def __init__(self, app: App, hub: Hub, topic: str, public: str, clock: Clock) -> None:
        self.app, self.hub, self.topic, self.public, self.clock = app, hub, topic, public, clock
        self.urls = [topic]

    def named(self, hub: str) -> str:
        with self.app.store.write() as db:
            subscriptions.note(db, {self.topic: (hub, self.topic if hub else "")}, new_subscription)
        return ""

    def called(self, mode: str, another: str) -> str:
        with self.app.store.read() as db:
            tokens = [each.token for each in subscriptions.of_feeds(db, [self.topic])]
        first = self.hub.asked[0]["hub.callback"] if self.hub.asked else f"{self.public}/hub/{tokens[0]}"
        topic = "https://another.example/rss" if another else self.topic
        return str(self.hub.confirm({"hub.mode": mode, "hub.topic": topic, "hub.callback": first}))

    async def take(self, turn: str) -> str:
        """What the other side answers; "" where that is not asked."""
        said, *words = turn.split()
        verb, _, another = said.partition("-")
        match verb:
            case "names" | "unnames":
                return self.named(self.hub.url if verb == "names" else "")
            case "asks":
                config = self.app.config
                await Hubs(self.app.store, lambda: fetcher_of(config), self.public, self.urls, self.clock).look()
                return str(len(self.hub.asked))
            case "verifies":
                return self.called(words[0], another)
            case "denies":
                return self.called("denied", another)
            case "tells":
                return str(self.hub.publish(b"news"))
            case "leaves":
                self.urls = []
            case "refuses":
                self.hub.refuses = int(words[0])
            case "hours":
                self.clock.forward(hours=int(words[0]))
            case _:
                raise ValueError(turn)
        return ""

    def states(self) -> str:
        with self.app.store.read() as db:
            return " ".join(sorted(each.state for each in subscriptions.of_feeds(db, [self.topic]))) or "none"


@pytest.mark.slow
async def test_every_turn_of_a_conversation(configure: Callable[..., Path]) -> None:
    clock, listening = Clock(hours_ago(0)), socket.create_server(("127.0.0.1", 0))
    public = f"http://127.0.0.1:{listening.getsockname()[1]}"
    web = f'web: {{listen: "127.0.0.1:0", token_file: token, public_url: "{public}"}}\n'
    folder = configure("https://feed.example/rss", service=SERVICE + web)
    (folder / "token").write_text("a token of sixteen")
    wrong = []
    async with open_app(load_config(folder), clock, Silent()) as app:
        with served(app, clock, listening):
            for number, (name, turns) in enumerate(CASES.items()):
                with Hub(waits=True) as hub:
                    talk = Talk(app, hub, f"https://feed.example/{number}/rss", public, clock)
                    for turn in turns:
                        done, _, states = turn.partition(" = ")
                        answer = await talk.take(done)
                        expected = done.split()[-1] if answer else ""
                        if (answer, talk.states()) != (expected, states):
                            wrong.append(f"{name}: {turn}, not {answer} {talk.states()}")
                            break
                with app.store.write() as db:
                    for each in subscriptions.of_feeds(db, [talk.topic]):
                        subscriptions.delete(db, each.token)
    assert wrong == []
