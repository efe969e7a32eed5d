"""Articles that a watch could not read, counted by language and by reason, as their receipts say it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import UNREAD, UnreadArticles
from monitor.store import schema
from monitor.store.indexes import says_unread

RECENT = timedelta(days=7)  # counted for the page and for metrics


def unread_kind() -> sa.ColumnElement[str]:
    """Which of `UNREAD` the receipt of a judgement holds, "" for none."""
    receipt = schema.matches.c.receipt
    # The whole key and value, which no text within the JSON can hold: its quotation marks are escaped there.
    return sa.case(*((receipt.contains(f'"kind":"{kind}"', autoescape=True), kind) for kind in UNREAD), else_="")


def unread_since(
    db: sa.Connection, since: datetime, until: datetime, watches: Sequence[str] | None = None
) -> tuple[UnreadArticles, ...]:
    """What was fetched in [since, until] and could not be read, by watch, language and reason, the most first.

    watches: their ids, None for all.
    """
    article, match = schema.articles.c, schema.matches.c
    kind, count = unread_kind().label("unread_kind"), sa.func.count().label("articles")
    # By a name that no column has: to PostgreSQL the same expression with other parameters is another one.
    by_kind: sa.ColumnElement[str] = sa.literal_column("unread_kind")
    within = (article.fetched >= since, article.fetched <= until, match.verdict != "match")
    unread = says_unread(db.dialect.name)  # few receipts say so, and an index knows which
    query = sa.select(match.watch, article.language, kind, count).select_from(schema.articles.join(schema.matches))
    rows = db.execute(query.where(*within, unread).group_by(match.watch, article.language, by_kind))
    # Watches are chosen here: asked for them, SQLite takes the index by watch, and reads the receipt of each judgement.
    found = (row for row in rows if row.unread_kind and (watches is None or row.watch in watches))
    ordered = sorted(
        found, key=lambda row: (row.watch, list(UNREAD).index(row.unread_kind), -row.articles, row.language or "")
    )
    return tuple(UnreadArticles(row.watch, row.language, row.unread_kind, row.articles) for row in ordered)
