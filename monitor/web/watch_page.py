"""The page of a watch: what it looks for, and a form to edit its terms that first shows what the edit would change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.config import parse_watch
from monitor.config.edit_watch import LISTS, edit_terms
from monitor.config.save import read_exact
from monitor.config.watch import Terms, WatchConfig
from monitor.errors import ConfigError, MonitorError, SeedError
from monitor.languages import language
from monitor.match import Matcher
from monitor.match.fit import FitError
from monitor.match.reading import counts_words, described, readings
from monitor.model import UNREAD
from monitor.render.plain import one_line
from monitor.store.unread import RECENT, unread_since
from monitor.text.fold import fold
from monitor.text.marked_terms import bare, unmarked
from monitor.text.plural import plural
from monitor.text.visual_order import isolated
from monitor.topic.records import Profile
from monitor.topic.sides import topic_sides
from monitor.topic.world import load_world
from monitor.web.file_edits import saved
from monitor.web.learn_again import changed_seeds, save_again, try_again
from monitor.web.refit_page import apply_refit, marks_view, try_refit
from monitor.web.request import PageRequest
from monitor.web.story_views import language_name
from monitor.web.suggested_terms import suggested_terms
from monitor.web.term_lines import TERM, in_form, terms_of
from monitor.web.trial_view import tried
from monitor.web.watch_file import watch_file
from monitor.web.whole_form import check_seen, text_mark


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field in which the sides have dealings, with the words of the seeds that show it."""

    name: str
    words: str
    seeds: str


@dataclass(frozen=True, slots=True)
class SideView:
    """A side of a watch. known: entities that stand for it. writings: their names in all scripts."""

    name: str
    entities: tuple[str, ...]
    terms: tuple[str, ...]
    known: int
    writings: int


@dataclass(frozen=True, slots=True)
class LearnedView:
    """A learned term or name with its evidence. left_out: why it does not count as learned, "" when it does."""

    text: str
    percent: int
    weight: str
    seeds: str
    count: int
    rarity: str
    left_out: str


def watch(request: PageRequest) -> Response:
    """What the watch looks for, with the form to edit it where the sender may."""
    settings = _settings(request)
    return _page(request, in_form(_in_file(request, settings)), saved=request.query("saved") == "1")


def edit(request: PageRequest) -> Response:
    """The posted terms: shown with what they would change or, with ``action=save``, written to the watch file.

    ``also``: suggested lines to show with the others to be added.

    Raises HTTPException 403 where the sender may not change it, 409 where the file cannot be edited or has changed.
    """
    settings = _settings(request)
    request.changing()
    given = {name: request.form.get(name, "") for name in LISTS}
    if also := [line for each in request.form.get("also", "").splitlines() if (line := one_line(each, TERM))]:
        given["add"] = "\n".join(filter(None, [given["add"].rstrip(), *also]))
    try:
        text, path = _read(request)
        check_seen(request.form, LISTS, text)
        known = in_form(parse_watch(text, path).terms).values()
        terms = terms_of(given, [line for lines in known for line in lines.splitlines()])
        edited = edit_terms(text, path, terms)
        draft = parse_watch(edited, path)
        name, file = watch_file(request)
        matcher = request.site.draft_matcher(name, draft)
        if request.form.get("action") == "save":
            return saved(request, file, text, edited, f"changed the terms of {draft.name}", f"watches/{name}")
    except (ConfigError, SeedError) as error:
        return _page(request, given, status=400, error=_plain(error))
    return _page(request, given, trial=tried(request, name, matcher), changed=terms != settings.terms)


def learn(request: PageRequest) -> Response:
    """A refit to the marks: shown with what it would change or, with ``action=apply``, put in force as it was shown.

    With ``action=again`` the watch learned again from its seeds is shown, and with ``action=keep`` it is written.

    Raises HTTPException 403 where the sender may not change it, 409 where there is nothing to put in force.
    """
    settings, name = _settings(request), request.http.path_params["name"]
    request.changing()
    if request.config.packaged:
        raise HTTPException(409, "the shipped configuration is not edited; `monitor init .` writes one to edit")
    if request.form.get("action") == "apply":
        return apply_refit(request, name)
    given = in_form(_in_file(request, settings))
    try:
        if request.form.get("action") == "keep":
            return save_again(request, name)
        if request.form.get("action") == "again":
            return _page(request, given, again=try_again(request, name))
        return _page(request, given, refit=try_refit(request, name))
    except (ConfigError, FitError, SeedError) as error:
        return _page(request, given, status=400, error=_plain(error))


