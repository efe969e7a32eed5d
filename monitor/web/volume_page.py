"""How much was found day by day, by watch, kind of outlet and country: charts made on the server, with their tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.render.labels import KINDS
from monitor.render.plain import one_line
from monitor.render.words import country_name
from monitor.store import volume
from monitor.store.volume import Found
from monitor.web import take_away
from monitor.web.request import PageRequest

DAYS = 30
NAMED = 5  # series with a colour of their own; the others are one
_BAR, _GAP, _HEIGHT = 18, 4, 120  # of the chart, in its own units


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a day's column. series: the number of its colour. title: what it is, for who points at it."""

    x: int
    y: float
    height: float
    series: int
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns of days. names: of the series, the largest first. rows: (day, count of each series), the last day first.

    totals: of each series. most: of a day.
    """

    title: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    totals: tuple[int, ...]
    bars: tuple[Bar, ...]
    most: int
    width: int = DAYS * (_BAR + _GAP)
    height: int = _HEIGHT


def page(request: PageRequest) -> Response:
    """Reports of the last `DAYS` days, of ``?watch=`` or of all."""
    watch = request.query("watch")
    if watch and watch not in request.config.watches:
        raise HTTPException(404, f"no watch is called {watch}")
    names = {name: each.name for name, each in request.config.watches.items()}
    zone = request.clock.zone
    today = request.now.astimezone(zone).date()
    days = [today - timedelta(days=n) for n in reversed(range(DAYS))]
    bounds = [datetime.combine(day, time(), zone) for day in (*days, today + timedelta(days=1))]
    with request.store.read() as db:
        found = volume.found_in(db, [watch] if watch else list(names), bounds)
    if take_away.wanted(request):
        return _to_take(request, days, found)
    ways: list[tuple[str, Callable[[Found], str]]] = [
        ("By kind of outlet", lambda each: KINDS.get(each.kind, each.kind)),
        ("By country of the outlet", lambda each: country_name(each.country) if each.country else "not known"),
    ]
    if not watch and len(names) > 1:
        ways.insert(0, ("By watch", lambda each: names[each.watch]))
    charts = [
        chart(title, days, [(days[each.span], name_of(each), each.reports) for each in found])
        for title, name_of in ways
    ]
    total = sum(charts[0].totals)
    return request.page(
        "volume.html", charts=charts, watch=watch, total=total, first=_day(days[0]), last=_day(days[-1]),
        files=take_away.links(request),
    )  # fmt: skip


def _to_take(request: PageRequest, days: Sequence[date], found: Sequence[Found]) -> Response:
    columns = ("day", "watch", "kind", "country", "reports")
    counted = sorted(found, key=lambda each: (-each.span, each.watch, each.kind, each.country))
    rows: list[take_away.Row] = [
        {"day": days[each.span].isoformat(), "watch": each.watch, "kind": one_line(each.kind, 40),
         "country": one_line(each.country, 40) or None, "reports": each.reports}
        for each in counted
    ]  # fmt: skip
    return take_away.answer(request, take_away.first_rows("volume", columns, rows))


def chart(title: str, days: Sequence[date], found: Sequence[tuple[date, str, int]]) -> Chart:
    """The chart of what was found: (day, name, how many). A day that is not among ``days`` is left out."""
    shown = set(days)
    kept = [(day, one_line(name, 40), count) for day, name, count in found if day in shown]
    often: Counter[str] = Counter()
    for _, name, count in kept:
        often[name] += count
    ranked = sorted(often, key=lambda name: (-often[name], name))
    names = ranked if len(ranked) <= NAMED + 1 else [*ranked[:NAMED], f"{len(ranked) - NAMED} others"]
    place = {name: min(number, len(names) - 1) for number, name in enumerate(ranked)}
    counts: Counter[tuple[date, int]] = Counter()
    for day, name, count in kept:
        counts[day, place[name]] += count
    table = [[counts[day, number] for number in range(len(names))] for day in days]
    most = max(map(sum, table), default=0)
    bars = []
    for column, (day, row) in enumerate(zip(days, table, strict=True)):
        top = float(_HEIGHT)
        for number, count in enumerate(row):
            if count:
                height = round(count * _HEIGHT / most, 2)
                top -= height
                title_ = f"{_day(day)}, {names[number]}: {count}"
                bars.append(Bar(column * (_BAR + _GAP), round(top, 2), height, number, title_))
    rows = tuple((_day(day), tuple(row)) for day, row in zip(reversed(days), reversed(table), strict=True))
    totals = tuple(map(sum, zip(*table, strict=True)))
    return Chart(title, tuple(names), rows, totals, tuple(bars), most)


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
