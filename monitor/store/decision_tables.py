"""The tables of what was decided of articles and stories: by a person, with the samples they were asked about, and of
alerts that were not sent.
"""

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

audits = sa.Table(  # samples that were drawn to tell how much a watch misses
    "audits",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("watch", sa.Text, nullable=False),
    sa.Column("drawn", UtcDateTime, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),  # of the articles fetched from here
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("profile", sa.Text, nullable=False),  # the version that had judged most of them
    sa.Column("sizes", sa.Text, nullable=False),  # JSON: how many articles there were, by band, language and kind
    sa.Column("known", sa.Text, nullable=False),  # JSON: how many of them a person had marked, by the same and the mark
    sa.Index("audits_watch", "watch", "id"),
)

audit_articles = sa.Table(
    "audit_articles",
    metadata,
    sa.Column("audit_id", _id, sa.ForeignKey("audits.id"), primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True, index=True),
    sa.Column("place", sa.Integer, nullable=False),  # in the order in which they are shown
    sa.Column("band", sa.Text, nullable=False),  # match, near, low, rest: when it was drawn
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
)

held_alerts = sa.Table(  # reports that reached the score of an alert, and of which none was sent
    "held_alerts",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("held", UtcDateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),  # see `monitor.digest.alert_holds.Hold`
    sa.Column("edition_id", _id, sa.ForeignKey("editions.id"), nullable=False),  # the alert that stands for it
    sa.Index("ix_held_alerts_article_id", "article_id"),
)

file_edits = sa.Table(  # edits of the configuration that were made on the page
    "file_edits",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),  # below the folder of the configuration
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("hunks", sa.Text, nullable=False),  # JSON, see `monitor.store.file_edits`
    sa.Column("made", sa.Boolean, nullable=False, default=False),  # the file is new
    sa.Column("undone", UtcDateTime),
    sa.Column("undone_by", sa.Text, nullable=False, default="", server_default=""),
)
