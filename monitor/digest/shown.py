"""What an edition shows, as the rows that the store keeps of it. Pure.

The store remembers each article an edition showed, and later editions do not show it as new again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.model import DigestStory, Edition, Report

Row = tuple[str, int, int | None]
"""(watch, article id, story id); no story for a near miss."""


def story_rows(shown: Sequence[DigestStory]) -> list[Row]:
    """A row for every article of these stories, fresh or not."""
    return [(each.story.watch, r.article.id, each.story.id) for each in shown for r in each.story.reports]


def near_miss_rows(near_misses: Iterable[Report]) -> list[Row]:
    """A row for every near miss, in the order of the articles' ids."""
    rows: set[Row] = {(report.match.watch, report.article.id, None) for report in near_misses}
    return sorted(rows, key=lambda row: row[1])


def fresh_in(edition: Edition) -> set[tuple[str, int, str]]:
    """(watch, article id, role) of what the edition shows for the first time; the role is "story" or "near"."""
    listed = (*edition.stories, *edition.more)
    fresh = {(each.story.watch, article, "story") for each in listed for article in each.fresh}
    return fresh | {(r.match.watch, r.article.id, "near") for r in edition.near_misses}
