"""Feeds and what they bring: from the feed list to an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Literal, get_args

from monitor.model.dates import DISBELIEVED, SeenDate
from monitor.model.frozen import frozen

FeedKind = Literal[
    "state", "independent", "opposition", "wire", "trade", "think-tank", "government", "search", "unknown"
]
FEED_KINDS: tuple[FeedKind, ...] = get_args(FeedKind)


class Health(StrEnum):
    """The health of a feed as a user sees it. One failure does not make a feed FAILING yet."""

    UNKNOWN = "unknown"  # never polled
    HEALTHY = "healthy"
    QUIET = "quiet"  # answers, but has had nothing new for much longer than it usually takes
    FAILING = "failing"
    BLOCKED = "blocked"  # a challenge or refusal page
    NOT_A_FEED = "not-a-feed"  # HTML, empty, OPML
    GONE = "gone"  # 410


@frozen
class ListingRules:
    """Where the list of a page stands, as CSS or XPath; "" for what is found by itself.

    items: an element for each article. title, date, link: within an item. next: the link to the page on which the list
    goes on, which is followed when the page is first read.
    """

    items: str = ""
    title: str = ""
    date: str = ""
    link: str = ""
    next: str = ""


@frozen
class Feed:
    """A feed of the feed list. language: BCP 47. country: ISO 3166-1. Feeds of one ``publisher`` count as one voice.

    secret: whether its whole address is one. page: how the list is found, where a web page takes the place of a feed.
    """

    url: str
    name: str
    language: str | None = None
    country: str | None = None
    kind: FeedKind = "unknown"
    publisher: str = ""
    named: bool = True  # by a person, else by its own title, or its host until that is known
    secret: bool = False
    page: ListingRules | None = None


@frozen
class FeedState:
    """The state of polling one feed. etag, last_modified: validators (RFC 9110, 8.8) that ``validators_url`` sent; it
    is "" where they are not believed.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    validators_url: str | None = None
    body_hash: str | None = None
    interval: float | None = None  # seconds, the adaptive interval in force
    next_check: datetime | None = None
    last_check: datetime | None = None
    last_success: datetime | None = None
    last_new_entry: datetime | None = None
    entry_gap: float | None = None  # seconds between new entries, smoothed: the feed's own habit
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    error: str | None = None
    error_kind: str | None = None
    health: Health = Health.UNKNOWN
    moved_to: str | None = None  # target of a permanent redirect
    moved_count: int = 0  # polls in a row that gave that target
    title: str = ""  # the feed's own, "" before it is known
    entries: Mapping[str, int] = field(
        default_factory=dict
    )  # of the last body: seen, new, updated; {} before the first
    skipped: Mapping[str, int] = field(default_factory=dict)  # of these, those that were not taken, by reason
    answer_seconds: float | None = None  # how long the last request took, with its redirects and body
    claim: int = 0  # the number of the last claim on it, by which its owner is known


Headers = tuple[tuple[str, str], ...]  # names and values in their order, bytes as Latin-1


@frozen
class Exchange:
    """A request and its answer, without the body: what evidence says of how a page was fetched.

    asked: the headers of the request. answered: those of the answer, as they were received. What lets somebody in is
    hidden in both: logins, and the values of cookies. version: of HTTP, such as "1.1".
    """

    url: str
    asked: Headers
    version: str
    status: int
    reason: str
    answered: Headers


@frozen
class FetchResult:
    """A server's answer. requested: the address of the request. url: the one that answered, after redirects.

    permanent_url: ``url``, where every redirect on the way was permanent (301, 308), else None. not_modified: the
    status was 304, and ``body`` is empty. flaw: why the body is not whole; then there are no validators, so that the
    next poll requests all of it. cache_max_age, expires: seconds from now. exchanges: of a page, each redirect and the
    answer, the first one first. hub, topic: the hub that the headers name, and the feed's own address there. sent: the
    secrets that the server was sent, and may repeat in its body.
    """

    status: int
    requested: str
    url: str
    body: bytes = b""
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    cache_max_age: float | None = None
    expires: float | None = None
    permanent_url: str | None = None
    not_modified: bool = False
    flaw: str | None = None
    exchanges: tuple[Exchange, ...] = ()
    hub: str = ""
    topic: str = ""
    sent: tuple[str, ...] = ()


@frozen
class ItemText:
    """An item by its own text. mark: a hash of the text. written: its dates, each by feedparser's name, as it writes it
    and as the second after 1970.
    """

    mark: bytes
    written: tuple[tuple[str, str, int], ...]


@frozen
class Entry:
    """One item of a feed as parsed. keys: by what it may be recognised (see `monitor.feeds.entry_keys`).

    title: plain text, one line. link: absolute http(s) address or "". content: the feed's own HTML (whole text or
    summary), cleaned. published: None when the feed gives no believable date. publisher: the source that a search feed
    names, else "". transcript: the address of what is said in it, where it is a podcast or a film, else "".

    mark: a hash of the item, by which it is known when a body brings it again. What is known so is not read, has no
    title and no text, but its fingerprint, its moments, its id and the key of its address (see `is_read`).
    item: how it is known before it is parsed; None where its text alone does not say all of it.
    """

    feed_url: str
    title: str
    link: str = ""
    keys: tuple[str, ...] = ()
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    author: str = ""
    publisher: str = ""
    language: str | None = None
    id: str = ""  # the feed's own id of it (RSS guid, Atom id), hashed when longer than 512 characters
    fingerprint: str = ""  # a hash of all that the feed says of it
    dates: tuple[SeenDate, ...] = ()  # what speaks of its date; ``published`` is taken from the first
    transcript: str = ""
    mark: bytes = field(default=b"", compare=False)
    item: ItemText | None = field(default=None, compare=False)

    @property
    def is_read(self) -> bool:
        """Whether this is all of an entry, and not one that is known by its mark (what is read of XML has a title)."""
        return bool(self.title or not self.mark)

    @property
    def dated(self) -> datetime | None:
        """When it was published, as it says now: "2 hours ago" names a moment that only its first reading can use."""
        believed = (each.moment for each in self.dates if each.doubt not in DISBELIEVED)
        return self.published or next(filter(None, believed), None)


@frozen
class KnownItem:
    """An item of a feed's last body whose entry is stored as the item says.

    key: of the entry's address, or else of its id. dates: a hash of the moments read from it; they hang on the time
    of the poll and on other items. id: the feed's own, as `Entry` has it. item: see `Entry`.
    """

    entry_id: int
    fingerprint: str
    key: str
    dates: bytes
    id: str = ""
    item: ItemText | None = None


@frozen
class ParsedFeed:
    """A parsed feed. flaw: what was wrong with it, in a sentence, where entries could be read all the same.

    dropped: how many entries could not be taken from the body, by reason: "empty" (no headline, text or address),
    "cut-off" (the body ends within it), "unreadable" (it breaks the parser, or is of a wrong type), of a sitemap also
    "older" and "no-article".
    more: addresses that hold more of its entries. read_again: these may change while the body does not. rules: how the
    list of a page was found, by which those are read. hub, topic: of WebSub, where the feed names both, else "".
    wordless: ids of posts of a channel that are there without words, such as pictures.
    """

    title: str
    entries: tuple[Entry, ...]
    language: str | None = None
    ttl: float | None = None  # seconds
    flaw: str | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    read_again: bool = False
    rules: ListingRules | None = None
    hub: str = ""
    topic: str = ""
    wordless: tuple[str, ...] = ()
