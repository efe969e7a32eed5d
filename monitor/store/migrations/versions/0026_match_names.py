"""Whom and what matches name, for the pages of entities."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "match_names",
        sa.Column("watch", sa.Text(), primary_key=True),
        sa.Column(
            "article_id",
            sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
            sa.ForeignKey("articles.id"),
            primary_key=True,
        ),
        sa.Column("entity", sa.Text(), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("match_names_entity", "match_names", ["entity", "watch", "article_id"])
    op.create_index("ix_match_names_article_id", "match_names", ["article_id"])
    db = op.get_bind()
    table = sa.table("match_names", sa.column("watch"), sa.column("article_id"), sa.column("entity"))
    found = db.execute(sa.text("SELECT watch, article_id, entities FROM matches WHERE verdict = 'match'"))
    for part in found.partitions(1000):
        rows = [
            {"watch": row.watch, "article_id": row.article_id, "entity": entity}
            for row in part
            for entity in dict.fromkeys(json.loads(row.entities or "[]"))
        ]
        if rows:
            db.execute(table.insert(), rows)
