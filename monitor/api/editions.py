"""Editions: in a list, and one with its contents; and the ledger of their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
from pydantic import Field

from monitor.api.accounts import AccountsAnswer, accounts_answer
from monitor.api.affairs import Added, AffairAnswer, added, affair_answer
from monitor.api.base import LARGEST, Answer, Page, Slice, Stamp, UnknownError, Word, of_cursor, paged
from monitor.model import Article, Delivery, DigestStory, Edition, Health
from monitor.render.quotes import quoted
from monitor.store import browse, deliveries
from monitor.store import editions as stored
from monitor.store.browse import EditionLine as StoredLine


class FirstAnswer(Answer):
    """Who had a story first. time: of that article's publication, or of reading it where it is undated."""

    publisher: str
    article: int
    time: Stamp


class CopyAnswer(Answer):
    """An article that carries the text of another publisher."""

    article: int
    of: str


class QuoteAnswer(Answer):
    """Sentences of an article, word for word."""

    article: int
    text: str


class RetoldAnswer(Answer):
    """A sentence that a model wrote. kind: summary, or what it translates: headline or quote. original: the stored
    words that it retells, of ``article``. translated: whether it is a machine's translation.
    """

    kind: str
    text: str
    language: str
    translated: bool
    article: int
    original: str
    original_language: str


class RetellingAnswer(Answer):
    """What came of asking a model. dropped, failed: reason → how many sentences, how many stories."""

    model: str
    stories: int
    kept: int
    dropped: dict[str, int]
    failed: dict[str, int]


class EditionArticle(Answer):
    """An article of a story in an edition. new: no earlier edition has shown it."""

    id: int
    url: str
    title: str
    publisher: str
    published: Stamp | None
    language: str | None
    new: bool


class EditionStory(Answer):
    """A story of an edition. Of one that is not shown ``in_full`` only some fields are worked out.

    under: the story in whose entry it stands, null where it is an entry of its own.
    """

    story: int
    headline: str
    watch: str
    score: float
    in_full: bool
    developing: bool
    first: FirstAnswer | None
    voices: int | None
    copies: list[CopyAnswer]
    silent: list[str]
    changes: list[Added]
    quotes: list[QuoteAnswer]
    retold: list[RetoldAnswer]
    articles: list[EditionArticle]
    affair: AffairAnswer | None
    repeats: bool
    under: int | None
    accounts: AccountsAnswer
    supporting: list[int]


class FeedCounts(Answer):
    """How many feeds were read well in the window, and how many were not."""

    healthy: int
    failing: int


class Unread(Answer):
    """Articles of the window that a watch could not read."""

    watch: str
    language: str | None
    reason: str
    articles: int


class Delivered(Answer):
    """How one delivery of an edition went."""

    channel: str
    recipient: str
    state: str


class EditionAnswer(Answer):
    """An edition as `monitor digest --json` prints it. files: those that the command wrote."""

    digest: str
    edition: str
    id: int | None
    since: Stamp
    until: Stamp
    stories: int
    nothing_new: list[str]
    near_misses: int
    contents: list[EditionStory]
    feeds: FeedCounts
    muted: int
    unread: list[Unread]
    retelling: RetellingAnswer | None
    deliveries: list[Delivered]
    files: list[str]


class EditionLine(Answer):
    """An edition in a list. skipped: it was empty, and not sent because of that."""

    id: int
    digest: str
    edition: str
    subject: str
    since: Stamp
    until: Stamp
    skipped: bool


class EditionQuery(Slice):
    """Which editions."""

    digest: Annotated[Word, Field(description="only editions of this digest")] = ""


class DeliveryAnswer(Answer):
    """A row of the delivery ledger. resend: 0, or the number of the repetition."""

    id: int
    edition: int
    channel: str
    recipient: str
    message_id: str
    resend: int
    attempts: int
    error: str | None
    digest: str
    period: str
    state: str
    next_try: Stamp | None
    updated: Stamp | None


class DeliveryQuery(Slice):
    """Which deliveries."""

    edition: Annotated[int | None, Field(ge=1, le=LARGEST, description="only those of this edition")] = None


