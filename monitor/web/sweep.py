"""A search through the archive: in the index, and then through what is not in it, for a limited time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.model import Article
from monitor.store import Store, browse, search_index, search_query
from monitor.store.article_filter import ArticleFilter
from monitor.text.search_terms import Spelling, spellings
from monitor.web.search_expression import Expression

INDEXED, READING = "below", "before"  # how a search goes on from a number: in the index, and article by article


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. wrong: what is wrong with the query, "" for nothing. any: whether anything is asked for."""

    expression: Expression | None
    filter: ArticleFilter
    wrong: str
    any: bool


@dataclass(frozen=True, slots=True)
class Start:
    """Where to go on: below a number of the index, or below an article's among those that are read; 0: at first."""

    indexed: int = 0
    reading: int = 0


@dataclass(frozen=True, slots=True)
class Sweep:
    """Hits, newest first. indexed: articles in the index, where the search ends or that is still being made, else 0:
    to count them takes longer than to find a page. waiting: others may still have to be indexed.

    read: articles that were read one by one. last: the oldest of those. way, number: how to go on, ("", 0) where
    there are no older ones.
    """

    hits: tuple[Article, ...]
    indexed: int
    waiting: bool
    read: int
    last: Article | None
    way: str
    number: int

    @property
    def more(self) -> str:
        """What an address says to go on, "" where there are no older ones."""
        return f"{self.way}={self.number}" if self.way else ""


def sweep_archive(
    store: Store, asked: Asked, start: Start, most: int, seconds: float, stopping: Callable[[], bool]
) -> Sweep:
    """Look for at most ``seconds``, until there are ``most`` hits or ``stopping`` says to end."""
    end = time.monotonic() + seconds
    hits: list[Article] = []
    read, last = 0, None
    with store.read() as db:
        progress = search_index.progress(db)
        in_index = progress.begun and bool(_wanted(asked) or asked.filter.where())
        for way, number, article in _candidates(db, asked, progress, start):
            if way == READING and article:
                read, last = read + 1, article
            if article and (asked.expression is None or asked.expression.holds(article)):
                hits.append(article)
            # Also without a hit the time is bounded: this thread is one of the few that make pages.
            if len(hits) == most or time.monotonic() > end or stopping():
                indexed = search_index.count(db) if in_index and progress.below else 0
                return Sweep(tuple(hits), indexed, progress.below > 0, read, last, way, number)
        indexed = search_index.count(db) if in_index else 0
        return Sweep(tuple(hits), indexed, progress.below > 0, read, last, "", 0)


def _wanted(asked: Asked) -> list[list[Spelling]]:
    """What the index is asked for: of each, an article holds one; [] where it cannot be asked."""
    terms = asked.expression.terms if asked.expression else ()
    return [each for each in map(spellings, terms) if each is not None]


def _candidates(
    db: Connection, asked: Asked, progress: search_index.Progress, start: Start
) -> Iterator[tuple[str, int, Article | None]]:
    """(how and with which number to go on after it, article) for each that may hold what is asked for; without an
    article where there was none for a while.
    """
    where = asked.filter.where()
    wanted = _wanted(asked)
    indexed = progress.begun and bool(wanted or where)
    if indexed and not start.reading:
        latest = search_index.number_after(asked.filter.until) if asked.filter.until else 0
        below = min(filter(None, (start.indexed, latest)), default=None)
        if wanted:
            through = search_query.candidates(db, wanted, below, where)
        else:
            through = search_query.newest(db, below, asked.filter)
        for number, article in through:
            yield INDEXED, number, article
    if indexed and not progress.below:
        return
    first = min(filter(None, (start.reading, progress.below if indexed else 0)), default=None)
    for article in browse.articles_before(db, first, indexed=not indexed, where=where):
        yield READING, article.id, article
