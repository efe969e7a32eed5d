"""matches → stories: each waiting report is decided on with the stories it may belong to, and nothing else.

What may be of its event is found by the keys of its signature (see `monitor.stories.group.signature`), which are kept
in the store, so nothing is replayed. Everything is decided outside any transaction. Then one transaction records it,
unless the watch's stories are not what they were when they were read: then it is decided again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from heapq import nlargest
from itertools import count

from sqlalchemy import Connection

from monitor.model import Report
from monitor.model.frozen import frozen
from monitor.pipeline.documents import document_of
from monitor.store import Store, articles, before, corrections, groupings, marks, signatures, stories
from monitor.store.groupings import Progress
from monitor.store.signatures import Held, Signed
from monitor.store.subjects import stories_of
from monitor.stories.group import FIRST, LAST, Assignment, Grouper, GroupSettings, census
from monitor.stories.group.features import Reader, probes
from monitor.stories.group.index import CROWD, NEAREST_SHORT
from monitor.stories.group.signature import VERSION, Signature, from_text, sign, to_text
from monitor.stories.group.tables import load_tables

BATCH = 200  # reports whose stories are decided together
STORIES = 8  # stories held against a new report, those that share most with it

_EPOCH = datetime(1970, 1, 1).date()  # noqa: DTZ001 - a day has no zone


@dataclass(slots=True)
class Grouped:
    """Ids of the stories that began, and of those that went on."""

    begun: set[int] = field(default_factory=set)
    went_on: set[int] = field(default_factory=set)


@frozen
class _Waiting:
    """What is to be decided. story: where a report is or has to be; None for one that is free and in none.

    alone: a person split it off.
    """

    report: Report
    signature: Signature
    story: int | None
    pinned: bool
    alone: bool

    @property
    def id(self) -> int:
        return self.report.article.id

    @property
    def seen(self) -> datetime:
        return stories.seen_at(self.report.article)


@frozen
class _Plan:
    """What was decided on what was read. edited: ids of the articles that were in a story before."""

    changed: int
    waiting: Sequence[_Waiting]
    edited: frozenset[int]
    found: Sequence[Assignment]
    signed: Sequence[Signed]
    said: frozenset[int]  # of what waits, what a person has marked right


def group_waiting(store: Store, watch: str, now: datetime) -> Grouped:
    """Puts every report that waits into a story, and decides again on those that were edited."""
    done = Grouped()
    while plan := _decide(store, watch, now):
        with store.write(stories_of(watch)) as db:
            recorded = _record(db, watch, plan, done, now)
        if recorded and len(plan.waiting) < BATCH:
            break
    _note(store, watch, now)
    done.went_on -= done.begun
    return done


def _decide(store: Store, watch: str, now: datetime) -> _Plan | None:
    """What is to be done with what waits; None where nothing does."""
    with store.read() as db:
        progress = groupings.progress(db, watch)
        waiting = stories.ungrouped(db, watch, progress.since(now), BATCH)
        edited = signatures.edited(db, watch, BATCH)
        pins = corrections.pins(db, watch, [report.article.id for report in waiting])
        known = stories.reports(db, watch, list(edited)) if edited else []
        stays = signatures.fixed(db, watch, list(edited))
        alone = corrections.alone(db, watch, [*pins, *edited])
        said = marks.right_among(db, watch, [report.article.id for report in waiting])
        if not waiting and not known:
            return None
        reader = reader_of(db, watch)
    homes = pins | edited
    todo = [
        _Waiting(
            report,
            signature_of(report),
            homes.get(report.article.id),
            report.article.id in (pins.keys() | stays),
            report.article.id in alone,
        )
        for report in (*waiting, *known)
    ]
    for each in todo:
        reader.learn(each.signature)
    _sign_older(store, watch, reader, progress, min(each.seen for each in todo))
    keys = [keys_of(watch, reader, each.signature) for each in todo]
    found = _settle(store, watch, reader, todo, keys)
    signed = [_signed(each.report, each.signature, list(its)) for each, its in zip(todo, keys, strict=True)]
    return _Plan(progress.changed, todo, frozenset(edited), found, signed, frozenset(said))


def reader_of(db: Connection, watch: str) -> Reader:
    """What weighs the signatures of a watch, by all that was counted of it."""
    return Reader(load_tables(), *_known(groupings.census(db, watch)))


@lru_cache(maxsize=4)
def _known(text: str) -> tuple[census.Census, Mapping[str, census.Known] | None]:
    kept = census.from_text(text)
    return kept.whole(), kept.known


def signature_of(report: Report) -> Signature:
    """The signature of a report as it is read now."""
    return sign(document_of(report.article), load_tables(), (*report.match.entities, *report.match.acts))


def _signed(report: Report, signature: Signature, keys: Sequence[int]) -> Signed:
    seen = stories.seen_at(report.article)
    return Signed(report.article.id, VERSION, seen, day_of(seen), to_text(signature), keys)


def day_of(moment: datetime) -> int:
    """The day of a moment, since 1970."""
    return (moment.date() - _EPOCH).days


def keys_of(watch: str, reader: Reader, signature: Signature) -> dict[int, float]:
    """By what a report is found in the store, with what sharing each is worth."""
    return {_key(watch, *term): weight for term, weight in probes(reader.weigh(signature)).items()}


def _key(watch: str, space: str, term: str) -> int:
    text = f"{watch}\0{space}\0{term}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big", signed=True)


def _sign_older(store: Store, watch: str, reader: Reader, progress: Progress, oldest: datetime) -> None:
    """Signs the grouped reports that a report of ``oldest`` may be compared with: those of an older store."""
    since = oldest - GroupSettings().window
    if progress.version == VERSION and progress.signed_since and progress.signed_since <= since:
        return
    while True:
        with store.read() as db:
            older = signatures.unsigned(db, watch, VERSION, since, BATCH)
        if not older:
            break
        made = [(report, signature_of(report)) for report in older]
        for _, signature in made:
            reader.learn(signature)
        with store.write(stories_of(watch)) as db:
            signatures.save(
                db,
                watch,
                [_signed(report, signature, list(keys_of(watch, reader, signature))) for report, signature in made],
            )
    with store.write(stories_of(watch)) as db:
        groupings.signed_since(db, watch, VERSION, since)


# deciding


def _settle(
    store: Store, watch: str, reader: Reader, waiting: Sequence[_Waiting], keys: Sequence[dict[int, float]]
) -> Sequence[Assignment]:
    """The stories of what waits. Stories that begin have numbers below 0. keys: of each report, by `_keys`."""
    near: set[int] = {each.story for each in waiting if each.story is not None}
    with store.read() as db:
        apart = corrections.splits(db, watch)
        for item, weights in zip(waiting, keys, strict=True):
            near |= _near_stories(db, watch, day_of(item.seen), weights)
        held = _held(db, watch, near)
    found = _group(reader, waiting, held, apart)
    # An edited report that leaves its story is in both parts; by what it says now it was looked up above.
    own = {str(each.id) for each in waiting}
    put_out = [each for each in found[len(waiting) :] if each.left is not None and each.story < 0]
    put_out = [each for each in put_out if each.document not in own]
    if put_out:  # what they may belong to was not looked up
        texts = {str(each.article_id): each for each in held}
        with store.read() as db:
            for each in put_out:
                one = texts[each.document]
                near |= _near_stories(db, watch, day_of(one.seen), keys_of(watch, reader, from_text(one.text)))
            held = _held(db, watch, near)
        found = _group(reader, waiting, held, apart)
    return found


def _near_stories(db: Connection, watch: str, day: int, weights: dict[int, float]) -> set[int]:
    """Ids of the stories whose reports share the most keys with a report, by what those are worth."""
    window = GroupSettings().window.days + 1
    worth: dict[int, float] = {}
    for key, ids in signatures.holders(db, list(weights), (day - window, day + window), CROWD).items():
        for article_id in ids:
            worth[article_id] = worth.get(article_id, 0.0) + weights[key]
    best = nlargest(NEAREST_SHORT, worth, key=lambda article_id: (worth[article_id], -article_id))
    homes = stories.homes(db, watch, best)
    return set(list(dict.fromkeys(homes[each] for each in best if each in homes))[:STORIES])


def _held(db: Connection, watch: str, near: Iterable[int]) -> list[Held]:
    ids = signatures.cores(db, near, FIRST, LAST)
    return signatures.held(db, watch, VERSION, ids)


def _group(
    reader: Reader, waiting: Sequence[_Waiting], held: Sequence[Held], apart: set[tuple[int, int]]
) -> Sequence[Assignment]:
    grouper = Grouper(load_tables(), GroupSettings(), reader)
    for one, other in apart:
        grouper.keep_apart(one, other)
    own = {each.id for each in waiting}
    for each in held:
        if each.article_id not in own:
            day = each.seen.timestamp() / 86400
            signature = from_text(each.text)
            grouper.take(str(each.article_id), signature, day, each.story, fixed=each.fixed, alone=each.alone)
    for item in waiting:
        day = item.seen.timestamp() / 86400
        stays = {"fixed": item.pinned, "alone": item.alone}
        grouper.take(str(item.id), item.signature, day, item.story, **stays, again=True)
    below = count(-1, -1)
    return grouper.settle(lambda _document: next(below))


# recording


def _record(db: Connection, watch: str, plan: _Plan, done: Grouped, now: datetime) -> bool:
    """Stores what was decided; False where something has changed what it was decided on, so that it is not stored."""
    waiting = {each.id: each for each in plan.waiting}
    fresh = [number for number in waiting if number not in plan.edited]
    if groupings.changed(db, watch) != plan.changed or len(articles.existing(db, fresh)) < len(fresh):
        return False
    if not stories.are_ungrouped(db, watch, fresh):
        return False
    before.note_effects(db, watch, _changes(plan), now)
    writer = _Writer(db, watch, plan, done, now)
    for found in plan.found:
        writer.merge(found)
    for found in plan.found:
        article_id = int(found.document)
        if article_id in waiting and article_id not in plan.edited:
            writer.place(waiting[article_id], found)
        else:
            writer.move(article_id, found)
    stories.retime(db, writer.touched)
    signatures.save(db, watch, plan.signed)
    return True


def _changes(plan: _Plan) -> list[tuple[list[int], set[int]]]:
    """(stories, reports that come to them) each, where stories change by more than one report that joins.

    Also where that one report came to match, or into its story, by a person's word.
    """
    said = plan.said | {each.id for each in plan.waiting if each.pinned}
    coming: dict[int, set[int]] = {}
    known: dict[int, set[int]] = {}
    told: set[int] = set()
    for found in plan.found:
        article_id = int(found.document)
        coming.setdefault(found.story, set()).add(article_id)
        left = [found.left] if found.left is not None and found.left != found.story else []
        known.setdefault(found.story, set()).update(found.merged, left)
        if found.merged or left or article_id in said - plan.edited:
            told.add(found.story)
    return [([*([story] if story > 0 else []), *sorted(known[story] - {story})], coming[story]) for story in told]


class _Writer:
    """Stores assignments, and gives the stories that begin their ids."""

    def __init__(self, db: Connection, watch: str, plan: _Plan, done: Grouped, now: datetime) -> None:
        self._db = db
        self._watch = watch
        self._done = done
        self._now = now
        self._apart = corrections.splits(db, watch)
        self._seen = {each.article_id: each.seen for each in plan.signed}
        self._ids: dict[int, int] = {}
        self.touched: set[int] = set()  # stories that lost or got a report that had been in another

    def merge(self, found: Assignment) -> None:
        """Merges the stories that were found to be part of another. What an edition has shown stays shown."""
        gone = [old for old in found.merged if old != found.story and (*sorted((old, found.story)),) not in self._apart]
        if gone:
            corrections.merge(self._db, found.story, gone, self._now)
            self._done.begun.difference_update(gone)
            self._done.went_on.difference_update(gone)
            self._done.went_on.add(found.story)

    def place(self, waiting: _Waiting, found: Assignment) -> None:
        """Puts a report that was in no story into its story."""
        story = self._story(found.story, waiting.seen)
        reason = "put here by a person" if waiting.pinned else found.reason
        stories.place(self._db, self._watch, waiting.report, story, reason)
        self._done.went_on.add(story)

    def move(self, article_id: int, found: Assignment) -> None:
        """Puts a report that has left its story into another one."""
        if found.left is None or found.left == found.story:
            return
        story = self._story(found.story, self._now)
        stories.move(self._db, self._watch, article_id, story, f"{found.reason}; was in story {found.left}")
        corrections.separate(self._db, found.left, story, self._now)
        self.touched |= {found.left, story}
        self._done.went_on.add(story)

    def _story(self, number: int, seen: datetime) -> int:
        """The id of the story with this number; it is made where it begins."""
        if number > 0:
            return number
        if number not in self._ids:
            self._ids[number] = stories.begin(self._db, self._watch, seen)
            self._done.begun.add(self._ids[number])
        return self._ids[number]


def _with_reports(kept: str, reports: Iterable[Signature]) -> str:
    """A kept census with these reports, the oldest first, in place of those that it counted."""
    return census.to_text(replace(census.from_text(kept), reports=census.count(reports)))


def _note(store: Store, watch: str, now: datetime) -> None:
    """Records that nothing waits, where that was not recorded lately; takes a census where many have come since."""
    with store.read() as db:
        progress = groupings.progress(db, watch)
        texts, kept = None, ""
        if progress.census_is_due:
            texts, kept = signatures.latest(db, watch, VERSION, census.REPORTS), groupings.census(db, watch)
    counted = None if texts is None else _with_reports(kept, map(from_text, reversed(texts)))
    if not counted and not progress.is_old(now):
        return
    with store.write(stories_of(watch)) as db:
        groupings.grouped_up_to(db, watch, now)
        if counted:
            groupings.set_census(db, watch, counted, progress.signed)
