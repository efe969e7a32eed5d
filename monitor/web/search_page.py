"""The page of search over the stored articles. It folds text as the matcher does, so that spellings of a name meet.

There is no index. Articles are read newest first and folded on the way (some 10 MB of text a second), until a page is
full or the time is over. Then the page shows how far back it looked and offers to go on from there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from starlette.responses import Response

from monitor.digest.corrections import article_as_it_reads_now
from monitor.model import UNREAD, Article, Highlight
from monitor.render.edition_views import Text, text_view
from monitor.render.plain import one_line
from monitor.render.quotes import marked
from monitor.store import browse, page_edits
from monitor.text.fold import fold, term_matches, variants
from monitor.text.fold_offsets import Folded
from monitor.web.request import PageRequest
from monitor.web.story_views import When, language_name

PER_PAGE = 25
SECONDS = 3.0  # for one page
MOST_TERMS = 8
READ = 200_000  # characters of an article that are looked at
AROUND = 140  # characters on either side of what was found
_TERM = re.compile(r'"([^"]+)"|[«“]([^»”]+)[»”]|(\S+)')


@dataclass(frozen=True, slots=True)
class Found:
    """An article that holds every term. standings: (watch's name, verdict, score, story id or 0, what there is to
    say of its language or "", id of the story that it supports or 0).
    """

    id: int
    title: Text
    url: str
    source: str
    language: str
    when: When
    snippet: Text
    html: Markup
    standings: tuple[tuple[str, str, str, int, str, int], ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Hits, newest first. looked: articles read. last: the oldest of them. done: there are no older ones."""

    hits: tuple[Article, ...]
    looked: int
    last: Article | None
    done: bool


def search(request: PageRequest) -> Response:
    """Articles that hold every word and "phrase" of ``?q=``. ``?before=``: an article's id, to go on below it."""
    query = request.query("q")
    terms = terms_of(query)
    sweep = sweep_archive(request, terms, request.number("before", 0) or None) if terms else None
    # By what is shown of them; they were read by when they were stored.
    hits = sorted(sweep.hits, key=lambda each: each.published or each.fetched, reverse=True) if sweep else []
    with request.store.read() as db:
        standings = browse.standings(db, [article.id for article in hits])
        changes = page_edits.of_articles(db, (article.id for article in hits))
    return request.page(
        "search.html",
        query=query,
        terms=bool(terms),
        sweep=sweep,
        before=request.number("before", 0),
        read_since=request.clock.when(sweep.last.fetched) if sweep and sweep.last else None,
        found=[
            _view(request, article_as_it_reads_now(each, changes.get(each.id, ())), terms, standings.get(each.id, []))
            for each in hits
        ],
    )


def terms_of(query: str) -> list[tuple[str, ...]]:
    """The folded spellings of each word and phrase of a query. A word that folds to nothing is left out."""
    words = ["".join(filter(None, found)) for found in _TERM.findall(query)]
    return [forms for forms in map(variants, words[:MOST_TERMS]) if forms]


def sweep_archive(request: PageRequest, terms: Sequence[tuple[str, ...]], before: int | None) -> Sweep:
    """Read articles below the id ``before`` (from the newest when None) for at most `SECONDS`."""
    end = time.monotonic() + SECONDS
    hits: list[Article] = []
    looked, last = 0, None
    with request.store.read() as db:
        for article in browse.articles_before(db, before):
            looked, last = looked + 1, article
            if holds(article, terms):
                hits.append(article)
            # Also without a hit the time is bounded: this thread is one of the few that make pages.
            if len(hits) == PER_PAGE or time.monotonic() > end or request.desk.stopping():
                return Sweep(tuple(hits), looked, last, done=False)
    return Sweep(tuple(hits), looked, last, done=True)


def holds(article: Article, terms: Sequence[tuple[str, ...]]) -> bool:
    """Whether title and text together hold every term as a word."""
    folded = fold(f"{article.title}\n{article.text[:READ]}")
    return all(next(_places(folded, forms, article.language), None) for forms in terms)


def _places(folded: str, forms: Sequence[str], language: str | None) -> Iterator[tuple[int, int]]:
    """[start, end) of each place where one of the spellings stands as a word."""
    for form in forms:
        at = folded.find(form)
        while at >= 0:
            if term_matches(folded, at, at + len(form), language):
                yield at, at + len(form)
            at = folded.find(form, at + 1)


def _view(
    request: PageRequest, article: Article, terms: Sequence[tuple[str, ...]], standings: Sequence[browse.Standing]
) -> Found:
    snippet, highlights = _snippet(article, terms)
    names = {name: watch.name for name, watch in request.config.watches.items()}
    return Found(
        id=article.id,
        title=text_view(article.title, article.language, 300),
        url=request.place.link(article.url),
        source=one_line(article.source, 60),
        language=language_name(article.language),
        when=request.clock.when(article.published or article.fetched),
        snippet=text_view(snippet, article.language, 3 * AROUND),
        html=marked(snippet, highlights, 3 * AROUND),
        standings=tuple(
            (names.get(s.watch, s.watch), s.verdict, f"{s.score:.2f}", s.story, UNREAD.get(s.unread, ""), s.beside)
            for s in standings
        ),
    )


def _snippet(article: Article, terms: Sequence[tuple[str, ...]]) -> tuple[str, tuple[Highlight, ...]]:
    """The text around the first term (from its beginning where there is none), and where terms stand in it."""
    article = replace(article, text=article.text[:READ])
    folded = Folded(fold(article.text), article.text)
    places = sorted(
        folded.original_span(*place) for forms in terms for place in _places(folded.text, forms, article.language)
    )
    # The term may stand in the title alone; then the text's beginning is shown.
    at = places[0][0] if places else 0
    start = max(0, article.text.rfind(" ", 0, max(0, at - AROUND)) + 1)
    text = article.text[start : at + 2 * AROUND]
    inside = (Highlight(a - start, b - start, "found") for a, b in places if a >= start and b <= start + len(text))
    return text, tuple(inside)
