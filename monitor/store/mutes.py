"""Stories that a person muted: no edition and no alert shows them, and what joins them later joins in silence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.store.decision_tables import story_mutes
from monitor.store.rows import insert, one_of


def put(db: sa.Connection, story: int, now: datetime) -> None:
    """Mute a story."""
    db.execute(insert(db, story_mutes).values(story_id=story, said=now).on_conflict_do_nothing())


def take_back(db: sa.Connection, story: int) -> None:
    """Let a story be shown again."""
    db.execute(story_mutes.delete().where(story_mutes.c.story_id == story))


def among(db: sa.Connection, story_ids: Sequence[int]) -> frozenset[int]:
    """Which of these stories are muted."""
    table = story_mutes.c
    return frozenset(db.scalars(sa.select(table.story_id).where(one_of(db, table.story_id, story_ids))))


def said(db: sa.Connection, story_ids: Sequence[int]) -> dict[int, datetime]:
    """Which of these stories are muted, and since when."""
    table = story_mutes.c
    rows = db.execute(sa.select(table.story_id, table.said).where(one_of(db, table.story_id, story_ids)))
    return {row.story_id: row.said for row in rows}


def without(db: sa.Connection, story_ids: Iterable[int]) -> list[int]:
    """These stories but the muted ones, in their order."""
    ids = list(story_ids)
    muted = among(db, ids)
    return [each for each in ids if each not in muted]


def is_muted(story_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether the story of this column is muted, for a query."""
    return sa.exists().where(story_mutes.c.story_id == story_id)


def go_along(db: sa.Connection, gone: int, into: int, *, said: bool) -> None:
    """The story ``gone`` goes on as ``into``. What a person merged is as the story that they chose.

    What grouping merged is one event, so whoever muted a part of it muted it. said: by a person.
    """
    table = story_mutes
    when = db.scalar(sa.select(table.c.said).where(table.c.story_id == gone))
    take_back(db, gone)
    if when is not None and not said:
        put(db, into, when)
