"""Pages kept as evidence: the bytes a server sent for an article that matched or nearly did, with hash and time.

Every fetched page is staged in the transaction that stores its article, because it is not known yet whether the
article matches. Once every watch has judged the article and none wants it, the page is deleted.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.model import Exchange, FetchResult
from monitor.store import schema
from monitor.store.column_types import UtcDateTime
from monitor.store.rows import chunks, insert

ABANDONED = timedelta(days=1)  # a staged page older than this is deleted, though a watch has not judged it


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A fetched page. requested: the address of the request; url: the one that answered, after redirects.

    body: compressed with zlib (RFC 1950), empty where retention has deleted it. sha256 (hexadecimal) and size (bytes):
    of the body as the server sent it.
    exchanges: how it was fetched: each redirect and the answer; empty of a page that an earlier version fetched.
    look: 0 for the page that was judged; 1, 2, ... for the page as it was found changed after publication.
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


@dataclass(frozen=True, slots=True)
class Cited:
    """An article that an edition has shown, with its page as it was kept last.

    tries: failed checks for changes so far. missing_since: when it was first answered with 404 or 410. shown: when the
    first edition with it was composed.
    """

    article: int
    page: KeptPage
    tries: int
    missing_since: datetime | None
    shown: datetime


def from_fetch(result: FetchResult, now: datetime, *, look: int = 0) -> KeptPage:
    """The page of a fetched answer, ready to be stored. look: see `KeptPage`."""
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
    wanted = sa.exists().where(match.article_id == page.article_id, match.verdict.in_(("match", "near")))
    judged = (
        sa.select(sa.func.count())
        .where(match.article_id == page.article_id, match.watch.in_(list(watches)))
        .scalar_subquery()
    )
    # First keep, then delete: what is wanted is no longer staged, so that its age does not matter any more.
    db.execute(schema.evidence.update().where(page.staged, wanted).values(staged=False))
    refused = sa.or_(judged >= len(watches), page.fetched < now - ABANDONED)
    db.execute(schema.evidence.delete().where(page.staged, refused))


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


def to_look_again(db: sa.Connection, cited_before: datetime, now: datetime, limit: int) -> list[int]:
    """Ids of at most ``limit`` articles whose page is due for the check for changes, by rising id.

    An edition has shown them: one composed at or before ``cited_before``, or any where the check has a time of its own.
    """
    page = schema.evidence.c
    waiting = sa.and_(page.next_look.is_(None), _shown_first(page.article_id) <= cited_before)
    own_time = sa.and_(page.next_look <= now, _shown_first(page.article_id).is_not(None))
    query = sa.select(page.article_id).where(page.look == 0, ~page.staged, page.looked.is_(None))
    return list(db.scalars(query.where(sa.or_(waiting, own_time)).order_by(page.article_id).limit(limit)))


def cited(db: sa.Connection, article_id: int) -> Cited:
    """An article that `to_look_again` found. Raises sqlalchemy's NoResultFound for one without a kept page."""
    table = schema.evidence.c
    own = db.execute(
        sa.select(table.tries, table.missing_since, _shown_first(table.article_id).label("shown"))
        .where(table.article_id == article_id, table.look == 0)
    ).one()  # fmt: skip
    kept = sa.select(schema.evidence).where(table.article_id == article_id).order_by(table.look.desc()).limit(1)
    return Cited(article_id, _page(db.execute(kept).one()), own.tries, own.missing_since, own.shown)


def looked(db: sa.Connection, article_id: int, now: datetime) -> None:
    """Record that the page was checked for changes; it is not checked again after that, but see `look_now`."""
    _update(db, article_id, looked=now)


def looked_early(db: sa.Connection, article_id: int) -> None:
    """Record that the page was checked before its time; it is checked again when that comes."""
    _update(db, article_id, next_look=None, tries=0, missing_since=None)


def look_later(db: sa.Connection, article_id: int, tries: int, missing_since: datetime | None, at: datetime) -> None:
    """Record that the page could not be read, for the ``tries``-th time; it is checked at ``at``."""
    _update(db, article_id, tries=tries, missing_since=missing_since, next_look=at)


def look_now(db: sa.Connection, article_ids: Collection[int], now: datetime) -> None:
    """Have the pages of cited articles checked at once, because a feed shows that their source has edited them."""
    table = schema.evidence.c
    for part in chunks(sorted(article_ids)):
        edited = schema.evidence.update().where(table.article_id.in_(part), table.look == 0)
        db.execute(edited.values(next_look=now, looked=None, tries=0, missing_since=None))


def _shown_first(article: sa.ColumnElement[int]) -> sa.ScalarSelect[datetime]:
    """When the first edition that shows an article in a story was composed."""
    shown, edition = schema.edition_articles.c, schema.editions.c
    joined = schema.edition_articles.join(schema.editions, edition.id == shown.edition_id)
    query = sa.select(sa.func.min(edition.composed, type_=UtcDateTime)).select_from(joined)
    return query.where(shown.article_id == article, shown.role == "story").scalar_subquery()


def _update(db: sa.Connection, article_id: int, **values: Any) -> None:
    table = schema.evidence.c
    db.execute(schema.evidence.update().where(table.article_id == article_id, table.look == 0).values(**values))


def _page(row: Any) -> KeptPage:
    return KeptPage(**{name: row._mapping[name] for name in KeptPage.__dataclass_fields__})
