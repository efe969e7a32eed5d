"""stories → affairs: which earlier story each story follows, looked for when the stories have changed.

As in grouping, what may be followed is found by the keys of signatures, and decided outside any transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import nlargest

from sqlalchemy import Connection

from monitor.pipeline.group_stories import day_of, keys_of, reader_of
from monitor.store import Store, corrections, groupings, signatures, stories, story_links
from monitor.store.signatures import Held
from monitor.store.story_links import Linked
from monitor.store.subjects import stories_of
from monitor.stories.group.features import Reader
from monitor.stories.group.follow import HORIZON, MEMORY, MOST, Reported, began, follows, looks_back
from monitor.stories.group.index import CROWD, NEAREST_SHORT
from monitor.stories.group.signature import VERSION, Signature, from_text

BATCH = 50  # new reports whose stories are looked at together
BACK = timedelta(days=15)  # a story without a report for longer is not looked at any more
STORIES = 8  # earlier stories that one is compared with, those that share most with it

_Read = dict[int, tuple[Held, Signature]]  # article id → its report


def link_stories(store: Store, watch: str, now: datetime) -> int:
    """Finds what the stories follow that hold a new report; how many follow another."""
    linked = 0
    while True:
        with store.read() as db:
            changed = groupings.changed(db, watch)
            todo = story_links.unlinked(db, watch, now - BACK, BATCH)
            reader = reader_of(db, watch)
            found = [each for story, new in todo.items() for each in _looked_at(db, watch, story, new, reader)]
        done = sum(map(len, todo.values())) < BATCH
        with store.write(stories_of(watch)) as db:
            story_links.save(db, watch, found)
            if done:
                groupings.looked_for_links(db, watch, changed)
        linked += sum(each.beside is not None for each in found)
        if done:
            return linked


def _looked_at(db: Connection, watch: str, story: int, new: Sequence[int], reader: Reader) -> list[Linked]:
    """A row for each new report of a story, and for its first, which has what the story follows."""
    read = _read(db, watch, signatures.cores(db, [story], MOST, 1))
    reports = _reported(read, reader)
    if not reports:
        return [Linked(article, None) for article in new]
    back = MEMORY if looks_back(reports) else HORIZON
    near = _near_stories(db, watch, read, reader, back) - {story, *corrections.apart_from(db, story)}
    held: dict[int, _Read] = {}
    for article, each in _read(db, watch, signatures.cores(db, near, MOST, 1)).items():
        held.setdefault(each[0].story, {})[article] = each
    best = follows(reports, (_reported(each, reader) for each in held.values()))
    first = began(reports)[1]
    rows = [Linked(article, None) for article in new if article != first]
    return [*rows, Linked(first, best.beside, best.kind, best.likely, best.alike) if best else Linked(first, None)]


def _near_stories(db: Connection, watch: str, read: _Read, reader: Reader, back: float) -> set[int]:
    """Ids of the stories whose reports share the most keys with the first reports of a story."""
    first = sorted(read.values(), key=lambda each: (each[0].seen, each[0].article_id))[:MOST]
    day = day_of(first[0][0].seen)
    weights: dict[int, float] = {}
    for _, signature in first:
        for key, weight in keys_of(watch, reader, signature).items():
            weights[key] = max(weight, weights.get(key, 0.0))
    worth: dict[int, float] = {}
    for key, ids in signatures.holders(db, list(weights), (day - int(back) - 1, day + 1), CROWD).items():
        for article in ids:
            worth[article] = worth.get(article, 0.0) + weights[key]
    best = nlargest(NEAREST_SHORT, worth, key=lambda article: (worth[article], -article))
    homes = stories.homes(db, watch, best)
    return set(list(dict.fromkeys(homes[each] for each in best if each in homes))[: STORIES + 1])


def _read(db: Connection, watch: str, article_ids: Sequence[int]) -> _Read:
    held = signatures.held(db, watch, VERSION, article_ids)
    return {each.article_id: (each, from_text(each.text)) for each in held}


def _reported(read: _Read, reader: Reader) -> list[Reported]:
    return [
        Reported(article, reader.weigh(signature), each.seen.timestamp() / 86400)
        for article, (each, signature) in read.items()
    ]
