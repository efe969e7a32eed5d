"""Reads from the store what an edition is composed of, as the store is at one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

import sqlalchemy as sa

from monitor.config.service import DigestConfig
from monitor.digest.compose import NEAR_MISSES
from monitor.feeds import schedule
from monitor.feeds.own_title import titled
from monitor.model import Coverage, Edition, Feed, FeedReport, FeedState, Health, PageChange, Report, Story
from monitor.store import articles, editions, entries, feed_states, notices, page_edits, stories
from monitor.store.unread import unread_since
from monitor.stories.group.tables import load_tables
from monitor.stories.provenance import provenance
from monitor.text.redact import shown_address

LOOK_BACK = timedelta(days=60)  # before the window: judgements older than that are not considered
CLOCK_ERROR = timedelta(days=1)  # by which a clock may have been set back
NEW_DIGEST = timedelta(days=1)  # the window of a first edition on a store that holds nothing yet


@dataclass(frozen=True, slots=True)
class Window:
    """The digest, its watches (ids) and the time of one edition.

    by_hand: a window that a person chose; all of it is shown, whatever earlier editions showed.
    """

    digest: DigestConfig
    watches: Sequence[str]
    since: datetime
    until: datetime
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """What `compose` takes. Stories and near misses come in brief, because there may be thousands, of which an edition
    shows a few: see `with_texts`.

    near_misses: all that this edition considers; no later one does, shown or not.

    changes: edits found in articles this digest has shown, which no edition has reported, or which were found within a
    window that a person chose. changed: the stories of
    those articles by id, with the shown reports only. known: article id → all edits found in it. newest_change: id.
    """

    stories: Sequence[Story]
    seen: Mapping[int, frozenset[int]]
    near_misses: Sequence[Report]
    changes: Sequence[PageChange]
    changed: Mapping[int, Story]
    known: Mapping[int, Sequence[PageChange]] = field(default_factory=dict)
    newest_change: int = 0


def window_of(db: sa.Connection, digest: str, now: datetime, max_age: timedelta) -> datetime:
    """The time at which the window of the next edition starts: the end of the last one that was not skipped.

    A digest that is new to an old store starts with what is still news. After the clock was set back the window starts
    now; nothing is lost by that, because `gather` goes by what was shown and not by the window.
    """
    end = editions.window_end(db, digest, now)
    if end is None:
        started = editions.started(db, digest) or now
        end = max(entries.first_seen(db) or now - NEW_DIGEST, started - max_age)
    return min(end, now)


def news_since(db: sa.Connection, digest: str, start: datetime, max_age: timedelta, now: datetime) -> datetime:
    """The start of the time that an edition says it covers; ``start`` is where its window begins.

    It is earlier for a first edition, which also shows what was published before the service was first started, as far
    back as ``max_age``.
    """
    if editions.window_end(db, digest, now) is not None:
        return start
    return min(start, (editions.started(db, digest) or now) - max_age)


def gather(db: sa.Connection, window: Window, max_age: timedelta) -> Material:
    """Everything of the window's watches that this digest has not shown."""
    name, watches, since = window.digest.name, list(window.watches), window.since
    if window.by_hand:
        found = stories.load(db, editions.stories_between(db, watches, since, window.until), brief=True)
        seen = {story.id: before for story in found if (before := _judged_before(story, since))}
        near = [r for r in editions.near_misses(db, watches, since) if r.matched <= window.until]
        changes = page_edits.found_between(db, name, watches, since, window.until)
        return _with_known(db, Material(found, seen, near, changes, _changed(db, name, changes)))
    judged_since = _look_back(db, window, max_age)
    story_ids = editions.stories_to_show(db, name, watches, judged_since)
    seen = editions.seen(db, name, story_ids)
    nearly = editions.seen_as_near(db, name, story_ids)
    changes = page_edits.not_shown(db, name, watches)
    near = editions.near_misses(db, watches, judged_since, not_shown_by=name)
    material = Material(
        stories=[story for story in stories.load(db, story_ids, brief=True) if story.watch in watches],
        seen=seen | ({NEAR_MISSES: nearly} if nearly else {}),
        near_misses=[report for report in near if report.matched <= window.until],
        changes=changes,
        changed=_changed(db, name, changes),
    )
    return _with_known(db, material)


