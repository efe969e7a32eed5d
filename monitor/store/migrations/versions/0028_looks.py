"""Each look at a page after an edition showed it, and the time of the next one."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
    op.create_table(
        "looks",
        sa.Column("id", number, primary_key=True),
        sa.Column("article_id", number, sa.ForeignKey("articles.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )
    op.create_index("ix_looks_article_id", "looks", ["article_id"])
    op.create_index("ix_looks_outcome", "looks", ["outcome"])
    op.create_index("ix_evidence_next_look", "evidence", ["next_look"])
    op.create_index("ix_editions_composed", "editions", ["composed"])
