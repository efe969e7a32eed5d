"""What did not match but tells of a story's event: looked for when something was judged or the stories have changed.

It begins no story and changes none. Only what is near the threshold, or names who the watch is about, is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model import Report
from monitor.pipeline.group_stories import reader_of, signature_of
from monitor.store import Store, groupings, signatures, stories, supports
from monitor.store.signatures import Held
from monitor.store.subjects import stories_of
from monitor.store.supports import Looked
from monitor.stories.group import FIRST, LAST
from monitor.stories.group.features import Reader
from monitor.stories.group.signature import VERSION, from_text
from monitor.stories.group.support import Weighed, supported

MOST = 500  # articles looked at together, the latest


def support_stories(store: Store, watch: str, now: datetime) -> int:
    """Finds what supports the stories of a watch; how many articles do of those that were looked at."""
    with store.read() as db:
        changed = groupings.changed(db, watch)
        reports = supports.candidates(db, watch, supports.since(db, watch, now), MOST)
        ids = stories.ids_since(db, now - 2 * supports.BACK, watch) if reports else []
        held = signatures.held(db, watch, VERSION, signatures.cores(db, ids, FIRST, LAST))
        # Without a story nothing is weighed, and the tables for it are not read.
        found = _found(reports, held, reader_of(db, watch)) if held else []
    with store.write(stories_of(watch)) as db:
        supports.save(db, watch, [report.article.id for report in reports], found, Looked(changed, now))
    return len(found)


def _found(reports: Sequence[Report], held: Sequence[Held], reader: Reader) -> list[tuple[int, int, float]]:
    """(article, the report it stands beside, how likely) of those that tell of the event of a story."""
    told: dict[int, list[Weighed]] = {}
    for each in held:
        weighed = Weighed(each.article_id, reader.weigh(from_text(each.text)), _day(each.seen))
        told.setdefault(each.story, []).append(weighed)
    found = []
    for report in reports:
        features = reader.weigh(signature_of(report))
        slight = report.match.score < supports.LEAST and not report.match.acts
        candidate = Weighed(report.article.id, features, _day(stories.seen_at(report.article)), slight)
        if best := supported(candidate, told.values()):
            found.append((best.article, best.beside, best.likely))
    return found


def _day(moment: datetime) -> float:
    return moment.timestamp() / 86400
