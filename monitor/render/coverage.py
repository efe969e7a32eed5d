"""Builds the footer's view: the feeds and their health, and the reports by day and by kind of publisher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from monitor.model import UNREAD, Edition, FeedReport, Health, Report
from monitor.render.catalogue import ENGLISH, note
from monitor.render.edition_views import BarView, CoverageView, FeedView, Text
from monitor.render.labels import FAILED, KINDS
from monitor.render.plain import direction, one_line
from monitor.render.words import Words, not_polled

DAYS = 7
CHARTED = timedelta(days=3)  # from so long a window on the reports are shown by day
LANGUAGES = 8  # named in the footer
_STATES = {
    Health.FAILING: note("failing"),
    Health.BLOCKED: note("blocked"),
    Health.NOT_A_FEED: note("not a feed"),
    Health.GONE: note("gone"),
    Health.QUIET: note("quiet"),
    Health.UNKNOWN: note("not polled yet"),
}
_BAD = (Health.BLOCKED, Health.FAILING, Health.NOT_A_FEED, Health.GONE)


def build_coverage(edition: Edition, words: Words, limit: int) -> CoverageView:
    """The footer's view; at most ``limit`` failing and ``limit`` quiet feeds are named."""
    feeds = edition.coverage.feeds
    # Where no feed at all can be reached, the fault is the network's. One sentence says so, not a line for each feed.
    known = [feed for feed in feeds if not feed.unreached]
    failing = [feed for feed in known if feed.health in _BAD]
    quiet = [feed for feed in known if feed.health is Health.QUIET]
    listed = [feed for feed in quiet if _is_news(feed, edition)]
    reports = [r for each in (*edition.stories, *edition.more) for r in each.story.reports]
    return CoverageView(
        feeds=feeds_sentence(feeds, edition.until, words),
        total=len(feeds),
        healthy=sum(feed.health is Health.HEALTHY for feed in known),
        failing=tuple(_feed(feed, words) for feed in failing[:limit]),
        more_failing=max(0, len(failing) - limit),
        quiet=tuple(_feed(feed, words) for feed in listed[:limit]),
        more_quiet=len(quiet) - len(listed[:limit]),
        read=_read(edition, words),
        notices=tuple(one_line(notice, 600) for notice in edition.coverage.notices[:10]),
        days=_days(reports, edition.until, words) if edition.until - edition.since >= CHARTED else (),
        kinds=_kinds(reports, words),
    )


def _is_news(feed: FeedReport, edition: Edition) -> bool:
    """Whether a quiet feed is named: it fell quiet since the last edition, or there is nothing else to explain a day
    without a story.
    """
    return not edition.stories or feed.since is None or feed.since >= edition.since


def feeds_sentence(feeds: Sequence[FeedReport], until: datetime, words: Words) -> str:
    """ "37 of 41 feeds healthy, 2 blocked, 2 quiet for 6 days"."""
    if not feeds:
        return words.say("no feed is enabled, so nothing could be found")
    if not_polled(feeds):
        return words.say("no feed has been polled yet")
    counts = Counter(feed.health for feed in feeds if not feed.unreached)
    bad = [_in_state(state, counts[state], words) for state in _BAD if counts[state]]
    if any(feed.unreached for feed in feeds):
        before = words.say("{states} before that", states=words.wording.listed(bad)) if bad else ""
        return words.wording.semicolon.join(filter(None, (_no_network(feeds, words), before)))
    parts = [words.healthy(counts[Health.HEALTHY], len(feeds)), *bad]
    if counts[Health.QUIET]:
        parts.append(_quiet(feeds, counts[Health.QUIET], until, words))
    if counts[Health.UNKNOWN]:
        parts.append(_in_state(Health.UNKNOWN, counts[Health.UNKNOWN], words))
    return words.wording.listed(parts)


def _in_state(state: Health, count: int, words: Words) -> str:
    """ "2 blocked"."""
    return words.say("{n} {state}", n=words.number(count), state=words.say(_STATES[state]))


def _no_network(feeds: Sequence[FeedReport], words: Words) -> str:
    """ "no feed could be reached since 21 Nov, 04:00: name resolution failed for 78 of 80 feeds"."""
    cut_off = [feed for feed in feeds if feed.unreached]
    since = min((feed.since for feed in cut_off if feed.since), default=None)
    why, count = Counter(feed.unreached for feed in cut_off).most_common(1)[0]
    total = words.several(len(feeds), "{n} feed", "{n} feeds")
    about = {"why": words.say(why), "n": words.number(count), "total": total}
    if since is None:
        return words.say("no feed could be reached: {why} for {n} of {total}", **about)
    return words.say(
        "no feed could be reached since {moment}: {why} for {n} of {total}", moment=words.moment(since), **about
    )


