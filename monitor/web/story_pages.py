"""The pages of stories: the list of all, one story with its receipts, and the near misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.digest.corrections import Changes, report_as_it_reads_now, story_as_it_reads_now
from monitor.digest.enrich import Context
from monitor.digest.export import export, known
from monitor.model import Report, Step, Story
from monitor.pipeline.explain_story import Explained, explain
from monitor.render.labels import KINDS
from monitor.render.plain import one_line
from monitor.store import browse, corrections, feed_states, kept_pages, looks, notices, page_edits, services
from monitor.store import stories as stored_stories
from monitor.store.kept_pages import KeptPage
from monitor.text.redact import shown_address, shown_text
from monitor.text.visual_order import with_isolated_words
from monitor.web import take_away, visits
from monitor.web.affair_view import accounts_view, affair_of, context_of, step_rows
from monitor.web.decided_view import why_gone
from monitor.web.feeds_page import feed_health, none_was_read
from monitor.web.judge import desktop, said_of
from monitor.web.paging import Paging
from monitor.web.reason_words import what_speaks_against
from monitor.web.receipt_words import with_words
from monitor.web.request import PageRequest
from monitor.web.retold_view import retold_view
from monitor.web.story_views import ReportView, When, about, change_view, report_view, story_view
from monitor.web.timeline import Event, timeline


def stories(request: PageRequest) -> Response:
    """Stories, the one with the latest report first. ``?watch=``: of one watch. ``?page=``: from 1. ``?muted=1``: those
    that a person muted, which are left out otherwise. ``?new=1``: those with a report since the sender's last visit.
    """
    watch, muted = request.query("watch"), request.query("muted") == "1"
    if watch and watch not in request.config.watches:
        raise HTTPException(404, f"no watch is called {watch}")
    names = {name: each.name for name, each in request.config.watches.items()}
    visit, one = visits.visit_of(request), watch or None
    since = visit.before if request.query("new") == "1" else None
    if take_away.wanted(request, take_away.FORMATS | take_away.of_stories()):
        return _stories_to_take(request, one, muted, since)
    with request.store.read() as db:
        paging = Paging(request.number("page", 1), browse.story_count(db, one, muted, since))
        silent = browse.story_count(db, one, muted=True)
        new = browse.story_count(db, one, muted, visit.before) if visit.before else 0
        ids = browse.story_ids(db, one, limit=paging.limit, offset=paging.offset, muted=muted, since=since)
        fresh = browse.found_since(db, visit.before, ids) if visit.before else frozenset()
        loaded = {story.id: story for story in stored_stories.load(db, ids)}
        articles = [report.article.id for each in loaded.values() for report in each.reports]
        changes = page_edits.of_articles(db, articles)
        desk = desktop(request, db, articles, ids, watch or None)
        states = feed_states.load(db)
        posted = [*filter(None, [services.too_many(services.at_work(db, request.now))]), *notices.current(db)]
    view = partial(story_view, clock=request.clock, place=request.place, changes=changes, whole=False)
    context = context_of(request)
    views = [
        replace(view(s, names.get(s.watch, s.watch), reads=request.reads), gloss=about(s.reports, context))
        for s in map(loaded.get, ids)
        if s
    ]
    # "Nothing polled yet" and "nothing matched" look alike in an empty list, so the page shows health and last poll.
    page = request.page(
        "stories.html",
        stories=views,
        watch=watch,
        muted=muted,
        silent=silent,
        desk=desk,
        said=said_of(loaded.values(), desk),
        paging=paging,
        health=feed_health(request, states),
        cut_off=none_was_read(request, states),
        notices=posted,
        polled=_polled(request),
        files=take_away.links(request, take_away.FORMATS | take_away.of_stories()),
        new=new,
        fresh=fresh,
        since=request.clock.when(visit.before) if visit.before else None,
        only_new=since is not None,
    )
    return visits.remember(request, page, visit)


def _stories_to_take(request: PageRequest, watch: str | None, muted: bool, since: datetime | None) -> Response:
    most = take_away.MOST
    with request.store.read() as db:
        ids = browse.story_ids(db, watch, limit=most + 1, offset=0, muted=muted, since=since)
        loaded = {story.id: story for story in stored_stories.load(db, ids[:most])}
        if request.query("as") not in take_away.FORMATS:
            listed = [loaded[each] for each in ids[:most] if each in loaded]
            return take_away.answer_export(
                request, export(db, listed, known(request.config)), f"stories-{request.now:%Y-%m-%d}", len(ids) > most
            )
        changes = page_edits.of_articles(db, (r.article.id for each in loaded.values() for r in each.reports))
    found = [story_as_it_reads_now(loaded[each], changes) for each in ids[:most] if each in loaded]
    return take_away.answer_stories(request, found, len(ids) > most)


def _polled(request: PageRequest) -> str:
    """ "5 minutes ago": when feeds were last polled; "" when they were not since the service started."""
    last = request.desk.pulse.good.get("poll")
    return request.clock.ago(last) if last else ""


@dataclass(frozen=True, slots=True)
class WhyView:
    """What holds a report in its story. mean, likely: 0 to 1. nearest: the article most like it, 0 for none."""

    reason: str
    fixed: bool
    mean: str
    nearest: int
    likely: str
    together: str
    against: str


def _why_view(explained: Explained) -> WhyView:
    found = explained.why
    return WhyView(
        reason=one_line(explained.reason, 300),
        fixed=explained.fixed,
        mean=f"{found.mean:.2f}",
        nearest=int(found.nearest or 0),
        likely=f"{found.likely:.2f}",
        together=with_isolated_words(one_line("; ".join(found.together), 300)),
        against=with_isolated_words(one_line("; ".join(found.against), 300)),
    )


def story(request: PageRequest) -> Response:
    """One story with the receipt of every report. A merged story redirects to the one it was merged into."""
    number, context = request.path_id(), context_of(request)
    with request.store.read() as db:
        try:
            current = corrections.resolve(db, number)
        except LookupError:
            current = 0
        found = stored_stories.load(db, [current]) if current else []
        shown_in = browse.editions_with(db, current)
        changed = page_edits.of_story(db, current)
        changes = page_edits.of_articles(db, (change.article for change in changed))
        explained = explain(db, found[0]) if found else []
        affair = affair_of(db, found[0], context) if found else None
        ids = [r.article.id for each in found for r in each.reports]
        kept, looked = kept_pages.of_articles(db, ids), looks.of_articles(db, ids)
        desk = desktop(request, db, [r.article.id for r in _every(found)], [current], found[0].watch if found else None)
    if not found:
        with request.store.read() as db:
            raise HTTPException(404, why_gone(db, number, request.clock))
    if current != number:
        # Mails keep linking to the old number.
        return request.go(f"stories/{current}")
    [shown] = found
    if request.query("as") in take_away.of_stories():
        with request.store.read() as db:
            return take_away.answer_export(request, export(db, found, known(request.config)), f"story-{current}")
    printed = request.query("as") == "print"
    name = request.config.watches[shown.watch].name if shown.watch in request.config.watches else shown.watch
    view = story_view(shown, name, request.clock, request.place, changes, whole=True, reads=request.reads)
    matcher = request.site.matchers.get(shown.watch)
    read = {each.article.id: each for each in (*shown.reports, *(each.report for each in shown.supporting))}
    view = replace(
        view,
        gloss=about(shown.reports, context),
        reports=with_words(view.reports, read, matcher),
        supporting=with_words(view.supporting, read, matcher),
    )
    articles = {report.article.id: report.article for report in shown.reports}
    return request.page(
        "story.html",
        story=view,
        printed=printed,
        files=take_away.links(request, take_away.of_stories()),
        evidence=_evidence(request, kept),
        looks=_looks(request, looked),
        desk=desk,
        said=said_of(found, desk),
        reported=timeline([_event(report) for report in shown.reports], request.clock.zone),
        stepped=timeline(_steps(affair.steps if affair and affair.step(shown.id) else ()), request.clock.zone),
        steps=step_rows(affair.steps if affair and affair.step(shown.id) else (), shown.id, request.clock),
        accounts=accounts_view(story_as_it_reads_now(shown, changes), context, request.place),
        looks_back=step_rows(affair.background if affair else (), shown.id, request.clock),
        whys={each.article_id: _why_view(each) for each in explained},
        editions=[(each, request.clock.when(each.until)) for each in shown_in],
        changes=[change_view(each, articles, request.clock) for each in changed],
        retold=retold_view(request, [each.id for each in shown_in], shown, view.headline, changes.keys()),
    )


def _event(report: Report) -> Event:
    article = report.article
    kind = KINDS.get(article.kind, article.kind)
    return Event(article.published or article.fetched, kind, one_line(f"{article.source}: {article.title}", 150))


def _steps(steps: Sequence[Step]) -> list[Event]:
    return [Event(each.began, f"step {each.number}" if each.number else "another account", one_line(each.headline, 150))
            for each in steps]  # fmt: skip


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A page as it was fetched. look: 0 for the one that was judged, 1, 2, ... as it came later."""

    article: int
    look: int
    fetched: When
    address: str
    status: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LookRow:
    """A look at a page after an edition showed its article."""

    article: int
    at: When
    outcome: str
    why: str


