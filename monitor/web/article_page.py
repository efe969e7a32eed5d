"""One article to read: its stored text with what was found in it, beside its receipt in plain words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.match.grounds import Grounds
from monitor.model import Article, Passage, Report
from monitor.pages.as_edited import article_as_it_reads_now
from monitor.pipeline.documents import document_of
from monitor.render.edition_views import Text, text_view
from monitor.render.quotes import marked
from monitor.render.words import NO_MATCH
from monitor.store import audits, browse, page_edits, stories
from monitor.web.judge import desktop
from monitor.web.receipt_words import grounds_of, with_words
from monitor.web.request import PageRequest
from monitor.web.story_views import report_view

_PARAGRAPHS = 400
_LONGEST = 4000  # characters of a paragraph


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """A paragraph. html: its words with what was found in them marked."""

    text: Text
    html: Markup


def article(request: PageRequest) -> Response:
    """The article with this number as ``?watch=`` judged it; the watch with the best score without one.

    Raises HTTPException 404 where no such watch has judged it.
    """
    number, watch = request.path_id(), request.query("watch")
    with request.store.read() as db:
        judged = [each for each in browse.standings(db, [number]).get(number, []) if watch in ("", each.watch)]
        if not judged:
            raise HTTPException(404, f"no article {number} was judged{f' by {watch}' if watch else ''}")
        [standing, *_] = judged
        [report] = stories.reports(db, standing.watch, [number])
        changes = page_edits.of_articles(db, [number])
        desk = desktop(request, db, [number], [], standing.watch)
        drawn = bool(audits.sampled(db, standing.watch, [number], before=request.now))
    read = article_as_it_reads_now(report.article, changes.get(number, ()))
    view = report_view(report, request.clock, request.place, changes)
    matcher = request.site.matchers.get(standing.watch)
    if not standing.story:  # then no edition has shown it, and it was none before
        view = replace(view, decided="" if view.decided == NO_MATCH else view.decided)
    [view] = with_words([view], {number: report}, matcher)
    grounds = grounds_of(matcher, document_of(read)) if matcher else None
    configured = request.config.watches.get(standing.watch)
    return request.page(
        "article.html",
        r=view,
        watch=standing.watch,
        watch_name=configured.name if configured else standing.watch,
        verdict=standing.verdict,
        standing=standing,
        others=[each.watch for each in judged[1:]] if not watch else [],
        paragraphs=_paragraphs(read, report, grounds),
        left_out=max(0, len(read.text.splitlines()) - _PARAGRAPHS),
        marked_by_hand=desk.marked.get((standing.watch, number)),
        drawn=drawn,
        desk=desk,
    )


def _paragraphs(read: Article, report: Report, grounds: Grounds | None) -> list[ParagraphView]:
    """The text as it is; what was found is known only where the watch can still say it."""
    plain = tuple(Passage(line, "body") for line in read.text.splitlines() if line.strip())
    chosen = grounds.text if grounds and grounds.text else plain
    return [
        ParagraphView(text_view(p.text, report.article.language, _LONGEST), marked(p.text, p.highlights, _LONGEST))
        for p in chosen[:_PARAGRAPHS]
    ]
