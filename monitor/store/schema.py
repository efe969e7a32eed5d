"""The tables. A change here needs a migration in `migrations/versions`; `REVISION` names the newest one.

Times go in and come out as aware datetimes in UTC. What must be unique is a constraint, so that it holds for two
services on one store as well: one article for each address, one edition for each digest and period, one delivery for
each edition and recipient, and one edition of a digest for each article it shows.
"""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.column_types import Exchanges, SeenDates, UtcDateTime

REVISION = "0031"
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
    sa.Column("validators_url", sa.Text),  # which sent etag and last_modified; "": they are not believed
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
    sa.Column("entries", sa.Text, nullable=False, default="{}", server_default="{}"),  # JSON: of the last body, counted
    sa.Column("skipped", sa.Text, nullable=False, default="{}"),  # JSON: of these, those not taken, by reason
    sa.Column("answer_seconds", sa.Float),  # how long the last answer took
    sa.Column("claim", sa.Integer, nullable=False, default=0, server_default="0"),  # which claim on it was the last
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
    sa.Column("transcript", sa.Text, nullable=False, default=""),  # where what is said in it is written
    sa.Index("entries_pending", "state", "next_try"),
    sa.Index("entries_article", "article_id", "feed_url"),
)

feed_items = sa.Table(  # the items of the last body of a feed, see `monitor.store.feed_items`
    "feed_items", metadata, sa.Column("feed_url", sa.Text, primary_key=True), sa.Column("packed", sa.LargeBinary)
)

# By what an entry may be recognised (see monitor.feeds.entry_keys). A key may lead to several entries.
entry_keys = sa.Table(
    "entry_keys",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("entry_id", _id, sa.ForeignKey("entries.id"), primary_key=True, index=True),
)

# An article that still has its text. SQLite uses the partial index only for this literal text, not for a parameter.
WHOLE = sa.text("articles.pruned IS NULL")

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
    sa.Column("pruned", UtcDateTime),  # when its text and judgements were deleted, because nobody needed them
    sa.Index("articles_feed", "feed_url", "id"),
    sa.Index("articles_whole", "fetched", sqlite_where=sa.text("pruned IS NULL")),
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
    sa.Column("judged", UtcDateTime),  # when the version judged; NULL where an earlier release did
    sa.Column("receipt", sa.Text, nullable=False),  # JSON
    sa.Column("entities", sa.Text, nullable=False),  # JSON
    sa.Column("acts", sa.Text, nullable=False),  # JSON
    sa.Index("matches_verdict", "watch", "verdict", "matched", "article_id"),  # whole: receipts make the rows wide
    sa.Index("matches_anew", "watch", "article_id", sqlite_where=sa.text("profile = ''")),
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
    # By a split: it joins nothing by itself.
    sa.Column("alone", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
)

groupings = sa.Table(  # how far grouping has come with a watch
    "groupings",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    # Every change to the watch's stories raises it, so that what was decided before that change is not recorded.
    sa.Column("changed", sa.BigInteger, nullable=False, default=0, server_default="0"),
    sa.Column("up_to", UtcDateTime),  # everything that was matched before is grouped
    sa.Column("version", sa.Integer, nullable=False, default=-1, server_default="-1"),
    sa.Column("signed_since", UtcDateTime),  # grouped reports seen after this have signatures of that version
    sa.Column("signed", sa.BigInteger, nullable=False, default=0, server_default="0"),  # signatures made in all
    sa.Column("counted", sa.BigInteger, nullable=False, default=0, server_default="0"),  # of them, when census was made
    sa.Column("supported", sa.BigInteger, nullable=False, default=-1, server_default="-1"),  # ``changed`` at that time:
    sa.Column("supported_at", UtcDateTime),  # when it was last looked for what supports the stories
    sa.Column("linked", sa.BigInteger, nullable=False, default=-1, server_default="-1"),  # ``changed`` when it was
    # last looked for what the stories follow
    sa.Column("census", sa.LargeBinary),  # which terms are common in the watch's reports; zlib
)

story_supports = sa.Table(  # articles that did not match, but tell of the event of a story
    "story_supports",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    # An article of the story, so that the supporting one goes with it when a person splits or merges stories.
    sa.Column("beside", _id, sa.ForeignKey("articles.id"), nullable=False, index=True),
    sa.Column("likely", sa.Float, nullable=False),  # that it is of the same event, 0 to 1
)