def _looks(request: PageRequest, looked: Mapping[int, Sequence[looks.Look]]) -> list[LookRow]:
    return [
        LookRow(number, request.clock.when(look.at), look.outcome, one_line(shown_text(look.why), 300))
        for number, found in sorted(looked.items())
        for look in found
    ]


def _evidence(request: PageRequest, kept: Mapping[int, Sequence[KeptPage]]) -> list[EvidenceRow]:
    return [
        EvidenceRow(number, page.look, request.clock.when(page.fetched), one_line(shown_address(page.url), 300),
                    page.status, page.sha256)
        for number, pages in sorted(kept.items())
        for page in pages
    ]  # fmt: skip


def _every(found: Sequence[Story]) -> list[Report]:
    return [r for each in found for r in (*each.reports, *(support.report for support in each.supporting))]


@dataclass(frozen=True, slots=True)
class NearRow:
    """A near miss. missed_by: the score it lacks to be a match. against: the reasons that took most from it, or "".

    story: the story that it stands in, because an edition has shown it there. beside: the one that it supports. 0 for
    none. gloss: see `about`.
    """

    report: ReportView
    watch: str
    watch_name: str
    missed_by: str
    against: str
    story: int
    beside: int
    gloss: str


def near_misses(request: PageRequest) -> Response:
    """Articles just under the threshold, the latest first; ``?watch=`` and ``?page=`` as for `stories`."""
    watch = request.query("watch")
    if watch and watch not in request.config.watches:
        raise HTTPException(404, f"no watch is called {watch}")
    chosen = [watch] if watch else list(request.config.watches)
    if take_away.wanted(request):
        return _near_misses_to_take(request, chosen)
    with request.store.read() as db:
        paging = Paging(request.number("page", 1), browse.near_miss_count(db, chosen))
        found = browse.near_misses(db, chosen, limit=paging.limit, offset=paging.offset)
        changes = page_edits.of_articles(db, (each.article.id for each in found))
        ids = [each.article.id for each in found]
        standings, desk = browse.standings(db, ids), desktop(request, db, ids, [], watch or None)
    context = context_of(request)
    rows = [_near_row(request, each, changes, standings[each.article.id], context) for each in found]
    return request.page("near.html", rows=rows, desk=desk, watch=watch, paging=paging, files=take_away.links(request))


