"""What a person decided of articles and stories: when, who, and how things stood before, so that it can be undone.

The marks, pins, splits and mutes themselves are kept where they work. This is the record of who set them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store.decision_tables import decisions as table

Act = Literal["right", "wrong", "merge", "join", "split", "mute", "unmute"]


@frozen
class Decision:
    """One decision. stories: all that it touched, the one that goes on or was begun first. before: see `before.py`.

    undone: when it was taken back, None where it stands; undone_by: who did.
    """

    id: int
    at: datetime
    who: str
    act: Act
    watch: str
    stories: tuple[int, ...]
    articles: tuple[int, ...]
    before: dict[str, Any]
    undone: datetime | None = None
    undone_by: str = ""


def add(
    db: sa.Connection,
    act: Act,
    watch: str,
    who: str,
    now: datetime,
    *,
    stories: Sequence[int],
    articles: Sequence[int],
    before: dict[str, Any],
) -> int:
    """Record a decision; its id."""
    values = {
        "at": now,
        "who": who,
        "act": act,
        "watch": watch,
        "stories": json.dumps(list(stories)),
        "articles": json.dumps(list(articles)),
        "before": json.dumps(before),
    }
    return int(db.execute(table.insert().values(**values)).inserted_primary_key[0])  # type: ignore[index]


def get(db: sa.Connection, number: int) -> Decision:
    """The decision with this number. Raises LookupError where there is none."""
    row = db.execute(sa.select(table).where(table.c.id == number)).first()
    if row is None:
        raise LookupError(f"nothing was decided under number {number}")
    return _decision(row)


def find(db: sa.Connection, number: int) -> Decision | None:
    """The decision with this number, None where there is none."""
    try:
        return get(db, number)
    except LookupError:
        return None


def last_of(db: sa.Connection, who: str) -> Decision | None:
    """The last decision of somebody that stands, None where there is none."""
    standing = (table.c.who == who, table.c.undone.is_(None))
    row = db.execute(sa.select(table).where(*standing).order_by(table.c.id.desc()).limit(1)).first()
    return _decision(row) if row else None


def standing_of(db: sa.Connection, who: str, since: datetime) -> list[Decision]:
    """The decisions of somebody since a moment that stand, the last one first."""
    standing = (table.c.who == who, table.c.undone.is_(None), table.c.at >= since)
    return list(map(_decision, db.execute(sa.select(table).where(*standing).order_by(table.c.id.desc()))))


def last_mark(db: sa.Connection, watch: str, article: int) -> Decision | None:
    """The last decision that stands and marked this article for a watch, None where there is none."""
    standing = (table.c.watch == watch, table.c.act.in_(("right", "wrong")), table.c.undone.is_(None))
    rows = db.execute(sa.select(table).where(*standing).order_by(table.c.id.desc()))
    return next((each for each in map(_decision, rows) if article in each.articles), None)


def newest(db: sa.Connection, *, limit: int, offset: int = 0, below: int | None = None) -> list[Decision]:
    """Decisions, the last one first. below: those with a lower number."""
    where = [table.c.id < below] if below is not None else []
    query = sa.select(table).where(*where).order_by(table.c.id.desc()).limit(limit).offset(offset)
    return [_decision(row) for row in db.execute(query)]


def count(db: sa.Connection) -> int:
    """How many decisions are recorded."""
    return db.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def built_on(db: sa.Connection, decision: Decision) -> list[Decision]:
    """Later decisions that stand and touch the same articles or stories, the last one first."""
    later = (table.c.id > decision.id, table.c.watch == decision.watch, table.c.undone.is_(None))
    found = map(_decision, db.execute(sa.select(table).where(*later).order_by(table.c.id.desc())))
    own = {("story", each) for each in decision.stories} | {("article", each) for each in decision.articles}
    return [
        each
        for each in found
        if not own.isdisjoint({*(("story", s) for s in each.stories), *(("article", a) for a in each.articles)})
    ]


def emptied(db: sa.Connection, story: int) -> Decision | None:
    """The last decision that stands and touched a story that is no more."""
    rows = db.execute(sa.select(table).where(table.c.undone.is_(None)).order_by(table.c.id.desc()))
    return next((each for each in map(_decision, rows) if story in each.stories), None)


def placing(db: sa.Connection, watch: str) -> list[Decision]:
    """The decisions of a watch that stand and may have brought articles into stories."""
    where = (table.c.watch == watch, table.c.act.in_(("right", "join")), table.c.undone.is_(None))
    return list(map(_decision, db.execute(sa.select(table).where(*where))))


def add_effect(db: sa.Connection, number: int, was: Mapping[str, Any]) -> None:
    """Add to a decision how stories stood before grouping changed them because of it."""
    made = get(db, number)
    since = [*made.before.get("since", ()), was]
    touched = dict.fromkeys((*made.stories, *was["stories"]))
    values = {"before": json.dumps(made.before | {"since": since}), "stories": json.dumps(list(touched))}
    db.execute(table.update().where(table.c.id == number).values(**values))


def set_undone(db: sa.Connection, number: int, who: str, now: datetime) -> bool:
    """Record that a decision was taken back; False where it was before."""
    standing = (table.c.id == number, table.c.undone.is_(None))
    return db.execute(table.update().where(*standing).values(undone=now, undone_by=who)).rowcount == 1


def _decision(row: Any) -> Decision:
    lists = {name: tuple(json.loads(getattr(row, name))) for name in ("stories", "articles")}
    return Decision(
        row.id, row.at, row.who, row.act, row.watch, before=json.loads(row.before), undone=row.undone,
        undone_by=row.undone_by, **lists,
    )  # fmt: skip


def last_changes(db: sa.Connection) -> dict[int, datetime]:
    """story id → when a person last decided something of it, or took it back."""
    found: dict[int, datetime] = {}
    for row in db.execute(sa.select(table.c.stories, table.c.at, table.c.undone)):
        for story in json.loads(row.stories):
            found[story] = max(row.undone or row.at, found.get(story, row.at))
    return found
