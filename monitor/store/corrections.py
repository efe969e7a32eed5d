"""Stories that a person merged or split, and how later grouping keeps to it.

Three tables record it: ``stories.merged_into`` leads old links to the story that goes on, ``story_splits`` holds pairs
of stories that grouping must not merge, and ``story_pins`` holds articles that belong to one story whatever grouping
finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Report
from monitor.store import groupings, mutes, schema, stories, story_links
from monitor.store.rows import chunks, insert, one_of


def resolve(db: sa.Connection, story_id: int) -> int:
    """The id of the story that this number leads to: itself, or the story it was merged into.

    Raises LookupError when there is no such story.
    """
    table = schema.stories.c
    number = story_id
    while True:
        row = db.execute(sa.select(table.merged_into).where(table.id == story_id)).first()
        if row is None:
            raise LookupError(f"no story {number}")
        if row.merged_into is None:
            return story_id
        story_id = row.merged_into


def merge(db: sa.Connection, into: int, gone: Iterable[int], now: datetime, *, said: bool = False) -> None:
    """Merge the stories ``gone`` into the story ``into``.

    Their reports, pins and splits move along. An earlier split between the merged stories is forgotten. said: by a
    person, so that grouping never takes them apart again.
    """
    for story in gone:
        for table in (schema.story_articles, schema.story_pins):
            db.execute(table.update().where(table.c.story_id == story).values(story_id=into))
        for other in apart_from(db, story):
            _forget_split(db, story, other)
            if other != into:
                keep_apart(db, into, other, now)
        mutes.go_along(db, story, into, said=said)
        row = schema.stories.c
        db.execute(schema.stories.update().where(row.merged_into == story).values(merged_into=into))
        db.execute(schema.stories.update().where(row.id == story).values(merged_into=into))
    _raise_changed(db, into)
    if said:
        held = schema.story_articles.c
        where = held.story_id == into
        _pin(
            db,
            into,
            [(row.watch, row.article_id) for row in db.execute(sa.select(held.watch, held.article_id).where(where))],
            now,
        )
    stories.retime(db, [into])


def split(db: sa.Connection, story: int, watch: str, reports: Sequence[Report], now: datetime) -> int:
    """Move ``reports`` (at least one) of ``story`` into a new story and pin them there; the new story's id.

    They join nothing by themselves from then on, and only copies of them join them. What either follows is looked for
    again, and neither follows the other.
    """
    new = stories.create(db, watch, reports[0])
    ids = [report.article.id for report in reports]
    for part in chunks(ids):
        table = schema.story_articles.c
        moved = schema.story_articles.update().where(table.watch == watch, table.article_id.in_(part))
        db.execute(moved.values(story_id=new, reason=f"taken out of story {story} by a person"))
    _pin(db, new, [(watch, article) for article in ids], now, alone=True)
    for other in apart_from(db, story):  # the part must not rejoin what the whole was split from before
        keep_apart(db, new, other, now)
    keep_apart(db, story, new, now)
    stories.retime(db, [story, new])
    story_links.look_again(db, watch, [story, new])
    _raise_changed(db, story)
    return new


def join(db: sa.Connection, watch: str, article_id: int, story: int, now: datetime) -> None:
    """Move one report into ``story``, or have it go there once it matches; it stays there whatever grouping finds.

    The story's own reports stay there, too: they are what the person saw when they said that it is one event.
    """
    home = stories.story_of(db, watch, article_id)
    if home is not None and home != story:
        stories.move(db, watch, article_id, story, "put here by a person")
        stories.retime(db, [story, home])
        story_links.look_again(db, watch, [story, home])
    own = dict.fromkeys((article_id, *stories.articles_of(db, watch, [story])))
    _pin(db, story, [(watch, each) for each in own], now)
    groupings.raise_changed(db, watch)


def _pin(
    db: sa.Connection, story: int, reports: Sequence[tuple[str, int]], now: datetime, *, alone: bool = False
) -> None:
    """Record that these (watch, article id) belong to the story. alone: they join nothing by themselves."""
    statement = insert(db, schema.story_pins)
    update = {name: statement.excluded[name] for name in ("story_id", "said", "alone")}
    said = {"story_id": story, "said": now, "alone": alone}
    rows = [{"watch": watch, "article_id": article, **said} for watch, article in reports]
    if rows:
        db.execute(statement.on_conflict_do_update(index_elements=["watch", "article_id"], set_=update), rows)


def separate(db: sa.Connection, story: int, new: int, now: datetime) -> None:
    """Keep the story ``new``, of reports that grouping took out of ``story``, apart from what that was split from."""
    for other in apart_from(db, story):
        if other != new:
            keep_apart(db, new, other, now)


def keep_apart(db: sa.Connection, one: int, other: int, now: datetime) -> None:
    """Record that grouping must never merge these two stories."""
    low, high = sorted((one, other))
    db.execute(insert(db, schema.story_splits).values(one=low, other=high, said=now).on_conflict_do_nothing())


def splits(db: sa.Connection, watch: str) -> set[tuple[int, int]]:
    """Pairs of story ids of a watch that grouping must not merge, the lower id first."""
    table = schema.story_splits.c
    joined = schema.story_splits.join(schema.stories, schema.stories.c.id == table.one)
    query = sa.select(table.one, table.other).select_from(joined).where(schema.stories.c.watch == watch)
    return {(row.one, row.other) for row in db.execute(query)}


def pins(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> dict[int, int]:
    """article id → the id of the story a person put it in, for those that were put somewhere."""
    table = schema.story_pins.c
    found: dict[int, int] = {}
    for part in chunks(list(article_ids)):
        query = sa.select(table.article_id, table.story_id).where(table.watch == watch, table.article_id.in_(part))
        found |= {row.article_id: row.story_id for row in db.execute(query)}
    return found


def alone(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> frozenset[int]:
    """Which of these articles a person split off, so that they join nothing by themselves."""
    table = schema.story_pins.c
    query = sa.select(table.article_id).where(table.watch == watch, table.alone)
    return frozenset(db.scalars(query.where(one_of(db, table.article_id, article_ids))))


def _raise_changed(db: sa.Connection, story: int) -> None:
    watch = db.scalar(sa.select(schema.stories.c.watch).where(schema.stories.c.id == story))
    if watch is not None:
        groupings.raise_changed(db, watch)


def apart_from(db: sa.Connection, story: int) -> list[int]:
    """Ids of the stories that a person split from this one."""
    table = schema.story_splits.c
    rows = db.execute(sa.select(table.one, table.other).where(sa.or_(table.one == story, table.other == story)))
    return [row.other if row.one == story else row.one for row in rows.all()]


def _forget_split(db: sa.Connection, one: int, other: int) -> None:
    low, high = sorted((one, other))
    table = schema.story_splits.c
    db.execute(schema.story_splits.delete().where(table.one == low, table.other == high))
