#!/usr/bin/env python3
"""Scores grouping on labelled stories and shows how much it hangs on its settings.

    python -m benchmarks.grouping FOLDER                figures, articles a second; sets with times also without
    python -m benchmarks.grouping FOLDER --sensitivity  the same for other thresholds and orders

benchmarks/fit_grouping.py fits the models, and measures each set by those of the others.

FOLDER holds stories-NAME-dev.jsonl: {"id","title","text","published"?,"language"?,"story"} a line, in stream order.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from pathlib import Path

from monitor.model import Document
from monitor.stories.group import GroupSettings, group_stream
from monitor.stories.group.tables import load_tables

MANY = 20  # pairs of one event in two languages from which their recall is shown


@dataclass(frozen=True)
class Labelled:
    name: str
    documents: list[Document]
    story: dict[str, str]

    def language(self) -> dict[str, str]:
        return {document.id: document.language or "" for document in self.documents}


def load(path: Path) -> Labelled:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    documents = [
        Document(
            id=str(row["id"]),
            title=row.get("title") or "",
            text=row.get("text") or "",
            language=row.get("language"),
            published=datetime.fromisoformat(row["published"]) if row.get("published") else None,
        )
        for row in rows
    ]
    name = path.name.removeprefix("stories-").split("-")[0].removesuffix(".jsonl")
    return Labelled(name, documents, {str(row["id"]): str(row["story"]) for row in rows})


def figures(gold: dict[str, str], found: dict[str, str]) -> dict[str, float]:
    """BCubed F1 (Amigó et al. 2009) and pairwise precision and recall."""
    both = Counter((gold[i], found[i]) for i in gold)
    right, told = Counter(gold.values()), Counter(found.values())
    precision = sum(n * n / told[f] for (_, f), n in both.items()) / len(gold)
    recall = sum(n * n / right[g] for (g, _), n in both.items()) / len(gold)
    pairs = [sum(n * (n - 1) / 2 for n in counts.values()) for counts in (both, told, right)]
    return {
        "bcubed_f1": 2 * precision * recall / (precision + recall),
        "pair_precision": pairs[0] / pairs[1] if pairs[1] else 1.0,
        "pair_recall": pairs[0] / pairs[2] if pairs[2] else 1.0,
    }


def across(labelled: Labelled, found: dict[str, str], one: str, other: str) -> float | None:
    """Share of stories told in both languages whose two reports were joined."""
    language = labelled.language()
    where = {(labelled.story[i], language[i]): found[i] for i in found}
    both = [s for s in set(labelled.story.values()) if (s, one) in where and (s, other) in where]
    return sum(where[s, one] == where[s, other] for s in both) / len(both) if both else None


def by_languages(labelled: Labelled, found: dict[str, str]) -> Iterator[str]:
    """Recall by pairs of languages with ``MANY`` pairs of one event or more, the worst first."""
    language = labelled.language()
    right: Counter[tuple[str, ...]] = Counter()
    joined: Counter[tuple[str, ...]] = Counter()
    for one, other in combinations(labelled.story, 2):
        if labelled.story[one] == labelled.story[other]:
            both = (*sorted((language[one], language[other])),)
            right[both] += 1
            joined[both] += found[one] == found[other]
    for both in sorted(right, key=lambda each: joined[each] / right[each]):
        if right[both] >= MANY and len(set(language.values())) > 1:
            yield f"{'-'.join(both)} {joined[both]}/{right[both]}"


def line(labelled: Labelled, settings: GroupSettings | None = None) -> str:
    begun = time.process_time()
    found = dict(group_stream(labelled.documents, load_tables(), settings))
    speed = len(found) / max(1e-9, time.process_time() - begun)
    shown = [f"{name} {value:.3f}" for name, value in figures(labelled.story, found).items()]
    for one, other in (("en", "fa"), ("en", "ar"), ("en", "ckb"), ("fa", "ar")):
        if (share := across(labelled, found, one, other)) is not None:
            shown.append(f"{one}-{other} {share:.2f}")
    shown += by_languages(labelled, found)
    return f"{labelled.name:8} {len(found):5}  {'  '.join(shown)}  {speed:,.0f}/s"


def sensitivity(labelled: Labelled) -> Iterator[str]:
    for threshold in (0.22, 0.25, 0.275, 0.30, 0.33):
        yield f"threshold {threshold:.3f}  {line(labelled, GroupSettings(threshold=threshold))}"
    for batch in (1, 20, 200):
        yield f"batches of {batch:<4} {line(labelled, GroupSettings(batch=batch))}"
    for seed in (1, 2, 3):
        shuffled = Labelled(labelled.name, [*labelled.documents], labelled.story)
        random.Random(seed).shuffle(shuffled.documents)
        yield f"order {seed}         {line(shuffled)}"


def sets_of(parser: argparse.ArgumentParser, folder: Path) -> list[Labelled]:
    """The labelled sets of a folder; the parser ends the program where there are none."""
    sets = [load(path) for path in sorted(folder.glob("stories-*.jsonl"))]
    if not sets:
        parser.error(f"{folder} holds no stories-*.jsonl")
    return sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sensitivity", action="store_true")
    options = parser.parse_args()
    sets = sets_of(parser, options.folder)
    line(sets[0])  # loads the lexicon, so that no set pays for it
    for labelled in sets:
        print(line(labelled))
        if any(document.published for document in labelled.documents):
            undated = [replace(document, published=None) for document in labelled.documents]
            print(f"without dates: {line(replace(labelled, documents=undated))}")
        if options.sensitivity:
            print(*sensitivity(labelled), sep="\n")


if __name__ == "__main__":
    main()
