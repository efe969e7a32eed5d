"""Samples that were drawn to tell how much a watch misses."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
    op.create_table(
        "audits",
        sa.Column("id", number, primary_key=True),
        sa.Column("watch", sa.Text(), nullable=False),
        sa.Column("drawn", UtcDateTime(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("sizes", sa.Text(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
    )
    op.create_index("audits_watch", "audits", ["watch", "id"])
    op.create_table(
        "audit_articles",
        sa.Column("audit_id", number, sa.ForeignKey("audits.id"), primary_key=True),
        sa.Column("article_id", number, sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
    )
    op.create_index("ix_audit_articles_article_id", "audit_articles", ["article_id"])
