"""Quotes from the articles of a story: attributed, in the original language, with what matched marked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import nh3
from markupsafe import Markup, escape

from monitor.model import DigestStory, Highlight, Quote, Report
from monitor.render.edition_views import QuoteView, Text
from monitor.render.plain import clip, direction, language_tag, one_line, tidy
from monitor.render.retold_views import quote_translations


def quotes_of(
    each: DigestStory,
    link: Callable[[str], str],
    limit: int,
    length: int,
    rank: Callable[[str | None], int],
    told: Collection[str] = (),
) -> tuple[tuple[QuoteView, ...], int]:
    """At most ``limit`` quotes of ``length`` characters each, and how many more there are.

    rank: of a language for the readers; the first quote is in the first language that they read. told: sentences that
    stand in the story's entry already.
    """
    reports = {report.article.id: report for report in each.story.reports}
    left = (quote for quote in quoted(each) if quote.text not in told)
    quotes = sorted(left, key=lambda quote: _rank_of(quote, reports, rank))
    translations = quote_translations(each)
    views = [
        replace(_view(quote, reports.get(quote.article), link, length), translation=translations.get(quote.text))
        for quote in quotes[:limit]
    ]
    return tuple(views), max(0, len(quotes) - limit)


def _rank_of(quote: Quote, reports: Mapping[int, Report], rank: Callable[[str | None], int]) -> int:
    report = reports.get(quote.article)
    return rank(report.article.language if report else None)


def quoted(each: DigestStory) -> tuple[Quote, ...]:
    """All that there is to quote of a story: its summary, or the passages of its receipts."""
    return each.quotes or tuple(_passages(each))


def inner(text: str) -> str:
    """A quote without the marks around the whole of it, for a place that puts its own there."""
    ends = {'"': '"', "“": "”", "«": "»", "„": "“"}
    whole = text.strip()
    if len(whole) > 2 and ends.get(whole[0]) == whole[-1] and not set(whole[1:-1]) & {whole[0], whole[-1]}:
        return whole[1:-1].strip()
    return whole


def marked(text: str, highlights: Sequence[Highlight], length: int) -> Markup:
    """``text``, at most ``length`` characters, as HTML with <mark> around the highlights.

    Overlapping highlights are joined, and parts of one outside the text are ignored.
    """
    html = Markup("")
    left = length
    for piece, label in _pieces(text, highlights):
        words = tidy(piece)
        cut = words if len(words) < left else clip(words, max(2, left))
        html += Markup("<mark>{}</mark>").format(cut) if label else escape(cut)
        left -= len(words)
        if left <= 0:
            break
    # Each piece is escaped already. It is sanitised all the same, because templates insert it as it is.
    return Markup(nh3.clean(html, tags={"mark"}, attributes={}))


def _pieces(text: str, highlights: Sequence[Highlight]) -> Iterator[tuple[str, bool]]:
    """The text in order, cut at the highlights: (piece, whether highlighted)."""
    at = 0
    # Of highlights that begin together the longest comes first, so that the others lie inside it and are skipped.
    for mark in sorted(highlights, key=lambda h: (h.start, -h.end)):
        start, end = max(at, mark.start), min(len(text), mark.end)
        if start >= end:
            continue
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def _view(quote: Quote, report: Report | None, link: Callable[[str], str], length: int) -> QuoteView:
    text = one_line(quote.text, length)
    article = report.article if report else None
    return QuoteView(
        text=Text(text, language_tag(article.language if article else None), direction(text)),
        html=marked(quote.text.strip(), _shifted(quote), length),
        source=one_line(article.source or article.publisher, 60) if article else "",
        url=link(article.url) if article else "",
    )


def _shifted(quote: Quote) -> tuple[Highlight, ...]:
    """Highlights for the text without its leading white space."""
    by = len(quote.text) - len(quote.text.lstrip())
    return tuple(Highlight(h.start - by, h.end - by, h.label) for h in quote.highlights)


def _passages(each: DigestStory) -> Iterator[Quote]:
    """The receipts' passages, fresh reports first: one of each publisher, then further ones.

    A title is not quoted, because it is the headline or stands with its source. The same words are quoted once.
    """
    # One quote of each publisher before a second of any: several voices say more than one at length.
    ranked = sorted(each.story.reports, key=lambda r: (r.article.id not in each.fresh, -r.match.score))
    turns: list[list[Quote]] = [[], []]
    publishers: set[str] = set()
    quoted = {_key(each.story.headline)}
    for report in ranked:
        publisher = (report.article.publisher or report.article.source).casefold()
        turn = turns[publisher in publishers]
        for passage in report.match.receipt.passages:
            if passage.where == "title" or _key(passage.text) in quoted:
                continue
            quoted.add(_key(passage.text))
            turn.append(Quote(report.article.id, passage.text, passage.highlights))
            publishers.add(publisher)
            turn = turns[1]
    yield from turns[0]
    yield from turns[1]


def _key(text: str) -> str:
    return tidy(text).strip().casefold()
