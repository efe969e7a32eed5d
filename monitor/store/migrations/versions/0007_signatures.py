"""Signatures of reports and the keys they are found by. Stories that were merged stay so, whoever merged them.

Whether a person or grouping merged stories was not recorded. So the reports of those that took others in are pinned.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
    op.create_table(
        "groupings",
        sa.Column("watch", sa.Text(), primary_key=True),
        sa.Column("changed", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("up_to", UtcDateTime()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="-1"),
        sa.Column("signed_since", UtcDateTime()),
        sa.Column("signed", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("counted", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("census", sa.LargeBinary()),
    )
    op.create_table(
        "report_signatures",
        sa.Column("watch", sa.Text(), primary_key=True),
        sa.Column("article_id", number, sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen", UtcDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    edited = sa.text("version = 0")
    op.create_index("report_signatures_article", "report_signatures", ["article_id"])
    op.create_index("report_signatures_seen", "report_signatures", ["watch", "seen"])
    op.create_index("report_signatures_edited", "report_signatures", ["watch", "article_id"],
                    sqlite_where=edited, postgresql_where=edited)  # fmt: skip
    op.create_table(
        "report_keys",
        sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("article_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO story_pins (watch, article_id, story_id, said) "
        "SELECT held.watch, held.article_id, held.story_id, stories.last_seen "
        "FROM story_articles AS held JOIN stories ON stories.id = held.story_id "
        "WHERE held.story_id IN (SELECT merged_into FROM stories WHERE merged_into IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM story_pins AS pin "
        "WHERE pin.watch = held.watch AND pin.article_id = held.article_id)"
    )
