"""What is new by its words and not to a reader: another story of one person and act, soon after an edition's. Pure.

Accounts of one event in several languages, or by other words, are often several stories that nothing links. Whoever
read of the talks on Monday is told on Tuesday where that stood, and the story is shown in full: it may be another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.digest.enrich import Context
from monitor.model import DigestStory, Edition, EditionEntry, Story
from monitor.stories.gloss import names_in_front
from monitor.topic.records import EntityName

SOON = timedelta(days=3)  # between the two editions


@dataclass(frozen=True, slots=True)
class _About:
    """People whom headlines or openings of a story name, and the acts of its watch."""

    watch: str
    people: frozenset[str]
    acts: frozenset[str]

    def is_like(self, other: _About) -> bool:
        """Whether the two have a person and an act in common."""
        return self.watch == other.watch and bool(self.people & other.people) and bool(self.acts & other.acts)


def with_akin(
    edition: Edition, recent: Sequence[Story], entries: Mapping[int, EditionEntry], context: Context
) -> Edition:
    """The edition with the new stories that are akin to one of ``recent``, each with the last entry of such a one.

    recent: stories that editions have shown within `SOON`, with their texts. entries: where they stood, by id.
    """
    people = {entity.id: entity for entity in context.entities if entity.kind == "person"}
    before = [(story.id, _about(story, people)) for story in recent if story.id in entries]

    def told(each: DigestStory) -> DigestStory:
        if not before or not each.is_new:
            return each
        own = _about(each.story, people)
        like = [entries[id] for id, other in before if id != each.story.id and own.is_like(other)]
        return replace(each, akin=True, before=max(like, key=lambda entry: entry.until)) if like else each

    return replace(edition, stories=tuple(map(told, edition.stories)))


def _about(story: Story, people: Mapping[str, EntityName]) -> _About:
    return _About(
        story.watch,
        frozenset(id for report in story.reports for id in names_in_front(report, people)),
        frozenset(act for report in story.reports for act in report.match.acts),
    )
