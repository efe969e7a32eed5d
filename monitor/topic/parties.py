"""Who the seeds are about: the two countries, organisations or regions between which something happens.

A relation is never guessed at. It is given where the same two parties are named together, in the title or one of the
first sentences, in nearly all seeds (``NEARLY_ALL``): seeds about a subject name many countries, but not the same two
each time. Of several such pairs the one counts whose less prominent side is the most prominent. A third party counts
where it is named together with both and stands in most titles: a mediator or an ally does not, a party to the
drill does. One party alone is given where it stands in the title or the first sentences of every seed, and in most
titles, and no other stands in more than a few (``RIVAL``): a subject in one country.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from monitor.topic.mentions import Mention, SeedMentions, country_entities, seed_mentions
from monitor.topic.records import EntityName, SeedArticle
from monitor.topic.world import NameKind, PlaceKind, World

NEARLY_ALL = 0.8  # share of the seeds that name two parties together: four of five
MOST_TITLES = 0.6  # share of the titles in which a pair (either of them), a third party or a single one stands
RIVAL = 0.4  # share of the seeds in whose front another party may stand beside a single one
THIRD = 0.5  # a third party's prominence, as a share of the second's
_TITLE, _FIRST, _FRONT, _BODY = 3.0, 2.0, 1.0, 0.5  # what a place in a seed adds to prominence
_MANY = 8  # mentions in the body beyond which more add nothing


@dataclass(frozen=True, slots=True)
class PartyEvidence:
    """Where a party stands in one seed. count: mentions in title and text."""

    seed: str
    title: bool
    lead: bool
    count: int


@dataclass(frozen=True, slots=True)
class Party:
    """One side of what the seeds are about.

    id: of the country in config/entities where there is one, else the ISO 3166 code or a short name, in small letters.
    label: for people. country: its ISO 3166 code, of a region the one it lies in, or "". code: its key in the world's
    table, "" for one that the table does not know. names: names the seeds give it that no table has. prominence: 0 to
    1, how much of the front of the seeds it takes.
    """

    id: str
    label: str
    kind: PlaceKind
    country: str
    code: str
    names: tuple[str, ...]
    evidence: tuple[PartyEvidence, ...]
    prominence: float


@dataclass(frozen=True, slots=True)
class PartyName:
    """A name of a party, ready to be a pattern of a side: as in the world's table, without "^" names."""

    text: str
    language: str
    kind: NameKind


def party_names(party: Party, world: World) -> tuple[PartyName, ...]:
    """Every name by which ``party`` can be found in a text of any language, those the seeds gave it among them.

    Names that count only with their capitals ("US") are left out: patterns are looked for in folded text.
    """
    known = world.parties.get(party.code)
    table = (PartyName(name, row.language, row.kind) for row in (known.names if known else ()) for name in row.names)
    found = [PartyName(name, "", "name") for name in party.names]
    return tuple(dict.fromkeys(name for name in (*table, *found) if not name.text.startswith("^")))


