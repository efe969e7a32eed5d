"""A new watch from pasted articles or addresses: what it learned and would have found, and then its files."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.config.yaml import quote
from monitor.errors import ConfigError, MonitorError, SeedError
from monitor.folders import listed
from monitor.languages import language
from monitor.match.uncertain import Tried
from monitor.pipeline.learn_draft import ARCHIVE, Learned, draft_of, learn_draft
from monitor.render.edition_views import Text, text_view
from monitor.render.plain import one_line
from monitor.text.visual_order import isolated
from monitor.topic.baseline import write_profile, write_whole
from monitor.topic.data_files import profile_path
from monitor.topic.file_marks import marks_of
from monitor.topic.ordinary import ordinary_news
from monitor.topic.seed_places import find_sources
from monitor.topic.seeds import FEW
from monitor.topic.seedtext import KEPT_AS_TITLE, words
from monitor.web.file_edits import file_of, problems_of, saved
from monitor.web.request import PageRequest
from monitor.web.settings_form import lines

SECONDS = 10.0  # for trying it on the archive
KEPT = 20  # drafts that wait to be saved
_SHOWN = 12  # terms and names


@dataclass(frozen=True, slots=True)
class SeedRow:
    """An article that is learned from. left_out: how many of its lines are not."""

    title: Text
    language: str
    words: int
    little: bool
    left_out: int


@dataclass(frozen=True, slots=True)
class TriedRow:
    """A stored article, and how the watch would judge it."""

    id: str
    title: Text
    score: str
    line: str


@dataclass(frozen=True, slots=True)
class LearnedView:
    """What a draft learned. key: names it in the form that saves it. about: parties and fields, in words."""

    key: str
    id: str
    name: str
    seeds: tuple[SeedRow, ...]
    refused: tuple[str, ...]
    about: tuple[str, ...]
    terms: tuple[str, ...]
    names: tuple[str, ...]
    ordinary: tuple[str, ...]
    ordinary_of: int
    matches: int
    articles: int
    days: int
    a_day: str
    threshold: str
    above: tuple[TriedRow, ...]
    below: tuple[TriedRow, ...]


def form(request: PageRequest) -> Response:
    """The empty form."""
    return _page(request)


def learn(request: PageRequest) -> Response:
    """What is learned from the form, which is shown; or, with ``action=save``, the watch that was shown, written.

    Raises HTTPException 403 where the sender may not change anything, 409 where the draft is gone or cannot be written.
    """
    request.changing()
    file_of(request, "watches")
    if request.form.get("action") == "save":
        return _save(request)
    try:
        name = one_line(request.form.get("name", ""), 100)
        if not any(char.isalnum() for char in name):
            raise SeedError("name: what the watch is called is missing")
        # A watch that was taken back has left its seeds in a folder.
        taken = [*request.config.watches, *(path.name for path in listed(request.config.folder / "watches"))]
        draft = draft_of(
            name, request.form.get("articles", ""), lines(request.form, "addresses"), taken, request.site.fetcher(),
            request.now,
        )  # fmt: skip
        found = learn_draft(request.config, request.store, draft, request.now, _for_some_time(request))
    except (SeedError, ConfigError, ValidationError) as error:
        return _page(request, 400, error=one_line(str(error), 600))
    drafts, key = request.desk.drafts, secrets.token_urlsafe(9)
    while len(drafts) >= KEPT:
        drafts.pop(next(iter(drafts)), None)
    drafts[key] = found
    return _page(request, found=_view(key, found))


def _for_some_time(request: PageRequest) -> Callable[[], bool]:
    """Says whether to go on; the time begins when it is first asked."""
    begun: list[float] = []

    def go_on() -> bool:
        if not begun:
            begun.append(time.monotonic())
        return time.monotonic() - begun[0] < SECONDS and not request.desk.stopping()

    return go_on


def _save(request: PageRequest) -> Response:
    found = request.desk.drafts.get(request.form.get("draft", ""))
    if found is None:
        raise HTTPException(409, "what was learned is not kept any more; learn it again")
    draft, watches = found.draft, request.config.folder / "watches"
    place = watches / draft.id
    if draft.id in request.config.watches or place.exists():
        raise HTTPException(409, f"watches/{draft.id} is there already; learn it again under another name")
    try:
        for name, text in draft.seeds.items():
            write_whole(place / "seeds" / name, text)
        sources = find_sources([place / "seeds"], (), place / "fetched")
        write_profile(
            profile_path(request.config, draft.id),
            replace(found.profile, learned_from=marks_of(request.config, sources)),
        )
        text = f"name: {quote(draft.name)}\nseeds: {quote(f'{draft.id}/seeds')}\n"
        file = f"watches/{draft.id}.yaml"
        answer = saved(request, file, "", text, f"added the watch {draft.name}", "new-watch")
    except (ConfigError, MonitorError, OSError, HTTPException) as error:
        shutil.rmtree(place, ignore_errors=True)
        if isinstance(error, HTTPException):
            raise
        told = problems_of(error) if isinstance(error, ConfigError) else str(error)
        raise HTTPException(409, f"the watch cannot be written: {told}") from error
    request.desk.drafts.pop(request.form["draft"], None)
    return answer


def _view(key: str, found: Learned) -> LearnedView:
    draft, profile, outlook = found.draft, found.profile, found.outlook
    about = [f"{one_line(each.label, 80)}, in {each.titles} titles" for each in profile.parties]
    if len(profile.parties) < 2:
        about = ["the articles are about no two parties, so it is a subject, found by its words and names"]
    else:
        about += [
            f"the field is {one_line(each.label, 80)}: {', '.join(_shown(word) for word, _ in each.words[:6])}"
            for each in profile.families
        ]
    seeds = (
        SeedRow(text_view(each.title, each.language, 200), _language(each.language), words(each.text),
                words(each.text) < FEW, sum(reason != KEPT_AS_TITLE for _, reason in each.left_out))
        for each in draft.articles
    )  # fmt: skip
    return LearnedView(
        key=key,
        id=draft.id,
        name=draft.name,
        seeds=tuple(seeds),
        refused=tuple(one_line(each, 300) for each in draft.refused),
        about=tuple(about),
        terms=tuple(one_line(each.term, 60) for each in profile.terms[:_SHOWN]),
        names=tuple(one_line(each.name, 60) for each in profile.entities[:_SHOWN]),
        ordinary=tuple(one_line(title, 150) for title in found.ordinary[:5]),
        ordinary_of=len(ordinary_news()),
        matches=outlook.matches,
        articles=outlook.articles,
        days=ARCHIVE.days,
        a_day="" if outlook.per_day is None else f"{outlook.per_day:.1f}",
        threshold=f"{found.threshold:.2f}",
        above=tuple(map(_row, found.above)),
        below=tuple(map(_row, found.below)),
    )  # fmt: skip


def _language(code: str | None) -> str:
    return language(code).name if code else ""


def _row(one: Tried) -> TriedRow:
    title = text_view(one.title or "(without a title)", one.language, 200)
    return TriedRow(one.id, title, f"{one.score:.2f}", one_line(one.line, 300))


def _page(request: PageRequest, status: int = 200, **values: Any) -> Response:
    given = {name: request.form.get(name, "")[:200_000] for name in ("name", "articles", "addresses")}
    defaults: dict[str, Any] = {"found": None, "error": "", "given": given}
    may_edit = bool(request.session) and not request.config.packaged
    return request.page("new_watch.html", status, may_edit=may_edit, **(defaults | values))


def _shown(word: str) -> str:
    return isolated(one_line(word, 40))
