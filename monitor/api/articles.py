"""Articles: those that were judged, near misses, what a search finds, and one with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import Field

from monitor.api.base import (
    Answer,
    Doc,
    Moment,
    Page,
    Slice,
    Stamp,
    UnknownError,
    Word,
    known_watch,
    of_cursor,
    paged,
)
from monitor.api.dates import Date
from monitor.api.feeds import FeedNames
from monitor.api.marks import MarkAnswer, marks_of
from monitor.api.stories import ChangeAnswer, ReportAnswer, change_answer, report_answer
from monitor.config import Config
from monitor.digest.corrections import report_as_it_reads_now
from monitor.model import Article, Report
from monitor.pages.as_edited import article_as_it_reads_now
from monitor.store import browse, judged_articles, kept_pages, looks, page_edits
from monitor.store.judged_articles import JudgedArticle, Judgement, Wanted
from monitor.store.kept_pages import KeptPage
from monitor.store.looks import Outcome


class FeedOfArticle(Answer):
    """The feed that an article came from."""

    url: str
    name: str


class JudgedBy(Answer):
    """How a watch has judged an article. story: the story that holds it. reason: in one line."""

    watch: str
    score: float
    verdict: Literal["match", "near", "no"]
    story: int | None
    language_read: str
    reason: str


class ArticleAnswer(Answer):
    """A stored article, with how each watch has judged it. text: where it was asked for; null otherwise."""

    id: int
    url: str
    title: str
    feed: FeedOfArticle
    source: str
    publisher: str
    kind: str
    author: str
    language: str | None
    partial: bool
    published_from: str
    published: Stamp | None
    dates: list[Date]
    first_seen: Stamp
    fetched: Stamp
    watches: list[JudgedBy]
    text: str | None = None


class KeptPageAnswer(Answer):
    """A page as it was fetched. what: whether it was judged or looked at again later. sha256, size: of its bytes."""

    what: Literal["judged", "looked at again"]
    requested: str
    url: str
    fetched: Stamp
    status: int
    content_type: str
    sha256: str
    size: int


class LookAnswer(Answer):
    """A look at the page after it was published. sha256, size: of the bytes that came. why: nothing was compared."""

    at: Stamp
    outcome: Outcome
    status: int | None
    sha256: str
    size: int
    why: str


class ArticleWhole(ArticleAnswer):
    """A stored article with its text, what people said of it, and the evidence."""

    text: str
    marks: list[MarkAnswer]
    pages: list[KeptPageAnswer]
    looks: list[LookAnswer]
    changes: list[ChangeAnswer]


class NearMissAnswer(ReportAnswer):
    """An article just under the threshold. story: one that holds it, beside: one that it supports."""

    watch: str
    threshold: float
    lacks: float
    reason: str
    story: int | None
    beside: int | None


class ArticleQuery(Slice):
    """Which articles, as the options of `monitor articles`."""

    watch: Annotated[Word, Field(description="only articles that this watch has judged")] = ""
    verdict: Annotated[
        Literal["match", "near", "no"] | None, Field(description="only articles with this verdict of the watch, or any")
    ] = None
    feed: Annotated[Word, Field(description="only articles of the feed with this address")] = ""
    since: Annotated[Moment | None, Field(description="only articles that were fetched since then")] = None
    text: Annotated[bool, Field(description="with the text that was judged")] = False


class NearMissQuery(Slice):
    """Which near misses."""

    watch: Annotated[Word, Field(description="only near misses of this watch")] = ""


def article_answer(found: JudgedArticle, feed_name: str, *, text: bool) -> ArticleAnswer:
    """An article as `monitor articles --json` prints it."""
    article = found.article
    return ArticleAnswer(
        id=article.id,
        url=article.url,
        title=article.title,
        feed=FeedOfArticle(url=article.feed_url, name=feed_name),
        source=article.source,
        publisher=article.publisher,
        kind=article.kind,
        author=article.author,
        language=article.language,
        partial=article.partial,
        published_from=article.published_from,
        published=article.published,
        dates=[Date.model_validate(each) for each in article.dates],
        first_seen=found.first_seen,
        fetched=article.fetched,
        watches=[_judged_by(each) for each in found.judgements],
        text=article.text if text else None,
    )


def article_document(found: JudgedArticle, feed_name: str, *, text: bool) -> dict[str, Any]:
    """The same as JSON values; ``text`` stands there only where it was asked for."""
    return article_answer(found, feed_name, text=text).model_dump(mode="json", exclude=None if text else {"text"})


def _judged_by(each: Judgement) -> JudgedBy:
    return JudgedBy(
        watch=each.watch,
        score=round(each.score, 4),
        verdict=each.verdict,
        story=each.story or None,
        language_read=each.language_read,
        reason=each.line,
    )


def list_articles(db: sa.Connection, config: Config, asked: ArticleQuery) -> Page[ArticleAnswer]:
    """The articles that were judged, the one stored last first.

    Raises UnknownError for a watch, AskedWronglyError for a cursor.
    """
    watch = known_watch(config, asked.watch)
    below = of_cursor("articles", asked.cursor, int)
    wanted = Wanted(watch, asked.verdict, asked.feed or None, asked.since, asked.limit + 1, asked.text,
                    below[0] if below else None)  # fmt: skip
    found = list(judged_articles.listed(db, wanted))
    places, following = paged("articles", [(each.article.id,) for each in found], asked.limit)
    names = FeedNames(config, db)
    items = [article_answer(each, names[each.article.feed_url], text=asked.text) for each in found[: len(places)]]
    return Page(items=items, next=following)


def one_article(db: sa.Connection, config: Config, number: int) -> ArticleWhole:
    """An article as its source has it now, with its text and its evidence. Raises UnknownError."""
    found = judged_articles.with_ids(db, [number])
    if not found:
        raise UnknownError(f"there is no article {number}")
    [judged] = found
    changes = page_edits.of_articles(db, [number]).get(number, ())
    now = article_as_it_reads_now(judged.article, changes)
    name = FeedNames(config, db)[now.feed_url]
    plain = article_answer(JudgedArticle(now, judged.first_seen, judged.judgements), name, text=True)
    return ArticleWhole(
        **dict(plain),
        marks=marks_of(db, [number]),
        pages=[_page(page) for page in kept_pages.of_articles(db, [number]).get(number, [])],
        looks=[LookAnswer.model_validate(look) for look in looks.of_articles(db, [number]).get(number, [])],
        changes=[change_answer(each) for each in changes],
    )


def _page(page: KeptPage) -> KeptPageAnswer:
    return KeptPageAnswer(what="looked at again" if page.look else "judged", requested=page.requested, url=page.url,
                          fetched=page.fetched, status=page.status, content_type=page.content_type,
                          sha256=page.sha256, size=page.size)  # fmt: skip


def list_near_misses(db: sa.Connection, config: Config, asked: NearMissQuery) -> Page[NearMissAnswer]:
    """Articles just under the threshold, the latest first. Raises UnknownError or AskedWronglyError."""
    watch = known_watch(config, asked.watch)
    after = of_cursor("near-misses", asked.cursor, Doc, int, str)
    keys = browse.near_miss_places(db, [watch] if watch else list(config.watches), limit=asked.limit + 1, after=after)
    places, following = paged("near-misses", keys, asked.limit)
    found = browse.near_miss_reports(db, places)
    ids = [each.article.id for each in found]
    changes, standings = page_edits.of_articles(db, ids), browse.standings(db, ids)
    items = [_near_miss(report_as_it_reads_now(each, changes), standings[each.article.id]) for each in found]
    return Page(items=items, next=following)


def _near_miss(report: Report, standings: Sequence[browse.Standing]) -> NearMissAnswer:
    match = report.match
    [own] = [each for each in standings if each.watch == match.watch]
    return NearMissAnswer(
        **dict(report_answer(report)),
        watch=match.watch,
        threshold=match.receipt.threshold,
        lacks=round(max(0.0, match.receipt.threshold - match.score), 4),
        reason=match.receipt.line,
        story=own.story or None,
        beside=own.beside or None,
    )


def found_articles(db: sa.Connection, config: Config, articles: Sequence[Article]) -> list[ArticleAnswer]:
    """These articles as their sources have them now, in their order, without their texts."""
    ids = [article.id for article in articles]
    known = {each.article.id: each for each in judged_articles.with_ids(db, ids)}
    changes = page_edits.of_articles(db, ids)
    names = FeedNames(config, db)
    return [
        article_answer(
            JudgedArticle(article_as_it_reads_now(each.article, changes.get(number, ())), each.first_seen,
                          each.judgements),
            names[each.article.feed_url],
            text=False,
        )
        for number in ids
        if (each := known.get(number))
    ]  # fmt: skip
