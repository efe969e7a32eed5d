"""Which new entries of a known feed are of its archive, and no news. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model import Entry


def backlog(entries: Sequence[Entry], since: datetime) -> set[str]:
    """Fingerprints of the entries of one body that are old by their date *and* by their place.

    A feed may show more of its archive than before: such an entry is dated before ``since`` and stands below newer
    entries, with none below it that is newer. One that stands elsewhere is dated wrongly, or was put in late: it is
    new to everyone, and its page says when it was written.
    """
    found: set[str] = set()
    newest_below: datetime | None = None
    newest_above = _newest_above(entries)
    for number in range(len(entries) - 1, -1, -1):
        entry = entries[number]
        if entry.published is None:
            continue
        above = newest_above[number]
        in_order = newest_below is None or newest_below <= entry.published
        if entry.published < since and in_order and above is not None and above > entry.published:
            found.add(entry.fingerprint)
        newest_below = max(newest_below or entry.published, entry.published)
    return found


def _newest_above(entries: Sequence[Entry]) -> list[datetime | None]:
    """For each entry the newest date of those before it in the body."""
    found: list[datetime | None] = []
    newest: datetime | None = None
    for entry in entries:
        found.append(newest)
        if entry.published and (newest is None or entry.published > newest):
            newest = entry.published
    return found
