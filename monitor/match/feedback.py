"""A person's marks → weights and a threshold that do better on what nobody marked, or a reason why not. Pure.

Marks are picked: mostly of what was shown, often only of what is wrong. Judged by the marks alone, most changes look
like a gain. So weights move only where articles left out of the fit bear it out beyond chance, and the threshold is
set by the whole archive (cut_off.py). A person who marks only errors agrees with the rest of what they could see, and
that is learned from as well: without it, all scores rise or fall with the kind of error that is more frequent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt

from monitor.match.cut_off import CutOff, Seen, cut_off, silence
from monitor.match.fit import FOLDS, Figures, FitError, Labelled, figures, moved, score
from monitor.match.uncertain import IN_SIGHT
from monitor.topic.records import Weights

ANCHOR = 20.0  # penalty on squared changes of weights, in the features' own units: one article that contradicts the
# weights in force moves the score of an article like it by about one in log-odds, six of a kind by two or three
MIN_MARKED, MIN_MARKED_EACH = 6, 2  # in all, and of either kind to move weights
_CLEAR = 2.0  # standard errors by which the loss on articles left out must fall
_MANY_TIMES = 3.0  # as many matches over the archive as before are never worth it
_NO_LOSS = 0.005  # of F1 over the marks: a fall that is none
_REVERSED = -2.0  # standard errors from chance at which the marks say the opposite of the scores
_FEW = 10  # matches, below which their number says nothing of that
_SILENT = 0.5  # of a mark: what an article counts that a person who marks only errors left as it was judged


@dataclass(frozen=True, slots=True)
class Archive:
    """The articles that nobody marked. features: of each that could match. articles: how many there are with those that
    could not. seen: whether they were there for the person to mark."""

    features: Sequence[Mapping[str, float]]
    articles: int
    seen: bool = True

    def judge(self, weights: Weights) -> list[float]:
        """The scores of those that could match."""
        return [score(each, weights.intercept, weights.values) for each in self.features]


@dataclass(frozen=True, slots=True)
class Refit:
    """Weights moved by marked articles. ``before``: their figures under the weights as they were; ``after``: each
    judged by weights that did not learn from it. archive: unmarked articles; matched: how many of them match before and
    after. better: whether it may be put in force. why: the reason, in a sentence. ordinary: the unmarked articles are
    the shipped reports of ordinary news, since too few are stored. contradicted: titles of articles that were marked
    both right and wrong, and count for neither."""

    weights: Weights
    before: Figures
    after: Figures
    better: bool
    why: str
    archive: int = 0
    matched: tuple[int, int] = (0, 0)
    ordinary: bool = False
    contradicted: tuple[str, ...] = ()


def refit(
    rows: Sequence[Labelled],
    weights: Weights,
    archive: Archive,
    *,
    keep_threshold: bool = False,
    anchor: float = ANCHOR,
) -> Refit:
    """The weights in force moved toward marked articles, however few, no further than these bear out. FitError.

    A ridge penalty on the change of each weight, not on its size: the maximum a posteriori estimate under a normal
    prior around ``weights`` (Hastie, Tibshirani & Friedman, "The Elements of Statistical Learning", 3.4.1).
    """
    usable = [row for row in rows if row.features]
    counts = [sum(row.relevant for row in usable), sum(not row.relevant for row in usable)]
    if sum(counts) < MIN_MARKED:
        raise FitError(
            f"{counts[0]} labelled articles that could match are right and {counts[1]} wrong; it takes at least "
            f"{MIN_MARKED} in all (`monitor mark ID right|wrong`; `monitor audit` offers a sample)"
        )
    relevant = [row.relevant for row in rows]
    old = [_score(row, weights) for row in rows]
    shown = [value >= weights.threshold for value in old]
    before = figures(old, relevant, weights.threshold)
    scores = archive.judge(weights)
    matched = sum(value >= weights.threshold for value in scores)

    silent: list[Labelled] = []
    found, new, why = weights, old, "marked articles of both kinds are too few to move the weights"
    if min(counts) >= MIN_MARKED_EACH:
        silent = _silent(archive, scores, weights, silence(_marked(old, shown, relevant)))
        left_out = _left_out(rows, silent, weights, anchor)
        clear = _gain(old, left_out, rows) >= _CLEAR
        no_worse = figures(left_out, relevant, weights.threshold).f1 >= before.f1
        why = "on articles left out of the fit, other weights do no better than chance would"
        if clear and no_worse:
            found, new = moved([*usable, *silent], weights, anchor), left_out
            why = "other weights do better on articles left out"
    now = scores if found is weights else archive.judge(found)
    if not keep_threshold:
        cut = cut_off(_seen(now, scores, weights) + _marked(new, shown, relevant), weights.threshold)
        found, why = _at(found, cut), f"{why}; {cut.why}"
    matches = sum(value >= found.threshold for value in now)
    better = found != weights
    if better and matches > _MANY_TIMES * max(_FEW, matched):
        better, why = False, f"{matches} unmarked articles would match where {matched} do, which no marks bear out"
    after = figures(new, relevant, found.threshold)
    if better and after.f1 < before.f1 - _NO_LOSS:
        better = False
        why = f"{why}, but over the marked articles F1 would fall from {before.f1:.2f} to {after.f1:.2f}"
    quiet = [_score(row, weights) for row in silent]
    if _are_reversed([*old, *quiet], [*relevant, *(row.relevant for row in silent)]):
        better = False
        why = (
            "the marked articles that are right score lower than those that are wrong; look whether the two were "
            "taken for each other, and where they were not, learn from other seeds"
        )
    return Refit(found, before, after, better, why, archive.articles, (matched, matches))


def _are_reversed(scores: Sequence[float], relevant: Sequence[bool]) -> bool:
    """Whether what is right scores lower than what is wrong, beyond chance (Mann & Whitney 1947).

    What was left unmarked belongs to it: errors alone always have what is wrong above what is right."""
    right = [score for score, mark in zip(scores, relevant, strict=True) if mark]
    wrong = [score for score, mark in zip(scores, relevant, strict=True) if not mark]
    pairs = len(right) * len(wrong)
    if not pairs:
        return False
    above = sum((one > other) + (one == other) / 2 for one in right for other in wrong)
    return (above - pairs / 2) / sqrt(pairs * (len(scores) + 1) / 12) < _REVERSED


def _at(weights: Weights, cut: CutOff) -> Weights:
    """Weights with their threshold where it belongs, and near misses as far below it as ever."""
    if cut.threshold == weights.threshold:
        return weights
    return replace(weights, threshold=cut.threshold, near_miss=round(0.4 * cut.threshold, 3))


def _seen(now: Sequence[float], then: Sequence[float], weights: Weights) -> list[Seen]:
    return [Seen(score, was >= weights.threshold) for score, was in zip(now, then, strict=True)]


def _marked(scores: Sequence[float], shown: Sequence[bool], relevant: Sequence[bool]) -> list[Seen]:
    return [Seen(*each) for each in zip(scores, shown, relevant, strict=True)]


def _score(row: Labelled, weights: Weights) -> float:
    return score(row.features, weights.intercept, weights.values) if row.features else 0.0


def _silent(archive: Archive, scores: Sequence[float], weights: Weights, counts: float) -> list[Labelled]:
    """What nobody marked and could match, as it was judged. counts: how far silence means assent, 0 to 1."""
    if not archive.seen or not counts:
        return []
    return [
        Labelled(features, value >= weights.threshold, "", _SILENT * counts)
        for features, value in zip(archive.features, scores, strict=True)
        if value >= IN_SIGHT * weights.threshold
    ]


def _left_out(rows: Sequence[Labelled], silent: Sequence[Labelled], weights: Weights, anchor: float) -> list[float]:
    """Each article's score by weights moved without its fold; with few articles every one is its own fold."""
    folds = max(FOLDS, min(len(rows), 40))
    scores = [0.0] * len(rows)
    for fold in range(folds):
        held = [index for index in range(fold, len(rows), folds) if rows[index].features]
        if held:
            others = [row for i, row in enumerate(rows) if row.features and i % folds != fold]
            changed = moved([*others, *silent], weights, anchor)
            for index in held:
                scores[index] = _score(rows[index], changed)
    return scores


def _gain(old: Sequence[float], new: Sequence[float], rows: Sequence[Labelled]) -> float:
    """How much less the loss is on articles left out, in standard errors of the difference."""
    pairs = [(b, a, row.relevant) for b, a, row in zip(old, new, rows, strict=True) if row.features]
    gains = [_loss(before, relevant) - _loss(after, relevant) for before, after, relevant in pairs]
    mean = sum(gains) / len(gains)
    spread = sqrt(sum((gain - mean) ** 2 for gain in gains) / (len(gains) - 1) / len(gains))
    return mean / spread if spread else 0.0


def _loss(score: float, relevant: bool) -> float:
    return -log(max(1e-6, score if relevant else 1 - score))
