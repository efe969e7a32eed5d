"""The page of search over the stored articles. It folds text as the matcher does, so that spellings of a name meet.

What may be a hit is found in the index, newest first, and looked at until a page is full or the time is over; then the
page offers to go on from there. What is not indexed yet (an archive of an earlier version) is read article by article
after that, and so is everything for a query without a letter or digit. The page says how far it looked.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from monitor.config.query import QueryError
from monitor.model import UNREAD, Article, Highlight
from monitor.pages.as_edited import article_as_it_reads_now
from monitor.render.edition_views import Text, text_view
from monitor.render.plain import one_line
from monitor.render.quotes import marked
from monitor.store import browse, page_edits
from monitor.text.fold import fold
from monitor.text.fold_offsets import Folded
from monitor.text.search_terms import READ, places
from monitor.web import search_filter, take_away
from monitor.web.judge import desktop
from monitor.web.request import PageRequest
from monitor.web.search_expression import expression
from monitor.web.search_names import heard_in, names_of
from monitor.web.story_views import When, language_name
from monitor.web.sweep import INDEXED, READING, Asked, Start, Sweep, sweep_archive

PER_PAGE = 25
IN_FEED = 100  # a reader that calls once a day misses nothing of a busy one
SECONDS = 3.0  # for one page
SECONDS_OF_A_FILE = 10.0
SECONDS_OF_A_LIST = 0.25  # for one without words, which reads no text
AROUND = 140  # characters on either side of what was found
LONG_WORD = 30  # characters, within which a space is looked for


class Judged(NamedTuple):
    """What a watch makes of an article. story: the id of its story, beside: of the one that it supports, or 0.

    unread: what there is to say of its language, or "".
    """

    watch: str
    name: str
    verdict: str
    score: str
    story: int
    unread: str
    beside: int


@dataclass(frozen=True, slots=True)
class Found:
    """An article that holds every term."""

    id: int
    title: Text
    url: str
    source: str
    language: str
    when: When
    snippet: Text
    html: Markup
    standings: tuple[Judged, ...]


def search(request: PageRequest) -> Response:
    """Articles for the words of ``?q=`` and the filters of the address, newest first. ``?exact=1``: names as written.

    ``?below=``: where to go on in the index; ``?before=``: an article's id, to go on below it among those that are
    read.
    """
    asked = _asked(request)
    if take_away.wanted(request):
        return _to_take(request, asked)
    sweep = _swept(request, asked) if asked.any and not asked.wrong else None
    # By what is shown of them; a date may have been read anew since.
    hits = sorted(sweep.hits, key=lambda each: each.published or each.fetched, reverse=True) if sweep else []
    with request.store.read() as db:
        desk = desktop(request, db, [each.id for each in hits], [], asked.filter.watch or None)
    more = search_filter.address(request)
    return request.page(
        "search.html",
        query=request.query("q"),
        asked=asked,
        choices=search_filter.choices(request, asked.filter),
        given=search_filter.given(request),
        filters=list(search_filter.said(request)),
        address=more,
        exactly=search_filter.address(request, exact="1"),
        sweep=sweep,
        later=bool(request.query(INDEXED) or request.query(READING)),
        read_since=request.clock.when(sweep.last.fetched) if sweep and sweep.last else None,
        found=_views(request, hits, asked),
        desk=desk,
        files=take_away.links(request),
    )


def _to_take(request: PageRequest, asked: Asked) -> Response:
    """A row for each article and watch that judged it. Raises HTTPException 400 for a query that cannot be read."""
    if asked.wrong or not asked.any:
        raise HTTPException(400, asked.wrong or "there is nothing to search for in that")
    sweep = _swept(request, asked, most=take_away.MOST, seconds=SECONDS_OF_A_FILE)
    ids = [each.id for each in sweep.hits]
    with request.store.read() as db:
        standings, changes = browse.standings(db, ids), page_edits.of_articles(db, ids)
    rows = []
    for each in sweep.hits:
        read = article_as_it_reads_now(each, changes.get(each.id, ()))
        judged = [s for s in standings.get(each.id, []) if asked.filter.watch in ("", s.watch)]
        rows += [take_away.article_row(read, s.watch, s.verdict, s.score, s.story) for s in judged]
        rows += [] if judged else [take_away.article_row(read)]
    return take_away.answer(request, take_away.Taken("articles", take_away.ARTICLE, rows, bool(sweep.more)))


def feed(request: PageRequest) -> Response:
    """What `search` finds first, as an Atom feed (RFC 4287): a search that is kept."""
    asked = _asked(request)
    sweep = _swept(request, asked, most=IN_FEED) if asked.any and not asked.wrong else None
    found = _views(request, sweep.hits if sweep else (), asked)
    more, started = search_filter.address(request), request.desk.pulse.started.isoformat(timespec="seconds")
    text = request.desk.pages.fill(
        "search.atom",
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"{request.base_url}/search?{more}").urn,
        title=" · ".join(filter(None, [request.query("q"), *(words for words, _ in search_filter.said(request))])),
        updated=max((each.when.iso for each in found), default=started),
        address=more,
        base_url=request.base_url,
        found=found,
    )
    return Response(text, media_type="application/atom+xml")


def _asked(request: PageRequest) -> Asked:
    query, chosen = request.query("q"), search_filter.filter_of(request)
    filtered = bool(chosen.where())
    try:
        exact = request.query("exact") == "1"
        found = expression(query, names_of(request.site), heard_in(request.store), exact=exact) if query else None
    except QueryError as error:
        return Asked(None, chosen, one_line(str(error), 300), any=True)
    return Asked(found, chosen, "", any=found is not None or (filtered and not query))


def _swept(request: PageRequest, asked: Asked, *, most: int | None = None, seconds: float | None = None) -> Sweep:
    """What is found from where the address says. most: a page's, where it is not given."""
    start = Start(request.number(INDEXED, 0, most=10**11), request.number(READING, 0))
    longest = seconds or (SECONDS if asked.expression else SECONDS_OF_A_LIST)
    most = PER_PAGE if most is None else most
    return sweep_archive(request.store, asked, start, most, longest, request.desk.stopping)


