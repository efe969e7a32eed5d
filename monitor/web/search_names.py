"""Names in a search: every writing of a person, body or place that the entity lists know by one of its spellings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from monitor.errors import ConfigError
from monitor.store import Store, search_sounds
from monitor.text.fold import fold
from monitor.text.marked_terms import unmarked, without_article
from monitor.text.name_parts import Heard
from monitor.text.scripts import script
from monitor.text.short_names import without_sorani_e
from monitor.text.sound_key import LEAST, sound_keys, sounds_like
from monitor.topic.records import EntityName
from monitor.topic.vocabulary import load_vocabulary
from monitor.web.request import Site

log = logging.getLogger(__name__)

KINDS = ("person", "body", "group", "place")  # a country's names are also those of its people and things
MOST_WORDS = 5  # of a name
_COMMON = "~"  # marks a name in the lists that many bear


_known: WeakKeyDictionary[Site, Names] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Names:
    """by_name, by_key: names folded, and their `sound_keys`, with the numbers of the entities that bear them."""

    writings: Sequence[tuple[str, ...]]
    by_name: dict[str, frozenset[int]]
    by_key: dict[str, frozenset[int]]

    def of(self, words: str) -> tuple[str, ...]:
        """All names of whoever the words may name, however they are spelt; () for nobody."""
        plain = fold(words)
        found = self.by_name.get(plain) or self.by_name.get(without_article(plain)) or self._by_key(words)
        return tuple(dict.fromkeys(name for each in sorted(found) for name in self.writings[each]))

    def _by_key(self, words: str) -> frozenset[int]:
        said = (words, *without_sorani_e(words))
        keys = [key for one in said for key in sound_keys(one) if len(key) >= LEAST]
        found = {each for key in keys for each in self.by_key.get(key, ())}
        if all(len(key.removesuffix("i")) > LEAST for key in keys):
            return frozenset(found)
        return frozenset(each for each in found if any(self._has_the_vowels_of(one, each) for one in said))

    def _has_the_vowels_of(self, words: str, number: int) -> bool:
        """Whether a name of an entity in the same letters has these vowels: else "army" is Urmia, and Muthanna is
        Maysan.
        """
        letters = script(fold(words))
        return any(script(fold(name)) == letters and sounds_like(words, name) for name in self.writings[number])


def names_of(site: Site) -> Names:
    """The names of the entity lists of a configuration in force; none where a list was broken since, as the log says.

    They are read once, so that a list that is being edited neither holds up nor breaks a search.
    """
    if site not in _known:
        try:
            _known[site] = _names(load_vocabulary(site.config).entities)
        except ConfigError as error:
            log.warning("the page searches for names as they are written, until the lists can be read: %s", error)
            return Names((), {}, {})
    return _known[site]


def heard_in(store: Store) -> Heard:
    """What tells how the archive writes a word."""

    def heard(word: str, /, *, surely: bool = False, beside: bool = False) -> tuple[str, ...]:
        with store.read() as db:
            return search_sounds.writings(db, word, surely=surely, beside=beside)

    return heard


def _names(entities: Sequence[EntityName]) -> Names:
    writings: list[tuple[str, ...]] = []
    by_name: dict[str, set[int]] = {}
    by_key: dict[str, set[int]] = {}
    for entity in entities:
        if entity.kind not in KINDS:
            continue
        # A surname that many bear stands for its own writings, and not for all names of one of its bearers.
        common = [name for name in entity.names if name.startswith(_COMMON)]
        for group in ([name for name in entity.names if name not in common], common):
            own = tuple(unmarked(name) for name in group if "*" not in name)
            for name in own:
                by_name.setdefault(fold(name), set()).add(len(writings))
                for key in sound_keys(name):
                    by_key.setdefault(key, set()).add(len(writings))
            writings.append(own)
    frozen = [{key: frozenset(its) for key, its in each.items()} for each in (by_name, by_key)]
    return Names(writings, *frozen)
