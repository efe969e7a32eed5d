"""The table of looks at pages after an edition has shown them."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.column_types import UtcDateTime
from monitor.store.schema import metadata

_id = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

looks = sa.Table(  # each look at a page after an edition showed it, also one that found nothing new
    "looks",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False, index=True),  # see `monitor.store.looks.Outcome`
    sa.Column("status", sa.Integer),  # of the answer; null where none came
    sa.Column("sha256", sa.Text, nullable=False, default=""),  # of the body as it came; "" where none was read
    sa.Column("size", sa.Integer, nullable=False, default=0),  # of the body, in bytes
    sa.Column("why", sa.Text, nullable=False, default=""),  # why nothing could be compared
)
