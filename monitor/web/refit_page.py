"""What marks teach a watch, on its page: what a refit would change, and its weights put in force on a click."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.match.feedback import MIN_MARKED, MIN_MARKED_EACH, Refit
from monitor.match.load import matcher_with
from monitor.match.refit import refit_watch
from monitor.match.weights import refitted_at, write_weights
from monitor.model import Document
from monitor.pipeline.documents import document_of
from monitor.pipeline.outlook import stored_documents
from monitor.render.plain import one_line
from monitor.store import articles, marks
from monitor.text.plural import plural
from monitor.web.request import PageRequest
from monitor.web.trial_view import ARCHIVE, TrialView, tried

SECONDS = 12.0  # for reading the archive that a refit is judged on
TOGETHER = 100  # articles read together
MOST = 3600


@dataclass(frozen=True, slots=True)
class MarksView:
    """The marks of a watch. fresh: those since the last refit. worth: whether a refit may find something.

    advice: when it is worth it, in a sentence.
    """

    right: int
    wrong: int
    fresh: int
    worth: bool
    advice: str


@dataclass(frozen=True, slots=True)
class RefitView:
    """What a refit found. figures: before and after. archive: of articles that nobody marked. why: the reason.

    better: whether it may be put in force. trial: what it would gain and lose.
    """

    figures: tuple[tuple[str, str, str, str], ...]
    archive: str
    threshold: str
    why: str
    better: bool
    trial: TrialView | None


def marks_view(request: PageRequest, watch: str) -> MarksView:
    """What was marked, and whether it is enough to learn from."""
    last = None if request.config.packaged else refitted_at(request.config, watch)
    with request.store.read() as db:
        right, wrong = marks.count(db, watch)
        fresh = sum(marks.count(db, watch, last))
    lacking = max(0, MIN_MARKED - right - wrong)
    if lacking:
        advice = f"A refit is worth it from {MIN_MARKED} marks: {lacking} more"
    elif min(right, wrong) < MIN_MARKED_EACH:
        kind = "right" if right < wrong else "wrong"
        advice = f"Only the threshold can be learned from these: weights need {MIN_MARKED_EACH} that are {kind}"
    elif last and fresh < MIN_MARKED:
        advice = f"{plural(fresh, 'mark')} since the last refit; the next is worth it from {MIN_MARKED}"
    elif lacking_since := _lacking_since_a_refit_in_vain(request, watch, right + wrong):
        advice = f"A refit to these marks found nothing better: the next is worth it after {lacking_since} more"
    else:
        advice = f"{plural(fresh, 'mark')} to learn from: a refit is worth it now"
    return MarksView(right, wrong, fresh, not lacking, advice)


def _lacking_since_a_refit_in_vain(request: PageRequest, watch: str, marked: int) -> int:
    """Marks that are lacking until another refit may find what the last one did not; 0 where there was none."""
    version, found = request.desk.refits.get(watch, ("", None))
    if found is None or found.better or version != request.site.matchers[watch].version:
        return 0
    return max(0, found.before.articles + MIN_MARKED - marked)


def try_refit(request: PageRequest, watch: str) -> RefitView:
    """The weights fitted to the marks and tried on the archive; nothing is written. Raises ConfigError, FitError."""
    with request.store.read() as db:
        labelled = [(document_of(article), relevant) for article, relevant in marks.of_watch(db, watch)]
    found = refit_watch(request.config, watch, labelled, _archive(request), request.site.matchers[watch])
    request.desk.refits[watch] = (request.site.matchers[watch].version, found)
    trial = None
    if found.better:
        edited = matcher_with(request.config, watch, request.site.profile(watch), found.weights)
        trial = tried(request, watch, edited)
    return _view(found, trial)


def apply_refit(request: PageRequest, watch: str) -> Response:
    """Writes the weights that were last shown. Raises HTTPException 409 where there are none."""
    version, found = request.desk.refits.pop(watch, ("", None))
    if found is None or not found.better or version != request.site.matchers[watch].version:
        raise HTTPException(409, "the watch has changed since, or the service was started again; try the refit again")
    try:
        write_weights(request.config, watch, found)
    except OSError as error:
        raise HTTPException(409, f"the weights cannot be written ({error.strerror}); nothing was changed") from error
    return request.go(f"watches/{watch}?saved=1")


def _archive(request: PageRequest) -> Iterator[Document]:
    """The newest stored articles, until the time is over."""
    end = time.monotonic() + SECONDS
    with request.store.read() as db:
        ids = articles.ids_since(db, request.now - ARCHIVE)[:MOST]
    for start in range(0, len(ids), TOGETHER):
        if time.monotonic() > end or request.desk.stopping():
            return
        yield from stored_documents(request.store, [str(each) for each in ids[start : start + TOGETHER]])


def _view(found: Refit, trial: TrialView | None) -> RefitView:
    rows = (("before", found.before), ("after, each left out in turn", found.after))
    before, after = found.matched
    of = "shipped reports of ordinary news" if found.ordinary else "of your unmarked articles"
    return RefitView(
        figures=tuple((name, f"{f.precision:.2f}", f"{f.recall:.2f}", f"{f.f1:.2f}") for name, f in rows),
        archive=f"Of {found.archive:,} {of}, {before} match now and {after} would then",
        threshold=f"{found.weights.threshold:.2f}",
        why=one_line(found.why, 300),
        better=found.better,
        trial=trial,
    )
