"""What twenty answers are worth: simulates `monitor learn --try --label` on the development topics.

    python -m benchmarks.answers

For each topic: weights that never saw it, the twenty least certain articles of one half labelled as the gold says, the
weights moved by these, and the figures on the other half. Six halves a topic; refused fits change nothing. The worst
topic comes first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.fit_relevance import all_rows, labelled
from benchmarks.topics import KINDS, RIDGE, SHIPPED, TOPICS, Topic, gold, load_topics, ordinary
from monitor.match.feedback import Archive, refit
from monitor.match.fit import FitError, Labelled, figures, score, train
from monitor.match.uncertain import Tried, worth_asking
from monitor.model import Document
from monitor.topic.records import Weights

ANSWERS = 20
HALVES = ("", "a", "b")  # each gives two


@dataclass(frozen=True, slots=True)
class Gain:
    """F1 on articles nobody was asked about, before and after. saved: the new weights passed their own test."""

    before: float
    after: float
    saved: bool


def main() -> None:
    for kind, folder in KINDS.items():
        topics = [topic for topic in load_topics(TOPICS / folder) if topic.matcher.topic.weights.model == kind]
        more = [replace(row, weight=SHIPPED, picked=False) for row in labelled(all_rows())] if kind == "sides" else []
        found = {}
        for topic in topics:
            rest = [other for other in topics if other is not topic]
            others = [row for other in rest for row in (*other.rows, *ordinary(other))] + more
            intercept, values = train([row for row in others if row.features], RIDGE)
            weights = replace(topic.matcher.topic.weights, intercept=intercept, values=values)
            documents = [document for document, _ in gold(TOPICS / folder / topic.name)]
            found[topic.name] = [
                gain(topic, documents, weights, name, half) for name in HALVES for half in (False, True)
            ]
        for name, gains in sorted(found.items(), key=lambda each: _mean(each[1])):
            saved = sum(each.saved for each in gains)
            before, after = (sum(getattr(each, when) for each in gains) / len(gains) for when in ("before", "after"))
            worst = min(each.after - each.before for each in gains)
            print(f"{name:20} F1 {before:.3f} → {after:.3f}, worst half {worst:+.3f}, saved {saved} of {len(gains)}")
        every = [each for gains in found.values() for each in gains]
        changes = [each.after - each.before for each in every]
        print(f"{folder}: mean {sum(changes) / len(changes):+.3f}, better {sum(c > 0.005 for c in changes)}, "
              f"worse {sum(c < -0.005 for c in changes)}, of {len(changes)}")  # fmt: skip


def gain(topic: Topic, documents: Sequence[Document], weights: Weights, halving: str, half: bool) -> Gain:
    """One simulation: asks in one half, and tests in the other."""
    side = [_odd(f"{row.group}{halving}") == half for row in topic.rows]
    scores = [_score(row, weights) for row in topic.rows]
    tried = [
        Tried(str(n), "", "", "en", scores[n], "match" if scores[n] >= weights.threshold else "no", "")
        for n, asked in enumerate(side)
        if asked
    ]
    asked = worth_asking(tried, weights.threshold, lambda ids: [replace(documents[int(n)], id=n) for n in ids], ANSWERS)
    rest = [row for row, mine in zip(topic.rows, side, strict=True) if not mine]
    relevant = [row.relevant for row in rest]
    before = figures([_score(row, weights) for row in rest], relevant, weights.threshold).f1
    answered = {int(document.id) for document in asked}
    mine = [row for n, row in enumerate(topic.rows) if side[n] and n not in answered]
    try:
        found = refit([topic.rows[n] for n in sorted(answered)], weights, archive_of(mine, seen=False))
    except FitError:
        return Gain(before, before, False)
    if not found.better:
        return Gain(before, before, False)
    after = figures([_score(row, found.weights) for row in rest], relevant, found.weights.threshold).f1
    return Gain(before, after, True)


def archive_of(rows: Sequence[Labelled], *, seen: bool = True) -> Archive:
    """Rows that nobody marks, as the archive of a refit."""
    return Archive([row.features for row in rows if row.features], len(rows), seen)


def _score(row: Labelled, weights: Weights) -> float:
    return score(row.features, weights.intercept, weights.values) if row.features else 0.0


def _odd(text: str) -> bool:
    return bool(int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2)


def _mean(gains: Sequence[Gain]) -> float:
    return sum(each.after - each.before for each in gains) / len(gains)


if __name__ == "__main__":
    main()
