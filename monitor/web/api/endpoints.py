"""What the API answers at each address: parameters in, a model of `monitor.api` out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor import __version__
from monitor.api.affairs import AffairAnswer, Affairs, affair_answer
from monitor.api.articles import (
    ArticleAnswer,
    ArticleQuery,
    ArticleWhole,
    NearMissAnswer,
    NearMissQuery,
    list_articles,
    list_near_misses,
    one_article,
)
from monitor.api.audits import AuditAnswer, audit_of
from monitor.api.base import LARGEST, Answer, Page, Slice, UnknownError, Word, known_watch
from monitor.api.editions import (
    DeliveryAnswer,
    DeliveryQuery,
    EditionAnswer,
    EditionLine,
    EditionQuery,
    list_deliveries,
    list_editions,
    one_edition,
)
from monitor.api.feeds import BroughtAnswer, FeedQuery, list_feeds
from monitor.api.marks import (
    DecisionAnswer,
    MarkAnswer,
    MarkQuery,
    NewMark,
    list_decisions,
    list_marks,
    set_mark,
    take_mark_back,
)
from monitor.api.marks import undo as undo_decision
from monitor.api.receipts import ExplainAnswer
from monitor.api.stored_receipts import list_receipts
from monitor.api.stories import StoryAnswer, StoryQuery, StoryWhole, known_story, list_stories, one_story
from monitor.api.trials import Edit, TrialAnswer, drafted, trial_answer, tried
from monitor.api.watches import WatchAnswer, WatchLine, list_watches, one_watch
from monitor.pipeline.decide import Person
from monitor.store.subjects import ALL_STORIES
from monitor.text.redact import shown_text
from monitor.web.api.search import FoundAnswer, SearchQuery, search_archive
from monitor.web.api.written import written
from monitor.web.health import Health
from monitor.web.judge import settle
from monitor.web.request import Desk, PageRequest


def page_request(request: Request) -> PageRequest:
    """What a view is given: the request, and the configuration in force."""
    desk: Desk = request.app.state.desk
    return PageRequest(request, desk, desk.site(), desk.clock())


Asks = Annotated[PageRequest, Depends(page_request)]
Id = Annotated[int, Field(ge=1, le=LARGEST)]


class VersionAnswer(Answer):
    """The version of the program and of the API."""

    version: str
    api: Literal["v1"]


class HealthAnswer(Answer):
    """Whether the service does its work. trouble: why not. refused: why an edit of its files is not in force."""

    well: bool
    trouble: str
    refused: str


async def health(request: Request) -> Response:
    """Whether the service does its work. 503 where it does not, and why."""
    desk: Desk = request.app.state.desk
    state: Health = request.app.state.health
    told = await state.look(desk.clock())
    found = HealthAnswer(well=not told.trouble, trouble=shown_text(told.trouble), refused=shown_text(told.refused))
    return written(found, 200 if found.well else 503)


def stories(asks: Asks, asked: Annotated[StoryQuery, Query()]) -> Page[StoryAnswer]:
    """Stories, the one with the latest report first. They stand as their sources have them now."""
    with asks.store.read() as db:
        return list_stories(db, asks.config, asked)


def story(asks: Asks, story: Id) -> StoryWhole:
    """One story with all that is known of it. The number of a story that was merged gives the one it is part of."""
    with asks.store.read() as db:
        return one_story(db, asks.config, story)


def affair(asks: Asks, story: Id) -> AffairAnswer:
    """What a story is part of. 404 where it is part of nothing."""
    with asks.store.read() as db:
        found = known_story(db, story)
        known = Affairs(asks.config).of(db, [found]).get(found.id)
    if known is None:
        raise UnknownError(f"story {found.id} is part of no affair, and looks back at nothing")
    return affair_answer(known, found.id)


def articles(asks: Asks, asked: Annotated[ArticleQuery, Query()]) -> Page[ArticleAnswer]:
    """Articles that were judged, the one stored last first. Unlike stories they hold those that do not match, too."""
    with asks.store.read() as db:
        return list_articles(db, asks.config, asked)


def article(asks: Asks, article: Id) -> ArticleWhole:
    """One article with its text, its marks and its evidence. It stands as its source has it now."""
    with asks.store.read() as db:
        return one_article(db, asks.config, article)


def receipts(
    asks: Asks, article: Id, watch: Annotated[Word, Query(description="only this watch")] = ""
) -> list[ExplainAnswer]:
    """Why an article matches each watch or does not. The best score comes first."""
    with asks.store.read() as db:
        return list_receipts(db, asks.site.matchers, article, watch)


def near_misses(asks: Asks, asked: Annotated[NearMissQuery, Query()]) -> Page[NearMissAnswer]:
    """Articles just under the threshold, the latest first."""
    with asks.store.read() as db:
        return list_near_misses(db, asks.config, asked)


def search(asks: Asks, asked: Annotated[SearchQuery, Query()]) -> Page[FoundAnswer]:
    """Articles for words and filters, newest first. It looks for three seconds at most: go on with `next`."""
    return search_archive(asks.site, asked, asks.desk.stopping)


def editions(asks: Asks, asked: Annotated[EditionQuery, Query()]) -> Page[EditionLine]:
    """Editions, newest first."""
    with asks.store.read() as db:
        return list_editions(db, asked)


def edition(asks: Asks, edition: Id) -> EditionAnswer:
    """One edition as it was composed, with its entries. Recipients are named to who may change things alone."""
    with asks.store.read() as db:
        found = one_edition(db, edition)
    if asks.sees_recipients:
        return found
    return found.model_copy(
        update={"deliveries": [each.model_copy(update={"recipient": ""}) for each in found.deliveries]}
    )


def deliveries(asks: Asks, asked: Annotated[DeliveryQuery, Query()]) -> Page[DeliveryAnswer]:
    """The delivery ledger, newest first. Recipients are named to who may change things alone."""
    with asks.store.read() as db:
        found = list_deliveries(db, asked)
    if asks.sees_recipients:
        return found
    return Page(items=[each.model_copy(update={"recipient": ""}) for each in found.items], next=found.next)


def feeds(asks: Asks, asked: Annotated[FeedQuery, Query()]) -> Page[BroughtAnswer]:
    """Feeds in the order of the list, with their health. It says how many reports and stories each brought."""
    with asks.store.read() as db:
        return list_feeds(db, asks.config, asked, asks.now)


def watches(asks: Asks) -> list[WatchLine]:
    """The watches of the configuration."""
    with asks.store.read() as db:
        return list_watches(db, asks.config, asks.site.matchers)


def watch(asks: Asks, watch: Word) -> WatchAnswer:
    """One watch: what it looks for, and what it has learned."""
    name = named_watch(asks, watch)
    profile = asks.site.profile(name)
    with asks.store.read() as db:
        return one_watch(db, asks.config, name, asks.site.matchers[name], profile)


def trial(asks: Asks, watch: Word, edit: Edit) -> TrialAnswer:
    """What an edit of a watch's terms would change. It is tried on the articles of 30 days, and nothing is stored."""
    name = named_watch(asks, watch)
    matcher = drafted(partial(asks.site.draft_matcher, name), asks.config.watches[name], edit)
    return trial_answer(name, tried(asks.store, name, matcher, asks.now, go_on=lambda: not asks.desk.stopping()))