def _near_misses_to_take(request: PageRequest, watches: Sequence[str]) -> Response:
    most = take_away.MOST
    with request.store.read() as db:
        found = browse.near_misses(db, watches, limit=most + 1, offset=0)
        changes = page_edits.of_articles(db, (each.article.id for each in found))
    rows = [take_away.report_row(report_as_it_reads_now(each, changes)) for each in found[:most]]
    return take_away.answer(request, take_away.Taken("near-misses", take_away.ARTICLE, rows, len(found) > most))


def _near_row(
    request: PageRequest, report: Report, changes: Changes, standings: Sequence[browse.Standing], context: Context
) -> NearRow:
    match = report.match
    [standing] = [each for each in standings if each.watch == match.watch]
    # The prior is the same for every article of a watch, so it explains nothing about this one.
    against = [r for r in match.receipt.reasons if r.amount < 0 and r.kind != "prior"]
    strongest = list(dict.fromkeys(map(what_speaks_against, sorted(against, key=lambda r: r.amount))))[:3]
    view = report_view(report, request.clock, request.place, changes)
    [view] = with_words([view], {report.article.id: report}, request.site.matchers.get(match.watch))
    return NearRow(
        report=view,
        watch=match.watch,
        watch_name=request.config.watches[match.watch].name,
        missed_by=f"{max(0.0, match.receipt.threshold - match.score):.{len(view.score) - 2}f}",
        against=with_isolated_words(one_line("; ".join(strongest), 300)),
        story=standing.story,
        beside=standing.beside,
        gloss=about([report], context),
    )
