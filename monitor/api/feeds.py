"""Feeds: their health, and what each brought."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from pydantic import Field

from monitor.api.base import Answer, Page, Slice, Stamp, Word, of_cursor, paged
from monitor.config import Config
from monitor.config.feed_list import FeedConfig
from monitor.feeds import schedule
from monitor.model import FeedState, Health
from monitor.store import feed_states, feed_yield, subscriptions
from monitor.store.feed_yield import Yield
from monitor.text.redact import hide_target


class FeedAnswer(Answer):
    """A feed of the list with its health. entries: how many its last body had (seen), and those taken (new, updated).

    skipped: those that were not taken, by reason.
    hub: how it stands with the hub that it names, null where it names none.
    """

    url: str
    moved_to: str | None
    name: str
    title: str | None
    folder: list[str]
    language: str | None
    country: str | None
    kind: str
    format: str
    publisher: str
    enabled: bool
    health: str
    detail: str
    last_success: Stamp | None
    last_new_entry: Stamp | None
    next_check: Stamp | None
    failures: int
    entries: dict[str, int]
    skipped: dict[str, int]
    error: str | None
    hub: str | None


class BroughtAnswer(FeedAnswer):
    """A feed, and what it brought, of all that is stored. reports: articles in stories. stories: those it has one of.

    alone: numbers of the stories of which no other feed has a report.
    """

    reports: int
    stories: int
    alone: list[int]


class FeedQuery(Slice):
    """Which feeds."""

    url: Annotated[Word, Field(description="only the feed with this address")] = ""
    failing: Annotated[bool, Field(description="only feeds with a problem")] = False


class FeedNames(dict[str, str]):
    """feed address → its name, also of one that was taken off the list."""

    def __init__(self, config: Config, db: sa.Connection) -> None:
        self._titles = {url: state.title for url, state in feed_states.load(db).items()}
        super().__init__({feed.url: self._name(feed) for feed in config.feeds})

    def __missing__(self, url: str) -> str:
        name = self[url] = self._name(FeedConfig(url=url))
        return name

    def _name(self, feed: FeedConfig) -> str:
        return feed.feed(self._titles.get(feed.url, "")).name


def is_failing(feed: FeedConfig, state: FeedState) -> bool:
    """Whether a feed that is on has a problem."""
    return feed.enabled and schedule.shown_health(state) not in (Health.HEALTHY, Health.QUIET, Health.UNKNOWN)


def feed_answer(feed: FeedConfig, state: FeedState, now: datetime, hub: str | None = None) -> FeedAnswer:
    """A feed as `monitor feeds list --json` prints it."""
    known = feed.feed(state.title)
    return FeedAnswer(
        url=feed.url,
        moved_to=schedule.moved_to(state) or None,
        name=known.name,
        title=state.title or None,
        folder=list(feed.folder),
        language=feed.language,
        country=feed.country,
        kind=feed.kind,
        format="page" if feed.page else "feed",
        publisher=known.publisher,
        enabled=feed.enabled,
        health=schedule.shown_health(state).value if feed.enabled else "off",
        detail=schedule.describe_health(state, now) if feed.enabled else "off in the list",
        last_success=state.last_success,
        last_new_entry=state.last_new_entry,
        next_check=state.next_check,
        failures=state.failures,
        entries={name: state.entries.get(name, 0) for name in ("seen", "new", "updated")},
        skipped=dict(state.skipped),
        error=state.error,
        hub=hub,
    )


def hubs_of(db: sa.Connection, config: Config) -> dict[str, str]:
    """address → how its feed stands with the hub that it names, for those that name one."""
    found = subscriptions.of_feeds(db, [feed.url for feed in config.feeds])
    return {each.feed_url: each.state for each in found if each.state != "ending"}


def list_feeds(db: sa.Connection, config: Config, asked: FeedQuery, now: datetime) -> Page[BroughtAnswer]:
    """The feeds in the order of the list. Raises AskedWronglyError for a cursor."""
    states = feed_states.load(db)
    for state in states.values():
        hide_target(state.url, schedule.moved_to(state))
    after = of_cursor("feeds", asked.cursor, int)
    wanted = [
        (number, feed, state)
        for number, feed in enumerate(config.feeds, 1)
        if asked.url in ("", feed.url)
        and (state := states.get(feed.url, FeedState(feed.url)))
        and (is_failing(feed, state) or not asked.failing)
        and number > (after[0] if after else 0)
    ]
    places, following = paged("feeds", [(number,) for number, _, _ in wanted], asked.limit)
    shown, hubs = wanted[: len(places)], hubs_of(db, config)
    brought, nothing = feed_yield.of_feeds(db), Yield(0, 0, ())
    items = []
    for _, feed, state in shown:
        own = brought.get(feed.url, nothing)
        plain = dict(feed_answer(feed, state, now, hubs.get(feed.url)))
        items.append(BroughtAnswer(**plain, reports=own.reports, stories=own.stories, alone=list(own.alone)))
    return Page(items=items, next=following)
