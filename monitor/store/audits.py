"""Audits: the samples that were drawn of what a watch judged, and what a person answered for them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Match, Verdict
from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.articles import is_there
from monitor.store.decision_tables import audit_articles, audits
from monitor.store.rows import one_of, to_match

Sizes = Mapping[tuple[str, ...], int]


@frozen
class Sampled:
    """An article of a sample. band, language, kind: when it was drawn. relevant: what a person said since, or None."""

    article: int
    band: str
    language: str
    kind: str
    relevant: bool | None = None


@frozen
class Audit:
    """A sample of the articles fetched in [since, until), in the order in which they are shown. who: drew it.

    profile: the version that had judged. sizes: how many articles there were, by (band, language, kind), without those
    that a person had marked before: known has these, by (band, language, kind, "right" or "wrong"). id: 0 until it is
    stored.
    """

    id: int
    watch: str
    drawn: datetime
    who: str
    since: datetime
    until: datetime
    profile: str
    sizes: Sizes
    known: Sizes
    sample: tuple[Sampled, ...]

    @property
    def waiting(self) -> int:
        """How many articles of the sample nobody has answered for."""
        return sum(each.relevant is None for each in self.sample)


@frozen
class Candidate:
    """An article that a watch has judged. relevant: how a person has marked it, or None."""

    id: int
    score: float
    verdict: Verdict
    language: str
    kind: str
    relevant: bool | None


def candidates(db: sa.Connection, watch: str, since: datetime, until: datetime) -> Iterator[Candidate]:
    """The articles fetched in [since, until) that still have their text, as the watch has judged them."""
    table, match, mark = schema.articles.c, schema.matches.c, schema.marks.c
    judged = sa.and_(match.article_id == table.id, match.watch == watch)
    marked = sa.and_(mark.article_id == table.id, mark.watch == watch)
    joined = schema.articles.join(schema.matches, judged).outerjoin(schema.marks, marked)
    query = sa.select(table.id, match.score, match.verdict, table.language, table.kind, mark.relevant)
    found = query.select_from(joined).where(schema.WHOLE, table.fetched >= since, table.fetched < until)
    for row in db.execute(found.where(is_there())):
        yield Candidate(row[0], row[1], row[2], (row[3] or "").split("-")[0], row[4], row[5])


def matches(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> dict[int, Match]:
    """article id → how the watch judged it."""
    table = schema.matches.c
    query = sa.select(schema.matches).where(table.watch == watch, one_of(db, table.article_id, article_ids))
    return {row.article_id: to_match(row) for row in db.execute(query)}


def newest_match(db: sa.Connection, watch: str) -> Match | None:
    """How the watch judged the article that was stored last; None where it has judged none."""
    table = schema.matches.c
    query = sa.select(schema.matches).where(table.watch == watch, table.profile != "")
    row = db.execute(query.order_by(table.article_id.desc()).limit(1)).first()
    return to_match(row) if row else None


def add(db: sa.Connection, audit: Audit) -> int:
    """Store an audit and its sample; its id."""
    values = {name: getattr(audit, name) for name in ("watch", "drawn", "who", "since", "until", "profile")}
    packed = {name: json.dumps([[*key, n] for key, n in getattr(audit, name).items()]) for name in ("sizes", "known")}
    number = int(db.execute(audits.insert().values(**values, **packed)).inserted_primary_key[0])  # type: ignore[index]
    rows = [
        {"audit_id": number, "article_id": each.article, "place": place, "band": each.band,
         "language": each.language, "kind": each.kind}
        for place, each in enumerate(audit.sample)
    ]  # fmt: skip
    if rows:
        db.execute(audit_articles.insert(), rows)
    return number


def newest(db: sa.Connection, watch: str, *, since: datetime | None = None, limit: int = 100) -> list[Audit]:
    """The audits of a watch, or those drawn since a time, the newest first, with what was answered up to now."""
    later = [audits.c.drawn >= since] if since else []
    query = sa.select(audits).where(audits.c.watch == watch, *later).order_by(audits.c.id.desc()).limit(limit)
    rows = db.execute(query).all()
    samples = _samples(db, watch, [row.id for row in rows])
    return [
        Audit(row.id, row.watch, row.drawn, row.who, row.since, row.until, row.profile,
              _sizes(row.sizes), _sizes(row.known), tuple(samples.get(row.id, ())))
        for row in rows
    ]  # fmt: skip


def sampled(db: sa.Connection, watch: str, article_ids: Sequence[int], *, before: datetime) -> frozenset[int]:
    """Which of these articles had been drawn for an audit of the watch at that time."""
    its, joined = audit_articles.c, audit_articles.join(audits)
    query = sa.select(its.article_id).select_from(joined).where(audits.c.watch == watch, audits.c.drawn <= before)
    return frozenset(db.scalars(query.where(one_of(db, its.article_id, article_ids))))


def _samples(db: sa.Connection, watch: str, ids: Sequence[int]) -> dict[int, list[Sampled]]:
    its, mark = audit_articles.c, schema.marks.c
    marked = sa.and_(mark.article_id == its.article_id, mark.watch == watch)
    joined = audit_articles.outerjoin(schema.marks, marked)
    query = sa.select(audit_articles, mark.relevant).select_from(joined).where(one_of(db, its.audit_id, ids))
    found: dict[int, list[Sampled]] = {}
    for row in db.execute(query.order_by(its.audit_id, its.place)):
        one = Sampled(row.article_id, row.band, row.language, row.kind, row.relevant)
        found.setdefault(row.audit_id, []).append(one)
    return found


def _sizes(packed: str) -> Sizes:
    return Counter({tuple(key): n for *key, n in json.loads(packed)})
