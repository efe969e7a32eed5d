"""Every hostile case of the manifest that concerns reading, parsing, identity or dates, and larger ones made here.

The live behaviours of the manifest are in test_fetch.py. What becomes of titles in mail, page and export is tested
with those; here they are made harmless as text.
"""

from __future__ import annotations

import csv
import gzip
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest

from monitor.errors import ParseError
from monitor.feeds.entry_keys import with_keys
from monitor.feeds.parse import BODY_LIMIT, clean_entry, parse_feed
from monitor.fetch.decode import decoder_for
from monitor.model import Entry, ParsedFeed
from monitor.text.sanitize import TITLE_LIMIT
from tests.feed_reader import FeedReader

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://feed.example/dir/rss"
HOSTILE = Path(__file__).parents[2] / "shared" / "hostile"
MANIFEST = HOSTILE / "manifest.csv"
here = pytest.mark.skipif(not MANIFEST.is_file(), reason="the hostile cases are not beside the project")
PERSIAN = "عراق و ایران؛ توافق دفاعی – «آزمون»"
Check = Callable[[ParsedFeed], bool]


def parse(body: bytes) -> ParsedFeed:
    return parse_feed(body, url=URL, now=NOW)


def titles(*expected: str) -> Check:
    return lambda feed: tuple(entry.title for entry in feed.entries) == expected


def links(*expected: str) -> Check:
    return lambda feed: tuple(entry.link for entry in feed.entries) == expected


def count(number: int, flawed: bool = False) -> Check:
    return lambda feed: len(feed.entries) == number and bool(feed.flaw) == flawed


def taken(number: int) -> Check:
    """So many stories after their identities are looked at."""
    return lambda feed: len(with_keys(feed.entries)) == number


def safe_titles(feed: ParsedFeed) -> bool:
    text = " ".join(entry.title for entry in feed.entries).lower()
    return not any(sign in text for sign in ("<script", "<img", "<svg", "<iframe", "onerror=", "\n", "\r", "\u202e"))


def only_web_links(feed: ParsedFeed) -> bool:
    return all(entry.link == "" or entry.link.startswith(("http://", "https://")) for entry in feed.entries)


def without(text: str) -> Check:
    return lambda feed: not any(text in entry.title + clean_entry(entry).content for entry in feed.entries)


