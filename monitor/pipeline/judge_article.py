"""How one article stands against one watch: what the matcher finds, unless a person marked it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.model import Article, Match, Reason
from monitor.pipeline.documents import document_of
from monitor.text.language import detect_language, glimpse, primary

if TYPE_CHECKING:
    from monitor.match import Matcher


def judged(article: Article, matcher: Matcher, relevant: bool | None = None) -> tuple[Article, Match]:
    """The article as it was judged, and its match. relevant: how a person marked it, if at all.

    An article of the feed's text alone has the language that the feed declares. Detecting the real one takes longer
    than seeing that it names no side in any language, as most news does; so it is detected here, where it matters.
    """
    if article.partial:
        no = matcher.dismissed(document_of(article))
        if no and relevant is None:
            return _dismissed(article, no, matcher)
        article = replace(article, language=detect_language(f"{article.title}\n{article.text}", article.language))
    from monitor.match.in_language import judge  # noqa: PLC0415 - 30 ms; most polls judge nothing

    return article, as_marked(judge(document_of(article), matcher), relevant)


def _dismissed(article: Article, no: Match, matcher: Matcher) -> tuple[Article, Match]:
    """An article that names no side in any language that the watch reads, perhaps because it is in another."""
    guess = glimpse(f"{article.title}\n{article.text}", article.language)
    if guess.sure and guess.code != primary(article.language):
        article = replace(article, language=guess.code)
    return article, matcher.with_language(no, guess)


def as_marked(match: Match, relevant: bool | None) -> Match:
    """The match, with a person's mark on the article deciding."""
    if relevant is None:
        return match
    reason = Reason("marked", "right by a person" if relevant else "wrong by a person", 0.0)
    receipt = replace(match.receipt, reasons=(reason, *match.receipt.reasons), line=f"marked {reason.text}")
    return replace(match, verdict="match" if relevant else "no", receipt=receipt)
