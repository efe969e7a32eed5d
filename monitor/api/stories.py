"""Stories: in a list, and one with all that is known of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import sqlalchemy as sa
from pydantic import Field

from monitor.api.accounts import AccountsAnswer, accounts_answer
from monitor.api.affairs import AffairAnswer, Affairs, affair_answer
from monitor.api.base import Answer, Moment, Page, Slice, Stamp, UnknownError, Word, known_watch, of_cursor, paged
from monitor.api.dates import Date
from monitor.api.editions import CopyAnswer, EditionLine, FirstAnswer, edition_line, first_answer
from monitor.config import Config
from monitor.digest.corrections import story_as_it_reads_now
from monitor.digest.enrich import Context, accounts_of
from monitor.digest.settings import countries, vocabulary
from monitor.model import Affair, Match, PageChange, Report, Story, Support
from monitor.pipeline.explain_story import Explained, explain
from monitor.store import browse, corrections, mutes, page_edits
from monitor.store import stories as stored
from monitor.stories.group.tables import load_tables
from monitor.stories.provenance import Provenance, kept_provenance

Marked = Literal["right", "wrong"]


class StoryQuery(Slice):
    """Which stories: of one watch, muted ones instead of the others, with a report that was found since a time."""

    watch: Annotated[Word, Field(description="only stories of this watch")] = ""
    muted: Annotated[bool, Field(description="those that a person muted, which are left out otherwise")] = False
    since: Annotated[Moment | None, Field(description="only stories with a report that was found after it")] = None


class ReportAnswer(Answer):
    """An article of a story. match: false for one that an edition has shown and that is no match now."""

    id: int
    url: str
    title: str
    source: str
    publisher: str
    author: str
    published: Stamp | None
    published_from: str
    dates: list[Date]
    language: str | None
    score: float
    partial: bool
    match: bool
    marked: Marked | None


class SupportAnswer(Answer):
    """An article under the threshold that tells of a story's event. likely: that it does, 0 to 1."""

    id: int
    url: str
    title: str
    source: str
    published: Stamp | None
    language: str | None
    score: float
    likely: float


class StoryAnswer(Answer):
    """A story with its reports, oldest first."""

    id: int
    title: str
    first_seen: Stamp
    last_seen: Stamp
    score: float
    watch: str
    affair: AffairAnswer | None
    articles: list[ReportAnswer]
    supporting: list[SupportAnswer]


class WhyAnswer(Answer):
    """Why a report is in its story. mean, likely: 0 to 1, with the others and with the article most like it."""

    article: int
    reason: str
    fixed: bool
    mean: float
    nearest: int | None
    likely: float
    speaks_for: Annotated[list[str], Field(alias="for")]
    against: list[str]


class WhyStory(Answer):
    """Why each report is in its story, oldest first."""

    story: int
    title: str
    reports: list[WhyAnswer]


class ChangeAnswer(Answer):
    """What a source changed after an edition showed the article. kind: headline, text, gone or back."""

    article: int
    found: Stamp
    kind: str
    before: str
    after: str


class StoryWhole(StoryAnswer):
    """A story with all that is known of it."""

    muted: bool
    first: FirstAnswer | None
    voices: int
    copies: list[CopyAnswer]
    accounts: AccountsAnswer
    why: list[WhyAnswer]
    changes: list[ChangeAnswer]
    editions: list[EditionLine]


def marked(match: Match) -> Marked | None:
    """A person's word on an article: "right", "wrong" or None."""
    if not any(reason.kind == "marked" for reason in match.receipt.reasons):
        return None
    return "right" if match.verdict == "match" else "wrong"


def story_answer(story: Story, affair: Affair | None = None) -> StoryAnswer:
    """A story as `monitor stories --json` prints it; scores from 0 to 1."""
    return StoryAnswer(
        id=story.id,
        title=story.headline,
        first_seen=story.first_seen,
        last_seen=story.last_seen,
        score=round(story.score, 4),
        watch=story.watch,
        affair=affair_answer(affair, story.id) if affair else None,
        articles=[report_answer(report) for report in story.reports],
        supporting=[_support(each) for each in story.supporting],
    )


