"""Alerts: which stories have reached an alert's score and were not sent yet.

An alert is stored as an edition of its own digest, one for each story, so the ledger sends it once.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.store import schema


def candidates(db: sa.Connection, name: str, watch: str, threshold: float, since: datetime) -> list[int]:
    """Ids of stories with a report of at least this score (0 to 1) that was judged since ``since``.

    Reports that an edition has shown do not count, nor do stories that were an alert before. name: the digest under
    which the watch's alerts are stored. A story that was merged into another counts with its articles.
    """
    grouped, shown, match = schema.story_articles, schema.edition_articles, schema.matches
    urgent = (
        sa.select(grouped.c.story_id)
        .join(match, sa.and_(match.c.article_id == grouped.c.article_id, match.c.watch == grouped.c.watch))
        .where(
            grouped.c.watch == watch,
            match.c.score >= threshold,
            match.c.matched >= since,
            ~_is_shown(grouped),
        )
    )
    # By article and not by story id, so that a story merged into another later does not raise a second alert.
    alerted = (
        sa.select(grouped.c.story_id)
        .join(shown, sa.and_(shown.c.article_id == grouped.c.article_id, shown.c.watch == grouped.c.watch))
        .where(shown.c.digest == name)
    )
    return list(db.scalars(urgent.where(grouped.c.story_id.not_in(alerted)).distinct()))


def shown_articles(db: sa.Connection, story_id: int) -> frozenset[int]:
    """Ids of the story's articles that an edition of any digest has shown."""
    grouped = schema.story_articles
    query = sa.select(grouped.c.article_id).where(grouped.c.story_id == story_id, _is_shown(grouped))
    return frozenset(db.scalars(query))


def _is_shown(grouped: sa.Table) -> sa.ColumnElement[bool]:
    shown = schema.edition_articles.c
    return sa.exists().where(
        shown.watch == grouped.c.watch, shown.article_id == grouped.c.article_id, shown.role == "story"
    )