story_links = sa.Table(  # what the story of an article follows; without ``beside`` it was looked at, and follows none
    "story_links",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    # An article of the earlier story, so that a link goes along when a person splits or merges stories.
    sa.Column("beside", _id, sa.ForeignKey("articles.id"), index=True),
    sa.Column("kind", sa.Text, nullable=False, default="", server_default=""),  # step, background
    sa.Column("likely", sa.Float, nullable=False, default=0.0, server_default="0"),  # that it follows it, 0 to 1
    # That the two articles would be of one event if they were of one day, 0 to 1.
    sa.Column("alike", sa.Float, nullable=False, default=0.0, server_default="0"),
)

# A signature of an article that was edited since. SQLite uses the partial index only for this literal text.
WAS_EDITED = sa.text("report_signatures.version = 0")

report_signatures = sa.Table(  # what grouping knows of a report, computed once
    "report_signatures",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),  # of its form; 0: the article was edited since
    sa.Column("seen", UtcDateTime, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # zlib
    sa.Index("report_signatures_article", "article_id"),
    sa.Index("report_signatures_seen", "watch", "seen"),
    sa.Index("report_signatures_edited", "watch", "article_id", sqlite_where=sa.text("version = 0")),
)

# By what a report is found when another one is grouped: hashes of its rarest terms, each with its watch. A key that is
# no longer the report's does no harm, because what is found is compared.
report_keys = sa.Table(
    "report_keys",
    metadata,
    sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),  # on which the report was seen, since 1970
    sa.Column("article_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

digests = sa.Table(  # started: first seen; no edition is owed for ticks before this
    "digests", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("started", UtcDateTime, nullable=False)
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
    sa.Column("composed", UtcDateTime, nullable=False, index=True),
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
    sa.Column("sender", sa.Text),  # see `claimants`
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
    sa.Column("look", sa.Integer, primary_key=True),  # 0: the page that was judged; 1, 2, ...: as it came later
    sa.Column("fetched", UtcDateTime, nullable=False),
    sa.Column("requested", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),  # the one that answered, after redirects
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("charset", sa.Text),
    sa.Column("sha256", sa.Text, nullable=False),  # of the body as it came
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("exchanges", Exchanges, nullable=False, default=()),  # requests and answers without bodies
    sa.Column("body", sa.LargeBinary, nullable=False),  # zlib
    sa.Column("staged", sa.Boolean, nullable=False),  # not judged yet: deleted when no watch wants the article
    sa.Column("tries", sa.Integer, nullable=False, default=0),  # failed checks for changes
    sa.Column("next_look", UtcDateTime, index=True),  # of the next check; null: none before, or none after
    sa.Column("missing_since", UtcDateTime),  # when it was first answered with 404 or 410
    sa.Column("looked", UtcDateTime),  # when it was checked for changes last
    sa.Index("evidence_staged", "staged"),
)

changes = sa.Table(  # what a source changed in an article after an edition showed it
    "changes",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("article_id", _id, sa.ForeignKey("articles.id"), nullable=False, index=True),
    sa.Column("found", UtcDateTime, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # headline, text, gone, back
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

suggestions = sa.Table(  # what the service last found worth adding to each watch
    "suggestions",
    metadata,
    sa.Column("watch", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),  # the configuration that was looked at
    sa.Column("found", sa.Text, nullable=False),  # JSON
    sa.Column("looked", UtcDateTime, nullable=False),
)

upkeep = sa.Table(  # when the work that keeps a store healthy was last done
    "upkeep",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),  # backup, retention
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("figures", sa.Text, nullable=False),  # JSON: what was done, by kind
)

services = sa.Table(  # who is at work on this store
    "services",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("pid", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("role", sa.Text, nullable=False),  # service, worker
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("started", UtcDateTime, nullable=False),
    sa.Column("seen", UtcDateTime, nullable=False),  # when it last said so
)


def for_postgresql() -> None:
    """Makes the partial indexes such ones in PostgreSQL, too. Were it said beside each, every program would load the
    whole of that database's dialect, which takes 30 ms.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
