"""Tries an edited watch on the stored archive: what it would gain and lose. Nothing is stored."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.match import Matcher
from monitor.match.compare import Comparison, InForce, TermWarning, compare, term_warnings
from monitor.model import Article, Document, Match, Receipt, Story
from monitor.pipeline.documents import document_of
from monitor.pipeline.judge_article import judged
from monitor.store import Store, articles, stories


@dataclass(frozen=True, slots=True)
class Trial:
    """lost_stories: those that would have no report left. whole: no article was left out because the time was up.

    new: the watch has judged nothing yet, so it was tried on all that is stored.
    """

    comparison: Comparison
    lost_stories: tuple[Story, ...]
    warnings: tuple[TermWarning, ...]
    whole: bool
    new: bool


def try_edit(
    store: Store,
    watch: str,
    edited: Matcher,
    since: datetime,
    *,
    most: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> Trial:
    """``edited`` against what is in force, over the articles fetched since ``since`` (the newest ``most`` of them).

    go_on: called before each article, the newest first; the trial ends where it returns False.
    """
    with store.read() as db:
        archive = deque(articles.archive(db, watch, since), most)
        found = stories.load(db, stories.ids_since(db, since - timedelta(days=30), watch))
    weights = edited.topic.weights
    unjudged = Match(watch, 0.0, "no", Receipt(weights.threshold, weights.near_miss, profile=""))
    matches = {str(article.id): match or unjudged for article, match in archive}
    tried: list[Document] = []
    documents = (_as_judged(article, edited) for article, _ in reversed(archive))
    comparison = compare(InForce(matches), edited, _while(go_on, documents, tried))
    lost = {change.document.id for change in comparison.lost}
    gone = tuple(story for story in found if all(str(report.article.id) in lost for report in story.reports))
    warnings = term_warnings(edited, _while(go_on, tried, [])) if tried else ()
    new = any(match is None for _, match in archive)
    return Trial(comparison, gone, warnings, whole=len(tried) == len(archive), new=new)


def _as_judged(article: Article, edited: Matcher) -> Document:
    """With the language in which it would be judged, which may not be detected yet."""
    return document_of(judged(article, edited)[0] if article.partial else article)


def _while(go_on: Callable[[], bool], documents: Iterable[Document], taken: list[Document]) -> Iterator[Document]:
    for document in documents:
        if not go_on():
            return
        taken.append(document)
        yield document