def report_answer(report: Report) -> ReportAnswer:
    """An article of a story."""
    article = report.article
    return ReportAnswer(
        id=article.id,
        url=article.url,
        title=article.title,
        source=article.source,
        publisher=article.publisher,
        author=article.author,
        published=article.published,
        published_from=article.published_from,
        dates=[Date.model_validate(each) for each in article.dates],
        language=article.language,
        score=round(report.match.score, 4),
        partial=article.partial,
        match=report.match.verdict == "match",
        marked=marked(report.match),
    )


def _support(each: Support) -> SupportAnswer:
    article = each.report.article
    return SupportAnswer(
        id=article.id,
        url=article.url,
        title=article.title,
        source=article.source,
        published=article.published,
        language=article.language,
        score=round(each.report.match.score, 4),
        likely=round(each.likely, 4),
    )


def why_answer(each: Explained) -> WhyAnswer:
    """Why a report is in its story."""
    found = each.why
    return WhyAnswer(
        article=each.article_id,
        reason=each.reason,
        fixed=each.fixed,
        mean=round(found.mean, 4),
        nearest=int(found.nearest) if found.nearest else None,
        likely=round(found.likely, 4),
        speaks_for=list(found.together),
        against=list(found.against),
    )


def change_answer(change: PageChange) -> ChangeAnswer:
    """A change that a source made."""
    return ChangeAnswer.model_validate(change)


def list_stories(db: sa.Connection, config: Config, asked: StoryQuery) -> Page[StoryAnswer]:
    """Stories as their sources have them now, the one with the latest report first.

    Raises UnknownError for a watch, AskedWronglyError for a cursor.
    """
    watch = known_watch(config, asked.watch)
    after = of_cursor("stories", asked.cursor, datetime, int)
    found = browse.story_places(db, watch, limit=asked.limit + 1, muted=asked.muted, since=asked.since, after=after)
    places, following = paged("stories", found, asked.limit)
    ids = [number for _, number in places]
    loaded = {story.id: story for story in stored.load(db, ids)}
    changes = page_edits.of_articles(db, (report.article.id for story in loaded.values() for report in story.reports))
    beside = Affairs(config).beside(db, [loaded[each] for each in ids if each in loaded])
    items = [story_answer(story_as_it_reads_now(story, changes), affair) for story, affair in beside]
    return Page(items=items, next=following)


def known_story(db: sa.Connection, number: int) -> Story:
    """The story with this number, or the one that it was merged into, as it is stored. Raises UnknownError."""
    try:
        found = stored.load(db, [corrections.resolve(db, number)])
    except LookupError:
        found = []
    if not found:
        raise UnknownError(f"there is no story {number}; it may have been empty, or merged into another")
    return found[0]


def one_story(db: sa.Connection, config: Config, number: int) -> StoryWhole:
    """The story with this number, or the one that it was merged into. Raises UnknownError."""
    raw = known_story(db, number)
    changed = page_edits.of_story(db, raw.id)
    story = story_as_it_reads_now(raw, page_edits.of_articles(db, (report.article.id for report in raw.reports)))
    origins = kept_provenance(story.reports, load_tables())
    context = Context((), *vocabulary(config), countries(config))
    affair = Affairs(config).of(db, [raw]).get(raw.id)
    return StoryWhole(
        **dict(story_answer(story, affair)),
        muted=bool(mutes.among(db, [raw.id])),
        first=_first(story, origins),
        voices=origins.voices,
        copies=[CopyAnswer.model_validate(copy) for copy in origins.copies],
        accounts=accounts_answer(accounts_of(story, {copy.article for copy in origins.copies}, context)),
        why=[why_answer(each) for each in explain(db, raw)],
        changes=[change_answer(each) for each in changed],
        editions=[edition_line(each) for each in browse.editions_with(db, raw.id)],
    )


def _first(story: Story, origins: Provenance) -> FirstAnswer | None:
    own = {report.article.id: report.article for report in story.reports}.get(origins.first_article)
    return first_answer(origins.first, own) if own else None
