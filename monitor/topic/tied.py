"""How the words and names that the seeds taught belong together. Pure.

A word that the seeds hold almost only within a phrase says less outside it: of "Lake Urmia" neither "lake" nor "Urmia"
is the subject. The words of a name are one name, however many they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from monitor.text.fold import stems_of, tokens
from monitor.text.marked_terms import bare
from monitor.topic.profile_families import is_of_all_kinds
from monitor.topic.records import Profile
from monitor.topic.sides import TopicSide
from monitor.topic.world import World

_WITHIN = 0.8  # share of a word's uses in one phrase from which it stands for that phrase
FIELD_KEY = 0.05  # how much of a key word the seeds' word is that stands for a field no family knows
_NEARLY_ALL, _FEW = 0.8, 3  # share of the seeds of a language that hold a word which all share; seeds at least


@dataclass(frozen=True, slots=True)
class Learned:
    """A term, or a name that no list has. within: the phrase that holds it; name: the longest name that holds it.

    seeds: the file names it was found in.
    """

    text: str
    weight: float
    count: int
    rarity: float
    key: float
    language: str
    is_name: bool
    within: str = ""
    name: str = ""
    seeds: tuple[str, ...] = ()

    @property
    def stems(self) -> tuple[str, ...]:
        """Its words as they are counted."""
        return stems_of(tokens(bare(self.text)), self.language)


def learned_rows(profile: Profile) -> list[Learned]:
    """What is looked for by its stems: the terms, and the names that the gazetteer does not know."""
    rows = [
        Learned(row.term, row.weight, row.count, row.rarity, row.key, row.language, is_name=False, seeds=row.seeds)
        for row in profile.terms
    ]
    rows += [
        Learned(row.name, row.weight, row.count, row.rarity, row.key, row.language, is_name=True, seeds=row.seeds)
        for row in profile.entities
        if not row.entity
    ]
    return rows


def tied(rows: Sequence[Learned]) -> list[Learned]:
    """The rows with the phrase, and of names the whole name, that each belongs to."""
    phrases = [(row.stems, row) for row in rows if len(row.stems) > 1]
    return [_tied(row, phrases) for row in rows]


def _tied(row: Learned, phrases: Sequence[tuple[tuple[str, ...], Learned]]) -> Learned:
    stems = row.stems
    holding = [
        (each, phrase)
        for each, phrase in phrases
        if phrase.language == row.language and set(stems) <= set(each) and len(each) > len(stems)
    ]
    within = max((phrase for _, phrase in holding), key=lambda phrase: phrase.count, default=None)
    bound = within is not None and len(stems) == 1 and within.count >= _WITHIN * row.count
    names = [(len(each), phrase.count, phrase.text) for each, phrase in holding if phrase.is_name]
    return replace(
        row,
        within=within.text if within and bound else "",
        name=(max(names)[2] if names else row.text) if row.is_name else "",
    )


def _share_a_word(profile: Profile | None) -> bool:
    """Whether a key word that is no name stands in nearly all seeds of its language."""
    if profile is None:
        return False
    texts = {each.code: len(each.seeds) for each in profile.languages}
    keys = [term for term in profile.terms if term.key >= FIELD_KEY]
    return any(len(term.seeds) >= _NEARLY_ALL * max(_FEW, texts.get(term.language, 0)) for term in keys)


def are_telling(sides: Sequence[TopicSide], about: Collection[str], profile: Profile | None, world: World) -> bool:
    """Whether the sides are seldom named together but for what is between them: bodies that only the seeds name, since
    no table has all words of a field; and two whose seeds have no field and no word in common, since any dealing of
    theirs is meant then.
    """
    if about and not (profile and is_of_all_kinds(profile) and {family.id for family in profile.families} == {*about}):
        return len(sides) > 1 and all(
            side.code and not side.country and side.code not in world.parties for side in sides
        )
    return len(sides) > 1 and not _share_a_word(profile)