def _quiet(feeds: Iterable[FeedReport], count: int, until: datetime, words: Words) -> str:
    """ "2 quiet for 6 days", "… or more" where they differ, "2 quiet" where it is not known for how long."""
    quiet = _in_state(Health.QUIET, count, words)
    days = [round((until - f.since) / timedelta(days=1)) for f in feeds if f.health is Health.QUIET and f.since]
    if not days or min(days) < 1:
        return quiet
    least = words.several(min(days), "{n} day", "{n} days")
    if max(days) > min(days):
        return words.say("{quiet} for {days} or more", quiet=quiet, days=least)
    return words.say("{quiet} for {days}", quiet=quiet, days=least)


def _read(edition: Edition, words: Words) -> str:
    """ "1,204 entries read, 310 articles judged; 12 matched but too old to be news; not read: 3 in Greek"."""
    coverage = edition.coverage
    counts = (
        words.several(coverage.entries, "{n} entry read", "{n} entries read"),
        words.several(coverage.articles, "{n} article judged", "{n} articles judged"),
    )
    parts = [words.wording.listed(counts)]
    if coverage.older:
        parts.append(words.say("{n} matched but too old to be news", n=words.number(coverage.older)))
    if coverage.muted:
        parts.append(
            words.several(coverage.muted, "{n} muted story with new reports", "{n} muted stories with new reports")
        )
    return words.wording.semicolon.join((*parts, *_unread(edition, words)))


def _unread(edition: Edition, words: Words) -> Iterator[str]:
    """ "not read: 12 in Greek, 3 in Finnish", "read in part: 4 in Dutch"; by watch where there are several."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in edition.coverage.unread:
        number = words.number(each.articles)
        if each.language:
            count = words.say("{n} in {language}", n=number, language=words.language_name(each.language))
        else:
            count = words.say("{n} too short to tell", n=number)
        found.setdefault((each.watch, each.reason), []).append(count)
    for (watch, reason), counts in found.items():
        name = words.watch(edition, watch)
        left = len(counts) - LANGUAGES
        listed = words.wording.listed(counts[:LANGUAGES])
        if left > 0:
            more = words.several(left, "and {n} more language", "and {n} more languages")
            listed = f"{listed} {more}"
        said = f"{words.say(UNREAD.get(reason, reason))}: {listed}"
        yield words.wording.listed((name, said))


def _feed(feed: FeedReport, words: Words) -> FeedView:
    name = one_line(feed.name or feed.url, 60)
    return FeedView(
        name=Text(name, "", direction(name)),
        state=words.say(_STATES.get(feed.health, "")),
        detail=one_line(_detail(feed, words), 160),
        since=words.moment(feed.since) if feed.since else "",
    )


def _detail(feed: FeedReport, words: Words) -> str:
    """Why a feed is as it is, in the language of the digest: what the program said is English."""
    if words.wording is ENGLISH:
        return feed.detail.removeprefix("quiet: ")
    often = (
        words.several(feed.failures, "failed {n} time", "failed {n} times", n=words.number(feed.failures))
        if feed.failures
        else ""
    )
    due = feed.next_check if feed.failures and feed.health is not Health.GONE else None
    again = words.say("next try {moment}", moment=words.moment(due)) if due else ""
    return words.wording.semicolon.join(filter(None, (words.say(FAILED.get(feed.kind, "")), often, again)))


def _days(reports: Sequence[Report], until: datetime, words: Words) -> tuple[BarView, ...]:
    """Reports by local day, at most seven up to the edition's own; () where that day has them all."""
    # Local days: a report of 23:00 in Baghdad belongs to the reader's day, not to that of UTC.
    last = words.local(until).date()
    days = (r.article.day or words.local(r.article.published or r.matched).date() for r in reports)
    counts = Counter(max(0, (last - day).days) for day in days)
    back = [ago for ago in counts if 0 <= ago < DAYS]
    if not back or (max(back) == 0 and len(back) == 1):
        return ()
    start = words.local(until)
    rows = [(words.day(start - timedelta(days=days)), counts[days]) for days in range(max(back), -1, -1)]
    return _bars(rows, words)


def _kinds(reports: Sequence[Report], words: Words) -> tuple[BarView, ...]:
    """Publishers with a report, by kind; a publisher with several feeds counts once in each kind. () for one kind."""
    pairs = {(r.article.kind, (r.article.publisher or r.article.source).casefold()) for r in reports}
    counts = Counter(kind for kind, _ in pairs)
    if len(counts) < 2:
        return ()
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return _bars([(words.say(KINDS.get(kind, kind)), count) for kind, count in ordered], words)


def _bars(rows: Sequence[tuple[str, int]], words: Words) -> tuple[BarView, ...]:
    longest = max((count for _, count in rows), default=0)
    return tuple(
        # At least 2 per cent, so that one report beside a hundred is still seen.
        BarView(label, words.number(count), count / longest, max(2, round(100 * count / longest)) if count else 0)
        for label, count in rows
    )