def voices(db: sa.Connection, story: Story) -> int:
    """How many independent publishers report a story that was read in brief (see `stories.provenance`)."""
    reports = stories.reports(db, story.watch, [report.article.id for report in story.reports])
    return provenance(reports, tables=load_tables()).voices


def with_texts(db: sa.Connection, edition: Edition) -> Edition:
    """The edition with texts and receipts of what it shows in full."""
    wanted: dict[str, set[int]] = {}
    listed = [report for each in edition.stories for report in _reports(each.story)]
    for report in (*listed, *edition.near_misses):
        wanted.setdefault(report.match.watch, set()).add(report.article.id)
    found = {
        (watch, report.article.id): report
        for watch, ids in wanted.items()
        for report in stories.reports(db, watch, sorted(ids))
    }

    def whole(report: Report) -> Report:
        return found.get((report.match.watch, report.article.id), report)

    def story(each: Story) -> Story:
        supporting = tuple(replace(support, report=whole(support.report)) for support in each.supporting)
        return replace(each, reports=tuple(map(whole, each.reports)), supporting=supporting)

    return replace(
        edition,
        stories=tuple(replace(each, story=story(each.story)) for each in edition.stories),
        near_misses=tuple(map(whole, edition.near_misses)),
    )


def _reports(story: Story) -> Iterator[Report]:
    yield from story.reports
    yield from (support.report for support in story.supporting)


def _changed(db: sa.Connection, digest: str, changes: Sequence[PageChange]) -> dict[int, Story]:
    """The stories in which something was changed by id, with the reports that this digest has shown."""
    shown = editions.seen(db, digest, [each.story for each in changes])
    return {
        story.id: replace(story, reports=tuple(r for r in story.reports if r.article.id in shown.get(story.id, ())))
        for story in stories.load(db, sorted({each.story for each in changes}))
    }


def _with_known(db: sa.Connection, material: Material) -> Material:
    newest = page_edits.newest(db)
    reports = (report for story in (*material.stories, *material.changed.values()) for report in story.reports)
    ids = [report.article.id for report in (*reports, *material.near_misses)]
    return replace(material, known=page_edits.of_articles(db, ids) if newest else {}, newest_change=newest)


def _look_back(db: sa.Connection, window: Window, max_age: timedelta) -> datetime:
    """The time from which judgements are considered that no edition has shown.

    Far back, because a service may have been down, or its clock wrong, for long; the record of what was shown keeps
    out the rest. But not to before the digest existed.
    """
    began = (editions.started(db, window.digest.name) or window.until) - max_age - CLOCK_ERROR
    return max(began, window.since - LOOK_BACK)


def coverage_of(db: sa.Connection, feed_list: Sequence[Feed], window: Window, now: datetime, zone: tzinfo) -> Coverage:
    """The health of the feeds at ``now`` (times in ``zone``), and how many entries and articles the window read."""
    known = feed_states.load(db)
    states = [known.get(feed.url, FeedState(feed.url)) for feed in feed_list]
    cut_off = schedule.unreached(states)
    return Coverage(
        feeds=tuple(
            _feed_report(feed, state, cut_off, now, zone) for feed, state in zip(feed_list, states, strict=True)
        ),
        entries=entries.count_since(db, window.since, window.until),
        articles=articles.count_since(db, window.since, window.until),
        notices=notices.current(db),
        unread=unread_since(db, window.since, window.until, window.watches),
        muted=len(editions.stories_between(db, list(window.watches), window.since, window.until, muted=True)),
    )


def _feed_report(feed: Feed, state: FeedState, cut_off: Collection[str], now: datetime, zone: tzinfo) -> FeedReport:
    # When no feed at all can be reached, the network is at fault and not the feed.
    why = schedule.UNANSWERED[state.error_kind or ""] if feed.url in cut_off else ""
    since = state.last_new_entry if state.health is Health.QUIET and not why else state.failing_since
    health, detail = schedule.shown_health(state), schedule.describe_health(state, now, zone)
    return FeedReport(
        titled(feed, state.title).name, shown_address(feed.url), health, detail, since, why,
        state.error_kind or "", state.failures, state.next_check,
    )  # fmt: skip


def _judged_before(story: Story, moment: datetime) -> frozenset[int]:
    return frozenset(report.article.id for report in story.reports if report.matched <= moment)
