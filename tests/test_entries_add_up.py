"""What feeds list is what was taken and what was not, by reason: over any polls, and wherever it is shown."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.app import App
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.config.feed_list import FeedConfig
from monitor.errors import FetchError
from monitor.feeds.schedule import PollPolicy
from monitor.feeds.skipped import describe_entries
from monitor.fetch import Fetcher
from monitor.model import FetchResult
from monitor.pipeline.poll_feeds import FeedReader
from monitor.pipeline.summary import PollSummary
from monitor.store import Store, feed_states
from monitor.web.heartbeat import Pulse
from monitor.workers.pool import WorkerPool
from tests.desk import InlineWorkers
from tests.newsroom import GAME, PACT, Newsroom
from tests.poll_desk import MAX_AGE, fresh_store
from tests.test_cli import Configure, Monitor, monitor  # noqa: F401
from tests.test_metrics import value
from tests.test_web import Place

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAMES = ("river", "meadow", "hill")
URLS = [f"https://{name}.example/rss" for name in NAMES]
SERIAL = count()


@dataclass(frozen=True)
class Item:
    """An item as a feed may have it; what is 0 is missing. old: weeks."""

    id: int
    link: int
    title: int
    text: int
    old: int

    def xml(self) -> str:
        parts = {
            "guid": self.id and f"id-{self.id}",
            "link": self.link and f"https://pages.example/{self.link}",
            "title": self.title and f"The {NAMES[self.title - 1]} has risen above the old bridge",
            "description": self.text and f"Nobody could recall the {NAMES[self.text - 1]} that high, said the miller.",
            "pubDate": f"{NOW - timedelta(weeks=self.old):%d %b %Y %H:%M:%S GMT}" if self.old else "",
        }
        return "<item>" + "".join(f"<{name}>{told}</{name}>" for name, told in parts.items() if told) + "</item>"

    def json(self) -> dict[str, str]:
        title = self.title and f"The {NAMES[self.title - 1]} has risen above the old bridge"
        parts = {"id": self.id and str(self.id), "url": self.link and f"https://pages.example/{self.link}",
                 "title": title}  # fmt: skip
        return {name: told for name, told in parts.items() if told}


ITEMS = st.lists(
    st.builds(Item, st.integers(0, 2), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 6)),
    max_size=6,
)


def rss(items: Sequence[Item], *, cut: bool) -> tuple[str, int]:
    """A feed and how many entries it lists; cut: it ends within one more."""
    rows = "".join(item.xml() for item in items) + ("<item><title>Half a hea" if cut else "</channel></rss>")
    return f'<rss version="2.0"><channel><title>Waters</title>{rows}', len(items) + cut


def json_feed(items: Sequence[Item], *, odd: bool) -> tuple[str, int]:
    """The same as JSON Feed; odd: one more is no object."""
    rows = [*(item.json() for item in items), *([7] if odd else [])]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Waters", "items": rows}), len(rows)


def sitemap(items: Sequence[Item], *, sections: bool) -> tuple[str, int]:
    """The same as a sitemap, with headlines or without; sections: two more that are of no article."""
    day = [f"{NOW - timedelta(weeks=item.old * 3):%Y-%m-%d}" for item in items]
    rows = [
        f"<url><loc>https://pages.example/2026/a-long-report-on-the-{item.link}-rivers-{item.text}</loc>"
        f"<lastmod>{when}</lastmod></url>"
        for item, when in zip(items, day, strict=True)
    ]
    rows += [
        "<url><loc>https://pages.example/</loc></url><url><loc>https://pages.example/tag/rain</loc></url>"
    ] * sections
    head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return f"{head}{''.join(rows)}</urlset>", len(items) + 2 * sections


BODIES = st.one_of(
    st.builds(lambda items, cut: rss(items, cut=cut), ITEMS, st.booleans()),
    st.builds(lambda items, odd: json_feed(items, odd=odd), ITEMS, st.booleans()),
    st.builds(lambda items, sections: sitemap(items, sections=sections), ITEMS, st.booleans()),
)
POLLS = st.lists(st.lists(st.one_of(st.none(), BODIES), min_size=3, max_size=3), min_size=1, max_size=4)


@dataclass
class Bodies(Fetcher):
    """Feeds by address. What is missing does not answer."""

    bodies: dict[str, str] = field(default_factory=dict)

    async def feed(self, url: str, **_: Any) -> FetchResult:
        """The feed at ``url``. Raises FetchError where there is none."""
        if url not in self.bodies:
            raise FetchError(f"{url}: no answer", kind="timeout")
        return FetchResult(200, url, url, self.bodies[url].encode())


def added_up(entries: Mapping[str, int], skipped: Mapping[str, int]) -> int:
    return entries["new"] + entries["updated"] + sum(skipped.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("polls")


@pytest.mark.slow
@given(POLLS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_entries_seen_are_those_taken_and_those_not_taken(
    folder: Path, polls: list[list[tuple[str, int] | None]]
) -> None:
    """A feed may have another format at each poll, or not answer. No body is the same twice, so each is read."""
    store, now = fresh_store(folder, next(SERIAL)), NOW
    feeds = {url: FeedConfig(url=url) for url in URLS}
    reader = FeedReader(store, InlineWorkers(), feeds, PollPolicy(), MAX_AGE, lambda: now, Silent())
    listed = Counter[str]()
    try:
        for number, bodies in enumerate([*polls, polls[-1]]):
            now += timedelta(hours=7)
            given = {url: body for url, body in zip(URLS, bodies, strict=True) if body}
            site = Bodies({url: text + "\n" * number for url, (text, _) in given.items()})
            with store.write() as db:
                states = feed_states.claim(db, URLS, now, now + timedelta(hours=1), force=True)
            summary = PollSummary()
            asyncio.run(reader.read(site, states, summary, lambda: None))
            with store.read() as db:
                states = feed_states.load(db)
            read = {url for url in given if states[url].last_success == now}
            listed.update({url: given[url][1] - listed[url] for url in read})
            assert summary.feeds["ok"] == len(read)
            assert summary.entries["seen"] == sum(listed[url] for url in read)
            assert summary.entries["seen"] == added_up(summary.entries, summary.skipped)
            for name in summary.entries:
                assert summary.entries[name] == sum(states[url].entries[name] for url in read)
            for state in (states[url] for url in URLS if states[url].entries):
                assert state.entries["seen"] == listed[state.url] == added_up(state.entries, state.skipped)
                words = describe_entries(state.entries, state.skipped)
                assert _numbers(words) == [listed[state.url]] * 2
    finally:
        store.close()


@pytest.mark.slow
def test_four_places_say_the_same_of_the_entries(
    monitor: Monitor,  # noqa: F811
    newsroom: Newsroom,
    configure: Configure,
) -> None:
    """The poll, the list of feeds, the page of feeds and the metrics, and they keep it where nothing was read anew."""
    pact = newsroom.article("/pact.html", "Iran, Iraq sign defence memorandum in Tehran", PACT)
    game = newsroom.article("/game.html", "Iraq and Iran draw in World Cup qualifier", GAME)
    first = f"<item><title>Iran, Iraq sign defence memorandum in Tehran</title><link>{pact}</link></item>"
    other = f"<item><title>Iraq and Iran draw in World Cup qualifier</title><link>{game}</link></item>"
    edited = first.replace("memorandum in Tehran", "memorandum in Tehran at last")
    head = '<rss version="2.0"><channel><title>News</title>'

    def put(path: str, *items: str) -> str:
        return newsroom.put(path, f"{head}{''.join(items)}", Content_Type="text/xml")

    folder = configure(put("/one.xml", first, first, "<item/>", "<item><title>Half"), put("/two.xml", first, other))
    _with_page(folder)
    for end in ("", " "):
        summary = monitor("--config", folder, "poll", "--json").json()
        rows = monitor("--config", folder, "feeds", "list", "--json").json()
        place = _shown(folder)
        assert summary["entries"]["seen"] == added_up(summary["entries"], summary["skipped"]) > 0
        for what in ("entries", "skipped"):
            assert Counter(summary[what]) == sum((Counter(row[what]) for row in rows), Counter())
        each = [[row["entries"]["seen"], added_up(row["entries"], row["skipped"])] for row in rows]
        assert sorted(map(_numbers, place.feeds)) == sorted(each)
        assert value(place.metrics, "entries_listed") == summary["entries"]["seen"]
        for name in ("new", "updated"):
            assert value(place.metrics, f'entries_taken{{as="{name}"}}') == summary["entries"][name]
        for reason, number in summary["skipped"].items():
            assert value(place.metrics, f'entries_skipped{{reason="{reason}"}}') == number
        put("/one.xml", edited, "<item/>", end)
        put("/two.xml", other, first, other, end)
    read = monitor("--config", folder, "poll", "--json").json()
    assert read["entries"] == {"seen": 5, "new": 0, "updated": 0}
    before = monitor("--config", folder, "feeds", "list", "--json").json()
    again = monitor("--config", folder, "poll", "--json").json()
    assert (again["entries"]["seen"], again["skipped"]) == (0, {})
    after = monitor("--config", folder, "feeds", "list", "--json").json()
    assert [row["entries"] for row in after] == [row["entries"] for row in before]


@dataclass(frozen=True)
class Shown:
    feeds: list[str]
    metrics: str


def _with_page(folder: Path) -> None:
    (folder / "token").write_text("correct horse battery\n", encoding="utf-8")
    with (folder / "monitor.yaml").open("a", encoding="utf-8") as file:
        file.write('web: {listen: "127.0.0.1:0", token_file: token}\n')


def _shown(folder: Path) -> Shown:
    config = load_config(folder)
    store = Store(config.store_url())
    try:
        place = Place(App(config, store, WorkerPool(), lambda: NOW, Silent()), Pulse(NOW))
        lines = re.findall(r"at its last reading ([^<]+)<", place.get("/feeds").text)
        return Shown(lines, place.get("/metrics").text)
    finally:
        store.close()


def _numbers(line: str) -> list[int]:
    """Of the words of one feed: how many entries it listed, and the sum of what became of them."""
    seen, *parts = map(int, re.findall(r"\d+", line))
    return [seen, sum(parts)]
