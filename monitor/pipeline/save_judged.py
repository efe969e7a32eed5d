"""Stores judgements, unless they are of what an article no longer says, or of what nobody had yet said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.model import Article, Match
from monitor.model.frozen import frozen
from monitor.store import articles, marks, page_edits, stories


@frozen
class Saved:
    """kept: what was stored. before: article id → its verdict until then. changed: ids of articles that were edited or
    marked since they were read, and wait to be judged again.
    """

    kept: list[tuple[Article, Match]]
    before: Mapping[int, str]
    changed: list[int]


def as_they_read(db: Connection, found: Sequence[Article]) -> list[Article]:
    """The articles with the words that their sources have put in place of others since."""
    changes = page_edits.of_articles(db, (each.id for each in found))
    if not changes:
        return list(found)
    from monitor.pages.as_edited import as_edited  # noqa: PLC0415 - 20 ms; nearly no article has any

    return [as_edited(each, changes.get(each.id, ())) for each in found]


def save(
    db: Connection,
    watch: str,
    found: Sequence[Article],
    marked: Mapping[int, bool],
    done: Sequence[tuple[Article, Match]],
    now: datetime,
) -> Saved:
    """Stores what was judged of the articles that were ``found`` (see `as_they_read`), by the marks that they had.

    A match that is none any more (the watch was edited) leaves its story, unless an edition has shown it.
    """
    read = {article.id: article for article in found}
    stored, said = as_they_read(db, articles.to_change(db, list(read))), marks.verdicts(db, watch)
    same = {each.id for each in stored if each == read[each.id] and said.get(each.id) == marked.get(each.id)}
    kept = [each for each in done if each[0].id in same]
    before = articles.verdicts(db, watch, list(read))
    articles.save_languages(db, [a for a, _ in kept if a.language != read[a.id].language])
    articles.save_matches(db, [(article.id, match) for article, match in kept], now)
    stories.drop(db, watch, [a.id for a, m in kept if before.get(a.id) == "match" and m.verdict != "match"])
    return Saved(kept, before, [each.id for each in stored if each.id not in same])
