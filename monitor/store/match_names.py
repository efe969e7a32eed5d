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
from monitor.store.volume import passed_bounds


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


def _naming(watches: Sequence[str], entity: str) -> sa.ColumnElement[bool]:
    """Whether a story of these watches names an entity."""
    grouped = schema.story_articles
    joined = table.join(grouped, sa.and_(grouped.c.article_id == table.c.article_id, grouped.c.watch == table.c.watch))
    named = (table.c.watch.in_(list(watches)), table.c.entity == entity)
    return schema.stories.c.id.in_(sa.select(grouped.c.story_id).select_from(joined).where(*named))


def story_ids(db: sa.Connection, watches: Sequence[str], entity: str, *, limit: int, offset: int = 0) -> list[int]:
    """Ids of the stories that name an entity, the one with the latest report first."""
    story = schema.stories.c
    query = sa.select(story.id).where(_naming(watches, entity)).order_by(story.last_seen.desc(), story.id.desc())
    return list(db.scalars(query.limit(limit).offset(offset)))


def begun_in(
    db: sa.Connection, watches: Sequence[str], entity: str, bounds: Sequence[datetime]
) -> tuple[list[int], datetime | None]:
    """How many stories that name an entity were first seen before the first of the rising bounds, between each two, and
    after the last; and when the very first was.
    """
    story = schema.stories.c
    passed = passed_bounds(db, story.first_seen, bounds).label("passed")
    begun = sa.select(passed, story.first_seen).where(_naming(watches, entity)).subquery()
    query = sa.select(begun.c.passed, sa.func.count(), sa.func.min(begun.c.first_seen)).group_by(begun.c.passed)
    found = {row[0]: (row[1], row[2]) for row in db.execute(query)}
    first = min((moment for _, moment in found.values()), default=None)
    return [found.get(number, (0, None))[0] for number in range(len(bounds) + 1)], first


def named_with(db: sa.Connection, story_ids: Sequence[int], entity: str) -> list[tuple[str, int]]:
    """(another entity, in how many of these stories a report names both), the one in most first."""
    grouped, other = schema.story_articles, table.alias("other")
    # Materialized: SQLite would begin with all that name the entity, however few the stories are.
    reports = sa.select(grouped.c.story_id, grouped.c.article_id, grouped.c.watch)
    of = reports.where(one_of(db, grouped.c.story_id, story_ids)).cte("of_stories").prefix_with("MATERIALIZED")
    joined = of.join(other, sa.and_(other.c.article_id == of.c.article_id, other.c.watch == of.c.watch))
    named = (table.c.article_id == other.c.article_id, table.c.watch == other.c.watch, table.c.entity == entity)
    count = sa.func.count(of.c.story_id.distinct())
    where = (other.c.entity != entity, sa.exists().where(*named))
    query = sa.select(other.c.entity, count).select_from(joined).where(*where).group_by(other.c.entity)
    return [(row[0], row[1]) for row in db.execute(query.order_by(count.desc(), other.c.entity))]
