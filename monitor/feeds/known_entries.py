"""What is stored of the entries that a body may bring again, and whether the ids of a feed can be believed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from monitor.feeds.entry_keys import address_of
from monitor.model import Entry
from monitor.model.frozen import frozen
from monitor.text.likeness import text_likeness, title_likeness, words_of

CROWD = 200  # stored entries from which an id or an address tells nothing, where another of them does
FEW_WORDS = 4  # of an entry, from which it is known by them
TOGETHER = 2  # entries that say what others said before, from which a site has moved all of them
FEW = 12  # stored entries up to which a headline or a date leads to them


@frozen
class Known:
    """An entry as it is stored. taken: when it was stored, or edited last, or the edit that was put off is due.

    edited: whether it was edited since it was stored.
    """

    id: int
    entry: Entry
    taken: datetime
    edited: bool = False


@dataclass(slots=True)
class Memory:
    """What is stored, as far as the entries at hand share a key with it.

    ids: key → ids of entries. fingerprints: fingerprint → id, which is enough of an entry that is unchanged. known:
    id → entry, for the others. Entries taken in the same transaction are added, so that a later feed meets them.
    last: feed → ids of entries that have left it, where others may be the same under other addresses and ids.
    """

    ids: dict[str, set[int]] = field(default_factory=dict)
    fingerprints: dict[str, int] = field(default_factory=dict)
    known: dict[int, Known] = field(default_factory=dict)
    last: dict[str, frozenset[int]] = field(default_factory=dict)

    def add(self, known: Known) -> None:
        """Remembers an entry under its keys, in place of what was remembered under its id."""
        self.known[known.id] = known
        self.fingerprints[known.entry.fingerprint] = known.id
        for key in known.entry.keys:
            self.ids.setdefault(key, set()).add(known.id)

    def led_to(self, keys: Iterable[str]) -> set[int]:
        """The ids of the entries that share a key.

        A key that leads to a crowd is asked only where none leads to less; a headline or a date leads to a few or to
        none.
        """
        found = [owners for key in keys if (owners := self.ids.get(key)) and (key[0] not in "hd" or len(owners) <= FEW)]
        telling = [owners for owners in found if len(owners) < CROWD]
        return {*chain.from_iterable(telling or found)}

    def candidates(self, entry: Entry) -> list[Known]:
        """The stored entries that share a key with ``entry``, each once, the oldest first."""
        # Nothing is found for nearly all entries of a first poll.
        return [self.known[id] for id in sorted(self.led_to(entry.keys)) if id in self.known]


def ids_are_renewed(entries: Sequence[Entry], memory: Memory) -> bool:
    """Whether a feed makes new ids at every poll: it brings addresses that are known, or without any address words that
    are, and not one known id.
    """
    ids = [
        not entry.is_read or any(memory.ids.get(key) for key in entry.keys if key[0] == "g")
        for entry in entries
        if entry.id
    ]
    if len(ids) < 2 or any(ids):
        return False
    known = {key for entry in entries for key in entry.keys if key[0] in "lt" and memory.ids.get(key)}
    return 2 * sum(not known.isdisjoint(entry.keys) for entry in entries) >= len(entries) and len(known) > 1


def at_other_places(entries: Sequence[Entry], memory: Memory, unchanged: Set[int]) -> dict[str, Known]:
    """fingerprint → stored entry, where ids are places in a list: what had one id has another, and the id is taken.

    Only word for word: under a repeated headline, another date is another thing.
    """
    changed = [each for each in entries if each.id and each.fingerprint not in memory.fingerprints]
    if not any(memory.known and any(_with_id_of(each, memory)) for each in changed):
        return {}
    stored = {_said(known.entry): known for known in memory.known.values() if known.id not in unchanged}
    if not any(
        (known := stored.get(_said(entry))) and known.entry.id != entry.id and _tells(entry) for entry in changed
    ):
        return {}
    pairs = ((entry, stored.get(_said(entry))) for entry in changed)
    return {entry.fingerprint: known for entry, known in pairs if known and known.entry.feed_url == entry.feed_url}


def under_new_addresses(entries: Sequence[Entry], memory: Memory) -> dict[str, Known]:
    """fingerprint → stored entry, where a site has moved or has a new system: most entries that nobody knows by address
    or id have the headline and the moment of one that has left the feed.
    """
    last = memory.last.get(entries[0].feed_url, frozenset()) if entries else frozenset()
    left = [memory.known[number] for number in last if number in memory.known]
    if not left:
        return {}
    strangers = [entry for entry in entries if entry.is_read and not any(map(memory.ids.get, entry.keys))]
    times = Counter(map(_headline_of, strangers))
    stored: dict[object, list[Known]] = {}
    for known in left:
        stored.setdefault(_headline_of(known.entry), []).append(known)
    found = {}
    for entry in strangers:
        same = stored.get(_headline_of(entry), ())
        if len(same) == times[_headline_of(entry)] == 1 and _is_moved(entry, same[0].entry):
            found[entry.fingerprint] = same[0]
    if len(found) < max(TOGETHER, len(strangers) / 2):
        return {}
    return found | _corrected(strangers, left, found)


def _headline_of(entry: Entry) -> object:
    """What tells an entry from the others of its feed, beside its id and address."""
    return words_of(entry.title), entry.published or words_of(entry.content)


def _is_moved(entry: Entry, left: Entry) -> bool:
    """Whether nothing speaks against it: of a day alone there may be several notices under one headline."""
    text = text_likeness(entry.content, left.content)
    given = {seen.precision for seen in entry.dates if seen.moment == entry.published}
    return text == "same" or (text != "different" and not given.isdisjoint(("second", "minute")))


def _corrected(entries: Sequence[Entry], left: Sequence[Known], found: Mapping[str, Known]) -> dict[str, Known]:
    """The same for the others, whose headline was corrected on the way: by a moment that only one of each has."""
    taken = {known.id for known in found.values()}
    times = Counter(entry.published for entry in entries)
    moments = Counter(known.entry.published for known in left)
    waiting = {known.entry.published: known for known in left if known.id not in taken}
    pairs = ((entry, waiting.get(entry.published)) for entry in entries if entry.fingerprint not in found)
    return {
        entry.fingerprint: known
        for entry, known in pairs
        if known and entry.published and times[entry.published] == moments[entry.published] == 1
        if title_likeness(entry.title, known.entry.title) == "alike" and _is_moved(entry, known.entry)
    }


def _tells(entry: Entry) -> bool:
    """Whether an entry says enough to be known by its words."""
    return len(words_of(f"{entry.title} {entry.content}")) >= FEW_WORDS


def _with_id_of(entry: Entry, memory: Memory) -> Iterator[Known]:
    """The stored entries of an entry's id under another headline."""
    owners = memory.ids.get(entry.keys[0], ()) if entry.keys[0][0] == "g" else ()
    for number in owners if len(owners) <= FEW else ():
        known = memory.known.get(number)
        if known and title_likeness(known.entry.title, entry.title) != "same":
            yield known


def _said(entry: Entry) -> object:
    """What an entry says, word for word, and where and when."""
    return words_of(entry.title), words_of(entry.content), entry.published, address_of(entry)
