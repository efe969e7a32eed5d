"""A census: which terms many reports of a watch hold, counted now and then and kept, so that nothing is replayed.

What most seeds have in common is common in what the watch finds, and says nothing of one event. It is counted before
there are any reports: else "ferry" would be a rare word to a watch for ferries until it has found a hundred.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from monitor.stories.group.cohesion import Cohesion
from monitor.stories.group.signature import Signature

REPORTS = 1000  # the latest so many are counted
SEED = 10  # reports that a seed counts for
FEWEST = 3  # seeds of one space from which they show what is common


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the reports hold each word or pair, and each shared key; what one report alone holds is left out.

    topics: words of bare headlines that are no more than a topic (see `monitor.stories.group.cohesion`).
    """

    reports: int = 0
    terms: dict[str, int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    topics: dict[str, float] = field(default_factory=dict)


Census = dict[str, Counts]  # by space


class Known(NamedTuple):
    """A person or place that a watch knows. kind: "person" or "place". side: of which it is, such as "iran"; "" for
    none. name: to be read.
    """

    kind: str
    side: str
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a watch. of: the configuration under which its seeds were counted, "" for none.

    known: people and places that the configuration knows, by id; None where an earlier version kept none.
    """

    reports: Census = field(default_factory=dict)
    seeds: Census = field(default_factory=dict)
    of: str = ""
    known: Mapping[str, Known] | None = None

    def whole(self) -> Census:
        """Reports and seeds together."""
        spaces = dict.fromkeys((*self.reports, *self.seeds))
        return {space: _sum(self.reports.get(space, Counts()), self.seeds.get(space, Counts())) for space in spaces}


def count(signatures: Iterable[Signature]) -> Census:
    """The census of these reports, the oldest first."""
    held = list(signatures)
    reports: Counter[str] = Counter()
    terms: dict[str, Counter[str]] = {}
    keys: dict[str, Counter[str]] = {}
    for signature in held:
        reports[signature.space] += 1
        words = terms.setdefault(signature.space, Counter())
        words.update(signature.words.keys())
        words.update(signature.pairs.keys())
        keys.setdefault(signature.space, Counter()).update(signature.keys.keys())
    topics = {space: _topics(held, space, terms[space], number) for space, number in reports.items()}
    return {
        space: Counts(number, _common(terms[space]), _common(keys[space]), topics[space])
        for space, number in reports.items()
    }


def _topics(signatures: Sequence[Signature], space: str, holders: Mapping[str, int], reports: int) -> dict[str, float]:
    cohesion = Cohesion()
    for signature in signatures:
        if signature.bare and signature.space == space:
            words = signature.words.items()
            cohesion.learn({term: value * math.log((reports + 1) / (holders[term] + 0.5)) for term, value in words})
    return cohesion.topics()


def count_seeds(signatures: Iterable[Signature]) -> Census:
    """What most seeds of a space have in common, as often as if each of them were several reports."""
    return {space: _of_most(each) for space, each in count(signatures).items() if each.reports >= FEWEST}


def _of_most(seeds: Counts) -> Counts:
    def most(counted: Mapping[str, int]) -> dict[str, int]:
        return {term: SEED * number for term, number in counted.items() if 2 * number > seeds.reports}

    return Counts(SEED * seeds.reports, most(seeds.terms), most(seeds.keys))


def _sum(one: Counts, other: Counts) -> Counts:
    terms, keys = (dict(Counter(a) + Counter(b)) for a, b in ((one.terms, other.terms), (one.keys, other.keys)))
    return Counts(one.reports + other.reports, terms, keys, one.topics | other.topics)


def _common(counted: Counter[str]) -> dict[str, int]:
    return {term: number for term, number in counted.items() if number > 1}


def to_text(kept: Kept) -> str:
    """A census as it is kept."""
    return json.dumps({"reports": _rows(kept.reports), "seeds": _rows(kept.seeds), "of": kept.of, "known": kept.known})


def _rows(census: Census) -> dict[str, list[object]]:
    return {space: [each.reports, each.terms, each.keys, each.topics] for space, each in census.items()}


def from_text(text: str) -> Kept:
    """A kept census; that of no reports for ""."""
    kept = json.loads(text or "{}")
    if "of" not in kept:  # as versions kept it that counted no seeds
        return Kept(_census(kept))
    rows = kept.get("known")
    known = None if rows is None else {id: Known(*row) for id, row in rows.items()}
    return Kept(_census(kept["reports"]), _census(kept["seeds"]), kept["of"], known)


def _census(rows: Mapping[str, Sequence[Any]]) -> Census:
    return {space: Counts(*row) for space, row in rows.items()}
