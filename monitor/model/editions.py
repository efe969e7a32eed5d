"""Editions of digests, and their delivery."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from monitor.model.articles import NO_ACCOUNTS, NO_GLOSS, Accounts, Affair, Copy, Gloss, News, Quote, Report, Story
from monitor.model.feeds import Health
from monitor.model.frozen import frozen

# What two stories have in common: a person and an act, a guest and the place where he is, or, where neither names
# anybody, a place and an act.
Kinship = Literal["act", "visit", "place"]


@frozen
class EditionEntry:
    """Where a story stood in an edition: the edition's id, the end of its window, and the story's id then."""

    edition: int
    until: datetime
    story: int


@frozen
class Retold:
    """A sentence that a model wrote, and what it retells. Nothing is kept that was not found to say what that says.

    kind: "summary" for a sentence about the story, else what is translated: its "headline", or a "quote" of it.
    language, original_language: ISO 639 codes. original: the stored sentence or headline, word for word. article: its
    id.
    """

    kind: Literal["summary", "headline", "quote"]
    text: str
    language: str
    article: int
    original: str
    original_language: str

    @property
    def translated(self) -> bool:
        """Whether it is a machine's translation."""
        return self.language != self.original_language


@frozen
class Retelling:
    """What came of asking a model about the stories of an edition. model: its name, as it is asked for.

    stories: of which something is shown that it wrote. kept: its sentences that are shown. dropped: reason → sentences
    that nothing stored bears out. failed: reason → stories of which no answer could be used.
    """

    model: str
    stories: int = 0
    kept: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)


@frozen
class DigestStory:
    """A story as an edition shows it. fresh: ids of articles that no earlier edition has shown.

    first: the publisher that had it first, for display. first_article: that article's id. voices: independent
    publishers (0: not worked out). silent: kinds or sides of publishers of which none reports it, for display.
    quotes: the summary; where it is empty, the receipts' passages are shown. affair: what it is part of. accounts: who
    says what. gloss: what it is about, for readers of none of its languages. repeats: its fresh reports tell nothing
    new to a reader of earlier editions. before: where an earlier edition had it last, or the story that it follows.
    retold: what a model made of it. corrected, withdrawn: ids of articles that their source has changed, or taken down,
    since they were read; of these nothing is quoted that stands there no more.
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
    affair: Affair | None = None
    accounts: Accounts = NO_ACCOUNTS
    gloss: Gloss = NO_GLOSS
    repeats: bool = False
    before: EditionEntry | None = None
    akin: Kinship | None = None  # ``before`` is of another story, which a reader knows this one by
    held: EditionEntry | None = None  # the alert that has told of it, so that none was sent of this story
    retold: tuple[Retold, ...] = ()
    under: int = 0  # the id of the story in whose entry it stands, 0 where it is an entry of its own
    corrected: frozenset[int] = frozenset()
    withdrawn: frozenset[int] = frozenset()

    @property
    def is_new(self) -> bool:
        """Whether no earlier edition has shown it, or another story of its affair, or one that is akin to it."""
        return not self.developing and not (self.affair and self.affair.known) and not self.akin

    @property
    def standing(self) -> Story:
        """The story as its sources still tell it: without what they took down. As it is where nothing else is left."""
        left = tuple(each for each in self.story.reports if each.article.id not in self.withdrawn)
        if not left or len(left) == len(self.story.reports):
            return self.story
        headline = self.story.headline
        if all(each.article.title != headline for each in left):
            headline = max(left, key=lambda each: each.match.score).article.title or headline
        return replace(self.story, reports=left, headline=headline)


@frozen
class FeedReport:
    """A feed in the footer of an edition. detail: why it fails, in English, as the program or a server said it.

    kind: of the failure, as in `FeedState`, "" where nothing failed; failures: in a row.
    """

    name: str
    url: str
    health: Health
    detail: str = ""
    since: datetime | None = None
    unreached: str = ""  # the reason, where no feed at all can be reached and this one has no trouble of its own
    kind: str = ""
    failures: int = 0
    next_check: datetime | None = None


@frozen
class UnreadArticles:
    """Articles that are no match of a watch, and that it cannot read, or not well. watch: its id.

    language: ISO 639 code, None where it is not known. reason: one of `monitor.model.UNREAD`.
    """

    watch: str
    language: str | None
    reason: str
    articles: int


@frozen
class Coverage:
    """What was read during the edition's window."""

    feeds: tuple[FeedReport, ...]
    entries: int  # new entries read
    articles: int  # articles judged
    older: int = 0  # matched, but published too long ago to be news: stored, not shown
    notices: tuple[str, ...] = ()  # e.g. a refused configuration
    unread: tuple[UnreadArticles, ...] = ()
    muted: int = 0  # stories with a new report that a person muted: not shown


@frozen
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
    near_glosses: Mapping[int, Gloss] = field(default_factory=dict)  # by article; of those that no reader can read
    new_names: tuple[str, ...] = ()  # of an edition of a week: who and what no earlier match names, for display
    new_in: int = 0  # days before its window in which they are named by none; 0: there was too little to say so
    alert: bool = False  # stories sent at once; ``period`` is then "story-ID" or "stories-TIME"; there is no coverage
    retelling: Retelling | None = None  # None where no model was asked
    correction: bool = False  # of an alert: its source changed what it quoted; sent to whoever was sent the alert

    @property
    def nothing_new(self) -> tuple[str, ...]:
        """Names of the watches of which the edition has no story."""
        with_story = {each.story.watch for each in (*self.stories, *self.more)}
        # Not strict, because ``watch_ids`` may be empty.
        return tuple(name for id, name in zip(self.watch_ids, self.watches, strict=False) if id not in with_story)


@frozen
class RenderedEdition:
    """An edition as HTML and text, ready for any channel."""

    subject: str
    html: str  # under 100 KB, for mail
    text: str  # the whole edition, but for a very large one
    page: str = ""  # the whole edition as a page where ``html`` had to leave something out, else ""

    @property
    def language(self) -> str:
        """The language of its own words, as the HTML says it; English where that says none."""
        found = re.search(r"""<html\b[^>]*\slang=["']([\w-]+)["']""", self.html[:1000])
        return found[1] if found else "en"


class DeliveryState(StrEnum):
    """Where a delivery is (see `monitor.store.deliveries`)."""

    PENDING = "pending"  # to be sent, at ``next_try`` where that is set
    SENDING = "sending"  # claimed by a service
    SENT = "sent"
    FAILED = "failed"  # given up


@frozen
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
