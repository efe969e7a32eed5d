"""A census: which terms many reports of a watch hold, counted now and then and kept, so that nothing is replayed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.stories.group.signature import Signature

REPORTS = 1000  # the latest so many are counted
AGAIN = 1.2  # times as many reports as at the last census, from which there is another


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the reports hold each word or pair, and each shared key; what one report alone holds is left out."""

    reports: int = 0
    terms: dict[str, int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)


Census = dict[str, Counts]  # by space


def count(signatures: Iterable[Signature]) -> Census:
    """The census of these reports."""
    reports: Counter[str] = Counter()
    terms: dict[str, Counter[str]] = {}
    keys: dict[str, Counter[str]] = {}
    for signature in signatures:
        reports[signature.space] += 1
        words = terms.setdefault(signature.space, Counter())
        words.update(signature.words.keys())
        words.update(signature.pairs.keys())
        keys.setdefault(signature.space, Counter()).update(signature.keys.keys())
    return {space: Counts(number, _common(terms[space]), _common(keys[space])) for space, number in reports.items()}


def _common(counted: Counter[str]) -> dict[str, int]:
    return {term: number for term, number in counted.items() if number > 1}


def to_text(census: Census) -> str:
    """A census as it is kept."""
    return json.dumps({space: [each.reports, each.terms, each.keys] for space, each in census.items()})


def from_text(text: str) -> Census:
    """A kept census; that of no reports for ""."""
    return {space: Counts(*row) for space, row in json.loads(text or "{}").items()}


def is_due(signed: int, counted: int) -> bool:
    """Whether there is to be another census. signed: reports so far. counted: how many there were at the last one."""
    return signed >= AGAIN * counted + 10
