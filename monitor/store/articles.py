"""Articles, and the match of each article with each watch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, Match, Verdict
from monitor.store import match_names, schema, search_index, signatures
from monitor.store.column_types import UtcDateTime
from monitor.store.rows import (
    ARTICLE,
    columns_of,
    execute_many,
    insert,
    insert_for,
    names_json,
    new_ids,
    one_of,
    receipt_json,
    to_article,
    to_match,
)

LATEST = 200  # articles of a feed that are looked through for a headline


def add(
    db: sa.Connection, made: Sequence[tuple[Article, str, str | None]], ids: Sequence[int] | None = None
) -> list[int]:
    """Store (article, key, text key) rows; their ids, in the same order.

    key: unique, the normalised address while it names one thing (see `monitor.pipeline.keep_articles`). text key: see
    `monitor.pages.versions.text_key`. ids: some of `spare_ids`, one for each.
    """
    numbers = spare_ids(db, len(made)) if ids is None else list(ids)
    # One statement for all: a first poll stores thousands of articles.
    columns = columns_of([article for article, _, _ in made], Article.__dataclass_fields__)
    keys: dict[str, Sequence[Any]] = {"url_key": [key for _, key, _ in made], "text_key": [text for _, _, text in made]}
    execute_many(db, _insert, {**columns, "id": numbers, **keys})
    shown = [article.published or article.fetched for article, _, _ in made]
    texts = zip(numbers, (article for article, _, _ in made), shown, strict=True)
    search_index.add(db, [search_index.Text(number, each.title, each.text, at) for number, each, at in texts])
    return numbers


def spare_ids(db: sa.Connection, count: int) -> list[int]:
    """``count`` ids, rising, that this transaction may give to new articles."""
    return new_ids(db, schema.articles, count) if count else []


def _insert(_dialect: sa.Dialect) -> sa.Insert:
    return schema.articles.insert()


def at_keys(db: sa.Connection, keys: Collection[str]) -> dict[str, Article]:
    """key → the article stored under it. Nobody else changes it before this transaction ends."""
    return _by_column(db, schema.articles.c.url_key, keys)


def with_text(db: sa.Connection, text_keys: Collection[str]) -> dict[str, Article]:
    """text key → the article stored last with it. As in `at_keys`."""
    return _by_column(db, schema.articles.c.text_key, text_keys)


def latest_headlines(db: sa.Connection, feed: str) -> list[tuple[int, str, str]]:
    """(id, publisher, headline) of the articles with a text that a feed brought last, `LATEST` at most."""
    table = schema.articles.c
    query = sa.select(table.id, table.publisher, table.title).where(table.feed_url == feed, table.text != "")
    return [(*row,) for row in db.execute(query.order_by(table.id.desc()).limit(LATEST))]


def _by_column(db: sa.Connection, column: sa.Column[Any], keys: Collection[str]) -> dict[str, Article]:
    if not keys:
        return {}
    query = sa.select(*ARTICLE, column).where(one_of(db, column, list(keys))).order_by(schema.articles.c.id)
    return {row[-1]: to_article(row) for row in db.execute(query.with_for_update(key_share=True))}


def cited(db: sa.Connection, ids: Sequence[int]) -> set[int]:
    """Those of ``ids`` that an edition or an alert has shown as a report of a story."""
    if not ids:
        return set()
    shown = schema.edition_articles.c
    return set(db.scalars(sa.select(shown.article_id).where(one_of(db, shown.article_id, ids), shown.role == "story")))


_REPLACED = ("url", "title", "text", "language", "author", "partial")
_DATED = ("published", "published_from", "dates")
_SOURCE = ("feed_url", "source", "publisher", "kind", "country")


def replace_text(
    db: sa.Connection, article_id: int, article: Article, text_key: str | None = None, *, redated: bool = False
) -> None:
    """Put what was read now in the place of what is stored: text, headline and source; it is judged anew.

    A date that is stored stays, unless it was unknown, only that of first sight, or the article is ``redated``.
    """
    table = schema.articles.c
    values: dict[str, Any] = {name: getattr(article, name) for name in (*_REPLACED, *_SOURCE)}
    is_open: sa.ColumnElement[bool] = table.published.is_(None)
    if article.published:
        is_open = sa.or_(is_open, table.published_from == "first-seen")
        is_open = sa.or_(is_open, sa.literal(redated))
    read = {name: sa.literal(getattr(article, name), table[name].type) for name in _DATED}
    dated = {name: sa.case((is_open, read[name]), else_=table[name]) for name in _DATED}
    statement = schema.articles.update().where(table.id == article_id)
    search_index.remove(db, [article_id])
    db.execute(statement.values(**values, **dated, text_key=text_key, pruned=None))
    search_index.add_stored(db, [article_id])
    judge_anew(db, article_id)
    signatures.mark_edited(db, article_id)


def save_languages(db: sa.Connection, detected: Sequence[Article]) -> None:
    """Store the ``language`` of these stored articles, once it is detected."""
    execute_many(db, _set_fields, {"_id": [article.id for article in detected], **columns_of(detected, ("language",))})


def _set_fields(_dialect: sa.Dialect) -> sa.Update:
    return schema.articles.update().where(schema.articles.c.id == sa.bindparam("_id"))


def unmatched(db: sa.Connection, watch: str, profile: str, after: int) -> list[int]:
    """Ids, rising, of the articles after id ``after`` that ``watch`` has not judged under this profile version.

    Articles that a person marked or whose text was replaced are included whatever their ids (see `judge_anew`).
    """
    table, match = schema.articles.c, schema.matches.c
    judged = sa.exists().where(match.article_id == table.id, match.watch == watch, match.profile == profile)
    new = db.scalars(sa.select(table.id).where(table.id > after, ~judged, _has_text()))
    anew = db.scalars(sa.select(match.article_id).where(match.watch == watch, schema.ANEW))
    return sorted({*new, *anew})


def get(db: sa.Connection, ids: Sequence[int]) -> list[Article]:
    """Articles by id, in the order of their ids."""
    table = schema.articles.c
    return [
        to_article(row) for row in db.execute(sa.select(*ARTICLE).where(one_of(db, table.id, ids)).order_by(table.id))
    ]


def to_change(db: sa.Connection, ids: Sequence[int]) -> list[Article]:
    """`get`, but those that were withdrawn, and nobody else changes them before this transaction ends."""
    table = schema.articles.c
    query = sa.select(*ARTICLE).where(one_of(db, table.id, ids), is_there()).order_by(table.id)
    return [to_article(row) for row in db.execute(query.with_for_update(key_share=True))] if ids else []


def judge_anew(db: sa.Connection, article_id: int, watch: str | None = None) -> int:
    """Have the article judged again by one watch, or by all; how many judgements that concerns."""
    table = schema.matches
    # An empty profile version is what `schema.ANEW` looks for. The row stays, so that the article is not lost to
    # its story while it waits.
    where = [table.c.article_id == article_id, *([table.c.watch == watch] if watch else [])]
    return db.execute(table.update().where(*where).values(profile="")).rowcount


def put_back_verdict(db: sa.Connection, article_id: int, watch: str, verdict: Verdict, matched: datetime) -> None:
    """Give a judgement back its verdict and the time since when it had it."""
    table = schema.matches
    where = (table.c.article_id == article_id, table.c.watch == watch)
    db.execute(table.update().where(*where).values(verdict=verdict, matched=matched))


# What is made of an article.
_RESULTS = (schema.matches, schema.story_articles, schema.story_supports, schema.story_links, schema.evidence)
_WITHDRAWN = "withdrawn:"  # what the key of a withdrawn article starts with
_HOLDS = (schema.edition_articles, schema.marks, schema.story_pins, schema.changes, schema.entries)


def withdraw(db: sa.Connection, ids: Collection[int]) -> None:
    """Take back articles that their source took back, unless an edition, a person or an entry refers to them.

    Nothing of them is left but their rows: another article under the same number would pass for one that was judged.
    """
    if not ids:
        return
    table = schema.articles.c
    # Whoever says something of an article has locked its row by that, so what holds it is seen after this.
    db.execute(sa.select(table.id).where(one_of(db, table.id, list(ids))).order_by(table.id).with_for_update())
    held = [sa.exists().where(each.c.article_id == table.id) for each in _HOLDS]
    gone = list(db.scalars(sa.select(table.id).where(one_of(db, table.id, list(ids)), ~sa.or_(*held))))
    for each in _RESULTS:
        db.execute(each.delete().where(one_of(db, each.c.article_id, gone)))
    search_index.remove(db, gone)
    blank = {"title": "", "text": "", "text_key": None, "url_key": _WITHDRAWN + sa.cast(table.id, sa.Text)}
    db.execute(schema.articles.update().where(one_of(db, table.id, gone)).values(**blank))


def existing(db: sa.Connection, ids: Collection[int]) -> set[int]:
    """Those of ``ids`` that are stored and were not withdrawn since they were read, nor are before this transaction
    ends.
    """
    table = schema.articles.c
    query = sa.select(table.id).where(one_of(db, table.id, list(ids)), is_there()).order_by(table.id)
    return set(db.scalars(query.with_for_update(read=True, key_share=True)))


def is_there() -> sa.ColumnElement[bool]:
    """Whether an article is one still: its source has not taken it back."""
    return ~schema.articles.c.url_key.startswith(_WITHDRAWN)


def _has_text() -> sa.ColumnElement[bool]:
    """Neither withdrawn nor pruned."""
    return sa.and_(is_there(), schema.WHOLE)


def pruned(db: sa.Connection, ids: Collection[int]) -> set[int]:
    """Those of ``ids`` whose text was deleted, because nobody needed it (see `monitor.store.prune`)."""
    table = schema.articles.c
    return set(db.scalars(sa.select(table.id).where(one_of(db, table.id, list(ids)), table.pruned.is_not(None))))


def newest(db: sa.Connection) -> int:
    """The id of the article stored last, 0 when there is none. On PostgreSQL one with a lower id may still be on its
    way, but in `Store.read_settled` of all articles.
    """
    return db.scalar(sa.select(sa.func.max(schema.articles.c.id))) or 0


def judged_before(db: sa.Connection, fingerprint: str, since: datetime) -> int:
    """The id up to which no article needs judging, 0 when nothing was judged.

    Such articles were judged under the configuration with this fingerprint, or were judged under another one and
    fetched before ``since``.
    """
    row = db.execute(sa.select(schema.judged.c.fingerprint, schema.judged.c.newest)).first()
    if row is None:
        return 0
    if row.fingerprint == fingerprint:
        return int(row.newest)
    table = schema.articles.c
    # Of a sum, which no index has: SQLite would walk the ids from the first one to the first that is recent.
    recent = db.scalar(sa.select(sa.func.min(table.id + 0)).where(table.fetched >= since))
    return int(row.newest if recent is None else min(row.newest, recent - 1))


def all_judged(db: sa.Connection, fingerprint: str) -> bool:
    """Whether every article was judged under the configuration with this fingerprint and none is to be judged anew."""
    anew = sa.select(schema.matches.c.article_id).where(schema.ANEW)
    return newest_is_judged(db, fingerprint) and db.execute(anew.limit(1)).first() is None


def newest_is_judged(db: sa.Connection, fingerprint: str) -> bool:
    """Whether the newest article, and so every one, was judged under the configuration with this fingerprint."""
    table = schema.judged.c
    done = sa.select(table.id).where(table.fingerprint == fingerprint, table.newest >= newest(db))
    return db.execute(done).first() is not None


def judged_under(db: sa.Connection) -> str | None:
    """The fingerprint of the configuration that judged last; None when nothing was judged."""
    found: str | None = db.scalar(sa.select(schema.judged.c.fingerprint))
    return found


def set_judged(db: sa.Connection, fingerprint: str, up_to: int) -> None:
    """Record that every article up to the id ``up_to`` was judged under the configuration with this fingerprint."""
    values = {"id": 1, "fingerprint": fingerprint, "newest": up_to}
    statement = insert(db, schema.judged).values(**values)
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def save_matches(db: sa.Connection, found: list[tuple[int, Match]], now: datetime) -> None:
    """Store (article id, match) pairs, judged ``now``; an earlier judgement by the same watch is replaced."""
    matches = [match for _, match in found]
    receipts = [match.receipt for match in matches]
    columns = {
        "article_id": [article_id for article_id, _ in found],
        **columns_of(matches, ("watch", "score", "verdict")),
        **columns_of(receipts, ("profile",)),
        "receipt": list(map(receipt_json, receipts)),
        "entities": [names_json(match.entities) for match in matches],
        "acts": [names_json(match.acts) for match in matches],
    }
    execute_many(db, _judge, columns, matched=now, judged=now)
    match_names.save(db, found)


def _judge(dialect: sa.Dialect) -> sa.Insert:
    """``matched`` changes only with the verdict: an edited term must not make an old story look new."""
    statement, stored = insert_for(dialect, schema.matches), schema.matches.c
    judged = statement.excluded
    update: dict[str, sa.ColumnElement[Any]] = {
        name: judged[name] for name in ("score", "verdict", "profile", "judged", "receipt", "entities", "acts")
    }
    update["matched"] = sa.case((stored.verdict == judged.verdict, stored.matched), else_=judged.matched)
    return statement.on_conflict_do_update(index_elements=["article_id", "watch"], set_=update)


def verdicts(db: sa.Connection, watch: str, ids: list[int]) -> Mapping[int, str]:
    """article id → the verdict stored for ``watch``, for those it has judged."""
    table = schema.matches.c
    query = sa.select(table.article_id, table.verdict).where(table.watch == watch, one_of(db, table.article_id, ids))
    return {row.article_id: row.verdict for row in db.execute(query)}


def judged_any(db: sa.Connection, watch: str) -> bool:
    """Whether ``watch`` has judged any article."""
    return bool(db.scalar(sa.select(sa.exists().where(schema.matches.c.watch == watch))))


def ids_to_try(db: sa.Connection, watch: str | None, since: datetime) -> list[int]:
    """Ids of the articles with a text fetched since ``since``, the newest first; of those that ``watch`` has judged.

    watch: None for all. Read them with `with_matches` a few at a time: an archive does not fit into memory.
    """
    table, match = schema.articles.c, schema.matches.c
    query = sa.select(table.id).where(table.fetched >= since, schema.WHOLE)
    if watch is not None:
        query = query.where(sa.exists().where(match.article_id == table.id, match.watch == watch))
    return sorted(db.scalars(query), reverse=True)  # here: the database would sort with the rows in hand


def with_matches(db: sa.Connection, watch: str, ids: Sequence[int]) -> list[tuple[Article, Match | None]]:
    """These articles by rising id, each with its match; None where ``watch`` has not judged it."""
    judged = sa.select(schema.matches).where(
        schema.matches.c.watch == watch, one_of(db, schema.matches.c.article_id, ids)
    )
    matches = {row.article_id: to_match(row) for row in db.execute(judged)}
    return [(article, matches.get(article.id)) for article in get(db, ids)]


def count_since(db: sa.Connection, since: datetime, until: datetime) -> int:
    """How many articles were fetched in [since, until]."""
    at = schema.articles.c.fetched
    return db.scalar(sa.select(sa.func.count()).select_from(schema.articles).where(at >= since, at <= until)) or 0


def ids_since(db: sa.Connection, since: datetime) -> list[int]:
    """Ids of the articles fetched since ``since``, the newest first."""
    table = schema.articles.c
    return list(db.scalars(sa.select(table.id).where(table.fetched >= since, _has_text()).order_by(table.id.desc())))


def fetched_between(db: sa.Connection, since: datetime) -> tuple[datetime | None, datetime | None]:
    """When the first and the last article were fetched, of those fetched since ``since``."""
    at = schema.articles.c.fetched
    first, last = (side(at, type_=UtcDateTime) for side in (sa.func.min, sa.func.max))
    row = db.execute(sa.select(first, last).where(at >= since, _has_text())).one()
    return row[0], row[1]


def count_seen(db: sa.Connection, since: datetime) -> int:
    """How many articles count as published since ``since`` (see `monitor.store.stories.seen_at`)."""
    table = schema.articles.c
    late = sa.or_(table.published.is_(None), table.published >= since)
    where = (table.fetched >= since, late, is_there())
    return db.scalar(sa.select(sa.func.count()).select_from(schema.articles).where(*where)) or 0
