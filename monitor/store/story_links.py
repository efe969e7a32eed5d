"""Which earlier story a story follows: the steps of an affair, and what a look back looks back at.

A link is kept between articles, so that it goes along when stories are merged or split.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from monitor.model import StoryLink
from monitor.store import schema
from monitor.store.rows import chunks, insert, one_of

LONGEST = 60  # stories of one affair that are looked at
_EARLIER = schema.story_articles.alias("earlier")
_LATER = schema.story_articles.alias("later")


class Linked(NamedTuple):
    """What was found of an article's story. beside: an article of the story it follows, None for none."""

    article_id: int
    beside: int | None
    kind: str = ""
    likely: float = 0.0
    alike: float = 0.0


def is_due(db: sa.Connection, watch: str) -> bool:
    """Whether the stories have changed since it was last looked for what they follow. Not where there is none."""
    table = schema.groupings.c
    any_story = sa.exists().where(schema.stories.c.watch == watch)
    return bool(db.scalar(sa.select(table.watch).where(table.watch == watch, table.changed != table.linked, any_story)))


def unlinked(db: sa.Connection, watch: str, since: datetime, most: int) -> dict[int, list[int]]:
    """story id → ids of its articles that were not looked at yet, of stories with a report since then.

    At most so many articles.
    """
    held, link = schema.story_articles.c, schema.story_links.c
    joined = schema.story_articles.join(schema.stories, schema.stories.c.id == held.story_id).outerjoin(
        schema.story_links, sa.and_(link.watch == held.watch, link.article_id == held.article_id)
    )
    where = (schema.stories.c.watch == watch, schema.stories.c.last_seen >= since, link.article_id.is_(None))
    query = sa.select(held.story_id, held.article_id).select_from(joined).where(*where)
    found: dict[int, list[int]] = {}
    for row in db.execute(query.order_by(held.story_id, held.article_id).limit(most)):
        found.setdefault(row.story_id, []).append(row.article_id)
    return found


def save(db: sa.Connection, watch: str, found: Iterable[Linked]) -> None:
    """Store what was found, in place of what was found of these articles before."""
    rows = [{"watch": watch, **each._asdict()} for each in found]
    statement = insert(db, schema.story_links)
    update = {name: statement.excluded[name] for name in ("beside", "kind", "likely", "alike")}
    if rows:
        db.execute(statement.on_conflict_do_update(index_elements=["watch", "article_id"], set_=update), rows)


def around(db: sa.Connection, story_ids: Sequence[int]) -> list[StoryLink]:
    """The links of the affairs of these stories, earlier and later ones, the likeliest of each story only."""
    known: set[int] = set()
    found: dict[int, StoryLink] = {}
    waiting = set(story_ids)
    while waiting and len(known) < LONGEST * max(1, len(story_ids)):
        known |= waiting
        links = [*_followed_by(db, waiting), *_that_follow(db, waiting)]
        for link in links:
            if link.later not in found or link.likely > found[link.later].likely:
                found[link.later] = link
        waiting = {story for link in links for story in (link.later, link.earlier)} - known
    return [found[later] for later in sorted(found)]


def _followed_by(db: sa.Connection, story_ids: Iterable[int]) -> Iterator[StoryLink]:
    """The links of these stories to the earlier ones that they follow."""
    for part in chunks(sorted(story_ids)):
        yield from _links(db, one_of(db, _LATER.c.story_id, part))


def _that_follow(db: sa.Connection, story_ids: Iterable[int]) -> Iterator[StoryLink]:
    """The links of later stories to these, which they follow."""
    held = schema.story_articles.c
    for part in chunks(sorted(story_ids)):
        # Their articles are asked for first: from the story alone SQLite would walk through all articles of a watch.
        ids = db.scalars(sa.select(held.article_id).where(one_of(db, held.story_id, part)))
        own = set(part)
        found = _links(db, one_of(db, schema.story_links.c.beside, list(ids)))
        yield from (each for each in found if each.earlier in own)


def _links(db: sa.Connection, where: sa.ColumnElement[bool]) -> list[StoryLink]:
    link = schema.story_links
    joined = link.join(_LATER, sa.and_(_LATER.c.watch == link.c.watch, _LATER.c.article_id == link.c.article_id)).join(
        _EARLIER, sa.and_(_EARLIER.c.watch == link.c.watch, _EARLIER.c.article_id == link.c.beside)
    )
    columns = (
        _LATER.c.story_id.label("later"),
        _EARLIER.c.story_id.label("earlier"),
        link.c.kind,
        link.c.likely,
        link.c.alike,
    )
    apart = (_LATER.c.story_id != _EARLIER.c.story_id, ~_split())
    query = sa.select(*columns).select_from(joined).where(where, *apart)
    return [StoryLink(*row) for row in db.execute(query.order_by(link.c.likely.desc(), link.c.article_id))]


def _split() -> sa.Exists:
    """Whether a person has split the two stories of a link: what they hold is not one matter to a reader."""
    parted, later, earlier = schema.story_splits.c, _LATER.c.story_id, _EARLIER.c.story_id
    either = sa.or_(
        sa.and_(parted.one == later, parted.other == earlier), sa.and_(parted.one == earlier, parted.other == later)
    )
    return sa.exists().where(either)


def look_again(db: sa.Connection, watch: str, story_ids: Sequence[int]) -> None:
    """Forget what was found of the reports of these stories, so that it is looked for again."""
    link, held = schema.story_links.c, schema.story_articles.c
    its = sa.select(held.article_id).where(held.watch == watch, held.story_id.in_(list(story_ids)))
    db.execute(schema.story_links.delete().where(link.watch == watch, link.article_id.in_(its)))
