"""Editions and what stood in them: a story's article is told once by a digest, whatever crashes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model import DigestStory, Edition, RenderedEdition, Report
from monitor.store import schema
from monitor.store.rows import ARTICLE, chunks, edition_json, insert, to_article, to_edition, to_match


@dataclass(frozen=True, slots=True)
class Composed:
    """When an edition of the series was for: ``tick`` of the schedule, its window's end, when it was composed."""

    id: int
    period: str
    tick: datetime
    until: datetime


SLIP = timedelta(days=7)  # what lies further ahead than this was written while the clock was wrong, and does not count


def start(db: sa.Connection, digest: str, now: datetime) -> datetime:
    """When the digest was first seen by this store; ticks before that are not owed."""
    table = schema.digests
    db.execute(insert(db, table).values(name=digest, started=now).on_conflict_do_nothing())
    db.execute(table.update().where(table.c.name == digest, table.c.started > now + SLIP).values(started=now))
    found: datetime = db.execute(sa.select(table.c.started).where(table.c.name == digest)).scalar_one()
    return found


def last(db: sa.Connection, digest: str, now: datetime) -> Composed | None:
    """The newest edition of the series; those asked for by hand for a window of time are not part of it."""
    table = schema.editions.c
    series = (table.digest == digest, table.by_hand.is_(sa.false()), table.tick <= now + SLIP)
    query = sa.select(table.id, table.period, table.tick, table.until).where(*series)
    row = db.execute(query.order_by(table.until.desc(), table.id.desc()).limit(1)).first()
    return Composed(*row) if row else None


def started(db: sa.Connection, digest: str) -> datetime | None:
    """When the digest was first seen by this store, where it was."""
    found: datetime | None = db.scalar(sa.select(schema.digests.c.started).where(schema.digests.c.name == digest))
    return found


def window_end(db: sa.Connection, digest: str, now: datetime) -> datetime | None:
    """Where the window of the newest edition of the series ended that was not skipped for being empty."""
    table = schema.editions.c
    series = (
        table.digest == digest, table.by_hand.is_(sa.false()), table.skipped.is_(sa.false()), table.until <= now + SLIP,
    )  # fmt: skip
    found: datetime | None = db.scalar(sa.select(sa.func.max(table.until, type_=schema.UtcDateTime)).where(*series))
    return found


def last_sent(db: sa.Connection, digest: str, now: datetime) -> datetime | None:
    """The end of the newest window of the series that was owed to anybody."""
    table, owed = schema.editions.c, schema.deliveries.c
    sent = sa.exists().where(owed.edition_id == table.id)
    series = (table.digest == digest, table.by_hand.is_(sa.false()), table.until <= now + SLIP)
    query = sa.select(table.until).where(*series, sent)
    found: datetime | None = db.scalar(query.order_by(table.until.desc()).limit(1))
    return found


def get(db: sa.Connection, edition_id: int) -> tuple[Edition, RenderedEdition]:
    """An edition as it was composed and rendered; a retry sends exactly this. Raises LookupError."""
    row = db.execute(sa.select(schema.editions).where(schema.editions.c.id == edition_id)).first()
    if row is None:
        raise LookupError(f"no edition {edition_id}")
    rendered = RenderedEdition(row.subject, row.html, row.text, row.page)
    return replace(to_edition(row.edition), id=row.id), rendered


