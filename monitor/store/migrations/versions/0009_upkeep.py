"""When the store was last backed up and pruned, which articles were pruned, and how long a feed took to answer."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "upkeep",
        sa.Column("job", sa.Text(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
    )
    op.add_column("articles", sa.Column("pruned", UtcDateTime()))
    op.add_column("feeds", sa.Column("answer_seconds", sa.Float()))
    whole = sa.text("pruned IS NULL")
    op.create_index("articles_whole", "articles", ["fetched"], sqlite_where=whole, postgresql_where=whole)
