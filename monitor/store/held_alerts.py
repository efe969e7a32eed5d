"""Reports that reached the score of an alert and of which none was sent, because an alert has told of their event."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from monitor.model import EditionEntry
from monitor.store import schema
from monitor.store.decision_tables import held_alerts
from monitor.store.rows import chunks, insert, one_of


def hold(db: sa.Connection, watch: str, articles: Collection[int], alert: int, reason: str, now: datetime) -> None:
    """Record that no alert is sent of these articles. alert: the id of the edition that stands for them."""
    rows = [
        {"watch": watch, "article_id": each, "held": now, "reason": reason, "edition_id": alert}
        for each in sorted(articles)
    ]
    if rows:
        db.execute(insert(db, held_alerts).on_conflict_do_nothing(), rows)


def of_stories(db: sa.Connection, story_ids: list[int]) -> dict[int, EditionEntry]:
    """story id → the alert that stands for it, of those stories of which a report was held; the last of several.

    A story of which an alert was sent later is not among them.
    """
    grouped, held, edition = schema.story_articles.c, held_alerts.c, schema.editions.c
    own, shown = schema.story_articles.alias("own"), schema.edition_articles.c
    sent = sa.exists().where(
        own.c.story_id == grouped.story_id,
        shown.article_id == own.c.article_id,
        shown.watch == own.c.watch,
        shown.digest == edition.digest,
    )
    joined = schema.story_articles.join(
        held_alerts, sa.and_(held.article_id == grouped.article_id, held.watch == grouped.watch)
    ).join(schema.editions, edition.id == held.edition_id)
    found: dict[int, EditionEntry] = {}
    for part in chunks(story_ids):
        query = sa.select(grouped.story_id, edition.id, edition.until).select_from(joined)
        for row in db.execute(query.where(grouped.story_id.in_(part), ~sent).order_by(held.held, edition.id)):
            found[row.story_id] = EditionEntry(row.id, row.until, row.story_id)
    return found


def among(db: sa.Connection, watch: str, articles: Collection[int]) -> frozenset[int]:
    """Which of these articles were held."""
    held = held_alerts.c
    query = sa.select(held.article_id).where(held.watch == watch, one_of(db, held.article_id, list(articles)))
    return frozenset(db.scalars(query))


def count(db: sa.Connection) -> dict[tuple[str, str], int]:
    """(watch, reason) → how many reports were held."""
    held = held_alerts.c
    query = sa.select(held.watch, held.reason, sa.func.count()).group_by(held.watch, held.reason)
    return {(watch, reason): number for watch, reason, number in db.execute(query)}


def is_held(grouped: sa.Table) -> sa.ColumnElement[bool]:
    """Whether no alert is sent of the article of a row of ``grouped``, for a query."""
    held = held_alerts.c
    return sa.exists().where(held.watch == grouped.c.watch, held.article_id == grouped.c.article_id)
