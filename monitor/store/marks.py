"""Marks: a person's word on whether an article belongs to a watch."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.model import Article
from monitor.store import schema
from monitor.store.rows import ARTICLE, insert, to_article


def put(db: sa.Connection, article_id: int, watch: str, relevant: bool, now: datetime) -> None:
    """Mark an article as relevant to a watch or not, in place of an earlier mark."""
    values = {"article_id": article_id, "watch": watch, "relevant": relevant, "marked": now}
    statement = insert(db, schema.marks).values(**values)
    # One row for an article and a watch: a person may have changed their mind, and the last word counts.
    newer = {"relevant": relevant, "marked": now}
    db.execute(statement.on_conflict_do_update(index_elements=["article_id", "watch"], set_=newer))


def of_watch(db: sa.Connection, watch: str) -> list[tuple[Article, bool]]:
    """(article, whether it is relevant) of every marked article of a watch, in the order of marking."""
    table = schema.marks
    joined = schema.articles.join(table, table.c.article_id == schema.articles.c.id)
    query = sa.select(*ARTICLE, table.c.relevant).select_from(joined).where(table.c.watch == watch)
    return [(to_article(row), row.relevant) for row in db.execute(query.order_by(table.c.marked, table.c.article_id))]


def verdicts(db: sa.Connection, watch: str) -> dict[int, bool]:
    """article id → whether it is relevant, for the marked articles of a watch."""
    table = schema.marks.c
    rows = db.execute(sa.select(table.article_id, table.relevant).where(table.watch == watch))
    return {row.article_id: row.relevant for row in rows}
