"""The pages one reads: stories, one story, editions, feeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from monitor.config.feed_list import FeedConfig
from monitor.feeds import schedule
from monitor.model import Delivery, DeliveryState, FeedState, Health, Report
from monitor.render.build import Place
from monitor.render.plain import one_line
from monitor.render.words import KINDS
from monitor.store import browse, corrections, feed_states, notices, page_edits
from monitor.store import editions as stored_editions
from monitor.store import stories as stored_stories
from monitor.web.access import EDITION_POLICY
from monitor.web.request import Asked
from monitor.web.views import ReportView, When, change_view, language_name, report_view, story_view

PER_PAGE = 25
_WORST = (Health.GONE, Health.NOT_A_FEED, Health.BLOCKED, Health.FAILING, Health.QUIET, Health.UNKNOWN, Health.HEALTHY)


@dataclass(frozen=True, slots=True)
class FeedRow:
    name: str
    url: str
    address: str
    publisher: str
    kind: str
    language: str
    country: str
    health: str
    detail: str
    last_success: When | None
    last_new: When | None
    next_check: When | None
    rank: int  # the worst health first, those that are off last


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list. total: rows on all pages."""

    number: int
    total: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def place_of(asked: Asked) -> Place:
    return Place("", asked.config.service.http.allow_private_addresses)


def stories(asked: Asked) -> Response:
    """All stories, the one that moved last first; ``?watch=`` of one watch, ``?page=``."""
    watch = asked.query("watch")
    if watch and watch not in asked.config.watches:
        raise HTTPException(404, f"no watch is called {watch}")
    names = {name: each.name for name, each in asked.config.watches.items()}
    with asked.store.read() as db:
        paging = Paging(asked.number("page", 1), browse.story_count(db, watch or None))
        ids = browse.story_ids(db, watch or None, limit=PER_PAGE, offset=paging.offset)
        loaded = {story.id: story for story in stored_stories.load(db, ids)}
        health = _health(asked, db)
        told = notices.current(db)
    views = [
        story_view(s, names.get(s.watch, s.watch), asked.clock, place_of(asked), whole=False)
        for s in map(loaded.get, ids)
        if s
    ]
    return asked.page(
        "stories.html", stories=views, watch=watch, paging=paging, health=health, notices=told, polled=_polled(asked)
    )


@dataclass(frozen=True, slots=True)
class NearRow:
    """A near miss. missed_by: how much score it lacks. against: what took most from it, "" for nothing."""

    report: ReportView
    watch: str
    watch_name: str
    missed_by: str
    against: str


def near_misses(asked: Asked) -> Response:
    """What fell just under the threshold, the latest first; ``?watch=`` of one watch, ``?page=``."""
    watch = asked.query("watch")
    if watch and watch not in asked.config.watches:
        raise HTTPException(404, f"no watch is called {watch}")
    chosen = [watch] if watch else list(asked.config.watches)
    with asked.store.read() as db:
        paging = Paging(asked.number("page", 1), browse.near_miss_count(db, chosen))
        found = browse.near_misses(db, chosen, limit=PER_PAGE, offset=paging.offset)
    return asked.page("near.html", rows=[_near_row(asked, each) for each in found], watch=watch, paging=paging)


def _near_row(asked: Asked, report: Report) -> NearRow:
    match = report.match
    against = [r for r in match.receipt.reasons if r.amount < 0 and r.kind != "prior"]
    told = [f"{r.text} {r.amount:+.2f}" for r in sorted(against, key=lambda r: r.amount)[:3]]
    return NearRow(
        report=report_view(report, asked.clock, place_of(asked)),
        watch=match.watch,
        watch_name=asked.config.watches[match.watch].name,
        missed_by=f"{max(0.0, match.receipt.threshold - match.score):.2f}",
        against=one_line("; ".join(told), 300),
    )


def _polled(asked: Asked) -> str:
    """When the feeds were last read, as far as this run knows."""
    last = asked.desk.pulse.good.get("poll")
    return asked.clock.ago(last) if last else ""


def _health(asked: Asked, db: Connection) -> list[tuple[str, int]]:
    """(health, how many enabled feeds), worst first, without those that are none."""
    states = feed_states.load(db)
    enabled = [feed.url for feed in asked.config.feeds if feed.enabled]
    counts = Counter(schedule.shown_health(states.get(url)) for url in enabled)
    return [(health.value.replace("-", " "), counts[health]) for health in _WORST if counts[health]]


