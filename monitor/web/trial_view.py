"""What an edit of a watch would change over the stored articles, as the page shows it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from monitor.match import Matcher
from monitor.match.compare import KINDS, Change
from monitor.model import Reason
from monitor.pipeline.trial import Trial, try_edit
from monitor.render.edition_views import Text, text_view
from monitor.render.plain import one_line
from monitor.text.visual_order import with_isolated_words
from monitor.web.request import PageRequest

ARCHIVE = timedelta(days=30)  # an edit is tried on the articles of so many days
MOST_ARTICLES = 6000  # of them, the newest
SECONDS = 10.0  # for trying an edit
SHOWN = 50  # changes of each kind


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """An article whose score an edit changes. before, after: its scores. why: the reasons that differ."""

    id: str
    title: Text
    url: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class TrialView:
    """What an edit would change. articles: on how many of the archive's it was tried, the newest. by_mark: how many of
    them would be judged otherwise, but a person has marked them.

    kinds: (kind, how many, the first). more_stories: how many more would have no match left than are listed.
    """

    articles: int
    archive: int
    days: int
    kinds: tuple[tuple[str, int, tuple[ChangeRow, ...]], ...]
    lost_stories: tuple[tuple[int, str], ...]
    more_stories: int
    warnings: tuple[str, ...]
    by_mark: int


def tried(request: PageRequest, watch: str, matcher: Matcher) -> TrialView:
    """An edited watch tried on the newest stored articles, for a limited time; nothing is stored."""
    end = time.monotonic() + SECONDS

    def go_on() -> bool:
        return time.monotonic() < end and not request.desk.stopping()

    since = request.now - ARCHIVE
    found = try_edit(request.store, watch, matcher, since, most=MOST_ARTICLES, listed=SHOWN, go_on=go_on)
    return _trial_view(request, found)


def _trial_view(request: PageRequest, found: Trial) -> TrialView:
    changes = found.comparison
    kept = {"gained": changes.gained, "lost": changes.lost, "moved": changes.moved}
    return TrialView(
        articles=changes.articles,
        archive=found.archive,
        days=ARCHIVE.days,
        kinds=tuple((kind, changes.totals[kind], tuple(_row(request, each) for each in kept[kind])) for kind in KINDS),
        lost_stories=tuple((story, one_line(headline, 200)) for story, headline in found.lost_stories),
        more_stories=found.lost_in_all - len(found.lost_stories),
        warnings=tuple(one_line(warning.message, 300) for warning in found.warnings),
        by_mark=found.by_mark,
    )


def _reason(reason: Reason) -> str:
    """ "act: training +0.40"; what decides without a score has no amount: "excluded: border"."""
    text = one_line(reason.text, 80)
    return f"{text} {reason.amount:+.2f}" if reason.amount else f"{reason.kind}: {text}"


def _row(request: PageRequest, change: Change) -> ChangeRow:
    document = change.document
    why = with_isolated_words("; ".join(map(_reason, change.reasons[:4])))
    return ChangeRow(
        id=document.id,
        title=text_view(document.title, document.language, 200),
        url=request.place.link(document.url),
        before=f"{change.before.score:.2f}",
        after=f"{change.after.score:.2f}",
        why=why or "the same reasons",
    )
