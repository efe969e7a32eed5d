"""Signatures of the reports in stories, and the keys by which a new report finds those that may be of its event."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from monitor.model import Report
from monitor.model.frozen import frozen
from monitor.store import corrections, groupings, schema, stories
from monitor.store.rows import execute_many, insert, insert_for, one_of

EDITED = 0  # the version of a signature whose article was edited since: it is made again, and its story decided again


@frozen
class Signed:
    """A signature to be kept. seen: see `stories.seen_at`. day: of that, since 1970. keys: it is found by."""

    article_id: int
    version: int
    seen: datetime
    day: int
    text: str
    keys: Sequence[int]


@frozen
class Held:
    """A grouped report by its signature. fixed: it stays in its story: it was shown there, or a person put it there.

    alone: a person split it off, so that it joins nothing by itself.
    """

    article_id: int
    story: int
    seen: datetime
    text: str
    fixed: bool
    alone: bool


def save(db: sa.Connection, watch: str, signed: Sequence[Signed]) -> None:
    """Keep signatures, in place of earlier ones of the same reports."""
    columns: dict[str, Sequence[Any]] = {
        "article_id": [each.article_id for each in signed],
        "version": [each.version for each in signed],
        "seen": [each.seen for each in signed],
        "body": [zlib.compress(each.text.encode("utf-8", "surrogatepass")) for each in signed],
    }
    execute_many(db, _save, columns, watch=watch)
    rows = [(key, each.day, each.article_id) for each in signed for key in each.keys]
    keys, days, ids = ([row[at] for row in rows] for at in range(3))
    execute_many(db, _save_key, {"key": keys, "day": days, "article_id": ids})
    groupings.count_signed(db, watch, len(signed))


def _save(dialect: sa.Dialect) -> sa.Insert:
    statement = insert_for(dialect, schema.report_signatures)
    update = {name: statement.excluded[name] for name in ("version", "seen", "body")}
    return statement.on_conflict_do_update(index_elements=["watch", "article_id"], set_=update)


def _save_key(dialect: sa.Dialect) -> sa.Insert:
    return insert_for(dialect, schema.report_keys).on_conflict_do_nothing()


def latest(db: sa.Connection, watch: str, version: int, most: int) -> list[str]:
    """The signatures of the latest reports of a watch, at most so many."""
    table = schema.report_signatures.c
    query = sa.select(table.body).where(table.watch == watch, table.version == version)
    return list(map(_text, db.scalars(query.order_by(table.seen.desc(), table.article_id.desc()).limit(most))))


def unsigned(db: sa.Connection, watch: str, version: int, since: datetime, most: int) -> list[Report]:
    """Grouped reports of stories with a report since then that have no signature of this version, at most so many."""
    table, held = schema.report_signatures.c, schema.story_articles.c
    joined = schema.story_articles.join(schema.stories, schema.stories.c.id == held.story_id).outerjoin(
        schema.report_signatures, sa.and_(table.watch == held.watch, table.article_id == held.article_id)
    )
    lacks = sa.or_(table.version.is_(None), table.version.not_in((version, EDITED)))
    where = (held.watch == watch, schema.stories.c.last_seen >= since, lacks)
    ids = db.scalars(sa.select(held.article_id).select_from(joined).where(*where).order_by(held.article_id).limit(most))
    return stories.reports(db, watch, list(ids))


def edited(db: sa.Connection, watch: str, most: int) -> dict[int, int]:
    """article id → story id, of grouped reports whose articles were edited since their stories were decided."""
    table = schema.report_signatures.c
    query = sa.select(table.article_id).where(schema.WAS_EDITED, table.watch == watch).order_by(table.article_id)
    return stories.homes(db, watch, list(db.scalars(query.limit(most))))


def any_waiting(db: sa.Connection, watch: str, since: datetime | None) -> bool:
    """Whether a match waits for a story (of those matched since then), or an edited report to be decided again."""
    return bool(stories.ungrouped_ids(db, watch, since, 1)) or bool(edited(db, watch, 1))


def mark_edited(db: sa.Connection, article_id: int) -> None:
    """The article was edited: its signatures are made again, and its stories decided again."""
    table = schema.report_signatures
    db.execute(table.update().where(table.c.article_id == article_id).values(version=EDITED))


def decide_again(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> None:
    """Have the stories of these reports decided again, as of edited ones."""
    table = schema.report_signatures
    for each in stories.reports(db, watch, article_ids):
        values = {"watch": watch, "article_id": each.article.id, "seen": stories.seen_at(each.article)}
        statement = insert(db, table).values(**values, version=EDITED, body=zlib.compress(b""))
        again = {"version": EDITED}
        db.execute(statement.on_conflict_do_update(index_elements=["watch", "article_id"], set_=again))


def holders(db: sa.Connection, keys: Sequence[int], days: tuple[int, int], crowd: int) -> dict[int, list[int]]:
    """key → ids of articles of these days that are found by it; a key that more than ``crowd`` hold is left out."""
    found: dict[int, list[int]] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        part = list(keys[start : start + _KEYS_AT_ONCE])
        part += part[-1:] * (_KEYS_AT_ONCE - len(part))  # one text of the statement, so that it is compiled once
        given = {f"k{at}": key for at, key in enumerate(part)} | {"first": days[0], "last": days[1], "most": crowd + 1}
        for key, article_id in db.execute(_holders(), given):
            found.setdefault(key, []).append(article_id)
    return {key: ids for key, each in found.items() if len(ids := list(dict.fromkeys(each))) <= crowd}


_KEYS_AT_ONCE = 72


@lru_cache(maxsize=1)
def _holders() -> sa.TextClause:
    """Each key is limited for itself: of a common one only so many rows are read that it is seen to be common."""
    rows = "SELECT key, article_id FROM report_keys WHERE key = :k{} AND day BETWEEN :first AND :last LIMIT :most"
    one = f"SELECT * FROM ({rows}) AS h{{}}"
    return sa.text(" UNION ALL ".join(one.format(at, at) for at in range(_KEYS_AT_ONCE)))


def held(db: sa.Connection, watch: str, version: int, article_ids: Iterable[int]) -> list[Held]:
    """Which of these articles are grouped, with their signatures, by rising id."""
    table, place = schema.report_signatures.c, schema.story_articles.c
    ids = sorted(article_ids)
    joined = schema.report_signatures.join(
        schema.story_articles, sa.and_(place.watch == table.watch, place.article_id == table.article_id)
    )
    where = (table.watch == watch, table.version == version, one_of(db, table.article_id, ids))
    query = sa.select(table.article_id, place.story_id, table.seen, table.body).select_from(joined).where(*where)
    rows = db.execute(query.order_by(table.article_id)).all()
    found = [row.article_id for row in rows]
    stays, alone = fixed(db, watch, found), corrections.alone(db, watch, found)
    return [
        Held(r.article_id, r.story_id, r.seen, _text(r.body), r.article_id in stays, r.article_id in alone)
        for r in rows
    ]


def fixed(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> frozenset[int]:
    """Which of these articles stay where they are: an edition has shown them, or a person put them there."""
    if not article_ids:
        return frozenset()
    table = schema.story_pins.c
    pinned = sa.select(table.article_id).where(table.watch == watch, one_of(db, table.article_id, article_ids))
    return stories.shown(db, watch, article_ids) | frozenset(db.scalars(pinned))


def cores(db: sa.Connection, story_ids: Iterable[int], first: int, last: int) -> list[int]:
    """Ids of the articles of these stories; of a large one only the ``first`` and the ``last`` that came."""
    place = schema.story_articles.c
    members: dict[int, list[int]] = {}
    query = sa.select(place.story_id, place.article_id).where(one_of(db, place.story_id, sorted(story_ids)))
    for row in db.execute(query.order_by(place.story_id, place.article_id)):
        members.setdefault(row.story_id, []).append(row.article_id)
    cut = (ids if len(ids) <= first + last else ids[:first] + ids[-last:] for ids in members.values())
    return [each for ids in cut for each in ids]


def _text(body: bytes) -> str:
    return zlib.decompress(body).decode("utf-8", "surrogatepass")
