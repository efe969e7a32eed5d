"""Stories: which articles of a watch report one event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Article, Report, Story, Support
from monitor.store import groupings, schema, supports
from monitor.store.column_types import UtcDateTime
from monitor.store.rows import ARTICLE, ARTICLE_IN_BRIEF, MATCH_IN_BRIEF, chunks, one_of, to_article, to_report

_JUDGED = schema.articles.join(schema.matches, schema.matches.c.article_id == schema.articles.c.id)
_GROUPED = _JUDGED.join(
    schema.story_articles,
    sa.and_(
        schema.story_articles.c.article_id == schema.articles.c.id,
        schema.story_articles.c.watch == schema.matches.c.watch,
    ),
)
_COLUMNS: tuple[Any, ...] = (*ARTICLE, schema.matches)
_BRIEF: tuple[Any, ...] = (*ARTICLE_IN_BRIEF, *MATCH_IN_BRIEF)


def ungrouped(db: sa.Connection, watch: str, since: datetime | None = None, most: int | None = None) -> list[Report]:
    """Matches of a watch that no story holds yet, in the order of `seen_at`.

    since: only those that were matched since then; None for all. most: so many at most.
    """
    where = [*_ungrouped(watch), *([schema.matches.c.matched >= since] if since else [])]
    query = sa.select(*_COLUMNS).select_from(_JUDGED).where(*where).order_by(*_order()).limit(most)
    return [to_report(row) for row in db.execute(query)]


def ungrouped_ids(db: sa.Connection, watch: str, since: datetime | None, most: int) -> list[int]:
    """Ids of at most so many of them, in no order."""
    where = [*_ungrouped(watch), *([schema.matches.c.matched >= since] if since else [])]
    return list(db.scalars(sa.select(schema.matches.c.article_id).where(*where).limit(most)))


def are_ungrouped(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> bool:
    """Whether all of these are still matches that no story holds."""
    table = schema.matches.c
    # The verdict is compared here: in SQL it would lead SQLite to walk through all matches of the watch.
    query = sa.select(table.verdict).where(table.watch == watch, one_of(db, table.article_id, article_ids))
    verdicts = list(db.scalars(query))
    return verdicts == ["match"] * len(article_ids) and not homes(db, watch, article_ids)


def _ungrouped(watch: str) -> tuple[sa.ColumnElement[bool], ...]:
    held = sa.exists().where(
        schema.story_articles.c.article_id == schema.matches.c.article_id,
        schema.story_articles.c.watch == schema.matches.c.watch,
    )
    return (schema.matches.c.watch == watch, schema.matches.c.verdict == "match", ~held)


def reports(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> list[Report]:
    """Judged articles of a watch, in the order of `seen_at`."""
    where = (schema.matches.c.watch == watch, one_of(db, schema.articles.c.id, article_ids))
    query = sa.select(*_COLUMNS).select_from(_JUDGED).where(*where).order_by(*_order())
    return [to_report(row) for row in db.execute(query)]


def grouped(db: sa.Connection, watch: str, story_ids: Sequence[int]) -> list[tuple[Report, int]]:
    """(report, story id) of these stories, in the order of `seen_at`."""
    columns = (*_COLUMNS, schema.story_articles.c.story_id)
    where = (schema.matches.c.watch == watch, one_of(db, schema.story_articles.c.story_id, story_ids))
    rows = db.execute(sa.select(*columns).select_from(_GROUPED).where(*where).order_by(*_order()))
    return [(to_report(row), row.story_id) for row in rows]


def create(db: sa.Connection, watch: str, report: Report) -> int:
    """Begin a story with the times of ``report``, without placing it there; the story's id."""
    return begin(db, watch, told_at(report.article))


def begin(db: sa.Connection, watch: str, at: datetime) -> int:
    """Begin a story that is first seen at this time; the story's id."""
    statement = schema.stories.insert().values(watch=watch, first_seen=at, last_seen=at)
    return int(db.execute(statement).inserted_primary_key[0])  # type: ignore[index]


def place(db: sa.Connection, watch: str, report: Report, story_id: int, reason: str) -> None:
    """Put a report into a story and extend the story's times. reason: one line, why it belongs there."""
    values = {"watch": watch, "article_id": report.article.id, "story_id": story_id, "reason": reason}
    db.execute(schema.story_articles.insert().values(**values))
    groupings.raise_changed(db, watch)
    table, at = schema.stories.c, told_at(report.article)
    times = {
        "first_seen": sa.case((table.first_seen <= at, table.first_seen), else_=sa.literal(at, UtcDateTime)),
        "last_seen": sa.case((table.last_seen >= at, table.last_seen), else_=sa.literal(at, UtcDateTime)),
    }
    db.execute(schema.stories.update().where(table.id == story_id).values(**times))


