"""How articles and stories stood before a person decided on them, as JSON, and how they are put back so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.store import corrections, groupings, marks, mutes, schema, stories, story_links
from monitor.store.rows import insert, one_of


def before(
    db: sa.Connection, watch: str, story_ids: Sequence[int], article_ids: Sequence[int], now: datetime
) -> dict[str, Any]:
    """The marks of these articles, and the reports, pins, splits, mergers and mutes of these stories."""
    held, pin, mark = schema.story_articles.c, schema.story_pins.c, schema.marks.c
    apart, story, ids = schema.story_splits.c, schema.stories.c, list(story_ids)
    its = sa.or_(one_of(db, held.story_id, ids), one_of(db, held.article_id, list(article_ids)))
    homes = sa.select(held.article_id, held.story_id, held.reason).where(held.watch == watch, its)
    pinned = sa.or_(one_of(db, pin.story_id, ids), one_of(db, pin.article_id, list(article_ids)))
    pins = sa.select(pin.article_id, pin.story_id, pin.said, pin.alone).where(pin.watch == watch, pinned)
    marked = sa.select(mark.article_id, mark.relevant, mark.marked).where(
        mark.watch == watch, one_of(db, mark.article_id, list(article_ids))
    )
    splits = sa.select(apart.one, apart.other, apart.said).where(
        sa.or_(one_of(db, apart.one, ids), one_of(db, apart.other, ids))
    )
    merged = sa.select(story.id, story.merged_into).where(
        sa.or_(one_of(db, story.id, ids), one_of(db, story.merged_into, ids))
    )
    queries = {"homes": homes, "pins": pins, "marks": marked, "splits": splits, "merged": merged}
    rows = {name: [list(map(_plain, row)) for row in db.execute(query)] for name, query in queries.items()}
    return rows | {"muted": sorted(mutes.among(db, ids)), "at": now.isoformat()}


def put_back_marks(db: sa.Connection, watch: str, article_ids: Sequence[int], was: dict[str, Any]) -> None:
    """Give articles the marks that they had; those that had none lose theirs."""
    marks.take_back(db, watch, article_ids)
    for article, relevant, marked in was["marks"]:
        marks.put(db, article, watch, bool(relevant), datetime.fromisoformat(marked))


def put_back_homes(
    db: sa.Connection, watch: str, story_ids: Sequence[int], article_ids: Sequence[int], was: dict[str, Any]
) -> None:
    """Give stories back the reports, pins, splits, mergers and mutes that they had.

    A report that has joined or left one of them since stays where it is.
    """
    held, pins, story = schema.story_articles, schema.story_pins, schema.stories
    homes = {article: (home, reason) for article, home, reason in was["homes"]}
    now = stories.homes(db, watch, list(homes))
    for article, (home, reason) in homes.items():
        if now.get(article) in story_ids:
            where = (held.c.watch == watch, held.c.article_id == article)
            db.execute(held.update().where(*where).values(story_id=home, reason=reason))
    touched = sorted({*homes, *article_ids})
    db.execute(pins.delete().where(pins.c.watch == watch, one_of(db, pins.c.article_id, touched)))
    if was["pins"]:
        rows = [
            {"watch": watch, "article_id": article, "story_id": home, "said": datetime.fromisoformat(said), "alone": a}
            for article, home, said, a in was["pins"]
        ]
        db.execute(insert(db, pins).on_conflict_do_nothing(), rows)
    for each, into in was["merged"]:
        db.execute(story.update().where(story.c.id == each).values(merged_into=into))
    apart, ids = schema.story_splits, list(story_ids)
    db.execute(apart.delete().where(sa.or_(one_of(db, apart.c.one, ids), one_of(db, apart.c.other, ids))))
    for one, other, said in was["splits"]:
        corrections.keep_apart(db, one, other, datetime.fromisoformat(said))
    for each in story_ids:
        mutes.take_back(db, each)
    for each in was["muted"]:
        mutes.put(db, each, datetime.fromisoformat(was["at"]))
    stories.retime(db, story_ids)
    story_links.look_again(db, watch, story_ids)
    groupings.raise_changed(db, watch)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
