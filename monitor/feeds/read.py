"""Bodies to entries and archived articles, as one call that a worker process can take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from monitor.errors import ParseError
from monitor.feeds.additions import without_additions
from monitor.feeds.entry_keys import stand_apart, with_keys
from monitor.feeds.old_entries import old_entries
from monitor.feeds.own_title import own_title, titled
from monitor.feeds.parse import clean_entry, parse_feed, parse_new
from monitor.model import Article, Entry, Feed, FetchResult, KnownItem, ListingRules, ParsedFeed
from monitor.model.frozen import frozen
from monitor.pages.extract import ExtractedPage, choose_text
from monitor.pages.flaws import is_html
from monitor.text.redact import hiding, without_secrets_of
from monitor.text.search_feeds import at_its_limit
from monitor.text.timestamps import DateStyle
from monitor.text.zones import country_of

if TYPE_CHECKING:
    from monitor.feeds.listing import ReadPage


@frozen
class ReadFeed:
    """A parsed body. archived: fingerprint of an entry too old to be news → its article, of what the feed gave.

    The content of such an entry is "": its article has the text, and its page is never fetched. skipped: how many
    entries of the body are not among these, by reason: "repeated" ones stood in it a second time, the same in all they
    say; for the others see `ParsedFeed`.
    """

    parsed: ParsedFeed
    archived: Mapping[str, Article] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)


def read_feed(
    answer: FetchResult,
    feed: Feed,
    now: datetime,
    since: datetime | None,
    known: Mapping[bytes, KnownItem] = MappingProxyType({}),
) -> ReadFeed:
    """The entries of a feed's body with their keys and their content made safe. Raises ParseError.

    feed.url: the address the feed is listed under, to which the keys keep when it was redirected. since: what was
    published before is the feed's archive, and no news. None for a feed that was read before: what is new in it was
    published lately, whatever its date says, and is dated when its page was read.
    known: mark → item, of those that need not be read again (see `Entry`), unless others share their place.
    """
    given = _given(answer, feed, now)
    with _quoting(answer):
        if feed.page and is_html(answer.body):
            return _read_page(answer, feed, now, since)
        parsed = parse_feed(answer.body, **given, known=known)
        keyed = with_keys(parsed.entries, feed.url)
        if known and not stand_apart(keyed):
            parsed = parse_feed(answer.body, **given)
            keyed = with_keys(parsed.entries, feed.url)
        return _read(answer, parsed, keyed, feed, now, since)


def parse_answer(answer: FetchResult, now: datetime) -> ParsedFeed:
    """The entries of what stands at an address that is not in the list yet. Raises ParseError."""
    style = DateStyle(country_of(None, answer.url))
    with _quoting(answer):
        return parse_feed(
            answer.body, url=answer.url, content_type=answer.content_type, charset=answer.charset, now=now, style=style
        )


def list_answer(answer: FetchResult, rules: ListingRules, now: datetime) -> ReadPage:
    """The same of a web page that lists articles."""
    from monitor.feeds.listing import read_page  # noqa: PLC0415 - 30 ms; few sources are pages

    with _quoting(answer):
        return read_page(answer.body, answer.charset, answer.url, rules, now, DateStyle(country_of(None, answer.url)))


@contextmanager
def _quoting(answer: FetchResult) -> Iterator[None]:
    """What is said of a body that is no feed may quote it: then without what its server was sent and repeats there."""
    try:
        yield
    except ParseError as error:
        raise hiding(error, *answer.sent) from error.__cause__


def _read_page(answer: FetchResult, feed: Feed, now: datetime, since: datetime | None) -> ReadFeed:
    """The same of a web page that lists articles. Only when it is first read does the list go on elsewhere."""
    from monitor.feeds.listing import parse_page  # noqa: PLC0415 - 30 ms; few sources are pages

    assert feed.page
    style = DateStyle(country_of(feed.country, answer.url))
    parsed = parse_page(answer.body, answer.charset, answer.url, feed.page, now, style)
    parsed = parsed if since else replace(parsed, more=())
    return _read(answer, parsed, with_keys(parsed.entries, feed.url), feed, now, since)


def joined(one: ReadFeed, other: ReadFeed, more: tuple[str, ...]) -> ReadFeed:
    """Two bodies of one source as one. more: where the rest of it stands."""
    first, second = one.parsed, other.parsed
    parsed = replace(
        first,
        title=first.title or second.title,
        entries=(*first.entries, *second.entries),
        language=first.language or second.language,
        flaw=first.flaw or second.flaw,
        dropped=dict(Counter(first.dropped) + Counter(second.dropped)),
        more=more,
        read_again=first.read_again or second.read_again,
        wordless=(*first.wordless, *second.wordless),
    )
    return ReadFeed(parsed, {**one.archived, **other.archived}, dict(Counter(one.skipped) + Counter(other.skipped)))


def read_new(
    answer: FetchResult, feed: Feed, now: datetime, known: Mapping[bytes, KnownItem], most: int
) -> ReadFeed | None:
    """What `read_feed` makes of a body of a feed that was read before; None where more than ``most`` characters of it
    would have to be parsed, for not enough of it is known.
    """
    parsed = parse_new(answer.body, **_given(answer, feed, now), known=known, most=most)
    keyed = with_keys(parsed.entries, feed.url) if parsed else ()
    return _read(answer, parsed, keyed, feed, now, None) if parsed and stand_apart(keyed) else None


def _given(answer: FetchResult, feed: Feed, now: datetime) -> dict[str, Any]:
    """What the parser is told beside the body."""
    return {
        "url": answer.url,
        "content_type": answer.content_type,
        "charset": answer.charset,
        "now": now,
        "style": DateStyle(country_of(feed.country, answer.url)),
    }


def _read(
    answer: FetchResult,
    parsed: ParsedFeed,
    keyed: Sequence[Entry],
    feed: Feed,
    now: datetime,
    since: datetime | None,
) -> ReadFeed:
    feed = titled(feed, own_title(parsed))
    entries: list[Entry] = []
    archived: dict[str, Article] = {}
    archive = None  # of a search: all that is old, for it says when it found something or when that was published
    if since and feed.kind != "search":
        archive = old_entries(keyed, since, now, new={each.fingerprint for each in keyed}, known_before=False).archive
    for entry in map(clean_entry, _without_secrets(keyed, feed, answer.url)):
        old = since and entry.dated and entry.dated < since
        if old and (archive is None or not entry.published or entry.fingerprint in archive):
            archived[entry.fingerprint] = choose_text(None, entry, feed, now=now)
            entry = replace(entry, content="")
        entries.append(entry)
    full = at_its_limit(answer.url, len(entries))
    read = replace(parsed, entries=tuple(entries), flaw=parsed.flaw or answer.flaw or full)
    repeated = len(parsed.entries) - len(keyed)
    return ReadFeed(read, archived, {**parsed.dropped, **({"repeated": repeated} if repeated else {})})


def _without_secrets(entries: Iterable[Entry], feed: Feed, answered: str) -> Iterator[Entry]:
    """The entries without links that repeat what lets somebody in; their keys hang on the links as they came."""
    sources = {feed.url, answered}
    for entry in entries:
        link = entry.link
        for source in sources:
            link = without_secrets_of(link, source, feed.secret) if link else ""
        yield entry if link == entry.link else replace(entry, link=link)


def article_of(page: ExtractedPage | None, entry: Entry, feed: Feed, *, now: datetime, news_since: datetime) -> Article:
    """The page against what its own feed gave; what other feeds add counts only where the page is no article.

    The arguments are those of `choose_text`.
    """
    own = replace(entry, content=without_additions(entry.content))
    article = choose_text(page, own, feed, now=now, news_since=news_since)
    if article.partial and own.content != entry.content:
        article = choose_text(page, entry, feed, now=now, news_since=news_since)
    return article
