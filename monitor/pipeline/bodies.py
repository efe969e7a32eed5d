"""What a feed brought, and what became of it: known without loading what reads and compares entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from monitor.model import Article, Entry, Feed, KnownItem, ParsedFeed
from monitor.model.frozen import frozen
from monitor.store.subjects import EDITS, Subject, articles_at
from monitor.text.posts import is_post


@frozen
class Body:
    """What a feed brought. archived: fingerprint → article of an entry too old to be news (see `ReadFeed`).

    skipped: entries of the body that are not among these, by reason (see `ReadFeed`).
    known_before: the feed was read before this poll. known: mark → item, by which entries are known that were not read.
    """

    feed: Feed
    entries: Sequence[Entry] = ()
    archived: Mapping[str, Article] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    known_before: bool = True
    known: Mapping[bytes, KnownItem] = field(default_factory=dict)


def subjects_of(entries: Sequence[Entry]) -> Sequence[Subject]:
    """What storing them decides on: what is at their addresses, and whether posts are there still."""
    here = articles_at(entry.link for entry in entries if entry.is_read)
    return (here, EDITS) if any(is_post(entry.link) for entry in entries) else (here,)


def lists_posts(parsed: ParsedFeed) -> bool:
    """Whether a body is a channel's page, on which posts can be missed."""
    return bool(parsed.wordless or (parsed.entries and is_post(parsed.entries[0].link)))


@frozen
class Taken:
    """What became of the entries of one body. older: those of ``new`` that are of the feed's archive, and no
    news: their pages are not read.
    """

    new: int = 0
    edited: int = 0
    older: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)  # entries that were not taken, by reason
