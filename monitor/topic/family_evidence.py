"""Which families of acts the seeds are about: what of each they hold, against what ordinary news articles hold.

Counted are different terms in the title and the opening (``OPENING``) of a seed: a long article holds a word of every
field somewhere. How unusual so many are in as short an opening, the table of ordinary news says
(``monitor/data/family_rates.tsv``): what is usual in a whole article is much in a paragraph.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.text.fold import fold, tokens
from monitor.topic.family_words import FamilyHit, FamilyWords, counted_as
from monitor.topic.likeness import size_of
from monitor.topic.records import Family, SeedArticle

OPENING = 2_000  # characters after the title that are compared with those of ordinary news
OPENINGS = (200, 500, 1_000, OPENING)  # characters of ordinary news that were counted
LEAD = 600  # characters of them that are the lead
MOST_TERMS = 6  # different terms beyond which more say nothing new
UNUSUAL = 0.1  # share of ordinary articles with as many terms, at which a seed is taken to be of the family
MOST_SEEDS = 0.6  # share of the seeds that must be of a family that is meant: three of five
SOME_SEEDS = 0.4  # share that must be of a second one: seeds on trade and energy may each be about one of them
LEAST = 3.0  # weight below which a family is too little of the seeds to be what they are about
NEAR = 0.5  # weight of a family, as a share of the strongest's, from which it is meant as well
MOST_FAMILIES = 3
FEW = 3  # seeds that a share is taken of at least
ALL_KINDS = 0.8  # share of the seeds that must be of some family, for dealings of all kinds
MOST_KINDS = 5  # families of such dealings
_TITLE, _LEAD = 3.0, 2.0  # what a term counts there; in the rest of the opening, 1
_NEVER = 0.3  # articles counted where no ordinary article holds as many


@dataclass(frozen=True, slots=True)
class OrdinaryNews:
    """In how many of ``articles`` of one language at least 1, 2, ... different terms of each family stand."""

    articles: int
    with_terms: Mapping[str, tuple[int, ...]]

    def share(self, family: str, terms: int) -> float:
        """The share of ordinary articles that hold at least so many terms of a family; a little where none does.

        A family that was not counted, such as a user's own, is taken for one as common as the others are.
        """
        rows = [self.with_terms[family]] if family in self.with_terms else list(self.with_terms.values())
        found = sum(row[min(terms, MOST_TERMS) - 1] for row in rows) / len(rows)
        return max(found, _NEVER) / self.articles


Ordinary = Mapping[str, Mapping[int, OrdinaryNews]]  # language, "" for any other → characters of an opening → counts


@dataclass(frozen=True, slots=True)
class FamilyInSeed:
    """What a seed holds of a family: how often in title, lead and the rest; its terms; how usual so many are."""

    seed: str
    title: int
    lead: int
    rest: int
    terms: tuple[str, ...]
    acts: tuple[str, ...]
    ordinary: float


@dataclass(frozen=True, slots=True)
class FamilyEvidence:
    """What the seeds hold of a family. share: of the seeds that are of it.

    per_thousand: terms among 1,000 words; weight: how much of the seeds the family takes.
    """

    family: str
    seeds: tuple[FamilyInSeed, ...]
    share: float
    per_thousand: float
    weight: float


def family_evidence(
    seeds: Sequence[SeedArticle], families: Sequence[Family], ordinary: Ordinary
) -> tuple[FamilyEvidence, ...]:
    """The families that the seeds hold words of, the weightiest first."""
    finders: dict[str, FamilyWords] = {}
    found: defaultdict[str, list[FamilyInSeed]] = defaultdict(list)
    weights: defaultdict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    words = read = 0
    for seed in seeds:
        code = counted_as(seed.language or "")
        if (finder := finders.get(code)) is None:
            finder = finders[code] = FamilyWords(families, code, seed.text[:LEAD])
        read += finder.is_known
        words += len(tokens(fold(seed.text)))
        news = _as_long(ordinary.get(code, ordinary[""]), size_of(len(seed.text), seed.language))
        for family, hits in _by_family(seed, finder).items():
            row = _in_seed(seed, family, hits, news)
            found[family].append(row)
            counts[family] += len(hits)
            weights[family] += _weight(row)
    of = max(read, min(FEW, len(seeds)))  # seeds in a language without words of any family say nothing of the field
    rows = [
        FamilyEvidence(
            family,
            tuple(found[family]),
            sum(row.ordinary <= UNUSUAL for row in found[family]) / of,
            round(1000 * counts[family] / max(words, 1), 1),
            round(weights[family] / of, 2),
        )
        for family in found
    ]
    return tuple(sorted(rows, key=lambda row: (-row.weight, row.family)))


def _as_long(openings: Mapping[int, OrdinaryNews], letters: int) -> OrdinaryNews:
    """The counts of ordinary openings that are no shorter than a seed of so many letters, or of the longest."""
    return openings[min((each for each in openings if each >= letters), default=max(openings))]


def families_meant(evidence: Sequence[FamilyEvidence]) -> tuple[str, ...]:
    """The families the seeds are about, none to three: one that most seeds are of, and others not far behind it."""
    able = [row for row in evidence if row.share >= MOST_SEEDS and row.weight >= LEAST]
    if not able:
        return ()
    least = NEAR * able[0].weight
    return tuple(row.family for row in evidence if row.weight >= least and row.share >= SOME_SEEDS)[:MOST_FAMILIES]


def families_of_all_kinds(evidence: Sequence[FamilyEvidence], seeds: int) -> tuple[FamilyEvidence, ...]:
    """What two parties deal with where no field is common to most seeds, but nearly each is of some field.

    All of these, each with the seeds that are of it; none where the seeds are few.
    """
    rows = [replace(row, seeds=tuple(seed for seed in row.seeds if seed.ordinary <= UNUSUAL)) for row in evidence]
    rows = [row for row in rows if row.seeds][:MOST_KINDS]
    of_some = {seed.seed for row in rows for seed in row.seeds}
    return tuple(rows) if seeds >= FEW and len(of_some) >= ALL_KINDS * seeds else ()


Placed = tuple[str, FamilyHit]  # where: "title", "lead" or "rest"


def _by_family(seed: SeedArticle, finder: FamilyWords) -> dict[str, list[Placed]]:
    text = seed.text.removeprefix(seed.title.rstrip("…")) if seed.title else seed.text
    parts = (("title", seed.title), ("lead", text[:LEAD]), ("rest", text[LEAD:OPENING]))
    found: defaultdict[str, list[Placed]] = defaultdict(list)
    for where, part in parts:
        for hit in finder.find(fold(part)):
            found[hit.family].append((where, hit))
    return dict(found)


def _in_seed(seed: SeedArticle, family: str, hits: Sequence[Placed], news: OrdinaryNews) -> FamilyInSeed:
    places = Counter(where for where, _ in hits)
    terms = {hit.stems: hit.term for _, hit in reversed(hits)}
    acts = dict.fromkeys(hit.term for _, hit in hits if hit.act)
    return FamilyInSeed(
        seed.name, places["title"], places["lead"], places["rest"], tuple(terms.values()), tuple(acts),
        news.share(family, len(terms)),
    )  # fmt: skip


def _weight(row: FamilyInSeed) -> float:
    """How much of a seed a family takes: how unusual its terms are, and how far to the front they stand."""
    places = _TITLE * row.title + _LEAD * row.lead + row.rest
    return -math.log(row.ordinary) * math.log1p(places)
