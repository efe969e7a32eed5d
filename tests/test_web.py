"""The service's page: what it shows, to whom, and that nothing from outside or by mistake gets through it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import os
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import feedparser
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from starlette.types import ASGIApp

from monitor.app import App
from monitor.cli.progress import Silent
from monitor.config import load_config, packaged_folder, parse_watch
from monitor.config.edit_watch import edit_terms
from monitor.config.watch import Terms
from monitor.errors import ConfigError
from monitor.match.feedback import Refit
from monitor.model import Article
from monitor.pipeline.learn_draft import Learned
from monitor.pipeline.summary import PollSummary
from monitor.store import Store, articles, browse, feed_states, schema
from monitor.web import heartbeat
from monitor.web.access import Access
from monitor.web.heartbeat import STALE, Pulse
from monitor.web.request import Desk, PageRequest, Pages
from monitor.web.routes import build
from monitor.web.server import WebServer
from monitor.web.story_views import Clockface
from monitor.workers.pool import WorkerPool
from tests.newsroom import GAME, PACT
from tests.test_service import Configure, running

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
TOKEN = "correct horse battery"
PERSIAN = (
    "وزیر دفاع ایران و همتای عراقی او یادداشت تفاهم همکاری دفاعی امضا کردند",
    "وزیر دفاع ایران عزیز نصیرزاده و وزیر دفاع عراق ثابت العباسی روز سه‌شنبه در تهران یادداشت تفاهم همکاری دفاعی و "
    "نظامی امضا کردند.\nاین توافق برگزاری رزمایش مشترک نیروهای مسلح ایران و عراق را در بر می‌گیرد.",
)
HOSTILE = 'Iran, Iraq sign <script>alert(1)</script> "defence" memorandum {{ 7 * 7 }} of understanding'
SERVICE = """\
store: sqlite:///../var/monitor.db
digests:
  - {name: daily, schedule: "0 7 * * *", timezone: Asia/Baghdad, deliver: [{file: ../var/digests}]}
web: {listen: "127.0.0.1:0", token_file: token, public_url: "https://desk.example/monitor/"}
"""
WATCH = """\
# Kept by the desk.
name: Iran–Iraq defence cooperation   # as in the digest
seeds: SEEDS
sides:
  iran: {entities: iran, terms: [Tehran]}
  iraq: {entities: iraq, terms: [Baghdad]}
terms:
  add:                                # ours
    - joint patrol                    # since May
    - {term: حرس الحدود, weight: 2}
  exclude: ["friendly match"]         # sport
