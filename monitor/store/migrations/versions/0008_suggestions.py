"""What the service last found worth adding to each watch."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("watch", sa.Text(), primary_key=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("looked", UtcDateTime(), nullable=False),
    )
