"""Items that are known by their text are cut out of a body before it is parsed; nobody could tell from the result."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds import parse as feeds_parse
from monitor.feeds.entry_keys import place_key
from monitor.feeds.parse.item_marks import dates_of
from monitor.feeds.parse.item_spans import items_of
from monitor.feeds.read import ReadFeed, read_feed, read_new
from monitor.model import Feed, FetchResult, KnownItem
from tests.test_plain_items import _ITEMS, CAPTURED, PLAIN, atom, rdf, rss

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FEED = Feed("https://feed.example/rss", "Feed")
ANY_LENGTH = 10**9


def item(number: int, more: str = "", date: str = "Fri, 20 Nov 2026 10:00:00 GMT") -> str:
    return (
        f"<item><title>They met for the time {number}</title><link>https://news.example/{number}</link>"
        f"<guid>id-{number}</guid><pubDate>{date}</pubDate>"
        f"<description>In town {number} they spoke.</description>{more}</item>"
    )


def answer(body: str | bytes) -> FetchResult:
    return FetchResult(
        200, FEED.url, FEED.url, body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    )


def known_of(body: str | bytes) -> Mapping[bytes, KnownItem]:
    """What would be stored of the body, were each of its entries new."""
    try:
        read = read_feed(answer(body), FEED, NOW, None)
    except ParseError:
        return {}
    return {
        entry.mark: KnownItem(number, entry.fingerprint, place_key(entry), dates_of(entry), entry.id, entry.item)
        for number, entry in enumerate(read.parsed.entries)
        if entry.mark and place_key(entry)
    }


def everything(read: ReadFeed | None) -> object:
    """All of it, the fields that say nothing of the entry included."""
    if read is None:
        return None
    entries = [[getattr(entry, each.name) for each in fields(entry)] for entry in read.parsed.entries]
    return read, entries


def outcomes(before: str | bytes, after: str | bytes) -> tuple[object, object, object]:
    """Of the second body: as it is read as a whole, by a worker, and in the service (None where that cannot be)."""
    known = known_of(before)

    def read() -> object:
        try:
            return everything(read_feed(answer(after), FEED, LATER, None, known))
        except ParseError as error:
            return str(error)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feeds_parse, "left_to_read", lambda *_: None)
        whole = read()
    try:
        new: object = everything(read_new(answer(after), FEED, LATER, known, ANY_LENGTH))
    except ParseError as error:
        new = str(error)
    return whole, read(), new


def is_cut(before: str | bytes, after: str | bytes) -> bool:
    """Whether the second body is read in part; whatever comes of it is what comes of the whole."""
    whole, by_worker, new = outcomes(before, after)
    assert by_worker == whole
    assert new is None or new == whole
    return isinstance(new, tuple)


FIRST = rss(item(1) + item(2) + item(3))


@pytest.mark.parametrize(
    "after",
    [
        rss(item(4) + item(1)),
        rss(f"{item(4)}\n\t{item(1)}\r\n {item(2)}") + "<!-- made in 1 s -->\n",
        rss(item(4) + item(2) + item(3), head="<title>Other</title>"),
        rss(item(3) + item(2) + item(1)),
        rss(item(1) + item(2, "<description>More</description>") + item(3)),
        rss("<item><title>Day <h:b>one</h:b></title><guid>id-9</guid></item>" + item(2)),
        rss(
            "<item><guid>id-9</guid><title>A</title><description><![CDATA[<item></item> <!-- ]]></description></item>"
            + item(2)
        ),
    ],
)
def test_a_body_in_plain_order_is_read_in_part(after: str) -> None:
    assert is_cut(FIRST, after)


@pytest.mark.parametrize(
    "after",
    [
        rss(item(4) + item(1))[:-9],  # it ends too early
        rss(item(4) + "<b>" + item(1)),
        rss(item(4) + item(1), foot="<title>Late</title>"),
        rss(item(4) + "<language>fa</language>" + item(1)),
        rss(item(4) + "and" + item(1)),
        rss("<!-- " + item(4) + item(1) + " -->" + item(5)),
        rss("<item><title>A</title><item><title>B</title></item></item>" + item(1)),
        rss(item(4, "<z:a xmlns:z='https://z.example'/>") + item(1)),
        rss(item(4, "<link xml:base='https://z.example'/>") + item(1)),
        rss(item(4, date="20/11/2026") + item(1)),  # which is the month, all dates say together
        "<!DOCTYPE rss [<!ENTITY x 'y'>]>" + rss(item(4) + item(1)),
        rss(item(4) + item(1), head="<title>News</title><ttl>60</ttl>"),  # what the head says is not known
        rss(item(4) + item(1), dc="https://other.example/"),  # the head says something else of the item
        rss(item(4).replace("id-4", "id-1") + item(1).replace("<guid>id-1</guid>", "")),
        rss(item(4).replace("news.example/4", "news.example/1") + item(1)),  # one address for two
        rss(item(4)),
        rss(""),
        "<html></html>",
        "",
    ],
)
def test_any_other_body_is_read_as_a_whole(after: str) -> None:
    assert not is_cut(FIRST, after)


def test_a_body_that_says_too_much_is_left_to_a_worker() -> None:
    known, after = known_of(FIRST), answer(rss(item(4) + item(1)))
    assert read_new(after, FEED, LATER, known, 200) is None
    assert read_new(after, FEED, LATER, known, ANY_LENGTH) is not None


def test_where_items_stand() -> None:
    text = (
        "<rss><a/> <item>1</item>\n<item a='b'><![CDATA[</item>]]></item>"
        "<item><?x </item> ?><!-- </item> --></item> </rss>"
    )
    found = items_of(text)
    assert found is not None
    assert found.head == "<rss><a/> "
    assert [each.count("</item>") for each in found.texts()] == [1, 2, 3]
    assert found.with_only(found.spans[:1]) == "<rss><a/> <item>1</item> </rss>"
    for wrong in ("<rss></rss>", "<rss><item>", "<rss><item><![CDATA[</item>", "<rss><item></item><items/></rss>"):
        assert items_of(wrong) is None


_HEADS = st.sampled_from(
    ["<title>News</title>", "<title>Other</title><ttl>5</ttl>", "<title>N</title><language>fa</language>"]
)
_OWN = st.builds(
    item,
    st.integers(1, 6),
    st.sampled_from(["", "<dc:creator>W</dc:creator>", "<category>x</category>", "<dc:date>2026-11-20</dc:date>"]),
    st.sampled_from(
        [
            "Fri, 20 Nov 2026 10:00:00 GMT",
            "Sat, 21 Nov 2026 11:59:00 +0000",
            "3/4/2026",
            "Mon, 20 Nov 2026 10:00:00 GMT",
            "",
        ]
    ),
)
_POOL = st.lists(st.one_of(_OWN, _OWN, _ITEMS, st.just(f"<item>{PLAIN}</item>")), max_size=6)
_BETWEEN = st.sampled_from(["", "\n", "\n", "<!-- x -->", "<title>Between</title>"])


@st.composite
def _edits(draw: st.DrawFn) -> tuple[str, str]:
    """A body and what it becomes: items new, gone, changed, in another order."""
    make = draw(
        st.sampled_from(
            [lambda items, head: rss(items, head), lambda items, head: rdf(items), lambda items, head: atom(items)]
        )
    )
    items = draw(_POOL)
    after = (
        [each for each in draw(st.permutations(items)) if draw(st.integers(0, 4))]
        if draw(st.booleans())
        else list(items)
    )
    for new in draw(_POOL)[:2]:
        after.insert(draw(st.integers(0, len(after))), new)
    bodies = [make(draw(_BETWEEN).join(each), draw(_HEADS)) for each in (items, after)]
    if bodies[0].startswith("<feed"):
        bodies = [each.replace("<item", "<entry").replace("</item", "</entry") for each in bodies]
    return bodies[0], bodies[1]


@given(_edits())
@settings(max_examples=40)
def test_any_edit_comes_to_the_same(bodies: tuple[str, str]) -> None:
    is_cut(*bodies)


@pytest.mark.slow
@given(_edits())
@settings(max_examples=500)
def test_many_edits_come_to_the_same(bodies: tuple[str, str]) -> None:
    is_cut(*bodies)


@pytest.mark.slow
@pytest.mark.skipif(not CAPTURED, reason="the captured feeds are not beside the project")
def test_every_captured_feed_comes_to_the_same() -> None:
    bodies = cut = 0
    for path in CAPTURED:
        body = path.read_bytes()
        body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        starts = [found.start() for found in re.finditer(rb"<(?:item|entry)[\s>]", body)]
        ends = [found.end() for found in re.finditer(rb"</(?:item|entry)>", body)]
        if len(starts) != len(ends) or len(starts) < 4:
            continue
        items = [body[start:end] for start, end in zip(starts, ends, strict=True)]
        head, foot = body[: starts[0]], body[ends[-1] :]
        edited = re.sub(rb"(<title[^>]*>(?:<!\[CDATA\[)?)", rb"\1Once more: ", items[1], count=1)
        for before, after in (
            (items[2:], items),
            (items, [items[0], edited, *items[2:-1]]),
            (items, items[::-1]),
        ):
            bodies += 1
            cut += is_cut(head + b"\n".join(before) + foot, head + b"\n".join(after) + foot)
    assert bodies > 400
    assert cut > 0.7 * bodies
