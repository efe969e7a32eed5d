"""The table of whom and what matches name."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.schema import metadata

_id = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

match_names = sa.Table(  # see `monitor.store.match_names`
    "match_names",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("entity", sa.Text, primary_key=True),
    sa.Index("match_names_entity", "entity", "watch", "article_id"),
    sa.Index("ix_match_names_article_id", "article_id"),
    sqlite_with_rowid=False,
)