def move(db: sa.Connection, watch: str, article_id: int, story_id: int, reason: str) -> None:
    """Put a report that is in a story into another one. The times of both are set by `retime`."""
    table = schema.story_articles
    where = (table.c.watch == watch, table.c.article_id == article_id)
    db.execute(table.update().where(*where).values(story_id=story_id, reason=reason))
    groupings.raise_changed(db, watch)


def retime(db: sa.Connection, story_ids: Iterable[int]) -> None:
    """Set the times of stories from the reports that they hold now; one that holds none keeps its own."""
    table = schema.stories.c
    for part in chunks(sorted(story_ids)):
        query = sa.select(*ARTICLE_IN_BRIEF, schema.story_articles.c.story_id).select_from(_GROUPED)
        told: dict[int, list[datetime]] = {}
        for row in db.execute(query.where(schema.story_articles.c.story_id.in_(part))):
            told.setdefault(row.story_id, []).append(told_at(to_article(row)))
        for story, times in told.items():
            values = {"first_seen": min(times), "last_seen": max(times)}
            db.execute(schema.stories.update().where(table.id == story).values(**values))


def shown(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> frozenset[int]:
    """Which of these articles an edition of any digest has shown in a story."""
    table = schema.edition_articles.c
    where = (table.watch == watch, table.role == "story")
    query = sa.select(table.article_id).where(*where, one_of(db, table.article_id, article_ids)).distinct()
    return frozenset(db.scalars(query))


def put_in(db: sa.Connection, watch: str, article_id: int, story_id: int, reason: str) -> None:
    """Put an article that is in no story back into one. The story's times are set by `retime`."""
    values = {"watch": watch, "article_id": article_id, "story_id": story_id, "reason": reason}
    db.execute(schema.story_articles.insert().values(**values))


def drop(db: sa.Connection, watch: str, article_ids: Iterable[int]) -> None:
    """Take articles that no longer match out of their stories. Those that an edition has shown stay."""
    shown = sa.select(schema.edition_articles.c.article_id).where(
        schema.edition_articles.c.watch == watch, schema.edition_articles.c.role == "story"
    )
    gone = list(article_ids)
    if gone:
        groupings.raise_changed(db, watch)
    for part in chunks(gone):
        table = schema.story_articles.c
        db.execute(
            schema.story_articles.delete().where(
                table.watch == watch, table.article_id.in_(part), table.article_id.not_in(shown)
            )
        )
        signed = schema.report_signatures
        db.execute(
            signed.delete().where(
                signed.c.watch == watch, signed.c.article_id.in_(part), signed.c.article_id.not_in(shown)
            )
        )


def story_of(db: sa.Connection, watch: str, article_id: int) -> int | None:
    """The id of the watch's story that holds the article, if any."""
    table = schema.story_articles.c
    found: int | None = db.scalar(sa.select(table.story_id).where(table.watch == watch, table.article_id == article_id))
    return found


def reasons(db: sa.Connection, story_id: int) -> dict[int, str]:
    """article id → why it belongs to the story, in one line, as it was decided."""
    table = schema.story_articles.c
    rows = db.execute(sa.select(table.article_id, table.reason).where(table.story_id == story_id))
    return {row.article_id: row.reason for row in rows}


def homes(db: sa.Connection, watch: str, article_ids: Sequence[int]) -> dict[int, int]:
    """article id → the id of the watch's story that holds it, for those that one does."""
    table = schema.story_articles.c
    where = (table.watch == watch, one_of(db, table.article_id, article_ids))
    return {
        row.article_id: row.story_id for row in db.execute(sa.select(table.article_id, table.story_id).where(*where))
    }


def articles_of(db: sa.Connection, watch: str, story_ids: Sequence[int]) -> list[int]:
    """Ids of the articles of these stories."""
    table = schema.story_articles.c
    where = (table.watch == watch, one_of(db, table.story_id, story_ids))
    return list(db.scalars(sa.select(table.article_id).where(*where)))


def all_homes(db: sa.Connection, watch: str) -> dict[int, int]:
    """article id → the id of the story that holds it, of every report of the watch."""
    table = schema.story_articles.c
    rows = db.execute(sa.select(table.article_id, table.story_id).where(table.watch == watch))
    return {row.article_id: row.story_id for row in rows}


def load(db: sa.Connection, story_ids: Sequence[int], *, brief: bool = False) -> list[Story]:
    """Whole stories by rising id; a story that holds no report any more is left out.

    brief: the articles come without their texts and the matches without their receipts, a tenth of the memory.
    """
    found: list[Story] = []
    columns = (*(_BRIEF if brief else _COLUMNS), schema.story_articles.c.story_id)
    for part in chunks(sorted(story_ids)):
        reports: dict[int, list[Report]] = {}
        asked = sa.select(schema.stories).where(one_of(db, schema.stories.c.id, part)).order_by(schema.stories.c.id)
        about = db.execute(asked).all()
        where = one_of(db, schema.story_articles.c.story_id, part)
        for row in db.execute(sa.select(*columns).select_from(_GROUPED).where(where).order_by(*_order())):
            reports.setdefault(row.story_id, []).append(to_report(row))
        supporting = supports.of_stories(db, part, brief=brief)
        found += [_story(each, reports[each.id], supporting.get(each.id, ())) for each in about if each.id in reports]
    return found


def emptied(db: sa.Connection, watch: str, gone: Sequence[int]) -> list[int]:
    """Ids of the watch's stories that hold no other report than these articles, the latest first."""
    placed, table = schema.story_articles.c, schema.stories.c
    touched = sa.select(placed.story_id).where(placed.watch == watch, one_of(db, placed.article_id, gone))
    rows = db.execute(
        sa.select(placed.story_id, placed.article_id).where(placed.story_id.in_(touched), placed.watch == watch)
    )
    lost, left, held = frozenset(gone), set[int](), set[int]()
    for story, article in rows:
        held.add(story)
        if article not in lost:
            left.add(story)
    ordered = sa.select(table.id).where(one_of(db, table.id, sorted(held - left)))
    return list(db.scalars(ordered.order_by(table.last_seen.desc(), table.id.desc())))


def headlines(db: sa.Connection, story_ids: Sequence[int]) -> list[tuple[int, str]]:
    """(id, headline) of stories, in the order given."""
    found = {story.id: story.headline for story in load(db, story_ids, brief=True)}
    return [(each, found[each]) for each in story_ids if each in found]


def ids_since(db: sa.Connection, since: datetime | None, watch: str | None) -> list[int]:
    """Ids of stories whose latest report is not older than ``since`` (all when None), of one watch or of all.

    The story with the latest report comes first.
    """
    table = schema.stories.c
    where = [*([table.last_seen >= since] if since else []), *([table.watch == watch] if watch else [])]
    return list(db.scalars(sa.select(table.id).where(*where).order_by(table.last_seen.desc(), table.id.desc())))


def any_since(db: sa.Connection, since: datetime, watch: str) -> bool:
    """Whether the watch has a story whose latest report is not older than ``since``."""
    table = schema.stories.c
    return bool(db.scalar(sa.select(sa.exists().where(table.last_seen >= since, table.watch == watch))))


def seen_at(article: Article) -> datetime:
    """When an article counts as published: its own time, or when it was fetched where it has none or a later one."""
    return min(article.published or article.fetched, article.fetched)


def told_at(article: Article) -> datetime:
    """When a report counts in the times of its story: as `seen_at`, but a day alone counts when it was over.

    The beginning of an Iranian day is the evening before in Baghdad and in UTC, so the story would stand on that day.
    """
    return min(article.out_by, article.fetched)


def _seen_at() -> sa.ColumnElement[datetime]:
    """`seen_at` in SQL."""
    c = schema.articles.c
    return sa.case((sa.and_(c.published.is_not(None), c.published <= c.fetched), c.published), else_=c.fetched)


def _order() -> tuple[Any, ...]:
    return (_seen_at(), schema.articles.c.id)


def _story(row: Any, reports: list[Report], supporting: Iterable[Support]) -> Story:
    if len(reports) > 1:
        reports.sort(key=lambda report: (told_at(report.article), report.article.id))
    best = max(reports, key=_leads) if len(reports) > 1 else reports[0]
    # What an edition has shown stays, though it may match no longer; it gives the score only where nothing else does.
    matching = [report for report in reports if report.match.verdict == "match"]
    score = max(report.match.score for report in matching or reports)
    return Story(
        row.id, row.watch, best.article.title, row.first_seen, row.last_seen, score, tuple(reports), tuple(supporting)
    )


def _leads(report: Report) -> tuple[bool, bool, bool, float]:
    """The sort key of the report whose title is the headline: it matches, whole, in English, with the best score."""
    article = report.article
    return (report.match.verdict == "match", not article.partial, article.language == "en", report.match.score)
