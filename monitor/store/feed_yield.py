"""What each feed brought: the matches and stories that came by it, and those that no other feed carried."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.model.frozen import frozen
from monitor.store import schema


@frozen
class Yield:
    """What a feed brought, of all that is stored. reports: articles in stories. stories: those it has a report of.

    alone: of these, the ones of which no other feed has a report; the lowest numbers of stories first.
    """

    reports: int
    stories: int
    alone: tuple[int, ...]


def of_feeds(db: sa.Connection) -> dict[str, Yield]:
    """Address of a feed → what it brought; a feed without a report in any story is not there.

    An article that several feeds listed counts for each of them.
    """
    grouped, entry = schema.story_articles.c, schema.entries.c
    of = entry.article_id == grouped.article_id
    if db.dialect.name == "postgresql":
        # Asked for each report: for a join it reads the entries of all articles.
        each = sa.select(entry.feed_url).where(of).offset(0).lateral()
        joined, feed_url = schema.story_articles.join(each, sa.true()), each.c.feed_url
    else:
        joined, feed_url = schema.story_articles.join(schema.entries, of), entry.feed_url
    # A feed may have listed an article twice: the sets below take it once, sooner than the database would.
    carried = sa.select(grouped.story_id, feed_url, grouped.article_id).select_from(joined)
    feeds: dict[int, set[str]] = {}
    reports: dict[str, set[int]] = {}
    for story, feed, article in db.execute(carried).all():  # one by one they take three times as long
        feeds.setdefault(story, set()).add(feed)
        reports.setdefault(feed, set()).add(article)
    stories: dict[str, int] = {}
    alone: dict[str, list[int]] = {}
    for story, carriers in feeds.items():
        for feed in carriers:
            stories[feed] = stories.get(feed, 0) + 1
            if len(carriers) == 1:
                alone.setdefault(feed, []).append(story)
    return {
        feed: Yield(len(found), stories[feed], tuple(sorted(alone.get(feed, ())))) for feed, found in reports.items()
    }
