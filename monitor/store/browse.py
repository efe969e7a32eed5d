"""Queries of the web page: lists, a page at a time, and row counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, Delivery, Report
from monitor.model.frozen import frozen
from monitor.store import deliveries, mutes, schema, supports
from monitor.store.column_types import UtcDateTime
from monitor.store.rows import ARTICLE, chunks, one_of, to_article, to_report
from monitor.store.search_tables import documents
from monitor.store.unread import unread_kind


@frozen
class EditionLine:
    """An edition in a list. skipped: empty, and not sent because of that."""

    id: int
    digest: str
    period: str
    subject: str
    since: datetime
    until: datetime
    skipped: bool


@frozen
class Standing:
    """The verdict and score (0 to 1) of a stored article with one watch. story: its story's id, 0 for none.

    beside: the story that it stands under as a supporting report, 0 for none.

    unread: one of `monitor.model.UNREAD` where the watch cannot read its language, or not well, else "".
    """

    watch: str
    verdict: str
    score: float
    story: int
    unread: str = ""
    beside: int = 0


@frozen
class Counts:
    """Row counts of the whole store."""

    entries: int
    articles: int
    matches: dict[tuple[str, str], int]  # by (watch, verdict)
    stories: dict[str, int]  # by watch
    editions: dict[str, int]  # by digest
    deliveries: dict[tuple[str, str], int]  # by (channel, state)


def story_ids(
    db: sa.Connection,
    watch: str | None,
    *,
    limit: int,
    offset: int,
    muted: bool | None = None,
    since: datetime | None = None,
) -> list[int]:
    """Ids of the stories that hold a report, of one watch or of all, the most recent report first.

    muted: whether of those that a person muted or of the others; None: of both. since: of those with a report that was
    found after it.
    """
    table = schema.stories.c
    query = (
        sa.select(table.id).where(*_not_empty(watch, muted, since)).order_by(table.last_seen.desc(), table.id.desc())
    )
    return list(db.scalars(query.limit(limit).offset(offset)))


def story_places(
    db: sa.Connection,
    watch: str | None,
    *,
    limit: int,
    muted: bool | None = None,
    since: datetime | None = None,
    after: tuple[datetime, int] | None = None,
) -> list[tuple[datetime, int]]:
    """(time of its latest report, id) of what `story_ids` lists, in that order. after: those that come after it."""
    place = (schema.stories.c.last_seen, schema.stories.c.id)
    later = [sa.tuple_(*place) < sa.tuple_(sa.literal(after[0], UtcDateTime), sa.literal(after[1]))] if after else []
    query = sa.select(*place).where(*_not_empty(watch, muted, since), *later)
    rows = db.execute(query.order_by(*(column.desc() for column in place)).limit(limit))
    return [(row.last_seen, row.id) for row in rows]


def story_count(db: sa.Connection, watch: str | None, muted: bool | None = None, since: datetime | None = None) -> int:
    """How many stories `story_ids` can list."""
    where = _not_empty(watch, muted, since)
    return db.scalar(sa.select(sa.func.count()).select_from(schema.stories).where(*where)) or 0


def begun_between(
    db: sa.Connection, watches: Sequence[str], start: datetime, end: datetime
) -> list[tuple[int, datetime]]:
    """(id, when it was first seen) of the stories first seen in [start, end), the first one first."""
    story = schema.stories.c
    where = (*_not_empty(None), story.watch.in_(list(watches)), story.first_seen >= start, story.first_seen < end)
    found = db.execute(sa.select(story.id, story.first_seen).where(*where).order_by(story.first_seen, story.id))
    return [(row.id, row.first_seen) for row in found]


def begun_beside(
    db: sa.Connection, watches: Sequence[str], start: datetime, end: datetime
) -> tuple[datetime | None, datetime | None]:
    """When the last story before ``start`` was first seen, and the first one from ``end`` on; None for none."""
    story = schema.stories.c
    where = (*_not_empty(None), story.watch.in_(list(watches)))
    return (
        db.scalar(sa.select(sa.func.max(story.first_seen)).where(*where, story.first_seen < start)),
        db.scalar(sa.select(sa.func.min(story.first_seen)).where(*where, story.first_seen >= end)),
    )


def found_since(db: sa.Connection, since: datetime, story_ids: Sequence[int]) -> frozenset[int]:
    """Those of these stories that hold a report which was found after ``since``."""
    return frozenset(db.scalars(_found_since(since).where(one_of(db, schema.story_articles.c.story_id, story_ids))))


def _found_since(since: datetime) -> sa.Select[tuple[int]]:
    match, grouped = schema.matches.c, schema.story_articles.c
    joined = schema.matches.join(
        schema.story_articles, sa.and_(grouped.article_id == match.article_id, grouped.watch == match.watch)
    )
    new = (match.verdict == "match", match.matched > since)
    return sa.select(grouped.story_id).select_from(joined).where(*new)


def _not_empty(
    watch: str | None, muted: bool | None = None, since: datetime | None = None
) -> list[sa.ColumnElement[bool]]:
    """A story whose articles were all moved elsewhere stays as a row, because mails link to its number."""
    held = sa.exists().where(schema.story_articles.c.story_id == schema.stories.c.id)
    silent = mutes.is_muted(schema.stories.c.id)
    chosen = [] if muted is None else [silent if muted else ~silent]
    chosen += [schema.stories.c.id.in_(_found_since(since))] if since else []
    return [held, *chosen, *([schema.stories.c.watch == watch] if watch else [])]


NearPlace = tuple[int, int, str]
"""Where a near miss stands in the list: its number in the search index (0 where it has none), article and watch."""


def near_misses(db: sa.Connection, watches: Sequence[str], *, limit: int, offset: int) -> list[Report]:
    """Near misses of these watches, the latest first by the time that is shown of them."""
    return near_miss_reports(db, near_miss_places(db, watches, limit=limit, offset=offset))


def near_miss_reports(db: sa.Connection, places: Sequence[NearPlace]) -> list[Report]:
    """The near misses at these places, the latest first by the time that is shown of them."""
    both = sa.select(*ARTICLE, schema.matches).select_from(schema.articles.join(schema.matches))
    rows = db.execute(both.where(one_of(db, schema.articles.c.id, [article for _, article, _ in places])))
    found = {(each.article.id, each.match.watch): each for each in map(to_report, rows)}
    shown = (found[article, watch] for _, article, watch in places)  # a date may have been read anew since
    return sorted(shown, key=lambda each: each.article.published or each.article.fetched, reverse=True)


def near_miss_places(
    db: sa.Connection, watches: Sequence[str], *, limit: int, offset: int = 0, after: NearPlace | None = None
) -> list[NearPlace]:
    """Where near misses of these watches stand. after: those that come after it."""
    match = schema.matches.c
    # In the order of the search index, which numbers articles by that time: the articles' own rows are wide, and all of
    # them would be read for it. What an archive of an earlier version holds comes last until it is indexed. The number
    # is asked for each near miss: for a join PostgreSQL reads the numbers of all articles.
    number = sa.select(documents.c.doc).where(documents.c.article_id == match.article_id).scalar_subquery()
    near = sa.select(number.label("doc"), match.article_id, match.watch).where(*_near(watches)).subquery()
    latest = (sa.nulls_last(near.c.doc.desc()), near.c.article_id.desc(), near.c.watch)
    chosen = sa.select(near).where(*([_near_after(near, *after)] if after else [])).order_by(*latest)
    return [(row.doc or 0, row.article_id, row.watch) for row in db.execute(chosen.limit(limit).offset(offset)).all()]


def _near_after(near: sa.Subquery, doc: int, article: int, watch: str) -> sa.ColumnElement[bool]:
    number = near.c.doc
    same = sa.or_(near.c.article_id < article, sa.and_(near.c.article_id == article, near.c.watch > watch))
    if not doc:
        return sa.and_(number.is_(None), same)
    return sa.or_(number < doc, number.is_(None), sa.and_(number == doc, same))


def near_miss_count(db: sa.Connection, watches: Sequence[str]) -> int:
    """How many near misses `near_misses` can list."""
    return db.scalar(sa.select(sa.func.count()).select_from(schema.matches).where(*_near(watches))) or 0


def _near(watches: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    return [schema.matches.c.verdict == "near", schema.matches.c.watch.in_(list(watches))]


def editions_with(db: sa.Connection, story_id: int) -> list[EditionLine]:
    """Editions that have shown reports of this story, newest first."""
    shown = schema.edition_articles.c
    grouped = schema.story_articles.c
    joined = schema.edition_articles.join(
        schema.story_articles, sa.and_(grouped.article_id == shown.article_id, grouped.watch == shown.watch)
    )
    ids = sa.select(shown.edition_id).select_from(joined).where(grouped.story_id == story_id, shown.role == "story")
    query = _edition_lines().where(schema.editions.c.id.in_(ids)).order_by(schema.editions.c.id.desc())
    return [EditionLine(*row) for row in db.execute(query)]


def editions(
    db: sa.Connection, *, limit: int, offset: int, digest: str | None = None, below: int | None = None
) -> list[EditionLine]:
    """Editions, newest first: every one, of one digest, or with a number below one."""
    table = schema.editions.c
    where = [*([table.digest == digest] if digest else []), *([table.id < below] if below is not None else [])]
    query = _edition_lines().where(*where).order_by(table.id.desc()).limit(limit).offset(offset)
    return [EditionLine(*row) for row in db.execute(query)]


def edition_count(db: sa.Connection) -> int:
    """How many editions are stored."""
    return db.scalar(sa.select(sa.func.count()).select_from(schema.editions)) or 0


def _edition_lines() -> sa.Select[tuple[Any, ...]]:
    c = schema.editions.c
    return sa.select(c.id, c.digest, c.period, c.subject, c.since, c.until, c.skipped)


def deliveries_of(db: sa.Connection, edition_ids: Sequence[int]) -> dict[int, list[Delivery]]:
    """edition id → its rows of the delivery ledger, oldest first."""
    return {each: deliveries.of_edition(db, each) for each in edition_ids}


def articles_before(
    db: sa.Connection, before: int | None, *, indexed: bool, where: Sequence[sa.ColumnElement[bool]] = ()
) -> Iterator[Article]:
    """Stored articles by falling id, from below the id ``before`` where one is given.

    where: what else must be so of them. indexed: also those that the search index holds. They are read in small
    batches, because a search stops as soon as it has enough.
    """
    table = schema.articles
    query = sa.select(*ARTICLE).where(*where).order_by(table.c.id.desc()).limit(200)
    if not indexed:
        query = query.where(~sa.exists().where(documents.c.article_id == table.c.id))
    while True:
        rows = db.execute(query.where(table.c.id < before) if before else query).all()
        if not rows:
            return
        yield from map(to_article, rows)
        before = rows[-1].id


def standings(db: sa.Connection, article_ids: Sequence[int]) -> dict[int, list[Standing]]:
    """article id → its standing with each watch that judged it, best score first."""
    match, grouped = schema.matches.c, schema.story_articles.c
    joined = schema.matches.outerjoin(
        schema.story_articles, sa.and_(grouped.article_id == match.article_id, grouped.watch == match.watch)
    )
    columns = (
        match.article_id,
        match.watch,
        match.verdict,
        match.score,
        grouped.story_id,
        unread_kind().label("unread"),
    )
    found: dict[int, list[Standing]] = {}
    beside = supports.stories_of(db, article_ids)
    for part in chunks(list(article_ids)):
        query = sa.select(*columns).select_from(joined).where(match.article_id.in_(part)).order_by(match.score.desc())
        for row in db.execute(query):
            under = beside.get((row.watch, row.article_id), 0)
            standing = Standing(row.watch, row.verdict, row.score, row.story_id or 0, row.unread, under)
            found.setdefault(row.article_id, []).append(standing)
    return found


def counts(db: sa.Connection) -> Counts:
    """Count the rows of the whole store."""
    match, story, edition, owed = schema.matches.c, schema.stories.c, schema.editions.c, schema.deliveries.c
    number = sa.func.count()
    by_verdict = sa.select(match.watch, match.verdict, number).group_by(match.watch, match.verdict)
    by_state = sa.select(owed.channel, owed.state, number).group_by(owed.channel, owed.state)
    by_watch = sa.select(story.watch, number).where(*_not_empty(None)).group_by(story.watch)
    by_digest = sa.select(edition.digest, number).group_by(edition.digest)
    return Counts(
        entries=db.scalar(sa.select(number).select_from(schema.entries)) or 0,
        articles=db.scalar(sa.select(number).select_from(schema.articles)) or 0,
        matches={(watch, verdict): count for watch, verdict, count in db.execute(by_verdict)},
        stories={row[0]: row[1] for row in db.execute(by_watch)},
        editions={row[0]: row[1] for row in db.execute(by_digest)},
        deliveries={(channel, state): count for channel, state, count in db.execute(by_state)},
    )
