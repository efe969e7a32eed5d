"""How many reports a watch found, by when they were published, by whom and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.column_types import UtcDateTime


@frozen
class Found:
    """Reports that match, of one span of time, watch, kind of outlet and country. country: "" where a feed has none."""

    watch: str
    span: int
    kind: str
    country: str
    reports: int


def found_in(db: sa.Connection, watches: Sequence[str], bounds: Sequence[datetime]) -> list[Found]:
    """The matches of these watches by when they count as published: span n is [bounds[n], bounds[n + 1])."""
    article, match = schema.articles.c, schema.matches.c
    shown = sa.func.coalesce(article.published, article.fetched, type_=UtcDateTime)
    # Counted by the database: of a large store as many rows as there are reports would be read. The condition is on
    # judgements alone, for nothing is judged before it is published: how few articles lie between two values of
    # `shown` PostgreSQL cannot know, and it took another way for that, four times as long.
    recent = (match.verdict == "match", match.watch.in_(list(watches)), match.matched >= bounds[0])
    passed, country = passed_bounds(db, shown, bounds).label("passed"), sa.func.coalesce(article.country, "")
    found = sa.select(match.watch, passed, article.kind, country.label("of_country"))
    rows = found.select_from(schema.articles.join(schema.matches)).where(*recent).subquery()
    counted = db.execute(sa.select(rows, sa.func.count()).group_by(*rows.c))
    return [Found(watch, passed - 1, *rest) for watch, passed, *rest in counted if 0 < passed < len(bounds)]


def passed_bounds(
    db: sa.Connection, time: sa.ColumnElement[datetime], bounds: Sequence[datetime]
) -> sa.ColumnElement[int]:
    """How many of the rising bounds are not later than ``time``."""
    if db.dialect.name == "postgresql":
        return sa.func.width_bucket(time, sa.literal(list(bounds), sa.ARRAY(UtcDateTime)), type_=sa.Integer)
    return sa.case(*((time < bound, number) for number, bound in enumerate(bounds)), else_=len(bounds))