READ: dict[str, Check] = {
    "xml/quadratic-blowup.xml": count(1, flawed=True),
    "xml/xxe-parameter.xml": titles("Item 1"),
    "xml/dtd-external.xml": titles("Item 1"),
    "xml/xinclude.xml": without("root:"),
    "xml/entity-names-html.xml": lambda feed: feed.entries[0].title.startswith("café — «x»"),
    "enc/utf-8-bom.xml": titles(PERSIAN),
    "enc/utf-16-le-bom.xml": titles(PERSIAN),
    "enc/utf-16-be-nobom.xml": titles(PERSIAN),
    "enc/utf-32-le-nobom.xml": titles(PERSIAN),
    "enc/windows-1256-undeclared.xml": lambda feed: "العراق وإيران" in feed.entries[0].title and bool(feed.flaw),
    "enc/utf8-says-windows-1256.xml": lambda feed: feed.entries[0].title.startswith("العراق وإيران"),
    "enc/iso-8859-6.xml": lambda feed: "العراق" in feed.entries[0].title,
    "enc/koi8-r.xml": titles("Иран и Ирак"),
    "enc/iso-8859-9-turkish.xml": lambda feed: "anlaşması imzaladı: ığüşöç" in feed.entries[0].title,
    "enc/euc-jp.xml": titles("イランとイラク"),
    "enc/big5.xml": titles("伊朗與伊拉克防務合作"),
    "enc/unknown-encoding.xml": count(1, flawed=True),
    "enc/utf-7-xss.xml": without("<script"),
    "enc/arabic-variants.xml": lambda feed: "\u200c" in feed.entries[0].title and "ــ" in feed.entries[0].title,
    "enc/nfd.xml": lambda feed: "café آ" in feed.entries[0].title,
    "struct/no-items.xml": count(0, flawed=True),
    "struct/trailing-junk.xml": count(1, flawed=True),
    "struct/truncated-mid-tag.xml": count(10, flawed=True),
    "struct/truncated-cdata.xml": lambda feed: feed.entries[0].title == "Item 1" and bool(feed.flaw),
    "struct/unclosed-tags.xml": lambda feed: len(feed.entries) <= 2 and bool(feed.flaw),
    "struct/unescaped-html.xml": lambda feed: "two" in feed.entries[0].content and "three" in feed.entries[0].content,
    "struct/nested-channel.xml": lambda feed: feed.entries[0].title == "Item 1",
    "struct/rss-no-version.xml": titles("Item 1"),
    "struct/namespaces-odd-prefix.xml": lambda f: "full text" in f.entries[0].content and f.entries[0].author == "A",
    "struct/atom-many-links.xml": links("https://feed.example/right"),
    "struct/relative-links.xml": only_web_links,
    "struct/google-news-redirect.xml": lambda feed: (
        (feed.entries[0].title, feed.entries[0].publisher, clean_entry(feed.entries[0]).content)
        == ("Iran, Iraq sign pact", "Reuters", "")
    ),
    "struct/bing-redirect.xml": links("https://www.reuters.com/world/x"),
    "struct/jsonfeed-bad-types.json": lambda feed: len(feed.entries) <= 2,
    "id/no-id-no-link-no-date.xml": taken(2),
    "id/duplicate-guids.xml": taken(3),
    "id/exact-duplicates.xml": taken(1),
    "id/guid-change-2.xml": taken(10),
    "id/link-change-3.xml": taken(10),
    "id/shrunk-6.xml": taken(2),
    "id/first-poll-archive.xml": lambda feed: (
        len(with_keys(feed.entries)) == 500
        and all(entry.published and entry.published < NOW - timedelta(days=3) for entry in feed.entries)
    ),
    "dates/all-future.xml": lambda feed: all(e.published is None or e.published <= NOW for e in feed.entries),
    "dates/updated-only.xml": lambda feed: feed.entries[0].published == datetime(2019, 1, 1, tzinfo=UTC),
    "xss/titles.xml": safe_titles,
    "xss/titles-cdata.xml": safe_titles,
    "xss/bad-links.xml": lambda feed: only_web_links(feed) and len(feed.entries) == 22,
    "xss/rtl-override.xml": safe_titles,
    "xss/mail-header-injection.xml": safe_titles,
    "xss/subject-long.xml": lambda feed: len(feed.entries[0].title) <= TITLE_LIMIT,
    "xss/emoji-zalgo.xml": lambda feed: "🇮🇷🇮🇶" in feed.entries[0].title and len(feed.entries[0].title) < 60,
    "xss/tracking-pixel.xml": without("<img"),
    "xss/csv-formula.xml": count(4),
    "xss/prompt-injection.xml": count(1),
    "xss/regex-bomb-text.xml": count(1),
    "gz/truncated.xml.gz": lambda feed: len(feed.entries) > 100 and bool(feed.flaw),
    "poll/1.xml": count(5),
    "poll/2.xml": count(6),
    "poll/6.xml": count(3),
}
REFUSED = {
    "struct/empty.xml": "empty",
    "struct/whitespace.xml": "empty",
    "struct/html-instead.xml": "blocked",
    "struct/gdelt-plain-error.txt": "throttled",
    "struct/jsonfeed-deep.json": "not-a-feed",
    "struct/opml-as-feed.xml": "not-a-feed",
    "gz/bomb-20mb.xml.gz": "too-large",
    "gz/bomb-20mb.xml.br": "not-a-feed",  # met compressed only over HTTP; see test_fetch
    "gz/nested-bomb.gz.gz": "not-a-feed",
    "gz/bad-crc.xml.gz": "encoding",
}


def item(inside: str, attributes: str = "") -> bytes:
    return f'<rss version="2.0"><channel><item{attributes}>{inside}</item></channel></rss>'.encode()


# The cases that are too big to ship, and more of their kind: each quadratic or worse for a naive reader.
MADE: dict[str, bytes] = {
    "xml/deep-nesting.xml": item(f"<title>x</title><description>{'<a>' * 50_000}x{'</a>' * 50_000}</description>"),
    "xml/many-attributes.xml": item("<title>x</title>", "".join(f' a{i}="x"' for i in range(100_000))),
    "xml/huge-attribute.xml": item(f'<title>x</title><enclosure url="https://x.example/{"a" * 2_000_000}"/>'),
    "id/guid-2mb.xml": item(f"<title>x</title><guid>{'g' * 2_000_000}</guid>"),
    "size/1mb-title.xml": item(f"<title>x{'y' * 1_000_000}</title>"),
    "size/8mb-entry.xml": item(f"<title>x</title><description>{'word ' * 1_600_000}</description>"),
    "many tags with many attributes": item("<title>x</title>")
    + (b"<item " + b" ".join(b'a%d="x"' % i for i in range(4000)) + b">") * 50,
    "many namespaces": item("<title>x</title>" + "".join(f'<p{i}:y xmlns:p{i}="urn:{i}"/>' for i in range(20_000))),
    "nested bases": item("<title>x</title>" + '<b xml:base="a/">' * 10_000 + "</b>" * 10_000),
    "open tags": item("<title>x</title>") + b"<item><title>" * 20_000,
    "open comments": item("<title>x</title>") + b"<!--" * 100_000,
    "open brackets": item("<title>x</title>") + b"<" * 200_000,
    "ampersands": item(f"<title>x{'&' * 300_000}</title>"),
    "laughs": b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (i, (b"&a%d;" % (i - 1) if i else b"&a;") * 10) for i in range(9))
    + b"]>"
    + item("<title>x &a8;</title>"),
    "surrogates": item("<title>x &#xD800; &#56000; &#x110000; &#99999999999999999999;</title>"),
}


