"""Which entries are new: every story of a feed is taken once, whatever the feed does to its ids, links and dates.

An entry has several keys, and is known when one of them is. No single mark is trusted by itself:

* ``l`` the normalised link, for all feeds together: guid changes, tracking parameters, http and https, AMP, mobile
  and the same article in several feeds. Not given for a front page, nor for a link that entries with different
  titles of one body share (the feed's links are no identities then).
* ``d`` the feed's id with the published time: the slug and the headline were edited.
* ``i`` the feed's id with the title: the link moved and the date was renewed.
  Neither is given for an id that entries with different links or titles of one body share. An id that comes back
  with another link, another title and another date is another story: feeds do use one id for everything.
* ``c`` title, publisher, day and first words, within the feed: link and id both changed (the site moved).
* ``t`` title, publisher and first words, only where there is neither a usable link nor an id.

An entry with a known key is not new and its unknown keys should be stored too, so that a chain of changes stays
one story. Pure: what is known is given.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.model import Entry
from monitor.text.urls import is_front_page, normalise_url

_WORDS = 160  # characters of the text that count as its first words
_SAYING = 12  # a shorter title ("Live", "Video") says nothing by itself
_TAG = re.compile(r"<[^<>]*>?")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Changes:
    """new: to be taken, each with its keys. known: seen before, with keys that may be new to the store."""

    new: tuple[Entry, ...]
    known: tuple[Entry, ...]


def entry_keys(entry: Entry, *, trust_id: bool = True, trust_link: bool = True) -> tuple[str, ...]:
    """The keys of one entry, most trusted first: a letter for the kind and 24 hexadecimal digits."""
    link = normalise_url(entry.link) if entry.link and trust_link else ""
    return _keys(entry, link, _folded(entry.title), trust_id)


def _keys(entry: Entry, link: str, title: str, trust_id: bool) -> tuple[str, ...]:
    if link and is_front_page(link):
        link = ""
    keys = [_key("l", link)] if link else []
    feed = entry.feed_url
    published = entry.published.isoformat() if entry.published else ""
    if entry.id and trust_id:
        if published:
            keys.append(_key("d", feed, entry.id, published))
        keys.append(_key("i", feed, entry.id, title))
    words = _folded(html.unescape(_TAG.sub(" ", entry.content[: 4 * _WORDS]))[:_WORDS])
    if published and (words or len(title) >= _SAYING):
        keys.append(_key("c", feed, title, entry.publisher, published[:10], words))
    if not link and not (entry.id and trust_id):
        keys.append(_key("t", feed, title, entry.publisher, words))
    return tuple(keys)


def with_keys(entries: Sequence[Entry], feed_url: str | None = None) -> tuple[Entry, ...]:
    """The entries of one body with their keys, in order; exact repeats within the body are left out.

    feed_url: the address the feed is listed under, set on the entries. It is part of most keys, so give it where
    the body may have come from another (a redirect), or a moved feed would bring everything again.
    """
    if feed_url is not None and any(entry.feed_url != feed_url for entry in entries):
        entries = [replace(entry, feed_url=feed_url) for entry in entries]
    titles = [_folded(entry.title) for entry in entries]
    links = [normalise_url(entry.link) if entry.link else "" for entry in entries]
    # What tells two stories apart besides the id: the link, else the title.
    ids = [entry.id for entry in entries]
    shared_ids = _shared(ids, [link or title for link, title in zip(links, titles, strict=True)])
    shared_links = _shared(links, titles)
    kept, seen = [], set[str]()
    for entry, link, title in zip(entries, links, titles, strict=True):
        keys = _keys(entry, "" if link in shared_links else link, title, entry.id not in shared_ids)
        if seen.isdisjoint(keys):
            kept.append(replace(entry, keys=keys))
        seen.update(keys)
    return tuple(kept)


def new_entries(entries: Iterable[Entry], known: Container[str]) -> Changes:
    """Sort entries that have their keys (`with_keys`) into new and known; ``known`` holds the store's keys."""
    new: list[Entry] = []
    old: list[Entry] = []
    for entry in entries:
        (old if any(key in known for key in entry.keys) else new).append(entry)
    return Changes(tuple(new), tuple(old))


def _shared(identities: list[str], of: list[str]) -> set[str]:
    """The identities that stand for more than one thing."""
    if len(set(identities)) == len(identities):
        return set()
    things: dict[str, set[str]] = defaultdict(set)
    for identity, thing in zip(identities, of, strict=True):
        if identity:
            things[identity].add(thing)
    return {identity for identity, several in things.items() if len(several) > 1}


def _folded(text: str) -> str:
    """Letters and digits only, without case. Apart from `monitor.text.fold`, whose tables may grow: keys are stored."""
    words: list[str] = []
    for word in unicodedata.normalize("NFKC", text).casefold().split():
        if word.isalnum():
            words.append(word)
        else:
            words += _WORD.findall(word)
    return " ".join(words)


def _key(kind: str, *parts: str) -> str:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return kind + hashlib.blake2b(data, digest_size=12).hexdigest()
