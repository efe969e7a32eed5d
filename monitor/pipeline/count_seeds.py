"""What seeds of a watch have in common, and whom it knows: once for each configuration, before reports are grouped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from monitor.errors import MonitorError
from monitor.model import Document
from monitor.store import Store, groupings
from monitor.store.subjects import stories_of
from monitor.stories.group import census
from monitor.stories.group.signature import sign
from monitor.stories.group.tables import load_tables
from monitor.text.marked_terms import unmarked
from monitor.topic.records import EntityName, SeedArticle

log = logging.getLogger(__name__)


def count_seeds(
    store: Store,
    watch: str,
    configuration: str,
    seeds: Callable[[], Sequence[SeedArticle]],
    entities: Callable[[], Iterable[EntityName]],
) -> None:
    """Counts the seeds of a watch where that was not done under this configuration. seeds: reads them; where they can
    no longer be read, what they had in common before counts. entities: reads those that the watch knows.
    """
    with store.read() as db:
        kept = census.from_text(groupings.census(db, watch))
    if kept.of == configuration and kept.known is not None:
        return
    try:
        tables = load_tables()
        signatures = [sign(Document(seed.name, seed.title, seed.text, seed.language), tables) for seed in seeds()]
        kept = replace(kept, seeds=census.count_seeds(signatures))
    except MonitorError as error:
        log.debug("watch %s: its seeds are not counted: %s", watch, error)
    kept = replace(kept, known=known_of(entities()))
    with store.write(stories_of(watch)) as db:
        groupings.set_census(db, watch, census.to_text(replace(kept, of=configuration)))


def known_of(entities: Iterable[EntityName]) -> dict[str, census.Known]:
    """Those of these entities that are people of a side, or places, by id."""
    return {
        each.id: census.Known(each.kind, each.side, unmarked(each.names[0]))
        for each in entities
        if each.kind == "place" or (each.kind == "person" and each.side)
    }
