"""Tries an edited watch on the stored archive: what it would gain and lose. Nothing is stored.

The archive is read a few articles at a time, the newest first, so a trial may be ended at any time with what it has
seen, and takes no more memory over years than over a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from monitor.match import Matcher
from monitor.match.compare import Comparing, Comparison, TermCounts, TermWarning
from monitor.model import Article, Document, Match, Receipt
from monitor.model.frozen import frozen
from monitor.pipeline.documents import document_of
from monitor.pipeline.judge_article import as_marked, judged
from monitor.store import Store, articles, marks, stories

BATCH = 100  # articles read together: no transaction stays open while they are judged


@frozen
class Trial:
    """lost_stories: (id, headline) of those that would have no match left, the latest first; lost_in_all: how many.

    archive: how many articles there are to be tried on; comparison.articles of them, the newest, were.
    new: the watch has judged nothing yet, so it was tried on all that is stored. by_mark: articles that the edited
    watch would judge otherwise than a person has marked them; their marks decide.
    """

    comparison: Comparison
    lost_stories: tuple[tuple[int, str], ...]
    lost_in_all: int
    warnings: tuple[TermWarning, ...]
    archive: int
    new: bool
    by_mark: int = 0

    @property
    def whole(self) -> bool:
        """Whether every article was tried."""
        return self.comparison.articles == self.archive


def try_edit(
    store: Store,
    watch: str,
    edited: Matcher,
    since: datetime,
    *,
    most: int | None = None,
    listed: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> Trial:
    """``edited`` against what is in force, over the articles fetched since ``since`` (the newest ``most`` of them).

    listed: how many changes of each kind, and how many stories, are kept; the others are counted.
    go_on: called before each article, the newest first; the trial ends where it returns False.
    """
    with store.read() as db:
        new = not articles.judged_any(db, watch)
        ids = articles.ids_to_try(db, None if new else watch, since)
        marked = marks.verdicts(db, watch)
    weights = edited.topic.weights
    unjudged = Match(watch, 0.0, "no", Receipt(weights.threshold, weights.near_miss, profile=""))
    comparing, terms = Comparing(listed), TermCounts(edited)
    lost: list[int] = []
    by_mark = 0
    for article, match in _read(store, watch, ids[:most]):
        if not go_on():
            break
        document, found = _judged(article, edited)
        after = as_marked(found, marked.get(article.id))
        by_mark += (found.verdict == "match") != (after.verdict == "match")
        terms.add(document, after)
        # A mark decides before and after, also where the article waits to be judged by it: the edit is not its reason.
        before = as_marked(match, marked.get(article.id)) if match else unjudged
        if comparing.add(document, before, after) == "lost":
            lost.append(article.id)
    with store.read() as db:
        emptied = stories.emptied(db, watch, lost)
        headlines = stories.headlines(db, emptied[:listed])
    return Trial(comparing.result(), tuple(headlines), len(emptied), terms.warnings(), len(ids), new, by_mark)


def _read(store: Store, watch: str, ids: Sequence[int]) -> Iterator[tuple[Article, Match | None]]:
    """Articles with their matches, the newest first."""
    for start in range(0, len(ids), BATCH):
        with store.read() as db:
            batch = articles.with_matches(db, watch, ids[start : start + BATCH])
        yield from reversed(batch)


def _judged(article: Article, edited: Matcher) -> tuple[Document, Match]:
    """As it would be judged, and in the language in which it would be, which may not be detected yet."""
    if article.partial:
        read, match = judged(article, edited)
        return document_of(read), match
    document = document_of(article)
    return document, edited.match(document)
