"""What a watch would find among articles, stored or given, before it is in force. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from monitor.match.uncertain import Tried
from monitor.model import Document, Match
from monitor.model.frozen import frozen
from monitor.pipeline.documents import document_of
from monitor.pipeline.judge_article import judged
from monitor.store import Store, articles, marks

if TYPE_CHECKING:
    from monitor.match import Matcher

_BATCH = 200  # articles read together: no transaction stays open while they are judged
_DAY = timedelta(days=1)


@frozen
class Outlook:
    """articles: how many were judged; matches: how many of them the watch would find. tried: those that score at all.

    per_day: matches a day that the feeds can be expected to bring, None where that is unknown. days: of the archive
    that this is counted on. whole: no article of the time was left out.
    """

    articles: int
    matches: int
    tried: tuple[Tried, ...]
    per_day: float | None = None
    days: float = 0.0
    whole: bool = True


def over_documents(matcher: Matcher, documents: Iterable[Document]) -> Outlook:
    """What the watch would find among ``documents``."""
    count, found = 0, []
    for document in documents:
        count += 1
        match = matcher.match(document)
        if match.score > 0 or match.verdict == "match":
            found.append(_tried(document, match))
    return Outlook(count, sum(one.verdict == "match" for one in found), tuple(found))


def over_archive(
    store: Store,
    watch: str,
    matcher: Matcher,
    since: datetime,
    *,
    most: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> Outlook:
    """What the watch would find among the articles fetched since ``since``, or the newest ``most`` of them.

    go_on: called before each batch, the newest first; it ends where that returns False. What a person has marked
    counts as marked.
    """
    with store.read() as db:
        every = articles.ids_since(db, since)
        answers = marks.verdicts(db, watch)
        days, a_day = _volume(db, since)
    ids = every[:most]
    count, found = 0, []
    for start in range(0, len(ids), _BATCH):
        if not go_on():
            break
        with store.read() as db:
            batch = articles.get(db, ids[start : start + _BATCH])
        for article in batch:
            relevant = answers.get(article.id)
            read, match = judged(article, matcher, relevant)
            if match.score > 0 or match.verdict == "match":
                found.append(_tried(document_of(read), match, answered=relevant is not None))
        count += len(batch)
    matches = sum(one.verdict == "match" for one in found)
    per_day = a_day * matches / count if count else None
    return Outlook(count, matches, tuple(found), per_day, days, whole=count == len(every))


def stored_documents(store: Store, ids: Sequence[str]) -> list[Document]:
    """The stored articles with these ids."""
    with store.read() as db:
        return [document_of(article) for article in articles.get(db, [int(each) for each in ids])]


def _volume(db: Connection, since: datetime) -> tuple[float, float]:
    """(days of the archive, articles a day in them).

    The first poll of a feed brings what it has published long before, so only what was published since the archive
    began counts; of an archive that is younger than a day, what was published on its last day.
    """
    first, last = articles.fetched_between(db, since)
    if first is None or last is None:
        return 0.0, 0.0
    start = min(first, last - _DAY)
    days = (last - start) / _DAY
    return days, articles.count_seen(db, start) / days


def _tried(document: Document, match: Match, *, answered: bool = False) -> Tried:
    return Tried(
        document.id, document.title, document.url, document.language, match.score, match.verdict, match.receipt.line,
        answered,
    )  # fmt: skip