"""


pages = cache(Pages)  # compiled once


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def tree(self) -> Any:
        return lxml_html.document_fromstring(self.text)


@dataclass
class Place:
    """The page over a filled store; ``now`` can be moved."""

    app: App
    pulse: Pulse
    now: datetime = NOW
    access: Access | None = None
    refits: dict[str, tuple[str, Refit]] = field(default_factory=dict)
    drafts: dict[str, Learned] = field(default_factory=dict)

    @property
    def asgi(self) -> ASGIApp:
        web = self.app.config.service.web
        assert web
        access = self.access or Access.of(web, TOKEN)
        more = {"refits": self.refits, "drafts": self.drafts}
        return build(Desk(lambda: self.app, self.pulse, access, lambda: self.now, pages(), **more))  # type: ignore[arg-type]

    def settle(self) -> None:
        """Judges and groups what waits."""
        asyncio.run(self.app.pipeline.settle(PollSummary()))

    def get(self, path: str, **headers: str) -> Answer:
        """With the token, unless the headers say who asks."""
        if headers.keys().isdisjoint(("host", "cookie", "authorization")):
            headers["authorization"] = f"Bearer {TOKEN}"
        return ask(self.asgi, "GET", path, headers)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        return ask(self.asgi, "POST", path, headers, urlencode(form).encode())

    def session(self) -> dict[str, str]:
        """The headers of who has logged in."""
        answer = self.post("/login", {"token": TOKEN, "next": "/feeds?x=1"})
        assert answer.status == 303
        assert answer.headers["location"] == "./feeds?x=1"
        return {"cookie": answer.headers["set-cookie"].split(";")[0]}

    def csrf(self, headers: Mapping[str, str]) -> str:
        return str(self.get("/", **headers).tree.xpath("//input[@name='csrf']/@value")[0])


def ask(app: ASGIApp, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """One request, by hand; a bug in the page that was answered with 500 is not raised here."""
    sent: list[Any] = []
    given = {"host": "127.0.0.1:8080", "content-type": "application/x-www-form-urlencoded", **headers}
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    where, _, query = path.partition("?")
    scope = {"type": "http", "method": method, "path": where, "raw_path": where.encode(), "scheme": "http",
             "query_string": query.encode(), "headers": named, "server": ("127.0.0.1", 8080), "root_path": "",
             "http_version": "1.1", "client": ("127.0.0.1", 1)}  # fmt: skip

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def call() -> None:
        with contextlib.suppress(ZeroDivisionError):
            await app(scope, receive, send)

    asyncio.run(call())
    got = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], got, b"".join(m.get("body", b"") for m in sent[1:]).decode())


def article(number: int, title: str, text: str, hours: float, **more: Any) -> Article:
    when = NOW - timedelta(hours=hours)
    made = Article(0, f"https://news.example/{number}", title, text, "en", when, when, "https://news.example/rss",
                   f"Outlet {number}", f"Outlet {number}", "independent")  # fmt: skip
    return replace(made, **more)


def archive() -> Iterator[Article]:
    yield article(1, "Iran, Iraq sign defence memorandum", "\n".join(PACT), 9)
    yield article(2, HOSTILE, "\n".join(["Second paper.", *PACT]), 8, url="https://news.example/a?b=1&c=<x>")
    yield article(3, *PERSIAN, 7, language="fa", source="خبرگزاری", kind="state")
    yield article(4, "Iraq and Iran draw in qualifier", "\n".join(GAME), 6)
    yield article(5, "كركوك: افتتاح مدرسة", "افتتحت في كركوك مدرسة جديدة للأطفال، قال المحافظ.", 5, language="ar")
    yield article(6, "Orchard drill in Basra", "A private note on a grove patrol near Basra. Nothing else was said.", 4)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with a filled store; tests that change it copy it."""
    folder = tmp_path_factory.mktemp("desk") / "config"
    (folder / "watches").mkdir(parents=True)
    (folder / "monitor.yaml").write_text(SERVICE, encoding="utf-8")
    (folder / "token").write_text(TOKEN + "\n", encoding="utf-8")
    (folder / "feeds.yaml").write_text("feeds: [{url: 'https://news.example/rss', name: News}]\n", encoding="utf-8")
    watch = WATCH.replace("SEEDS", str(packaged_folder() / "seed_corpus"))
    (folder / "watches" / "border.yaml").write_text(watch, encoding="utf-8")
    app = opened(folder)
    with app.store.write() as db:
        articles.add(db, [(each, str(number), None) for number, each in enumerate(archive())])
    digest = app.config.service.digests[0]

    async def fill() -> None:
        await app.pipeline.settle(PollSummary())
        await app.publisher.publish(app.publisher.by_hand(digest))

    asyncio.run(fill())
    app.store.close()
    return folder


def opened(folder: Path) -> App:
    config = load_config(folder)
    return App(config, Store(config.store_url()), WorkerPool(), lambda: NOW, Silent())


@pytest.fixture(scope="module")
def read(filled: Path) -> Iterator[Place]:
    """The page for tests that change nothing."""
    app = opened(filled)
    yield Place(app, Pulse(NOW))
    app.store.close()


@pytest.fixture
def own(filled: Path, read: Place, tmp_path: Path) -> Iterator[Place]:
    """A copy of the whole, to be changed."""
    shutil.copytree(filled.parent, tmp_path / "desk")
    app = opened(tmp_path / "desk" / "config")
    app._matching = read.app._matching  # built of the same files; it takes half a second
    yield Place(app, Pulse(NOW))
    app.store.close()


# What is shown


