"""Which entries are new, which are edited and which are known: no report is lost, and none is taken twice. Pure.

No single mark is trusted by itself. Feeds give one id to everything, one address to everything, the same headline twice
a day, and new ids at every poll. So a stored entry that shares a key (see `monitor.feeds.entry_keys`) is only a
*candidate*; what the two say decides.

An address or an id identifies only while it names one thing. Two entries of one body are one only where nothing tells
them apart; a stored entry whose headline, text, date, id or address changed is *edited*: its page is read again. What
joins wrongly is still not lost, because `monitor.pages.versions` compares the texts before one replaces another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.feeds.additions import says_more
from monitor.feeds.entry_changes import Change, changes_of
from monitor.feeds.entry_keys import address_key, address_of
from monitor.feeds.known_entries import Known, Memory, at_other_places, ids_are_renewed, under_new_addresses
from monitor.feeds.same_entry import (
    each_adds,
    is_another_report,
    is_listed_anew,
    is_moved,
    is_repeat,
    is_same,
    is_same_elsewhere,
)
from monitor.model import Entry
from monitor.model.frozen import frozen
from monitor.text.likeness import (
    begins_with,
    text_likeness,
    title_likeness,
    words_of,
)
from monitor.text.urls import normalise_url

Verdict = Literal["new", "edited", "unchanged", "repeated", "other-feed", "volatile", "edited-lately"]

REASONS: tuple[Verdict, ...] = ("unchanged", "repeated", "other-feed", "volatile", "edited-lately")  # for not taking
# For which an entry is stored as the body has it. What is another's or a repeat may be taken next time.
SETTLED: frozenset[Verdict] = frozenset({"new", "edited", "unchanged", "volatile", "edited-lately"})
WEAK: frozenset[Change] = frozenset({"date", "modified", "id", "link"})  # changes that feeds also make for no reason
HABITUAL = WEAK | {"figures"}  # what some feeds change at every poll
REISSUED: frozenset[Change] = frozenset({"id", "date"})  # both at once: maybe another thing at a standing address
REST = timedelta(hours=6)  # after an edit, for which a weak change alone does not have the page read again
HABIT = 3  # entries of one body with weak changes alone, from which they are the feed's habit and no edits


@frozen
class Decision:
    """What is to be done with one entry of a body. known: the stored entry that it is, where one is changed by it.

    moved: its address was corrected, and its id with it. adds: another feed of its outlet says more of it.
    """

    entry: Entry
    verdict: Verdict
    known: Known | None = None
    changes: frozenset[Change] = frozenset()
    moved: bool = False
    adds: bool = False


def is_shared_address(entry: Entry, taken: datetime, others: Iterable[Known]) -> bool:
    """Whether an address stands for several things: entries of one feed have it that are several things, or entries of
    other feeds with other texts under other headlines.

    taken: when the entry was stored; entries that were stored at one moment came together.
    """
    for each in others:
        other = each.entry
        if entry.feed_url == other.feed_url:
            if _are_two(entry, other, together=taken == each.taken):
                return True
        elif text_likeness(entry.content, other.content) == title_likeness(entry.title, other.title) == "different":
            return True
    return False


def _are_two(one: Entry, other: Entry, *, together: bool) -> bool:
    """Whether entries of one feed that share an address are two things: by text, or by ids that say more than it."""
    title, text = title_likeness(one.title, other.title), text_likeness(one.content, other.content)
    if text == "different":
        return True
    cut = begins_with(one.content, other.content) or begins_with(other.content, one.content)
    if not one.id and not other.id:
        other_words = text == "unknown" and each_adds(one.title, other.title)
        apart = title == "different" or (text == "alike" and not cut) or other_words
        return apart and (together or (text == "alike" and is_another_report(one, other)))
    if one.id == other.id or address_of(one) in (normalise_url(one.id), normalise_url(other.id)):
        return False
    return title == "different" or (text == "alike" and not cut) or (together and "alike" in (title, text))


def decide(
    entries: Sequence[Entry],
    memory: Memory,
    now: datetime,
    *,
    rank: Callable[[Entry], int] = lambda _: 1,
    voice: Callable[[Entry], str] = lambda _: "",
) -> list[Decision]:
    """What to do with each entry of one body (made by `with_keys`), in order.

    rank: how near a feed is to the article: 0 for a search feed, 2 for a feed of the article's own site, 1 for any
    other. A feed that is nearer takes over the entry of one that is farther, whichever was read first.
    voice: whose words an entry has. What another outlet says of an article is an entry of its own.
    A stored entry is at most one entry of a body. Those that are unchanged are set aside first.
    """
    body = _Body(entries, memory)
    decisions: list[Decision] = []
    for entry in entries:
        decision = _decide(entry, memory, body, rank, voice)
        if decision.known:
            body.set_aside.add(decision.known.id)
        if decision.verdict == "new":
            body.siblings.add(entry)
        decisions.append(decision)
    habit = _is_habit(decisions)
    return [_settled(decision, now, habit=habit) for decision in decisions]


class _Siblings:
    """Entries of one body by what `is_repeat` looks at, so that ten thousand are not each compared with all others."""

    def __init__(self) -> None:
        self._texts: dict[object, dict[tuple[str, ...], list[Entry]]] = {}
        self._waiting: dict[str, list[Entry]] = {}  # at an address where no other was looked for yet

    def add(self, entry: Entry) -> None:
        self._waiting.setdefault(_Siblings._bucket(entry), []).append(entry)

    def like(self, entry: Entry) -> Iterator[Entry]:
        """The entries that may repeat this one: at its address, with its headline, and its text or none."""
        bucket = _Siblings._bucket(entry)
        if bucket not in self._waiting:  # nearly every entry: its words are not read
            return
        for each in self._waiting[bucket]:
            self._texts.setdefault(_Siblings._place(each), {}).setdefault(words_of(each.content), []).append(each)
        self._waiting[bucket] = []
        texts = self._texts.get(_Siblings._place(entry), {})
        words = words_of(entry.content)
        for text in {words, ()} if words else texts:
            yield from texts.get(text, ())

    @staticmethod
    def _bucket(entry: Entry) -> str:
        return address_of(entry) or entry.id or entry.publisher

    @staticmethod
    def _place(entry: Entry) -> object:
        title, link = words_of(entry.title), address_of(entry)
        if link or entry.id:
            return title, link, "" if link else entry.id
        return title, entry.publisher, words_of(entry.content)


class _Body:
    """What the entries of one body show of each other. siblings: those that are taken or unchanged; set_aside: ids of
    stored entries that are no more candidates. ids_renewed: the feed makes new ids at every poll. telling: ids that
    stand for one entry among several, unless ids are places in the list: then found has the stored entries that have
    another place now, by fingerprint. It also has those that have moved, where a site has moved all. at_address, dates:
    how many entries have one.
    """

    def __init__(self, entries: Sequence[Entry], memory: Memory) -> None:
        unchanged = [entry for entry in entries if entry.fingerprint in memory.fingerprints]
        self.set_aside = {memory.fingerprints[entry.fingerprint] for entry in unchanged}
        self.siblings = _Siblings()
        for entry in unchanged:
            if entry.is_read:  # one that is known by its mark shares its place with none that is read
                self.siblings.add(entry)
        self.ids_renewed = ids_are_renewed(entries, memory)
        self.at_address = Counter(map(address_key, entries))
        self.dates = Counter(entry.published for entry in entries)
        times = Counter(entry.id for entry in entries if entry.id)
        self.telling = {id for id, count in times.items() if count == 1} if len(times) > 1 else set[str]()
        self.found = under_new_addresses(entries, memory) or at_other_places(entries, memory, self.set_aside)
        if self.found:
            self.telling = set()
            self.set_aside |= {known.id for known in self.found.values()}


def _decide(
    entry: Entry, memory: Memory, body: _Body, rank: Callable[[Entry], int], voice: Callable[[Entry], str]
) -> Decision:
    if entry.fingerprint in memory.fingerprints:
        return Decision(entry, "unchanged")
    if any(is_repeat(entry, other) for other in body.siblings.like(entry)):
        return Decision(entry, "repeated")
    if known := body.found.get(entry.fingerprint):
        return Decision(entry, "edited", known, changes_of(entry, known.entry))
    candidates = memory.candidates(entry)
    telling, standing = entry.id in body.telling, body.at_address[address_key(entry)] > 1
    for known in candidates:
        own = known.entry.feed_url == entry.feed_url and known.id not in body.set_aside
        if own and is_same(
            entry, known.entry, ids_renewed=body.ids_renewed, id_is_telling=telling, is_standing=standing
        ):
            return Decision(entry, "edited", known, changes_of(entry, known.entry))
    if moved := _moved(entry, candidates, body):
        return moved
    several = len({known.id for known in candidates if known.entry.feed_url != entry.feed_url}) > 1
    for known in candidates:
        ranks = (rank(entry), rank(known.entry))
        if known.entry.feed_url != entry.feed_url and is_same_elsewhere(entry, known.entry, ranks, several):
            if ranks[0] > ranks[1]:
                return Decision(entry, "edited", known, frozenset({"feed"}))
            # A search's first words count only where the outlet's feed gives none.
            is_asked = 0 not in ranks or not known.entry.content
            adds = is_asked and says_more(entry.content, known.entry.content)
            if not adds or 0 in ranks or voice(entry) == voice(known.entry):
                return Decision(entry, "other-feed", known, adds=adds)
    return Decision(entry, "new")


def _moved(entry: Entry, candidates: Sequence[Known], body: _Body) -> Decision | None:
    """Where the entry is one that has left the feed under its old address."""
    gone = [known for known in candidates if address_key(known.entry) not in body.at_address]
    alone = sum(known.entry.published == entry.published for known in gone) == body.dates[entry.published] == 1
    for known in gone:
        if known.id in body.set_aside:
            continue
        if is_moved(entry, known.entry, date_is_telling=alone):
            return Decision(entry, "edited", known, changes_of(entry, known.entry), moved=True)
        if is_listed_anew(entry, known.entry):
            return Decision(entry, "unchanged", known)
    return None


def is_reissued(decision: Decision) -> bool:
    """Whether an edited entry may be another thing at a standing address."""
    return decision.changes >= REISSUED and not decision.moved


def _is_habit(decisions: Iterable[Decision]) -> bool:
    """Whether weak changes are what this feed does to most of its entries at every poll: of those that are known, also
    the ones that it left as they were. A desk that corrects three tolls in an evening has no such habit.
    """
    verdicts = Counter(
        "weak" if _is_weak(decision) else decision.verdict
        for decision in decisions
        if decision.known is not None or decision.verdict == "unchanged"
    )
    return verdicts["weak"] >= HABIT and 2 * verdicts["weak"] >= verdicts.total()


def _is_weak(decision: Decision) -> bool:
    return decision.verdict == "edited" and decision.changes <= HABITUAL


def _settled(decision: Decision, now: datetime, *, habit: bool) -> Decision:
    """An edit of weak marks alone is not taken where it is the feed's habit, and put off soon after another."""
    if not _is_weak(decision) or decision.known is None:
        return decision
    if not decision.changes:
        return replace(decision, verdict="unchanged")
    if habit:
        return replace(decision, verdict="volatile")
    if decision.changes >= REISSUED or "figures" in decision.changes:
        return decision
    return replace(decision, verdict="edited-lately") if again_at(decision.known, now) > now else decision


def again_at(known: Known, now: datetime) -> datetime:
    """From when a weak change alone has the page of an entry read again: at once, but for `REST` after an edit."""
    if not known.edited or known.taken > now + REST:  # that was stored by a clock that was wrong
        return now
    return known.taken if known.taken > now else known.taken + REST


def rank_of(kind: str, feed_site: str, link_site: str) -> int:
    """How near a feed is to the article it lists: see `decide`."""
    if kind == "search":
        return 0
    return 2 if feed_site and feed_site == link_site else 1


def by_reason(decisions: Iterable[Decision]) -> Mapping[str, int]:
    """How many entries were not taken, by reason."""
    return Counter(each.verdict for each in decisions if each.verdict in REASONS)
