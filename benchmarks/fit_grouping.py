"""Fits the models of monitor/stories/group/resemblance.py, and says what fitting is worth on a set that it never saw.

    python -m benchmarks.fit_grouping FOLDER               the models fitted on all sets, and their figures
    python -m benchmarks.fit_grouping FOLDER --leave-out   also: each set by models and a threshold of the others

FOLDER is that of benchmarks/grouping.py. The fit is a logistic regression by Newton's method over the pairs that
grouping would compare; it needs no package. The weights of the two smaller models keep the sign that they mean.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.grouping import Labelled, figures, sets_of
from monitor.stories.group import GroupSettings, group_stream
from monitor.stories.group import resemblance as model
from monitor.stories.group.features import Features, Reader, probes
from monitor.stories.group.index import Index
from monitor.stories.group.records import Cluster, Member
from monitor.stories.group.signature import sign
from monitor.stories.group.tables import load_tables

# What each set counts for a model. A story counts by the root of its size, so that no big one decides alone.
ENGLISH = {"iran": 1.0, "kite": 1.5, "ecbplus": 1.0, "pages": 0.5}
OTHER = {"iran": 0.5, "ecbplus": 0.5, "pages": 1.5}  # pairs in one language, English ones too: there are few others
ACROSS = {"ntrex": 1.0, "pages": 1.5}
THRESHOLDS = (0.15, 0.2, 0.275, 0.35, 0.45)
PRECISION = 0.9  # what is below it counts twice against a threshold: a false merge costs more than a missed one
MOST = 5000  # pairs of different events of a set; where there are more, every so many counts for the others
STEPS, CLOSE = 30, 1e-6


@dataclass(frozen=True)
class Pair:
    one: Features
    other: Features
    days: float | None
    same: bool
    weight: float


def pairs_of(labelled: Labelled) -> list[Pair]:
    """The pairs that grouping compares. A set's pairs of one event weigh 1 together."""
    reader, index, members = Reader(load_tables()), Index(), []
    signatures = [sign(document, load_tables()) for document in labelled.documents]
    for signature in signatures:
        reader.learn(signature)
    for document, signature in zip(labelled.documents, signatures, strict=True):
        features = reader.weigh(signature)
        day = None if document.published is None else document.published.timestamp() / 86400
        members.append(Member(document.id, features, day, Cluster(0), False, probes(features)))
    size = Counter(labelled.story.values())
    found: list[tuple[Member, Member, bool]] = []
    window = GroupSettings().window.days
    for member in members:
        found += [
            (member, other, labelled.story[member.document] == labelled.story[other.document])
            for other in index.nearest(member)
            if member.day is None or other.day is None or abs(member.day - other.day) <= window
        ]
        index.add(member)
    together = sum(same for *_, same in found)
    mass = sum((size[labelled.story[one.document]] - 1) ** -0.5 for one, _, same in found if same)
    every = max(1, (len(found) - together) // MOST)
    kept = []
    for at, (one, other, same) in enumerate(found):
        days = None if one.day is None or other.day is None else abs(one.day - other.day)
        if same:
            weight = (size[labelled.story[one.document]] - 1) ** -0.5 / mass
        elif at % every:
            continue
        else:
            weight = every / together
        kept.append(Pair(one.features, other.features, days, same, weight))
    return kept


def logistic(
    rows: Sequence[Sequence[float]], same: Sequence[bool], weights: Sequence[float], offsets: Sequence[float],
    *, signed: bool, ridge: float = 0.002,
) -> list[float]:  # fmt: skip
    """Coefficients, the last one the bias. signed: they may be below 0; else those that would be are left out."""
    total, width = sum(weights), len(rows[0])
    mean = [sum(w * row[i] for w, row in zip(weights, rows, strict=True)) / total for i in range(width)]
    spread = [
        math.sqrt(sum(w * (row[i] - mean[i]) ** 2 for w, row in zip(weights, rows, strict=True)) / total)
        for i in range(width)
    ]
    used = [i for i in range(width) if spread[i] > 1e-9]
    while True:
        scaled = [[*((row[i] - mean[i]) / spread[i] for i in used), 1.0] for row in rows]
        found = _newton(scaled, same, [w / total for w in weights], offsets, ridge)
        low = min(range(len(used)), key=lambda at: found[at])
        if signed or found[low] >= 0:
            break
        del used[low]
    full = [0.0] * width
    for at, i in enumerate(used):
        full[i] = found[at] / spread[i]
    return [*full, found[-1] - sum(full[i] * mean[i] for i in range(width))]


def _newton(
    rows: Sequence[Sequence[float]], same: Sequence[bool], weights: Sequence[float], offsets: Sequence[float],
    ridge: float,
) -> list[float]:  # fmt: skip
    width = len(rows[0])
    at = [0.0] * width
    for _ in range(STEPS):
        gradient = [ridge * value for value in at[:-1]] + [0.0]
        hessian = [[ridge if i == j < width - 1 else 0.0 for j in range(width)] for i in range(width)]
        for row, yes, weight, offset in zip(rows, same, weights, offsets, strict=True):
            score = offset + sum(map(float.__mul__, at, row))
            likely = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
            off, bend = weight * (likely - yes), weight * likely * (1 - likely)
            for i, value in enumerate(row):
                gradient[i] += off * value
                if bend > 1e-12 and value:
                    line, part = hessian[i], bend * value
                    for j in range(i + 1):
                        line[j] += part * row[j]
        for i in range(width):
            for j in range(i):
                hessian[j][i] = hessian[i][j]
        step = _solve(hessian, gradient)
        longest = max(map(abs, step))
        slower = min(1.0, 2.0 / longest) if longest else 1.0
        at = [value - slower * part for value, part in zip(at, step, strict=True)]
        if longest < CLOSE:
            break
    return at


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination with pivots."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for i in range(size):
        best = max(range(i, size), key=lambda row: abs(rows[row][i]))
        rows[i], rows[best] = rows[best], rows[i]
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            if factor:
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        found[i] = (rows[i][-1] - sum(rows[i][j] * found[j] for j in range(i + 1, size))) / rows[i][i]
    return found


# the three models, as vectors


def english_of(values: Sequence[float]) -> model.English:
    """An English model of its coefficients in the order of its fields, the bias last."""
    at = [(values[i], values[i + 1], values[i + 2]) for i in range(0, 12, 3)]
    return model.English(values[-1], *at, *values[12:-1])  # type: ignore[arg-type]


def weights_of(values: Sequence[float]) -> model.Weights:
    return model.Weights(values[-1], *values[:-1])


Score = Callable[[Pair, Sequence[float]], float]


def _english(pair: Pair, values: Sequence[float]) -> float:
    return model.english_score(english_of(values), pair.one, pair.other, pair.days)


def _other(pair: Pair, values: Sequence[float]) -> float:
    return model.other_score(weights_of(values), pair.one, pair.other, pair.days)


def _across(pair: Pair, values: Sequence[float]) -> float:
    return model.across_score(weights_of(values), pair.one, pair.other, pair.days)


@dataclass(frozen=True)
class Rows:
    inputs: list[list[float]]
    offsets: list[float]
    same: list[bool]
    weights: list[float]


def rows_of(pairs: Iterable[Pair], score: Score, width: int) -> Rows:
    """A model's inputs: it is linear, so each is what the score rises by where its coefficient alone is 1."""
    found = Rows([], [], [], [])
    none = [0.0] * (width + 1)
    units = [[float(i == j) for j in range(width + 1)] for i in range(width)]
    for pair in pairs:
        base = score(pair, none)
        if base <= model.HOPELESS / 2:
            continue
        found.inputs.append([score(pair, unit) - base for unit in units])
        found.offsets.append(base)
        found.same.append(pair.same)
        found.weights.append(pair.weight)
    return found


@dataclass(frozen=True)
class Learned:
    """The inputs of every set for each of the three models."""

    english: Mapping[str, Rows]
    other: Mapping[str, Rows]
    across: Mapping[str, Rows]


def learned(sets: Sequence[Labelled]) -> Learned:
    pairs = {labelled.name: pairs_of(labelled) for labelled in sets}
    one = {name: [pair for pair in its if pair.one.space == pair.other.space] for name, its in pairs.items()}
    english = {n: rows_of([p for p in one[n] if p.one.space == model.ENGLISH], _english, 19) for n in ENGLISH}
    other = {n: rows_of(one[n], _other, 11) for n in OTHER}
    both = {n: rows_of([p for p in pairs[n] if p.one.space != p.other.space], _across, 11) for n in ACROSS}
    return Learned(english, other, both)


def fitted(known: Learned, without: str = "") -> model.Models:
    """The models of all sets but one."""

    def fit(rows: Mapping[str, Rows], worth: Mapping[str, float], *, signed: bool) -> list[float]:
        names = [name for name in worth if name != without and any(rows[name].same)]
        return logistic(
            [row for name in names for row in rows[name].inputs],
            [same for name in names for same in rows[name].same],
            [worth[name] * weight for name in names for weight in rows[name].weights],
            [offset for name in names for offset in rows[name].offsets],
            signed=signed,
        )

    return model.Models(
        english_of(fit(known.english, ENGLISH, signed=True)),
        weights_of(fit(known.other, OTHER, signed=False)),
        weights_of(fit(known.across, ACROSS, signed=False)),
    )


def measured(labelled: Labelled, settings: GroupSettings) -> dict[str, float]:
    return figures(labelled.story, dict(group_stream(labelled.documents, load_tables(), settings)))


def best_threshold(sets: Sequence[Labelled], models: model.Models) -> float:
    """The threshold with the best mean F1 on these sets, what precision lacks counted twice."""

    def worth(threshold: float) -> float:
        settings = GroupSettings(threshold=threshold, models=models)
        found = [measured(labelled, settings) for labelled in sets]
        return sum(each["bcubed_f1"] - 2 * max(0.0, PRECISION - each["pair_precision"]) for each in found)

    return max(THRESHOLDS, key=worth)


def _shown(found: Mapping[str, float]) -> str:
    return f"{found['bcubed_f1']:.3f} / {found['pair_precision']:.3f} / {found['pair_recall']:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--leave-out", action="store_true")
    options = parser.parse_args()
    sets = sets_of(parser, options.folder)
    known = learned(sets)
    models = fitted(known)
    print(models)
    trained = [labelled for labelled in sets if labelled.name in {**ENGLISH, **ACROSS}]
    threshold = best_threshold(trained, models)
    rows = []
    for labelled in sets:
        shipped, inside = measured(labelled, GroupSettings()), measured(labelled, replace(
            GroupSettings(), threshold=threshold, models=models))  # fmt: skip
        row = {"shipped": shipped, f"fitted, threshold {threshold}": inside}
        if options.leave_out:
            rest = [each for each in trained if each.name != labelled.name]
            without = fitted(known, labelled.name)
            chosen = best_threshold(rest, without)
            row["left out"] = measured(labelled, GroupSettings(threshold=chosen, models=without))
            row["left out"]["threshold"] = chosen
        rows.append((labelled.name, row))
    rows.sort(key=lambda each: each[1].get("left out", each[1]["shipped"])["bcubed_f1"])
    print("F1 / pairwise P / R, the worst first")
    for name, row in rows:
        told = [f"{how} {_shown(found)}" for how, found in row.items()]
        print(f"{name:8} {'   '.join(told)}   {row.get('left out', {}).get('threshold', '')}")


if __name__ == "__main__":
    main()
