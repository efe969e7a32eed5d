"""A signature weighed: how much each of its words, names, pairs and shared keys says, by how rare it is.

A word pair ("plane crash") is surer evidence of an event than its words, and names and dates separate two similar
events.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.stories.group.census import Census, Counts, Known
from monitor.stories.group.cohesion import CLOSE, RARE, Cohesion
from monitor.stories.group.crossing import NAME, RECOGNISED, Tables
from monitor.stories.group.rarity import Rarity
from monitor.stories.group.signature import Signature
from monitor.text.dates import Dates

TELLING = 1.2  # how rare a word of a headline is that says something of its own
SIGN = 2.5  # how rare a word is that is some evidence of one event: "said", "officials" and weekdays are none
PROBES = 24  # strongest terms of a report that are looked up
SPOT = 1.2  # how rare a place is that is no seat of a government: one report in twenty names it
SHARED_PROBES = 48  # the same of its shared keys; many of those occur in its own language alone, so more are needed

_NOBODY: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class Vector:
    """Weights by term, the natural log of 1 + its squared length, and that."""

    weights: dict[str, float]
    size: float
    square: float


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of a report; see `monitor.stories.group.signature.Signature` for what each is.

    telling: words of the headline that say something of its own. named: its names, by stem and by key, and its places,
    except those that headlines share by chance. signs: words that are some evidence of one event.
    back: the headline speaks of what was years ago.
    happenings: what the headline tells of; happens: what the report does.
    people: side → those of that side whom the report names, of people whom the watch knows. spots: the same of places,
    but for those that many reports name.
    """

    space: str
    words: Vector
    names: Vector
    pairs: Vector
    dates: Dates
    weekdays: frozenset[int]
    shared: Vector
    title: Vector
    title_keys: Vector
    bare: bool
    telling: frozenset[str]
    named: frozenset[str]
    signs: frozenset[str]
    places: frozenset[str]
    matters: frozenset[str]
    acts: frozenset[str]
    back: bool
    happenings: frozenset[str]
    happens: frozenset[str]
    people: Mapping[str, frozenset[str]]
    spots: frozenset[str]


class Reader:
    """Weighs signatures by how rare their terms are in all reports that it has learned.

    census: what was counted before. known: people and places that the watch knows, by id.
    """

    def __init__(self, tables: Tables, census: Census | None = None, known: Mapping[str, Known] | None = None) -> None:
        self._tables = tables
        self._known_by_id = known or {}
        self._census = census or {}
        self._words: dict[str, Rarity] = {}
        self._keys: dict[str, Rarity] = {}
        self._topics: dict[str, Cohesion] = {}

    def learn(self, signature: Signature) -> None:
        """Count a report, by its signature, among those that say what is rare."""
        words, keys = self._known(signature.space)
        words.learn(signature.words, signature.pairs)
        keys.learn(signature.keys)
        if signature.bare:
            self._topics_of(signature.space).learn(words.weigh(signature.words))

    def weigh(self, signature: Signature) -> Features:
        """The features of a report by its signature, by what is known to be rare so far."""
        rarity, keys = self._known(signature.space)
        weights, names = rarity.weigh(signature.words), signature.names
        if signature.bare:
            self._weaken(signature.space, weights)
        shared, kinds = keys.weigh(signature.keys), self._tables.kinds
        told = {key: kinds[key] for key in signature.title_keys if key in kinds}
        recognised = self._recognised(shared)
        return Features(
            signature.space,
            _vector(weights),
            _vector({term: weight for term, weight in weights.items() if term in names}),
            _vector(rarity.weigh(signature.pairs)),
            signature.dates,
            signature.weekdays,
            _vector(shared),
            _vector({term: weights[term] for term in signature.title}),
            _vector({key: shared[key] for key in signature.title_keys}),
            signature.bare,
            frozenset(
                [
                    term
                    for term in signature.title - self._tables.chance
                    if weights[term] > TELLING and not term.isdigit()
                ]
            ),
            self._named(signature),
            frozenset([term for term, weight in weights.items() if weight > SIGN and not term.isdigit()]),
            frozenset([key for key, kind in told.items() if kind == "place"]),
            frozenset([key for key, kind in told.items() if kind == "matter"]),
            frozenset([kind for kind in told.values() if kind[:3] == "act"]),
            "back" in told.values(),
            self._happenings(signature.title_keys),
            self._happenings(signature.keys),
            _people_in(recognised),
            _spots_in(recognised, shared),
        )

    def name(self, key: str) -> str:
        """What a person or place that the watch knows is called."""
        return self._known_by_id[key[1:]].name

    def _happenings(self, keys: Iterable[str]) -> frozenset[str]:
        known = self._tables.happenings
        return frozenset([known[key] for key in keys if key in known])

    def _recognised(self, keys: Iterable[str]) -> dict[str, Known]:
        """The people and places of a report that the watch knows, by key."""
        if not (known := self._known_by_id):
            return {}
        return {key: known[key[1:]] for key in keys if key[0] == RECOGNISED and key[1:] in known}

    def _named(self, signature: Signature) -> frozenset[str]:
        kinds = self._tables.kinds
        keys = [key for key in signature.keys if key[0] == NAME or kinds.get(key) == "place"]
        return signature.names.union(keys) - self._tables.chance

    def _weaken(self, space: str, weights: dict[str, float]) -> None:
        """Lessens the weight of the words of a headline that are no more than a topic of the latest headlines."""
        topics = self._topics_of(space)
        for term, weight in weights.items():
            if weight >= RARE and (mean := topics.of(term)) < CLOSE:
                weights[term] = weight * mean / CLOSE

    def _topics_of(self, space: str) -> Cohesion:
        if space not in self._topics:
            self._topics[space] = Cohesion(self._census.get(space, Counts()).topics)
        return self._topics[space]

    def _known(self, space: str) -> tuple[Rarity, Rarity]:
        """How rare words and shared keys of a space are."""
        if space not in self._words:
            before = self._census.get(space, Counts())
            self._words[space] = Rarity(self._tables.background(space).share, before.terms, before.reports)
            self._keys[space] = Rarity(self._tables.shares(space), before.keys, before.reports)
        return self._words[space], self._keys[space]


