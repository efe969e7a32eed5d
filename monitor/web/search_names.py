"""Names in a search: every writing of a person, body or place that the entity lists know by one of its spellings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.config import Config
from monitor.text.fold import fold
from monitor.text.marked_terms import unmarked
from monitor.text.sound_key import LEAST, sound_key
from monitor.topic.records import EntityName
from monitor.topic.vocabulary import load_vocabulary

KINDS = ("person", "body", "group", "place")  # a country's names are also those of its people and things
MOST_WORDS = 5  # of a name
_COMMON = "~"  # marks a name in the lists that many bear


@dataclass(frozen=True, slots=True)
class Names:
    """by_name, by_key: names folded, and their `sound_key`, with the numbers of the entities that bear them."""

    writings: Sequence[tuple[str, ...]]
    by_name: dict[str, frozenset[int]]
    by_key: dict[str, frozenset[int]]

    def of(self, words: str) -> tuple[str, ...]:
        """All names of whoever the words may name, however they are spelt; () for nobody."""
        found = self.by_name.get(fold(words)) or self._by_key(words)
        return tuple(dict.fromkeys(name for each in sorted(found) for name in self.writings[each]))

    def _by_key(self, words: str) -> frozenset[int]:
        key = sound_key(words)
        return self.by_key.get(key, frozenset()) if len(key) >= LEAST else frozenset()


def names_of(config: Config) -> Names:
    """The names of a configuration's entity lists. Raises ConfigError."""
    entities = load_vocabulary(config).entities
    return _names(tuple(entities))


@lru_cache(maxsize=2)
def _names(entities: tuple[EntityName, ...]) -> Names:
    writings: list[tuple[str, ...]] = []
    by_name: dict[str, set[int]] = {}
    by_key: dict[str, set[int]] = {}
    for entity in entities:
        if entity.kind not in KINDS:
            continue
        own = tuple(unmarked(name) for name in entity.names if not name.startswith(_COMMON) and "*" not in name)
        for name in own:
            by_name.setdefault(fold(name), set()).add(len(writings))
            by_key.setdefault(sound_key(name), set()).add(len(writings))
        writings.append(own)
    frozen = [{key: frozenset(its) for key, its in each.items()} for each in (by_name, by_key)]
    return Names(writings, *frozen)
