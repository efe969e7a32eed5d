"""What the states that are no side of a topic are called. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from monitor.text.marked_terms import bare, ending_of, without_article
from monitor.text.scripts import script
from monitor.topic.records import COUNTRIES, WEAK, Concept
from monitor.topic.sides import TopicSide
from monitor.topic.world import Names, World

_LEAST = 5  # letters of a capital: a shorter one is a word, or the beginning of one, in some language


def other_states(sides: Sequence[TopicSide], world: World) -> Iterator[Names]:
    """The names, adjectives and capitals of the countries that are no side."""
    ours = {side.code for side in sides} | {side.country for side in sides}
    for code, party in world.parties.items():
        if party.kind == "country" and not {code, party.country} & ours:
            yield from (names for names in party.names if names.kind in ("name", "adjective", "capital"))


def adjectives(sides: Sequence[TopicSide], world: World) -> frozenset[str]:
    """What the states that are no side, and their people, are called: folded, without an article."""
    return frozenset(
        without_article(bare(name))
        for names in other_states(sides, world)
        if names.kind == "adjective"
        for name in names.names
    )


def without_names(terms: Iterable[str], names: Collection[str], forms_of: Collection[str]) -> tuple[str, ...]:
    """Terms without those that are names of the sides, folded. forms_of: names of which a term may not be the beginning
    either, where it takes any ending: where a side is Russia, "Russia*" is no other state.
    """
    kept = [(term, bare(term)) for term in terms]
    return tuple(
        term
        for term, name in kept
        if name not in names and not (ending_of(term) == "any" and any(each.startswith(name) for each in forms_of))
    )


def writings_of_others(sides: Sequence[TopicSide], world: World) -> Iterator[tuple[Concept, tuple[str, ...], str]]:
    """(concept, terms, their language). A capital is a place: it stands for its state here and there
    (match/capitals.py)."""
    concepts = {capital: Concept("context", COUNTRIES, place=capital) for capital in (False, True)}
    for names in other_states(sides, world):
        capital = names.kind == "capital"
        terms = (name for name in names.names if not name.startswith(("^", WEAK)))
        if capital:
            terms = (name for name in terms if len(bare(name)) >= _LEAST or script(bare(name)) == "han")
        yield concepts[capital], tuple(terms), names.language
