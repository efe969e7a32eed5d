"""What no alert is sent of, because an alert has told it: an account of the same, the same person and act, the talks
after an arrival. Pure.

A hold costs a reader up to a day, so what differs from what was told in partner, place or day is never held. The next
digest shows what was held in full, and names the alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from monitor.digest.affairs import Around, affairs_of
from monitor.digest.akin import SOON, akin_to, named
from monitor.digest.enrich import Context
from monitor.model import Report, Story
from monitor.stories.about import About, about, each_about
from monitor.stories.group.signature import acts_of_headline
from monitor.stories.group.tables import load_tables

Reason = Literal["account", "akin", "visit", "joined"]
VISIT = "visit"  # the act of visits, meetings, talks and delegations in headlines
AT_ONCE = timedelta(days=1)  # between two accounts that name nobody, but an act and a place


@dataclass(frozen=True, slots=True)
class Hold:
    """A story that is no alert of its own. told: the story of the alert that stands for it.

    reason: "account", it follows that story and adds nothing; "akin", the two have a person and an act in common, or
    name nobody, but an act and a place; "visit", it tells of the talks for which the guest of that story came;
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
    if like := akin_to(story, told, context) or _akin_by_report(story, told, context):
        return Hold(story, "akin", max(like))
    own = about(story, named(context))
    kin = {id: own.kinship(other) for id, other in told.items() if id != story.id}
    if same := [id for id, each in kin.items() if each == "place" and abs(own.began - told[id].began) <= AT_ONCE]:
        return Hold(story, "akin", max(same))
    arrived = [id for id, each in kin.items() if each == "visit" and not told[id].acts]
    if arrived and _only_visits(story):
        return Hold(story, "visit", max(arrived))
    return None


def told_elsewhere(
    story: Story, reports: Sequence[Report], told: Mapping[int, About], context: Context
) -> dict[int, int]:
    """Article id → the story of an alert that one of these reports of ``story``, by itself, is akin to.

    It joined the story and differs from it: it may be of another event, and that may be one of which an alert told.
    """
    found: dict[int, int] = {}
    for report, own in zip(reports, each_about(replace(story, reports=tuple(reports)), named(context)), strict=True):
        if like := [id for id, other in told.items() if id != story.id and own.is_akin(other)]:
            found[report.article.id] = max(like)
    return found


def _akin_by_report(story: Story, told: Mapping[int, About], context: Context) -> tuple[int, ...]:
    """The stories that the reports of one, each by itself, are akin to; none where a report is akin to none.

    All of a story together name more people than any report does, and one that was joined wrongly names others.
    """
    found: list[int] = []
    for own in each_about(story, named(context)):
        if not (like := [id for id, other in told.items() if id != story.id and own.is_akin(other)]):
            return ()
        found += like
    return tuple(found)


def _only_visits(story: Story) -> bool:
    """Whether no headline names an act but visits, meetings and talks: nothing that was signed or done there."""
    titles = ((report.article.title, report.article.language) for report in story.reports)
    return all(acts_of_headline(title, language, load_tables()) <= {VISIT} for title, language in titles)


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