def edition_answer(edition: Edition, owed: Sequence[Delivery], files: Sequence[Path] = ()) -> EditionAnswer:
    """The edition, what became of it, and the files that were written."""
    feeds = edition.coverage.feeds
    well = [feed for feed in feeds if feed.health in (Health.HEALTHY, Health.QUIET) and not feed.unreached]
    failing = [feed for feed in feeds if feed.health is not Health.UNKNOWN and feed not in well]
    return EditionAnswer(
        digest=edition.digest,
        edition=edition.period,
        id=edition.id or None,
        since=edition.since,
        until=edition.until,
        stories=len(edition.stories) + edition.omitted,
        nothing_new=list(edition.nothing_new),
        near_misses=len(edition.near_misses) + edition.near_omitted,
        contents=[
            *(_story(each, in_full=True) for each in edition.stories),
            *(_story(each, in_full=False) for each in edition.more),
        ],
        feeds=FeedCounts(healthy=len(well), failing=len(failing)),
        muted=edition.coverage.muted,
        unread=[Unread.model_validate(each) for each in edition.coverage.unread],
        retelling=RetellingAnswer.model_validate(edition.retelling) if edition.retelling else None,
        deliveries=[Delivered(channel=r.channel, recipient=r.recipient, state=r.state.value) for r in owed],
        files=[str(path) for path in files],
    )


def _story(each: DigestStory, *, in_full: bool) -> EditionStory:
    """One story; of a story that is shown as a headline nothing more is worked out."""
    articles = {report.article.id: report.article for report in each.story.reports}
    first = articles.get(each.first_article)
    return EditionStory(
        story=each.story.id,
        headline=each.story.headline,
        watch=each.story.watch,
        score=round(each.story.score, 4),
        in_full=in_full,
        developing=each.developing,
        first=first_answer(each.first, first) if first else None,
        voices=each.voices or None,
        copies=[CopyAnswer.model_validate(copy) for copy in each.copies],
        silent=list(each.silent),
        changes=[added(news) for news in each.news],
        quotes=[QuoteAnswer.model_validate(quote) for quote in quoted(each)] if in_full else [],
        retold=[RetoldAnswer.model_validate(said) for said in each.retold],
        articles=[_article(article, each) for article in articles.values()],
        affair=affair_answer(each.affair, each.story.id) if each.affair else None,
        repeats=each.repeats,
        under=each.under or None,
        accounts=accounts_answer(each.accounts),
        supporting=[s.report.article.id for s in each.story.supporting],
    )


def first_answer(publisher: str, article: Article) -> FirstAnswer:
    """Who had it first. An undated report counts as published when it was read, as in `stories.provenance`."""
    return FirstAnswer(publisher=publisher, article=article.id, time=article.published or article.fetched)


def _article(article: Article, each: DigestStory) -> EditionArticle:
    return EditionArticle(
        id=article.id,
        url=article.url,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        language=article.language,
        new=article.id in each.fresh,
    )


def edition_line(line: StoredLine) -> EditionLine:
    """An edition in a list."""
    return EditionLine(id=line.id, digest=line.digest, edition=line.period, subject=line.subject, since=line.since,
                       until=line.until, skipped=line.skipped)  # fmt: skip


def list_editions(db: sa.Connection, asked: EditionQuery) -> Page[EditionLine]:
    """Every edition stored, newest first. Raises AskedWronglyError for a cursor."""
    below = of_cursor("editions", asked.cursor, int)
    found = browse.editions(
        db, limit=asked.limit + 1, offset=0, digest=asked.digest or None, below=below[0] if below else None
    )
    places, following = paged("editions", [(each.id,) for each in found], asked.limit)
    return Page(items=[edition_line(each) for each in found[: len(places)]], next=following)


def one_edition(db: sa.Connection, number: int) -> EditionAnswer:
    """An edition as it was composed, and how its deliveries went. Raises UnknownError."""
    try:
        edition, _ = stored.get(db, number)
    except LookupError as error:
        raise UnknownError(f"there is no edition {number}") from error
    return edition_answer(edition, deliveries.of_edition(db, number))


def delivery_answer(row: Delivery, digest: str, period: str) -> DeliveryAnswer:
    """A row of the ledger, with the name of its edition."""
    names = (
        "id",
        "edition",
        "channel",
        "recipient",
        "message_id",
        "resend",
        "attempts",
        "error",
        "next_try",
        "updated",
    )
    return DeliveryAnswer(
        **{name: getattr(row, name) for name in names}, digest=digest, period=period, state=row.state.value
    )


def list_deliveries(db: sa.Connection, asked: DeliveryQuery) -> Page[DeliveryAnswer]:
    """The delivery ledger, newest first. Raises AskedWronglyError for a cursor."""
    below = of_cursor("deliveries", asked.cursor, int)
    found = deliveries.recent(db, asked.limit + 1, edition=asked.edition, below=below[0] if below else None)
    places, following = paged("deliveries", [(each.id,) for each in found], asked.limit)
    named = stored.names(db, {row.edition for row in found})
    items = [delivery_answer(row, *named[row.edition]) for row in found[: len(places)]]
    return Page(items=items, next=following)
