"""A watch: what is looked for, and, with the token, an edit of its terms that shows what it would change first."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.config import parse_watch
from monitor.config.edit_watch import LISTS, edit_terms
from monitor.config.watch import Terms, WatchConfig, WeightedTerm
from monitor.errors import ConfigError, MonitorError, Problem, SeedError
from monitor.match import Matcher
from monitor.match.compare import Change
from monitor.model import Reason
from monitor.pipeline.trial import Trial, try_edit
from monitor.render.build import text_view
from monitor.render.plain import one_line
from monitor.render.views import Text
from monitor.text.fold import fold
from monitor.topic.records import Profile
from monitor.web.pages import place_of
from monitor.web.request import Asked

ARCHIVE = timedelta(days=30)  # what an edit is tried on
MOST_ARTICLES = 6000  # of it, the newest
SECONDS = 20.0
SHOWN = 50  # changes of each kind
TERM = 200  # characters
_WEIGHTED = re.compile(r"(.*\S)\s*=\s*([-+]?\d{1,3}(?:\.\d{1,3})?)")


@dataclass(frozen=True, slots=True)
class SideView:
    """One side. writings: how many names in all scripts stand for it."""

    name: str
    entities: tuple[str, ...]
    terms: tuple[str, ...]
    known: int
    writings: int


@dataclass(frozen=True, slots=True)
class LearnedView:
    """A learned term or name with its evidence. left_out: a person's own line takes it out or takes its place."""

    text: str
    percent: int
    weight: str
    seeds: str
    count: int
    rarity: str
    left_out: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    id: str
    title: Text
    url: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class TrialView:
    """What an edit would change; each list with how many there are in all."""

    articles: int
    days: int
    whole: bool
    kinds: tuple[tuple[str, int, tuple[ChangeRow, ...]], ...]
    lost_stories: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


def watch(asked: Asked) -> Response:
    """What is looked for, with the form to edit it where that may be done."""
    settings = _settings(asked)
    return _page(asked, _in_form(settings.terms), saved=asked.query("saved") == "1")


def edit(asked: Asked) -> Response:
    """The posted terms: shown with what they would change, or, on ``action=save``, written."""
    settings = _settings(asked)
    asked.changing()
    given = {name: asked.form.get(name, "") for name in LISTS}
    try:
        text, digest = _read(_path(asked))
        if asked.form.get("seen", digest) != digest:
            raise HTTPException(409, "the watch file was changed meanwhile; go back, look at it, and edit it again")
        terms = terms_of(given)
        edited = edit_terms(text, _path(asked), terms)
        draft = parse_watch(edited, _path(asked))
        matcher = asked.site.draft_matcher(asked.request.path_params["name"], draft)
    except (ConfigError, SeedError) as error:
        return _page(asked, given, status=400, error=_plain(error))
    if asked.form.get("action") == "save":
        _write(_path(asked), edited)
        return asked.go(f"watches/{asked.request.path_params['name']}?saved=1")
    return _page(asked, given, trial=_tried(asked, matcher), changed=terms != settings.terms)


def terms_of(given: dict[str, str]) -> Terms:
    """Terms from the form: one a line, "words = 2" with a weight. Raises ConfigError."""
    lists = {name: [line for row in text.splitlines() if (line := one_line(row, TERM))] for name, text in given.items()}
    try:
        return Terms.model_validate({**lists, "add": [_weighted(line) for line in lists.get("add", [])]})
    except ValidationError as error:
        told = {found["msg"].removeprefix("Value error, ") for found in error.errors(include_url=False)}
        raise _wrong("; ".join(sorted(told))) from error


def _wrong(message: str) -> ConfigError:
    return ConfigError((Problem("the form", 0, message),))


def _weighted(line: str) -> dict[str, object]:
    found = _WEIGHTED.fullmatch(line)
    return {"term": found[1], "weight": float(found[2])} if found else {"term": line}


def _in_form(terms: Terms) -> dict[str, str]:
    """The lists as the form shows them."""
    told = {name: "\n".join(getattr(terms, name)) for name in LISTS if name != "add"}
    return {"add": "\n".join(map(_line, terms.add)), **told}


def _line(term: WeightedTerm) -> str:
    return term.term if term.weight == 1 else f"{term.term} = {term.weight:g}"


def _plain(error: MonitorError) -> str:
    """Without the path of the file, which stands on the page already."""
    if isinstance(error, ConfigError):
        return "; ".join(dict.fromkeys(problem.message for problem in error.problems))
    return str(error)


def _settings(asked: Asked) -> WatchConfig:
    name = asked.request.path_params["name"]
    if name not in asked.config.watches:
        raise HTTPException(404, f"no watch is called {one_line(name, 60)}")
    return asked.config.watches[name]


def _path(asked: Asked) -> Path:
    """The watch file, where a person may edit it. Raises HTTPException 409 for the shipped one."""
    if asked.config.packaged:
        raise HTTPException(409, "the shipped configuration is not edited; `monitor init .` writes one to edit")
    folder = asked.config.folder / "watches"
    name = asked.request.path_params["name"]
    found = [path for path in (folder / f"{name}.yaml", folder / f"{name}.yml") if path.is_file()]
    if not found:
        raise HTTPException(409, "the watch file is gone")
    return found[0].resolve()


