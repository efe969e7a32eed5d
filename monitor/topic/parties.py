"""Who the seeds are about: the two countries, organisations or regions between which something happens.

A relation is never guessed at. It is given where the same two parties are named together, in the title or one of the
first sentences, in nearly all seeds (``NEARLY_ALL``): seeds about a subject name many countries, but not the same two
each time. Of several such pairs the one counts whose less prominent side is the most prominent. A third party counts
where it is named together with both, stands in most titles, and in some of the seeds side by side with one of them
("Iran, Russia and China"): a party to the drill does; a mediator or the occasion of a quarrel does not.

One party alone is given where it stands in the title or the first sentences of every seed, and in most titles, and no
other stands in more than a few (``RIVAL``): a subject in one country. The seeds must also name it in more than one way
(``SEVERAL_WAYS``: Lebanon, the Lebanese, Beirut), for a country that only labels figures, as in "U.S. housing starts",
is no party to them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from monitor.text.marked_terms import unmarked
from monitor.topic.city_parties import cities
from monitor.topic.mentions import Found, NameBook, Part, Reading, are_in_a_row, country_entities, reading, words_at
from monitor.topic.office_holders import office_holders, surnames_of
from monitor.topic.records import WEAK, EntityName, SeedArticle
from monitor.topic.seed_bodies import Body, shared_bodies, speaking_bodies
from monitor.topic.world import NameKind, PlaceKind, World, WorldParty

NEARLY_ALL = 0.8  # share of the seeds that name two parties together: four of five
MOST_TITLES = 0.6  # share of the titles in which a pair (either of them), a third party or a single one stands
FEW = 3  # seeds below which two parties must stand in every title: one article may name any two countries
RIVAL = 0.4  # share of the seeds in whose front another party may stand beside a single one
SEVERAL_WAYS = 0.6  # share of the seeds that name a single party by two kinds of names: name, adjective, capital
BESIDE = 0.4  # share of the seeds in whose title or first sentence a third party stands beside another
THIRD = 0.5  # a third party's prominence, as a share of the second's
_TITLE, _FIRST, _FRONT, _BODY = 3.0, 2.0, 1.0, 0.5  # what a place in a seed adds to prominence
_BESIDE = 1.0  # what it adds to stand beside another party in title or first sentence: "Iran and Russia"
_EARLY = 0.5  # what it adds to be named first, half of it second: who does something is named before the occasion
_CERTAIN = 0.5  # share of the seeds that name a party for certain, from which its unsure names count in all of them
_MANY = 8  # mentions in the body beyond which more add nothing

Parties = Mapping[str, WorldParty]


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
    1, how much of the front of the seeds it takes. written: the folded words by which the seeds name it, with their
    endings and but for its cities.
    """

    id: str
    label: str
    kind: PlaceKind
    country: str
    code: str
    names: tuple[str, ...]
    evidence: tuple[PartyEvidence, ...]
    prominence: float
    written: frozenset[str]


def find_parties(seeds: Sequence[SeedArticle], world: World, entities: Sequence[EntityName]) -> tuple[Party, ...]:
    """The parties of the seeds, the most prominent first: two or three, one, or none. The rule stands at the top."""
    readings = [reading(seed) for seed in seeds]
    book = NameBook(world, entities)
    parties = dict(world.parties)
    for body in _groups_of_no_side(entities, book, readings):
        _take(body, parties, book)
    for body in (own_cities := tuple(cities(readings, book, world))):
        _take(body, parties, book)
    bodies, owned = speaking_bodies(readings, book)
    for body in bodies:
        _take(body, parties, book)
    for body in (shared := tuple(shared_bodies(readings, book))):
        _take(body, parties, book)
    holders = office_holders(readings, book)
    given = {code: (*owned.get(code, ()), *holders.get(code, ())) for code in {*owned, *holders}}
    people = {entity.id: entity for entity in entities if entity.kind == "person" and book.speaks_for(entity)}
    for known, short in surnames_of(people.values(), readings).items():
        code = book.speaks_for(people[known])
        given[code] = (*given.get(code, ()), *short)
    for code, names in given.items():
        book.add(code, (name.strip(WEAK) for name in names))
    candidates = _candidates(readings, book)
    chosen = _pair(candidates, parties, len(readings)) or _single(candidates, parties, len(readings))
    ids = {code: entity.side or entity.id for entity, code in country_entities(entities, world)}
    inferred = {body.code: body.names for body in (*own_cities, *bodies, *shared)}
    return tuple(
        _party(
            row,
            parties[row.code],
            ids.get(row.code, row.code.lower()),
            (*inferred.get(row.code, ()), *given.get(row.code, ())),
            len(readings),
        )
        for row in chosen
    )


