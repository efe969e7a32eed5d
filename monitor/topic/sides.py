"""The sides of a topic: those that a person wrote, or else the parties that the seeds are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.config.watch import WatchConfig
from monitor.text.fold import fold, tokens
from monitor.text.marked_terms import bare
from monitor.topic.records import EntityName, Profile, ProfileParty
from monitor.topic.world import World

_NAME = 4  # letters of a side's name from which a word that holds it, or all but its last letter first, is a form of it


@dataclass(frozen=True, slots=True)
class TopicSide:
    """One side. entities: ids or sides of config/entities; terms: a person's own; code: its key in the world table."""

    name: str
    label: str
    country: str
    entities: tuple[str, ...]
    terms: tuple[str, ...]
    code: str = ""

    def has(self, entity: EntityName) -> bool:
        """Whether an entity of config/entities is of this side."""
        return entity.id in self.entities or (entity.side in self.entities and entity.side != "")


def topic_sides(watch: WatchConfig, profile: Profile | None, world: World) -> tuple[TopicSide, ...]:
    """The sides that a person wrote win, also where they wrote that there are none; else the parties of the seeds, if
    there are two or three.

    An ``entities:`` that config/entities has not may be a country of the table.
    """
    if watch.sides is not None:
        return tuple(
            TopicSide(
                name, name.capitalize(), side.country or "", side.entities, side.terms, code_of(side.entities, world)
            )
            for name, side in watch.sides.items()
        )
    parties = profile.parties if profile else ()
    if len(parties) < 2:
        return ()
    return tuple(
        TopicSide(party.id, party.label, party.country, (party.id,), party.names, party.code) for party in parties
    )


def party_writings(party: ProfileParty, entities: Sequence[EntityName], world: World) -> Iterator[str]:
    """What a party is called in every language, without its cities."""
    for entity in entities:
        if entity.kind == "country" and party.id in (entity.id, entity.side):
            yield from entity.names
    for row in world.parties[party.code].names if party.code in world.parties else ():
        if row.kind != "city":
            yield from row.names
    yield from party.names


def words_of_sides(
    sides: Sequence[ProfileParty], written: Iterable[str], entities: Sequence[EntityName], world: World
) -> set[str]:
    """The folded words of the sides' names, which count as such and not as terms. written: words by which the seeds
    name a party, of which the forms of these names count, too: other cases, and what is joined to them.
    """
    names = [bare(name) for side in sides for name in party_writings(side, entities, world)]
    words = {name for name in names if len(name) >= _NAME and " " not in name}
    forms = {form for form in written if any(name in form or form.startswith(name[:-1]) for name in words)}
    return {word for name in names for word in tokens(name)} | forms


def party_alone(profile: Profile, world: World) -> str:
    """The one country or region that the seeds of a subject are about, by its code; "" where there is no such one."""
    codes = [party.code for party in profile.parties]
    return codes[0] if len(codes) == 1 and codes[0] in world.parties else ""


def code_of(names: Sequence[str], world: World) -> str:
    """The one country that is called by one of ``names`` ("russia", "RU"), else ""."""
    wanted = {fold(name) for name in names}
    return next((code for code, party in world.parties.items() if wanted & {fold(code), fold(party.label)}), "")


def is_actor(entity: EntityName) -> bool:
    """Whether an entity can act for a side, as places and arms cannot."""
    return entity.kind in ("person", "body", "group", "title")


def implied(entity: EntityName, sides: Sequence[TopicSide]) -> int:
    """The place of the side for which an entity may stand, -1 for none."""
    return next((n for n, side in enumerate(sides) if entity.implies and entity.implies in side.entities), -1)
