"""Alerts: which stories might be one. An alert is an edition, so (watch, story) is unique."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.store import schema


def candidates(db: sa.Connection, name: str, watch: str, threshold: float, since: datetime) -> list[int]:
    """Stories with a report of this score judged since ``since`` that no edition told, and never an alert.

    name: of the watch's alerts in the ledger. A story that was merged into another counts with its articles.
    """
    grouped, told, match = schema.story_articles, schema.edition_articles, schema.matches
    urgent = (
        sa.select(grouped.c.story_id)
        .join(match, sa.and_(match.c.article_id == grouped.c.article_id, match.c.watch == grouped.c.watch))
        .where(
            grouped.c.watch == watch,
            match.c.score >= threshold,
            match.c.matched >= since,
            ~_stood(told, grouped),
        )
    )
    alerted = (
        sa.select(grouped.c.story_id)
        .join(told, sa.and_(told.c.article_id == grouped.c.article_id, told.c.watch == grouped.c.watch))
        .where(told.c.digest == name)
    )
    return list(db.scalars(urgent.where(grouped.c.story_id.not_in(alerted)).distinct()))


def told(db: sa.Connection, story_id: int) -> frozenset[int]:
    """Articles of the story that stood in an edition of any digest."""
    grouped, told = schema.story_articles, schema.edition_articles
    query = sa.select(grouped.c.article_id).where(grouped.c.story_id == story_id, _stood(told, grouped))
    return frozenset(db.scalars(query))


def _stood(told: sa.Table, grouped: sa.Table) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        told.c.watch == grouped.c.watch, told.c.article_id == grouped.c.article_id, told.c.role == "story"
    )
