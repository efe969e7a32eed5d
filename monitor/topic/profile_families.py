"""The families of acts that a profile holds, with their evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from monitor.topic.family_evidence import MOST_SEEDS, families_meant, families_of_all_kinds, family_evidence
from monitor.topic.family_rates import load_family_rates
from monitor.topic.records import Family, Profile, ProfileFamily, SeedArticle

_SHOWN = 12  # terms of a family kept as its evidence


def profile_families(
    seeds: Sequence[SeedArticle], families: Sequence[Family], *, between_parties: bool = False
) -> tuple[ProfileFamily, ...]:
    """The families of acts that the seeds are about, with those of their terms that most seeds hold.

    between_parties: what two parties have to do with one another may be of several fields, none of which has most
    seeds.
    """
    evidence = family_evidence(seeds, families, load_family_rates())
    labels = {family.id: family.label for family in families}
    rows = {row.family: row for row in evidence}
    meant = [rows[name] for name in families_meant(evidence)]
    if not meant and between_parties:
        meant = list(families_of_all_kinds(evidence, len(seeds)))
    return tuple(
        ProfileFamily(
            row.family,
            labels[row.family],
            tuple(sorted(seed.seed for seed in row.seeds)),
            tuple(Counter(term for seed in row.seeds for term in seed.terms).most_common(_SHOWN)),
        )
        for row in meant
    )


def is_of_all_kinds(profile: Profile) -> bool:
    """Whether the families of a profile are of several kinds of dealings: none has most of the seeds."""
    return all(len(family.seeds) < MOST_SEEDS * len(profile.seeds) for family in profile.families)
