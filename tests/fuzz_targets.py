"""What the fuzzer calls (benchmarks/fuzz.py), and what its kept corpus is replayed on (test_fuzz_corpus.py).

A target takes any bytes. It returns when the code under it kept its promises, and raises otherwise; the errors
that parsing promises to raise are part of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

from monitor.config import load_config, packaged_folder
from monitor.errors import FetchError
from monitor.feeds.read import read_feed
from monitor.match import Matcher
from monitor.match.load import load_matchers
from monitor.model import Document, Feed, FetchResult
from monitor.pages.extract import choose_text
from monitor.stories.group import Grouper
from monitor.stories.group.tables import load_tables
from monitor.text.fold import fold, stem, term_matches, tokens
from monitor.text.fold_offsets import fold_with_offsets
from monitor.text.sanitize import CONTENT_LIMIT, TITLE_LIMIT
from tests.feed_reader import FeedReader

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FEED = Feed("https://feed.example/rss", "Feed")
CHARSETS = (None, None, "utf-8", "windows-1256", "iso-8859-1", "utf-16", "no-such-charset")


LANGUAGES = (None, "en", "ar", "fa", "tr", "kmr", "ru")


def feed(data: bytes) -> None:
    """The first byte chooses what the header says of the encoding; the rest is the body."""
    answer = FetchResult(200, FEED.url, FEED.url, data[1:], charset=CHARSETS[data[0] % 7])
    try:
        found = read_feed(answer, FEED, NOW, since=NOW - timedelta(days=7))
    except FetchError:  # ParseError and its base: the promised way to refuse
        return
    entries = found.parsed.entries
    for entry in entries:
        assert len(entry.title) <= TITLE_LIMIT
        assert len(entry.content) <= CONTENT_LIMIT
        assert not entry.link or entry.link.startswith(("http://", "https://"))
        assert "<script" not in entry.content.lower()
        assert "\n" not in entry.title
        assert entry.published is None or entry.published <= NOW + timedelta(days=1)
        assert entry.keys
        article = found.archived.get(entry.fingerprint) or choose_text(None, entry, FEED, now=NOW)
        texts = (article.title, article.text, entry.title, entry.content, entry.link, entry.id, entry.author)
        "".join(texts).encode("utf-8")
    reader = FeedReader()
    reader.decide(entries)
    assert not reader.new(entries)


def folding(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    plain, traced = fold(text), fold_with_offsets(text)
    assert traced.text == plain
    assert fold(plain) == plain
    for index in range(0, len(plain), 1 + len(plain) // 50):
        start, end = traced.original_span(index, min(len(plain), index + 3))
        assert 0 <= start <= end <= len(text)
        term_matches(plain, index, min(len(plain), index + 3))
    for token in tokens(plain)[:50]:
        assert stem(token)


def matching(data: bytes) -> None:
    """The first byte chooses the language."""
    title, _, text = data[1:].decode("utf-8", "replace").partition("\n")
    document = Document("1", title, text, LANGUAGES[data[0] % 7] if data else None, published=NOW)
    match = _matcher().match(document)
    assert match.verdict == "no" or not _matcher().dismissed(document)
    assert 0.0 <= match.score <= 1.0
    assert match.receipt.line
    for passage in match.receipt.passages:
        for mark in passage.highlights:
            assert 0 <= mark.start < mark.end <= len(passage.text)


def grouping(data: bytes) -> None:
    """Reports apart by an empty line; the first byte of each says when it was published."""
    grouper = Grouper(load_tables())
    for number, part in enumerate(data.split(b"\n\n")[:40]):
        title, _, text = part[1:].decode("utf-8", "replace").partition("\n")
        hours = part[0] if part else 0
        published = None if hours == 255 else NOW + timedelta(hours=hours)
        found = grouper.add(Document(str(number), title, text, published=published), entities=tuple(title.split()[:2]))
        assert 0.0 <= found.similarity <= 1.0 + 1e-9
        assert 1 <= found.story <= number + 1


@cache
def _matcher() -> Matcher:
    [matcher] = load_matchers(load_config(packaged_folder() / "config")).values()
    return matcher


TARGETS: dict[str, Callable[[bytes], None]] = {
    "feed": feed, "folding": folding, "matching": matching, "grouping": grouping,
}  # fmt: skip