def probes(features: Features) -> dict[tuple[str, str], float]:
    """By what others are looked up: the strongest terms, as (space or "", term), with what sharing one is worth."""
    found: dict[tuple[str, str], float] = {}
    for space, weights, most in (
        (features.space, features.words.weights, PROBES),
        ("", features.shared.weights, SHARED_PROBES),
    ):
        # The least weight of these is found first, so that hardly more than these are put in order by their terms.
        least = sorted(weights.values(), reverse=True)[most - 1] if len(weights) > most else 0.0
        strong = sorted([(-weight, term) for term, weight in weights.items() if weight >= least])[:most]
        found.update([((space, term), weight * weight) for weight, term in strong])
    return found


def _people_in(recognised: Mapping[str, Known]) -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for key, known in recognised.items():
        if known.kind == "person":
            found[known.side].add(key)
    return {side: frozenset(ids) for side, ids in found.items()} if found else _NOBODY


def _spots_in(recognised: Mapping[str, Known], weights: Mapping[str, float]) -> frozenset[str]:
    return frozenset([key for key, known in recognised.items() if known.kind == "place" and weights[key] > SPOT])


def _vector(weights: dict[str, float]) -> Vector:
    square = sum([weight * weight for weight in weights.values()])
    return Vector(weights, math.log1p(square), square)


def dot(one: Vector, other: Vector) -> float:
    """Natural log of 1 + the inner product."""
    a, b = one.weights, other.weights
    common = a.keys() & b.keys()
    return math.log1p(sum([a[term] * b[term] for term in common])) if common else 0.0


def strongest_common(one: Vector, other: Vector, most: int) -> list[str]:
    """The terms that both hold, those that weigh most in both first."""
    a, b = one.weights, other.weights
    return sorted(a.keys() & b.keys(), key=lambda term: (-a[term] * b[term], term))[:most]


def inner(one: Vector, other: Vector) -> float:
    """The inner product."""
    a, b = one.weights, other.weights
    return sum([a[term] * b[term] for term in a.keys() & b.keys()])


def cosine(one: Vector, other: Vector) -> float:
    """The cosine, 0 where one of them is empty."""
    sizes = one.square * other.square
    return inner(one, other) / math.sqrt(sizes) if sizes else 0.0


def held(part: Vector, whole: Vector) -> float:
    """How much (0 to 1) of ``part`` is in ``whole``."""
    return min(1.0, inner(part, whole) / part.square) if part.square else 0.0