def story(asked: Asked) -> Response:
    """One story with the receipt of every report."""
    number = asked.path_id()
    with asked.store.read() as db:
        try:
            current = corrections.resolve(db, number)
        except LookupError:
            current = 0
        found = stored_stories.load(db, [current]) if current else []
        told = browse.editions_with(db, current)
        changed = page_edits.of_story(db, current)
    if not found:
        raise HTTPException(404, f"there is no story {number}; it may have been empty, or merged into another")
    if current != number:
        return asked.go(f"stories/{current}")
    [shown] = found
    name = asked.config.watches[shown.watch].name if shown.watch in asked.config.watches else shown.watch
    view = story_view(shown, name, asked.clock, place_of(asked), whole=True)
    articles = {report.article.id: report.article for report in shown.reports}
    return asked.page(
        "story.html",
        story=view,
        editions=[(each, asked.clock.when(each.until)) for each in told],
        changes=[change_view(each, articles, asked.clock) for each in changed],
    )


def digests(asked: Asked) -> Response:
    """The editions stored, newest first, with how their deliveries went."""
    with asked.store.read() as db:
        paging = Paging(asked.number("page", 1), browse.edition_count(db))
        found = browse.editions(db, limit=PER_PAGE, offset=paging.offset)
        owed = browse.deliveries_of(db, [each.id for each in found])
    rows = [
        (each, asked.clock.when(each.since), asked.clock.when(each.until), delivered(owed[each.id])) for each in found
    ]
    return asked.page("digests.html", editions=rows, paging=paging)


def delivered(rows: Sequence[Delivery]) -> list[str]:
    """How an edition's deliveries went, a line each channel and state: "email: 2 sent"; errors with what they said."""
    counts = Counter(
        (row.channel, row.state) for row in rows if row.state is not DeliveryState.FAILED and not row.error
    )
    told = [f"{channel}: {count} {state.value}" for (channel, state), count in sorted(counts.items())]
    wrong = [row for row in rows if row.error or row.state is DeliveryState.FAILED]
    return told + [f"{row.channel}: {row.state.value}: {one_line(row.error or '', 200)}" for row in wrong]


def digest(asked: Asked) -> Response:
    return _edition(asked, asked.path_id())


def digest_of_period(asked: Asked) -> Response:
    """By digest and period: what a mail links, which was written before the edition had a number."""
    with asked.store.read() as db:
        names = asked.request.path_params
        found = stored_editions.find(db, names["digest"], names["period"])
    if found is None:
        raise HTTPException(404, "there is no edition of this digest and period")
    return _edition(asked, found)


def _edition(asked: Asked, number: int) -> Response:
    """The whole edition as it was rendered; ``?as=mail`` as it was mailed, ``?as=text`` its text."""
    with asked.store.read() as db:
        try:
            _, rendered = stored_editions.get(db, number)
        except LookupError:
            raise HTTPException(404, f"there is no edition {number}") from None
    wanted = asked.query("as")
    if wanted == "text":
        return PlainTextResponse(rendered.text)
    html = rendered.html if wanted == "mail" else rendered.page or rendered.html
    return Response(html, media_type="text/html", headers={"content-security-policy": EDITION_POLICY})


def feeds(asked: Asked) -> Response:
    """Every feed of the list with its health, the worst first."""
    with asked.store.read() as db:
        states = feed_states.load(db)
        health = _health(asked, db)
    rows = [_feed_row(asked, given, states.get(given.url, FeedState(given.url))) for given in asked.config.feeds]
    rows.sort(key=lambda row: (row.rank, row.name.casefold()))
    return asked.page("feeds.html", feeds=rows, health=health)


def _feed_row(asked: Asked, given: FeedConfig, state: FeedState) -> FeedRow:
    feed, clock = given.feed(), asked.clock
    return FeedRow(
        name=one_line(feed.name, 80),
        url=place_of(asked).link(feed.url),
        address=one_line(feed.url, 200),
        publisher=one_line(feed.publisher, 80),
        kind=KINDS.get(feed.kind, feed.kind),
        language=language_name(feed.language),
        country=feed.country or "",
        health=schedule.shown_health(state).value.replace("-", " ") if given.enabled else "off",
        detail=one_line(schedule.describe_health(state, asked.now), 400) if given.enabled else "off in the list",
        last_success=clock.when(state.last_success) if state.last_success else None,
        last_new=clock.when(state.last_new_entry) if state.last_new_entry else None,
        next_check=clock.when(state.next_check) if state.next_check and given.enabled else None,
        rank=_WORST.index(schedule.shown_health(state)) if given.enabled else len(_WORST),
    )
