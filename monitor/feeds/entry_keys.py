"""The keys by which an entry may be recognised, and the hash by which it is unchanged. Pure.

* ``g`` the feed's id of the entry, within the feed.
* ``l`` the normalised address, for all feeds together: tracking parameters, http and https, AMP and the same article
  in several feeds. Not given for a front page, which names no article.
* ``s`` site, path and query of the address, where the entry has no id of its own, or one that is a hash: the subdomain
  changes, or the id of the visit that some servers put into it.
* ``h`` headline and ``d`` date of such an entry, within the feed: its address is corrected, and its id with it. Many
  entries have them in common, so they count only while few do.
* ``i`` id and title, and ``t`` title and first words: only where the entry has no usable address; ``t`` of a search's
  hits, too, which have no text.

What shares a key may be the same; `monitor.feeds.identity` decides.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Entry
from monitor.text.sites import site_of
from monitor.text.urls import is_front_page, normalise_url, without_visit

_WORDS = 160  # characters of the text that count as its first words
_HASH = re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})", re.IGNORECASE)  # MD5, SHA-1, SHA-256
_TAG = re.compile(r"<[^<>]*>?")
_WORD = re.compile(r"[^\W_]+")


def with_keys(entries: Sequence[Entry], feed_url: str | None = None) -> tuple[Entry, ...]:
    """The entries of one body with their keys and fingerprints, in order; exact repeats are left out.

    feed_url: the address the feed is listed under, set on the entries. It is part of most keys, so give it where
    the body may have come from another (a redirect), or a moved feed would bring everything again.
    An entry that is known by its mark has its fingerprint and one key, and keeps them.
    """
    kept: dict[str, Entry] = {}
    for entry in entries:
        own = entry if feed_url in (None, entry.feed_url) else replace(entry, feed_url=feed_url)
        if not own.is_read:
            kept.setdefault(own.fingerprint, own)
            continue
        mark = fingerprint(own)
        if mark not in kept:
            kept[mark] = replace(own, keys=entry_keys(own), fingerprint=mark)
    return tuple(kept.values())


def entry_keys(entry: Entry) -> tuple[str, ...]:
    """The keys of one entry: a letter for the kind and 24 hexadecimal digits. They are stored, and never change.

    Their order has no meaning; an entry without id and address has one that is made of what it says.
    """
    link = address_of(entry)
    keys = [id_key(entry.feed_url, entry.id)] if entry.id else []
    if link:
        hit = [_said(entry)] if entry.publisher and not entry.content else []  # of a search, which makes new links
        return (*keys, _key("l", link), *_moving_keys(entry), *hit)
    said = _said(entry)
    return (*keys, _key("i", entry.feed_url, entry.id, folded(entry.title)), said) if entry.id else (said,)


def id_key(feed_url: str, id: str) -> str:
    """The key of the id that a feed gives an entry."""
    return _key("g", feed_url, id)


def _said(entry: Entry) -> str:
    words = folded(html.unescape(_TAG.sub(" ", entry.content[: 4 * _WORDS]))[:_WORDS])
    return _key("t", entry.feed_url, folded(entry.title), entry.publisher, words)


def address_keys(entry: Entry) -> tuple[str, ...]:
    """The key of the entry's address, if it has one: what the entries of all feeds at that address share."""
    return tuple(key for key in entry.keys or entry_keys(entry) if key[0] == "l")


def place_key(entry: Entry) -> str:
    """The key of the address of an entry that has its keys, else that of its id; "" where it has neither."""
    return next((key for kind in "lg" for key in entry.keys if key[0] == kind), "")


def stand_apart(entries: Sequence[Entry]) -> bool:
    """Whether those that were read can be told from the others of a body without knowing what these say: no two share
    an address or an id, and all have ids or none has.
    """
    places = {place_key(entry) for entry in entries if not entry.is_read}
    if not places or len(places) == len(entries):
        return True
    read = (place_key(entry) for entry in entries if entry.is_read)
    return places.isdisjoint(read) and len({bool(entry.id) for entry in entries}) == 1


def address_key(entry: Entry) -> str:
    """The key of an entry's address, "" where it has none. It need not have its keys."""
    if entry.keys:
        return next((key for key in entry.keys if key[0] == "l"), "")
    link = address_of(entry)
    return _key("l", link) if link else ""


def address_of(entry: Entry) -> str:
    """The normalised address of the entry's page, "" where it has none or only the site's front page."""
    link = normalise_url(entry.link) if entry.link else ""
    return "" if link and is_front_page(link) else link


def place_of(entry: Entry) -> str:
    """Registered site, path and query of an entry's page, "" where its id says more than its address.

    A hash may be of address and headline, and then changes with them.
    """
    address = address_of(entry)
    if not address or not (
        entry.id in ("", entry.link) or _HASH.fullmatch(entry.id) or normalise_url(entry.id) == address
    ):
        return ""
    path = normalise_url(without_visit(entry.link))[2:].partition("/")[2]
    return f"{site_of(entry.link)}/{path}"


def fingerprint(entry: Entry) -> str:
    """A hash of all that the feed says of an entry: while it stays the same, nothing about the entry has changed."""
    moments = (moment.isoformat() if moment else "" for moment in (entry.published, entry.updated))
    said = (entry.id, entry.link, entry.title, entry.content, entry.publisher, *moments)
    return _digest(entry.feed_url, *said, *filter(None, (entry.transcript,)))


def _moving_keys(entry: Entry) -> list[str]:
    """By what an entry is found whose id is its address, when that changes."""
    place = place_of(entry)
    if not place:
        return []
    keys = [_key("s", entry.feed_url, place), _key("h", entry.feed_url, folded(entry.title))]
    return [*keys, _key("d", entry.feed_url, entry.published.isoformat())] if entry.published else keys


def folded(text: str) -> str:
    """Letters and digits only, without case. Apart from `monitor.text.fold`, whose tables may grow: keys are stored."""
    words: list[str] = []
    for word in unicodedata.normalize("NFKC", text).casefold().split():
        if word.isalnum():
            words.append(word)
        else:
            words += _WORD.findall(word)
    return " ".join(words)


def _key(kind: str, *parts: str) -> str:
    return kind + _digest(*parts)


def _digest(*parts: str) -> str:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=12).hexdigest()