@pytest.mark.slow
def test_every_page_that_is_linked_answers_and_holds_to_its_own_policy(read: Place) -> None:
    waiting, seen = ["/", "/search?q=Iraq", "/login", "/stories/1"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = read.get(path)
        assert answer.status == 200, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        tree = answer.tree
        assert [each.rpartition("/")[2] for each in tree.xpath("//script/@src")] in ([], ["desk.js"])
        assert not tree.xpath("//script[not(@src)]")
        if not path.startswith("/digests/"):
            assert not tree.xpath("//@style | //style | //@onclick")
        links = [urljoin(path, link) for link in tree.xpath("//@href") if not urlsplit(link).scheme]
        waiting += [link.split("#")[0] for link in links]
    assert {"/feeds", "/digests", "/digests/1", "/watches/border", "/feed.atom", "/style.css"} <= seen


@pytest.mark.slow
def test_a_story_shows_who_why_and_where(read: Place) -> None:
    with read.app.store.read() as db:
        [number, *_] = browse.story_ids(db, "border", limit=9, offset=0)
    answer = read.get(f"/stories/{number}")
    assert "In this story: " in answer.text
    assert "<mark>" in answer.text
    assert "match from" in answer.text
    assert "Published in" in answer.text
    assert answer.tree.xpath("//td[@class='num'][starts-with(., '+')]")
    for report in answer.tree.xpath("//li[@id]"):
        assert report.xpath("string(small)").endswith(f" · article {report.get('id').removeprefix('report-')}")


def test_a_receipt_shows_the_words_behind_its_amounts(read: Place) -> None:
    tables = read.get("/stories/1").tree.xpath("//details//table")
    said = [
        row.xpath("td[3]/bdi/text()") for row in tables[0].xpath(".//tbody/tr") if "all sides" in row.text_content()
    ]
    assert said
    assert any("Iran" in word or "Iraq" in word for words in said for word in words)


def test_near_misses_say_what_they_lack(own: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.web.paging.PER_PAGE", 1)
    with own.app.store.write() as db:
        [first, second, *_] = db.scalars(
            sa.select(schema.matches.c.article_id).where(schema.matches.c.watch == "border")
        )
        where = schema.matches.c.article_id.in_([first, second])
        db.execute(schema.matches.update().where(where).values(verdict="near", score=0.4))
    pages = [own.get(f"/near-misses?watch=border&page={number}") for number in (1, 2)]
    assert all(page.status == 200 for page in pages)
    assert "page 1 of 2" in pages[0].text
    found = {page.tree.xpath("string(//li[@id]/@id)") for page in pages}
    assert found == {f"report-{first}", f"report-{second}"}
    assert "Lacks " in pages[0].text
    assert f"score 0.40 · article {max(first, second)}</small>" in pages[0].text
    assert "score 0.40" in pages[0].text
    assert f"monitor mark {max(first, second)} right" in pages[0].text
    assert own.get("/near-misses?watch=none").status == 404


def test_what_is_about_stands_above_a_headline_that_its_readers_cannot_read(own: Place) -> None:
    paths = ("/", "/stories/1", "/near-misses")
    with own.app.store.write() as db:
        db.execute(schema.matches.update().where(schema.matches.c.article_id == 1).values(verdict="near", score=0.4))
    told = []
    for language in ("en", "ps", None):  # a language that is not known may be the readers'
        with own.app.store.write() as db:
            db.execute(schema.articles.update().values(language=language))
        glosses = [own.get(path).tree.xpath("//p[@class='gloss']") for path in paths]
        told.append([bool(each) for each in glosses])
        assert all(each.getnext().tag in ("h1", "h2") for found in glosses for each in found)
    assert told == [[False] * 3, [True] * 3, [False] * 3]


def test_no_page_learns_a_watch_again(read: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = ("/", "/stories/1", "/near-misses")
    assert {read.get(path).status for path in pages} == {200}
    monkeypatch.setattr("monitor.digest.settings.profile_of", None)
    monkeypatch.setattr("monitor.topic.learn.learn", None)
    assert {read.get(path).status for path in pages} == {200}


def test_text_from_outside_stays_text(read: Place) -> None:
    for path in ("/stories/1", "/search?q=memorandum", "/feed.atom"):
        assert "<script>alert" not in read.get(path).text
        assert "{{ 7 * 7 }}" in read.get(path).text
    answer = read.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22onfocus=x")
    assert "<script>" not in answer.text


def test_right_to_left_text_is_set_right(read: Place) -> None:
    [heading] = read.get("/search?" + urlencode({"q": "رزمایش"})).tree.xpath("//h2")
    assert (heading.get("dir"), heading.get("lang")) == ("rtl", "fa")


def test_an_edition_is_shown_as_sent_and_sandboxed(read: Place) -> None:
    answer = read.get("/digests/1")
    with read.app.store.read() as db:
        [line] = browse.editions(db, limit=9, offset=0)
    by_period = read.get(f"/digests/daily/{line.period}").text
    assert answer.text == by_period.replace('"../../digests"', '"../digests"')
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "allow-scripts" not in answer.headers["content-security-policy"]
    assert line.subject in answer.text
    assert read.get("/digests/1?as=text").headers["content-type"].startswith("text/plain")
    assert 'href="https://desk.example/monitor/stories/1"' in read.get("/digests/1?as=mail").text


def test_links_stay_below_the_path_of_a_proxy(read: Place) -> None:
    for path in ("/", "/stories/1", "/watches/border"):
        links = read.get(path).tree.xpath("//@href[not(contains(., '://'))] | //@action")
        assert not [link for link in links if link.startswith("/")]


def test_a_watch_shows_what_was_learned_and_from_what(read: Place) -> None:
    answer = read.get("/watches/border")
    assert "joint patrol" in answer.text
    assert "حرس الحدود = 2" in answer.text
    assert len(answer.tree.xpath("//meter")) > 20
    assert "5 of 5" in answer.text


def test_a_watch_shows_its_query(filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled.parent, tmp_path / "desk")
    folder = tmp_path / "desk" / "config"
    (folder / "watches" / "drones.yaml").write_text("name: Drones\nquery: drone <b> OR پهپاد\n", encoding="utf-8")
    app = opened(folder)
    answer = Place(app, Pulse(NOW)).get("/watches/drones")
    app.store.close()
    assert answer.tree.xpath("string(//dd[code])") == "drone <b> OR پهپاد (every match holds it; it decides alone)"
    assert "no article: the watch has no seeds" in answer.text
    assert "Learned from the seeds" not in answer.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nasirzadeh", {"Iran, Iraq sign defence memorandum", HOSTILE, PERSIAN[0]}),  # a name in every script
        ('"nasirzadeh"', {"Iran, Iraq sign defence memorandum", HOSTILE}),
        ("کرکوک", {"كركوك: افتتاح مدرسة"}),  # Persian letters find the Arabic ones
        ('"نصيرزادة"', {PERSIAN[0]}),
        ("raq", set()),  # whole words
        ('"World Cup" Basra', {"Iraq and Iran draw in qualifier"}),
        ('"Cup World"', set()),
        ("Basra grove", {"Orchard drill in Basra"}),
        ("…", set()),
    ],
)
def test_search_folds_and_finds_whole_words(read: Place, query: str, found: set[str]) -> None:
    tree = read.get("/search?" + urlencode({"q": query})).tree
    assert {" ".join(h.text_content().split()) for h in tree.xpath("//h2")} == {" ".join(t.split()) for t in found}
    told = [small.text_content() for small in tree.xpath("//li/small[1]")]
    assert all(re.search(r" · article \d+$", line) for line in told)
    assert all(h.xpath("following-sibling::blockquote//mark") for h in tree.xpath("//h2")) or query == "کرکوک"


def test_search_goes_on_further_back(read: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.web.search_page.PER_PAGE", 2)
    path, seen = "/search?q=Iran", list[str]()
    while path:
        tree = read.get(path).tree
        seen += [h.text_content() for h in tree.xpath("//h2")]
        path = next((urljoin(path, link) for link in tree.xpath("//a[@rel='next']/@href")), "")
    assert len(seen) == len(set(seen)) == 3


def test_the_feed_is_atom_with_stable_ids(read: Place) -> None:
    feed = feedparser.parse(read.get("/feed.atom").text.encode())
    again = feedparser.parse(read.get("/feed.atom").text.encode())
    assert not feed.bozo
    assert feed.version == "atom10"
    with read.app.store.read() as db:
        assert len(feed.entries) == browse.story_count(db, None) > 0
    assert [e.id for e in feed.entries] == [e.id for e in again.entries]
    assert all(e.link.startswith("https://desk.example/monitor/stories/") for e in feed.entries)
    tag = read.get("/feed.atom").headers["etag"]
    assert read.get("/feed.atom", if_none_match=tag).status == 304


def test_metrics_are_prometheus_text_and_count_what_is_stored(read: Place) -> None:
    text = read.get("/metrics").text
    sample = re.compile(r'^feed_monitor_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+$')
    assert all(line.startswith("# ") or sample.match(line) for line in text.splitlines())
    assert "feed_monitor_articles 6\n" in text
    assert 'feed_monitor_editions{digest="daily"} 1\n' in text
    assert 'feed_monitor_deliveries{channel="file",state="sent"} 1\n' in text
    assert 'feed_monitor_feeds{health="unknown"} 1\n' in text


def test_entries_that_were_not_taken_are_on_the_page_of_feeds_and_in_the_metrics(own: Place) -> None:
    url = "https://news.example/rss"
    assert "at its last reading" not in own.get("/feeds").text
    with own.app.store.write() as db:
        [state] = feed_states.claim(db, [url], NOW, NOW, force=True).values()
        skipped = {"unchanged": 7, "cut-off": 1, "other-feed": 2}
        feed_states.save(db, [replace(state, entries={"seen": 13, "new": 3, "updated": 0}, skipped=skipped)])
    line = "at its last reading 13 entries: 3 new, 7 unchanged, 2 taken from another feed, 1 cut off"
    assert line in own.get("/feeds").text
    metrics = own.get("/metrics").text
    assert "feed_monitor_entries_listed 13\n" in metrics
    assert 'feed_monitor_entries_taken{as="new"} 3\n' in metrics
    assert 'feed_monitor_entries_skipped{reason="cut-off"} 1\n' in metrics
    assert 'feed_monitor_entries_skipped{reason="empty"} 0\n' in metrics


# Errors


@pytest.mark.parametrize(
    "path", ["/nope", "/a/b/c", "/stories/99", "/stories/99999999999999999999", "/digests/0", "/watches/nope",
             "/watches/..%2f..", "/digests/daily/never", "/?watch=nope"],
)  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(read: Place, path: str) -> None:
    answer = read.get(path)
    assert answer.status == 404
    assert "To the stories" in answer.text


def test_a_bug_shows_no_trace(read: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: PageRequest) -> Any:
        return 1 / 0

    monkeypatch.setattr("monitor.web.feeds_page.feeds", broken)
    answer = read.get("/feeds")
    assert answer.status == 500
    assert "unexpected" in answer.text
    assert "Traceback" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert "nosniff" in answer.headers["x-content-type-options"]


def test_health_says_why_it_is_not_well(own: Place) -> None:
    assert own.get("/healthz").status == 200
    own.pulse.ended("poll", NOW)
    own.now = NOW + STALE + timedelta(minutes=5)
    assert own.get("/healthz").status == 503
    assert "20 minutes" in own.get("/healthz").text
    own.pulse.ended("poll", own.now)
    assert own.get("/healthz").status == 200
    own.pulse.broke("digests", "no space left")
    assert "no space left" in own.get("/healthz").text
    own.pulse.ended("digests", own.now)
    path = Path(own.app.store.engine.url.database or "")
    path.write_bytes(b"this is no database any more " * 100)
    answer = own.get("/healthz")
    assert (answer.status, "damaged" in answer.text) == (503, True)
    path.unlink()
    assert "gone" in own.get("/healthz").text
    assert not path.exists()


def test_an_unusable_store_is_told_on_the_page(own: Place) -> None:
    own.app.store.close()
    path = Path(own.app.store.engine.url.database or "")
    for each in path.parent.glob("monitor.db*"):
        each.unlink()
    path.write_bytes(b"this is no database any more " * 100)
    answer = own.get("/")
    assert answer.status == 503
    assert "damaged" in answer.text


# Who may what


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:8080", 200), ("localhost", 200), ("[::1]:8080", 200), ("desk.example", 200), ("evil.example", 421),
     ("127.0.0.1.evil.example", 421), ("10.0.0.1", 421), ("", 421)],
)  # fmt: skip
def test_only_its_own_names_are_answered_to(read: Place, host: str, status: int) -> None:
    assert read.get("/", host=host, authorization=f"Bearer {TOKEN}").status == status


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST.", "[::1]", "desk.example"])
def test_no_host_header_stands_for_the_token(read: Place, host: str) -> None:
    """Whoever comes through a proxy may send the name of this machine."""
    for path in ("/", "/stories/1", "/feeds", "/search?q=a", "/watches/border", "/digests"):
        assert read.get(path, host=host).status == 303
    for path in ("/metrics", "/feed.atom"):
        assert read.get(path, host=host).status == 401


