"""Which entries are new, which are edited and which are known: no report is lost, and none is taken twice. Pure.

No single mark is trusted by itself. Feeds give one id to everything, one address to everything, the same headline twice
a day, and new ids at every poll. So a stored entry that shares a key (see `monitor.feeds.entry_keys`) is only a
*candidate*; what the two say decides.

An address or an id identifies only while it names one thing. Two entries of one body are one only where nothing tells
them apart; a stored entry whose headline, text, date, id or address changed is *edited*: its page is read again. What
joins wrongly is still not lost, because `monitor.pages.versions` compares the texts before one replaces another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.feeds.additions import says_more
from monitor.feeds.entry_changes import Change, changes_of
from monitor.feeds.entry_keys import address_key, address_of, place_of
from monitor.feeds.known_entries import Known, Memory, at_other_places, ids_are_renewed
from monitor.model import Entry
from monitor.text.likeness import (
    TITLE_ALIKE,
    begins_with,
    in_pieces,
    is_corrected,
    share_of_all,
    text_likeness,
    title_likeness,
    words_of,
)
from monitor.text.urls import normalise_url

Verdict = Literal["new", "edited", "unchanged", "repeated", "other-feed", "volatile", "edited-lately"]

REASONS: tuple[Verdict, ...] = ("unchanged", "repeated", "other-feed", "volatile", "edited-lately")  # for not taking
# For which an entry is stored as the body has it. What was put off, is another's or a repeat may be taken next time.
SETTLED: frozenset[Verdict] = frozenset({"new", "edited", "unchanged", "volatile"})
WEAK: frozenset[Change] = frozenset({"date", "modified", "id", "link"})  # changes that feeds also make for no reason
HABITUAL = WEAK | {"figures"}  # what some feeds change at every poll
REISSUED: frozenset[Change] = frozenset({"id", "date"})  # both at once: maybe another thing at a standing address
REST = timedelta(hours=6)  # after an entry was read, for which a weak change alone does not have its page read again
SLUG = timedelta(days=1)  # between two dates of an entry whose address, id and text are corrected
ELSEWHERE = timedelta(hours=1)  # between the dates that two feeds give one article
HEADLINE = 4  # words from which a headline is that of one report, and no label
_NUMBER = re.compile(r"(?<![\da-z])(?!(?:19|20)\d{6}(?!\d))\d{5,}(?![\da-z])")  # no day such as 20261121
_FIGURE = re.compile(r"\d+")  # of a headline: a toll that rises is an edit
HABIT = 3  # entries of one body with weak changes alone, from which they are the feed's habit and no edits


@dataclass(frozen=True, slots=True)
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
        other_words = text == "unknown" and _each_adds(one.title, other.title)
        apart = title == "different" or (text == "alike" and not cut) or other_words
        return apart and (together or (text == "alike" and _is_another_report(one, other)))
    if one.id == other.id or address_of(one) in (normalise_url(one.id), normalise_url(other.id)):
        return False
    return title == "different" or (text == "alike" and not cut) or (together and "alike" in (title, text))


def _is_another_report(one: Entry, other: Entry) -> bool:
    """Whether two entries of one address have dates and headlines of their own: not only another figure."""
    dated = one.published and other.published and one.published != other.published
    return bool(dated) and _each_adds(_FIGURE.sub(" ", one.title), _FIGURE.sub(" ", other.title))


def _each_adds(one: str, other: str) -> bool:
    """Whether each of two headlines has a word that the other lacks: one that was only made longer is the same."""
    a, b = set(words_of(one)), set(words_of(other))
    return bool(a - b and b - a)


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
    another place now, by fingerprint. at_address, dates: how many entries have one.
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
        self.found = at_other_places(entries, memory, self.set_aside)
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
        if known.entry.feed_url != entry.feed_url and _is_same_elsewhere(entry, known.entry, ranks, several):
            if ranks[0] > ranks[1]:
                return Decision(entry, "edited", known, frozenset({"feed"}))
            adds = 0 not in ranks and says_more(entry.content, known.entry.content)
            if not adds or voice(entry) == voice(known.entry):
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


def is_repeat(one: Entry, other: Entry) -> bool:
    """Whether two entries of one body are one thing: only where nothing tells them apart."""
    if one.published != other.published and one.published and other.published and one.id != other.id:
        return False
    if title_likeness(one.title, other.title) != "same" or text_likeness(one.content, other.content) not in (
        "same",
        "unknown",
    ):
        return False
    link, other_link = address_of(one), address_of(other)
    return link == other_link and (bool(link) or one.id == other.id)


def is_same(
    entry: Entry, stored: Entry, *, ids_renewed: bool = False, id_is_telling: bool = False, is_standing: bool = False
) -> bool:
    """Whether an entry of a body is one that its feed brought earlier, whatever of it was edited since.

    ids_renewed: the feed makes new ids at every poll, so they say nothing. id_is_telling: the id stands for this entry
    alone among several; otherwise it may be one that the feed gives to everything. is_standing: several entries of the
    body have its address, so another date and another word of the headline are another thing.
    """
    title = title_likeness(entry.title, stored.title)
    text = text_likeness(entry.content, stored.content)
    link, stored_link = address_of(entry), address_of(stored)
    akin, dated = title in ("same", "alike"), entry.published == stored.published
    if entry.id and entry.id == stored.id:
        if link and link == stored_link:
            return True
        if id_is_telling:  # an id is used again for another story now and then: then headline and date are others
            return (akin or dated) and (title != "different" or text != "different")
        return text == "same" or (akin and text != "different" and (dated or text == "alike" or not link))
    place = place_of(entry)
    if place and link != stored_link and place == place_of(stored):
        return title == "same" and text != "different"
    other_id = bool(entry.id and stored.id) and not ids_renewed
    if link and link == stored_link:
        if other_id:  # a standing address, unless the two say the same
            goes_on = text == "alike" and begins_with(entry.content, stored.content)
            hashed = bool(place and place_of(stored))  # then the id may be another for the headline alone
            edited = hashed and akin and dated and text != "different"
            return text == "same" or (title == "same" and (text == "unknown" or goes_on)) or edited
        if is_standing and text != "same" and _is_another_report(entry, stored):
            return False
        return (akin and text != "different") or text in ("same", "alike")
    if link or stored_link or other_id or title != "same":
        return False
    return text != "different" if not (entry.id and stored.id) else dated and text in ("same", "unknown")


def is_moved(entry: Entry, stored: Entry, *, date_is_telling: bool) -> bool:
    """Whether an entry whose id is its address is one whose address was corrected, and maybe words of it, too.

    For a stored entry that has left the feed. The next edition of a bulletin has its template, but another date and
    other numbers. Where a feed gives no text, the pages are compared later (`monitor.pages.versions`).
    date_is_telling: its date is that of no other entry.
    """
    if entry.feed_url != stored.feed_url or not place_of(entry) or not place_of(stored):
        return False
    title, text = title_likeness(entry.title, stored.title), text_likeness(entry.content, stored.content)
    bare = words_of(entry.content) == words_of(stored.content)  # no text, or a prompt
    dated = date_is_telling and entry.published is not None and entry.published == stored.published
    if dated and text == "same" and share_of_all(words_of(entry.title), words_of(stored.title)) >= TITLE_ALIKE:
        return True  # even where a number of the headline is corrected
    if dated and text == "same" and _number_of(entry) and _number_of(entry) == _number_of(stored):
        return True  # under another headline, which is in the address
    if title not in ("same", "alike") or text == "different" or (text == "unknown" and not bare):
        return False
    if dated:
        return True
    apart = abs(entry.published - stored.published) if entry.published and stored.published else timedelta(0)
    close = bare or is_corrected(words_of(entry.content), words_of(stored.content))
    return title == "same" and apart <= SLUG and close


def _number_of(entry: Entry) -> str:
    """The number that its site gives an article in the path of its address; "" where there is none or several."""
    numbers = _NUMBER.findall(address_of(entry).partition("?")[0])
    return numbers[0] if len(numbers) == 1 else ""


def is_listed_anew(entry: Entry, stored: Entry) -> bool:
    """Whether a search lists a hit again under another link and id: the same headline, source and moment, no text."""
    if entry.feed_url != stored.feed_url or entry.content or stored.content:
        return False
    same = entry.publisher == stored.publisher != "" and entry.published == stored.published is not None
    words = words_of(entry.title)
    return same and words == words_of(stored.title) and len(in_pieces(words, entry.title)) >= HEADLINE


def is_reissued(decision: Decision) -> bool:
    """Whether an edited entry may be another thing at a standing address."""
    return decision.changes >= REISSUED and not decision.moved


def _is_same_elsewhere(entry: Entry, stored: Entry, ranks: tuple[int, int], several: bool) -> bool:
    """Whether an entry of another feed is this one. A search feed only says where to look, so it never adds.

    several: the address stands for several entries already; it identifies none of them.
    """
    if not address_of(entry) or address_of(entry) != address_of(stored):
        return False
    if 0 in ranks:
        return ranks[0] == 0 or not several
    title, text = title_likeness(entry.title, stored.title), text_likeness(entry.content, stored.content)
    if text == "unknown":
        return title == "same" or (title == "alike" and not several)
    if text != "different":
        return True
    # Feeds of one outlet give an article a summary each. A standing page is another thing at another time.
    return (
        not several and title in ("same", "alike") and _dated_alike(entry.published, stored.published, title == "same")
    )


def _dated_alike(one: datetime | None, other: datetime | None, if_unknown: bool) -> bool:
    return abs(one - other) <= ELSEWHERE if one and other else if_unknown


def _is_habit(decisions: Iterable[Decision]) -> bool:
    """Whether weak changes are what this feed does to most of its entries at every poll."""
    verdicts = Counter(
        "weak" if _is_weak(decision) else decision.verdict for decision in decisions if decision.known is not None
    )
    return verdicts["weak"] >= HABIT and 2 * verdicts["weak"] >= verdicts.total()


def _is_weak(decision: Decision) -> bool:
    return decision.verdict == "edited" and decision.changes <= HABITUAL


def _settled(decision: Decision, now: datetime, *, habit: bool) -> Decision:
    """An edit that only touches weak marks is not taken where it is the feed's habit, nor soon after the last."""
    if not _is_weak(decision) or decision.known is None:
        return decision
    if not decision.changes:
        return replace(decision, verdict="unchanged")
    if habit:
        return replace(decision, verdict="volatile")
    if decision.changes >= REISSUED or "figures" in decision.changes:
        return decision
    return replace(decision, verdict="edited-lately") if now - decision.known.taken < REST else decision


def rank_of(kind: str, feed_site: str, link_site: str) -> int:
    """How near a feed is to the article it lists: see `decide`."""
    if kind == "search":
        return 0
    return 2 if feed_site and feed_site == link_site else 1


def by_reason(decisions: Iterable[Decision]) -> Mapping[str, int]:
    """How many entries were not taken, by reason."""
    return Counter(each.verdict for each in decisions if each.verdict in REASONS)
