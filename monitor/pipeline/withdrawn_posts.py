"""Posts that a channel has taken back: missing between two that it still shows. What was stored of them stays.

One that was gone and is seen again was hidden for a while, or left out by a slip of the server: it is back.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.feeds.entry_keys import id_key
from monitor.feeds.parse.channel import missing_posts
from monitor.model import Entry
from monitor.store import entries, page_edits
from monitor.text.redact import shown_address

log = logging.getLogger(__name__)


def note_withdrawn(db: Connection, feed_url: str, seen: Sequence[Entry], now: datetime) -> int:
    """Stores once that posts which are missing among ``seen`` are gone, and that others are back; how many are gone."""
    _note_returned(db, feed_url, seen, now)
    missing = missing_posts(seen)
    if not missing:
        return 0
    articles = _articles_of(db, {id_key(feed_url, each) for each in missing})
    new = sorted(set(articles) - page_edits.taken_down(db, articles))
    for article in new:
        page_edits.add(db, article, [("gone", "", "")], now)
    if new:
        log.info("%d posts of %s were taken back; what was stored of them stays", len(new), shown_address(feed_url))
    return len(new)


def _note_returned(db: Connection, feed_url: str, seen: Sequence[Entry], now: datetime) -> None:
    articles = _articles_of(db, {id_key(feed_url, each.id) for each in seen if each.id})
    back = sorted(page_edits.taken_down(db, articles))
    for article in back:
        page_edits.add(db, article, [("back", "", "")], now)
    if back:
        log.info("%d posts of %s that were taken back are there again", len(back), shown_address(feed_url))


def _articles_of(db: Connection, keys: set[str]) -> Sequence[int]:
    stored = {number for _, number, _ in entries.owners(db, keys)} if keys else set()
    return list(entries.articles_of(db, stored)) if stored else []
