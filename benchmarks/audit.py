"""Whether the intervals of an audit hold, and how wide they are:  python -m benchmarks.audit [REVIEWS]

The labelled development sets stand for what a watch judged: the shipped watch scores them, a sample is drawn, the gold
answers, and it is counted in how many reviews the true value lies in the 95 % interval. Ten weeks: the set is dealt at
random into ten weeks, with a sample of each. A hard set keeps the articles in sight and as few of the others.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Sequence

from benchmarks.articles import EVAL, Row, development_rows, labelled_rows, shipped_matcher
from monitor.match import Matcher
from monitor.match.audit import SIZE, Cell, Figure, Judged, band_of, draw, estimate, in_sight, together

Rows = Sequence[tuple[Judged, bool]]


def main() -> None:
    reviews = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    matcher = shipped_matcher()
    threshold = matcher.topic.weights.threshold
    sets = {name: development_rows(name) for name in ("en", "fa", "ar")}
    sets["pages"] = list(labelled_rows(EVAL / "pages-dev.jsonl", own=False))
    head = ("articles", "relevant", "sample", "recall", "held", "width", "in sight: held", "width", "precision", "held",
            "width")  # fmt: skip
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    everything: list[tuple[Judged, bool]] = []
    for name, rows in sets.items():
        judged = _judged(matcher, [row for row in rows if not row.edge], len(everything))
        everything += judged
        _line(f"{name}, {len(judged)}", judged, threshold, reviews)
    near = [each for each in everything if band_of(each[0].verdict, each[0].score, threshold) != "rest"]
    rest = [each for each in everything if band_of(each[0].verdict, each[0].score, threshold) == "rest"]
    hard = near + random.Random(0).sample(rest, len(near))
    _line(f"hard, {len(hard)}", hard, threshold, reviews)
    _line(f"hard, {len(hard)}", hard, threshold, reviews, size=5 * SIZE)
    _line(f"all, {len(everything)}", everything, threshold, reviews, weeks=10)
    _line(f"all, {len(everything)}", everything, threshold, reviews, weeks=10, size=5 * SIZE)


def _judged(matcher: Matcher, rows: Sequence[Row], first: int) -> list[tuple[Judged, bool]]:
    found = []
    for number, row in enumerate(rows, first):
        match = matcher.match(row.document)
        one = Judged(number, match.score, match.verdict, row.document.language or "", row.outlet)
        found.append((one, row.relevant))
    return found


def _line(name: str, rows: Rows, threshold: float, reviews: int, *, weeks: int = 1, size: int = SIZE) -> None:
    true = _true(rows), _true([each for each in rows if band_of(each[0].verdict, each[0].score, threshold) != "rest"])
    held, widths = Counter[str](), Counter[str]()
    for number in range(reviews):
        cells = together(_review(rows, threshold, number, weeks, size))
        whole, sight = estimate(cells), estimate(in_sight(cells))
        truth = {"recall": true[0][0], "sight": true[1][0], "precision": true[0][1]}
        for what, figure in (("recall", whole.recall), ("sight", sight.recall), ("precision", whole.precision)):
            held[what] += _holds(figure, truth[what])
            widths[what] += round(1000 * (figure.high - figure.low))
    asked = f"{weeks} × {size}" if weeks > 1 else str(size)
    recall, of_sight, precision = (
        f"{held[what]}/{reviews} | {widths[what] / reviews / 1000:.2f}" for what in ("recall", "sight", "precision")
    )
    relevant = sum(said for _, said in rows)
    told = (name, relevant, asked, f"{true[0][0]:.2f}", recall, of_sight, f"{true[0][1]:.2f}", precision)
    print(f"| {' | '.join(map(str, told))} |", flush=True)


def _review(rows: Rows, threshold: float, number: int, weeks: int, size: int) -> list[Cell]:
    dealt: list[list[Judged]] = [[] for _ in range(weeks)]
    choose = random.Random(number)
    for one, _ in rows:
        dealt[choose.randrange(weeks)].append(one)
    relevant = {one.id: said for one, said in rows}
    cells = []
    for week, judged in enumerate(dealt):
        sizes = Counter(band_of(one.verdict, one.score, threshold) for one in judged)
        for band, its in draw(judged, threshold, f"{number} {week}", size).items():
            cells.append(Cell(band, sizes[band], len(its), sum(relevant[one.id] for one in its)))
    return cells


def _true(rows: Rows) -> tuple[float, float]:
    found = sum(said for one, said in rows if one.verdict == "match")
    return found / sum(said for _, said in rows), found / sum(one.verdict == "match" for one, _ in rows)


def _holds(figure: Figure, value: float) -> bool:
    return figure.low - 1e-9 <= value <= figure.high + 1e-9


if __name__ == "__main__":
    main()
