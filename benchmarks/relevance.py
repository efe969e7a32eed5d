"""Cross-validated figures of relevance:  python -m benchmarks.relevance [--by outlet] [--misses N] [--threshold T]

Never in-sample: each article is scored by weights fitted without its quarter (or outlet). Prints, by set, precision,
recall, F1, recall of main-topic articles, average precision and false hits in a thousand, then the misses by kind.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence

from benchmarks.articles import Row
from benchmarks.fit_relevance import RIDGE, all_rows, counting, labelled, scored, sets, threshold_of
from benchmarks.probes import probe_rows
from monitor.match.fit import cross_validated, figures


def average_precision(scores: Sequence[float], relevant: Sequence[bool]) -> float:
    hits, total = 0, 0.0
    for rank, index in enumerate(sorted(range(len(scores)), key=lambda i: -scores[i]), 1):
        if relevant[index]:
            hits += 1
            total += hits / rank
    return total / hits if hits else 0.0


def report(name: str, rows: Sequence[Row], scores: Sequence[float], threshold: float) -> str:
    relevant = [row.relevant for row in rows]
    found = figures(scores, relevant, threshold)
    main = [score >= threshold for row, score in zip(rows, scores, strict=True) if row.label == 2]
    return (
        f"{name:9} n={found.articles:5} relevant={found.positives:3}  P {found.precision:.3f}  R {found.recall:.3f}  "
        f"F1 {found.f1:.3f}  main-topic R {sum(main) / max(1, len(main)):.3f}  "
        f"AP {average_precision(scores, relevant):.3f}  false/1000 {found.false_per_1000:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--by", choices=("quarter", "outlet"), default="quarter")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="show up to N misses of either kind a set")
    parser.add_argument("--threshold", type=float, metavar="T", help="judge at T, not at the best one here")
    options = parser.parse_args()
    rows = all_rows() + probe_rows()
    data = counting(labelled(rows, options.by))
    scores = cross_validated(data, RIDGE)
    threshold = options.threshold or threshold_of(rows, scored(data))
    print(f"threshold {threshold}, folds by {options.by}")
    for name, chosen_rows in sets(rows).items():
        pairs = [(rows[index], scores[index]) for index in chosen_rows]
        print(report(name, [row for row, _ in pairs], [score for _, score in pairs], threshold))
        false = [(row, score) for row, score in pairs if score >= threshold and not row.relevant]
        missed = [(row, score) for row, score in pairs if score < threshold and row.relevant]
        print("      false hits:", dict(Counter(row.reason or "background" for row, _ in false).most_common()))
        print("      missed:", dict(Counter(f"label {row.label}" for row, _ in missed).most_common()))
        for kind, chosen in (("false hit", false), ("missed", missed)):
            for row, score in chosen[: options.misses]:
                print(f"      {kind} {score:.2f} [{row.label}] {row.document.id} {row.document.title[:90]}")


if __name__ == "__main__":
    main()