def _in_file(request: PageRequest, settings: WatchConfig) -> Terms:
    """The terms of the watch file, which a moment after saving are not in force yet; else those in force."""
    if request.config.packaged:
        return settings.terms
    try:
        return parse_watch(*_read(request)).terms
    except (ConfigError, HTTPException):
        return settings.terms


def _plain(error: MonitorError) -> str:
    """The error's text without the path of the file, which is on the page already."""
    if isinstance(error, ConfigError):
        return "; ".join(dict.fromkeys(problem.message for problem in error.problems))
    return str(error)


def _settings(request: PageRequest) -> WatchConfig:
    name = request.http.path_params["name"]
    if name not in request.config.watches:
        raise HTTPException(404, f"no watch is called {one_line(name, 60)}")
    return request.config.watches[name]


def _read(request: PageRequest) -> tuple[str, Path]:
    """The text of the watch file, and where it is. Raises ConfigError, HTTPException 409."""
    path = request.config.folder / watch_file(request)[1]
    return read_exact(path), path


def _unread(request: PageRequest, watch: str) -> list[str]:
    """ "Greek: 12 articles not read", of the last week."""
    with request.store.read() as db:
        found = unread_since(db, request.now - RECENT, request.now, [watch])
    return [
        f"{language_name(each.language) or 'no known language'}: {plural(each.articles, 'article')} "
        f"{UNREAD[each.reason]}"
        for each in found
    ]


def _page(request: PageRequest, given: dict[str, str], *, status: int = 200, **values: object) -> Response:
    name = request.http.path_params["name"]
    settings, topic = request.config.watches[name], request.site.matchers[name].topic
    profile = request.site.profile(name)
    editable = not request.config.packaged and bool(request.desk.access.token)
    defaults = {"saved": False, "error": "", "trial": None, "changed": False, "refit": None, "again": None}
    return request.page(
        "watch.html",
        status,
        name=name,
        settings=settings,
        threshold=f"{topic.weights.threshold:.2f}",
        near_miss=f"{topic.weights.near_miss:.2f}",
        version=request.site.matchers[name].version,
        sides=_sides(settings, profile, request.site.matchers[name]),
        fields=_fields(settings, profile) if request.site.matchers[name].topic.sides else [],
        languages=[
            f"{language(each.code).name if each.code else 'unknown'} ({len(each.seeds)})" for each in profile.languages
        ],
        words_count=counts_words(topic),
        reads=[one_line(described(each), 200) for each in readings(topic, request.config.feeds)],
        unread=_unread(request, name),
        own=in_form(settings.terms),
        seeds=[one_line(seed, 120) for seed in profile.seeds],
        changed_seeds=changed_seeds(request, name),
        terms=_learned(profile, settings.terms),
        entities=_names(profile),
        marks=marks_view(request, name),
        suggested=suggested_terms(request, name),
        editable=editable and bool(request.session),
        could_edit=editable,
        given=given,
        seen=_seen(request) if editable and request.session else "",
        **(defaults | values),
    )


def _seen(request: PageRequest) -> str:
    try:
        return text_mark(_read(request)[0])
    except ConfigError:
        return ""


def _sides(settings: WatchConfig, profile: Profile, matcher: Matcher) -> list[SideView]:
    concepts = matcher.topic.concepts
    views = []
    for number, side in enumerate(topic_sides(settings, profile, load_world())):
        mine = {i for i, concept in enumerate(concepts) if concept.kind == "entity" and concept.side == number}
        writings = sum(pattern.concept in mine for pattern in matcher.topic.patterns)
        known = len({concepts[i].key for i in mine})
        terms = tuple(map(unmarked, side.terms))
        views.append(SideView(side.label, side.entities, terms, known, writings))
    return views


def _fields(settings: WatchConfig, profile: Profile) -> list[FieldView]:
    """The families of acts that speak for: a person's, or those of the seeds with the words that show it."""
    if settings.families is not None:
        return [FieldView(name, "", "written by you") for name in settings.families]
    return [
        FieldView(
            family.label,
            ", ".join(f"{isolated(word)} ({count})" for word, count in family.words),
            f"{len(family.seeds)} of {len(profile.seeds)} seeds",
        )
        for family in profile.families
    ]


def _learned(profile: Profile, own: Terms) -> list[LearnedView]:
    removed = set(map(bare, own.remove))
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
    return "removed by you" if term in removed else "your weight counts, too" if term in replaced else ""


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