def find_parties(seeds: Sequence[SeedArticle], world: World, entities: Sequence[EntityName]) -> tuple[Party, ...]:
    """The parties of the seeds, the most prominent first: two or three, one, or none. The rule stands at the top."""
    read = seed_mentions(seeds, world, entities)
    candidates = _candidates(read)
    chosen = _pair(candidates, world, len(read)) or _single(candidates, world, len(read))
    ids = _entity_ids(entities, world)
    return tuple(_party(candidate, world, ids, len(read)) for candidate in chosen)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A party with its mentions by seed. units: (seed, part of its front) in which it stands."""

    code: str
    mentions: Mapping[str, tuple[Mention, ...]]
    titles: frozenset[str]
    fronts: frozenset[str]
    units: frozenset[tuple[str, int]]
    prominence: float


def _candidates(read: Sequence[SeedMentions]) -> list[_Candidate]:
    """Every party that stands in the front of a seed, the most prominent first."""
    mentions: defaultdict[str, dict[str, tuple[Mention, ...]]] = defaultdict(dict)
    for seed in read:
        for code, found in seed.parties.items():
            mentions[code][seed.name] = found
    rows = [_candidate(code, found) for code, found in mentions.items()]
    return sorted((row for row in rows if row.fronts), key=lambda row: (-row.prominence, row.code))


def _candidate(code: str, found: Mapping[str, tuple[Mention, ...]]) -> _Candidate:
    titles = frozenset(seed for seed, rows in found.items() if any(row.where == "title" for row in rows))
    fronts = frozenset(seed for seed, rows in found.items() if any(row.unit >= 0 for row in rows))
    units = frozenset((seed, row.unit) for seed, rows in found.items() for row in rows if row.unit >= 0)
    return _Candidate(code, found, titles, fronts, units, sum(map(_weight, found.values())))


def _weight(rows: Sequence[Mention]) -> float:
    """How prominent a party is in one seed."""
    body = min(_MANY, sum(row.unit < 0 for row in rows))
    places = (_TITLE * any(row.where == "title" for row in rows), _FIRST * any(row.unit == 0 for row in rows),
              _FRONT * any(row.unit > 0 for row in rows))  # fmt: skip
    return sum(places) + _BODY * math.log1p(body)


def _needed(share: float, of: int) -> int:
    return math.ceil(share * of - 1e-9)


def _together(*candidates: _Candidate) -> set[str]:
    """The seeds that name all of them in one part of the front."""
    return {seed for seed, _ in frozenset.intersection(*(candidate.units for candidate in candidates))}


def _pair(candidates: Sequence[_Candidate], world: World, of: int) -> tuple[_Candidate, ...]:
    """The two parties of a relation, and a third where there is one; nothing where there is none."""
    pairs = [
        pair for pair in combinations(candidates, 2)
        if len(_together(*pair)) >= _needed(NEARLY_ALL, of)
        and len(pair[0].titles | pair[1].titles) >= _needed(MOST_TITLES, of)
    ]  # fmt: skip
    if not pairs:
        return ()
    best = max(pairs, key=lambda pair: (pair[1].prominence, pair[0].prominence))
    third = next((candidate for candidate in candidates if _is_third(candidate, best, world, of)), None)
    return (*best, third) if third else best


def _is_third(candidate: _Candidate, pair: tuple[_Candidate, _Candidate], world: World, of: int) -> bool:
    return (
        candidate not in pair
        and len(_together(candidate, *pair)) >= _needed(NEARLY_ALL, of)
        and len(candidate.titles) >= _needed(MOST_TITLES, of)
        and candidate.prominence >= THIRD * pair[1].prominence
        and not any(_is_home(candidate.code, other.code, world) for other in pair)
    )


def _is_home(one: str, other: str, world: World) -> bool:
    """Whether one is at home in the other: the Taliban and Afghanistan are no two sides beside a third."""
    homes = [world.parties[code].country if code in world.parties else "" for code in (one, other)]
    return homes[0] == homes[1] != ""


def _single(candidates: Sequence[_Candidate], world: World, of: int) -> tuple[_Candidate, ...]:
    places = [row for row in candidates if row.code in world.parties and world.parties[row.code].kind != "organisation"]
    if not places or len(places[0].fronts) < of or len(places[0].titles) < _needed(MOST_TITLES, of):
        return ()
    if any(len(row.fronts) > RIVAL * of for row in candidates if row is not places[0]):
        return ()
    return (places[0],)


def _entity_ids(entities: Iterable[EntityName], world: World) -> dict[str, str]:
    """The code of each country that config/entities has, too → its side there."""
    return {code: entity.side or entity.id for entity, code in country_entities(entities, world)}


def _party(candidate: _Candidate, world: World, ids: Mapping[str, str], of: int) -> Party:
    known = world.parties[candidate.code]
    evidence = tuple(
        PartyEvidence(seed, seed in candidate.titles, any(row.where == "lead" for row in rows), len(rows))
        for seed, rows in sorted(candidate.mentions.items())
    )
    most = of * (_TITLE + _FIRST + _FRONT + _BODY * math.log1p(_MANY))
    return Party(
        id=ids.get(candidate.code, candidate.code.lower()),
        label=known.label,
        kind=known.kind,
        country=known.country,
        code=candidate.code,
        names=(),
        evidence=evidence,
        prominence=round(candidate.prominence / most, 3),
    )
