"""Articles, how they stand against a watch, and the stories they make."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from monitor.model.dates import SeenDate
from monitor.model.feeds import FeedKind
from monitor.model.frozen import frozen

_A_DAY = timedelta(days=1) - timedelta(seconds=1)


@frozen
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
    published_from: str = ""  # the evidence that ``published`` was taken from, see monitor.pages.dating
    dates: tuple[SeenDate, ...] = ()  # all that speaks of its date

    @property
    def day(self) -> date | None:
        """The day it was published, as its source wrote it, where nothing names the time of day."""
        taken = (each for each in self.dates if each.evidence == self.published_from and each.moment == self.published)
        return next((each.day for each in taken), None)

    @property
    def out_by(self) -> datetime:
        """The latest it can have been published: its time; of a day alone its last moment; and never later than it was
        read, which is all that is known without a date.
        """
        if self.published is None or self.day is None:
            return self.published or self.fetched
        return min(self.published + _A_DAY, self.fetched)


@frozen
class Document:
    """A text for matching and grouping, built from an Article, a JSON line or a file.

    source: the publisher's name. feed: name and address of the feed, "" where it came from none. country: the outlet's
    own, ISO 3166-1, None where it is not known.
    """

    id: str
    title: str
    text: str
    language: str | None = None
    published: datetime | None = None
    source: str = ""
    url: str = ""
    feed: str = ""
    country: str | None = None


# Kinds of a receipt's reasons that decide whatever the score is.
DECIDING = frozenset({"required", "excluded", "query", "marked", "cut"})
# Kinds of reasons that say of an article's language why it is no plain "no", and what they are called.
UNREAD = {"not-read": "not read", "read-in-part": "read in part", "language-unsure": "language not sure"}


@frozen
class Reason:
    """One reason of a score. amount: what it added to the log-odds, or took from them when negative.

    kind: "feature", "term", "entity", "required", "excluded", "query", "name", "sense", "cut", "prior" or one of
    `UNREAD`. text: its name for a person. count: how often it was found in the article.
    """

    kind: str
    text: str
    amount: float
    count: int = 1


@frozen
class Highlight:
    """Characters [start, end) of a passage's text. label: what they are (a side, an act, a term)."""

    start: int
    end: int
    label: str


@frozen
class Passage:
    """One or two sentences quoted from the article as a reason. where: "title", "lead" or "body"."""

    text: str
    where: str
    highlights: tuple[Highlight, ...] = ()


@frozen
class Receipt:
    """Why a match has its score. It is stored with the match, and `monitor explain` shows all of it."""

    threshold: float  # 0 to 1; a score from here on is a match
    near_miss: float  # 0 to 1; scores from here up to the threshold are near misses
    profile: str  # version of the profile and weights in force
    reasons: tuple[Reason, ...] = ()
    passages: tuple[Passage, ...] = ()
    line: str = ""  # one line for the digest, e.g. "Iran + Iraq + agreement in title; «memorandum»; 0.93 ≥ 0.50"


Verdict = Literal["match", "near", "no"]


@frozen
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


@frozen
class Report:
    """An article with its match, as a story holds it. matched: when it first had this verdict.

    judged: when the version in the receipt judged it; None where an earlier release did.
    """

    article: Article
    match: Match
    matched: datetime
    judged: datetime | None = None


@frozen
class Support:
    """A report that did not match, but tells of a story's event. likely: that it does, 0 to 1."""

    report: Report
    likely: float


@frozen
class Story:
    """Reports of one event, oldest first. supporting: reports under the threshold, not counted in any figure."""

    id: int
    watch: str
    headline: str
    first_seen: datetime
    last_seen: datetime
    score: float
    reports: tuple[Report, ...]
    supporting: tuple[Support, ...] = ()

    def title_in(
        self, rank: Callable[[str | None], int] = lambda _: 0, fresh: Collection[int] = ()
    ) -> tuple[str, str | None]:
        """Its headline in the first language that its readers read and a report has; and that language.

        It is its own where no report is in a language before its own, and where that is not known: it may be theirs.
        rank: the place of a language among those that they read. fresh: ids of articles that go before others.
        """
        own = next((r.article.language for r in self.reports if r.article.title == self.headline), None)
        readable = [r for r in self.reports if r.article.title and own and rank(r.article.language) < rank(own)]
        if not readable:
            return self.headline, own
        best = min(readable, key=lambda r: (rank(r.article.language), r.article.id not in fresh, -r.match.score))
        return best.article.title, best.article.language

    def told_at(self, headline: str) -> datetime | None:
        """When the first report with this headline came out; None where none has it."""
        return min((r.article.out_by for r in self.reports if r.article.title == headline), default=None)


