"""Which stored articles are wanted: by watch, judgement, score, language, kind, country, publisher and date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.column_types import UtcDateTime

JUDGEMENTS = ("match", "near", "no", "right", "wrong")  # verdicts, and what a person marked


@frozen
class ArticleFilter:
    """What articles have in common; "" and None for anything. judgement: one of `JUDGEMENTS`, of ``watch`` or of any.

    score: the least. since, until: when they count as published.
    """

    watch: str = ""
    judgement: str = ""
    score: float | None = None
    language: str = ""
    kind: str = ""
    country: str = ""
    publisher: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def where(self) -> list[sa.ColumnElement[bool]]:
        """Conditions on the table of articles; [] for any article."""
        return [*self.own(), *self.judged(schema.articles.c.id)]

    def own(self) -> list[sa.ColumnElement[bool]]:
        """Conditions on the article itself, without how it was judged and marked."""
        table = schema.articles.c
        plain = {name: getattr(self, name) for name in ("kind", "country", "publisher") if getattr(self, name)}
        found: list[sa.ColumnElement[bool]] = [table[name] == value for name, value in plain.items()]
        if self.language:
            found.append(sa.or_(table.language == self.language, table.language.startswith(f"{self.language}-")))
        shown = sa.func.coalesce(table.published, table.fetched, type_=UtcDateTime)
        found += [shown >= self.since] if self.since else []
        found += [shown < self.until] if self.until else []
        return found

    def judged(self, article: sa.ColumnElement[int]) -> list[sa.ColumnElement[bool]]:
        """Conditions on how the article with this id was judged and marked; [] for any."""
        match, marked = schema.matches.c, self.marked
        found: list[sa.ColumnElement[bool]] = []
        if marked:
            of = (schema.marks.c.article_id == article, *self._mark())
            found.append(_any(sa.select(sa.true()).where(*of)))
        verdict = [match.verdict == self.judgement] if self.judgement and not marked else []
        least = [match.score >= self.score] if self.score is not None else []
        if verdict or least or (self.watch and not marked):
            own = [match.watch == self.watch] if self.watch else []
            found.append(_any(sa.select(sa.true()).where(match.article_id == article, *own, *verdict, *least)))
        return found

    @property
    def marked(self) -> bool:
        """Whether it is by what a person marked, which is little."""
        return self.judgement in ("right", "wrong")

    def marked_ids(self) -> sa.Select[tuple[int]]:
        """Ids of the articles that a person marked as it says."""
        return sa.select(schema.marks.c.article_id).where(*self._mark())

    def _mark(self) -> list[sa.ColumnElement[bool]]:
        mark = schema.marks.c
        return [mark.relevant.is_(self.judgement == "right"), *([mark.watch == self.watch] if self.watch else [])]


def _any(query: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Whether the query has a row, asked of each article for itself: for EXISTS PostgreSQL reads all judgements."""
    return query.limit(1).scalar_subquery().is_not(None)
