"""The search of the page, for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from monitor.api.articles import ArticleAnswer, found_articles
from monitor.api.base import AskedWronglyError, Doc, Moment, Page, Slice, Word, known_watch, of_cursor, to_cursor
from monitor.config.query import QueryError
from monitor.store.article_filter import ArticleFilter
from monitor.web.request import Site
from monitor.web.search_expression import expression
from monitor.web.search_names import heard_in, names_of
from monitor.web.search_page import SECONDS, SECONDS_OF_A_LIST, snippet_of
from monitor.web.sweep import INDEXED, READING, Asked, Start, sweep_archive


class SearchQuery(Slice):
    """What is looked for: words, and filters that combine. At least one of them is needed."""

    q: Annotated[Word, Field(description="words, or an expression, as on the search page")] = ""
    exact: Annotated[bool, Field(description="names as they are written only, and not in every spelling")] = False
    watch: Annotated[Word, Field(description="articles that this watch has judged")] = ""
    judgement: Annotated[
        Literal["match", "near", "no", "right", "wrong"] | None, Field(description="judged so by the watch, or by any")
    ] = None
    score: Annotated[float | None, Field(ge=0, le=1, description="the least score")] = None
    language: Annotated[Word, Field(description="such as fa")] = ""
    kind: Annotated[Word, Field(description="of the outlet, such as state")] = ""
    country: Annotated[Word, Field(description="of the outlet, such as IQ")] = ""
    publisher: Annotated[Word, Field(description="its whole name")] = ""
    since: Annotated[Moment | None, Field(description="published then or later")] = None
    until: Annotated[Moment | None, Field(description="published before")] = None


class FoundAnswer(ArticleAnswer):
    """An article that holds every term. snippet: the text around the first of them."""

    snippet: str


def search_archive(site: Site, asked: SearchQuery, stopping: Callable[[], bool]) -> Page[FoundAnswer]:
    """Articles that hold what is asked for, newest first. It looks for three seconds at most.

    So a page may hold fewer than ``limit``, or none, and still have a ``next``. Raises AskedWronglyError for a query
    that cannot be read, or that asks for nothing; UnknownError for a watch.
    """
    known_watch(site.config, asked.watch)
    wanted = _wanted(site, asked)
    way, number = of_cursor("search", asked.cursor, str, Doc) or ("", 0)
    start = Start(number if way == INDEXED else 0, number if way == READING else 0)
    seconds = SECONDS if wanted.expression else SECONDS_OF_A_LIST
    sweep = sweep_archive(site.store, wanted, start, asked.limit, seconds, stopping)
    shown = wanted.expression.part.shown if wanted.expression else ()
    texts = {each.id: snippet_of(each, (shown,) if shown else ())[0] for each in sweep.hits}
    with site.store.read() as db:
        found = found_articles(db, site.config, sweep.hits)
    items = [FoundAnswer(**dict(each), snippet=texts[each.id]) for each in found]
    return Page(items=items, next=to_cursor("search", sweep.way, sweep.number) if sweep.way else None)


def _wanted(site: Site, asked: SearchQuery) -> Asked:
    chosen = ArticleFilter(
        watch=asked.watch, judgement=asked.judgement or "", score=asked.score, language=asked.language,
        kind=asked.kind, country=asked.country, publisher=asked.publisher, since=asked.since, until=asked.until,
    )  # fmt: skip
    query = asked.q.strip()
    try:
        found = expression(query, names_of(site), heard_in(site.store), exact=asked.exact) if query else None
    except QueryError as error:
        raise AskedWronglyError(str(error)) from error
    if found is None and (query or not chosen.where()):
        raise AskedWronglyError("there is nothing to search for in that; give words in q, or a filter")
    return Asked(found, chosen, "", any=True)