def names(db: sa.Connection, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """edition id → (digest, period)."""
    table, found = schema.editions.c, dict[int, tuple[str, str]]()
    for part in chunks(sorted(ids)):
        rows = db.execute(sa.select(table.id, table.digest, table.period).where(table.id.in_(part)))
        found |= {row.id: (row.digest, row.period) for row in rows}
    return found


def find(db: sa.Connection, digest: str, period: str) -> int | None:
    """The id of the edition of a period, where there is one."""
    where = (schema.editions.c.digest == digest, schema.editions.c.period == period)
    found: int | None = db.scalar(sa.select(schema.editions.c.id).where(*where))
    return found


def add(
    db: sa.Connection,
    edition: Edition,
    rendered: RenderedEdition,
    tick: datetime,
    *,
    window: bool = False,
    skipped: bool = False,
) -> int | None:
    """Stores an edition. None when another service composed this period already.

    window: for a window of time, outside the series. skipped: empty, and not sent because of that.
    """
    values = {
        "digest": edition.digest,
        "period": edition.period,
        "tick": tick,
        "since": edition.since,
        "until": edition.until,
        "composed": edition.composed,
        "by_hand": window,
        "skipped": skipped,
        "edition": edition_json(_light(edition)),
        "subject": rendered.subject,
        "html": rendered.html,
        "text": rendered.text,
        "page": rendered.page,
    }
    statement = insert(db, schema.editions).values(**values).on_conflict_do_nothing()
    added: int | None = db.scalar(statement.returning(schema.editions.c.id))
    return added


def tell(
    db: sa.Connection, digest: str, edition_id: int, told: Sequence[tuple[str, int, int | None]], role: str
) -> None:
    """Records that (watch, article id, story id) stood in this edition, as "story" or "near"."""
    rows = [
        {
            "digest": digest,
            "watch": watch,
            "article_id": article,
            "role": role,
            "edition_id": edition_id,
            "story_id": story,
        }
        for watch, article, story in told
    ]
    if rows:
        db.execute(insert(db, schema.edition_articles).on_conflict_do_nothing(), rows)


def told_already(db: sa.Connection, digest: str, items: Collection[tuple[str, int, str]]) -> bool:
    """Whether an edition of this digest told one of these (watch, article id, role)."""
    told = schema.edition_articles.c
    for part in chunks([article for _, article, _ in items]):
        query = sa.select(told.watch, told.article_id, told.role)
        rows = db.execute(query.where(told.digest == digest, told.article_id.in_(part)))
        if any((row.watch, row.article_id, row.role) in items for row in rows):
            return True
    return False


def untold_stories(db: sa.Connection, digest: str, watches: list[str], judged_since: datetime) -> list[int]:
    """Stories with a report judged since then that no edition of this digest has told."""
    grouped, told, match = schema.story_articles.c, schema.edition_articles.c, schema.matches.c
    known = sa.exists().where(
        told.digest == digest, told.watch == grouped.watch, told.article_id == grouped.article_id, told.role == "story"
    )
    joined = schema.story_articles.join(
        schema.matches, sa.and_(match.article_id == grouped.article_id, match.watch == grouped.watch)
    )
    where = (grouped.watch.in_(watches), match.matched >= judged_since, ~known)
    return list(db.scalars(sa.select(grouped.story_id).select_from(joined).where(*where).distinct()))


def stories_between(db: sa.Connection, watches: list[str], since: datetime, until: datetime) -> list[int]:
    """Stories with a report judged in (since, until], told before or not."""
    grouped, match = schema.story_articles.c, schema.matches.c
    joined = schema.story_articles.join(
        schema.matches, sa.and_(match.article_id == grouped.article_id, match.watch == grouped.watch)
    )
    where = (grouped.watch.in_(watches), match.matched > since, match.matched <= until)
    return list(db.scalars(sa.select(grouped.story_id).select_from(joined).where(*where).distinct()))


def seen(db: sa.Connection, digest: str, story_ids: list[int]) -> dict[int, frozenset[int]]:
    """story id → the ids of its articles that stood in earlier editions of this digest."""
    found: dict[int, set[int]] = {}
    for story, article in _stood(db, digest, story_ids, "story"):
        found.setdefault(story, set()).add(article)
    return {story: frozenset(articles) for story, articles in found.items()}


def seen_as_near(db: sa.Connection, digest: str, story_ids: list[int]) -> frozenset[int]:
    """Articles of these stories that stood among this digest's near misses."""
    return frozenset(article for _, article in _stood(db, digest, story_ids, "near"))


def _stood(db: sa.Connection, digest: str, story_ids: list[int], role: str) -> Iterator[tuple[int, int]]:
    """(story id, article id) of what stood in this digest's editions."""
    grouped, told = schema.story_articles.c, schema.edition_articles.c
    joined = schema.story_articles.join(
        schema.edition_articles, sa.and_(told.article_id == grouped.article_id, told.watch == grouped.watch)
    )
    for part in chunks(story_ids):
        where = (told.digest == digest, told.role == role, grouped.story_id.in_(part))
        for row in db.execute(sa.select(grouped.story_id, grouped.article_id).select_from(joined).where(*where)):
            yield row.story_id, row.article_id


def near_misses(
    db: sa.Connection, watches: list[str], since: datetime, *, untold_by: str | None = None
) -> list[Report]:
    """Near misses judged after ``since``, best first; only what no edition of the digest ``untold_by`` considered."""
    told = schema.edition_articles.c
    match, article = schema.matches, schema.articles
    query = (
        sa.select(*ARTICLE, match)
        .select_from(article.join(match, match.c.article_id == article.c.id))
        .where(match.c.verdict == "near", match.c.watch.in_(watches), match.c.matched > since)
        .order_by(match.c.score.desc(), article.c.id)
    )
    if untold_by is not None:
        known = sa.exists().where(told.watch == match.c.watch, told.article_id == match.c.article_id)
        query = query.where(~known.where(told.digest == untold_by))
    return [Report(to_article(row), to_match(row), row._mapping[match.c.matched]) for row in db.execute(query)]


def _light(edition: Edition) -> Edition:
    """The edition without the articles' texts: those stand with the articles."""

    def light(report: Report) -> Report:
        return replace(report, article=replace(report.article, text=""))

    def story(each: DigestStory) -> DigestStory:
        return replace(each, story=replace(each.story, reports=tuple(light(r) for r in each.story.reports)))

    return replace(
        edition,
        stories=tuple(story(each) for each in edition.stories),
        more=tuple(story(each) for each in edition.more),
        near_misses=tuple(light(report) for report in edition.near_misses),
    )
