"""entries: stores what feeds bring that is new or edited, and learns how known entries look now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.feeds import identity
from monitor.feeds.additions import additions_to, with_addition
from monitor.feeds.entry_keys import place_key
from monitor.feeds.identity import SETTLED, Decision
from monitor.feeds.known_entries import TOGETHER, Known, Memory
from monitor.feeds.old_entries import OldEntries, old_entries
from monitor.feeds.parse.item_marks import dates_of
from monitor.model import Article, Entry, Feed, KnownItem, SeenDate
from monitor.model.dates import UNCONFIRMED
from monitor.pages.extract import choose_text
from monitor.pipeline.bodies import Body, Taken
from monitor.pipeline.keep_articles import Made, keep
from monitor.pipeline.retitled import is_retitled, note_retitled
from monitor.store import entries, feed_items, jobs
from monitor.text.sites import site_of


def take(
    db: Connection, bodies: Sequence[Body], now: datetime, max_age: timedelta, feed_of: Callable[[str], Feed]
) -> list[Taken]:
    """Stores the entries of several bodies, in one transaction with whatever the caller stores."""
    taker = _Taker(db, bodies, now, max_age, feed_of)
    taken = [taker.take(body) for body in bodies]
    taker.store()
    return taken


class _Taker:
    def __init__(
        self,
        db: Connection,
        bodies: Sequence[Body],
        now: datetime,
        max_age: timedelta,
        feed_of: Callable[[str], Feed],
    ) -> None:
        self._db = db
        self._now = now
        self._since = now - max_age
        self._feed_of = feed_of
        seen = [entry for body in bodies for entry in body.entries if entry.is_read]
        self._memory = self._remembered(seen, bodies)
        for body in bodies:
            again = [body.known[entry.mark] for entry in body.entries if not entry.is_read]
            self._memory.fingerprints.update((each.fingerprint, each.entry_id) for each in again)
        self._spare = iter(entries.spare_ids(db, len(seen)))
        self._new: dict[int, Entry] = {}
        self._edited: dict[int, Entry] = {}
        self._put_off: dict[int, tuple[Entry, datetime]] = {}
        self._renewed: dict[int, Entry] = {}
        self._reissued: set[int] = set()  # of those edited
        self._retitled: dict[int, str] = {}  # id → the headline that the feed gives now
        self._made: dict[int, Article] = {}
        self._items: dict[str, dict[bytes, KnownItem]] = {}

    def take(self, body: Body) -> Taken:
        """Decides on the entries of one body; `store` stores them."""
        decisions = identity.decide(body.entries, self._memory, self._now, rank=self._rank, voice=self._voice)
        old = self._old(body, decisions)
        archived = self._archived(body, decisions, old)
        unread = self._unread(decisions)
        older = 0
        for decision in decisions:
            if decision.verdict == "new":
                article = archived.get(decision.entry.fingerprint)
                older += article is not None
                self._add(decision.entry, article, self._first_sight(body, decision.entry, old))
            elif decision.known:
                self._meet(decision, decision.known, unread)
        items = self._known_items(decisions)
        if items != body.known:
            self._items[body.feed.url] = items
        verdicts = Counter(decision.verdict for decision in decisions)
        skipped = Counter(identity.by_reason(decisions)) + Counter(body.skipped)
        return Taken(verdicts["new"], verdicts["edited"], older, dict(skipped))

    def store(self) -> None:
        """Stores what was decided on."""
        made = [Made(number, self._new[number].link, each, is_news=False) for number, each in self._made.items()]
        kept = {each.entry_id: found.article_id for each, found in zip(made, keep(self._db, made), strict=True)}
        entries.add(self._db, list(self._new.values()), self._now, list(self._new), kept)
        for number, entry in self._edited.items():
            entries.edit(self._db, number, entry, self._now, reissued=number in self._reissued)
        for number, (entry, due) in self._put_off.items():
            entries.edit(self._db, number, entry, due, put_off=True)
        note_retitled(self._db, self._retitled, self._now)
        entries.renew(self._db, list(self._renewed.items()))
        feed_items.save(self._db, self._items)
        to_read = [entry for number, entry in self._new.items() if number not in kept] + list(self._edited.values())
        pages = [jobs.Due("pages", entries.page_host(entry.link)) for entry in to_read]
        jobs.defer(self._db, [*pages, jobs.Due("judge")] if kept else pages)

    def _known_items(self, decisions: Sequence[Decision]) -> dict[bytes, KnownItem]:
        """By mark what need not be read again: the entries that are stored now as the body has them."""
        items: dict[bytes, KnownItem] = {}
        for decision in decisions:
            entry, key, known = decision.entry, place_key(decision.entry), decision.known
            if entry.mark and key and decision.verdict in SETTLED:
                number = known.id if known else self._memory.fingerprints[entry.fingerprint]
                items[entry.mark] = KnownItem(number, entry.fingerprint, key, dates_of(entry), entry.id, entry.item)
        return items

    def _remembered(self, seen: Sequence[Entry], bodies: Sequence[Body]) -> Memory:
        """Whole entries only where a key is known and the feed says something else of the entry than before."""
        memory = Memory()
        for key, number, fingerprint in entries.owners(self._db, {key for entry in seen for key in entry.keys}):
            memory.ids.setdefault(key, set()).add(number)
            if fingerprint:
                memory.fingerprints[fingerprint] = number
        changed = [entry for entry in seen if entry.fingerprint not in memory.fingerprints]
        wanted = {number for entry in changed for number in memory.led_to(entry.keys)}
        memory.last = {body.feed.url: last for body in bodies if (last := _moved_from(body, memory))}
        wanted.update(*memory.last.values())
        for stored in entries.to_change(self._db, wanted):
            memory.known[stored.id] = Known(stored.id, stored.entry, stored.taken, stored.edited)
        return memory

    def _old(self, body: Body, decisions: Sequence[Decision]) -> OldEntries:
        """What to do with the new entries that have an old date; a first body's archive is told apart by its reader."""
        new = {each.entry.fingerprint for each in decisions if each.verdict == "new"}
        return old_entries(body.entries, self._since, self._now, new=new, known_before=body.known_before)

    def _archived(self, body: Body, decisions: Sequence[Decision], old: OldEntries) -> Mapping[str, Article]:
        """fingerprint → article, of the entries that are too old to be news."""
        if not body.known_before:
            return body.archived
        return {
            each.entry.fingerprint: choose_text(None, each.entry, body.feed, now=self._now)
            for each in decisions
            if each.verdict == "new" and each.entry.fingerprint in old.archive
        }

    def _first_sight(self, body: Body, entry: Entry, old: OldEntries) -> SeenDate | None:
        """What first sight says of when an entry was published: nothing where the feed was not watched, unless its date
        is old for where it stands.
        """
        if entry.fingerprint in old.unconfirmed:
            return SeenDate("first-seen", self._now, doubt=UNCONFIRMED)
        is_old = entry.published is not None and entry.published < self._since
        return SeenDate("first-seen", self._now) if body.known_before or is_old else None

    def _add(self, entry: Entry, article: Article | None, first_sight: SeenDate | None) -> None:
        """Takes a new entry, with its article where it is of the feed's archive."""
        number = next(self._spare)
        self._new[number] = entry
        if article:
            self._new[number] = replace(entry, content="") if entry.content else entry
            self._made[number] = article
        elif first_sight:
            self._new[number] = replace(entry, dates=(*entry.dates, first_sight))
        self._memory.add(Known(number, entry, self._now))

    def _rank(self, entry: Entry) -> int:
        feed = self._feed_of(entry.feed_url)
        return identity.rank_of(feed.kind, site_of(feed.url), site_of(entry.link))

    def _voice(self, entry: Entry) -> str:
        """Whose words an entry has: the feeds of an article's own site are one outlet, whatever they are called."""
        feed = self._feed_of(entry.feed_url)
        site = site_of(entry.link)
        return f"//{site}" if site == site_of(feed.url) else entry.publisher or feed.publisher or feed.name

    def _unread(self, decisions: Sequence[Decision]) -> set[int]:
        """Of the entries of which another feed says more: those that are news and whose page was not read."""
        known = [each.known for each in decisions if each.adds and each.known]
        added = {each.id for each in known if not each.entry.published or each.entry.published >= self._since}
        return entries.without_page(self._db, added - self._new.keys()) | (added & self._new.keys())

    def _meet(self, decision: Decision, known: Known, unread: set[int]) -> None:
        """A stored entry is met again: edited, told more of by another feed, or not worth reading again."""
        entry, number = decision.entry, known.id
        if decision.adds and number in unread:
            stored = self._edited.get(number) or self._new.get(number) or known.entry
            content = with_addition(stored.content, entry.content)
            (self._new if number in self._new else self._edited)[number] = more = replace(stored, content=content)
            self._memory.add(Known(number, more, known.taken, known.edited))
        if number not in self._new and is_retitled(decision):
            self._retitled[number] = entry.title
        if decision.verdict == "edited":
            if "feed" not in decision.changes:
                entry = replace(entry, content=entry.content + additions_to(known.entry.content))
            if number in self._new:  # taken in this very poll, from a feed that is farther from it
                said = known.entry.content
                entry = entry if entry.content or not said else replace(entry, content=with_addition("", said))
                self._new[number] = entry
            else:
                self._edited[number] = with_first_sight(entry, known.entry)
                if identity.is_reissued(decision):
                    self._reissued.add(number)
            self._memory.add(Known(number, entry, self._now, edited=number not in self._new))
            return
        if decision.verdict == "edited-lately" and number not in self._new and number not in self._edited:
            entry = replace(entry, content=entry.content + additions_to(known.entry.content))
            due = identity.again_at(known, self._now)  # even if the feed does not change any more
            self._put_off[number] = with_first_sight(entry, known.entry), due
            self._memory.add(Known(number, entry, due, edited=True))
            return
        looks_new = entry.fingerprint != known.entry.fingerprint and number not in self._new
        if looks_new and decision.verdict in ("volatile", "unchanged"):
            self._renewed[number] = entry


def with_first_sight(entry: Entry, known: Entry) -> Entry:
    """An edited entry with when it was first seen."""
    seen = tuple(each for each in known.dates if each.evidence == "first-seen")
    return replace(entry, dates=(*entry.dates, *seen)) if seen else entry


def _moved_from(body: Body, memory: Memory) -> frozenset[int]:
    """The entries that have left a feed, where others have come of which nobody knows addresses or ids: all of them,
    or several with the moments of these.
    """
    if not body.known:
        return frozenset()
    strangers = [entry for entry in body.entries if entry.is_read and not any(map(memory.ids.get, entry.keys))]
    if len(strangers) < TOGETHER:
        return frozenset()
    met = {body.known[entry.mark].entry_id for entry in body.entries if not entry.is_read}
    met |= memory.led_to(key for entry in body.entries if entry.is_read for key in entry.keys)
    left = {each.entry_id: each.dates for each in body.known.values() if each.entry_id not in met}
    moments = set(left.values())
    redated = sum(entry.published is not None and dates_of(entry) in moments for entry in strangers)
    return frozenset(left) if len(left) == len(body.known) or redated >= TOGETHER else frozenset()
