"""The world as news names it: countries, regions and organisations, and what each is called in 31 languages.

The table is monitor/data/world.tsv.gz. benchmarks/build_world.py makes it from Unicode CLDR, GeoNames (CC BY 4.0) and
lists written by hand, and says which name comes from where.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, NamedTuple, cast

PlaceKind = Literal["country", "region", "organisation"]
NameKind = Literal["name", "adjective", "capital", "city", "shadow"]

_ACRONYM = re.compile(r"\^?[A-Z]{3,8}")
SHADOW = "-"  # the code under which stand names that hold a country's name and are none of it: "South China Sea"
_KINDS = frozenset({"country", "region", "organisation"})


class Names(NamedTuple):
    """What a party is called in one language, all of one kind.

    kind: "capital" is also the seat of its government ("the Kremlin"), "city" also a province. names: as written, with
    "word*" for any ending, "~word" for one that is another word, too, and counts only with others, "^word" for one
    that counts only with its capitals ("US" is not "us").
    """

    language: str
    kind: NameKind
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorldParty:
    """A country, region or organisation. country: ISO 3166 code, of a region the one it lies in, "" for none."""

    code: str
    kind: PlaceKind
    label: str
    country: str
    names: tuple[Names, ...]


@dataclass(frozen=True, slots=True)
class World:
    """parties: by ISO 3166 code (two letters, "XK" is Kosovo), or a longer code of a region or organisation.

    shadows: names that hold a party's name and are none of it.
    """

    parties: Mapping[str, WorldParty]
    shadows: tuple[Names, ...]

    def names_in(self, languages: frozenset[str]) -> Iterator[tuple[str, Names]]:
        """(code, names) of the languages; ``SHADOW`` is the code of shadows."""
        for names in self.shadows:
            if names.language in languages:
                yield SHADOW, names
        for code, party in self.parties.items():
            for names in party.names:
                if names.language in languages:
                    yield code, names


def is_acronym(name: str) -> bool:
    """Whether a name is capitals alone, as organisations have: WTO, ^WHO."""
    return _ACRONYM.fullmatch(name) is not None


@lru_cache(maxsize=1)
def load_world() -> World:
    """The shipped table. Its lines: code, country, kind and label of a party; then code, language, kind and names."""
    packed = (resources.files("monitor") / "data" / "world.tsv.gz").read_bytes()
    heads: dict[str, tuple[PlaceKind, str, str]] = {}
    names: dict[str, list[Names]] = {SHADOW: []}
    for line in gzip.decompress(packed).decode().splitlines():
        if line.startswith("#"):
            continue
        code, second, kind, last = line.split("\t")
        if kind in _KINDS:
            heads[code] = cast(PlaceKind, kind), last, second or (code if kind == "country" else "")
            names[code] = []
        else:
            names[code].append(Names(second, cast(NameKind, kind), tuple(last.split("|"))))
    parties = {code: WorldParty(code, *head, tuple(names[code])) for code, head in heads.items()}
    return World(parties, tuple(names[SHADOW]))
