"""What a watch would match in ordinary news: how broad it is, before there are stored articles to try it on."""

from __future__ import annotations

from itertools import groupby

from monitor.match.matcher import Matcher
from monitor.model import Document
from monitor.topic.ordinary import ordinary_news


def ordinary_matches(matcher: Matcher) -> tuple[Document, ...]:
    """The shipped reports of ordinary news that ``matcher`` finds relevant.

    Language by language, so that what it finds words with is held for one of them at a time.
    """
    reports, found = ordinary_news(), set[str]()
    for _, of_language in groupby(sorted(reports, key=_language), _language):
        found.update(report.id for report in of_language if matcher.match(report).verdict == "match")
        matcher.forget_texts()
    return tuple(report for report in reports if report.id in found)


def _language(report: Document) -> str:
    return report.language or ""