def _take(body: Body, parties: dict[str, WorldParty], book: NameBook) -> None:
    parties[body.code] = WorldParty(body.code, "organisation", body.label, "", ())
    book.add(body.code, body.names)


def _groups_of_no_side(entities: Iterable[EntityName], book: NameBook, readings: Sequence[Reading]) -> Iterator[Body]:
    """The groups and bodies of config/entities that speak for no country and that the world's table does not know."""
    for entity in entities:
        of_none = entity.kind in ("group", "body") and not entity.side and readings
        if of_none and not any(book.finder(readings[0]).find(unmarked(name)) for name in entity.names):
            yield Body(entity.id, entity.names[0], entity.names)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A party with its mentions by seed. units: (seed, part of its front) in which it stands; kinds: of its names.

    beside: the seeds in whose title or first sentence it stands side by side with another party.
    """

    code: str
    mentions: Mapping[str, Sequence[Part]]
    kinds: Mapping[str, set[NameKind]]
    titles: frozenset[str]
    fronts: frozenset[str]
    units: frozenset[tuple[str, int]]
    beside: frozenset[str]
    prominence: float
    written: frozenset[str]


def _candidates(readings: Sequence[Reading], book: NameBook) -> list[_Candidate]:
    """Every party that stands in the front of a seed, the most prominent first.

    Unsure names count where the party is named for certain in the seed, or in most others.
    """
    found = {
        read.name: [(name, part) for part in read.parts for name in book.finder(read).find(part.text)]
        for read in readings
    }
    sure = {
        seed: {name.code for name, _ in rows if not name.unsure} | _sure_beside(rows) for seed, rows in found.items()
    }
    times = Counter(code for codes in sure.values() for code in codes)
    beside = {(seed, code) for seed, rows in found.items() for code in _side_by_side(rows)}
    early: defaultdict[str, float] = defaultdict(float)
    for rows in found.values():
        named = dict.fromkeys(name.code for name, part in rows if part.unit == 0)
        for place, code in enumerate(named, 1):
            early[code] += 1 / place
    mentions: defaultdict[str, defaultdict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
    kinds: defaultdict[str, defaultdict[str, set[NameKind]]] = defaultdict(lambda: defaultdict(set))
    written: defaultdict[str, set[str]] = defaultdict(set)
    for seed, rows in found.items():
        for name, part in rows:
            if not name.unsure or name.code in sure[seed] or times[name.code] >= _CERTAIN * len(readings):
                mentions[name.code][seed].append(part)
                kinds[name.code][seed] |= {name.kind} - {"city"}
                if name.kind != "city":
                    written[name.code] |= words_at(part.text, name)
    candidates = [
        _candidate(code, by_seed, kinds[code], beside, early[code], written[code]) for code, by_seed in mentions.items()
    ]
    return sorted((row for row in candidates if row.fronts), key=lambda row: (-row.prominence, row.code))


def _sure_beside(rows: Sequence[tuple[Found, Part]]) -> set[str]:
    """The parties of which an unsure name stands in a row with a sure one: "Chad and Sudan"."""
    return {
        code
        for (one, part), (other, same) in pairwise(rows)
        if part is same and one.unsure != other.unsure and are_in_a_row(part.text, one, other)
        for code in (one.code, other.code)
    }


def _side_by_side(rows: Sequence[tuple[Found, Part]]) -> Iterator[str]:
    """The parties that stand beside another in the title or the first sentence."""
    for (one, part), (other, same) in pairwise(rows):
        if part is same and part.unit == 0 and are_in_a_row(part.text, one, other):
            yield from (one.code, other.code)


def _candidate(
    code: str,
    found: Mapping[str, Sequence[Part]],
    kinds: Mapping[str, set[NameKind]],
    beside: Container[tuple[str, str]],
    early: float,
    written: Iterable[str],
) -> _Candidate:
    titles = frozenset(seed for seed, rows in found.items() if any(row.where == "title" for row in rows))
    fronts = frozenset(seed for seed, rows in found.items() if any(row.unit >= 0 for row in rows))
    units = frozenset((seed, row.unit) for seed, rows in found.items() for row in rows if row.unit >= 0)
    side_by_side = frozenset(seed for seed in found if (seed, code) in beside)
    prominence = sum(map(_weight, found.values())) + _BESIDE * len(side_by_side) + _EARLY * early
    return _Candidate(code, found, kinds, titles, fronts, units, side_by_side, prominence, frozenset(written))


def _weight(rows: Sequence[Part]) -> float:
    """How prominent a party is in one seed."""
    body = min(_MANY, sum(row.unit < 0 for row in rows))
    places = (_TITLE * any(row.where == "title" for row in rows), _FIRST * any(row.unit == 0 for row in rows),
              _FRONT * any(row.unit > 0 for row in rows))  # fmt: skip
    return sum(places) + _BODY * math.log1p(body)


def _needed(share: float, of: int) -> int:
    return math.ceil(share * of - 1e-9)


def _together(*candidates: _Candidate) -> set[str]:
    """The seeds that name all of them in one part of the front, or in two that follow one another."""
    near = [{(seed, at) for seed, unit in row.units for at in (unit, unit + 1)} for row in candidates]
    return {seed for seed, _ in set.intersection(*near)}


def _pair(candidates: Sequence[_Candidate], parties: Parties, of: int) -> tuple[_Candidate, ...]:
    """The two parties of a relation, and a third where there is one; nothing where there is none."""
    pairs = [
        pair for pair in combinations(candidates, 2)
        if len(_together(*pair)) >= _needed(NEARLY_ALL, of)
        and len(pair[0].titles | pair[1].titles) >= _needed(MOST_TITLES, of)
        and (of >= FEW or len(pair[0].titles & pair[1].titles) == of)
    ]  # fmt: skip
    if not pairs:
        return ()
    best = max(pairs, key=lambda pair: (pair[1].prominence, pair[0].prominence))
    third = next((candidate for candidate in candidates if _is_third(candidate, best, parties, of)), None)
    return (*best, third) if third else best


def _is_third(candidate: _Candidate, pair: tuple[_Candidate, _Candidate], parties: Parties, of: int) -> bool:
    return (
        candidate not in pair
        and len(_together(candidate, *pair)) >= _needed(NEARLY_ALL, of)
        and len(candidate.titles) >= _needed(MOST_TITLES, of)
        and len(candidate.beside) >= _needed(BESIDE, of)
        and candidate.prominence >= THIRD * pair[1].prominence
        and not any(_is_home(candidate.code, other.code, parties) for other in pair)
    )


def _is_home(one: str, other: str, parties: Parties) -> bool:
    """Whether one is at home in the other: the Taliban and Afghanistan are no two sides beside a third."""
    homes = [parties[code].country for code in (one, other)]
    return homes[0] == homes[1] != ""


def _single(candidates: Sequence[_Candidate], parties: Parties, of: int) -> tuple[_Candidate, ...]:
    places = [row for row in candidates if parties[row.code].kind != "organisation"]
    if not places or len(places[0].fronts) < of or len(places[0].titles) < _needed(MOST_TITLES, of):
        return ()
    if any(len(row.fronts) > RIVAL * of for row in candidates if row is not places[0]):
        return ()
    if sum(len(kinds) > 1 for kinds in places[0].kinds.values()) < _needed(SEVERAL_WAYS, of):
        return ()
    return (places[0],)


def _party(candidate: _Candidate, known: WorldParty, name: str, inferred: Iterable[str], of: int) -> Party:
    evidence = tuple(
        PartyEvidence(seed, seed in candidate.titles, any(row.where == "lead" for row in rows), len(rows))
        for seed, rows in sorted(candidate.mentions.items())
    )
    most = of * (_TITLE + _FIRST + _FRONT + _BESIDE + _EARLY + _BODY * math.log1p(_MANY))
    return Party(
        id=name,
        label=known.label,
        kind=known.kind,
        country=known.country,
        code=candidate.code,
        names=tuple(dict.fromkeys(inferred)),
        evidence=evidence,
        prominence=round(candidate.prominence / most, 3),
        written=candidate.written,
    )
