"""The families of acts that a profile holds, with their evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from monitor.topic.family_evidence import families_meant, family_evidence
from monitor.topic.family_rates import load_family_rates
from monitor.topic.records import Family, ProfileFamily, SeedArticle

_SHOWN = 12  # terms of a family kept as its evidence


def profile_families(seeds: Sequence[SeedArticle], families: Sequence[Family]) -> tuple[ProfileFamily, ...]:
    """The families of acts that the seeds are about, with those of their terms that most seeds hold."""
    evidence = family_evidence(seeds, families, load_family_rates())
    labels = {family.id: family.label for family in families}
    rows = {row.family: row for row in evidence}
    return tuple(
        ProfileFamily(
            name,
            labels[name],
            tuple(sorted(seed.seed for seed in rows[name].seeds)),
            tuple(Counter(term for seed in rows[name].seeds for term in seed.terms).most_common(_SHOWN)),
        )
        for name in families_meant(evidence)
    )
