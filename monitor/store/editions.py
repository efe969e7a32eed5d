"""Editions and what stood in them: a story's article is told once by a digest, whatever crashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import DigestStory, Edition, RenderedEdition, Report
from monitor.store import schema
from monitor.store.rows import chunks, edition_json, insert, to_article, to_edition, to_match


@dataclass(frozen=True, slots=True)
class Composed:
    """When an edition of the series was for: ``tick`` of the schedule, its window's end, when it was composed."""

    id: int
    period: str
    tick: datetime
    until: datetime


def start(db: sa.Connection, digest: str, now: datetime) -> datetime:
    """When the digest was first seen by this store; ticks before that are not owed."""
    db.execute(insert(db, schema.digests).values(name=digest, started=now).on_conflict_do_nothing())
    started: datetime = db.execute(
        sa.select(schema.digests.c.started).where(schema.digests.c.name == digest)
    ).scalar_one()
    return started


def last(db: sa.Connection, digest: str) -> Composed | None:
    """The newest edition of the series; those asked for by hand for a window of time are not part of it."""
    table = schema.editions.c
    query = sa.select(table.id, table.period, table.tick, table.until).where(
        table.digest == digest, table.by_hand.is_(sa.false())
    )
    row = db.execute(query.order_by(table.until.desc(), table.id.desc()).limit(1)).first()
    return Composed(*row) if row else None


def last_sent(db: sa.Connection, digest: str) -> datetime | None:
    """The end of the newest window that was owed to anybody."""
    table, owed = schema.editions.c, schema.deliveries.c
    sent = sa.exists().where(owed.edition_id == table.id)
    query = sa.select(table.until).where(table.digest == digest, sent).order_by(table.until.desc()).limit(1)
    found: datetime | None = db.scalar(query)
    return found


def get(db: sa.Connection, edition_id: int) -> tuple[Edition, RenderedEdition]:
    """An edition as it was composed and rendered; a retry sends exactly this. Raises LookupError."""
    row = db.execute(sa.select(schema.editions).where(schema.editions.c.id == edition_id)).first()
    if row is None:
        raise LookupError(f"no edition {edition_id}")
    rendered = RenderedEdition(row.subject, row.html, row.text, row.page)
    return replace(to_edition(row.edition), id=row.id), rendered


def find(db: sa.Connection, digest: str, period: str) -> int:
    """The id of the edition of a period. Raises sqlalchemy's NoResultFound."""
    where = (schema.editions.c.digest == digest, schema.editions.c.period == period)
    return int(db.execute(sa.select(schema.editions.c.id).where(*where)).scalar_one())


def add(
    db: sa.Connection, edition: Edition, rendered: RenderedEdition, tick: datetime, *, window: bool = False
) -> int | None:
    """Stores an edition and what stood in it. None when another service composed this period already."""
    values = {
        "digest": edition.digest,
        "period": edition.period,
        "tick": tick,
        "since": edition.since,
        "until": edition.until,
        "composed": edition.composed,
        "by_hand": window,
        "edition": edition_json(_light(edition)),
        "subject": rendered.subject,
        "html": rendered.html,
        "text": rendered.text,
        "page": rendered.page,
    }
    done = db.execute(insert(db, schema.editions).values(**values).on_conflict_do_nothing())
    if not done.rowcount:
        return None
    return find(db, edition.digest, edition.period)


def tell(
    db: sa.Connection, digest: str, edition_id: int, told: Sequence[tuple[str, int, int | None]], role: str
) -> None:
    """Records that (watch, article id, story id) stood in this edition, as "story" or "near"."""
    rows = [
        {
            "digest": digest,
            "watch": watch,
            "article_id": article,
            "role": role,
            "edition_id": edition_id,
            "story_id": story,
        }
        for watch, article, story in told
    ]
    if rows:
        db.execute(insert(db, schema.edition_articles).on_conflict_do_nothing(), rows)


def untold_stories(
    db: sa.Connection, digest: str, watches: list[str], since: datetime, max_age: timedelta
) -> list[int]:
    """Stories with a report that no edition of this digest has told, and that may still be news since ``since``."""
    grouped, told, match = schema.story_articles.c, schema.edition_articles.c, schema.matches.c
    known = sa.exists().where(
        told.digest == digest, told.watch == grouped.watch, told.article_id == grouped.article_id, told.role == "story"
    )
    joined = schema.story_articles.join(schema.stories, schema.stories.c.id == grouped.story_id).join(
        schema.matches, sa.and_(match.article_id == grouped.article_id, match.watch == grouped.watch)
    )
    recent = sa.or_(schema.stories.c.last_seen >= since - max_age, match.matched > since)
    query = sa.select(grouped.story_id).select_from(joined).where(grouped.watch.in_(watches), recent, ~known)
    return list(db.scalars(query.distinct()))


def seen(db: sa.Connection, digest: str, story_ids: list[int]) -> dict[int, frozenset[int]]:
    """story id → the ids of its articles that stood in earlier editions of this digest."""
    grouped, told = schema.story_articles.c, schema.edition_articles.c
    joined = schema.story_articles.join(
        schema.edition_articles, sa.and_(told.article_id == grouped.article_id, told.watch == grouped.watch)
    )
    found: dict[int, set[int]] = {}
    for part in chunks(story_ids):
        where = (told.digest == digest, told.role == "story", grouped.story_id.in_(part))
        for row in db.execute(sa.select(grouped.story_id, grouped.article_id).select_from(joined).where(*where)):
            found.setdefault(row.story_id, set()).add(row.article_id)
    return {story: frozenset(articles) for story, articles in found.items()}


def untold_near_misses(db: sa.Connection, digest: str, watches: list[str], since: datetime) -> list[Report]:
    """Near misses judged since ``since`` that no edition of this digest has shown, best first."""
    told = schema.edition_articles.c
    match, article = schema.matches, schema.articles
    known = sa.exists().where(told.digest == digest, told.watch == match.c.watch, told.article_id == match.c.article_id)
    query = (
        sa.select(article, match)
        .select_from(article.join(match, match.c.article_id == article.c.id))
        .where(match.c.verdict == "near", match.c.watch.in_(watches), match.c.matched > since, ~known)
        .order_by(match.c.score.desc(), article.c.id)
    )
    return [Report(to_article(row), to_match(row), row._mapping[match.c.matched]) for row in db.execute(query)]


def _light(edition: Edition) -> Edition:
    """The edition without the articles' texts: those stand with the articles."""

    def light(report: Report) -> Report:
        return replace(report, article=replace(report.article, text=""))

    def story(each: DigestStory) -> DigestStory:
        return replace(each, story=replace(each.story, reports=tuple(light(r) for r in each.story.reports)))

    return replace(
        edition,
        stories=tuple(story(each) for each in edition.stories),
        more=tuple(story(each) for each in edition.more),
        near_misses=tuple(light(report) for report in edition.near_misses),
    )