@here
def test_every_case_of_the_manifest_is_checked() -> None:
    with MANIFEST.open(encoding="utf-8") as file:
        names = {row["file"] for row in csv.DictReader(file)}
    assert {name for name in names if not name.startswith("live/")} == READ.keys() | REFUSED.keys() | (
        MADE.keys() & names
    )


@here
@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_is(name: str) -> None:
    assert READ[name](parse((HOSTILE / name).read_bytes()))


@here
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_feed_fails_with_its_kind(name: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse((HOSTILE / name).read_bytes())
    assert caught.value.kind == REFUSED[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", MADE)
def test_large_and_deep_bodies_are_read_in_time(name: str) -> None:
    started = time.process_time()
    feed = parse(MADE[name])
    assert time.process_time() - started < 5
    first = feed.entries[0]
    assert first.title.startswith("x")
    assert len(first.title) <= TITLE_LIMIT
    assert len(first.id) <= 512
    assert len(first.link) <= 2048
    assert len(first.content) <= 1_000_000


@here
def test_parsing_opens_no_connection_and_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> object:
        raise AssertionError(f"a parser opened {args}")

    parse(MADE["surrogates"])  # everything is imported now
    bodies = [(HOSTILE / name).read_bytes() for name in READ if name.startswith("xml/")]
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    for body in bodies:
        parse(body)


@here
def test_a_feed_that_changes_ids_then_links_brings_its_stories_once() -> None:
    reader = FeedReader()
    names = ("id/link-change-3.xml", "id/guid-change-2.xml", "id/link-change-3.xml", "id/shrunk-6.xml")
    assert [len(reader.new(parse((HOSTILE / name).read_bytes()).entries)) for name in names] == [10, 0, 0, 0]


@here
def test_the_poll_sequence_brings_each_entry_once() -> None:
    reader = FeedReader()
    names = ("poll/1.xml", "poll/2.xml", "poll/2.xml", "poll/6.xml")
    assert [len(reader.new(parse((HOSTILE / name).read_bytes()).entries)) for name in names] == [5, 1, 0, 2]


@here
def test_a_truncated_feed_and_its_whole_copy_bring_each_entry_once() -> None:
    whole = b"<rss><channel>" + b"".join(
        b"<item><title>Story number %d</title><guid>g%d</guid></item>" % (i, i) for i in range(20)
    )
    reader = FeedReader()
    cut = reader.new(parse(whole[: whole.index(b"number 12") + 3]).entries)
    rest = reader.new(parse(whole + b"</channel></rss>").entries)
    assert (len(cut), len(rest)) == (12, 8)


def test_entries_of_the_future_are_read_once() -> None:
    """Whatever day it is read on, and although the date taken for it may change."""
    reader = FeedReader()
    body = item("<title>An entry of tomorrow</title><pubDate>Sun, 22 Nov 2026 06:00:00 GMT</pubDate>")
    brought = 0
    for day in range(4):
        entries: tuple[Entry, ...] = parse_feed(body, url=URL, now=NOW + timedelta(days=day)).entries
        brought += len(reader.new(entries))
    assert brought == 1


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_bomb_is_seen_before_it_is_big(encoding: str) -> None:
    packed = {"gzip": gzip.compress, "br": brotli.compress}[encoding](b" " * (4 * BODY_LIMIT))
    decoder = decoder_for(encoding)
    assert decoder
    size = 0
    for piece in decoder.feed(packed):
        assert len(piece) < 1_000_000
        size += len(piece)
        if size > BODY_LIMIT:
            break
    assert BODY_LIMIT < size < BODY_LIMIT + 1_000_000
