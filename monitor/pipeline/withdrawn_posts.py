"""Posts that a channel has taken back: missing between two that it still shows. What was stored of them stays.

One that was gone and is seen again was hidden for a while, or left out by a slip of the server: it is back. One whose
words are gone while its picture stays was edited.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from monitor.feeds.entry_keys import id_key
from monitor.feeds.parse.channel import missing_posts
from monitor.model import ParsedFeed
from monitor.pages.as_edited import as_edited
from monitor.store import articles, entries, page_edits
from monitor.text.posts import post_address
from monitor.text.redact import shown_address
from monitor.text.urls import normalise_url

log = logging.getLogger(__name__)


def note_withdrawn(db: Connection, feed_url: str, seen: ParsedFeed, now: datetime) -> int:
    """Stores once that posts which are missing among those ``seen`` are gone, how many that are, that others are back,
    and of which the words were taken out or put in again.
    """
    worded = [entry.id for entry in seen.entries if entry.id]
    _note_returned(db, feed_url, [*worded, *seen.wordless], now)
    _note_words(db, feed_url, worded, now, there=True)
    _note_words(db, feed_url, seen.wordless, now, there=False)
    missing = _articles_of(db, feed_url, missing_posts(seen.entries, seen.wordless))
    new = sorted(missing - page_edits.taken_down(db, missing))
    for article in new:
        page_edits.add(db, article, [("gone", "", "")], now)
    if new:
        log.info("%d posts of %s were taken back; what was stored of them stays", len(new), shown_address(feed_url))
    return len(new)


def _note_returned(db: Connection, feed_url: str, ids: Collection[str], now: datetime) -> None:
    back = sorted(page_edits.taken_down(db, _articles_of(db, feed_url, ids)))
    for article in back:
        page_edits.add(db, article, [("back", "", "")], now)
    if back:
        log.info("%d posts of %s that were taken back are there again", len(back), shown_address(feed_url))


def _note_words(db: Connection, feed_url: str, ids: Collection[str], now: datetime, *, there: bool) -> None:
    """Stores that posts have no words any more, or (there) have again those that they had. Other words are an edit."""
    found = _articles_of(db, feed_url, ids, settled_at=now if there else None)
    changes = page_edits.of_articles(db, found)
    for stored in articles.get(db, sorted(changes if there else found)):
        known = changes.get(stored.id, ())
        text = as_edited(stored, known).text
        if text and not there:
            page_edits.add(db, stored.id, [("text", text, "")], now)
        elif there and stored.text and not text:
            words = next(each.before for each in reversed(known) if each.kind == "text" and not each.after)
            page_edits.add(db, stored.id, [("text", "", words)], now)


def _articles_of(db: Connection, feed_url: str, ids: Collection[str], settled_at: datetime | None = None) -> set[int]:
    """The articles that were made of posts, and what was made of them before they were rewritten.

    settled_at: leaves out posts that were edited and wait to be read then.
    """
    if not ids:
        return set()
    stored = {number for _, number, _ in entries.owners(db, {id_key(feed_url, each) for each in ids})}
    waiting = entries.still_waits(db, list(stored), settled_at) if settled_at and stored else set()
    first = articles.at_keys(db, [normalise_url(post_address(each)) for each in ids])
    own = {article.id for article in first.values() if article.feed_url == feed_url}
    return own | set(entries.articles_of(db, stored - waiting).values())
