"""The table of subscriptions at hubs."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.column_types import UtcDateTime
from monitor.store.schema import metadata

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("feed_url", sa.Text, nullable=False, index=True),
    sa.Column("hub", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("until", UtcDateTime),
    sa.Column("next_try", UtcDateTime),
    sa.Column("asked", sa.Integer, nullable=False, default=0),
    sa.Column("secret", sa.Text, nullable=False, default=""),
    sa.Column("pushed", UtcDateTime),
)
