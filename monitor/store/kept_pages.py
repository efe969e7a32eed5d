"""Pages kept as evidence: the bytes a server sent for an article that matched or nearly did, with hash and time.

Every fetched page is staged in the transaction that stores its article, because it is not known yet whether the
article matches. Once every watch has judged the article and none wants it, the page is deleted.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.model import Exchange, FetchResult
from monitor.model.frozen import frozen
from monitor.store import schema
from monitor.store.rows import chunks, insert, one_of

ABANDONED = timedelta(days=1)  # a staged page older than this is deleted, though a watch has not judged it
_QUICK, _SMALL = 1, 6  # levels of zlib


@frozen
class KeptPage:
    """A fetched page. requested: the address of the request; url: the one that answered, after redirects.

    body: compressed with zlib (RFC 1950), empty where retention has deleted it. sha256 (hexadecimal) and size (bytes):
    of the body as the server sent it.
    exchanges: how it was fetched: each redirect and the answer; empty of a page that an earlier version fetched.
    look: 0 for the page that was judged; 1, 2, ... for the page as it came when it was looked at after publication.
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
    look: int = 0
    exchanges: tuple[Exchange, ...] = ()

    def content(self) -> bytes:
        """The body as the server sent it. Raises StoreError when the stored bytes are damaged or have another hash."""
        if not self.body:
            raise StoreError(
                f"the page of {self.url} was deleted, because it is older than `retention: evidence:` says"
            )
        try:
            body = zlib.decompress(self.body)
        except zlib.error as error:
            raise StoreError(f"the page of {self.url} in the store is damaged ({error})") from error
        if hashlib.sha256(body).hexdigest() != self.sha256:
            raise StoreError(f"the page of {self.url} in the store is not the one that was fetched: its hash differs")
        return body


def from_fetch(result: FetchResult, now: datetime, *, look: int = 0) -> KeptPage:
    """The page of a fetched answer, ready to be stored. look: see `KeptPage`.

    Most pages are deleted as soon as their article is judged. So the first look is compressed in a third of the time,
    to a sixth more, until it is known to stay (see `settle`).
    """
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
        body=zlib.compress(body, _SMALL if look else _QUICK),
        look=look,
        exchanges=result.exchanges,
    )


def keep(db: sa.Connection, pages: Sequence[tuple[int, KeptPage]], *, staged: bool) -> None:
    """Store (article id, page) pairs; an earlier page with the same ``look`` stays. staged: not judged yet."""
    rows = [
        {name: getattr(page, name) for name in KeptPage.__dataclass_fields__}
        | {"article_id": article, "staged": staged, "tries": 0}
        for article, page in pages
    ]
    if rows:
        db.execute(insert(db, schema.evidence).on_conflict_do_nothing(), rows)


def discard(db: sa.Connection, article_ids: Sequence[int]) -> None:
    """Delete the pages of articles whose text was replaced before an edition showed it."""
    db.execute(schema.evidence.delete().where(schema.evidence.c.article_id.in_(list(article_ids))))


def any_staged(db: sa.Connection) -> bool:
    """Whether any page waits for the judgement of its article."""
    return bool(db.scalar(sa.select(sa.exists().where(schema.evidence.c.staged))))


def settle(db: sa.Connection, watches: Sequence[str], now: datetime) -> None:
    """Keep the staged pages of articles that matched or nearly did; delete those that all of ``watches`` refused."""
    page, match = schema.evidence.c, schema.matches.c
    # Locked before its judgement is looked at: a page that is just being replaced is left to the next time.
    staged = sa.select(page.article_id).where(page.staged).order_by(page.article_id).with_for_update(skip_locked=True)
    here = one_of(db, page.article_id, list(db.scalars(staged)))
    wanted = sa.exists().where(match.article_id == page.article_id, match.verdict.in_(("match", "near")))
    judged = (
        sa.select(sa.func.count())
        .where(match.article_id == page.article_id, match.watch.in_(list(watches)))
        .scalar_subquery()
    )
    # First keep, then delete: what is wanted is no longer staged, so that its age does not matter any more.
    for article, look in db.execute(sa.select(page.article_id, page.look).where(page.staged, here, wanted)).all():
        this = (page.article_id == article, page.look == look)
        body = db.execute(sa.select(page.body).where(*this)).scalar_one()
        db.execute(schema.evidence.update().where(*this).values(staged=False, body=_smaller(body)))
    refused = sa.or_(judged >= len(watches), page.fetched < now - ABANDONED)
    db.execute(schema.evidence.delete().where(page.staged, here, refused))


def _smaller(body: bytes) -> bytes:
    """A page that stays, compressed as well as it pays. What is damaged stays as it is: whoever reads it says so."""
    try:
        return zlib.compress(zlib.decompress(body), _SMALL)
    except zlib.error:
        return body


def of_articles(db: sa.Connection, article_ids: Sequence[int]) -> dict[int, list[KeptPage]]:
    """article id → its pages, the one that was judged first."""
    table = schema.evidence.c
    query = sa.select(schema.evidence).where(table.article_id.in_(article_ids)).order_by(table.article_id, table.look)
    found: dict[int, list[KeptPage]] = {}
    for row in db.execute(query):
        found.setdefault(row.article_id, []).append(_page(row))
    return found


def hashes(db: sa.Connection, article_ids: Collection[int]) -> dict[int, str]:
    """article id → SHA-256 (hexadecimal) of the page that was judged, where one was kept."""
    table, found = schema.evidence.c, dict[int, str]()
    for part in chunks(sorted(article_ids)):
        query = sa.select(table.article_id, table.sha256).where(table.article_id.in_(part), table.look == 0)
        found |= {row.article_id: row.sha256 for row in db.execute(query)}
    return found


def newest(db: sa.Connection, article_id: int) -> KeptPage | None:
    """The page of an article as it was kept last."""
    table = schema.evidence.c
    kept = sa.select(schema.evidence).where(table.article_id == article_id).order_by(table.look.desc()).limit(1)
    row = db.execute(kept).one_or_none()
    return _page(row) if row else None


def _page(row: Any) -> KeptPage:
    return KeptPage(**{name: row._mapping[name] for name in KeptPage.__dataclass_fields__})