def test_without_token_and_public_name_this_machine_reads(read: Place) -> None:
    alone = replace(read, access=Access(frozenset(), on_loopback=True))
    assert alone.get("/", host="127.0.0.1:8080").status == 200
    assert alone.get("/", host="desk.example").status == 421


def test_from_elsewhere_nothing_is_seen_without_the_token(read: Place) -> None:
    bearer = {"authorization": f"Bearer {TOKEN}"}
    basic = {"authorization": "Basic " + base64.b64encode(f"desk:{TOKEN}".encode()).decode()}
    answer = read.get("/stories/1?x=1", host="desk.example")
    assert (answer.status, answer.headers["location"]) == (303, "../login?next=%2Fstories%2F1%3Fx%3D1")
    for path in ("/metrics", "/feed.atom"):
        assert read.get(path, host="desk.example").status == 401
        assert read.get(path, host="desk.example", authorization="Bearer wrong").status == 401
        assert read.get(path, host="desk.example", **bearer).status == 200
        assert read.get(path, host="desk.example", **basic).status == 200
    assert read.get("/", host="desk.example", **read.session()).status == 200
    assert read.get("/healthz", host="desk.example").status == 200
    # Nor what is watched, on the pages that need none.
    watched = {text for name, watch in read.app.config.watches.items() for text in (name, watch.name)}
    wrong = read.post("/login", {"token": "wrong"})
    pages = [wrong, *(read.get(path, host="desk.example") for path in ("/login", "/judge/1?key=x"))]
    assert not [(page.status, text) for page in pages for text in watched if text in page.text]