def audit(asks: Asks, watch: Word) -> AuditAnswer:
    """How much a watch misses, by the answers to its audits."""
    name = named_watch(asks, watch)
    with asks.store.read() as db:
        return audit_of(db, name, asks.now)


def marks(asks: Asks, asked: Annotated[MarkQuery, Query()]) -> Page[MarkAnswer]:
    """The marks in force, the last first."""
    with asks.store.read() as db:
        return list_marks(db, asks.config, asked)


def mark(asks: Asks, wanted: NewMark) -> DecisionAnswer:
    """Mark an article as right or wrong for a watch. Needs the editing token."""
    changing(asks)
    with asks.store.write(ALL_STORIES) as db:
        made = set_mark(db, asks.config, wanted, Person(wanted.who.strip() or asks.who, asks.now))
    settle(asks.site)
    return made


def unmark(asks: Asks, watch: Word, article: Id) -> DecisionAnswer:
    """Take the mark of an article back. Needs the editing token."""
    changing(asks)
    name = named_watch(asks, watch)
    with asks.store.write(ALL_STORIES) as db:
        made = take_mark_back(db, name, article, Person(asks.who, asks.now))
    settle(asks.site)
    return made


def decisions(asks: Asks, asked: Annotated[Slice, Query()]) -> Page[DecisionAnswer]:
    """What people decided of articles and stories, the last first."""
    with asks.store.read() as db:
        return list_decisions(db, asked)


