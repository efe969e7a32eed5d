"""The records that modules pass to each other: frozen and typed, with aware datetimes in UTC only.

The flow is Feed → Entry → Article → Match → Story → Edition → Delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, get_args

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
    NOT_A_FEED = "not-a-feed"  # HTML, empty, sitemap, OPML
    GONE = "gone"  # 410


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of the feed list. language: BCP 47. country: ISO 3166-1. Feeds of one ``publisher`` count as one voice."""

    url: str
    name: str
    language: str | None = None
    country: str | None = None
    kind: FeedKind = "unknown"
    publisher: str = ""
    named: bool = True  # by a person, else by its own title, or its host until that is known


@dataclass(frozen=True, slots=True)
class FeedState:
    """The state of polling one feed. etag, last_modified: validators (RFC 9110, 8.8) that ``validators_url`` sent."""

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


@dataclass(frozen=True, slots=True)
class FetchResult:
    """A server's answer. requested: the address of the request. url: the one that answered, after redirects.

    permanent_url: ``url``, where every redirect on the way was permanent (301, 308), else None. not_modified: the
    status was 304, and ``body`` is empty. flaw: why the body is not whole; then there are no validators, so that the
    next poll requests all of it. cache_max_age, expires: seconds from now.
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
    """One item of a feed as parsed. keys: identify it, most trusted first (see `monitor.feeds.identity`).

    title: plain text, one line. link: absolute http(s) address or "". content: the feed's own HTML (whole text or
    summary), cleaned. published: None when the feed gives no believable date. publisher: the source that a search feed
    names, else "".
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


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A parsed feed. flaw: what was wrong with it, in a sentence, where entries could be read all the same."""

    title: str
    entries: tuple[Entry, ...]
    language: str | None = None
    ttl: float | None = None  # seconds
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it is judged: the text of the page, or of the feed where the page failed or has less.

    partial: only the feed's text, because the page could not be read. id: 0 until it is stored. text: plain, with a
    newline between paragraphs. language: BCP 47, None until it is detected.
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
    """A text for matching and grouping, built from an Article, a JSON line or a file."""

    id: str
    title: str
    text: str
    language: str | None = None
    published: datetime | None = None
    source: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a score. amount: what it added to the log-odds, or took from them when negative.

    kind: "feature", "term", "entity", "required", "excluded" or "prior". text: its name for a person. count: how often
    it was found in the article.
    """

    kind: str
    text: str
    amount: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class Highlight:
    """Characters [start, end) of a passage's text. label: what they are (a side, an act, a term)."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One or two sentences quoted from the article as a reason. where: "title", "lead" or "body"."""

    text: str
    where: str
    highlights: tuple[Highlight, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why a match has its score. It is stored with the match, and `monitor explain` shows all of it."""

    threshold: float  # 0 to 1; a score from here on is a match
    near_miss: float  # 0 to 1; scores from here up to the threshold are near misses
    profile: str  # version of the profile and weights in force
    reasons: tuple[Reason, ...] = ()
    passages: tuple[Passage, ...] = ()
    line: str = ""  # one line for the digest, e.g. "Iran + Iraq + agreement in title; «memorandum»; 0.93 ≥ 0.50"


Verdict = Literal["match", "near", "no"]


@dataclass(frozen=True, slots=True)
class Match:
    """The judgement of one article by one watch. score: 0 to 1. watch: the watch's id (its file's stem).

    entities, acts: ids found in the article, for grouping and for what is new in a story.
    """

    watch: str
    score: float
    verdict: Verdict
    receipt: Receipt
    entities: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """An article with its match, as a story holds it. matched: when it first had this verdict."""

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
    """Sentences taken word for word from an article, in its language. article: its id, in the story."""

    article: int
    text: str
    highlights: tuple[Highlight, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """Something new in a story that an earlier edition has shown.

    kind: "publisher", "person", "place", "figure", "date" or "act"; "changed" for what a source changed in an article
    after an edition showed it. text: its name for a person, or what was changed. article: id of the article with it.
    """

    kind: str
    text: str
    article: int = 0


@dataclass(frozen=True, slots=True)
class PageChange:
    """A change that a source made to an article after an edition showed it. article, story: their ids.

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
    """An article that carries another publisher's text. article: its id. of: that publisher, for display."""

    article: int
    of: str


@dataclass(frozen=True, slots=True)
class DigestStory:
    """A story as an edition shows it. fresh: ids of articles that no earlier edition has shown.

    first: the publisher that had it first, for display. first_article: that article's id. voices: independent
    publishers (0: not worked out). silent: kinds or sides of publishers of which none reports it, for display.
    quotes: the summary; where it is empty, the receipts' passages are shown.
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
    """A feed in the footer of an edition."""

    name: str
    url: str
    health: Health
    detail: str = ""  # why and since when
    since: datetime | None = None
    unreached: str = ""  # the reason, where no feed at all can be reached and this one has no trouble of its own


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read during the edition's window."""

    feeds: tuple[FeedReport, ...]
    entries: int  # new entries read
    articles: int  # articles judged
    older: int = 0  # matched, but published too long ago to be news: stored, not shown
    notices: tuple[str, ...] = ()  # e.g. a refused configuration


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a digest, unique by (digest, period). since, until: the window it covers, in UTC."""

    digest: str
    period: str  # local date and time of the schedule's tick, e.g. "2026-11-21T07:00"
    since: datetime
    until: datetime
    composed: datetime
    timezone: str  # the IANA name of the zone in which times are shown
    stories: tuple[DigestStory, ...]
    near_misses: tuple[Report, ...]
    coverage: Coverage
    watches: tuple[str, ...] = ()  # names for display
    watch_ids: tuple[str, ...] = ()  # of ``watches``, in the same order
    omitted: int = 0  # stories beyond the cap: "and N more"
    id: int = 0
    more: tuple[DigestStory, ...] = ()  # those stories, shown as headlines; they count as shown
    near_omitted: int = 0  # near misses beyond the cap
    alert: bool = False  # one story sent at once; ``period`` is then "story-ID", and there is no coverage

    @property
    def nothing_new(self) -> tuple[str, ...]:
        """Names of the watches of which the edition has no story."""
        with_story = {each.story.watch for each in (*self.stories, *self.more)}
        # Not strict, because ``watch_ids`` may be empty.
        return tuple(name for id, name in zip(self.watch_ids, self.watches, strict=False) if id not in with_story)


@dataclass(frozen=True, slots=True)
class RenderedEdition:
    """An edition as HTML and text, ready for any channel."""

    subject: str
    html: str  # under 100 KB, for mail
    text: str  # the whole edition, but for a very large one
    page: str = ""  # the whole edition as a page where ``html`` had to leave something out, else ""


class DeliveryState(StrEnum):
    """Where a delivery is (see `monitor.store.deliveries`)."""

    PENDING = "pending"  # to be sent, at ``next_try`` where that is set
    SENDING = "sending"  # claimed by a service
    SENT = "sent"
    FAILED = "failed"  # given up


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the delivery ledger: one edition to one recipient over one channel. recipient: address or folder."""

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
