"""What a watch would match in ordinary news: how broad it is, before there are stored articles to try it on."""

from __future__ import annotations

from monitor.match.matcher import Matcher
from monitor.model import Document
from monitor.topic.ordinary import ordinary_news


def ordinary_matches(matcher: Matcher) -> tuple[Document, ...]:
    """The shipped reports of ordinary news that ``matcher`` finds relevant."""
    return tuple(report for report in ordinary_news() if matcher.match(report).verdict == "match")
