"""Which services and workers are at work on the store."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "services",
        sa.Column("host", sa.Text(), primary_key=True),
        sa.Column("pid", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started", UtcDateTime, nullable=False),
        sa.Column("seen", UtcDateTime, nullable=False),
    )
