"""Posts that a channel has taken back: missing between two that it still shows. What was stored of them stays."""

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
    """Stores that posts which are missing among ``seen`` are gone, once for each; how many were found now.

    One that was gone and is seen again was hidden for a while, or left out by a slip of the server: it is gone no more.
    """
    _note_returned(db, feed_url, seen)
    missing = missing_posts(seen)
    if not missing:
        return 0
    stored = {number for _, number, _ in entries.owners(db, {id_key(feed_url, each) for each in missing})}
    articles = entries.articles_of(db, stored)
    known = page_edits.of_articles(db, articles)
    new = [each for each in articles if all(change.kind != "gone" for change in known.get(each, ()))]
    for article in new:
        page_edits.add(db, article, [("gone", "", "")], now)
    if new:
        log.info("%d posts of %s were taken back; what was stored of them stays", len(new), shown_address(feed_url))
    return len(new)


def _note_returned(db: Connection, feed_url: str, seen: Sequence[Entry]) -> None:
    shown = {number for _, number, _ in entries.owners(db, {id_key(feed_url, each.id) for each in seen if each.id})}
    back = page_edits.forget_gone(db, entries.articles_of(db, shown)) if shown else 0
    if back:
        log.info("%d posts of %s that were taken back are there again", back, shown_address(feed_url))