def undo(asks: Asks, decision: Id) -> DecisionAnswer:
    """Take a decision back. Needs the editing token."""
    changing(asks)
    with asks.store.write(ALL_STORIES) as db:
        made = undo_decision(db, decision, Person(asks.who, asks.now))
    settle(asks.site)
    return made


def version() -> VersionAnswer:
    """The version of the program and of this API."""
    return VersionAnswer(version=__version__, api="v1")


def changing(asks: PageRequest) -> None:
    """Raises HTTPException 403 where the sender may change nothing."""
    access = asks.desk.access
    if access.may_change(asks.http, asks.http.headers.get("x-csrf-token", ""), asks.now):
        return
    if not access.token:
        raise HTTPException(403, "no token is set, so nothing can be changed here; set web: token_file")
    raise HTTPException(403, "this needs the editing token; send it as Authorization: Bearer TOKEN")


def named_watch(asks: PageRequest, name: str) -> str:
    """The watch that an address names. Raises UnknownError."""
    found = known_watch(asks.config, name)
    if found is None:
        raise UnknownError("the address names no watch")
    return found


View = Callable[..., Answer | list[Any]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address of the API. costly: it may compute for seconds."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    view: View
    tag: str
    costly: bool = False
    status: int = 200


TABLE = (
    Endpoint("GET", "/stories", stories, "stories"),
    Endpoint("GET", "/stories/{story}", story, "stories"),
    Endpoint("GET", "/stories/{story}/affair", affair, "stories"),
    Endpoint("GET", "/articles", articles, "articles"),
    Endpoint("GET", "/articles/{article}", article, "articles"),
    Endpoint("GET", "/articles/{article}/receipts", receipts, "articles"),
    Endpoint("GET", "/near-misses", near_misses, "articles"),
    Endpoint("GET", "/search", search, "articles", costly=True),
    Endpoint("GET", "/editions", editions, "editions"),
    Endpoint("GET", "/editions/{edition}", edition, "editions"),
    Endpoint("GET", "/deliveries", deliveries, "editions"),
    Endpoint("GET", "/feeds", feeds, "feeds"),
    Endpoint("GET", "/watches", watches, "watches"),
    Endpoint("GET", "/watches/{watch}", watch, "watches"),
    Endpoint("GET", "/watches/{watch}/audit", audit, "watches"),
    Endpoint("POST", "/watches/{watch}/trial", trial, "watches", costly=True),
    Endpoint("GET", "/marks", marks, "marks"),
    Endpoint("POST", "/marks", mark, "marks", status=201),
    Endpoint("DELETE", "/marks/{watch}/{article}", unmark, "marks"),
    Endpoint("GET", "/decisions", decisions, "marks"),
    Endpoint("DELETE", "/decisions/{decision}", undo, "marks"),
    Endpoint("GET", "/version", version, "service"),
)