def test_a_session_ends_and_cannot_be_made_up(read: Place) -> None:
    assert "Secure" not in read.post("/login", {"token": TOKEN}).headers["set-cookie"]  # http on this machine
    answer = read.post("/login", {"token": TOKEN}, host="desk.example")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" in cookie  # its public address is https
    assert read.post("/login", {"token": "wrong"}).status == 403
    good = cookie.split(";")[0]
    assert read.get("/", host="desk.example", cookie=good).status == 200
    late = replace(read, now=NOW + timedelta(days=15))
    assert late.get("/", host="desk.example", cookie=good).status == 303
    expiry, rest = good.split("=", 1)[1].split(".", 1)
    forged = f"monitor_session={int(expiry) + 9**9}.{rest}"
    assert read.get("/", host="desk.example", cookie=forged).status == 303


@pytest.mark.parametrize(
    "wanted", ["//evil.example/x", "https://evil.example", "\\\\evil.example", "javascript:alert(1)"]
)
def test_logging_in_leads_nowhere_else(read: Place, wanted: str) -> None:
    answer = read.post("/login", {"token": TOKEN, "next": wanted})
    assert urlsplit(urljoin("https://desk.example/login", answer.headers["location"])).netloc == "desk.example"


def test_listening_elsewhere_needs_a_token(filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled, tmp_path / "config")
    path = tmp_path / "config" / "monitor.yaml"
    path.write_text(SERVICE.replace("127.0.0.1:0", "0.0.0.0:8080").replace("token_file: token, ", ""))
    with pytest.raises(ConfigError, match=r"monitor.yaml:4: .*token_file"):
        load_config(tmp_path / "config")
    for wrong in ("nowhere", "127.0.0.1:99999", "127.0.0.1"):
        path.write_text(SERVICE.replace("127.0.0.1:0", wrong))
        with pytest.raises(ConfigError, match="host:port"):
            load_config(tmp_path / "config")


