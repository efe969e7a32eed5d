"""Every hostile case of the manifest as one feed among healthy ones, in one service: each ends as it should.

What a parser makes of each case is test_hostile.py; here is what becomes of it in the store, in the feed's state
and in what a reader gets, and that it does nothing to its neighbours.
"""

from __future__ import annotations

import asyncio
import csv
import email
import ipaddress
import logging
import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import monitor.fetch.guard
from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.digest.publisher import Published
from monitor.model import Health
from monitor.pipeline.summary import PollSummary
from tests.conftest import SERVICE
from tests.newsroom import GAME, PACT, Newsroom, hours_ago
from tests.test_flow import Clock
from tests.test_hostile import HOSTILE, MADE, here

Configure = Callable[..., Path]
HOST = "127.0.0.2"  # taken for a public address here, so that the guard is in force for all others
HEALTHY, KEPT = 4, 5  # feeds, entries of each
POLITE = "http: {allow_private_addresses: true"
SAFE = SERVICE.replace(POLITE, "http: {per_host_delay: 0, per_host_connections: 50")

# case → the kind of failure; all others are read. Compressed bodies come with their Content-Encoding.
FAILED = {
    "struct/empty.xml": {"empty"},
    "struct/whitespace.xml": {"empty"},
    "struct/html-instead.xml": {"blocked", "not-a-feed"},
    "struct/gdelt-plain-error.txt": {"throttled"},
    "struct/jsonfeed-deep.json": {"not-a-feed"},
    "struct/opml-as-feed.xml": {"not-a-feed"},
    "gz/bomb-20mb.xml.gz": {"too-large"},
    "gz/bomb-20mb.xml.br": {"too-large"},
    "gz/nested-bomb.gz.gz": {"not-a-feed", "too-large", "encoding"},
    "gz/bad-crc.xml.gz": {"encoding"},
}
NO_ENTRIES = {"struct/no-items.xml"}
FLAGGED = {
    "xml/quadratic-blowup.xml", "struct/trailing-junk.xml", "struct/truncated-mid-tag.xml",
    "struct/truncated-cdata.xml", "enc/windows-1256-undeclared.xml", "enc/unknown-encoding.xml", "gz/truncated.xml.gz",
}  # fmt: skip
ENTRIES = {
    "struct/truncated-mid-tag.xml": 10,
    "struct/trailing-junk.xml": 1,
    "id/duplicate-guids.xml": 3,
    "id/exact-duplicates.xml": 1,
    "id/no-id-no-link-no-date.xml": 2,
    "id/first-poll-archive.xml": 500,
    "xss/bad-links.xml": 22,
    "xss/csv-formula.xml": 4,
    "poll/1.xml": 5,
}
NONE_IS_FINE = {"struct/unclosed-tags.xml", "struct/jsonfeed-bad-types.json"}
PACKED = {".gz": "gzip", ".br": "br"}
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x0b\x0c\x0e-\x1f]")
RUNS = re.compile(
    r"<script|<img|<svg|<iframe|<object|<embed|\son\w+\s*=|javascript:|vbscript:|<link|<base", re.IGNORECASE
)


def cases() -> dict[str, bytes]:
    """Each case that has a body: those that lie here and those made as the manifest describes them."""
    with (HOSTILE / "manifest.csv").open(encoding="utf-8") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    found = {name: (HOSTILE / name).read_bytes() for name in names if (HOSTILE / name).is_file()}
    return found | {name: MADE[name] for name in names if name in MADE}


def apart(body: bytes, number: int) -> bytes:
    """The same body with links of its own: in one service one address is one article, whichever feed names it."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        body = body.replace("feed.example".encode(encoding), f"f{number}.example".encode(encoding))
    return body


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """No name is known and only the test's server may be reached; gives every address that was connected to."""
    reached: set[str] = set()
    public, resolve = monitor.fetch.guard.is_public, asyncio.BaseEventLoop.getaddrinfo

    def judged(address: str) -> bool:
        allowed = address == HOST or public(address)
        if allowed:
            reached.add(address)
            if address != HOST:
                raise monitor.fetch.guard.AddressRefusedError("a public address, which the test does not reach")
        return allowed

    async def getaddrinfo(loop: Any, host: Any, *args: Any, **options: Any) -> Any:
        try:
            socket.inet_aton(host)
        except OSError:
            if "localhost" in host:
                host = "127.0.0.1"
            else:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
        return await resolve(loop, host, *args, **options)

    monkeypatch.setattr(monitor.fetch.guard, "is_public", judged)
    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return reached


@pytest.fixture
def far_newsroom() -> Iterator[Newsroom]:
    with Newsroom(host=HOST) as room:
        yield room


def set_up(room: Newsroom, configure: Configure, bodies: dict[str, bytes]) -> tuple[Path, dict[str, str]]:
    """A configuration with every case of ``bodies`` and the healthy feeds between them; feed address → case."""
    case_of: dict[str, str] = {}
    for number, (name, body) in enumerate(bodies.items()):
        packed = {"Content_Encoding": PACKED[Path(name).suffix]} if Path(name).suffix in PACKED else {}
        address = room.put(f"/h/{quote(name)}", apart(body, number), 200, Content_Type="application/xml", **packed)
        case_of[address] = name
    healthy = []
    for feed in range(HEALTHY):
        items = []
        for item in range(KEPT):
            title = f"Iran, Iraq sign defence memorandum {feed}-{item}" if item % 2 else f"Match day {feed}-{item}"
            text = [f"{title}, said source {feed * 7919 + item}.", *(PACT if item % 2 else GAME)]
            items.append((title, room.article(f"/a/{feed}-{item}.html", title, text), hours_ago(1 + item)))
        healthy.append(room.feed(f"/good/{feed}.xml", items))
    hostile = list(case_of)
    step = len(hostile) // HEALTHY
    mixed = [url for part, good in enumerate(healthy) for url in (*hostile[part * step :][:step], good)]
    folder = configure(*mixed, *hostile[HEALTHY * step :], service=SAFE.replace("digests:", "max_age: 3650d\ndigests:"))
    watch = folder / "watches" / "iran-iraq-defense.yaml"
    whole = watch.read_text(encoding="utf-8")
    own = f"sides: {{}}\nthreshold: 0.00001\nterms: {{add: {WORDS}}}\n"
    watch.write_text(whole[: whole.index("sides:")] + own, encoding="utf-8")
    return folder, case_of


