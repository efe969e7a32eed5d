"""What a language model has made of a story in the newest edition that has it, for the story's page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Report, Retold, Story
from monitor.render.edition_views import Text, text_view
from monitor.render.plain import one_line
from monitor.render.retold_views import LONGEST
from monitor.store import editions
from monitor.text.language import reading_rank
from monitor.web.request import PageRequest
from monitor.web.story_views import HEADLINE, language_name


@dataclass(frozen=True, slots=True)
class RetoldRow:
    """A sentence of a model, beside what it retells. article: whose words those are. translated: by a machine."""

    text: Text
    translated: str  # the language of the original, "" where it is no translation
    original: Text
    source: str
    article: int


@dataclass(frozen=True, slots=True)
class RetoldView:
    """What stands on the page. headline: a translation of the one that is shown, None for none."""

    headline: Text | None = None
    rows: tuple[RetoldRow, ...] = ()


def retold_view(
    request: PageRequest, shown_in: Sequence[int], story: Story, headline: Text, edited: Collection[int]
) -> RetoldView:
    """What the newest of these editions has in a language that the readers read, else what the newest has at all.

    headline: as the page shows it. edited: ids of articles that their source has changed, of which nothing is shown.
    """
    if not shown_in:
        return RetoldView()
    reports = {report.article.id: report for report in story.reports if report.article.id not in edited}
    with request.store.read() as db:
        told = [said for said in editions.retold(db, shown_in, reports.keys()) if said]
    if not told:
        return RetoldView()
    best = min(told, key=lambda said: min(reading_rank(each.language, request.reads) for each in said))
    titles = (each for each in best if each.kind == "headline")
    own = next((each for each in titles if text_view(each.original, None, HEADLINE).text == headline.text), None)
    return RetoldView(
        text_view(own.text, own.language, LONGEST) if own else None,
        tuple(_rows(best, reports)),
    )


def _rows(said: Sequence[Retold], reports: dict[int, Report]) -> Iterator[RetoldRow]:
    """Summaries first, then translations of what is quoted."""
    for each in sorted(said, key=lambda each: each.kind != "summary"):
        if each.kind != "headline":
            article = reports[each.article].article
            yield RetoldRow(
                text_view(each.text, each.language, LONGEST),
                language_name(each.original_language) if each.translated else "",
                text_view(each.original, each.original_language, LONGEST),
                one_line(article.source or article.publisher, 60),
                each.article,
            )
