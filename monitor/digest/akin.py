"""What is new by its words and not to a reader: a story of the person and the act of another that was just told, or of
the same visit. Pure.

Accounts of one event in several languages, or by other words, are often several stories that nothing links. Whoever
read of the talks on Monday is told on Tuesday where that stood, and the story is shown in full: it may be another one.
So is who read of an arrival, and then of the talks that it was for.
Of what an alert has told no second one is sent, unless the two differ in partner, place or day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.digest.enrich import Context
from monitor.model import DigestStory, Edition, EditionEntry, Story
from monitor.stories.about import About, about
from monitor.topic.records import EntityName

# Between the two editions, or the alerts: three days, and one of the same hour counts whatever its minute.
SOON = timedelta(days=3, hours=1)


def with_akin(
    edition: Edition, recent: Sequence[Story], entries: Mapping[int, EditionEntry], context: Context
) -> Edition:
    """The edition with the new stories that are akin to one of ``recent``, each with the last entry of such a one.

    recent: stories that editions have shown within `SOON`, with their texts. entries: where they stood, by id.
    """
    entities = named(context)
    before = abouts([story for story in recent if story.id in entries], context)

    def told(each: DigestStory) -> DigestStory:
        if not before or not each.is_new:
            return each
        own = about(each.story, entities)
        like = {id: kin for id, other in before.items() if id != each.story.id and (kin := own.kinship(other))}
        if not like:
            return each
        last = max(like, key=lambda id: entries[id].until)
        return replace(each, akin=like[last], before=entries[last])

    return replace(edition, stories=tuple(map(told, edition.stories)))


def with_holds(edition: Edition, held: Mapping[int, EditionEntry]) -> Edition:
    """The edition with the alerts that stood for some of its stories. held: story id → that alert."""
    stories = (replace(each, held=held.get(each.story.id)) for each in edition.stories)
    return replace(edition, stories=tuple(stories)) if held else edition


def abouts(stories: Sequence[Story], context: Context) -> dict[int, About]:
    """What these stories are about, by id. They have their texts."""
    entities = named(context)
    return {story.id: about(story, entities) for story in stories}


def akin_to(story: Story, before: Mapping[int, About], context: Context) -> tuple[int, ...]:
    """Ids of the stories ``before`` that a story is akin to, itself aside."""
    own = about(story, named(context))
    return tuple(id for id, other in before.items() if id != story.id and own.is_akin(other))


def named(context: Context) -> dict[str, EntityName]:
    """The people and places of a context, by id."""
    return {entity.id: entity for entity in context.entities if entity.kind in ("person", "place")}
