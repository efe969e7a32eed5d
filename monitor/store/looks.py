"""Looks at the pages of articles after an edition showed them: which are due, and what each of them found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import kept_pages, schema
from monitor.store.column_types import UtcDateTime
from monitor.store.kept_pages import KeptPage
from monitor.store.look_tables import looks as table
from monitor.store.rows import chunks, one_of

# same: the bytes that were kept last. alike: other bytes, and the article as it was. missing: 404 or 410, once. gone:
# so once more, hours later. unread: no answer, or one that is no article. alone: nothing to compare with is left.
Outcome = Literal["same", "alike", "changed", "missing", "gone", "unread", "alone"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
FORGIVEN = timedelta(days=30)  # a first look that is later than this is not made: there would be thousands


@frozen
class Look:
    """What was found at ``at``. status: of the answer, None where none came. sha256 (hexadecimal), size (bytes): of its
    body, "" and 0 where none was read. why: why nothing was compared, in words.
    """

    at: datetime
    outcome: Outcome
    status: int | None = None
    sha256: str = ""
    size: int = 0
    why: str = ""


@frozen
class Cited:
    """An article that an edition has shown, with its page as it was kept last.

    tries: failed looks since the last that succeeded or was given up. missing_since: when it was first answered with
    404 or 410. shown: when the first edition with it was composed.
    """

    article: int
    page: KeptPage
    tries: int
    missing_since: datetime | None
    shown: datetime


def due(db: sa.Connection, first: timedelta, now: datetime, limit: int) -> list[int]:
    """Ids of at most ``limit`` articles whose page is to be looked at, those that wait for a time of their own first.

    first: how long after the first edition that shows an article its page is looked at.
    """
    page = schema.evidence.c
    kept = sa.select(page.article_id).where(page.look == 0)
    timed = list(db.scalars(kept.where(page.next_look <= now).order_by(page.next_look, page.article_id).limit(limit)))
    shown, edition = schema.edition_articles.c, schema.editions.c
    recent = sa.select(edition.id).where(edition.composed > now - first - FORGIVEN, edition.composed <= now - first)
    stories = sa.select(shown.article_id).where(shown.edition_id.in_(recent), shown.role == "story")
    never = kept.where(page.next_look.is_(None), page.looked.is_(None), page.article_id.in_(stories))
    return [*timed, *db.scalars(never.order_by(page.article_id).limit(limit - len(timed)))]


def cited(db: sa.Connection, article_id: int) -> Cited | None:
    """An article that `due` found; None where no edition shows it any more, or its page was deleted meanwhile."""
    page, shown = schema.evidence.c, _shown_first(db, article_id)
    own = db.execute(
        sa.select(page.tries, page.missing_since).where(page.article_id == article_id, page.look == 0)
    ).one_or_none()
    last = kept_pages.newest(db, article_id)
    if own is None or last is None or shown is None:
        return None
    return Cited(article_id, last, own.tries, own.missing_since, shown)


def looked(db: sa.Connection, article_id: int, look: Look, following: datetime | None) -> None:
    """Record a look that settles this one of the schedule. following: when the next one is due."""
    _record(db, article_id, look)
    _update(db, article_id, looked=look.at, next_look=following, tries=0, missing_since=None)


def look_later(
    db: sa.Connection, article_id: int, look: Look, tries: int, missing_since: datetime | None, at: datetime
) -> None:
    """Record a look that settles nothing, the ``tries``-th in a row; the page is looked at again at ``at``."""
    _record(db, article_id, look)
    _update(db, article_id, tries=tries, missing_since=missing_since, next_look=at)


def look_now(db: sa.Connection, article_ids: Collection[int], now: datetime) -> None:
    """Have the pages of published articles looked at at once, because a feed shows that their source edited them."""
    page = schema.evidence.c
    for part in chunks(sorted(article_ids)):
        edited = schema.evidence.update().where(page.look == 0, page.article_id.in_(part))
        db.execute(edited.values(next_look=now, tries=0, missing_since=None))


def no_more(db: sa.Connection, article_id: int) -> None:
    """Take back that the page is looked at again."""
    _update(db, article_id, next_look=None)


def of_articles(db: sa.Connection, article_ids: Sequence[int]) -> dict[int, list[Look]]:
    """article id → the looks at its page, oldest first; articles without any are left out."""
    found: dict[int, list[Look]] = {}
    query = sa.select(table).where(one_of(db, table.c.article_id, list(article_ids))).order_by(table.c.id)
    for row in db.execute(query):
        look = Look(row.at, row.outcome, row.status, row.sha256, row.size, row.why)
        found.setdefault(row.article_id, []).append(look)
    return found


def count(db: sa.Connection) -> dict[str, int]:
    """outcome → how many looks had it, for every outcome."""
    rows = db.execute(sa.select(table.c.outcome, sa.func.count()).group_by(table.c.outcome))
    return dict.fromkeys(OUTCOMES, 0) | {row[0]: row[1] for row in rows}


def _shown_first(db: sa.Connection, article_id: int) -> datetime | None:
    """When the first edition that shows an article in a story was composed."""
    shown, edition = schema.edition_articles.c, schema.editions.c
    joined = schema.edition_articles.join(schema.editions, edition.id == shown.edition_id)
    query = sa.select(sa.func.min(edition.composed, type_=UtcDateTime)).select_from(joined)
    first: datetime | None = db.scalar(query.where(shown.article_id == article_id, shown.role == "story"))
    return first


def _record(db: sa.Connection, article_id: int, look: Look) -> None:
    values = {name: getattr(look, name) for name in Look.__dataclass_fields__}
    db.execute(table.insert().values(article_id=article_id, **values))


def _update(db: sa.Connection, article_id: int, **values: Any) -> None:
    page = schema.evidence.c
    db.execute(schema.evidence.update().where(page.article_id == article_id, page.look == 0).values(**values))