# Editing


@pytest.mark.parametrize(("body", "kind", "status"), [
    (b"{}", "application/json", 415),
    (b"token=" + b"x" * 300_000, "application/x-www-form-urlencoded", 413),
    (b"token=\xff", "application/x-www-form-urlencoded", 400),
])  # fmt: skip
def test_what_is_no_form_is_refused(read: Place, body: bytes, kind: str, status: int) -> None:
    assert ask(read.asgi, "POST", "/login", {"content-type": kind}, body).status == status


def test_a_template_of_ones_own_that_fails_costs_only_its_look(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "error.html").write_text("ours: {{ status }} {{ nonsense }}", encoding="utf-8")
    values = {"root": "./", "clock": Clockface(UTC, NOW), "status": 404, "text": "nothing here"}
    shell = {"title": "T", "watches": [], "can_log_in": False, "logged_in": False, "csrf": "", "path": "/x",
             "here": "/x", "said": None, "last": None}  # fmt: skip
    assert "Nothing here." in Pages(tmp_path).fill("error.html", shell=shell, **values)
    assert "error.html:1" in caplog.text
    (tmp_path / "web" / "error.html").write_text("ours: {{ status }}", encoding="utf-8")
    assert Pages(tmp_path).fill("error.html", shell=shell, **values) == "ours: 404"
    (tmp_path / "web" / "error.html").write_text("{% if %}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"error.html:1"):
        Pages(tmp_path)


def form(place: Place, headers: Mapping[str, str], **changed: str) -> dict[str, str]:
    """The form as the page shows it, with these fields changed."""
    tree = place.get("/watches/border", **headers).tree
    fields = {each.get("name"): each.get("value", "") for each in tree.xpath("//main//input")}
    fields |= {each.get("name"): (each.text or "").strip() for each in tree.xpath("//textarea")}
    return fields | changed


@pytest.mark.slow
def test_an_edit_is_looked_at_and_then_saved_and_keeps_every_other_byte(own: Place) -> None:
    path = own.app.config.folder / "watches" / "border.yaml"
    before = path.read_text(encoding="utf-8")
    headers = own.session()
    fields = form(
        own, headers, exclude="friendly match\nmemorandum\nتفاهم", add="joint patrol\nحرس الحدود = 2\nxylophone"
    )
    looked = own.post("/watches/border", fields | {"action": "preview"}, **headers)
    assert looked.status == 200
    assert "Lost: no longer matches" in looked.text
    assert "would have no match left" in looked.text
    assert "&#39;xylophone&#39; is in none of 6 articles" in looked.text
    assert path.read_text(encoding="utf-8") == before
    saved = own.post("/watches/border", fields | {"action": "save"}, **headers)
    assert (saved.status, saved.headers["location"]) == (303, "../watches/border?edited=1")
    after = path.read_text(encoding="utf-8")
    assert after == before.replace('"friendly match"', '"friendly match", "memorandum", "تفاهم"').replace(
        "weight: 2}\n", 'weight: 2}\n    - "xylophone"\n'
    )
    again = own.post("/watches/border", fields | {"action": "save"}, **headers)
    assert again.status == 409  # the file is not the one that was looked at
    assert path.read_text(encoding="utf-8") == after


@pytest.mark.slow
@pytest.mark.parametrize("changed", [{"add": "friendly match"}, {"exclude": "***"}, {"add": "word = 99"}])
def test_an_edit_that_does_not_hold_is_refused(own: Place, changed: dict[str, str]) -> None:
    path = own.app.config.folder / "watches" / "border.yaml"
    before = path.read_bytes()
    headers = own.session()
    answer = own.post("/watches/border", form(own, headers, **changed) | {"action": "save"}, **headers)
    assert answer.status == 400
    assert "Nothing was changed" in answer.text
    assert next(iter(changed.values())) in answer.text
    assert path.read_bytes() == before


@pytest.mark.slow
def test_nobody_edits_without_the_token_or_from_another_site(own: Place) -> None:
    path = own.app.config.folder / "watches" / "border.yaml"
    before = path.read_bytes()
    headers = own.session()
    fields = form(own, headers, add="x y z") | {"action": "save"}
    basic = "Basic " + base64.b64encode(f"desk:{TOKEN}".encode()).decode()
    for refused in (
        own.post("/watches/border", fields),
        own.post("/watches/border", fields | {"csrf": "0" * 64}, **headers),
        own.post("/watches/border", fields, **headers, origin="https://evil.example"),
        own.post("/watches/border", fields, **headers, origin="null"),
        own.post("/watches/border", fields, authorization=basic),
        own.post("/watches/border", fields, authorization="Bearer wrong"),
        replace(own, access=Access(frozenset(), on_loopback=True)).post("/watches/border", fields, **headers),
    ):
        assert refused.status in (401, 403)
    assert path.read_bytes() == before
    allowed = own.post("/watches/border", fields, authorization=f"Bearer {TOKEN}")
    assert allowed.status == 303
    assert b"x y z" in path.read_bytes()


WORDS = st.text("abc دفع:#-[]{},'\"&*!|>%@`?=", min_size=1, max_size=12).map(str.strip).filter(
    lambda text: any(char.isalnum() for char in text)
)  # fmt: skip
LISTS = st.lists(WORDS, max_size=4, unique_by=str.casefold)
FILES = [
    "name: X\nseeds: s\n",
    "name: X\nseeds: s\nterms: {add: [one, two], exclude: three}\n# end\n",
    "name: X\nseeds: s\nterms:   # mine\n  add:\n  - one  # first\n  # between\n  - term: two\n    weight: 2\n"
    "  remove:\n  require: [a b, 'c']  # both\nnear: article  # last",
    "name: X\r\nseeds: s\r\nterms:\r\n  add: [\r\n    one,  # why\r\n    two,\r\n  ]\r\n# end\r\n",
]


@given(st.sampled_from(FILES), LISTS, LISTS, LISTS)
def test_any_edit_says_what_was_asked_and_touches_nothing_else(
    text: str, add: list[str], remove: list[str], exclude: list[str]
) -> None:
    own = {word.casefold() for word in (*add, *exclude)}
    wanted = Terms.model_validate({
        "add": [word for word in add if word.casefold() not in {e.casefold() for e in exclude}],
        "remove": [word for word in remove if word.casefold() not in own],
        "exclude": exclude,
    })  # fmt: skip
    path = Path("watch.yaml")
    edited = edit_terms(text, path, wanted)
    after = parse_watch(edited, path)
    assert sorted(t.term for t in after.terms.add) == sorted(t.term for t in wanted.add)
    assert sorted(after.terms.remove) == sorted(wanted.remove)
    assert sorted(after.terms.exclude) == sorted(wanted.exclude)
    assert after.terms.require == ()
    outside = [line for line in text.splitlines() if line.startswith(("name", "seeds", "near", "#"))]
    assert [line for line in edited.splitlines() if line.startswith(("name", "seeds", "near", "#"))] == outside
    assert edit_terms(edited, path, wanted) == edited


# Listening


async def test_it_listens_answers_and_stops(read: Place) -> None:
    web = read.app.config.service.web
    assert web
    desk = Desk(lambda: read.app, read.pulse, Access.of(web, TOKEN), lambda: NOW, pages())
    async with WebServer(web, desk) as server:
        port = int(server.address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = (await reader.read()).decode()
        assert answer.startswith("HTTP/1.1 200")
        assert "server:" not in answer.lower()
        writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_health_is_told_while_the_loop_of_the_service_stands_still(
    read: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = read.app.config.service.web
    assert web
    desk = Desk(lambda: read.app, read.pulse, Access.of(web, TOKEN), lambda: NOW, pages())
    async with WebServer(web, desk) as server:
        answers = [_health(server.address), _health(server.address)]  # no await: this loop does nothing meanwhile
        monkeypatch.setattr(heartbeat, "STUCK", -1.0)
        assert _health(server.address) == "alive"  # of a service that has no beat, as in a test, nothing is said
        read.pulse.beat(0.0)
        answers.append(_health(server.address))
    assert answers == ["alive", "alive", "not well; the log says why"]


def _health(address: str) -> str:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            told: bytes = answer.read()
    except urllib.error.HTTPError as error:
        told = error.read()
    return told.decode().strip()


NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PROXY = """\
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        server_name desk.example;
        location / {{ proxy_pass {page}; proxy_set_header Host $host; }}
    }}
}}
"""


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
async def test_behind_a_proxy_the_token_is_needed_whatever_name_is_sent(read: Place, tmp_path: Path) -> None:
    web = read.app.config.service.web
    assert web
    assert NGINX
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    desk = Desk(lambda: read.app, read.pulse, Access.of(web, TOKEN), lambda: NOW, pages())
    async with WebServer(web, desk) as server:
        (tmp_path / "nginx.conf").write_text(PROXY.format(folder=tmp_path, port=port, page=server.address))
        proxy = await asyncio.create_subprocess_exec(
            NGINX, "-e", f"{tmp_path}/error.log", "-c", f"{tmp_path}/nginx.conf"
        )
        try:
            for host in ("desk.example", "localhost", "127.0.0.1", f"127.0.0.1:{port}", "[::1]"):
                assert await _status(port, host) == 303, host
                assert await _status(port, host, f"Authorization: Bearer {TOKEN}\r\n") == 200, host
            assert await _status(port, "evil.example", f"Authorization: Bearer {TOKEN}\r\n") == 421
        finally:
            proxy.terminate()
            await proxy.wait()


@pytest.mark.skipif(not (NGINX and shutil.which("openssl")), reason="nginx or openssl is not installed")
def test_nginx_takes_the_server_of_the_guide(tmp_path: Path) -> None:
    assert NGINX
    guide = (Path(__file__).parents[1] / "docs" / "how-to" / "open-the-page.md").read_text(encoding="utf-8")
    server = guide.partition("```nginx\n")[2].partition("```")[0]
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=monitor.example.org"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    for line, path in (("ssl_certificate", certificate), ("ssl_certificate_key", key)):
        server, count = re.subn(rf"{line} [^;]+;", f"{line} {path};", server)
        assert count == 1
    whole = PROXY.replace("{{", "{").replace("}}", "}").replace("{folder}", str(tmp_path))
    begin, end = whole.index("    server {"), whole.rindex("}")
    (tmp_path / "nginx.conf").write_text(whole[:begin] + server + whole[end:], encoding="utf-8")
    told = subprocess.run(
        [NGINX, "-t", "-e", f"{tmp_path}/error.log", "-c", f"{tmp_path}/nginx.conf"], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr


async def _status(port: int, host: str, header: str = "") -> int:
    """The status of the first page; asks again until something listens at the port."""
    async with asyncio.timeout(10):
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            await asyncio.sleep(0.01)
        writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\n{header}Connection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
    return int(answer.split()[1])


async def test_a_port_in_use_is_told_and_nothing_else_stops(read: Place, caplog: pytest.LogCaptureFixture) -> None:
    web = read.app.config.service.web
    assert web
    with socket.create_server(("127.0.0.1", 0)) as taken, caplog.at_level(logging.WARNING):
        busy = web.model_copy(update={"listen": f"127.0.0.1:{taken.getsockname()[1]}"})
        desk = Desk(lambda: read.app, read.pulse, Access.of(web, TOKEN), lambda: NOW, pages())
        async with WebServer(busy, desk) as server:
            assert server.address == ""
    assert "cannot listen" in caplog.text


@pytest.mark.slow
def test_the_service_serves_its_page_and_stops_with_it(configure: Configure) -> None:
    folder = configure("http://127.0.0.1:9/feed")
    with (folder / "monitor.yaml").open("a") as file:
        file.write('web: {listen: "127.0.0.1:0"}\n')
    with running(folder) as service:
        line = service.wait_for("the page is at")
        port = int(line.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), 5) as client:
            client.sendall(b"GET /feeds HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(15) == b"HTTP/1.1 200 OK"
            service.process.terminate()
            assert service.process.wait(10) == 0


@pytest.mark.slow
async def test_page_and_digest_count_the_same_publishers(own: Place) -> None:
    """A copy counts as its source's, in both."""
    copy = article(20, "Iran, Iraq sign defence memorandum", "\n".join(["TEHRAN (Reuters) -", *PACT]), 3)
    with own.app.store.write() as db:
        articles.add(
            db, [(copy, "20", None), (replace(copy, url="https://news.example/21", source="Other"), "21", None)]
        )
    await own.app.pipeline.settle(PollSummary())
    edition = own.app.publisher.compose(
        own.app.publisher.by_hand(own.app.config.service.digests[0]), since=NOW - timedelta(days=1)
    )
    for each in edition.stories:
        page = await asyncio.to_thread(own.get, f"/stories/{each.story.id}")
        said = page.tree.xpath("string(//dt[.='Reported by']/following-sibling::dd[1])")
        assert said.startswith(f"{each.voices} publisher"), said
        assert f"{len(each.story.reports)} report" in said
    assert any(each.voices < len({r.article.publisher for r in each.story.reports}) for each in edition.stories)
