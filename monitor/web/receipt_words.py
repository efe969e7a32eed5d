"""The words of an article behind each amount of its receipt, worked out again for the page of one story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

from monitor.match import Matcher
from monitor.match.grounds import Grounds
from monitor.model import Document, Report
from monitor.pipeline.documents import document_of
from monitor.render.plain import one_line
from monitor.text.visual_order import with_isolated_words
from monitor.web.story_views import ReportView

_EXPLAINED = 12  # reports of a page, at a millisecond or two each; for others there is `monitor explain`
_KEPT = 1000  # articles of a watch whose words are kept: a page that is opened again looks for none
_kept: WeakKeyDictionary[Matcher, dict[Document, Grounds | None]] = WeakKeyDictionary()


def grounds_of(matcher: Matcher, document: Document) -> Grounds | None:
    """`Matcher.grounds`, kept while the watch is as it is and the article reads as it does."""
    known = _kept.setdefault(matcher, {})
    try:
        return known[document]
    except KeyError:
        if len(known) >= _KEPT:
            known.clear()
        found = known[document] = matcher.grounds(document)
        return found  # and not what stands there now: another page's thread may have emptied it


def with_words(
    views: Iterable[ReportView], reports: Mapping[int, Report], matcher: Matcher | None
) -> tuple[ReportView, ...]:
    """The views of the first reports with what they hold in sentences and, where the watch judged them as it is now,
    with the words behind each amount.

    reports: by the id of the article. matcher: of the watch, None where it is gone.
    """
    return tuple(
        _with_words(view, reports[view.id], matcher) if matcher and number < _EXPLAINED and view.id in reports else view
        for number, view in enumerate(views)
    )


def _with_words(view: ReportView, report: Report, matcher: Matcher) -> ReportView:
    grounds = grounds_of(matcher, document_of(report.article))
    plain = tuple(with_isolated_words(one_line(sentence, 400)) for sentence in grounds.plain) if grounds else ()
    # What another version weighed is not known any more; what the article holds is.
    words = grounds.words if grounds and report.match.receipt.profile == matcher.version else {}
    return replace(
        view,
        plain=plain,
        reasons=tuple(
            replace(reason, words=tuple(one_line(word, 60) for word in words.get(reason.text, ())))
            for reason in view.reasons
        ),
    )
