"""Cities that are a party themselves: a mayor and a company, two ports. A city's name stands else for its country.

A city is a party where it stands in nearly all titles and its country is hardly named for certain: seeds about a
country say its name, its adjective or its capital as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from monitor.text.fold import fold, squeeze
from monitor.text.marked_terms import unmarked
from monitor.text.sound_key import sound_key
from monitor.topic.mentions import NameBook, Reading
from monitor.topic.seed_bodies import Body
from monitor.topic.world import World

_SOFT = re.compile("[cC](?=[eéiíy])")
_TITLES = 0.8  # share of the titles that a city stands in
_NAMED = 0.4  # share of the seeds that name its country for certain, from which the city stands for it


@dataclass(slots=True)
class _City:
    """A city in the seeds. names: as written, in their order; countries: those that have one so called."""

    names: dict[str, None] = field(default_factory=dict)
    countries: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)


def cities(readings: Sequence[Reading], book: NameBook, world: World) -> Iterator[Body]:
    """The cities that the seeds are about, each with its names in other languages, as far as they sound alike."""
    found: dict[str, _City] = {}
    certain: dict[str, set[str]] = {}
    for read in readings:
        for part in read.parts:
            for each in book.finder(read).find(part.text):
                name = part.text[each.start : each.end]
                if each.kind != "city":
                    certain.setdefault(each.code, set()).add(read.name)
                elif key := sound_key(name):
                    city = found.setdefault(key, _City())
                    city.names[name] = None
                    city.countries.add(each.code)
                    city.titles |= {read.name} if part.where == "title" else set()
    for city in found.values():
        named = max(len(certain.get(code, ())) for code in city.countries)
        if len(city.titles) >= _TITLES * len(readings) and named < _NAMED * len(readings):
            first = next(iter(city.names))
            names = dict.fromkeys((*city.names, *_sounding(city, world)))
            yield Body(f"city_{squeeze(fold(first))}", first, tuple(names))


def _sounding(city: _City, world: World) -> Iterator[str]:
    """The names of the countries' cities, in all languages, that sound like one of the written ones."""
    keys = {key for name in city.names for key in _keys(name)}
    for code in sorted(city.countries & world.parties.keys()):
        for row in world.parties[code].names:
            if row.kind == "city":
                yield from (name for name in map(unmarked, row.names) if not keys.isdisjoint(_keys(name)))


def _keys(name: str) -> Iterable[str]:
    """What a name sounds like; a "c" before a light vowel may be an s, as in Barcelona."""
    return filter(None, (sound_key(name), sound_key(_SOFT.sub("s", name))))
