"""Marks: a person's word on whether an article belongs to a watch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Article
from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.column_types import UtcDateTime
from monitor.store.rows import ARTICLE, insert, one_of, to_article


@frozen
class Mark:
    """A mark in force. article: its id. relevant: to the watch."""

    article: int
    watch: str
    relevant: bool
    marked: datetime


def put(db: sa.Connection, article_id: int, watch: str, relevant: bool, now: datetime) -> None:
    """Mark an article as relevant to a watch or not, in place of an earlier mark."""
    values = {"article_id": article_id, "watch": watch, "relevant": relevant, "marked": now}
    statement = insert(db, schema.marks).values(**values)
    # One row for an article and a watch: a person may have changed their mind, and the last word counts.
    newer = {"relevant": relevant, "marked": now}
    db.execute(statement.on_conflict_do_update(index_elements=["article_id", "watch"], set_=newer))


def take_back(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> None:
    """Forget the marks of these articles."""
    table = schema.marks
    db.execute(table.delete().where(table.c.watch == watch, one_of(db, table.c.article_id, article_ids)))


def of_articles(db: sa.Connection, article_ids: Sequence[int]) -> dict[tuple[str, int], bool]:
    """(watch, article id) → whether it is relevant, for those of these articles that are marked."""
    table = schema.marks.c
    rows = db.execute(
        sa.select(table.watch, table.article_id, table.relevant).where(one_of(db, table.article_id, article_ids))
    )
    return {(row.watch, row.article_id): row.relevant for row in rows}


def right_among(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> frozenset[int]:
    """Which of these articles a person has marked right for a watch."""
    table = schema.marks.c
    where = (table.watch == watch, table.relevant, one_of(db, table.article_id, article_ids))
    return frozenset(db.scalars(sa.select(table.article_id).where(*where)))


def listed(
    db: sa.Connection,
    *,
    article_ids: Sequence[int] | None = None,
    watch: str | None = None,
    after: tuple[datetime, int, str] | None = None,
    limit: int | None = None,
) -> list[Mark]:
    """Marks, the last first: of these articles, of one watch, or of all. after: those that come after it."""
    table = schema.marks.c
    place = (table.marked, table.article_id, table.watch)
    where = [table.watch == watch] if watch else []
    where += [one_of(db, table.article_id, article_ids)] if article_ids is not None else []
    if after:
        given = (sa.literal(after[0], UtcDateTime), sa.literal(after[1]), sa.literal(after[2]))
        where.append(sa.tuple_(*place) < sa.tuple_(*given))
    query = sa.select(schema.marks).where(*where).order_by(*(column.desc() for column in place)).limit(limit)
    return [Mark(row.article_id, row.watch, row.relevant, row.marked) for row in db.execute(query)]


def of_watch(db: sa.Connection, watch: str) -> list[tuple[Article, bool]]:
    """(article, whether it is relevant) of every marked article of a watch, in the order of marking."""
    table = schema.marks
    joined = schema.articles.join(table, table.c.article_id == schema.articles.c.id)
    query = sa.select(*ARTICLE, table.c.relevant).select_from(joined).where(table.c.watch == watch)
    return [(to_article(row), row.relevant) for row in db.execute(query.order_by(table.c.marked, table.c.article_id))]


def count(db: sa.Connection, watch: str, since: datetime | None = None) -> tuple[int, int]:
    """(right, wrong) of the marks of a watch, or of those set since a time."""
    table = schema.marks.c
    where = [table.watch == watch, *([table.marked > since] if since else [])]
    rows = db.execute(sa.select(table.relevant, sa.func.count()).where(*where).group_by(table.relevant))
    found = {bool(relevant): number for relevant, number in rows}
    return found.get(True, 0), found.get(False, 0)


def verdicts(db: sa.Connection, watch: str) -> dict[int, bool]:
    """article id → whether it is relevant, for the marked articles of a watch."""
    table = schema.marks.c
    rows = db.execute(sa.select(table.article_id, table.relevant).where(table.watch == watch))
    return {row.article_id: row.relevant for row in rows}
