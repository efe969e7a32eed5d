"""Alerts: which stories have reached an alert's score and were not sent yet.

An alert is stored as an edition of its own digest, one for each story, so the ledger sends it once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from monitor.store import held_alerts, mutes, schema


def candidates(db: sa.Connection, name: str, watch: str, threshold: float, since: datetime) -> list[int]:
    """Ids of stories with a report of at least this score (0 to 1) that was judged since ``since``.

    Reports that an edition has shown or that were held do not count, nor do stories that were an alert before or that a
    person muted. name: the digest under which the watch's alerts are stored. A story that was merged into another
    counts with its articles.
    """
    story = schema.story_articles.c.story_id
    urgent = _urgent(watch, threshold, since)
    return list(db.scalars(urgent.where(story.not_in(_alerted(name))).distinct()))


def joined(db: sa.Connection, name: str, watch: str, threshold: float, since: datetime) -> list[int]:
    """Ids of the stories that were an alert before, and that such a report has joined since."""
    story = schema.story_articles.c.story_id
    return list(db.scalars(_urgent(watch, threshold, since).where(story.in_(_alerted(name))).distinct()))


def _urgent(watch: str, threshold: float, since: datetime) -> sa.Select[int]:
    grouped, match = schema.story_articles, schema.matches
    return (
        sa.select(grouped.c.story_id)
        .join(match, sa.and_(match.c.article_id == grouped.c.article_id, match.c.watch == grouped.c.watch))
        .where(
            grouped.c.watch == watch,
            match.c.score >= threshold,
            match.c.matched >= since,
            ~_is_shown(grouped),
            ~held_alerts.is_held(grouped),
            ~mutes.is_muted(grouped.c.story_id),
        )
    )


def _alerted(name: str) -> sa.Select[int]:
    """By article and not by story id, so that a story merged into another later does not raise a second alert."""
    grouped, shown = schema.story_articles, schema.edition_articles
    return (
        sa.select(grouped.c.story_id)
        .join(shown, sa.and_(shown.c.article_id == grouped.c.article_id, shown.c.watch == grouped.c.watch))
        .where(shown.c.digest == name)
    )


def held(db: sa.Connection, name: str) -> dict[int, list[int]]:
    """Editions of the alerts ``name`` that were owed for a later time and that nobody tried to send yet, each with the
    ids of its stories; corrections are not among them.
    """
    owed, edition, shown = schema.deliveries.c, schema.editions.c, schema.edition_articles.c
    waiting = sa.select(owed.edition_id).where(
        owed.state == "pending", owed.attempts == 0, owed.next_try.is_not(None), owed.resend == 0
    )
    query = (
        sa.select(shown.edition_id, shown.story_id)
        .join(schema.editions, edition.id == shown.edition_id)
        .where(edition.digest == name, edition.id.in_(waiting), shown.story_id.is_not(None))
        .order_by(shown.edition_id, shown.story_id)
        .distinct()
    )
    found: dict[int, list[int]] = {}
    for row in db.execute(query):
        found.setdefault(row.edition_id, []).append(row.story_id)
    return found


def bundle(db: sa.Connection, editions: Collection[int], into: int, now: datetime, why: str) -> None:
    """Let the edition ``into`` stand for these, which are not sent: what they show counts as shown by it."""
    owed, shown = schema.deliveries, schema.edition_articles
    unsent = (owed.c.edition_id.in_(editions), owed.c.state == "pending", owed.c.attempts == 0)
    db.execute(owed.update().where(*unsent).values(state="failed", error=why, next_try=None, updated=now))
    db.execute(shown.update().where(shown.c.edition_id.in_(editions)).values(edition_id=into))


def release(db: sa.Connection, name: str, at: datetime, *, quiet: bool = False) -> None:
    """Let what was held for later, alerts of ``name`` and their corrections, be sent at ``at``, and not only later.

    quiet: it is sent then, and not earlier.
    """
    owed, edition = schema.deliveries, schema.editions.c
    mine = sa.select(edition.id).where(edition.digest == name)
    other = owed.c.next_try < at if quiet else owed.c.next_try > at
    held = (owed.c.edition_id.in_(mine), owed.c.state == "pending", owed.c.attempts == 0, owed.c.resend == 0, other)
    db.execute(owed.update().where(*held).values(next_try=at))


def shown_articles(db: sa.Connection, story_id: int, but: Collection[int] = ()) -> frozenset[int]:
    """Ids of the story's articles that an edition of any digest has shown, those in ``but`` (ids) aside."""
    grouped = schema.story_articles
    query = sa.select(grouped.c.article_id).where(grouped.c.story_id == story_id, _is_shown(grouped, but))
    return frozenset(db.scalars(query))


def _is_shown(grouped: sa.Table, but: Collection[int] = ()) -> sa.ColumnElement[bool]:
    shown = schema.edition_articles.c
    return sa.exists().where(
        shown.watch == grouped.c.watch,
        shown.article_id == grouped.c.article_id,
        shown.role == "story",
        shown.edition_id.not_in(but),
    )


def stories_reaching(db: sa.Connection, watch: str, threshold: float, since: datetime) -> int:
    """How many stories have a match of at least this score (0 to 1) that was found since ``since``."""
    grouped, match = schema.story_articles, schema.matches
    query = (
        sa.select(sa.func.count(grouped.c.story_id.distinct()))
        .join(match, sa.and_(match.c.article_id == grouped.c.article_id, match.c.watch == grouped.c.watch))
        .where(
            match.c.watch == watch,
            match.c.verdict == "match",
            match.c.score >= threshold,
            match.c.matched >= since,
        )
    )
    return db.scalar(query) or 0
