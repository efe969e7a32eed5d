"""Where articles come from and what they link to, to find outlets that no feed of the list reads."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.rows import one_of


@frozen
class Listed:
    """An article that a feed listed. matched: whether any watch matches it."""

    id: int
    url: str
    publisher: str
    title: str
    matched: bool


def listed_by(db: sa.Connection, feeds: Collection[str], since: datetime) -> list[Listed]:
    """The articles of the feeds at these addresses that were read since, the newest first, each once."""
    article, entry = schema.articles.c, schema.entries.c
    listed = sa.exists().where(entry.article_id == article.id, one_of(db, entry.feed_url, list(feeds)))
    columns = (article.id, article.url, article.publisher, article.title, _matched(article.id))
    query = sa.select(*columns).where(listed, article.fetched >= since).order_by(article.id.desc())
    return [Listed(*row) for row in db.execute(query)]


def newest_matched(db: sa.Connection, since: datetime, limit: int) -> list[Listed]:
    """The articles that match and were read since, the newest first."""
    article = schema.articles.c
    columns = (article.id, article.url, article.publisher, article.title, sa.true())
    query = sa.select(*columns).where(_matched(article.id), article.fetched >= since)
    return [Listed(*row) for row in db.execute(query.order_by(article.id.desc()).limit(limit))]


def markup_of(db: sa.Connection, article_ids: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """(article, HTML) of what its feeds say of it, and of its kept page; an article may come several times."""
    entry, page = schema.entries.c, schema.evidence.c
    texts = sa.select(entry.article_id, entry.content).where(one_of(db, entry.article_id, list(article_ids)))
    for article, content in db.execute(texts):
        yield article, content.encode("utf-8", "replace")
    for number in article_ids:
        body = db.scalar(sa.select(page.body).where(page.article_id == number, page.look == 0))
        if body:
            yield number, zlib.decompress(body)


def _matched(article: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    match = schema.matches.c
    return sa.exists().where(match.article_id == article, match.verdict == "match")
