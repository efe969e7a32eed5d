"""The tables. A change here needs a migration in `migrations/versions`; `REVISION` names the newest one.

Times go in and come out as aware datetimes in UTC. What must be unique is a constraint, so that it holds for two
services on one store as well: one article for each address, one edition for each digest and period, one delivery for
each edition and recipient, and one edition of a digest for each article it shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from monitor.model import SeenDate

REVISION = "0006"


class _SqliteTime(sqlite.DATETIME):
    """Times in SQLAlchemy's own text form for SQLite, at a third of its cost: most rows hold several times."""

    def bind_processor(self, dialect: Any) -> Callable[[datetime | None], str | None]:
        return lambda value: value.replace(tzinfo=None).isoformat(" ", "microseconds") if value else None

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[str | None], datetime | None]:
        return lambda text: datetime.fromisoformat(text + "+00:00") if text else None


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. Raises ValueError for a naive one, which is a bug."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> sa.types.TypeEngine[Any]:
        """The column type of this database."""
        return _SqliteTime() if dialect.name == "sqlite" else super().load_dialect_impl(dialect)  # type: ignore[no-untyped-call]

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The value as it is stored. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the store")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The stored value, aware and in UTC."""
        return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


class SeenDates(sa.types.TypeDecorator[tuple[SeenDate, ...]]):
    """Dates that were seen, as a JSON list of objects with the fields of `SeenDate`."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[SeenDate, ...] | None, dialect: Any) -> str:
        """The value as it is stored."""
        return dates_json(value or ())

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[SeenDate, ...]:
        """The stored value."""
        return () if not value or value == "[]" else tuple(map(_seen_date, json.loads(value)))


def dates_json(dates: tuple[SeenDate, ...]) -> str:
    """Dates that were seen, as JSON text. Most fields of most dates have their defaults, which are not written."""
    return json.dumps([_row(seen) for seen in dates]) if dates else "[]"


def _row(seen: SeenDate) -> dict[str, Any]:
    row: dict[str, Any] = {"evidence": seen.evidence, "moment": seen.moment and seen.moment.isoformat()}
    for name, default in _DATE_DEFAULTS:
        if (value := getattr(seen, name)) != default:
            row[name] = value
    return row


def _seen_date(row: dict[str, Any]) -> SeenDate:
    if row["moment"]:
        row["moment"] = datetime.fromisoformat(row["moment"])
    return SeenDate(**row)


_DATE_DEFAULTS = tuple((each.name, each.default) for each in fields(SeenDate) if each.default is not MISSING)


metadata = sa.MetaData()
revision = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))
# SQLite numbers rows by itself only in a column that is declared INTEGER, which holds 64 bits there.
_id = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("validators_url", sa.Text),  # the address that sent etag and last_modified; they mean nothing elsewhere
    sa.Column("body_hash", sa.Text),
    sa.Column("interval", sa.Float),  # seconds
    sa.Column("next_check", UtcDateTime),
    sa.Column("last_check", UtcDateTime),
    sa.Column("last_success", UtcDateTime),  # an answer that could be read, with or without new entries
    sa.Column("last_new_entry", UtcDateTime),
    sa.Column("entry_gap", sa.Float),  # seconds
    sa.Column("failures", sa.Integer, nullable=False, default=0),  # in a row
    sa.Column("failing_since", UtcDateTime),
    sa.Column("error", sa.Text),
    sa.Column("error_kind", sa.Text),
    sa.Column("health", sa.Text, nullable=False, default="unknown"),
    sa.Column("moved_to", sa.Text),
    sa.Column("moved_count", sa.Integer, nullable=False, default=0),
    sa.Column("title", sa.Text, nullable=False, server_default="", default=""),
    sa.Column("skipped", sa.Text, nullable=False, default="{}"),  # JSON: entries not taken at the last poll, by reason
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
    # new: no article yet; retry: the article has the feed's text, and its page is tried again; done
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_try", UtcDateTime),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id")),
    sa.Column("guid", sa.Text, nullable=False, default=""),  # what the feed calls it
    sa.Column("fingerprint", sa.Text, nullable=False, default=""),  # of all the feed said of it at the last poll
    sa.Column("taken", UtcDateTime),  # when it was stored, or edited last
    sa.Column("dates", SeenDates, nullable=False, default=()),  # what the feed gives as its date
    sa.Index("entries_pending", "state", "next_try"),
)

# By what an entry may be recognised (see monitor.feeds.entry_keys). A key may lead to several entries: an address that
# a whole feed links to, an id that a feed uses twice.
entry_keys = sa.Table(
    "entry_keys",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("entry_id", _id, sa.ForeignKey("entries.id"), primary_key=True, index=True),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("url_key", sa.Text, nullable=False, unique=True),  # see `monitor.store.articles.key`
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.Text),  # null until it is detected
    sa.Column("published", UtcDateTime),
    sa.Column("fetched", UtcDateTime, nullable=False, index=True),
    sa.Column("feed_url", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("country", sa.Text),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("partial", sa.Boolean, nullable=False),  # the feed's text, because the page could not be read
    sa.Column("published_from", sa.Text, nullable=False, default=""),  # the evidence that the date was taken from
    sa.Column("dates", SeenDates, nullable=False, default=()),  # every date seen, with its evidence
    sa.Column("text_key", sa.Text, index=True),  # of publisher and words; None for a text too short to tell
)

# A judgement that is to be made again. SQLite uses the partial index only for this literal text, not for a parameter.
ANEW = sa.text("matches.profile = ''")

matches = sa.Table(
    "matches",
    metadata,
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),  # match, near, no
    sa.Column("profile", sa.Text, nullable=False),  # the version that judged; "": to be judged anew
    sa.Column("matched", UtcDateTime, nullable=False),  # when it was first judged with this verdict
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
    sa.Column("merged_into", _id, sa.ForeignKey("stories.id")),  # the story that holds its reports now
)

story_articles = sa.Table(
    "story_articles",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("story_id", _id, sa.ForeignKey("stories.id"), nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),  # why it belongs to the story, in one line
)

story_splits = sa.Table(  # two stories that a person split: grouping never merges them
    "story_splits",
    metadata,
    sa.Column("one", _id, sa.ForeignKey("stories.id"), primary_key=True),  # the lower id, so that a pair is one row
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
    sa.Column("started", UtcDateTime, nullable=False),  # first seen; no edition is owed for ticks before this
)

editions = sa.Table(
    "editions",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),  # the tick in local time; of an alert, its story
    sa.Column("tick", UtcDateTime, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("composed", UtcDateTime, nullable=False),
    sa.Column("by_hand", sa.Boolean, nullable=False, default=False),  # made for a window of time, outside the series
    sa.Column("skipped", sa.Boolean, nullable=False, default=False),  # empty and not sent: the next window includes it
    sa.Column("edition", sa.Text, nullable=False),  # JSON, without the articles' texts
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("page", sa.Text, nullable=False),
    sa.UniqueConstraint("digest", "period"),
)

edition_articles = sa.Table(  # what editions have shown; the key refuses an article twice in one role
    "edition_articles",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),  # story, near
    sa.Column("edition_id", _id, sa.ForeignKey("editions.id"), nullable=False, index=True),
    sa.Column("story_id", _id),  # its story then; null for a near miss
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("edition_id", _id, sa.ForeignKey("editions.id"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("resend", sa.Integer, nullable=False, default=0),  # 1, 2, ...: sent again on request
    sa.Column("message_id", sa.Text, nullable=False),  # fixed here, so that a retry is recognisable as a copy
    sa.Column("state", sa.Text, nullable=False),  # pending, sending, sent, failed
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

marks = sa.Table(  # a person's word on an article; it stays, whatever is judged later
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
    sa.Column("look", sa.Integer, primary_key=True),  # 0: the page that was judged; 1, 2, ...: as it was found changed
    sa.Column("fetched", UtcDateTime, nullable=False),
    sa.Column("requested", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),  # the one that answered, after redirects
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("charset", sa.Text),
    sa.Column("sha256", sa.Text, nullable=False),  # of the body as it came
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # zlib
    sa.Column("staged", sa.Boolean, nullable=False),  # not judged yet: deleted when no watch wants the article
    sa.Column("tries", sa.Integer, nullable=False, default=0),  # failed checks for changes
    sa.Column("next_look", UtcDateTime),  # when it is tried again after a failure, or is due before its time
    sa.Column("missing_since", UtcDateTime),  # when it was first answered with 404 or 410
    sa.Column("looked", UtcDateTime),  # when it was checked for changes; it is not checked again after that
    sa.Index("evidence_staged", "staged"),
)

changes = sa.Table(  # what a source changed in an article after an edition showed it
    "changes",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), nullable=False, index=True),
    sa.Column("found", UtcDateTime, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # headline, text, gone
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
)

told_changes = sa.Table(  # which digest has reported which change
    "told_changes",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("change_id", _id, sa.ForeignKey("changes.id"), primary_key=True),
    sa.Column("edition_id", _id, sa.ForeignKey("editions.id"), nullable=False),
)

notices = sa.Table(  # what digests and the page say about the service itself
    "notices",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
)
