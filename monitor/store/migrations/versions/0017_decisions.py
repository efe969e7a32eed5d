"""What a person decided, and who; and stories that a person muted."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
    op.create_table(
        "story_mutes",
        sa.Column("story_id", number, sa.ForeignKey("stories.id"), primary_key=True),
        sa.Column("said", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "decisions",
        sa.Column("id", number, primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("watch", sa.Text(), nullable=False),
        sa.Column("stories", sa.Text(), nullable=False),
        sa.Column("articles", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("undone", UtcDateTime()),
        sa.Column("undone_by", sa.Text(), nullable=False, server_default=""),
    )
