"""Editions and what stood in them: a story's article is told once by a digest, whatever crashes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Edition, RenderedEdition, Report
from monitor.store import schema
from monitor.store.rows import chunks, insert, to_article, to_match


@dataclass(frozen=True, slots=True)
class StoredEdition:
    """An edition as it was composed and rendered; a retry sends exactly this."""

    id: int
    digest: str
    period: str
    tick: datetime
    since: datetime
    until: datetime
    composed: datetime
    stories: int
    near_misses: int
    rendered: RenderedEdition


def start(db: sa.Connection, digest: str, now: datetime) -> datetime:
    """When the digest was first seen by this store; ticks before that are not owed."""
    db.execute(insert(db, schema.digests).values(name=digest, started=now).on_conflict_do_nothing())
    started: datetime = db.execute(
        sa.select(schema.digests.c.started).where(schema.digests.c.name == digest)
    ).scalar_one()
    return started


def last(db: sa.Connection, digest: str) -> StoredEdition | None:
    """The newest edition of the series; those asked for by hand for a window of time are not part of it."""
    table = schema.editions
    where = (table.c.digest == digest, table.c.window.is_(sa.false()))
    row = db.execute(sa.select(table).where(*where).order_by(table.c.until.desc(), table.c.id.desc()).limit(1)).first()
    return _edition(row) if row else None


def get(db: sa.Connection, edition_id: int) -> StoredEdition | None:
    row = db.execute(sa.select(schema.editions).where(schema.editions.c.id == edition_id)).first()
    return _edition(row) if row else None


def recent(db: sa.Connection, limit: int) -> list[StoredEdition]:
    """The newest editions of all digests, newest first."""
    query = sa.select(schema.editions).order_by(schema.editions.c.id.desc()).limit(limit)
    return [_edition(row) for row in db.execute(query)]


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
        "window": window,
        "stories": len(edition.stories) + edition.omitted,
        "near_misses": len(edition.near_misses),
        "subject": rendered.subject,
        "html": rendered.html,
        "text": rendered.text,
    }
    done = db.execute(insert(db, schema.editions).values(**values).on_conflict_do_nothing())
    if not done.rowcount:
        return None
    where = (schema.editions.c.digest == edition.digest, schema.editions.c.period == edition.period)
    return int(db.execute(sa.select(schema.editions.c.id).where(*where)).scalar_one())


def tell(db: sa.Connection, digest: str, edition_id: int, told: list[tuple[str, int, int | None]], role: str) -> None:
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


def untold_stories(db: sa.Connection, digest: str, watches: list[str]) -> list[int]:
    """Stories with a report that no edition of this digest has told."""
    grouped, told = schema.story_articles.c, schema.edition_articles.c
    known = sa.exists().where(
        told.digest == digest,
        told.watch == grouped.watch,
        told.article_id == grouped.article_id,
        told.role == "story",
    )
    return list(db.scalars(sa.select(grouped.story_id).where(grouped.watch.in_(watches), ~known).distinct()))


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


def untold_near_misses(db: sa.Connection, digest: str, watches: list[str]) -> list[Report]:
    """Near misses no edition of this digest has shown, best first."""
    told = schema.edition_articles.c
    match, article = schema.matches, schema.articles
    known = sa.exists().where(told.digest == digest, told.watch == match.c.watch, told.article_id == match.c.article_id)
    query = (
        sa.select(article, match)
        .select_from(article.join(match, match.c.article_id == article.c.id))
        .where(match.c.verdict == "near", match.c.watch.in_(watches), ~known)
        .order_by(match.c.score.desc(), article.c.id)
    )
    return [Report(to_article(row), to_match(row), row._mapping[match.c.matched]) for row in db.execute(query)]


def _edition(row: Any) -> StoredEdition:
    rendered = RenderedEdition(row.subject, row.html, row.text)
    names = [name for name in StoredEdition.__dataclass_fields__ if name != "rendered"]
    return StoredEdition(**{name: row._mapping[name] for name in names}, rendered=rendered)
