"""Pages of the people, bodies and places that stories name: who is named, who fell silent, with whom, where, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.digest.enrich import Context
from monitor.digest.settings import vocabulary
from monitor.model import Story
from monitor.render.edition_views import Text, text_view
from monitor.render.plain import one_line
from monitor.store import match_names
from monitor.store import stories as stored_stories
from monitor.store.match_names import Named
from monitor.stories.gloss import gloss_of
from monitor.stories.group.tables import load_tables
from monitor.text.language import reading_rank
from monitor.text.marked_terms import unmarked
from monitor.topic.records import EntityName
from monitor.web import take_away
from monitor.web.paging import Paging
from monitor.web.request import PageRequest
from monitor.web.story_views import When
from monitor.web.timeline import day_name, weeks_until

SINCE = timedelta(days=90)  # as far back as the list looks
SILENT = timedelta(days=14)  # without a story, of somebody who was in several before
OFTEN = 3  # stories from which somebody may fall silent
NEWEST = 5000  # stories, at most: so the list answers at once in a large store
BESIDE = 500  # stories in which it is counted who is named with somebody, the newest
WEEKS = 26  # of the chart
SHOWN = 60  # rows of each list
KINDS = {"person": "People", "body": "Bodies", "group": "Groups", "place": "Places"}
_WITH = 15  # that are named with somebody


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity in a list. stories: that name it. last: when one was last seen."""

    id: str
    name: str
    role: str
    kind: str
    stories: int
    last: When


@dataclass(frozen=True, slots=True)
class NamedStory:
    """A story that names an entity. acts, others, places: what and whom its headlines and openings name."""

    id: int
    headline: Text
    when: When
    acts: tuple[str, ...]
    others: tuple[str, ...]
    places: tuple[str, ...]


def entities(request: PageRequest) -> Response:
    """Whom the stories of the last 90 days name, those in most stories first; ``?kind=``: person, body, group, place.

    ``?watch=``: in stories of one watch.
    """
    watches, kind = _watches(request), request.query("kind")
    known = _known(request)
    with request.store.read() as db:
        found = match_names.named_since(db, watches, request.now - SINCE, NEWEST)
    rows = [each for each in found if each.entity in known and known[each.entity].kind in KINDS
            and kind in ("", known[each.entity].kind)]  # fmt: skip
    if take_away.wanted(request):
        return _to_take(request, known, rows)
    silent = sorted(
        (each for each in rows if each.stories >= OFTEN and each.last < request.now - SILENT),
        key=lambda each: (-each.stories, each.entity),
    )
    new = [each for each in rows if each.first >= request.now - SILENT]
    since = day_name((request.now - SILENT).date())
    young = f"all of them new: none stands in a story before {since}" if len(new) == len(rows) else ""
    return request.page(
        "entities.html",
        kinds=KINDS,
        kind=kind if kind in KINDS else "",
        watch=request.query("watch"),
        lists=[
            ("Named most", young, [_row(request, known, each) for each in rows[:SHOWN]]),
            *([] if young else [("New", f"in no story before {since}, as far back as this list looks",
             [_row(request, known, each) for each in new[:SHOWN]])]),
            ("Fell silent", f"in {OFTEN} stories or more, and in none of the last {SILENT.days} days",
             [_row(request, known, each) for each in silent[:SHOWN]]),
        ],
        total=len(rows),
        days=SINCE.days,
        newest=NEWEST,
        files=take_away.links(request),
    )  # fmt: skip


def _to_take(request: PageRequest, known: Mapping[str, EntityName], found: Sequence[Named]) -> Response:
    columns = ("id", "name", "kind", "role", "stories", "first", "last")
    rows: list[take_away.Row] = [
        {
            "id": each.entity,
            "name": _name(known[each.entity]),
            "kind": known[each.entity].kind,
            "role": one_line(known[each.entity].role, 120) or None,
            "stories": each.stories,
            "first": each.first.isoformat(timespec="seconds"),
            "last": each.last.isoformat(timespec="seconds"),
        }
        for each in found
    ]
    return take_away.answer(request, take_away.first_rows("names", columns, rows))


