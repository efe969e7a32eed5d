"""Reports of which no alert was sent, because another alert has told of their event."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
    op.create_table(
        "held_alerts",
        sa.Column("watch", sa.Text(), primary_key=True),
        sa.Column("article_id", number, sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("held", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("edition_id", number, sa.ForeignKey("editions.id"), nullable=False),
    )
    op.create_index("ix_held_alerts_article_id", "held_alerts", ["article_id"])
