"""The records that cross a boundary: frozen, typed, aware UTC datetimes only. No dict crosses a module.

One record for each arrow of the flow: Feed → Entry → Article → Match → Story → Edition → Delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

FeedKind = Literal["state", "independent", "opposition", "wire", "trade", "think-tank", "government", "search"]
FEED_KINDS: tuple[FeedKind, ...] = (
    "state", "independent", "opposition", "wire", "trade", "think-tank", "government", "search",
)  # fmt: skip


class Health(StrEnum):
    """What a user can trust about a feed. One failure is not yet a failing feed."""

    UNKNOWN = "unknown"  # never polled
    HEALTHY = "healthy"
    QUIET = "quiet"  # answers, but nothing new for long against its own habit
    FAILING = "failing"
    BLOCKED = "blocked"  # a challenge or refusal page
    NOT_A_FEED = "not-a-feed"  # HTML, empty, sitemap, OPML
    GONE = "gone"  # 410


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as the feed list names it. Feeds of one ``publisher`` count as one voice."""

    url: str
    name: str
    language: str | None = None
    country: str | None = None
    kind: FeedKind = "independent"
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the store remembers of polling one feed. ``validators_url`` is the address the validators belong to."""

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


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a server answered. ``requested``: the address asked for; ``url``: the one that answered after redirects.

    permanent_url: that address, where every redirect on the way was permanent (301, 308), else None.
    not_modified: status 304; ``body`` is empty then. flaw: the body is not whole and why;
    validators are withheld then, so that the next poll asks for all of it. cache_max_age, expires: seconds.
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


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed as parsed. ``keys`` identify it, most trusted first (see stages.changes).

    title: plain text, one line. link: absolute http(s) address or "". content: the feed's own HTML (whole or
    summary), cleaned. published: None when the feed gives none that can be believed.
    publisher: who the feed says wrote it, when that is not the feed's own publisher (search feeds).
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
    id: str = ""  # what the feed calls it (guid, Atom id), hashed when longer than 512 characters


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A parsed body. ``flaw`` says in a sentence what was wrong with it though entries could be read."""

    title: str
    entries: tuple[Entry, ...]
    language: str | None = None
    ttl: float | None = None  # seconds
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """The text that is judged: from the page, or from the feed where the page failed or is thinner.

    partial: the page could not be read, so this is only what the feed gave. id: 0 until stored.
    text: paragraphs separated by a newline, plain text.
    """

    id: int
    url: str
    title: str
    text: str
    language: str | None
    published: datetime | None
    fetched: datetime
    feed_url: str
    source: str  # display name: the feed's name, or the publisher a search feed gives
    publisher: str
    kind: FeedKind
    country: str | None = None
    author: str = ""
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """What matching and grouping read; built from an Article, a JSON line or a file."""

    id: str
    title: str
    text: str
    language: str | None = None
    published: datetime | None = None
    source: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that spoke for or against. ``amount`` is what it added to (or took from) the log-odds.

    kind: "feature", "term", "entity", "required", "excluded", "prior". text: its name for a person.
    count: how often it was found.
    """

    kind: str
    text: str
    amount: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class Highlight:
    """Characters [start, end) of a passage's own text; ``label`` says what they are (a side, an act, a term)."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One or two sentences quoted from the article that show why. ``where``: "title", "lead" or "body"."""

    text: str
    where: str
    highlights: tuple[Highlight, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why a match has its score; stored with it, shown by `monitor explain`, one line of it in the digest."""

    threshold: float
    near_miss: float  # scores from here up to the threshold are near misses
    profile: str  # version of the profile and weights in force
    reasons: tuple[Reason, ...] = ()
    passages: tuple[Passage, ...] = ()
    line: str = ""  # one line for the digest, e.g. "Iran + Iraq + agreement in title; «memorandum»; 0.93 ≥ 0.50"


Verdict = Literal["match", "near", "no"]


@dataclass(frozen=True, slots=True)
class Match:
    """How one article stands against one watch. ``score`` is 0 to 1, ``watch`` the watch's id (file stem).

    entities, acts: ids found, used by grouping and by "what is new".
    """

    watch: str
    score: float
    verdict: Verdict
    receipt: Receipt
    entities: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """An article with its match, as a story holds it. ``matched`` is when this service judged it."""

    article: Article
    match: Match
    matched: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """Reports of one event, oldest first."""

    id: int
    watch: str
    headline: str
    first_seen: datetime
    last_seen: datetime
    score: float
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Sentences taken word for word from the article ``article`` (an id in the story), in its language."""

    article: int
    text: str
    highlights: tuple[Highlight, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """Something a running story did not hold before.

    kind: "publisher", "person", "place", "figure", "date" or "act"; "changed" for what a source changed in an article
    that was cited before. text: its name for a person, or what was changed.
    article: the id of the article that brought it.
    """

    kind: str
    text: str
    article: int = 0


@dataclass(frozen=True, slots=True)
class PageChange:
    """A cited article that was looked at again and is not what it was. article, story: their ids.

    kind: "headline", "text" or "gone". before, after: the headline, or the first paragraphs that differ.
    """

    id: int
    article: int
    story: int
    found: datetime
    kind: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """The article ``article`` carries another's text. ``of``: the publisher it is taken from, for display."""

    article: int
    of: str


@dataclass(frozen=True, slots=True)
class DigestStory:
    """A story as an edition shows it. ``fresh`` are the ids of articles not in any earlier edition.

    first: who had it first, for display; first_article: that article's id. voices: independent publishers
    (0: not worked out). silent: kinds or sides no publisher of which reports it, for display.
    quotes: the summary; the receipts' passages stand in where it is empty.
    """

    story: Story
    developing: bool  # an earlier edition had this story already
    fresh: frozenset[int]
    first: str = ""
    first_article: int = 0
    voices: int = 0
    copies: tuple[Copy, ...] = ()
    silent: tuple[str, ...] = ()
    news: tuple[News, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedReport:
    """A feed in the digest's footer."""

    name: str
    url: str
    health: Health
    detail: str = ""  # why and since when
    since: datetime | None = None
    unreached: str = ""  # why, where no feed at all can be reached and that alone is its trouble


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was watched during the edition's window."""

    feeds: tuple[FeedReport, ...]
    entries: int  # new entries read
    articles: int  # articles judged
    older: int = 0  # matched, but published too long ago to be news: stored, not shown
    notices: tuple[str, ...] = ()  # e.g. a refused configuration


@dataclass(frozen=True, slots=True)
class Edition:
    """One digest of one period. (digest, period) is unique. Times in UTC; shown in ``timezone``."""

    digest: str
    period: str  # local date and time of the schedule's tick, e.g. "2026-11-21T07:00"
    since: datetime
    until: datetime
    composed: datetime
    timezone: str
    stories: tuple[DigestStory, ...]
    near_misses: tuple[Report, ...]
    coverage: Coverage
    watches: tuple[str, ...] = ()  # names for display
    watch_ids: tuple[str, ...] = ()  # of ``watches``, in the same order
    omitted: int = 0  # stories beyond the cap: "and N more"
    id: int = 0
    more: tuple[DigestStory, ...] = ()  # those stories, shown as headlines; they have stood in an edition
    near_omitted: int = 0  # near misses beyond the cap
    alert: bool = False  # one story sent at once; ``period`` is then "story-ID", and there is no coverage

    @property
    def nothing_new(self) -> tuple[str, ...]:
        """Names of the watches of which it tells no story."""
        told = {each.story.watch for each in (*self.stories, *self.more)}
        return tuple(name for id, name in zip(self.watch_ids, self.watches, strict=False) if id not in told)


@dataclass(frozen=True, slots=True)
class RenderedEdition:
    """An edition as text, ready for any channel."""

    subject: str
    html: str  # under 100 KB, for mail
    text: str  # the whole edition, but for a very large one
    page: str = ""  # the whole edition as a page where ``html`` had to leave something out, else ""


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the ledger: one edition to one recipient over one channel. recipient: address or folder."""

    id: int
    edition: int
    channel: str
    recipient: str
    message_id: str
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_try: datetime | None = None
    error: str | None = None
    updated: datetime | None = None
    created: datetime | None = None  # when it was first owed
    resend: int = 0  # 1, 2, ...: sent again on request, a message of its own
