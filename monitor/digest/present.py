"""A stored edition as it may be shown now: as it was composed, or composed again where a source has changed since what
it quotes. So nobody is sent words that are known to be withdrawn, however late a delivery is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from monitor.digest.corrections import Changes, as_it_reads_now, unseen, with_changes
from monitor.digest.enrich import Context, described
from monitor.model import DigestStory, Edition, PageChange, RenderedEdition
from monitor.render.catalogue import catalogue_of
from monitor.store import Store, articles, page_edits


class Presenter:
    """Brings stored editions up to date. context: what describes an edition's stories. render: it as it is sent."""

    def __init__(
        self, store: Store, context: Callable[[Edition], Context], render: Callable[[Edition], RenderedEdition]
    ) -> None:
        self._store = store
        self._context = context
        self._render = render

    def present(self, edition: Edition, rendered: RenderedEdition, *, again: bool) -> tuple[Edition, RenderedEdition]:
        """The edition as its sources have it now: what is given, where they changed nothing since it was composed.

        again: for readers who may have been sent it before; they are shown what it said beside what is there now.
        Raises ConfigError for a template.
        """
        listed = (*edition.stories, *edition.more)
        reports = [report for each in listed for report in each.story.reports] + list(edition.near_misses)
        with self._store.read() as db:
            known = page_edits.of_articles(db, (report.article.id for report in reports))
            new = unseen(edition, known)
            if not new:
                return edition, rendered
            touched = [each for each in edition.stories if any(r.article.id in known for r in each.story.reports)]
            ids = sorted({report.article.id for each in touched for report in each.story.reports})
            texts = {article.id: article.text for article in articles.get(db, ids)}
        current = self._composed_again(edition, known, texts, new if again else [])
        return current, self._render(current)

    def _composed_again(
        self, edition: Edition, known: Changes, texts: Mapping[int, str], said: list[PageChange]
    ) -> Edition:
        whole = replace(edition, stories=tuple(_with_texts(each, texts) for each in edition.stories))
        context = self._context(edition)
        current = as_it_reads_now(with_changes(whole, said, {}, catalogue_of(context.locale)), known)
        stories = [described(each, context) if each.corrected or each.withdrawn else each for each in current.stories]
        return replace(current, stories=tuple(stories))


def _with_texts(each: DigestStory, texts: Mapping[int, str]) -> DigestStory:
    """The story with its articles' texts, which a stored edition lacks, and without what is worked out of them."""
    if not any(report.article.id in texts for report in each.story.reports):
        return each
    reports = tuple(
        replace(report, article=replace(report.article, text=texts.get(report.article.id, "")))
        for report in each.story.reports
    )
    news = tuple(news for news in each.news if news.kind == "changed")
    return replace(each, story=replace(each.story, reports=reports), quotes=(), news=news)
