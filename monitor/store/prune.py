"""Deletes what nobody needs any more, by kind and age, a bounded part in each transaction; gives the space back.

What an edition, a story or a person refers to is never taken here, but for the bodies of kept pages and for rows of the
ledger, where a person has set an age. Rows of entries and articles stay, with the keys by which they are recognised, so
that nothing old comes back as new.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from monitor.store import Store, schema, search_index
from monitor.store.rows import one_of

log = logging.getLogger(__name__)

Kind = Literal["texts", "near_misses", "pages", "evidence", "deliveries"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FEED_TEXTS = "feed_texts"  # what feeds said of pruned articles; it goes with them
AT_ONCE = 500  # rows of one transaction: others wait for it no longer than for a poll's own
WALKED = 5000  # entries looked at together
_PAGES = 500  # of a database file that are given back in one transaction


Oldest = Mapping[Kind, datetime]
"""kind → before when it goes; a kind that is kept for ever is left out."""


def count(db: sa.Connection, oldest: Oldest) -> dict[str, int]:
    """kind → how many would go now. Texts of feeds go with the articles and are not counted."""
    found: dict[str, int] = {}
    for kind, before in oldest.items():
        found[kind] = db.scalar(sa.select(sa.func.count()).select_from(_ids(kind, before).subquery())) or 0
    return found


def prune(
    store: Store, oldest: Oldest, now: datetime, most: int, stopped: Callable[[], bool] = lambda: False
) -> dict[str, int]:
    """Delete what is older, at most ``most`` rows of each kind; kind → how many. Raises StoreError.

    stopped: asked between two transactions, whether to leave the rest for another time.
    """
    done: dict[str, int] = {}
    for kind, before in oldest.items():
        done[kind] = 0
        last: tuple[Any, ...] = ()
        while done[kind] < most and not stopped():
            # Found in no transaction of its own, for others wait until the one that deletes has ended.
            with store.read() as db:
                found = _walked(db, kind, before, last, min(AT_ONCE, most - done[kind]))
            if not found:
                break
            last = found[-1]
            with store.write(unchecked=True) as db:
                sure = _still(db, kind, before, found)
                _DELETE[kind](db, sure, now)
            done[kind] += len(sure)
    if "texts" in oldest or "near_misses" in oldest:
        done[FEED_TEXTS] = _prune_entries(store, stopped)
    return done


def give_back(store: Store, stopped: Callable[[], bool] = lambda: False) -> int:
    """Shorten the file of an SQLite store by what is free in it; by how many bytes. Raises StoreError.

    Only a store that was made with, or rebuilt by `rebuild`, can be shortened in steps; in any other the space is used
    again. PostgreSQL does it by itself.
    """
    if store.file is None:
        return 0
    with store.read() as db:
        size, steps = (db.exec_driver_sql(f"PRAGMA {name}").scalar() or 0 for name in ("page_size", "auto_vacuum"))
    given, free = 0, -1
    while steps == 2 and not stopped():
        before = free
        with store.read() as db:
            free = db.exec_driver_sql("PRAGMA freelist_count").scalar() or 0
            given += (before - free) * size if before > free else 0
            if not free or free == before:
                break
            db.exec_driver_sql("ROLLBACK")  # what reading has begun: the next statement is a transaction of its own
            raw: Any = db.connection.driver_connection
            try:
                # As a script, because `execute` of Python 3.11 makes one step of a statement, which frees one page.
                raw.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
            except sqlite3.OperationalError as error:  # another writer is at work; the rest is for another time
                log.info("no more space was given back for now: %s", error)
                break
    return given


def rebuild(store: Store) -> None:
    """Write the file of an SQLite store anew, without gaps; from then on `give_back` works. Raises StoreError.

    It needs as much free disk as the store takes, and nobody else can write meanwhile.
    """
    with store.read() as db:
        # In no transaction, which VACUUM demands; the one that reading has begun is ended first.
        for statement in ("ROLLBACK", "PRAGMA auto_vacuum=INCREMENTAL", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            db.exec_driver_sql(statement)


def _held() -> sa.ColumnElement[bool]:
    """Whether an edition, a story or a person refers to an article, or it waits for a judgement."""
    article, match = schema.articles.c.id, schema.matches.c
    holders = (schema.edition_articles, schema.story_articles, schema.story_pins, schema.marks, schema.changes)
    waits = sa.exists().where(match.article_id == article, sa.or_(match.verdict == "match", match.profile == ""))
    return sa.or_(waits, *(sa.exists().where(each.c.article_id == article) for each in holders))


Keys = list[tuple[Any, ...]]

_KEY: Mapping[Kind, tuple[sa.Column[Any], ...]] = {
    "texts": (schema.articles.c.id,),
    "near_misses": (schema.articles.c.id,),
    "pages": (schema.evidence.c.article_id, schema.evidence.c.look),
    "evidence": (schema.evidence.c.article_id, schema.evidence.c.look),
    "deliveries": (schema.deliveries.c.id,),
}


def _walked(db: sa.Connection, kind: Kind, before: datetime, last: tuple[Any, ...], most: int) -> Keys:
    """The next keys after ``last``, each with what it stands in order by: what is held is passed once, however often
    it is asked. () for the first.
    """
    key = _KEY[kind]
    order = (schema.articles.c.fetched, *key) if kind in ("texts", "near_misses") else key
    query = _ids(kind, before).with_only_columns(*order).order_by(*order).limit(most)
    if last:
        query = query.where(sa.tuple_(*order) > last)
    return [tuple(row) for row in db.execute(query)]


def _still(db: sa.Connection, kind: Kind, before: datetime, found: Keys) -> Keys:
    """The keys of those that are to go now, too."""
    key = _KEY[kind]
    keys = [row[-len(key) :] for row in found]
    among = one_of(db, key[0], [each[0] for each in keys]) if len(key) == 1 else sa.tuple_(*key).in_(keys)
    return [tuple(row) for row in db.execute(_ids(kind, before).where(among))]


def _ids(kind: Kind, before: datetime) -> sa.Select[Any]:
    """The keys of the rows of a kind that are older."""
    article, match, page = schema.articles.c, schema.matches.c, schema.evidence.c
    near = sa.exists().where(match.article_id == article.id, match.verdict == "near")
    if kind in ("texts", "near_misses"):
        judged = sa.exists().where(match.article_id == article.id)
        wanted = near if kind == "near_misses" else sa.and_(judged, ~near)
        whole = sa.select(article.id).where(schema.WHOLE, article.fetched < before, article.text != "")
        return whole.where(wanted, ~_held())
    if kind == "deliveries":
        return _old_deliveries(before)
    pages = sa.select(page.article_id, page.look).select_from(
        schema.evidence.join(schema.articles, article.id == page.article_id)
    )
    if kind == "pages":
        return pages.where(page.fetched < before, ~_held())
    return pages.where(page.fetched < before, sa.func.length(page.body) > 0, _held())


def _old_deliveries(before: datetime) -> sa.Select[Any]:
    """Rows of the ledger that have ended; those of the newest edition of each digest tell when it was sent last."""
    owed, edition = schema.deliveries.c, schema.editions.c
    joined = schema.editions.join(schema.deliveries, owed.edition_id == edition.id)
    newest = sa.select(sa.func.max(edition.id)).select_from(joined).group_by(edition.digest)
    ended = owed.state.in_(("sent", "failed"))
    return sa.select(owed.id).where(ended, owed.updated < before, owed.edition_id.not_in(newest))


def _blank_articles(db: sa.Connection, keys: Keys, now: datetime) -> None:
    """Their text, judgements and pages; what identifies them stays."""
    ids = [key[0] for key in keys]
    for table in (schema.matches, schema.evidence, schema.report_signatures):
        db.execute(table.delete().where(one_of(db, table.c.article_id, ids)))
    search_index.remove(db, ids)
    _write_short(db, schema.articles, ids, {"text": "", "pruned": now})
    search_index.add_stored(db, ids)  # by their headlines


def _write_short(db: sa.Connection, table: sa.Table, ids: list[int], values: Mapping[str, Any]) -> None:
    """Give rows values that are shorter than those they had, so that what they leave can be given back.

    SQLite leaves a row that became shorter alone on its page, and the rest of the page to rows that never come. So
    there the rows are deleted and stored again, close together. The transaction must be unchecked: entries are not
    indexed by article, and SQLite would walk through all of them for each article.
    """
    where = one_of(db, table.c.id, ids)
    if db.dialect.name != "sqlite":
        db.execute(table.update().where(where).values(**values))
        return
    same = [column for column in table.c if column.name not in values]
    rows = [{**row._mapping, **values} for row in db.execute(sa.select(*same).where(where).order_by(table.c.id))]
    db.execute(table.delete().where(where))
    if rows:
        db.execute(table.insert(), rows)


def _delete_pages(db: sa.Connection, keys: Keys, now: datetime) -> None:
    page = schema.evidence.c
    db.execute(schema.evidence.delete().where(sa.tuple_(page.article_id, page.look).in_(keys)))


def _empty_pages(db: sa.Connection, keys: Keys, now: datetime) -> None:
    """The bodies alone: address, time and hash still say what was fetched."""
    page = schema.evidence.c
    db.execute(schema.evidence.update().where(sa.tuple_(page.article_id, page.look).in_(keys)).values(body=b""))


def _delete_deliveries(db: sa.Connection, keys: Keys, now: datetime) -> None:
    table = schema.deliveries
    db.execute(table.delete().where(one_of(db, table.c.id, [key[0] for key in keys])))


_DELETE: Mapping[Kind, Callable[[sa.Connection, Keys, datetime], None]] = {
    "texts": _blank_articles,
    "near_misses": _blank_articles,
    "pages": _delete_pages,
    "evidence": _empty_pages,
    "deliveries": _delete_deliveries,
}


def _prune_entries(store: Store, stopped: Callable[[], bool]) -> int:
    """Delete what feeds said of articles that were pruned; how many. The whole table is walked, a part at a time.

    An entry at an address that stands for several keeps its text: there nothing else tells the next from the last.
    """
    entry, key, other = schema.entries.c, schema.entry_keys.c, schema.entry_keys.alias().c
    shares = sa.exists().where(
        key.entry_id == entry.id, other.key == key.key, other.entry_id != entry.id, key.key.startswith("l")
    )
    joined = schema.entries.join(schema.articles, schema.articles.c.id == entry.article_id)
    gone = sa.and_(schema.articles.c.pruned.is_not(None), entry.content != "", entry.state == "done")
    query = sa.select(entry.id).select_from(joined).where(gone, ~shares)
    with store.read() as db:
        last = db.scalar(sa.select(sa.func.max(entry.id))) or 0
    done = 0
    for start in range(0, last, WALKED):
        if stopped():
            break
        with store.read() as db:
            ids = list(db.scalars(query.where(entry.id > start, entry.id <= start + WALKED)))
        for at in range(0, len(ids), AT_ONCE):
            with store.write(unchecked=True) as db:
                part = ids[at : at + AT_ONCE]
                # Asked again in the transaction: a feed may have edited one of them meanwhile.
                sure = list(db.scalars(query.where(one_of(db, entry.id, part))))
                _write_short(db, schema.entries, sure, {"content": ""})
                done += len(sure)
    return done
