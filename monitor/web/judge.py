"""Judging on the page: the forms beside stories, reports and near misses, and the list of what was decided."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.errors import MonitorError
from monitor.model import Story
from monitor.pipeline import decide
from monitor.pipeline.decide import GoneError, Person, UndecidedError
from monitor.render.plain import one_line
from monitor.store import audits, browse, corrections, decisions, marks, mutes, stories
from monitor.store.decisions import Decision
from monitor.store.subjects import ALL_STORIES
from monitor.web import take_away
from monitor.web.decided_view import decided_view
from monitor.web.paging import Paging
from monitor.web.request import SAID, PageRequest, Site

log = logging.getLogger(__name__)

SETTLED_WITHIN = 3.0  # seconds for judging and grouping anew; then the page comes, and the rest goes on
OTHERS = 40  # stories that are offered as the same event
_STORY = re.compile(r"/stories/(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Desktop:
    """What the forms of a page need. marked: (watch, article id) → what a person said. muted: ids of stories.

    others: (id, headline) of stories that something may be the same event as.
    """

    marked: Mapping[tuple[str, int], bool]
    muted: frozenset[int]
    others: list[tuple[int, str]]


def desktop(
    request: PageRequest, db: sa.Connection, articles: list[int], story_ids: list[int], watch: str | None
) -> Desktop:
    """For a page that shows these articles and stories, of one watch or of all."""
    muted = mutes.among(db, story_ids)
    if not request.session:
        return Desktop({}, muted, [])
    recent = browse.story_ids(db, watch, limit=OTHERS, offset=0)
    return Desktop(marks.of_articles(db, articles), muted, stories.headlines(db, recent))


def said_of(found: Iterable[Story], desk: Desktop) -> dict[int, bool]:
    """Story → what a person said of all its reports, where that is one thing."""
    said: dict[int, bool] = {}
    for story in found:
        marked = {desk.marked.get((story.watch, report.article.id)) for report in story.reports}
        if len(marked) == 1 and (one := marked.pop()) is not None:
            said[story.id] = one
    return said


def judge(request: PageRequest) -> Response:
    """What a form of the page says of an article or a story; then back to that page.

    Raises HTTPException 403 where the sender may not change anything, 400 for no such form, 404 for what is not there,
    409 for what cannot be.
    """
    request.changing()
    act = _ACTS.get(request.form.get("act", ""))
    if act is None:
        raise HTTPException(400, "the form does not say what is to be done; use the buttons of the page")
    try:
        with request.store.write(ALL_STORIES) as db:
            number = act(db, request, Person(request.who, request.now))
    except UndecidedError as error:
        raise HTTPException(404 if isinstance(error, GoneError) else 409, str(error)) from error
    settle(request.site)
    return _back(request, number)


def decided(request: PageRequest) -> Response:
    """What people decided, the last first. ``?page=``: from 1. ``?as=``: as a file."""
    if take_away.wanted(request):
        return _decided_to_take(request)
    with request.store.read() as db:
        paging = Paging(request.number("page", 1), decisions.count(db))
        found = decisions.newest(db, limit=paging.limit, offset=paging.offset)
        drawn = {each.id for each in found if _for_audit(db, each)}
    names = {name: each.name for name, each in request.config.watches.items()}
    rows = [decided_view(each, request.clock) for each in found]
    files = take_away.links(request)
    return request.page("judged.html", rows=rows, drawn=drawn, paging=paging, names=names, files=files)


def _decided_to_take(request: PageRequest) -> Response:
    with request.store.read() as db:
        found = decisions.newest(db, limit=take_away.MOST + 1)
    columns = ("decision", "at", "who", "act", "watch", "stories", "articles", "undone", "undone_by")
    rows = [
        {
            "decision": each.id,
            "at": each.at.isoformat(timespec="seconds"),
            "who": one_line(each.who, 60),
            "act": each.act,
            "watch": each.watch,
            "stories": " ".join(map(str, each.stories)) or None,
            "articles": " ".join(map(str, each.articles)) or None,
            "undone": each.undone.isoformat(timespec="seconds") if each.undone else None,
            "undone_by": one_line(each.undone_by, 60) or None,
        }
        for each in found
    ]
    return take_away.answer(request, take_away.first_rows("judged", columns, rows))


def _for_audit(db: sa.Connection, made: Decision) -> bool:
    """Whether it marks what an audit asked about, and nothing else."""
    if made.act not in ("right", "wrong"):
        return False
    return set(made.articles) == audits.sampled(db, made.watch, made.articles, before=made.at)


def _mark(relevant: bool) -> Callable[[sa.Connection, PageRequest, Person], int]:
    """An article, or all of a story."""

    def act(db: sa.Connection, request: PageRequest, person: Person) -> int:
        article = _number(request, "article")
        if article:
            return decide.mark(db, _watch(request), [article], person, relevant=relevant)
        story = decide.story_of(db, _number(request, "story"))
        ids = [report.article.id for report in story.reports]
        return decide.mark(db, story.watch, ids, person, relevant=relevant)

    return act


def _split(db: sa.Connection, request: PageRequest, person: Person) -> int:
    story, article = decide.story_of(db, _number(request, "story")), _number(request, "article")
    taken = [report for report in story.reports if report.article.id == article]
    if not taken:
        raise UndecidedError(f"story {story.id} has no article {article} any more; load the page again")
    return decide.split(db, story, taken, person).id


def _join(db: sa.Connection, request: PageRequest, person: Person) -> int:
    """An article goes into another story, or a whole story does."""
    other = _number(request, "other")
    if not other:
        raise UndecidedError("write the number of the story that it is the same event as")
    if article := _number(request, "article"):
        return decide.join(db, _watch(request), article, other, person)
    made = decide.merge(db, other, [_number(request, "story")], person)
    if made is None:
        raise UndecidedError(f"they are all story {other} already")
    return made.id


def _mute(muted: bool) -> Callable[[sa.Connection, PageRequest, Person], int]:
    def act(db: sa.Connection, request: PageRequest, person: Person) -> int:
        return decide.mute(db, _number(request, "story"), person, muted=muted) or 0

    return act


def _undo(db: sa.Connection, request: PageRequest, person: Person) -> int:
    return decide.undo(db, _number(request, "decision"), person).id


_ACTS: Mapping[str, Callable[[sa.Connection, PageRequest, Person], int]] = {
    "right": _mark(True),
    "wrong": _mark(False),
    "split": _split,
    "join": _join,
    "mute": _mute(True),
    "unmute": _mute(False),
    "undo": _undo,
}


def _number(request: PageRequest, name: str) -> int:
    """A number of the form, 0 where there is none."""
    given = request.form.get(name, "").strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _watch(request: PageRequest) -> str:
    watch = request.form.get("watch", "")
    if watch not in request.config.watches:
        raise UndecidedError("the form names no watch of the configuration; load the page again")
    return watch


def settle(site: Site) -> None:
    """Judges and groups at once what the decision concerns, so that the page shows what it did.

    A poll may have left much that waits, so the page does not wait for all of it.
    """

    def work() -> None:
        try:
            site.settle()
        except MonitorError as error:
            log.warning("what was decided on the page is settled by the next poll: %s", error)

    thread = threading.Thread(target=work, name="settle", daemon=True)
    thread.start()
    thread.join(SETTLED_WITHIN)


def _back(request: PageRequest, number: int) -> Response:
    """To the page of the form, or to what has become of its story."""
    given = urlsplit(request.form.get("back", "/")[:1000])
    path, more = given.path or "/", given.query
    if found := _STORY.fullmatch(path):
        with request.store.read() as db:
            path, more = _story_or_list(db, int(found[1])), ""
    said = f"{SAID}={number}" if number else ""
    asked = "&".join(filter(None, [more, said]))
    return request.go(path + (f"?{asked}" if asked else ""), given.fragment)


def _story_or_list(db: sa.Connection, story: int) -> str:
    try:
        found = stories.load(db, [corrections.resolve(db, story)], brief=True)
    except LookupError:
        found = []
    return f"/stories/{found[0].id}" if found else "/"
