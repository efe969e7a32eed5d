"""Editions, and which articles each has shown: a digest shows an article of a story as new once, whatever crashes.

An edition and the rows on what it shows are stored in one transaction, together with the deliveries it owes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import DigestStory, Edition, EditionEntry, RenderedEdition, Report, Retold
from monitor.model.frozen import frozen
from monitor.store import mutes, schema
from monitor.store.column_types import UtcDateTime
from monitor.store.rows import (
    ARTICLE_IN_BRIEF,
    MATCH_IN_BRIEF,
    chunks,
    edition_json,
    insert,
    to_edition,
    to_report,
)


@frozen
class Composed:
    """A stored edition of a digest's series. tick: the scheduled time it was made for. until: the end of its window."""

    id: int
    period: str
    tick: datetime
    until: datetime


# A time further ahead than this was stored while the machine's clock was wrong, and does not count. Otherwise a digest
# would be silent until that time comes.
SLIP = timedelta(days=7)
_RETOLD_LOOKED_AT = 8  # editions


def start(db: sa.Connection, digest: str, now: datetime) -> datetime:
    """Record that the digest exists, and return when this store first saw it; earlier ticks are not owed."""
    table = schema.digests
    db.execute(insert(db, table).values(name=digest, started=now).on_conflict_do_nothing())
    db.execute(table.update().where(table.c.name == digest, table.c.started > now + SLIP).values(started=now))
    found: datetime = db.execute(sa.select(table.c.started).where(table.c.name == digest)).scalar_one()
    return found


def last(db: sa.Connection, digest: str, now: datetime) -> Composed | None:
    """The newest edition of the series, where there is one. Editions made by hand for a window are not part of it."""
    table = schema.editions.c
    series = (table.digest == digest, table.by_hand.is_(sa.false()), table.tick <= now + SLIP)
    query = sa.select(table.id, table.period, table.tick, table.until).where(*series)
    row = db.execute(query.order_by(table.until.desc(), table.id.desc()).limit(1)).first()
    return Composed(*row) if row else None


def started(db: sa.Connection, digest: str) -> datetime | None:
    """When this store first saw the digest; None when it has not."""
    found: datetime | None = db.scalar(sa.select(schema.digests.c.started).where(schema.digests.c.name == digest))
    return found


def window_end(db: sa.Connection, digest: str, now: datetime) -> datetime | None:
    """The end of the newest window of the series whose edition was not skipped for being empty."""
    table = schema.editions.c
    series = (
        table.digest == digest, table.by_hand.is_(sa.false()), table.skipped.is_(sa.false()), table.until <= now + SLIP,
    )  # fmt: skip
    found: datetime | None = db.scalar(sa.select(sa.func.max(table.until, type_=UtcDateTime)).where(*series))
    return found


def last_sent(db: sa.Connection, digest: str, now: datetime) -> datetime | None:
    """The end of the newest window of the series whose edition has a delivery."""
    table, owed = schema.editions.c, schema.deliveries.c
    sent = sa.exists().where(owed.edition_id == table.id)
    series = (table.digest == digest, table.by_hand.is_(sa.false()), table.until <= now + SLIP)
    query = sa.select(table.until).where(*series, sent)
    found: datetime | None = db.scalar(query.order_by(table.until.desc()).limit(1))
    return found


def get(db: sa.Connection, edition_id: int) -> tuple[Edition, RenderedEdition]:
    """An edition as it was composed and rendered; a retry sends this, unless a source changed it since.

    The articles of the edition come without their texts. Raises LookupError for an unknown id.
    """
    row = db.execute(sa.select(schema.editions).where(schema.editions.c.id == edition_id)).first()
    if row is None:
        raise LookupError(f"no edition {edition_id}")
    rendered = RenderedEdition(row.subject, row.html, row.text, row.page)
    return replace(to_edition(row.edition), id=row.id), rendered


def retold(db: sa.Connection, ids: Sequence[int], articles: Collection[int]) -> Iterator[tuple[Retold, ...]]:
    """Of each of the newest of these editions, what a model made of these articles; () where it has none of them."""
    table = schema.editions.c
    # An edition is large, and most have nothing from a model.
    said = table.edition.like('%"retold":[{%')
    query = sa.select(table.edition).where(table.id.in_(sorted(ids)[-_RETOLD_LOOKED_AT:]), said)
    for text in db.scalars(query.order_by(table.id.desc())):
        edition = to_edition(text)
        told = (each for shown in (*edition.stories, *edition.more) for each in shown.retold)
        yield tuple(each for each in told if each.article in articles)


