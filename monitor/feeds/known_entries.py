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
from monitor.text.likeness import title_likeness, words_of

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
    last: feed → ids of the entries of its last body, where its present one has not one address or id of theirs.
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
    """fingerprint → stored entry, where a site has moved or has a new system: other addresses, other ids, and entries
    with the headlines of its last body, each with its date or its text.
    """
    feed = entries[0].feed_url if entries else ""
    last = [memory.known[number] for number in memory.last.get(feed, ()) if number in memory.known]
    if not last:
        return {}
    stored: dict[object, list[Known]] = {}
    for known in last:
        for mark in _marks(known.entry):
            stored.setdefault(mark, []).append(known)
    times = Counter(mark for entry in entries for mark in _marks(entry))
    found: dict[str, Known] = {}
    for entry in entries:
        alone = (stored[mark][0] for mark in _marks(entry) if times[mark] == 1 == len(stored.get(mark, ())))
        if (same := next(alone, None)) is not None:
            found[entry.fingerprint] = same
    once = Counter(known.id for known in found.values())
    found = {mark: known for mark, known in found.items() if once[known.id] == 1}
    return found | _corrected(entries, last, found) if len(found) >= TOGETHER else {}


def _corrected(entries: Sequence[Entry], last: Sequence[Known], found: Mapping[str, Known]) -> dict[str, Known]:
    """The same for the others, whose headline was corrected on the way: by a moment that only one of each has."""
    taken = {known.id for known in found.values()}
    times = Counter(entry.published for entry in entries)
    moments = Counter(known.entry.published for known in last)
    waiting = {known.entry.published: known for known in last if known.id not in taken}
    pairs = ((entry, waiting.get(entry.published)) for entry in entries if entry.fingerprint not in found)
    return {
        entry.fingerprint: known
        for entry, known in pairs
        if known and entry.published and times[entry.published] == moments[entry.published] == 1
        if title_likeness(entry.title, known.entry.title) == "alike"
    }


def _marks(entry: Entry) -> list[object]:
    """What tells an entry from the others of its feed, beside its id and address."""
    title, text = words_of(entry.title), words_of(entry.content)
    return [(title, other) for other in (entry.published, text) if title and other]


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
