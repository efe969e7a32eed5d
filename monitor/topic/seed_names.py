"""Which words of the seeds are names, and of whom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from monitor.text.fold import fold, term_matches, tokens, variants
from monitor.text.marked_terms import bare, unmarked
from monitor.text.proper_names import capitalised_words, find_names
from monitor.text.scripts import script
from monitor.topic.likeness import CAP
from monitor.topic.records import EntityName, ProfileEntity


def words_of(names: Iterable[str]) -> set[str]:
    """The folded words of names."""
    return {word for name in names for word in tokens(bare(name))}


class SeedNames:
    """Which words of the seeds are names: of parties and known entities, which count as such, and others."""

    def __init__(
        self,
        texts: Mapping[str, str],
        known: Sequence[ProfileEntity],
        entities: Sequence[EntityName],
        parties: set[str],
    ) -> None:
        ids = {row.entity for row in known}
        capitalised = capitalised_words(texts)
        of_known = words_of(name for entity in entities if entity.id in ids for name in entity.names)
        # A word of a known name that the seeds also write small is a word: a body named after it does not take it.
        self._counted = parties | (of_known & capitalised)
        self._unspaced = {word for word in self._counted if script(word) == "han"}
        self._capitalised = capitalised
        self._writings = {fold(found.name): found.name for found in find_names(texts)}

    def are_left_out(self, written: str) -> bool:
        """Whether a word or phrase is counted elsewhere: as a known name, or with a party's name in it."""
        return not self._counted.isdisjoint(written.split())

    def overlap(self, run: str) -> bool:
        """The same of a run of characters in a script without spaces, which holds such a name or is a part of one."""
        return any(name in run or run in name for name in self._unspaced)

    def written(self, term: str) -> str:
        """The name as the seeds write it where ``term`` is made of names alone; else ""."""
        if not self._capitalised.issuperset(term.split()):
            return ""
        return self._writings.get(term) or " ".join(word.capitalize() for word in term.split())


def known_entities(texts: Mapping[str, str], entities: Sequence[EntityName]) -> tuple[ProfileEntity, ...]:
    """The gazetteer's entities the seeds hold, under the name that is commonest there."""
    folded = {name: fold(text) for name, text in texts.items()}
    found: list[tuple[EntityName, str, Counter[str]]] = []
    for entity in entities:
        seeds, writings = _mentions(entity, folded)
        if seeds:
            found.append((entity, max(sorted(writings), key=lambda name: (writings[name], len(name))), seeds))
    most = max((seeds.total() for _, _, seeds in found), default=1)
    rows = [_entity(name, entity, seeds, len(texts), most) for entity, name, seeds in found]
    return tuple(sorted(rows, key=lambda row: (-row.weight, row.entity)))


def _entity(name: str, entity: EntityName, seeds: Counter[str], of: int, most: int) -> ProfileEntity:
    share: float = (len(seeds) / of) ** 0.75
    weight = round(share * (1 + math.log(seeds.total())) / (1 + math.log(most)), 3)
    return ProfileEntity(name, entity.id, entity.side, weight, tuple(sorted(seeds)), seeds.total(), 0.0, CAP, "")


def _mentions(entity: EntityName, folded: Mapping[str, str]) -> tuple[Counter[str], Counter[str]]:
    """How often each seed names the entity, and how often each of its names stands there, longest name first."""
    seeds: Counter[str] = Counter()
    writings: Counter[str] = Counter()
    names = sorted(set(map(unmarked, entity.names)), key=lambda name: (-len(name), name))
    for seed, text in folded.items():
        taken: set[int] = set()
        for name in names:
            for start, end in _places(name, text):
                if taken.isdisjoint(range(start, end)):
                    taken.update(range(start, end))
                    seeds[seed] += 1
                    writings[name] += 1
    return seeds, writings


def _places(name: str, text: str) -> Iterator[tuple[int, int]]:
    for writing in variants(name):
        start = text.find(writing)
        while start >= 0:
            end = start + len(writing)
            if term_matches(text, start, end):
                yield start, end
            start = text.find(writing, end)
