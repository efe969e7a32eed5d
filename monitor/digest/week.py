"""What an edition of several days says besides: the names that are new in it. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from monitor.digest.enrich import Context
from monitor.model import Edition
from monitor.store.matched_names import Named
from monitor.stories.gloss import names_in_front
from monitor.text.fold import fold
from monitor.text.marked_terms import unmarked
from monitor.text.scripts import script

KNOWN = timedelta(days=60)  # before the window: who was named within it is not new
LEAST, FEW = timedelta(days=28), 20  # of time and of matches before the window, from which a name can be new
NAMES = 12
_KINDS = frozenset({"person", "body", "group", "place"})


def with_new_names(edition: Edition, known: Named, context: Context) -> Edition:
    """The edition with who and what its headlines and openings name for the first time, those of most reports first.

    known: what the matches of the time before it name. Of a short or a thin past nearly everybody would be new, so then
    nothing is said.
    """
    past = edition.since - known.since if known.since else timedelta()
    if past < LEAST or known.reports < FEW:
        return edition
    named = {entity.id: entity for entity in context.entities if entity.kind in _KINDS and entity.id not in known.ids}
    fresh = (report for each in edition.stories for report in each.story.reports if report.article.id in each.fresh)
    found = Counter(id for report in fresh for id in names_in_front(report, named))
    names = (unmarked(named[id].names[0]) for id, _ in found.most_common())
    readable = [name for name in names if script(fold(name)) == context.script]
    return replace(edition, new_names=tuple(dict.fromkeys(readable))[:NAMES], new_in=past.days)
