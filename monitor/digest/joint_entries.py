"""One entry for stories of one edition that a reader takes for one: steps of an affair, accounts of one event. Pure.

They stay stories of their own. One is the entry, and the others stand in it, each with its headline, a quote and its
sources: a reader has the announcement, the signing and the denial of a day in one place. They are told in the order of
their steps, but what a reader knows already comes after what he does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from monitor.digest.akin import abouts
from monitor.digest.enrich import Context
from monitor.model import DigestStory, Edition
from monitor.stories.about import About


def with_joint_entries(edition: Edition, context: Context) -> Edition:
    """The edition with each story of which an entry before it has another step, or another account, in that entry."""
    if len(edition.stories) < 2:
        return edition
    known = abouts([each.story for each in edition.stories], context)
    entries: list[dict[int, DigestStory]] = []
    for at, each in enumerate(edition.stories):
        entry = next((entry for entry in entries if _is_one(next(iter(entry.values())), each, known)), None)
        if entry is None:
            entries.append({at: each})
        else:
            entry[at] = each
    # Of the places of its stories an entry has the best one, whichever of them is the first.
    told = [zip(entry, _told(list(entry.values())), strict=True) for entry in entries]
    placed = [each for _, each in sorted((placed for entry in told for placed in entry), key=itemgetter(0))]
    leads = {each.story.id: each for each in placed if not each.under}
    # An entry of what no edition has shown is above one that has a report more of what is known.
    placed.sort(key=lambda each: _rank(leads[each.under or each.story.id]))
    return replace(edition, stories=tuple(placed))


def _rank(each: DigestStory) -> tuple[bool, bool]:
    """What is new goes before a step of what is known, and that before what is known itself."""
    return not each.is_new, each.developing


def _told(entry: Sequence[DigestStory]) -> list[DigestStory]:
    """The stories of an entry in the order in which they are told, under the first of them."""
    first, *others = sorted(entry, key=lambda each: (*_rank(each), _place(each, entry)))
    return [first, *(replace(each, under=first.story.id) for each in others)]


def _place(each: DigestStory, entry: Sequence[DigestStory]) -> int:
    """Where a story stands in the affair of its entry; behind all steps where it is none of them, but the first."""
    affair = entry[0].affair
    step = affair.step(each.story.id) if affair else None
    if affair is None or step is None:
        return 0 if each is entry[0] else len(affair.steps) + 1 if affair else 1
    return affair.steps.index(step)


def _is_one(lead: DigestStory, each: DigestStory, known: Mapping[int, About]) -> bool:
    if lead.story.watch != each.story.watch:
        return False
    step = lead.affair.step(lead.story.id) if lead.affair else None
    if lead.affair and step and lead.affair.step(each.story.id):
        return True
    return known[lead.story.id].is_akin(known[each.story.id])
