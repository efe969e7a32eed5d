"""What a feed changed about an entry that is known. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from monitor.feeds.additions import without_additions
from monitor.feeds.entry_keys import address_of, fingerprint
from monitor.feeds.known_entries import FEW_WORDS
from monitor.model import Entry
from monitor.pages.edits import sentences_of
from monitor.pages.feed_text import feed_text
from monitor.text.likeness import numbers_of, title_likeness, words_of
from monitor.text.sanitize import strip_tags
from monitor.text.urls import normalise_url, without_visit

Change = Literal["title", "text", "figures", "date", "modified", "id", "link", "transcript", "feed"]


def changes_of(entry: Entry, stored: Entry) -> frozenset[Change]:
    """What a feed changed about an entry."""
    redated = entry.published != stored.published
    retitled = title_likeness(entry.title, stored.title) not in ("same", "unknown")
    # A toll or "(3 replies)"; with another date it may be the next number of a bulletin.
    counted = retitled and not redated and _without_figures(entry.title) == _without_figures(stored.title)
    found: list[tuple[Change, bool]] = [
        ("title", retitled and not counted),
        ("text", _text_changed(entry, stored)),
        ("figures", counted or _figures_changed(entry, stored)),
        ("date", redated),
        ("modified", entry.updated != stored.updated),
        ("id", without_visit(entry.id) != without_visit(stored.id) and bool(stored.id)),
        ("link", _page_of(entry) != _page_of(stored)),
        ("transcript", entry.transcript != stored.transcript),
    ]
    return frozenset(name for name, changed in found if changed)


def _page_of(entry: Entry) -> str:
    """Its page, without the id that a server gives each visit."""
    return normalise_url(without_visit(entry.link)) if address_of(entry) else ""


def _text_changed(entry: Entry, stored: Entry) -> bool:
    """By words, without numbers: counters of views and comments are no edits. Nor is a line that a feed begins to add
    to every entry, such as "The post ... appeared first on ...".
    """
    if not stored.content and _is_hash_of(stored, entry.content):  # of an entry too old to be news no text is stored
        return False
    before = without_additions(stored.content)
    if _without_figures(entry.content) == _without_figures(before) or _is_cut(entry.content, before):
        return False
    return _without_figures(feed_text(entry.content)) != _without_figures(feed_text(before))  # what is judged


def _is_cut(text: str, before: str) -> bool:
    """Whether a text is the beginning of what was said before, broken off at another place: nothing was taken back."""
    if not strip_tags(text).rstrip(" ]").endswith(("...", "…")):
        return False
    words = words_of(text)[:-1]  # the last one may be half a word
    return len(words) >= FEW_WORDS and words == words_of(before)[: len(words)]


def _without_figures(text: str) -> str:
    return re.sub(r"\d+", "", " ".join(words_of(text)))


def _figures_changed(entry: Entry, stored: Entry) -> bool:
    """Whether a sentence has other numbers, and is no counter of views or time of an update."""
    before = without_additions(stored.content)
    if not before or numbers_of(words_of(entry.content)) == numbers_of(words_of(before)):
        return False
    return _sentence_keys(entry.content) != _sentence_keys(before)


def _sentence_keys(content: str) -> set[str]:
    return {each.key for each in sentences_of(feed_text(content))}


def _is_hash_of(stored: Entry, content: str) -> bool:
    """Whether the stored fingerprint is that of an entry with this text, or there is none to say."""
    return stored.fingerprint in ("", fingerprint(replace(stored, content=content)))
