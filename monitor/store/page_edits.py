"""What was found different when a cited article was looked at again, and which digest has said it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from monitor.model import PageChange
from monitor.store import schema
from monitor.store.rows import insert


def add(db: sa.Connection, article_id: int, found: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Records (kind, before, after) of one article."""
    rows = [{"article_id": article_id, "found": now, "kind": k, "before": b, "after": a} for k, b, a in found]
    if rows:
        db.execute(schema.changes.insert(), rows)


def unsaid(db: sa.Connection, digest: str, watches: list[str]) -> list[PageChange]:
    """Changes of articles that ``digest`` has told and not corrected since, oldest first."""
    change, told, said = schema.changes.c, schema.edition_articles.c, schema.told_changes.c
    grouped = schema.story_articles.c
    joined = schema.changes.join(schema.edition_articles, told.article_id == change.article_id).join(
        schema.story_articles, sa.and_(grouped.article_id == told.article_id, grouped.watch == told.watch)
    )
    known = sa.exists().where(said.digest == digest, said.change_id == change.id)
    query = (
        sa.select(schema.changes, grouped.story_id)
        .select_from(joined)
        .where(told.digest == digest, told.role == "story", told.watch.in_(watches), ~known)
        .order_by(change.id, grouped.story_id)
    )
    return [_change(row, row.story_id) for row in db.execute(query)]


def tell(db: sa.Connection, digest: str, edition_id: int, change_ids: Iterable[int]) -> None:
    """Records that ``digest`` said these in this edition."""
    rows = [{"digest": digest, "change_id": change, "edition_id": edition_id} for change in sorted(set(change_ids))]
    if rows:
        db.execute(insert(db, schema.told_changes).on_conflict_do_nothing(), rows)


def of_story(db: sa.Connection, story_id: int) -> list[PageChange]:
    """Every change found in the articles of a story, oldest first."""
    change, grouped = schema.changes.c, schema.story_articles.c
    joined = schema.changes.join(schema.story_articles, grouped.article_id == change.article_id)
    query = sa.select(schema.changes).select_from(joined).where(grouped.story_id == story_id).order_by(change.id)
    return [_change(row, story_id) for row in db.execute(query)]


def _change(row: sa.Row[tuple[object, ...]], story: int) -> PageChange:
    values = row._mapping
    return PageChange(
        id=values["id"],
        article=values["article_id"],
        story=story,
        found=values["found"],
        kind=values["kind"],
        before=values["before"],
        after=values["after"],
    )