def _read(path: Path) -> tuple[str, str]:
    """A watch file's text with its line ends, and its hash. Raises ConfigError."""
    try:
        body = path.read_bytes()
        return body.decode(), hashlib.sha256(body).hexdigest()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(f"the watch file cannot be read ({error})") from error


def _write(path: Path, text: str) -> None:
    """Beside its place and renamed into it, with the mode it had. Raises ConfigError."""
    handle, name = -1, ""
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        Path(name).chmod(path.stat().st_mode & 0o777)
        Path(name).replace(path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise _wrong(f"the watch file cannot be written ({error.strerror}); nothing was changed") from error


def _page(asked: Asked, given: dict[str, str], *, status: int = 200, **values: object) -> Response:
    name = asked.request.path_params["name"]
    settings, topic = asked.config.watches[name], asked.site.matchers[name].topic
    profile = asked.site.profile(name)
    editable = not asked.config.packaged and bool(asked.desk.access.token)
    defaults = {"saved": False, "error": "", "trial": None, "changed": False}
    return asked.page(
        "watch.html",
        status,
        name=name,
        settings=settings,
        threshold=f"{topic.weights.threshold:.2f}",
        near_miss=f"{topic.weights.near_miss:.2f}",
        version=asked.site.matchers[name].version,
        sides=_sides(settings, asked.site.matchers[name]),
        own=_in_form(settings.terms),
        seeds=[one_line(seed, 120) for seed in profile.seeds],
        terms=_learned(profile, settings.terms),
        entities=_names(profile),
        editable=editable and bool(asked.session),
        could_edit=editable,
        given=given,
        seen=_seen(asked) if editable and asked.session else "",
        **(defaults | values),
    )


def _seen(asked: Asked) -> str:
    try:
        return _read(_path(asked))[1]
    except ConfigError:
        return ""


def _sides(settings: WatchConfig, matcher: Matcher) -> list[SideView]:
    concepts = matcher.topic.concepts
    views = []
    for number, (name, side) in enumerate(settings.sides.items()):
        mine = {i for i, concept in enumerate(concepts) if concept.kind == "entity" and concept.side == number}
        writings = sum(pattern.concept in mine for pattern in matcher.topic.patterns)
        known = len({concepts[i].key for i in mine})
        views.append(SideView(name, side.entities, side.terms, known, writings))
    return views


def _learned(profile: Profile, own: Terms) -> list[LearnedView]:
    removed = {fold(term) for term in own.remove}
    replaced = {fold(term.term) for term in own.add}
    return [
        LearnedView(
            text=one_line(term.term, 80),
            percent=round(100 * min(1.0, term.weight)),
            weight=f"{term.weight:.2f}",
            seeds=f"{len(term.seeds)} of {len(profile.seeds)}",
            count=term.count,
            rarity=f"{term.rarity:.1f}",
            left_out=_left_out(fold(term.term), removed, replaced),
        )
        for term in profile.terms
    ]


def _left_out(term: str, removed: set[str], replaced: set[str]) -> str:
    return "removed by you" if term in removed else "your weight counts" if term in replaced else ""


def _names(profile: Profile) -> list[LearnedView]:
    return [
        LearnedView(
            text=one_line(each.name, 80),
            percent=round(100 * min(1.0, each.weight)),
            weight=f"{each.weight:.2f}",
            seeds=f"{len(each.seeds)} of {len(profile.seeds)}",
            count=each.count,
            rarity=each.side,
            left_out="" if each.entity else "not among the known names",
        )
        for each in profile.entities
    ]


def _tried(asked: Asked, matcher: Matcher) -> TrialView:
    end = time.monotonic() + SECONDS

    def go_on() -> bool:
        return time.monotonic() < end and not asked.desk.stopping()

    name = asked.request.path_params["name"]
    found = try_edit(asked.store, name, matcher, asked.now - ARCHIVE, most=MOST_ARTICLES, go_on=go_on)
    return _trial_view(asked, found)


def _trial_view(asked: Asked, found: Trial) -> TrialView:
    kinds = (("gained", found.comparison.gained), ("lost", found.comparison.lost), ("moved", found.comparison.moved))
    return TrialView(
        articles=found.comparison.articles,
        days=ARCHIVE.days,
        whole=found.whole,
        kinds=tuple((kind, len(all_), tuple(_row(asked, each) for each in all_[:SHOWN])) for kind, all_ in kinds),
        lost_stories=tuple((story.id, one_line(story.headline, 200)) for story in found.lost_stories[:SHOWN]),
        warnings=tuple(one_line(warning.message, 300) for warning in found.warnings),
    )


def _reason(reason: Reason) -> str:
    """ "act: training +0.40"; what decides without a score has no amount: "excluded: border"."""
    text = one_line(reason.text, 80)
    return f"{text} {reason.amount:+.2f}" if reason.amount else f"{reason.kind}: {text}"


def _row(asked: Asked, change: Change) -> ChangeRow:
    document = change.document
    why = "; ".join(map(_reason, change.reasons[:4]))
    return ChangeRow(
        id=document.id,
        title=text_view(document.title, document.language, 200),
        url=place_of(asked).link(document.url),
        before=f"{change.before.score:.2f}",
        after=f"{change.after.score:.2f}",
        why=why or "the same reasons",
    )
