"""Builds the footer's view: the feeds and their health, and the reports by day and by kind of publisher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from monitor.model import UNREAD, Edition, FeedReport, Health, Report
from monitor.render.edition_views import BarView, CoverageView, FeedView, Text
from monitor.render.plain import direction, one_line
from monitor.render.words import KINDS, Words, not_polled

DAYS = 7
LANGUAGES = 8  # named in the footer
_STATES = {
    Health.FAILING: "failing",
    Health.BLOCKED: "blocked",
    Health.NOT_A_FEED: "not a feed",
    Health.GONE: "gone",
    Health.QUIET: "quiet",
    Health.UNKNOWN: "not polled yet",
}
_BAD = (Health.BLOCKED, Health.FAILING, Health.NOT_A_FEED, Health.GONE)


def build_coverage(edition: Edition, words: Words, limit: int) -> CoverageView:
    """The footer's view; at most ``limit`` failing and ``limit`` quiet feeds are named."""
    feeds = edition.coverage.feeds
    # Where no feed at all can be reached, the fault is the network's. One sentence says so, not a line for each feed.
    known = [feed for feed in feeds if not feed.unreached]
    failing = [feed for feed in known if feed.health in _BAD]
    quiet = [feed for feed in known if feed.health is Health.QUIET]
    reports = [r for each in (*edition.stories, *edition.more) for r in each.story.reports]
    return CoverageView(
        feeds=feeds_sentence(feeds, edition.until, words),
        total=len(feeds),
        healthy=sum(feed.health is Health.HEALTHY for feed in known),
        failing=tuple(_feed(feed, words) for feed in failing[:limit]),
        more_failing=max(0, len(failing) - limit),
        quiet=tuple(_feed(feed, words) for feed in quiet[:limit]),
        more_quiet=max(0, len(quiet) - limit),
        read=_read(edition, words),
        notices=tuple(one_line(notice, 600) for notice in edition.coverage.notices[:10]),
        days=_days(reports, edition.until, words),
        kinds=_kinds(reports, words),
    )


def feeds_sentence(feeds: Sequence[FeedReport], until: datetime, words: Words) -> str:
    """ "37 of 41 feeds healthy, 2 blocked, 2 quiet for 6 days"."""
    if not feeds:
        return "no feed is enabled, so nothing could be found"
    if not_polled(feeds):
        return "no feed has been polled yet"
    total = words.count(len(feeds), "feed")
    counts = Counter(feed.health for feed in feeds if not feed.unreached)
    if any(feed.unreached for feed in feeds):
        before = ", ".join(f"{words.number(counts[state])} {_STATES[state]}" for state in _BAD if counts[state])
        return _no_network(feeds, total, words) + (f"; {before} before that" if before else "")
    parts = [f"{words.number(counts[Health.HEALTHY])} of {total} healthy"]
    parts += [f"{words.number(counts[state])} {_STATES[state]}" for state in _BAD if counts[state]]
    if counts[Health.QUIET]:
        parts.append(f"{words.number(counts[Health.QUIET])} quiet{_quiet_for(feeds, until, words)}")
    if counts[Health.UNKNOWN]:
        parts.append(f"{words.number(counts[Health.UNKNOWN])} not polled yet")
    return ", ".join(parts)


def _no_network(feeds: Iterable[FeedReport], total: str, words: Words) -> str:
    """ "no feed could be reached since 21 Nov, 04:00: name resolution failed for 78 of 80 feeds"."""
    cut_off = [feed for feed in feeds if feed.unreached]
    since = min((feed.since for feed in cut_off if feed.since), default=None)
    began = f" since {words.moment(since)}" if since else ""
    why, count = Counter(feed.unreached for feed in cut_off).most_common(1)[0]
    return f"no feed could be reached{began}: {why} for {words.number(count)} of {total}"


def _quiet_for(feeds: Iterable[FeedReport], until: datetime, words: Words) -> str:
    """ " for 6 days", " for 6 days or more" where they differ, "" where it is not known."""
    days = [(until - f.since).days for f in feeds if f.health is Health.QUIET and f.since]
    if not days or min(days) < 1:
        return ""
    return f" for {words.count(min(days), 'day')}" + (" or more" if max(days) > min(days) else "")


def _read(edition: Edition, words: Words) -> str:
    """ "1,204 entries read, 310 articles judged; 12 matched but too old to be news; not read: 3 in Greek"."""
    coverage = edition.coverage
    counts = (
        f"{words.count(coverage.entries, 'entry', 'entries')} read, {words.count(coverage.articles, 'article')} judged"
    )
    older = f"; {words.number(coverage.older)} matched but too old to be news" if coverage.older else ""
    muted = (
        f"; {words.count(coverage.muted, 'muted story', 'muted stories')} with new reports" if coverage.muted else ""
    )
    return counts + older + muted + "".join(f"; {part}" for part in _unread(edition, words))


def _unread(edition: Edition, words: Words) -> Iterator[str]:
    """ "not read: 12 in Greek, 3 in Finnish", "read in part: 4 in Dutch"; by watch where there are several."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in edition.coverage.unread:
        language = f"in {words.language_name(each.language)}" if each.language else "too short to tell"
        found.setdefault((each.watch, each.reason), []).append(f"{words.number(each.articles)} {language}")
    for (watch, reason), counts in found.items():
        name = words.watch(edition, watch)
        more = f" and {len(counts) - LANGUAGES} more languages" if len(counts) > LANGUAGES else ""
        said = f"{UNREAD.get(reason, reason)}: {', '.join(counts[:LANGUAGES])}{more}"
        yield f"{name}, {said}" if name else said


def _feed(feed: FeedReport, words: Words) -> FeedView:
    name = one_line(feed.name or feed.url, 60)
    return FeedView(
        name=Text(name, "", direction(name)),
        state=_STATES.get(feed.health, ""),
        detail=one_line(feed.detail, 160),
        since=words.moment(feed.since) if feed.since else "",
    )


def _days(reports: Sequence[Report], until: datetime, words: Words) -> tuple[BarView, ...]:
    """Reports by local day, at most seven up to the edition's own; () where that day has them all."""
    # Local days: a report of 23:00 in Baghdad belongs to the reader's day, not to that of UTC.
    last = words.local(until).date()
    times = (r.article.published or r.matched for r in reports)
    counts = Counter((last - words.local(when).date()).days for when in times)
    back = [days for days in counts if 0 <= days < DAYS]
    if not back or (max(back) == 0 and len(back) == 1):
        return ()
    start = words.local(until)
    rows = [(words.day(start - timedelta(days=days)), counts[days]) for days in range(max(back), -1, -1)]
    return _bars(rows, words)


def _kinds(reports: Sequence[Report], words: Words) -> tuple[BarView, ...]:
    """Publishers with a report, by kind; a publisher with several feeds counts once in each kind."""
    pairs = {(r.article.kind, (r.article.publisher or r.article.source).casefold()) for r in reports}
    counts = Counter(kind for kind, _ in pairs)
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return _bars([(KINDS.get(kind, kind), count) for kind, count in ordered], words)


def _bars(rows: Sequence[tuple[str, int]], words: Words) -> tuple[BarView, ...]:
    longest = max((count for _, count in rows), default=0)
    return tuple(
        # At least 2 per cent, so that one report beside a hundred is still seen.
        BarView(label, words.number(count), count / longest, max(2, round(100 * count / longest)) if count else 0)
        for label, count in rows
    )