WORDS = "[alert, evil, pact, item, title, story, subject, bcc, عراق, pixel, ignore, gnp.exe, cmd, news]"


async def cycle(folder: Path, clock: Clock, output: Path) -> tuple[PollSummary, Published]:
    async with open_app(load_config(folder), clock, Silent()) as app:
        summary = await app.pipeline.poll(force=True)
        clock.forward(seconds=1)
        shown = await app.publisher.publish(app.publisher.by_hand(app.config.service.digests[0]))
        app.publisher.write(shown, output)
    return summary, shown


def states(folder: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(folder.parent / "var" / "monitor.db")) as db:
        db.row_factory = sqlite3.Row
        counts = dict(db.execute("SELECT feed_url, count(*) FROM entries GROUP BY feed_url").fetchall())
        return {
            row["url"]: dict(row) | {"entries": counts.get(row["url"], 0)} for row in db.execute("SELECT * FROM feeds")
        }


def wrong(case: str, state: dict[str, Any]) -> str:
    """What of the feed's state a user could not trust; "" where it is failed with its kind, flagged, or read."""
    facts = f"{case}: {state['health']}, {state['error_kind']} ({state['error']}), {state['entries']} entries"
    if case in FAILED:
        failed = state["failures"] == 1 and not state["entries"] and state["health"] != Health.HEALTHY
        return "" if failed and state["error_kind"] in FAILED[case] else facts
    if state["failures"]:
        return facts
    if case in NO_ENTRIES:
        return "" if (state["error_kind"], state["health"]) == ("no-entries", Health.QUIET) else facts
    expected = ENTRIES.get(case, max(1, state["entries"]))
    counted = state["entries"] == expected or case in NONE_IS_FINE
    return "" if counted and (state["error"] or case not in FLAGGED) else facts


@pytest.mark.slow
@here
async def test_hostile_feeds_end_as_they_should_and_harm_nobody(
    far_newsroom: Newsroom, configure: Configure, offline: set[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    folder, case_of = set_up(far_newsroom, configure, cases())
    clock, output = Clock(), tmp_path / "out"
    summary, shown = await cycle(folder, clock, output)
    assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]
    assert summary.feeds["due"] == len(case_of) + HEALTHY
    assert summary.feeds["failed"] == len(FAILED)
    found = states(folder)
    assert [told for url, case in case_of.items() if (told := wrong(case, found[url]))] == []
    good = [state for url, state in found.items() if "/good/" in url]
    assert [(state["entries"], state["health"]) for state in good] == [(KEPT, Health.HEALTHY)] * HEALTHY
    assert {path for path in far_newsroom.asked if path.startswith("/a/")} == {
        f"/a/{feed}-{item}.html" for feed in range(HEALTHY) for item in range(KEPT)
    }
    assert offline == {HOST}  # nothing else was connected to, whatever the links said
    check_digest(shown, output)
    shown_already = {story.story.id for story in shown.edition.stories}
    far_newsroom.asked.clear()
    clock.forward(minutes=1)
    summary, shown = await cycle(folder, clock, output)
    assert (summary.entries["new"], summary.matches["new"]) == (0, 0)
    assert not shown_already & {story.story.id for story in shown.edition.stories}


def check_digest(shown: Published, output: Path) -> None:
    """Something of the hostile feeds stands in the digest, and none of it does anything."""
    hostile = [story for story in shown.edition.stories if "/h/" in story.story.reports[0].article.feed_url]
    assert len(hostile) > 5
    html = (output / "digest.html").read_text(encoding="utf-8")
    for page in (html, shown.rendered.html):
        own = re.sub(r"<style.*?</style>|<!--\[if.*?endif\]-->", "", page, flags=re.DOTALL)
        tags = " ".join(re.findall(r"<[^<>]*>", own))
        assert not RUNS.search(tags), RUNS.search(tags)
        assert not HIDDEN.search(own.replace("\u200e", "").replace("\u200f", ""))
        for link in re.findall(r'href="([^"]*)"', own):
            assert link.startswith(("http://", "https://", "mailto:", "#")), link
            assert "127.0.0.1" not in link
            assert "169.254" not in link
    text = (output / "digest.txt").read_text(encoding="utf-8")
    assert not re.search("[\u202a\u202b\u202d\u202e\x00-\x08\x1b]", text)
    message = email.message_from_bytes((output / "digest.eml").read_bytes(), policy=default)
    assert "\n" not in message["Subject"]
    assert not HIDDEN.search(message["Subject"])
    assert [str(address) for address in message["To"].addresses] == ["reader@localhost"]
    assert {name.lower() for name in message} <= {
        "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "list-id", "list-unsubscribe",
        "list-unsubscribe-post", "auto-submitted", "precedence", "content-language", "reply-to",
        "x-auto-response-suppress", "feedback-id", "content-transfer-encoding",
    }  # fmt: skip


def test_the_address_of_the_test_is_loopback() -> None:
    assert ipaddress.ip_address(HOST).is_loopback