@frozen
class StoryLink:
    """That a story follows another, by their ids. kind: "step" or "background". likely: that it does, 0 to 1.

    alike: that their most alike reports would be of one event if they were of one day.
    """

    later: int
    earlier: int
    kind: str
    likely: float
    alike: float


@frozen
class Quote:
    """Sentences taken word for word from an article, in its language. article: its id, in the story."""

    article: int
    text: str
    highlights: tuple[Highlight, ...] = ()


@frozen
class News:
    """Something new in a story that an earlier edition has shown.

    kind: "publisher", "person", "place", "figure", "date" or "act"; "changed" for what a source changed in an article
    after an edition showed it. text: its name for a person, or what was changed. article: id of the article with it.
    """

    kind: str
    text: str
    article: int = 0


@frozen
class Gloss:
    """What a story is about, by what its receipts resolved, each for display: acts, people and bodies, and places."""

    acts: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


NO_GLOSS = Gloss()


@frozen
class Step:
    """A story of an affair. began: its first report. adds: what no earlier story of the affair held. told: the report
    whose headline it has, None where not known.

    number: which step it is, from 1; 0 for another account of an earlier one. nothing: a reader of the earlier ones
    learns nothing from it. follows: the story that it is linked to, 0 for none. gloss: as of a story.
    """

    story: int
    number: int
    headline: str
    language: str | None
    began: datetime
    adds: tuple[News, ...] = ()
    nothing: bool = False
    follows: int = 0
    gloss: Gloss = NO_GLOSS
    told: datetime | None = None


@frozen
class Affair:
    """What a story is part of. steps: all stories of the affair, oldest first; the story's own is one of them.

    known: an earlier edition has shown another one. background: what the story looks back at.
    """

    steps: tuple[Step, ...] = ()
    known: bool = False
    background: tuple[Step, ...] = ()

    def step(self, story: int) -> Step | None:
        """The step that is this story; None where it is part of no affair of several."""
        own = next((step for step in self.steps if step.story == story), None)
        return own if len(self.steps) > 1 else None

    def followed(self, step: Step) -> Step:
        """The step that this one follows; the first of the affair where that is not among its steps."""
        return next((other for other in self.steps if other.story == step.follows), self.steps[0])


@frozen
class Saying:
    """What reports of a story say. value: for display. articles: ids of those that say so. quote: a sentence of one of
    them, ``article``, word for word.
    """

    value: str
    articles: tuple[int, ...]
    article: int
    quote: str


@frozen
class Claim:
    """Something that several reports speak of. kind: "figure", "date" or "denial". about: for display.

    sayings: one where they agree, one for each of their values where they differ.
    """

    kind: str
    about: str
    sayings: tuple[Saying, ...]


@frozen
class OneSided:
    """What only one side's outlets say. missing: what all others say and that side's do not. kind: as of `News`."""

    side: str
    missing: bool
    kind: str
    text: str
    saying: Saying


@frozen
class Accounts:
    """Who says what in a story: what reports agree on, where they differ, and what one side has alone."""

    agreed: tuple[Claim, ...] = ()
    differ: tuple[Claim, ...] = ()
    one_sided: tuple[OneSided, ...] = ()


NO_ACCOUNTS = Accounts()


@frozen
class PageChange:
    """A change that a source made to an article after an edition showed it. article, story: their ids.

    kind: "headline", "text", "gone" or "back" (it was gone, and is there again). before, after: the headline, or the
    first paragraphs that differ.
    """

    id: int
    article: int
    story: int
    found: datetime
    kind: str
    before: str = ""
    after: str = ""


def is_edit(kind: str) -> bool:
    """Whether a change of this kind is one of the words."""
    return kind in ("headline", "text")


def is_edited(changes: Sequence[PageChange]) -> bool:
    """Whether an article has other words than it had; one that was away and is there again may have the same."""
    return any(is_edit(each.kind) for each in changes)


def is_taken_down(changes: Sequence[PageChange]) -> bool:
    """Whether an article is away, by what was found in it, oldest first."""
    return next((each.kind == "gone" for each in reversed(changes) if each.kind in ("gone", "back")), False)


@frozen
class Copy:
    """An article that carries another publisher's text. article: its id. of: that publisher, for display."""

    article: int
    of: str
