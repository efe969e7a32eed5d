"""What the seeds of a watch have in common is counted once for each configuration, before its reports are grouped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from monitor.errors import MonitorError
from monitor.model import Document
from monitor.store import Store, groupings
from monitor.store.subjects import stories_of
from monitor.stories.group import census
from monitor.stories.group.signature import sign
from monitor.stories.group.tables import load_tables
from monitor.topic.records import SeedArticle

log = logging.getLogger(__name__)


def count_seeds(store: Store, watch: str, configuration: str, seeds: Callable[[], Sequence[SeedArticle]]) -> None:
    """Counts the seeds of a watch where that was not done under this configuration. seeds: reads them; where they can
    no longer be read, what they had in common before counts.
    """
    with store.read() as db:
        kept = census.from_text(groupings.census(db, watch))
    if kept.of == configuration:
        return
    try:
        tables = load_tables()
        signatures = [sign(Document(seed.name, seed.title, seed.text, seed.language), tables) for seed in seeds()]
        kept = replace(kept, seeds=census.count_seeds(signatures))
    except MonitorError as error:
        log.debug("watch %s: its seeds are not counted: %s", watch, error)
    with store.write(stories_of(watch)) as db:
        groupings.set_census(db, watch, census.to_text(replace(kept, of=configuration)))
