"""Which items the last body of each feed held, so that only those that are new to it are read."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "feed_items",
        sa.Column("feed_url", sa.Text(), primary_key=True),
        sa.Column("packed", sa.LargeBinary()),
    )
