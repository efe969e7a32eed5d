"""The tables. A change here needs a migration in `migrations/versions`; `REVISION` names the newest one.

Times are aware UTC going in and coming out. Uniqueness that must hold (one article an address, one edition a
digest and period, one delivery an edition and recipient, one edition for each match) is a constraint, so that
it holds for two services on one store as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

REVISION = "0002"


class _SqliteTime(sqlite.DATETIME):
    """Aware UTC, kept in SQLite as SQLAlchemy does, at a third of its cost: most rows hold several times."""

    def bind_processor(self, dialect: Any) -> Callable[[datetime | None], str | None]:
        return lambda value: value.replace(tzinfo=None).isoformat(" ", "microseconds") if value else None

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[str | None], datetime | None]:
        return lambda text: datetime.fromisoformat(text + "+00:00") if text else None


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. Refuses naive ones: they are bugs."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> sa.types.TypeEngine[Any]:
        return _SqliteTime() if dialect.name == "sqlite" else super().load_dialect_impl(dialect)  # type: ignore[no-untyped-call]

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the store")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


metadata = sa.MetaData()
revision = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))
_id = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("validators_url", sa.Text),
    sa.Column("body_hash", sa.Text),
    sa.Column("interval", sa.Float),
    sa.Column("next_check", UtcDateTime),
    sa.Column("last_check", UtcDateTime),
    sa.Column("last_success", UtcDateTime),
    sa.Column("last_new_entry", UtcDateTime),
    sa.Column("entry_gap", sa.Float),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("failing_since", UtcDateTime),
    sa.Column("error", sa.Text),
    sa.Column("error_kind", sa.Text),
    sa.Column("health", sa.Text, nullable=False, default="unknown"),
    sa.Column("moved_to", sa.Text),
    sa.Column("moved_count", sa.Integer, nullable=False, default=0),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("feed_url", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("published", UtcDateTime),
    sa.Column("updated", UtcDateTime),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("language", sa.Text),
    sa.Column("first_seen", UtcDateTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # new: no article yet; retry: article from the feed, page later; done
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_try", UtcDateTime),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id")),
    sa.Index("entries_pending", "state", "next_try"),
)

entry_keys = sa.Table(
    "entry_keys",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("entry_id", _id, sa.ForeignKey("entries.id"), nullable=False, index=True),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("url_key", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.Text),
    sa.Column("published", UtcDateTime),
    sa.Column("fetched", UtcDateTime, nullable=False, index=True),
    sa.Column("feed_url", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("country", sa.Text),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("partial", sa.Boolean, nullable=False),
)

# A judgement that is to be made again. Written out, for an index to be used for it.
ANEW = sa.text("matches.profile = ''")

matches = sa.Table(
    "matches",
    metadata,
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("profile", sa.Text, nullable=False),
    sa.Column("matched", UtcDateTime, nullable=False),
    sa.Column("receipt", sa.Text, nullable=False),  # JSON
    sa.Column("entities", sa.Text, nullable=False),  # JSON
    sa.Column("acts", sa.Text, nullable=False),  # JSON
    sa.Index("matches_verdict", "watch", "verdict", "matched"),
    sa.Index(
        "matches_anew",
        "watch",
        "article_id",
        sqlite_where=sa.text("profile = ''"),
        postgresql_where=sa.text("profile = ''"),
    ),
)

stories = sa.Table(
    "stories",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("watch", sa.Text, nullable=False),
    sa.Column("first_seen", UtcDateTime, nullable=False),
    sa.Column("last_seen", UtcDateTime, nullable=False, index=True),
    sa.Column("merged_into", _id, sa.ForeignKey("stories.id")),  # all its reports stand in that one now
)

story_articles = sa.Table(
    "story_articles",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("story_id", _id, sa.ForeignKey("stories.id"), nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
)

story_splits = sa.Table(  # two stories that a person took apart: they are never merged by themselves
    "story_splits",
    metadata,
    sa.Column("one", _id, sa.ForeignKey("stories.id"), primary_key=True),
    sa.Column("other", _id, sa.ForeignKey("stories.id"), primary_key=True),
    sa.Column("said", UtcDateTime, nullable=False),
)

story_pins = sa.Table(  # where a person put an article: it goes back there whenever it matches
    "story_pins",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("story_id", _id, sa.ForeignKey("stories.id"), nullable=False, index=True),
    sa.Column("said", UtcDateTime, nullable=False),
)

digests = sa.Table(
    "digests",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("started", UtcDateTime, nullable=False),  # ticks before this are not owed
)

editions = sa.Table(
    "editions",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("tick", UtcDateTime, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("composed", UtcDateTime, nullable=False),
    sa.Column("by_hand", sa.Boolean, nullable=False, default=False),  # for a window of time, outside the series
    sa.Column("skipped", sa.Boolean, nullable=False, default=False),  # empty, and not to be sent: its window goes on
    sa.Column("edition", sa.Text, nullable=False),  # JSON, without the articles' texts
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("page", sa.Text, nullable=False),
    sa.UniqueConstraint("digest", "period"),
)

edition_articles = sa.Table(
    "edition_articles",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),  # story, near
    sa.Column("edition_id", _id, sa.ForeignKey("editions.id"), nullable=False, index=True),
    sa.Column("story_id", _id),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("edition_id", _id, sa.ForeignKey("editions.id"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("resend", sa.Integer, nullable=False, default=0),  # 1, 2, ...: sent again on request
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_try", UtcDateTime),
    sa.Column("error", sa.Text),
    sa.Column("updated", UtcDateTime, nullable=False),
    sa.Column("created", UtcDateTime, nullable=False),
    sa.UniqueConstraint("edition_id", "channel", "recipient", "resend"),
    sa.Index("deliveries_state", "state", "next_try"),
)

judged = sa.Table(  # one row: everything up to ``newest`` was judged under this configuration
    "judged",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("newest", _id, nullable=False),
)

marks = sa.Table(  # what a person says of an article; it stays, whatever is judged later
    "marks",
    metadata,
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("relevant", sa.Boolean, nullable=False),
    sa.Column("marked", UtcDateTime, nullable=False),
)

evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("look", sa.Integer, primary_key=True),  # 0: what was judged; 1: looked at again after it was cited
    sa.Column("fetched", UtcDateTime, nullable=False),
    sa.Column("requested", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),  # the one that answered, after redirects
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("charset", sa.Text),
    sa.Column("sha256", sa.Text, nullable=False),  # of the body as it came
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # zlib
    sa.Column("staged", sa.Boolean, nullable=False),  # not judged yet: goes when no watch wants the article
    sa.Column("tries", sa.Integer, nullable=False, default=0),  # to look again that failed
    sa.Column("next_look", UtcDateTime),  # after such a failure
    sa.Column("looked", UtcDateTime),  # when it was looked at again; no more after that
    sa.Index("evidence_staged", "staged"),
)

changes = sa.Table(  # what was found different when a cited article was looked at again
    "changes",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), nullable=False, index=True),
    sa.Column("found", UtcDateTime, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # headline, text, gone
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
)

told_changes = sa.Table(
    "told_changes",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("change_id", _id, sa.ForeignKey("changes.id"), primary_key=True),
    sa.Column("edition_id", _id, sa.ForeignKey("editions.id"), nullable=False),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
)
