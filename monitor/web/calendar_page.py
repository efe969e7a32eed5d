"""The stories of a month, day by day, and those of one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.render.plain import one_line
from monitor.store import browse
from monitor.store import stories as stored_stories
from monitor.web import take_away
from monitor.web.request import PageRequest
from monitor.web.story_views import story_view
from monitor.web.timeline import day_name, month_of

NAMED = 2  # stories of a day that the month names
LISTED = 100  # of a day that is shown alone


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of the month. stories: how many began on it. named: (id, headline) of the first of them."""

    number: int
    iso: str
    name: str
    stories: int
    named: tuple[tuple[int, str], ...]
    today: bool


def page(request: PageRequest) -> Response:
    """Stories by the day on which they were first seen: ``?month=2026-11``, by default this one; ``?day=2026-11-21``.

    ``?watch=``: of one watch. Raises HTTPException 404 for what is no month or day.
    """
    watch = request.query("watch")
    if watch and watch not in request.config.watches:
        raise HTTPException(404, f"no watch is called {one_line(watch, 60)}")
    watches = [watch] if watch else list(request.config.watches)
    today = request.now.astimezone(request.clock.zone).date()
    if request.query("day"):
        return _day(request, watches, watch, _date(request.query("day")))
    asked = request.query("month")
    month = month_of(_date(f"{asked}-01") if asked else today)
    start = date(month.year, month.number, 1)
    following = (start + timedelta(days=31)).replace(day=1)
    days: dict[date, list[int]] = {}
    zone = request.clock.zone
    bounds = (_midnight(request, start), _midnight(request, following))
    if take_away.wanted(request):
        return _to_take(request, watches, bounds)
    with request.store.read() as db:
        beside = browse.begun_beside(db, watches, *bounds)
        for story, seen in browse.begun_between(db, watches, *bounds):
            days.setdefault(seen.astimezone(zone).date(), []).append(story)
        wanted = [story for found in days.values() for story in found[-NAMED:]]
        headlines = dict(stored_stories.headlines(db, wanted))
    weeks = [
        [None if day is None else _view(day, days.get(day, []), headlines, today) for day in week]
        for week in month.weeks
    ]
    before, after = _local(request, beside)
    return request.page(
        "calendar.html", month=month.name, weeks=weeks, watch=watch, total=sum(map(len, days.values())),
        before=before[:7], after=after[:7], day=None, stories=[], files=take_away.links(request),
    )  # fmt: skip


def _view(day: date, found: list[int], headlines: dict[int, str], today: date) -> DayView:
    named = tuple((story, one_line(headlines[story], 70)) for story in found[-NAMED:][::-1] if story in headlines)
    return DayView(day.day, day.isoformat(), day_name(day), len(found), named, day == today)


def _to_take(request: PageRequest, watches: list[str], bounds: tuple[datetime, datetime]) -> Response:
    with request.store.read() as db:
        begun = [story for story, _ in browse.begun_between(db, watches, *bounds)][::-1]
        loaded = stored_stories.load(db, begun[: take_away.MOST])
    found = sorted(loaded, key=lambda story: story.first_seen, reverse=True)
    return take_away.answer_stories(request, found, len(begun) > take_away.MOST)


def _day(request: PageRequest, watches: list[str], watch: str, day: date) -> Response:
    bounds = (_midnight(request, day), _midnight(request, day + timedelta(days=1)))
    if take_away.wanted(request):
        return _to_take(request, watches, bounds)
    with request.store.read() as db:
        found = browse.begun_between(db, watches, *bounds)
        before, after = _local(request, browse.begun_beside(db, watches, *bounds))
        loaded = stored_stories.load(db, [story for story, _ in found[-LISTED:]])
    names = {name: each.name for name, each in request.config.watches.items()}
    view = partial(story_view, clock=request.clock, place=request.place, changes={}, whole=False, reads=request.reads)
    views = [view(each, names.get(each.watch, each.watch))
             for each in sorted(loaded, key=lambda story: story.first_seen, reverse=True)]  # fmt: skip
    return request.page(
        "calendar.html", month=f"{day_name(day)} {day.year}", weeks=[], watch=watch, total=len(found),
        before=before, after=after, day=f"{day:%Y-%m}", stories=views, files=take_away.links(request),
    )  # fmt: skip


def _local(request: PageRequest, moments: Sequence[datetime | None]) -> list[str]:
    """The days of these, "" for none: only days and months with stories are linked, so that the links have an end."""
    return [each.astimezone(request.clock.zone).date().isoformat() if each else "" for each in moments]


def _midnight(request: PageRequest, day: date) -> datetime:
    return datetime.combine(day, time(), request.clock.zone)


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not 1900 < found.year < 2200:
        raise HTTPException(404, f"{one_line(text, 20)} is no month and no day; write one such as 2026-11")
    return found
