"""How one article stands against one watch: what the matcher finds, unless a person marked it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.model import Article, Match, Reason
from monitor.pipeline.documents import document_of
from monitor.text.language import detect_language

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
            return article, no
        article = replace(article, language=detect_language(f"{article.title}\n{article.text}", article.language))
    return article, _as_marked(matcher.match(document_of(article)), relevant)


def _as_marked(match: Match, relevant: bool | None) -> Match:
    """The match, with a person's mark on the article deciding."""
    if relevant is None:
        return match
    reason = Reason("marked", "right, says a person" if relevant else "wrong, says a person", 0.0)
    receipt = replace(match.receipt, reasons=(reason, *match.receipt.reasons), line=f"marked {reason.text}")
    return replace(match, verdict="match" if relevant else "no", receipt=receipt)
