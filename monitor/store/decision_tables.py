"""The tables of what a person decided of articles and stories."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.column_types import UtcDateTime
from monitor.store.schema import metadata

_id = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

decisions = sa.Table(  # lists as JSON
    "decisions",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),  # right, wrong, merge, join, split, mute, unmute
    sa.Column("watch", sa.Text, nullable=False),
    sa.Column("stories", sa.Text, nullable=False),
    sa.Column("articles", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),  # how they stood before
    sa.Column("undone", UtcDateTime),
    sa.Column("undone_by", sa.Text, nullable=False, default="", server_default=""),
)

story_mutes = sa.Table(  # no edition and no alert shows them
    "story_mutes",
    metadata,
    sa.Column("story_id", _id, sa.ForeignKey("stories.id"), primary_key=True),
    sa.Column("said", UtcDateTime, nullable=False),
)
