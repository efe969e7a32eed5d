"""The pages behind the articles, as they came: kept compressed for what matched or nearly did, with hash and time.

A page is staged with its article in one transaction and goes again once every watch has judged it and none wants it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.model import FetchResult
from monitor.store import schema
from monitor.store.rows import insert

ABANDONED = timedelta(days=1)  # a staged page that nobody judged in so long


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A fetched page. requested: the address asked for; ``url``: the one that answered. body: zlib.

    sha256 and ``size`` (bytes) are of the body as it came.
    """

    fetched: datetime
    requested: str
    url: str
    status: int
    content_type: str
    charset: str | None
    sha256: str
    size: int
    body: bytes
    look: int = 0  # 0: what was judged; 1: looked at again after it was cited

    def content(self) -> bytes:
        """The body as it came. Raises StoreError when the store no longer holds what was put in."""
        try:
            body = zlib.decompress(self.body)
        except zlib.error as error:
            raise StoreError(f"the page of {self.url} in the store is damaged ({error})") from error
        if hashlib.sha256(body).hexdigest() != self.sha256:
            raise StoreError(f"the page of {self.url} in the store is not the one that was fetched: its hash differs")
        return body


@dataclass(frozen=True, slots=True)
class Cited:
    """An article an edition told, to be looked at again. ``tries``: how often that failed."""

    article: int
    page: KeptPage
    tries: int


def kept_page(result: FetchResult, now: datetime, *, look: int = 0) -> KeptPage:
    body = result.body
    return KeptPage(
        fetched=now,
        requested=result.requested,
        url=result.url,
        status=result.status,
        content_type=result.content_type,
        charset=result.charset,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        body=zlib.compress(body, 6),
        look=look,
    )


def keep(db: sa.Connection, pages: Sequence[tuple[int, KeptPage]], *, staged: bool) -> None:
    """Stores (article id, page); an earlier one of the same look stays."""
    rows = [
        {name: getattr(page, name) for name in KeptPage.__dataclass_fields__}
        | {"article_id": article, "staged": staged, "tries": 0}
        for article, page in pages
    ]
    if rows:
        db.execute(insert(db, schema.evidence).on_conflict_do_nothing(), rows)


def staged(db: sa.Connection) -> bool:
    """Whether a page waits for a judgement."""
    return bool(db.scalar(sa.select(sa.exists().where(schema.evidence.c.staged))))


def settle(db: sa.Connection, watches: Sequence[str], now: datetime) -> None:
    """Keeps the staged pages of what matched or nearly did, and drops those that every watch has refused."""
    page, match = schema.evidence.c, schema.matches.c
    wanted = sa.exists().where(match.article_id == page.article_id, match.verdict.in_(("match", "near")))
    judged = (
        sa.select(sa.func.count())
        .where(match.article_id == page.article_id, match.watch.in_(list(watches)))
        .scalar_subquery()
    )
    db.execute(schema.evidence.update().where(page.staged, wanted).values(staged=False))
    refused = sa.or_(judged >= len(watches), page.fetched < now - ABANDONED)
    db.execute(schema.evidence.delete().where(page.staged, refused))


def of_articles(db: sa.Connection, article_ids: Sequence[int]) -> dict[int, list[KeptPage]]:
    """article id → its pages, the judged one first."""
    table = schema.evidence.c
    query = sa.select(schema.evidence).where(table.article_id.in_(article_ids)).order_by(table.article_id, table.look)
    found: dict[int, list[KeptPage]] = {}
    for row in db.execute(query):
        found.setdefault(row.article_id, []).append(_page(row))
    return found


def to_look_again(db: sa.Connection, cited_before: datetime, now: datetime, limit: int) -> list[int]:
    """Ids of articles told by an edition before ``cited_before`` whose pages were not looked at again yet."""
    page, told, edition = schema.evidence.c, schema.edition_articles.c, schema.editions.c
    joined = schema.edition_articles.join(schema.editions, edition.id == told.edition_id)
    cited = sa.exists(
        sa.select(told.article_id)
        .select_from(joined)
        .where(told.article_id == page.article_id, told.role == "story", edition.composed <= cited_before)
    )
    due = sa.or_(page.next_look.is_(None), page.next_look <= now)
    query = sa.select(page.article_id).where(page.look == 0, ~page.staged, page.looked.is_(None), due, cited)
    return list(db.scalars(query.order_by(page.article_id).limit(limit)))


def cited(db: sa.Connection, article_id: int) -> Cited:
    table = schema.evidence.c
    row = db.execute(sa.select(schema.evidence).where(table.article_id == article_id, table.look == 0)).one()
    return Cited(article_id, _page(row), row.tries)


def looked(db: sa.Connection, article_id: int, now: datetime) -> None:
    """It was looked at again; no more after that."""
    _update(db, article_id, looked=now)


def look_later(db: sa.Connection, article_id: int, tries: int, at: datetime) -> None:
    """The page could not be read; it is tried again at ``at``."""
    _update(db, article_id, tries=tries, next_look=at)


def _update(db: sa.Connection, article_id: int, **values: Any) -> None:
    table = schema.evidence.c
    db.execute(schema.evidence.update().where(table.article_id == article_id, table.look == 0).values(**values))


def _page(row: Any) -> KeptPage:
    return KeptPage(**{name: row._mapping[name] for name in KeptPage.__dataclass_fields__})
