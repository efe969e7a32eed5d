"""Items that a body brings again are not read again; whatever becomes of a body is what would if all were read."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.read import ReadFeed, read_feed
from monitor.model import Entry, Feed, FetchResult, KnownItem
from monitor.pipeline.bodies import Body, Taken
from monitor.pipeline.take_entries import take
from monitor.store import Store, feed_items, schema
from tests.poll_desk import MAX_AGE, fresh_store

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHARED = Path(__file__).parents[2] / "shared" / "feeds"
CAPTURED = sorted(SHARED.glob("*/*.xml")) if SHARED.is_dir() else []
FEEDS = [Feed("https://one.example/rss", "One"), Feed("https://two.example/rss", "Two", kind="search")]

_NUMBERS = count(1)  # of stores


class Desk:
    """Polls into one store. knows: whether what the last body held is known again."""

    def __init__(self, folder: Path, name: int, *, knows: bool) -> None:
        self.store: Store = fresh_store(folder, name)
        self.knows = knows
        self.now = START
        self.met = 0  # entries that were known by their marks
        self._seen: set[str] = set()

    def poll(self, bodies: Mapping[str, str | bytes]) -> list[Taken] | str:
        """What becomes of the bodies, by the address of the feed, an hour after the last poll."""
        self.now += timedelta(hours=1)
        try:
            read = [self._read(url, body) for url, body in bodies.items()]
        except ParseError as error:
            return str(error)
        with self.store.write() as db:
            taken = take(db, read, self.now, MAX_AGE, lambda url: next(feed for feed in FEEDS if feed.url == url))
        self._seen |= bodies.keys()
        return taken

    def _read(self, url: str, body: str | bytes) -> Body:
        feed = next(feed for feed in FEEDS if feed.url == url)
        before = url in self._seen
        known: Mapping[bytes, KnownItem] = {}
        if self.knows and before:
            with self.store.read() as db:
                known = feed_items.load(db, url)
        data = body.encode() if isinstance(body, str) else body
        read = read_feed(
            FetchResult(200, url, url, data), feed, self.now, None if before else self.now - MAX_AGE, known
        )
        self.met += sum(not entry.is_read for entry in read.parsed.entries)
        return Body(feed, read.parsed.entries, read.archived, read.skipped, before, known)

    def stored(self) -> dict[str, list[Any]]:
        """All that came of the polls; ids count from one in both stores."""
        found: dict[str, list[Any]] = {}
        with self.store.read() as db:
            for table in (schema.entries, schema.entry_keys, schema.articles):
                order = list(table.primary_key.columns)
                found[table.name] = [tuple(row) for row in db.execute(sa.select(table).order_by(*order))]
        return found


def assert_alike(folder: Path, polls: Sequence[Mapping[str, str | bytes]]) -> int:
    """The polls come to the same whether or not items are known again; how many were."""
    knowing, reading = Desk(folder, next(_NUMBERS), knows=True), Desk(folder, next(_NUMBERS), knows=False)
    try:
        for bodies in polls:
            assert knowing.poll(bodies) == reading.poll(bodies)
        assert knowing.stored() == reading.stored()
    finally:
        knowing.store.close()
        reading.store.close()
    return knowing.met


def item(number: int = 1, **changed: str) -> str:
    parts = {
        "title": f"The ministers met for the time {number}",
        "link": f"https://one.example/news/{number}",
        "guid": f"id-{number}",
        "description": f"They spoke of the border in the town number {number} and agreed to go on.",
        "pubDate": f"{20 - number % 9:02} Nov 2026 10:00:00 GMT",
    }
    return (
        "<item>"
        + "".join(f"<{name}>{value}</{name}>" for name, value in {**parts, **changed}.items() if value)
        + "</item>"
    )


def body(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>One</title>{"".join(items)}</channel></rss>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


ONE, TWO = FEEDS[0].url, FEEDS[1].url
FIRST = body(item(1), item(2), item(3))
LATER = body(item(1, pubDate="20 Nov 2026 {}:00:00 GMT"), item(2), item(3))
BARE = body(item(1, link=""), item(2, link=""))
DAY_OR_MONTH = body(item(1, pubDate="3/4/2026 10:00"), item(2))
MONTH_FIRST = body(item(1, pubDate="3/4/2026 10:00"), item(2, pubDate="4/25/2026 10:00"))


@pytest.mark.parametrize(
    ("polls", "met"),
    [
        ([{ONE: FIRST}, {ONE: FIRST}], 3),
        ([{ONE: FIRST}, {ONE: body(item(4), item(1), item(2))}, {ONE: body(item(5), item(4), item(1))}], 4),
        ([{ONE: FIRST}, {ONE: body(item(1, title="Another headline for this"), item(2), item(3))}, {ONE: FIRST}], 4),
        # what shares an address or an id with what is known is seen only when both are read
        ([{ONE: FIRST}, {ONE: body(item(4, link="https://one.example/news/2"), item(2), item(3))}], 0),
        ([{ONE: FIRST}, {ONE: body(item(4, guid="id-2"), item(2), item(3))}], 2),
        ([{ONE: FIRST}, {ONE: body(item(4, guid=""), item(2), item(3))}], 0),
        ([{ONE: BARE}, {ONE: body(item(3, link="", guid="id-1"), item(2, link=""))}], 1),
        # a repeat and another feed's report are looked at each time, an edit that is put off is stored
        ([{ONE: body(item(1), item(1, guid="id-x"))}] * 2, 0),
        ([{ONE: FIRST, TWO: body(item(1, guid="s-1"), item(2, guid="s-2"))}, {TWO: body(item(2, guid="s-2"))}], 0),
        ([{TWO: FIRST}, {ONE: FIRST}, {TWO: FIRST + " "}], 0),
        ([{ONE: FIRST}, {ONE: LATER.format(11)}, *[{ONE: LATER.format(12)}] * 3], 10),
        # the dates of all items say which is the month, and that they are the time of the request
        ([{ONE: DAY_OR_MONTH}, {ONE: MONTH_FIRST}], 0),
        ([{ONE: FIRST}, {ONE: FIRST[:-30]}, {ONE: FIRST}], 0),
        ([{ONE: FIRST}, {ONE: body(item(1) * 2, item(2))}], 2),
        ([{ONE: FIRST}, {ONE: "<html></html>"}, {ONE: body()}, {ONE: FIRST}], 0),
    ],
)  # fmt: skip
def test_what_becomes_of_a_body_is_what_would_if_all_were_read(
    folder: Path, polls: list[dict[str, str]], met: int
) -> None:
    assert assert_alike(folder, polls) == met


@pytest.mark.parametrize("changed", ["title", "description", "link", "guid", "pubDate"])
def test_an_item_that_changes_in_anything_is_read(folder: Path, changed: str) -> None:
    desk = Desk(folder, next(_NUMBERS), knows=True)
    desk.poll({ONE: FIRST})
    desk.poll({ONE: body(item(1, **{changed: "https://one.example/changed"}), item(2), item(3))})
    assert desk.met == 2
    desk.store.close()


def test_an_entry_that_another_feed_took_over_is_read(folder: Path) -> None:
    desk = Desk(folder, next(_NUMBERS), knows=True)
    desk.poll({TWO: FIRST})
    with desk.store.read() as db:
        assert len(feed_items.load(db, TWO)) == 3
    desk.poll({ONE: FIRST})  # nearer to the articles than a search
    with desk.store.read() as db:
        assert not feed_items.load(db, TWO)
        assert len(feed_items.load(db, ONE)) == 3
    desk.store.close()


def test_marks_are_those_of_one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def marks() -> list[bytes]:
        read: ReadFeed = read_feed(FetchResult(200, ONE, ONE, FIRST.encode()), FEEDS[0], START, None)
        entries: Sequence[Entry] = read.parsed.entries
        return [entry.mark for entry in entries]

    before = marks()
    assert len(set(before)) == 3
    assert marks() == before
    monkeypatch.setattr("feedparser.__version__", "7.0")
    assert not set(marks()) & set(before)


_POOL = st.builds(
    lambda number, changed: item(number, **changed),
    st.integers(1, 6),
    st.dictionaries(
        st.sampled_from(["title", "link", "guid", "description", "pubDate", "author"]),
        st.sampled_from(
            ["", "https://one.example/", "https://one.example/news/2", "id-2", "20 Nov 2026 10:00:00 GMT", "3/4/2026"]
        ),
        max_size=2,
    ),
)  # fmt: skip
_POLLS = st.lists(
    st.dictionaries(st.sampled_from([ONE, TWO]), st.lists(_POOL, max_size=7), min_size=1), min_size=2, max_size=5
)


def _check(folder: Path, polls: list[dict[str, list[str]]]) -> None:
    assert_alike(folder, [{url: body(*items) for url, items in poll.items()} for poll in polls])


@given(_POLLS)
@settings(max_examples=3)
def test_any_polls_come_to_the_same(folder: Path, polls: list[dict[str, list[str]]]) -> None:
    _check(folder, polls)


@pytest.mark.slow
@given(_POLLS)
@settings(max_examples=150)
def test_many_polls_come_to_the_same(folder: Path, polls: list[dict[str, list[str]]]) -> None:
    _check(folder, polls)


@pytest.mark.slow
@pytest.mark.skipif(not CAPTURED, reason="the captured feeds are not beside the project")
def test_captured_feeds_come_to_the_same_when_items_are_new_edited_and_gone(folder: Path) -> None:
    met = entries = 0
    for path in CAPTURED[::5]:
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        starts = [found.start() for found in re.finditer(rb"<(?:item|entry)[\s>]", data)]
        ends = [found.end() for found in re.finditer(rb"</(?:item|entry)>", data)]
        if len(starts) != len(ends) or len(starts) < 4:
            continue
        items = [data[start:end] for start, end in zip(starts, ends, strict=True)]
        head, foot = data[: starts[0]], data[ends[-1] :]
        edited = re.sub(rb"(<title[^>]*>(?:<!\[CDATA\[)?)", rb"\1Once more: ", items[2], count=1)
        polls = [items[2:], items, [items[0], items[1], edited, *items[3:-1]], [*reversed(items)]]
        met += assert_alike(folder, [{ONE: head + b"".join(poll) + foot} for poll in polls])
        entries += 3 * len(items)
    assert met > 0.7 * entries
