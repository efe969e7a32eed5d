"""One entry for stories of one edition that a reader takes for one: steps of an affair, accounts of one event. Pure.

They stay stories of their own. The foremost is the entry, and the others stand in it, each with its headline, a quote
and its sources: a reader has the announcement, the signing and the denial of a day in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from monitor.digest.akin import abouts
from monitor.digest.enrich import Context
from monitor.model import DigestStory, Edition
from monitor.stories.about import About


def with_joint_entries(edition: Edition, context: Context) -> Edition:
    """The edition with each story of which an entry before it has another step, or another account, under that."""
    if len(edition.stories) < 2:
        return edition
    known = abouts([each.story for each in edition.stories], context)
    leads: list[DigestStory] = []
    placed: list[DigestStory] = []
    for each in edition.stories:
        lead = next((other for other in leads if _is_one(other, each, known)), None)
        if lead is None:
            leads.append(each)
        placed.append(each if lead is None else replace(each, under=lead.story.id))
    return replace(edition, stories=tuple(placed))


def _is_one(lead: DigestStory, each: DigestStory, known: Mapping[int, About]) -> bool:
    if lead.story.watch != each.story.watch:
        return False
    step = lead.affair.step(lead.story.id) if lead.affair else None
    if lead.affair and step and lead.affair.step(each.story.id):
        return True
    return known[lead.story.id].is_akin(known[each.story.id])
