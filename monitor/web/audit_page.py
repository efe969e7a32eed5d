"""The page of an audit: a random sample to judge, and what the answers say of all that a watch misses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.match.audit import Cell, Estimate, limits
from monitor.model import Article
from monitor.pipeline import audit as auditing
from monitor.pipeline.audit import Standing, percent
from monitor.pipeline.decide import Person, UndecidedError
from monitor.render.edition_views import Text, text_view
from monitor.render.labels import KINDS
from monitor.render.plain import one_line
from monitor.store import articles
from monitor.store.audits import Audit
from monitor.web.judge import desktop
from monitor.web.request import PageRequest
from monitor.web.story_views import When, language_name

_FRONT = 700  # characters of a text that are shown
_WHOLE = 20_000  # of it behind the fold
BANDS = {
    "match": "matches",
    "near": "near misses",
    "low": "in sight, below the near misses",
    "rest": "out of sight",
}


@dataclass(frozen=True, slots=True)
class SampleRow:
    """An article of the sample. Its score is not shown: it would sway the answer. rest: the text after ``front``."""

    id: int
    title: Text
    url: str
    source: str
    language: str
    when: When
    front: Text
    rest: Text
    relevant: bool | None


@dataclass(frozen=True, slots=True)
class BandRow:
    """Articles of a band. low, high: how many of them may be relevant (95 %)."""

    name: str
    size: int
    looked: int
    right: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit, or a language or kind of outlet over all audits."""

    name: str
    when: When | None
    answered: int
    recall: str
    precision: str


@dataclass(frozen=True, slots=True)
class StandingView:
    """What the answers say, in words: `Standing`. by: (what, its rows, "Arabic (3)" where too few were answered)."""

    recall: str
    recall_of_all: str
    precision: str
    missed: str
    answered: int
    audits: tuple[AuditRow, ...]
    versions: int
    bands: tuple[BandRow, ...]
    by: tuple[tuple[str, list[AuditRow], list[str]], ...]


def audit(request: PageRequest) -> Response:
    """The open sample of ``?watch=`` (the first watch without it), and what all answers say."""
    watch = _watch(request, request.query("watch"))
    with request.store.read() as db:
        open_ = auditing.waiting(db, watch, request.now)
        standing = auditing.standing(db, watch, request.now)
        ids = [each.article for each in open_.sample] if open_ else []
        found = {each.id: each for each in articles.get(db, ids)}
        desk = desktop(request, db, ids, [], watch)
    rows = [_row(request, found[s.article], s.relevant) for s in open_.sample if s.article in found] if open_ else []
    return request.page(
        "audit.html",
        watch=watch,
        watch_name=request.config.watches[watch].name,
        open=open_,
        drawn=request.clock.when(open_.drawn) if open_ else None,
        rows=rows,
        desk=desk,
        standing=_view(request, standing) if standing else None,
    )


def start(request: PageRequest) -> Response:
    """Draws a sample. Raises HTTPException 403 where the sender may change nothing, 409 where none can be drawn."""
    request.changing()
    watch = _watch(request, request.form.get("watch", ""))
    try:
        auditing.start(request.store, watch, Person(request.who, request.now))
    except UndecidedError as error:
        raise HTTPException(409, str(error)) from error
    return request.go(f"audit?watch={watch}", "sample")


def _watch(request: PageRequest, name: str) -> str:
    if name and name not in request.config.watches:
        raise HTTPException(404, f"no watch is called {name}")
    if not request.config.watches:
        raise HTTPException(404, "there is no watch to audit")
    return name or next(iter(request.config.watches))


def _row(request: PageRequest, article: Article, relevant: bool | None) -> SampleRow:
    text = article.text
    end = text.rfind(" ", 0, _FRONT) if len(text) > _FRONT else len(text)
    end = end if end > 0 else _FRONT
    return SampleRow(
        id=article.id,
        title=text_view(article.title, article.language, 300),
        url=request.place.link(article.url),
        source=one_line(article.source or article.publisher, 60),
        language=language_name(article.language),
        when=request.clock.published(article),
        front=text_view(text[:end], article.language, _FRONT + 1),
        rest=text_view(text[end:].strip(), article.language, _WHOLE),
        relevant=relevant,
    )


def _view(request: PageRequest, standing: Standing) -> StandingView:
    missed = standing.sight.missed
    return StandingView(
        recall=percent(standing.sight.recall),
        recall_of_all=percent(standing.all.recall),
        precision=percent(standing.all.precision),
        missed=f"{missed.value:.0f} ({missed.low:.0f} to {missed.high:.0f})" if missed.value is not None else "",
        answered=standing.all.answered,
        audits=tuple(_audit_row(request, each, found) for each, found in standing.audits),
        versions=len({each.profile for each, _ in standing.audits}),
        bands=tuple(_bands(standing.cells)),
        by=(_domains(standing, "language", "Language"), _domains(standing, "kind", "Kind of outlet")),
    )


def _audit_row(request: PageRequest, each: Audit, found: Estimate) -> AuditRow:
    name = f"{each.id} · {one_line(each.who, 60)}"
    when = request.clock.when(each.drawn)
    return AuditRow(name, when, found.answered, percent(found.recall), percent(found.precision))


def _domains(standing: Standing, what: str, title: str) -> tuple[str, list[AuditRow], list[str]]:
    rows, few = [], []
    for kind, code, looked, found in standing.by:
        if kind != what:
            continue
        name = (language_name(code) if what == "language" else KINDS.get(code, code)) or "not known"
        if found:
            rows.append(AuditRow(name, None, looked, percent(found.recall), percent(found.precision)))
        else:
            few.append(f"{name} ({looked})")
    return title, rows, few


def _bands(cells: tuple[Cell, ...]) -> Iterator[BandRow]:
    for band, name in BANDS.items():
        its = [cell for cell in cells if cell.band == band]
        if its:
            size, looked, right = (sum(getattr(cell, part) for cell in its) for part in ("size", "looked", "right"))
            ends = [limits(cell) for cell in its]
            yield BandRow(name, size, looked, right, sum(low for low, _ in ends), sum(high for _, high in ends))
