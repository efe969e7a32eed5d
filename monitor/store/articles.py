"""Articles and how each stands against each watch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Article, Match
from monitor.store import schema
from monitor.store.rows import article_row, chunks, insert, receipt_json, to_article, to_match


def save(db: sa.Connection, made: Sequence[tuple[Article, str]]) -> list[int]:
    """Stores (article, key of its address) pairs; their ids, in the same order.

    Where an address is known, the article stored stays, unless that was partial and this one is not.
    """
    known = _stored(db, [key for _, key in made])
    rows: dict[str, dict[str, object]] = {}
    for article, key in made:
        if key not in known and (key not in rows or rows[key]["partial"]):
            rows[key] = article_row(article, key)
    if rows:
        statement = insert(db, schema.articles).on_conflict_do_nothing()
        db.execute(statement, list(rows.values()))
    for article, key in made:
        if key in known and known[key][1] and not article.partial:
            replace_text(db, known[key][0], article)
    stored = known | _stored(db, list(rows))
    return [stored[key][0] for _, key in made]


def _stored(db: sa.Connection, keys: list[str]) -> dict[str, tuple[int, bool]]:
    """key → (id, partial) of the articles stored under these keys."""
    table, found = schema.articles.c, dict[str, tuple[int, bool]]()
    for part in chunks(keys):
        query = sa.select(table.url_key, table.id, table.partial).where(table.url_key.in_(part))
        found |= {row.url_key: (row.id, row.partial) for row in db.execute(query)}
    return found


def replace_text(db: sa.Connection, article_id: int, article: Article) -> None:
    """The page could be read at last: its text stands in place of what the feed gave, to be judged anew."""
    values = {name: getattr(article, name) for name in ("title", "text", "language", "published", "author", "partial")}
    db.execute(schema.articles.update().where(schema.articles.c.id == article_id).values(**values))
    judge_anew(db, article_id)


def unmatched(
    db: sa.Connection,
    watch: str,
    profile: str,
    since: datetime,
    *,
    limit: int,
    after: int = 0,
    beyond: int | None = None,
) -> list[Article]:
    """Articles fetched since ``since`` that ``watch`` has not judged under this profile version, by id.

    Those a person marked or whose text was replaced are among them, however old; and so are those with an id
    ``beyond`` the last one judged, which a long downtime may have left.
    """
    table = schema.articles
    judged = sa.exists().where(
        schema.matches.c.article_id == table.c.id,
        schema.matches.c.watch == watch,
        schema.matches.c.profile == profile,
    )
    anew = sa.exists().where(
        schema.matches.c.article_id == table.c.id, schema.matches.c.watch == watch, schema.matches.c.profile == ""
    )
    recent = table.c.fetched >= since if beyond is None else sa.or_(table.c.fetched >= since, table.c.id > beyond)
    wanted = sa.or_(sa.and_(recent, ~judged), anew)
    query = sa.select(table).where(table.c.id > after, wanted).order_by(table.c.id).limit(limit)
    return [to_article(row) for row in db.execute(query)]


def judge_anew(db: sa.Connection, article_id: int, watch: str | None = None) -> int:
    """The next judging takes this article again (for one watch, or all); how many judgements that concerns."""
    table = schema.matches
    where = [table.c.article_id == article_id, *([table.c.watch == watch] if watch else [])]
    return db.execute(table.update().where(*where).values(profile="")).rowcount


def newest(db: sa.Connection) -> int:
    """The id of the article stored last, 0 when there is none."""
    return db.scalar(sa.select(sa.func.max(schema.articles.c.id))) or 0


def judged_to(db: sa.Connection) -> int:
    """Up to which article everything was judged once, under whatever configuration."""
    return db.scalar(sa.select(schema.judged.c.newest)) or 0


def all_judged(db: sa.Connection, fingerprint: str) -> bool:
    """Whether every article was judged under the configuration of this fingerprint, and none is to be anew."""
    table = schema.judged.c
    done = sa.select(table.id).where(table.fingerprint == fingerprint, table.newest >= newest(db))
    anew = sa.select(schema.matches.c.article_id).where(schema.matches.c.profile == "")
    return db.execute(done).first() is not None and db.execute(anew.limit(1)).first() is None


def judged_under(db: sa.Connection) -> str | None:
    """The fingerprint of the configuration that judged last."""
    found: str | None = db.scalar(sa.select(schema.judged.c.fingerprint))
    return found


def set_judged(db: sa.Connection, fingerprint: str, up_to: int) -> None:
    values = {"id": 1, "fingerprint": fingerprint, "newest": up_to}
    statement = insert(db, schema.judged).values(**values)
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def save_matches(db: sa.Connection, found: list[tuple[int, Match]], now: datetime) -> None:
    """Stores (article id, match) pairs; an earlier judgement by the same watch is replaced."""
    rows = [
        {
            "article_id": article_id,
            "watch": match.watch,
            "score": match.score,
            "verdict": match.verdict,
            "profile": match.receipt.profile,
            "matched": now,
            "receipt": receipt_json(match.receipt),
            "entities": json.dumps(match.entities),
            "acts": json.dumps(match.acts),
        }
        for article_id, match in found
    ]
    if rows:
        statement = insert(db, schema.matches)
        update: dict[str, sa.ColumnElement[object]] = {
            c: statement.excluded[c] for c in rows[0] if c not in ("article_id", "watch", "matched")
        }
        # `matched` moves only when the verdict does: an edited term must not make an old story look new
        same = schema.matches.c.verdict == statement.excluded.verdict
        update["matched"] = sa.case((same, schema.matches.c.matched), else_=statement.excluded.matched)
        db.execute(statement.on_conflict_do_update(index_elements=["article_id", "watch"], set_=update), rows)


def verdicts(db: sa.Connection, watch: str, ids: list[int]) -> Mapping[int, str]:
    """article id → the verdict stored for ``watch``."""
    table = schema.matches.c
    found: dict[int, str] = {}
    for part in chunks(ids):
        query = sa.select(table.article_id, table.verdict).where(table.watch == watch, table.article_id.in_(part))
        found |= {row.article_id: row.verdict for row in db.execute(query)}
    return found


def archive(db: sa.Connection, watch: str, since: datetime) -> Iterator[tuple[Article, Match]]:
    """Every judged article fetched since ``since``, oldest first: what an edited watch is tried on."""
    joined = schema.articles.join(schema.matches, schema.matches.c.article_id == schema.articles.c.id)
    where = (schema.matches.c.watch == watch, schema.articles.c.fetched >= since)
    for row in db.execute(
        sa.select(schema.articles, schema.matches).select_from(joined).where(*where).order_by(schema.articles.c.id)
    ):
        yield to_article(row), to_match(row)


def count_since(db: sa.Connection, since: datetime, until: datetime) -> int:
    at = schema.articles.c.fetched
    return db.scalar(sa.select(sa.func.count()).select_from(schema.articles).where(at >= since, at <= until)) or 0
