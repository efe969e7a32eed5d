#!/usr/bin/env python3
"""Scores grouping on labelled stories, shows how much it hangs on its settings, and fits the resemblance again.

    python benchmarks/grouping.py FOLDER                figures, articles a second
    python benchmarks/grouping.py FOLDER --sensitivity  the same for other thresholds and orders
    python benchmarks/grouping.py FOLDER --fit          coefficients for monitor/resemblance.py (needs scikit-learn)

FOLDER holds stories-NAME-dev.jsonl: {"id","title","text","published"?,"language"?,"story"} a line, in stream order.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path

from monitor.model import Document
from monitor.stories.group import GroupSettings, group_stream, resemblance
from monitor.stories.group.features import Features, Reader, dot
from monitor.stories.group.signature import sign
from monitor.stories.group.tables import load_tables

# Fitted so that no set and no big story decides alone: a set's pairs weigh by SET, a story's by its size ** -0.5.
SETS = {"iran": 1.0, "kite": 1.5, "ecbplus": 1.0}
TERMS = ["words", "names", "pairs", "shared"]


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


def line(labelled: Labelled, settings: GroupSettings | None = None) -> str:
    begun = time.process_time()
    found = dict(group_stream(labelled.documents, load_tables(), settings))
    speed = len(found) / max(1e-9, time.process_time() - begun)
    shown = [f"{name} {value:.3f}" for name, value in figures(labelled.story, found).items()]
    for one, other in (("en", "fa"), ("en", "ar"), ("en", "ckb"), ("fa", "ar")):
        if (share := across(labelled, found, one, other)) is not None:
            shown.append(f"{one}-{other} {share:.2f}")
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


def pair_features(one: Features, other: Features, days: float) -> list[float]:
    """What monitor.stories.group.resemblance weighs, in the order of its coefficients."""
    found: list[float] = []
    for kind in TERMS:
        a, b = getattr(one, kind), getattr(other, kind)
        found += [dot(a, b), min(a.size, b.size), max(a.size, b.size)]
    near = any(abs(a - b) <= resemblance.SAME_DAYS for a in one.dates.days for b in other.dates.days)
    recurring = bool(one.dates.recurring & other.dates.recurring)
    years = bool(one.dates.years and other.dates.years and not one.dates.years & other.dates.years)
    weekdays = bool(one.weekdays and other.weekdays)
    agree = bool(one.weekdays & other.weekdays)
    return [*found, math.log1p(4 * days), near, recurring, years, agree, weekdays and not agree]


def fit(sets: list[Labelled]) -> None:
    """Logistic regression over all pairs of each set."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - for --fit alone, installed by hand
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - as above

    rows: list[list[float]] = []
    same: list[bool] = []
    weights: list[float] = []
    for labelled in sets:
        reader = Reader(load_tables())
        signatures = [sign(document, load_tables()) for document in labelled.documents]
        for signature in signatures:
            reader.learn(signature)
        features = [reader.weigh(signature) for signature in signatures]
        size = Counter(labelled.story.values())
        label = [labelled.story[document.id] for document in labelled.documents]
        truth = [label[a] == label[b] for a, b in combinations(range(len(label)), 2)]
        mass = sum((size[label[a]] - 1) ** -0.5 for a, b in combinations(range(len(label)), 2) if label[a] == label[b])
        for (a, b), yes in zip(combinations(range(len(label)), 2), truth, strict=True):
            first, second = labelled.documents[a].published, labelled.documents[b].published
            days = abs((first - second).total_seconds()) / 86400 if first and second else 0.0
            rows.append(pair_features(features[a], features[b], days))
            same.append(yes)
            weight = (size[label[a]] - 1) ** -0.5 / mass if yes else 1 / sum(truth)
            weights.append(1000 * weight * SETS[labelled.name])
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=3, max_iter=3000).fit(scaler.transform(rows), same, sample_weight=weights)
    found = model.coef_[0] / scaler.scale_
    for at, kind in enumerate(TERMS):
        print(kind.upper(), tuple(float(value) for value in found[3 * at : 3 * at + 3].round(3)))
    names = ("GAP", "DATES_AGREE", "SAME_DAY_OF_YEAR", "YEARS_DIFFER", "WEEKDAYS_AGREE", "WEEKDAYS_DIFFER")
    print(*(f"{name} {value:.3f}" for name, value in zip(names, found[12:], strict=True)))
    print(f"BIAS {float(model.intercept_[0] - found @ scaler.mean_):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sensitivity", action="store_true")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    sets = [load(path) for path in sorted(options.folder.glob("stories-*.jsonl"))]
    if not sets:
        parser.error(f"{options.folder} holds no stories-*.jsonl")
    if options.fit:
        fit([labelled for labelled in sets if labelled.name in SETS])
        return
    line(sets[0])  # loads the lexicon, so that no set pays for it
    for labelled in sets:
        print(line(labelled))
        if options.sensitivity:
            print(*sensitivity(labelled), sep="\n")


if __name__ == "__main__":
    main()
