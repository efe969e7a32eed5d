"""Articles that did not match, but tell of the event of a story: they are shown with it and count apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from monitor.model import Report, Support
from monitor.store import groupings, schema
from monitor.store.rows import ARTICLE, ARTICLE_IN_BRIEF, MATCH_IN_BRIEF, insert, one_of, to_report

LEAST = 0.1  # score from which an article that is no near miss is looked at
BACK = timedelta(days=3)  # since when it is looked again after the stories have changed
NOTED_EVERY = timedelta(hours=1)
LATE = timedelta(minutes=10)  # by which a judgement may be stored after its time, by another process


class Looked(NamedTuple):
    """When it was last looked for what supports a watch's stories. changed: the number of their changes then."""

    changed: int = -1
    at: datetime | None = None


def since(db: sa.Connection, watch: str, now: datetime) -> datetime:
    """Since when what was judged is to be looked at: of some days where the stories have changed."""
    seen = _looked(db, watch)
    known = seen.at is not None and seen.changed == groupings.changed(db, watch) and now - BACK <= seen.at <= now
    return seen.at if known and seen.at else now - BACK


def is_due(db: sa.Connection, watch: str, now: datetime) -> bool:
    """Whether something is to be looked at, or to be recorded that nothing is."""
    begin = since(db, watch, now)
    return now - begin >= NOTED_EVERY or bool(candidates(db, watch, begin, 1))


def stories_of(db: sa.Connection, article_ids: Sequence[int]) -> dict[tuple[str, int], int]:
    """(watch, article id) → the id of the story that the article supports, for those that support one."""
    table, held, match = schema.story_supports, schema.story_articles, schema.matches
    joined = table.join(held, sa.and_(held.c.watch == table.c.watch, held.c.article_id == table.c.beside)).join(
        match, sa.and_(match.c.watch == table.c.watch, match.c.article_id == table.c.article_id)
    )
    where = (one_of(db, table.c.article_id, list(article_ids)), match.c.verdict != "match", *_may_support())
    query = sa.select(table.c.watch, table.c.article_id, held.c.story_id).select_from(joined).where(*where)
    return {(row.watch, row.article_id): row.story_id for row in db.execute(query)}


def _may_support() -> tuple[sa.ColumnElement[bool], ...]:
    """Neither a report of a story, as what an edition has shown stays one, nor marked wrong by a person."""
    match, held, mark = schema.matches.c, schema.story_articles.c, schema.marks.c
    placed = sa.exists().where(held.watch == match.watch, held.article_id == match.article_id)
    wrong = sa.exists().where(mark.watch == match.watch, mark.article_id == match.article_id, ~mark.relevant)
    return (~placed.correlate(schema.matches), ~wrong.correlate(schema.matches))


def _looked(db: sa.Connection, watch: str) -> Looked:
    table = schema.groupings.c
    row = db.execute(sa.select(table.supported, table.supported_at).where(table.watch == watch)).first()
    return Looked(*row) if row else Looked()


def candidates(db: sa.Connection, watch: str, since: datetime, most: int) -> list[Report]:
    """What was judged since then and may support a story, the latest first.

    A near miss; else an article with some score, or one that names two entities of the watch.
    """
    match = schema.matches.c
    may = sa.or_(match.verdict == "near", match.score >= LEAST, match.entities.contains(","))
    joined = schema.articles.join(schema.matches, match.article_id == schema.articles.c.id)
    where = (
        match.watch == watch,
        match.verdict.in_(("near", "no")),
        match.matched >= since - LATE,
        may,
        *_may_support(),
    )
    query = sa.select(*ARTICLE, schema.matches).select_from(joined).where(*where)
    rows = db.execute(query.order_by(match.matched.desc(), match.article_id.desc()).limit(most))
    return [to_report(row) for row in rows]


def save(
    db: sa.Connection,
    watch: str,
    article_ids: Sequence[int],
    found: Sequence[tuple[int, int, float]],
    seen: Looked,
) -> None:
    """Store what these articles support, (article, beside, likely) each, in the place of what was found before."""
    table = schema.story_supports
    db.execute(table.delete().where(table.c.watch == watch, one_of(db, table.c.article_id, article_ids)))
    for article, beside, likely in found:
        db.execute(insert(db, table).values(watch=watch, article_id=article, beside=beside, likely=likely))
    groupings.looked_for_support(db, watch, seen.changed, seen.at)


def rows(
    db: sa.Connection, watch: str, beside: Sequence[int], article_ids: Sequence[int]
) -> list[tuple[int, int, float]]:
    """(article, beside, likely) of what stands beside some articles, and of these articles themselves."""
    table = schema.story_supports.c
    either = sa.or_(one_of(db, table.beside, beside), one_of(db, table.article_id, article_ids))
    query = sa.select(table.article_id, table.beside, table.likely).where(table.watch == watch, either)
    return [tuple(row) for row in db.execute(query.order_by(table.article_id))]


def put_back(db: sa.Connection, watch: str, known: Iterable[Sequence[Any]]) -> None:
    """Store these rows again, in the place of what was found of the same articles since."""
    table = schema.story_supports
    for article, beside, likely in known:
        db.execute(table.delete().where(table.c.watch == watch, table.c.article_id == article))
        db.execute(table.insert().values(watch=watch, article_id=article, beside=beside, likely=likely))


def forget_beside(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> None:
    """Forget what stood beside these articles, which are in no story any more."""
    table = schema.story_supports
    db.execute(table.delete().where(table.c.watch == watch, one_of(db, table.c.beside, article_ids)))


def of_stories(db: sa.Connection, story_ids: Sequence[int], *, brief: bool = False) -> dict[int, list[Support]]:
    """story id → what supports it, the likeliest first. brief: as in `monitor.store.stories.load`."""
    table, held, match = schema.story_supports, schema.story_articles, schema.matches
    joined = (
        table.join(held, sa.and_(held.c.watch == table.c.watch, held.c.article_id == table.c.beside))
        .join(match, sa.and_(match.c.watch == table.c.watch, match.c.article_id == table.c.article_id))
        .join(schema.articles, schema.articles.c.id == table.c.article_id)
    )
    read: tuple[Any, ...] = (*ARTICLE_IN_BRIEF, *MATCH_IN_BRIEF) if brief else (*ARTICLE, match)
    columns: tuple[Any, ...] = (*read, held.c.story_id, table.c.likely)
    where = (one_of(db, held.c.story_id, story_ids), match.c.verdict != "match", *_may_support())
    query = sa.select(*columns).select_from(joined).where(*where)
    found: dict[int, list[Support]] = {}
    for row in db.execute(query.order_by(table.c.likely.desc(), table.c.article_id)):
        report = to_report(row)
        found.setdefault(row.story_id, []).append(Support(report, row.likely))
    return found
