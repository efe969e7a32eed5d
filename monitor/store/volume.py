"""How many reports a watch found, by when they were published, by whom and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.store import schema
from monitor.store.column_types import UtcDateTime


@dataclass(frozen=True, slots=True)
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
    # Counted by the database: of a large store as many rows as there are reports would be read.
    span = sa.case(*((shown < bound, number) for number, bound in enumerate(bounds[1:])), else_=len(bounds))
    # Nothing is judged before it is published, so the index by the time of the judgement narrows it down.
    recent = (
        match.verdict == "match",
        match.watch.in_(list(watches)),
        match.matched >= bounds[0],
        shown >= bounds[0],
        shown < bounds[-1],
    )
    country = sa.func.coalesce(article.country, "")
    found = sa.select(match.watch, span.label("span"), article.kind, country.label("of_country"))
    rows = found.select_from(schema.articles.join(schema.matches)).where(*recent).subquery()
    counted = sa.select(rows, sa.func.count()).group_by(*rows.c)
    return [Found(*row) for row in db.execute(counted)]
