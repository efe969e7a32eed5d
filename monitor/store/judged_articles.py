"""The list of all articles with their judgements, read a few rows at a time: an archive does not fit into memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, Verdict
from monitor.model.frozen import frozen
from monitor.store import articles, schema
from monitor.store.column_types import UtcDateTime
from monitor.store.rows import ARTICLE, DamagedRowError, one_of, to_article
from monitor.store.unread import unread_kind

BATCH = 200  # articles read together


@frozen
class Wanted:
    """Which articles to list. watch: those that it has judged; verdict: of that watch, or of any.

    since: when they were fetched. text: whether the articles come with their text; else it is "". below: those with a
    lower number.
    """

    watch: str | None = None
    verdict: Verdict | None = None
    feed: str | None = None
    since: datetime | None = None
    limit: int | None = None
    text: bool = False
    below: int | None = None


@frozen
class Judgement:
    """How a watch has judged an article. score: 0 to 1. story: its story's id, 0 for none. line: the reason.

    language_read: "read", or one of `monitor.model.UNREAD`.
    """

    watch: str
    score: float
    verdict: Verdict
    story: int
    line: str
    language_read: str = "read"


@frozen
class JudgedArticle:
    """A stored article. first_seen: of its first entry.

    judgements: of each watch that has judged it, best score first.
    """

    article: Article
    first_seen: datetime
    judgements: tuple[Judgement, ...]


def listed(db: sa.Connection, wanted: Wanted) -> Iterator[JudgedArticle]:
    """The articles that are wanted, the one stored last first. Raises DamagedRowError."""
    columns = [column if wanted.text or column.name != "text" else sa.literal("") for column in ARTICLE]
    number = schema.articles.c.id
    query = sa.select(*columns).where(*_where(wanted)).order_by(number.desc()).limit(wanted.limit)
    found = db.execute(query, execution_options={"yield_per": BATCH})
    for rows in found.partitions():
        ids = [row[0] for row in rows]
        judged, seen = _judgements(db, ids), _first_seen(db, ids)
        for article in map(to_article, rows):
            first = seen.get(article.id, article.fetched)
            yield JudgedArticle(article, first, tuple(judged.get(article.id, ())))


def with_ids(db: sa.Connection, article_ids: Sequence[int]) -> list[JudgedArticle]:
    """These articles with their texts, by rising number; those that are not stored are left out."""
    seen = _first_seen(db, article_ids)
    judged = _judgements(db, list(article_ids))
    return [
        JudgedArticle(article, seen.get(article.id, article.fetched), tuple(judged.get(article.id, ())))
        for article in articles.get(db, article_ids)
    ]


def _first_seen(db: sa.Connection, article_ids: Sequence[int]) -> dict[int, datetime]:
    """article id → when its first entry was seen."""
    entry = schema.entries.c
    query = sa.select(entry.article_id, sa.func.min(entry.first_seen, type_=UtcDateTime).label("seen"))
    rows = db.execute(query.where(one_of(db, entry.article_id, article_ids)).group_by(entry.article_id))
    return {row.article_id: row.seen for row in rows}


def count(db: sa.Connection, wanted: Wanted) -> int:
    """How many articles `listed` would give without a limit."""
    return db.scalar(sa.select(sa.func.count()).select_from(schema.articles).where(*_where(wanted))) or 0


def any_of_feed(db: sa.Connection, url: str) -> bool:
    """Whether any article of this feed is stored."""
    return bool(db.scalar(sa.select(sa.exists().where(schema.articles.c.feed_url == url))))


def _where(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    table, match = schema.articles.c, schema.matches.c
    where: list[sa.ColumnElement[bool]] = [table.id < wanted.below] if wanted.below is not None else []
    if wanted.feed:
        where.append(table.feed_url == wanted.feed)
    if wanted.since:
        where.append(table.fetched >= wanted.since)
    judged = [match.watch == wanted.watch] if wanted.watch else []
    judged += [match.verdict == wanted.verdict] if wanted.verdict else []
    if judged:
        where.append(sa.exists().where(match.article_id == table.id, *judged))
    return where


def _judgements(db: sa.Connection, article_ids: list[int]) -> dict[int, list[Judgement]]:
    match, grouped = schema.matches.c, schema.story_articles.c
    placed = sa.and_(grouped.article_id == match.article_id, grouped.watch == match.watch)
    columns = (
        match.article_id,
        match.watch,
        match.score,
        match.verdict,
        grouped.story_id,
        match.receipt,
        unread_kind().label("kind"),
    )
    query = sa.select(*columns).select_from(schema.matches.outerjoin(schema.story_articles, placed))
    found: dict[int, list[Judgement]] = {}
    for row in db.execute(query.where(one_of(db, match.article_id, article_ids)).order_by(match.score.desc())):
        line = str(_json(row.receipt).get("line", ""))
        found.setdefault(row.article_id, []).append(
            Judgement(row.watch, row.score, row.verdict, row.story_id or 0, line, row.kind or "read")
        )
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DamagedRowError(f"malformed record: {error}") from error
