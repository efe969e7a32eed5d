"""What an edition says about each story beyond its reports: who had it first, who copies whom, what is new, quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.model import DigestStory, Edition, Feed, Story
from monitor.stories.novelty import summarise, whats_new
from monitor.stories.provenance import provenance
from monitor.topic.records import EntityName

TOLD_WIDELY = 2  # independent publishers from which the silence of others says something


@dataclass(frozen=True, slots=True)
class Context:
    """What telling about stories takes. countries: code → name of those whose silence matters; acts: id → name."""

    feeds: Sequence[Feed]
    entities: Sequence[EntityName] = ()
    acts: Mapping[str, str] | None = None
    countries: Mapping[str, str] | None = None


def voices_of(stories: Sequence[Story]) -> dict[int, int]:
    """story id → how many independent publishers report it."""
    return {story.id: provenance(story.reports).voices for story in stories}


def enrich(edition: Edition, context: Context) -> Edition:
    """The edition with all of that filled in; stories it only lists as headlines need none."""
    return replace(edition, stories=tuple(_told(each, context) for each in edition.stories))


def _told(each: DigestStory, context: Context) -> DigestStory:
    reports = each.story.reports
    fresh = [report for report in reports if report.article.id in each.fresh]
    before = [report for report in reports if report.article.id not in each.fresh]
    found = provenance(reports, context.feeds, context.countries)
    copies = {copy.article for copy in found.copies}
    facts = whats_new(before, fresh, context.entities, context.acts) if each.developing else ()
    return replace(
        each,
        first=found.first,
        first_article=found.first_article,
        voices=found.voices,
        copies=found.copies,
        silent=found.silent if found.voices >= TOLD_WIDELY else (),
        news=(*each.news, *(fact.news for fact in facts)),
        quotes=each.quotes or summarise(fresh or reports, skip=copies),
    )