def names(db: sa.Connection, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """edition id → (digest, period), for those that exist."""
    table, found = schema.editions.c, dict[int, tuple[str, str]]()
    for part in chunks(sorted(ids)):
        rows = db.execute(sa.select(table.id, table.digest, table.period).where(table.id.in_(part)))
        found |= {row.id: (row.digest, row.period) for row in rows}
    return found


def find(db: sa.Connection, digest: str, period: str) -> int | None:
    """The id of a digest's edition of this period, where there is one."""
    where = (schema.editions.c.digest == digest, schema.editions.c.period == period)
    found: int | None = db.scalar(sa.select(schema.editions.c.id).where(*where))
    return found


def add(
    db: sa.Connection,
    edition: Edition,
    rendered: RenderedEdition,
    tick: datetime,
    *,
    window: bool = False,
    skipped: bool = False,
) -> int | None:
    """Store an edition; its id, or None when another service stored this period before.

    tick: the scheduled time it is for. window: made by hand for a window of time, so outside the series.
    skipped: empty, and not sent because of that.
    """
    values = {
        "digest": edition.digest,
        "period": edition.period,
        "tick": tick,
        "since": edition.since,
        "until": edition.until,
        "composed": edition.composed,
        "by_hand": window,
        "skipped": skipped,
        "edition": edition_json(_light(edition)),
        "subject": rendered.subject,
        "html": rendered.html,
        "text": rendered.text,
        "page": rendered.page,
    }
    statement = insert(db, schema.editions).values(**values).on_conflict_do_nothing()
    added: int | None = db.scalar(statement.returning(schema.editions.c.id))
    return added


def record_shown(
    db: sa.Connection, digest: str, edition_id: int, articles: Sequence[tuple[str, int, int | None]], role: str
) -> None:
    """Record that this edition shows these (watch, article id, story id). role: "story" or "near"."""
    rows = [
        {
            "digest": digest,
            "watch": watch,
            "article_id": article,
            "role": role,
            "edition_id": edition_id,
            "story_id": story,
        }
        for watch, article, story in articles
    ]
    if rows:
        db.execute(insert(db, schema.edition_articles).on_conflict_do_nothing(), rows)


def already_shown(db: sa.Connection, digest: str, items: Collection[tuple[str, int, str]]) -> bool:
    """Whether an edition of this digest has shown any of these (watch, article id, role)."""
    shown = schema.edition_articles.c
    for part in chunks([article for _, article, _ in items]):
        query = sa.select(shown.watch, shown.article_id, shown.role)
        rows = db.execute(query.where(shown.digest == digest, shown.article_id.in_(part)))
        if any((row.watch, row.article_id, row.role) in items for row in rows):
            return True
    return False


def stories_to_show(db: sa.Connection, digest: str, watches: list[str], judged_since: datetime) -> list[int]:
    """Ids of stories with a report that was judged since then and that no edition of this digest has shown.

    Those that a person muted are left out.
    """
    grouped, shown, match = schema.story_articles.c, schema.edition_articles.c, schema.matches.c
    known = sa.exists().where(
        shown.digest == digest,
        shown.watch == grouped.watch,
        shown.article_id == grouped.article_id,
        shown.role == "story",
    )
    joined = schema.story_articles.join(
        schema.matches, sa.and_(match.article_id == grouped.article_id, match.watch == grouped.watch)
    )
    where = (grouped.watch.in_(watches), match.matched >= judged_since, ~known)
    return mutes.without(db, db.scalars(sa.select(grouped.story_id).select_from(joined).where(*where).distinct()))


def stories_between(
    db: sa.Connection, watches: list[str], since: datetime, until: datetime, *, muted: bool = False
) -> list[int]:
    """Ids of stories with a report judged in (since, until], whether an edition has shown it or not.

    muted: of those that a person muted, which are left out otherwise.
    """
    grouped, match = schema.story_articles.c, schema.matches.c
    joined = schema.story_articles.join(
        schema.matches, sa.and_(match.article_id == grouped.article_id, match.watch == grouped.watch)
    )
    where = [grouped.watch.in_(watches), match.matched > since, match.matched <= until]
    where.append(mutes.is_muted(grouped.story_id) if muted else ~mutes.is_muted(grouped.story_id))
    return list(db.scalars(sa.select(grouped.story_id).select_from(joined).where(*where).distinct()))


def seen(db: sa.Connection, digest: str, story_ids: list[int]) -> dict[int, frozenset[int]]:
    """story id → the ids of its articles that earlier editions of this digest have shown in it."""
    found: dict[int, set[int]] = {}
    for story, article in _shown(db, digest, story_ids, "story"):
        found.setdefault(story, set()).add(article)
    return {story: frozenset(articles) for story, articles in found.items()}


# What editions have shown, in the stories that hold it now.
_SHOWN_NOW = schema.story_articles.join(
    schema.edition_articles,
    sa.and_(
        schema.edition_articles.c.article_id == schema.story_articles.c.article_id,
        schema.edition_articles.c.watch == schema.story_articles.c.watch,
    ),
).join(schema.editions, schema.editions.c.id == schema.edition_articles.c.edition_id)


def shown_since(db: sa.Connection, digest: str, since: datetime) -> list[int]:
    """Ids of the stories that this digest's editions have shown whose windows end after ``since``, as they are now."""
    grouped, shown, edition = schema.story_articles.c, schema.edition_articles.c, schema.editions.c
    where = (shown.digest == digest, shown.role == "story", edition.until > since)
    return list(db.scalars(sa.select(grouped.story_id).select_from(_SHOWN_NOW).where(*where).distinct()))


def entries_of(db: sa.Connection, digest: str, story_ids: list[int]) -> dict[int, EditionEntry]:
    """story id → the last entry that this digest's editions have of a report that is in the story now."""
    grouped, shown, edition = schema.story_articles.c, schema.edition_articles.c, schema.editions.c
    columns = (grouped.story_id, edition.id, edition.until, shown.story_id.label("then"))
    found: dict[int, EditionEntry] = {}
    for part in chunks(story_ids):
        where = (shown.digest == digest, shown.role == "story", grouped.story_id.in_(part), shown.story_id.is_not(None))
        for row in db.execute(sa.select(*columns).select_from(_SHOWN_NOW).where(*where).order_by(edition.id)):
            found[row.story_id] = EditionEntry(row.id, row.until, row.then)
    return found


def seen_as_near(db: sa.Connection, digest: str, story_ids: list[int]) -> frozenset[int]:
    """Ids of articles of these stories that this digest has shown, or passed over, as near misses."""
    return frozenset(article for _, article in _shown(db, digest, story_ids, "near"))


def _shown(db: sa.Connection, digest: str, story_ids: list[int], role: str) -> Iterator[tuple[int, int]]:
    """(story id, article id) of what this digest's editions have shown in this role."""
    grouped, shown = schema.story_articles.c, schema.edition_articles.c
    joined = schema.story_articles.join(
        schema.edition_articles, sa.and_(shown.article_id == grouped.article_id, shown.watch == grouped.watch)
    )
    for part in chunks(story_ids):
        where = (shown.digest == digest, shown.role == role, grouped.story_id.in_(part))
        for row in db.execute(sa.select(grouped.story_id, grouped.article_id).select_from(joined).where(*where)):
            yield row.story_id, row.article_id


def near_misses(
    db: sa.Connection, watches: list[str], since: datetime, *, not_shown_by: str | None = None
) -> list[Report]:
    """Near misses judged after ``since``, best score first, in brief (see `monitor.store.stories.load`).

    not_shown_by: a digest; what one of its editions has shown or passed over, in either role, is left out.
    """
    shown = schema.edition_articles.c
    match, article = schema.matches, schema.articles
    query = (
        sa.select(*ARTICLE_IN_BRIEF, *MATCH_IN_BRIEF)
        .select_from(article.join(match, match.c.article_id == article.c.id))
        .where(match.c.verdict == "near", match.c.watch.in_(watches), match.c.matched > since)
        .order_by(match.c.score.desc(), article.c.id)
    )
    if not_shown_by is not None:
        known = sa.exists().where(shown.watch == match.c.watch, shown.article_id == match.c.article_id)
        query = query.where(~known.where(shown.digest == not_shown_by))
    rows = db.execute(query)
    return [to_report(row) for row in rows]


def _light(edition: Edition) -> Edition:
    """The edition without the articles' texts, which the articles' own rows hold."""

    def light(report: Report) -> Report:
        return replace(report, article=replace(report.article, text=""))

    def story(each: DigestStory) -> DigestStory:
        supporting = tuple(replace(s, report=light(s.report)) for s in each.story.supporting)
        reports = tuple(light(r) for r in each.story.reports)
        return replace(each, story=replace(each.story, reports=reports, supporting=supporting))

    return replace(
        edition,
        stories=tuple(story(each) for each in edition.stories),
        more=tuple(story(each) for each in edition.more),
        near_misses=tuple(light(report) for report in edition.near_misses),
    )
