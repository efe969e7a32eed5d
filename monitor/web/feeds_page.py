"""The page of feeds: every feed of the list with its health."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.responses import Response

from monitor.config.feed_list import FeedConfig
from monitor.feeds import schedule
from monitor.feeds.skipped import describe_skipped
from monitor.model import FeedState, Health
from monitor.render.labels import KINDS
from monitor.render.plain import one_line
from monitor.store import feed_states
from monitor.text.redact import HIDDEN, hide_target, shown_address, shown_text
from monitor.web.request import PageRequest
from monitor.web.story_views import When, language_name

# Gone first: only a person can mend it. What mends itself comes later.
_WORST = (Health.GONE, Health.NOT_A_FEED, Health.BLOCKED, Health.FAILING, Health.QUIET, Health.UNKNOWN, Health.HEALTHY)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed as the page lists it. url: "" when it may not be a link; ``address`` is its text.

    moved: the address that the feed has moved to, "" where it has not.
    """

    name: str
    url: str
    address: str
    moved: str
    publisher: str
    kind: str
    language: str
    country: str
    health: str
    detail: str
    skipped: str  # entries that were not taken at the last poll, in words, "" where all were
    last_success: When | None
    last_new: When | None
    next_check: When | None
    rank: int  # for sorting: the worst health first, feeds that are off last


def feeds(request: PageRequest) -> Response:
    """Every feed of the list with its health, the worst health first."""
    with request.store.read() as db:
        states = feed_states.load(db)
        health = feed_health(request, db)
    rows = [_feed_row(request, given, states.get(given.url, FeedState(given.url))) for given in request.config.feeds]
    rows.sort(key=lambda row: (row.rank, row.name.casefold()))
    return request.page("feeds.html", feeds=rows, health=health)


def _feed_row(request: PageRequest, given: FeedConfig, state: FeedState) -> FeedRow:
    feed, clock, shown = given.feed(state.title), request.clock, shown_address(given.url)
    hide_target(given.url, schedule.moved_to(state))
    detail = schedule.describe_health(state, request.now) if given.enabled else "off in the list"
    return FeedRow(
        name=one_line(feed.name, 80),
        url="" if HIDDEN in shown else request.place.link(shown),
        address=one_line(shown, 200),
        moved=one_line(shown_address(schedule.moved_to(state)), 200),
        publisher=one_line(feed.publisher, 80),
        kind=KINDS.get(feed.kind, feed.kind),
        language=language_name(feed.language),
        country=feed.country or "",
        health=schedule.shown_health(state).value.replace("-", " ") if given.enabled else "off",
        detail=one_line(shown_text(detail), 400),
        skipped=describe_skipped(state.skipped),
        last_success=clock.when(state.last_success) if state.last_success else None,
        last_new=clock.when(state.last_new_entry) if state.last_new_entry else None,
        next_check=clock.when(state.next_check) if state.next_check and given.enabled else None,
        rank=_WORST.index(schedule.shown_health(state)) if given.enabled else len(_WORST),
    )


def none_was_read(request: PageRequest, db: Connection) -> bool:
    """Whether there are feeds, and the last try of each of them failed."""
    states = feed_states.load(db)
    enabled = [states.get(feed.url) for feed in request.config.feeds if feed.enabled]
    return bool(enabled) and all(state is not None and state.failures for state in enabled)


def feed_health(request: PageRequest, db: Connection) -> list[tuple[str, int]]:
    """(health, how many enabled feeds have it), the worst first; a health that no feed has is left out."""
    states = feed_states.load(db)
    enabled = [feed.url for feed in request.config.feeds if feed.enabled]
    counts = Counter(schedule.shown_health(states.get(url)) for url in enabled)
    return [(health.value.replace("-", " "), counts[health]) for health in _WORST if counts[health]]
