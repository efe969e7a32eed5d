"""What no alert is sent of, because an alert has told it: another account of a story, or the same person and act. Pure.

A hold costs a reader up to a day, so what differs from what was told in partner, place or day is never held. The next
digest shows what was held in full, and names the alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from monitor.digest.affairs import Around, affairs_of
from monitor.digest.akin import SOON, akin_to, named
from monitor.digest.enrich import Context
from monitor.model import Story
from monitor.stories.about import About, about

Reason = Literal["account", "akin", "joined"]


@dataclass(frozen=True, slots=True)
class Hold:
    """A story that is no alert of its own. told: the story of the alert that stands for it.

    reason: "account", it follows that story and adds nothing; "akin", the two have a person and an act in common;
    "joined", it is that story itself, with a report that came later.
    """

    story: Story
    reason: Reason
    told: int


def hold_of(story: Story, near: Around, told: Mapping[int, About], context: Context) -> Hold | None:
    """Why a story is no alert, None where it is one.

    near: what the story is part of, with the alerts as what was shown. told: what the alerts of the last `SOON` were
    about, by story.
    """
    if (other := _accounted(story, near, context)) is not None:
        return Hold(story, "account", other)
    like = akin_to(story, told, context)
    return Hold(story, "akin", max(like)) if like else None


def _accounted(story: Story, near: Around, context: Context) -> int | None:
    """The story that an alert told, and of which this one is soon another account; None for none."""
    affair = affairs_of(near, [story.id], context).get(story.id)
    step = affair.step(story.id) if affair else None
    if affair is None or step is None or not step.nothing:
        return None
    entities = named(context)
    own = about(story, entities)
    for other in affair.steps:
        told = other.story != story.id and other.story in near.shown and step.began - other.began <= SOON
        if told and not own.differs(about(near.stories[other.story], entities)):
            return other.story
    return None
