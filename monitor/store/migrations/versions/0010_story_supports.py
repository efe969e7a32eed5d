"""Articles that did not match but tell of the event of a story, and when they were last looked for."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
    op.create_table(
        "story_supports",
        sa.Column("watch", sa.Text(), primary_key=True),
        sa.Column("article_id", number, sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("beside", number, sa.ForeignKey("articles.id"), nullable=False),
        sa.Column("likely", sa.Float(), nullable=False),
    )
    op.create_index("ix_story_supports_beside", "story_supports", ["beside"])
    op.add_column("groupings", sa.Column("supported", sa.BigInteger(), nullable=False, server_default="-1"))
    op.add_column("groupings", sa.Column("supported_at", UtcDateTime()))