def _views(request: PageRequest, hits: Sequence[Article], asked: Asked) -> list[Found]:
    with request.store.read() as db:
        standings = browse.standings(db, [article.id for article in hits])
        changes = page_edits.of_articles(db, (article.id for article in hits))
    shown = asked.expression.part.shown if asked.expression else ()
    terms = (shown,) if shown else ()
    return [
        _view(request, article_as_it_reads_now(each, changes.get(each.id, ())), terms, standings.get(each.id, []))
        for each in hits
    ]


def _view(
    request: PageRequest, article: Article, terms: Sequence[tuple[str, ...]], standings: Sequence[browse.Standing]
) -> Found:
    snippet, highlights = snippet_of(article, terms)
    names = {name: watch.name for name, watch in request.config.watches.items()}
    return Found(
        id=article.id,
        title=text_view(article.title, article.language, 300),
        url=request.place.link(article.url),
        source=one_line(article.source, 60),
        language=language_name(article.language),
        when=request.clock.published(article),
        snippet=text_view(snippet, article.language, 3 * AROUND),
        html=marked(snippet, highlights, 3 * AROUND),
        standings=tuple(
            Judged(
                s.watch,
                names.get(s.watch, s.watch),
                s.verdict,
                f"{s.score:.2f}",
                s.story,
                UNREAD.get(s.unread, ""),
                s.beside,
            )
            for s in standings
        ),
    )


def snippet_of(article: Article, terms: Sequence[tuple[str, ...]]) -> tuple[str, tuple[Highlight, ...]]:
    """The text around the first term (from its beginning where there is none), and where terms stand in it."""
    article = replace(article, text=article.text[:READ])
    folded = Folded(fold(article.text), article.text)
    found = sorted(
        folded.original_span(*place) for forms in terms for place in places(folded.text, forms, article.language)
    )
    # The term may stand in the title alone; then the text's beginning is shown.
    at = found[0][0] if found else 0
    start, end = _whole_words(article.text, max(0, at - AROUND), at + 2 * AROUND)
    before, after = "… " if start else "", "…" if end < len(article.text) else ""
    by = start - len(before)
    inside = (Highlight(a - by, b - by, "found") for a, b in found if start <= a and b <= end)
    return before + article.text[start:end] + after, tuple(inside)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of a text that cuts no word; a text without spaces is cut where the stretch ends."""
    first = text.find(" ", max(0, start - 1), start + LONG_WORD) + 1 if start else 0
    last = text.rfind(" ", max(start, end - LONG_WORD), end + 1) if end < len(text) else len(text)
    return first or start, last if last > 0 else end
