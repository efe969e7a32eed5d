"""Whom and what matches name, by the ids that the matcher resolved, to be looked up by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Match
from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.name_tables import match_names as table
from monitor.store.rows import insert, one_of


@frozen
class Named:
    """An entity in the stories of a time. stories: that name it; first, last: when reports of these were last seen."""

    entity: str
    stories: int
    first: datetime
    last: datetime


def save(db: sa.Connection, found: Sequence[tuple[int, Match]]) -> None:
    """Record what (article id, match) pairs name, in place of what was recorded of them; only matches count."""
    for watch in {match.watch for _, match in found}:
        ids = [article for article, match in found if match.watch == watch]
        db.execute(table.delete().where(table.c.watch == watch, one_of(db, table.c.article_id, ids)))
    rows = [
        {"watch": match.watch, "article_id": article, "entity": entity}
        for article, match in found
        if match.verdict == "match"
        for entity in match.entities
    ]
    if rows:
        db.execute(insert(db, table).on_conflict_do_nothing(), rows)


def _stories(watches: Sequence[str]) -> tuple[sa.FromClause, list[sa.ColumnElement[bool]]]:
    """Names joined with the stories of their articles, of these watches."""
    grouped, story = schema.story_articles, schema.stories
    joined = table.join(
        grouped, sa.and_(grouped.c.article_id == table.c.article_id, grouped.c.watch == table.c.watch)
    ).join(story, story.c.id == grouped.c.story_id)
    return joined, [table.c.watch.in_(list(watches))]


def named_since(db: sa.Connection, watches: Sequence[str], since: datetime, most: int) -> list[Named]:
    """Every entity that stories with a report since then name, the one in most stories first.

    most: of the stories, the newest.
    """
    joined, where = _stories(watches)
    story = schema.stories.c
    newest = sa.select(story.id).where(story.last_seen >= since).order_by(story.last_seen.desc()).limit(most)
    count = sa.func.count(story.id.distinct())
    query = (
        sa.select(table.c.entity, count, sa.func.min(story.last_seen), sa.func.max(story.last_seen))
        .select_from(joined)
        .where(*where, story.id.in_(newest))
        .group_by(table.c.entity)
        .order_by(count.desc(), table.c.entity)
    )
    return [Named(*row) for row in db.execute(query)]


def story_ids(db: sa.Connection, watches: Sequence[str], entity: str) -> list[int]:
    """Ids of the stories that name an entity, the one with the latest report first."""
    joined, where = _stories(watches)
    story = schema.stories.c
    query = (
        sa.select(story.id, story.last_seen)
        .select_from(joined)
        .where(*where, table.c.entity == entity)
        .group_by(story.id, story.last_seen)
        .order_by(story.last_seen.desc(), story.id.desc())
    )
    return [row.id for row in db.execute(query)]


def named_with(db: sa.Connection, story_ids: Sequence[int], entity: str) -> list[tuple[str, int]]:
    """(another entity, in how many of these stories a report names both), the one in most first."""
    grouped, other = schema.story_articles, table.alias("other")
    joined = grouped.join(
        table, sa.and_(table.c.article_id == grouped.c.article_id, table.c.watch == grouped.c.watch)
    ).join(other, sa.and_(other.c.article_id == table.c.article_id, other.c.watch == table.c.watch))
    count = sa.func.count(grouped.c.story_id.distinct())
    where = (table.c.entity == entity, other.c.entity != entity, one_of(db, grouped.c.story_id, story_ids))
    query = sa.select(other.c.entity, count).select_from(joined).where(*where).group_by(other.c.entity)
    return [(row[0], row[1]) for row in db.execute(query.order_by(count.desc(), other.c.entity))]


def seen_days(db: sa.Connection, story_ids: Sequence[int]) -> list[datetime]:
    """When each of these stories was first seen."""
    story = schema.stories.c
    return list(db.scalars(sa.select(story.first_seen).where(one_of(db, story.id, story_ids))))
