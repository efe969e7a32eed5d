"""Which earlier story a story follows, and when that was last looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
    op.create_table(
        "story_links",
        sa.Column("watch", sa.Text(), primary_key=True),
        sa.Column("article_id", number, sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("beside", number, sa.ForeignKey("articles.id")),
        sa.Column("kind", sa.Text(), nullable=False, server_default=""),
        sa.Column("likely", sa.Float(), nullable=False, server_default="0"),
        sa.Column("alike", sa.Float(), nullable=False, server_default="0"),
    )
    op.create_index("ix_story_links_beside", "story_links", ["beside"])
    op.add_column("groupings", sa.Column("linked", sa.BigInteger(), nullable=False, server_default="-1"))
