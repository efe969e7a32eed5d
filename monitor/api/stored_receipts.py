"""The receipts of stored articles."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from monitor.api.base import UnknownError
from monitor.api.receipts import ExplainAnswer, explain_answer
from monitor.digest.corrections import report_as_it_reads_now
from monitor.match import Matcher
from monitor.pipeline.documents import document_of
from monitor.store import browse, page_edits, stories


def list_receipts(
    db: sa.Connection, matchers: Mapping[str, Matcher], number: int, watch: str = ""
) -> list[ExplainAnswer]:
    """Why a stored article matches each watch that has judged it, or one of them; best score first.

    Raises UnknownError where no such watch has judged it.
    """
    judged = [each.watch for each in browse.standings(db, [number]).get(number, []) if watch in ("", each.watch)]
    if not judged:
        raise UnknownError(f"no article {number} was judged{f' by {watch}' if watch else ''}")
    changes = page_edits.of_articles(db, [number])
    found = []
    for name in judged:
        for report in stories.reports(db, name, [number]):
            now, matcher = report_as_it_reads_now(report, changes), matchers.get(name)
            document = document_of(now.article)
            learned = matcher.learned_words(document) if matcher else ()
            found.append(explain_answer(document, now.match, learned, matcher.grounds(document) if matcher else None))
    return found
