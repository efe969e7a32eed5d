"""Rebuilds monitor/data/family_rates.tsv: in how many ordinary news articles so many terms of each family stand.

    python -m benchmarks.build_family_rates en=news-en.jsonl fa=news-fa.jsonl ar=news-ar.jsonl

The files are those of build_background.py, chosen from as there. Only counts are kept. Languages without a file share
the row "any": the mean of the others.
"""

from __future__ import annotations

import sys
from collections import defaultdict

from benchmarks.build_background import FOLDER, articles
from monitor.config import packaged_folder
from monitor.text.fold import fold
from monitor.topic.families import load_families
from monitor.topic.family_evidence import MOST_TERMS, OPENINGS
from monitor.topic.family_words import FamilyWords
from monitor.topic.lexicon import load_lexicon
from monitor.topic.records import Family

Counts = dict[tuple[str, int], list[int]]  # family, letters of an opening → how many hold at least 1, 2, ... terms


def counted(families: tuple[Family, ...], code: str, paths: list[str]) -> tuple[int, Counts]:
    """(articles, in how many of their openings so many different terms stand)."""
    finder = FamilyWords(families, code)
    counts = {(family.id, letters): [0] * MOST_TERMS for family in families for letters in OPENINGS}
    total = 0
    for text in articles(paths):
        total += 1
        for letters in OPENINGS:
            terms: defaultdict[str, set[str]] = defaultdict(set)
            for hit in finder.find(fold(text[:letters])):
                terms[hit.family].add(hit.stems)
            for family, found in terms.items():
                for least in range(min(len(found), MOST_TERMS)):
                    counts[family, letters][least] += 1
    return total, counts


def main(arguments: list[str]) -> None:
    folder = packaged_folder() / "config"
    families = load_families(folder / "families", lexicon=load_lexicon(folder / "lexicon"))
    paths: defaultdict[str, list[str]] = defaultdict(list)
    for argument in arguments:
        code, _, path = argument.partition("=")
        paths[code].append(path)
    rows = ["language\tfamily\tletters\tarticles\t" + "\t".join(f"{n} or more" for n in range(1, MOST_TERMS + 1))]
    shares = {(family.id, letters): [0.0] * MOST_TERMS for family in families for letters in OPENINGS}
    for code in sorted(paths):
        total, counts = counted(families, code, paths[code])
        for (family, letters), numbers in sorted(counts.items()):
            rows.append("\t".join(map(str, (code, family, letters, total, *numbers))))
            for least, number in enumerate(numbers):
                shares[family, letters][least] += number / total
        print(f"{code}: {total} articles")
    for (family, letters), mean in sorted(shares.items()):
        numbers = [round(1000 * mean[least] / len(paths)) for least in range(MOST_TERMS)]
        rows.append("\t".join(map(str, ("any", family, letters, 1000, *numbers))))
    (FOLDER / "family_rates.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
