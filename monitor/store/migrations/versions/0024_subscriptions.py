"""Subscriptions at hubs (WebSub)."""

import sqlalchemy as sa
from alembic import op

from monitor.store.column_types import UtcDateTime

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("token", sa.Text(), primary_key=True),
        sa.Column("feed_url", sa.Text(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime()),
        sa.Column("next_try", UtcDateTime()),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("pushed", UtcDateTime()),
    )
    op.create_index("ix_subscriptions_feed_url", "subscriptions", ["feed_url"])