def entity(request: PageRequest) -> Response:
    """One person, body, group or place: every story that names it, with whom, where and when. ``?page=``: from 1.

    Raises HTTPException 404 for one that the lists do not know.
    """
    names, acts = vocabulary(request.config)
    known = _by_id(names)
    found = known.get(str(request.http.path_params["id"]))
    if found is None or found.kind not in KINDS:
        raise HTTPException(404, "the lists of names know nobody and nothing by this id")
    watches = list(request.config.watches)
    weeks = weeks_until(request.now, request.clock.zone, WEEKS)
    with request.store.read() as db:
        if take_away.wanted(request):
            ids = match_names.story_ids(db, watches, found.id, limit=take_away.MOST + 1)
            by_id = {story.id: story for story in stored_stories.load(db, ids[: take_away.MOST])}
            named = [by_id[each] for each in ids[: take_away.MOST] if each in by_id]
            return take_away.answer_stories(request, named, len(ids) > take_away.MOST)
        begun, first = match_names.begun_in(db, watches, found.id, [start for _, start in weeks])
        paging = Paging(request.number("page", 1), sum(begun))
        newest = match_names.story_ids(db, watches, found.id, limit=max(BESIDE, paging.offset + paging.limit))
        shown = newest[paging.offset : paging.offset + paging.limit]
        by_id = {story.id: story for story in stored_stories.load(db, shown)}
        together = match_names.named_with(db, newest[:BESIDE], found.id)
    in_weeks = begun[1:-1]
    return request.page(
        "entity.html",
        entity=_name(found),
        kind=KINDS[found.kind],
        role=one_line(found.role, 200),
        names=[one_line(each, 80) for each in dict.fromkeys(map(unmarked, found.names))][:40],
        stories=[_story(request, by_id[each], known, acts, found.id) for each in shown if each in by_id],
        paging=paging,
        together=[(other, _name(known[other]), KINDS[known[other].kind], count)
                  for other, count in together if other in known and known[other].kind in KINDS][:_WITH],
        weeks=[(day_name(monday), count) for (monday, _), count in zip(weeks, in_weeks, strict=False)],
        most=max(in_weeks),
        first=request.clock.when(first) if first else None,
        files=take_away.links(request),
    )  # fmt: skip


def _watches(request: PageRequest) -> list[str]:
    watch = request.query("watch")
    if watch and watch not in request.config.watches:
        raise HTTPException(404, f"no watch is called {one_line(watch, 60)}")
    return [watch] if watch else list(request.config.watches)


def _known(request: PageRequest) -> Mapping[str, EntityName]:
    return _by_id(vocabulary(request.config)[0])


def _by_id(names: Sequence[EntityName]) -> Mapping[str, EntityName]:
    """By id, each with the name first by which the page's readers know it."""
    return {each.id: each for each in Context((), names).in_locale("en").entities}


def _name(known: EntityName) -> str:
    return one_line(unmarked(known.names[0]), 80)


def _row(request: PageRequest, known: Mapping[str, EntityName], found: Named) -> EntityRow:
    each = known[found.entity]
    return EntityRow(each.id, _name(each), one_line(each.role, 120), each.kind, found.stories,
                     request.clock.when(found.last))  # fmt: skip


def _story(
    request: PageRequest, story: Story, known: Mapping[str, EntityName], acts: Mapping[str, str], own: str
) -> NamedStory:
    gloss = gloss_of(story.reports, load_tables(), list(known.values()), acts)
    name = unmarked(known[own].names[0])
    headline, language = story.title_in(partial(reading_rank, reads=request.reads))
    return NamedStory(
        story.id,
        text_view(headline, language, 200),
        request.clock.when(story.last_seen),
        *_parts(gloss.acts, gloss.actors, gloss.places, name),
    )


def _parts(acts: Sequence[str], actors: Sequence[str], places: Sequence[str], own: str) -> tuple[tuple[str, ...], ...]:
    lists = (acts, [each for each in actors if each != own], [each for each in places if each != own])
    return tuple(tuple(one_line(each, 60) for each in named) for named in lists)
