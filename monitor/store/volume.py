"""How many reports a watch found, by when they were published, by whom and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.store import schema
from monitor.store.column_types import UtcDateTime


@dataclass(frozen=True, slots=True)
class Found:
    """A report that matches. shown: when it counts as published. country: "" where its feed has none."""

    watch: str
    shown: datetime
    kind: str
    country: str


def found_since(db: sa.Connection, watches: Sequence[str], since: datetime) -> Iterator[Found]:
    """The matches of these watches that count as published since then, in no order."""
    article, match = schema.articles.c, schema.matches.c
    shown = sa.func.coalesce(article.published, article.fetched, type_=UtcDateTime)
    query = sa.select(match.watch, shown, article.kind, article.country)
    # Nothing is judged before it is published, so the index by the time of the judgement narrows it down.
    recent = (match.verdict == "match", match.watch.in_(list(watches)), match.matched >= since, shown >= since)
    for row in db.execute(query.select_from(schema.articles.join(schema.matches)).where(*recent)):
        yield Found(row[0], row[1], row[2], row[3] or "")
