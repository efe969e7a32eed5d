"""What a person says of stories: these are one, these articles are another. It stays, whatever comes later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Report
from monitor.store import schema, stories
from monitor.store.rows import chunks, insert


def resolve(db: sa.Connection, story_id: int) -> int:
    """The story under this number today: itself, or the one it was merged into. Raises LookupError."""
    table = schema.stories.c
    asked = story_id
    while True:
        row = db.execute(sa.select(table.merged_into).where(table.id == story_id)).first()
        if row is None:
            raise LookupError(f"no story {asked}")
        if row.merged_into is None:
            return story_id
        story_id = row.merged_into


def merge(db: sa.Connection, into: int, gone: Iterable[int], now: datetime) -> None:
    """The stories ``gone`` go on as ``into``: their reports, where articles were put, and what is kept apart from them.

    What a person said before about these two being apart is taken back by it.
    """
    for story in gone:
        for table in (schema.story_articles, schema.story_pins):
            db.execute(table.update().where(table.c.story_id == story).values(story_id=into))
        for other in _apart_from(db, story):
            _forget_split(db, story, other)
            if other != into:
                keep_apart(db, into, other, now)
        row = schema.stories.c
        db.execute(schema.stories.update().where(row.merged_into == story).values(merged_into=into))
        db.execute(schema.stories.update().where(row.id == story).values(merged_into=into))
    _retime(db, into)


def split(db: sa.Connection, story: int, watch: str, reports: Sequence[Report], now: datetime) -> int:
    """Puts ``reports`` of ``story`` into a story of their own, for good; its id."""
    new = stories.create(db, watch, reports[0])
    ids = [report.article.id for report in reports]
    for part in chunks(ids):
        table = schema.story_articles.c
        moved = schema.story_articles.update().where(table.watch == watch, table.article_id.in_(part))
        db.execute(moved.values(story_id=new, reason=f"taken out of story {story} by a person"))
    statement = insert(db, schema.story_pins)
    update = {"story_id": statement.excluded.story_id, "said": statement.excluded.said}
    rows = [{"watch": watch, "article_id": article, "story_id": new, "said": now} for article in ids]
    db.execute(statement.on_conflict_do_update(index_elements=["watch", "article_id"], set_=update), rows)
    for other in _apart_from(db, story):
        keep_apart(db, new, other, now)
    keep_apart(db, story, new, now)
    _retime(db, story)
    _retime(db, new)
    return new


def keep_apart(db: sa.Connection, one: int, other: int, now: datetime) -> None:
    low, high = sorted((one, other))
    db.execute(insert(db, schema.story_splits).values(one=low, other=high, said=now).on_conflict_do_nothing())


def splits(db: sa.Connection, watch: str) -> set[tuple[int, int]]:
    """Pairs of stories of a watch that are never merged by themselves, the lower number first."""
    table = schema.story_splits.c
    joined = schema.story_splits.join(schema.stories, schema.stories.c.id == table.one)
    query = sa.select(table.one, table.other).select_from(joined).where(schema.stories.c.watch == watch)
    return {(row.one, row.other) for row in db.execute(query)}


def pins(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> dict[int, int]:
    """article id → the story a person put it in, for those that were put somewhere."""
    table = schema.story_pins.c
    found: dict[int, int] = {}
    for part in chunks(list(article_ids)):
        query = sa.select(table.article_id, table.story_id).where(table.watch == watch, table.article_id.in_(part))
        found |= {row.article_id: row.story_id for row in db.execute(query)}
    return found


def _apart_from(db: sa.Connection, story: int) -> list[int]:
    table = schema.story_splits.c
    rows = db.execute(sa.select(table.one, table.other).where(sa.or_(table.one == story, table.other == story)))
    return [row.other if row.one == story else row.one for row in rows.all()]


def _forget_split(db: sa.Connection, one: int, other: int) -> None:
    low, high = sorted((one, other))
    table = schema.story_splits.c
    db.execute(schema.story_splits.delete().where(table.one == low, table.other == high))


def _retime(db: sa.Connection, story: int) -> None:
    """A story's times are those of its reports."""
    found = stories.load(db, [story])
    if found:
        times = [stories.seen_at(report.article) for report in found[0].reports]
        values = {"first_seen": min(times), "last_seen": max(times)}
        db.execute(schema.stories.update().where(schema.stories.c.id == story).values(**values))
