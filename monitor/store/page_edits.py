"""Changes that a source made to an article after an edition showed it, and which digest has reported them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import PageChange
from monitor.model.articles import is_edit, is_taken_down
from monitor.store import articles, schema
from monitor.store.rows import chunks, insert


def add(db: sa.Connection, article_id: int, found: Sequence[tuple[str, str, str]], now: datetime) -> None:
    """Store changes (kind, before, after) found in one article. kind: see `monitor.model.PageChange`.

    One with other words is judged anew.
    """
    rows = [{"article_id": article_id, "found": now, "kind": k, "before": b, "after": a} for k, b, a in found]
    if not rows:
        return
    articles.to_change(db, [article_id])  # whoever stores a judgement of it has read these changes, or is done before
    db.execute(schema.changes.insert(), rows)
    if any(is_edit(kind) for kind, _, _ in found):
        articles.judge_anew(db, article_id)


def taken_down(db: sa.Connection, article_ids: Iterable[int]) -> set[int]:
    """Those of these articles that were taken down, and are not there again."""
    return {article for article, found in of_articles(db, article_ids).items() if is_taken_down(found)}


def not_shown(db: sa.Connection, digest: str, watches: list[str]) -> list[PageChange]:
    """Changes in articles that ``digest`` has shown, which it has not reported yet, oldest first."""
    reported = schema.told_changes.c
    known = sa.exists().where(reported.digest == digest, reported.change_id == schema.changes.c.id)
    return _in_shown(db, digest, watches, ~known)


def found_between(
    db: sa.Connection, digest: str, watches: list[str], since: datetime, until: datetime
) -> list[PageChange]:
    """Changes found in (since, until] in articles that ``digest`` has shown, reported or not, oldest first."""
    found = schema.changes.c.found
    return _in_shown(db, digest, watches, sa.and_(found > since, found <= until))


def _in_shown(db: sa.Connection, digest: str, watches: list[str], wanted: sa.ColumnElement[bool]) -> list[PageChange]:
    change, shown, grouped = schema.changes.c, schema.edition_articles.c, schema.story_articles.c
    joined = schema.changes.join(schema.edition_articles, shown.article_id == change.article_id).join(
        schema.story_articles, sa.and_(grouped.article_id == shown.article_id, grouped.watch == shown.watch)
    )
    query = (
        sa.select(schema.changes, grouped.story_id)
        .select_from(joined)
        .where(shown.digest == digest, shown.role == "story", shown.watch.in_(watches), wanted)
        .order_by(change.id, grouped.story_id)
    )
    return [_change(row, row.story_id) for row in db.execute(query)]


def of_articles(db: sa.Connection, article_ids: Iterable[int]) -> dict[int, list[PageChange]]:
    """article id → all changes found in it, oldest first; articles without any are left out. story: 0 in each."""
    found: dict[int, list[PageChange]] = {}
    for part in chunks(sorted(set(article_ids))):
        query = sa.select(schema.changes).where(schema.changes.c.article_id.in_(part))
        for row in db.execute(query.order_by(schema.changes.c.id)):
            found.setdefault(row.article_id, []).append(_change(row, 0))
    return found


def newest(db: sa.Connection) -> int:
    """The id of the change that was found last, 0 before the first."""
    return db.scalar(sa.select(sa.func.max(schema.changes.c.id))) or 0


def record_shown(db: sa.Connection, digest: str, edition_id: int, change_ids: Iterable[int]) -> None:
    """Record that this edition of ``digest`` reports these changes."""
    rows = [{"digest": digest, "change_id": change, "edition_id": edition_id} for change in sorted(set(change_ids))]
    if rows:
        db.execute(insert(db, schema.told_changes).on_conflict_do_nothing(), rows)


def of_story(db: sa.Connection, story_id: int) -> list[PageChange]:
    """All changes found in the articles of a story, oldest first."""
    change, grouped = schema.changes.c, schema.story_articles.c
    joined = schema.changes.join(schema.story_articles, grouped.article_id == change.article_id)
    query = sa.select(schema.changes).select_from(joined).where(grouped.story_id == story_id).order_by(change.id)
    return [_change(row, story_id) for row in db.execute(query)]


def _change(row: sa.Row[tuple[object, ...]], story: int) -> PageChange:
    values = row._mapping
    return PageChange(
        id=values["id"],
        article=values["article_id"],
        story=story,
        found=values["found"],
        kind=values["kind"],
        before=values["before"],
        after=values["after"],
    )
