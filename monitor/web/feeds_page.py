"""The page of feeds: every feed of the list with its health, what it brought, and forms to arrange them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.config.feed_list import FeedConfig
from monitor.errors import ConfigError
from monitor.feeds import schedule
from monitor.feeds.skipped import describe_entries
from monitor.model import FeedState, Health
from monitor.render.labels import KINDS
from monitor.render.plain import one_line
from monitor.store import feed_states, feed_yield
from monitor.store.feed_yield import Yield
from monitor.text.redact import HIDDEN, hide_target, shown_address, shown_text
from monitor.web import edit_feeds, take_away
from monitor.web.edit_feeds import ADDED
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
    entries: str  # those of the last body, and what became of them, in words; "" before one was read
    last_success: When | None
    last_new: When | None
    next_check: When | None
    rank: int  # for sorting: the worst health first, feeds that are off last
    key: str  # names it in a form
    brought: Yield
    alone: tuple[int, ...]  # the latest stories that no other feed carried
    given: FeedConfig
    paused: bool


_SHOWS = ("", "never", "alone")  # all feeds, those that never matched, those that carried a story alone
_ALONE = 12  # stories that are linked


def feeds(request: PageRequest) -> Response:
    """Every feed of the list with its health, the worst health first. ``?show=never``: those without a match;
    ``?show=alone``: those that alone carried a story.
    """
    return _page(request)


def arrange(request: PageRequest) -> Response:
    """A form of the page: looks at an address, adds a feed, checks, pauses, resumes or edits one.

    Raises HTTPException 403 where the sender may not change anything, 409 where the list cannot be edited.
    """
    request.changing()
    act = request.form.get("act", "")
    try:
        if act == "look":
            found = edit_feeds.look(request, request.form.get("url", ""))
            about = {"url": found.url, "name": found.title, "language": found.language}
            return _page(request, found=found, draft=_draft(about))
        if act == "check":
            return _page(request, checked=_checked(request))
        return edit_feeds.of_form(request)
    except ConfigError as error:
        draft = _draft(request.form) if act == "add" else None
        return _page(request, status=400, error=edit_feeds.told(error), draft=draft)


def _draft(given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a feed that is to be added."""
    return {name: one_line(given.get(name, ""), 300) for name in ("url", "format", *ADDED)}


def _checked(request: PageRequest) -> tuple[str, edit_feeds.FoundView]:
    """(key of the feed, what its address holds now)."""
    key = request.form.get("feed", "")
    [*found] = [each for each in request.config.feeds if edit_feeds.feed_key(each) == key]
    if not found:
        raise HTTPException(409, "the feed is not in the list any more; load the page again")
    return key, edit_feeds.look(request, found[0].url)


def _page(request: PageRequest, *, status: int = 200, **values: object) -> Response:
    with request.store.read() as db:
        states = feed_states.load(db)
        health = feed_health(request, states)
        brought = feed_yield.of_feeds(db)
    nothing = Yield(0, 0, ())
    rows = [
        _feed_row(request, given, states.get(given.url, FeedState(given.url)), brought.get(given.url, nothing))
        for given in request.config.feeds
    ]
    rows.sort(key=lambda row: (row.rank, row.name.casefold()))
    never = [row for row in rows if not row.brought.reports]
    alone = sorted((row for row in rows if row.brought.alone), key=lambda row: -len(row.brought.alone))
    show = request.query("show")
    chosen = {"never": never, "alone": alone}.get(show, rows)
    if not values and take_away.wanted(request):
        return _to_take(request, chosen)
    defaults: dict[str, object] = {"found": None, "checked": ("", None), "error": "", "draft": None}
    return request.page(
        "feeds.html",
        status,
        feeds=chosen,
        listed=len(rows),
        counts={"": len(rows), "never": len(never), "alone": len(alone)},
        show=show if show in _SHOWS else "",
        health=health,
        kinds=KINDS,
        files=take_away.links(request),
        may_edit=bool(request.session) and not request.config.packaged,
        **(defaults | values),
    )


def _to_take(request: PageRequest, rows: Sequence[FeedRow]) -> Response:
    columns = ("name", "address", "publisher", "kind", "language", "country", "health", "detail", "last_read",
               "last_new", "next_check", "reports", "stories", "alone")  # fmt: skip
    taken: list[take_away.Row] = [
        {
            "name": each.name,
            "address": each.address,
            "publisher": each.publisher,
            "kind": each.given.kind,
            "language": each.given.language,
            "country": each.country or None,
            "health": each.health,
            "detail": each.detail or None,
            "last_read": each.last_success.iso if each.last_success else None,
            "last_new": each.last_new.iso if each.last_new else None,
            "next_check": each.next_check.iso if each.next_check else None,
            "reports": each.brought.reports,
            "stories": each.brought.stories,
            "alone": len(each.brought.alone),
        }
        for each in rows
    ]
    return take_away.answer(request, take_away.first_rows("feeds", columns, taken))


def _feed_row(request: PageRequest, given: FeedConfig, state: FeedState, brought: Yield) -> FeedRow:
    feed, clock, shown = given.feed(state.title), request.clock, shown_address(given.url)
    hide_target(given.url, schedule.moved_to(state))
    told = schedule.describe_health(state, request.now).removeprefix("quiet: ")  # which stands beside it
    detail = told if given.enabled else "off in the list"
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
        entries=describe_entries(state.entries, state.skipped),
        last_success=clock.when(state.last_success) if state.last_success else None,
        last_new=clock.when(state.last_new_entry) if state.last_new_entry else None,
        next_check=clock.when(state.next_check) if state.next_check and given.enabled else None,
        rank=_WORST.index(schedule.shown_health(state)) if given.enabled else len(_WORST),
        key=edit_feeds.feed_key(given),
        brought=brought,
        alone=brought.alone[-_ALONE:][::-1],
        given=given,
        paused=not given.enabled,
    )


def none_was_read(request: PageRequest, states: Mapping[str, FeedState]) -> bool:
    """Whether there are feeds, and the last try of each of them failed. states: of all feeds, by address."""
    enabled = [states.get(feed.url) for feed in request.config.feeds if feed.enabled]
    return bool(enabled) and all(state is not None and state.failures for state in enabled)


def feed_health(request: PageRequest, states: Mapping[str, FeedState]) -> list[tuple[str, int]]:
    """(health, how many enabled feeds have it), the worst first; a health that no feed has is left out. states: of all
    feeds, by address.
    """
    enabled = [feed.url for feed in request.config.feeds if feed.enabled]
    counts = Counter(schedule.shown_health(states.get(url)) for url in enabled)
    return [(health.value.replace("-", " "), counts[health]) for health in _WORST if counts[health]]
