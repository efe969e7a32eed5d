"""Where a watch's threshold ought to be, after a person has marked some of its articles. Pure.

Marks are no sample of the news: most are of what a digest showed, and many people mark only what is wrong. So a
threshold is judged on the whole archive. What nobody marked counts as likely to be relevant as the scores say, once
these were set right by the marks (Platt, "Probabilistic Outputs for Support Vector Machines", 1999, here with a normal
prior around the scores as they are, integrated over a grid). A threshold moves where it can be expected to find more
of what is wanted and less of the rest, where the marks between the old and the new one bear that out by themselves,
and no further than most of the gain needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from monitor.match.uncertain import log_odds

_SHIFTS = [step / 4 for step in range(-12, 13)]  # of all log-odds
_STRETCHES = [0.5 + 0.15 * step for step in range(11)]  # of the same
_SHIFT, _STRETCH = 1.0, 0.6  # how far either is likely to be from 0 and from 1
_GRID = [step / 100 for step in range(6, 92, 2)]
_LEAST_GAIN = 0.01  # of the expected F1
_SURE = 0.9  # the chance that a move is no loss, over what the scores may mean
_SURE_RAISED, _SURE_LOWERED = 0.6, 0.9  # the same from the marks between the two thresholds alone
_LEAST_MARKS = 22  # of articles that could match: fewer say nothing of a whole archive. Of an audit of 30 some 24 could
_MOST_OF_GAIN = 0.6  # the least move is taken that is expected to gain so much of the best
_LEAST_BETWEEN = 4  # marks between the two thresholds
_LEAST_FOUND = 40  # matches in the archive for a threshold to be raised: of fewer, one or two make the difference
_LEAST_LOWEST = 2  # of them in the third with the lowest scores, where a threshold is lowered


@dataclass(frozen=True, slots=True)
class Seen:
    """An article of the archive. shown: it matched, so the person could see it. mark: their word, None without one."""

    score: float
    shown: bool
    mark: bool | None = None


@dataclass(frozen=True, slots=True)
class CutOff:
    """A threshold, and the F1 over the archive that can be expected of the old one and of it. why: in one sentence."""

    threshold: float
    before: float
    after: float
    why: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    threshold: float
    expected: float


def cut_off(seen: Sequence[Seen], threshold: float) -> CutOff:
    """The threshold to have from now on; the old one where the marks do not bear out another."""
    seen = sorted((one for one in seen if one.score > 0), key=lambda one: -one.score)
    quiet = silence(seen)
    only_found = _marks_only_misses(seen)
    evidence = [
        (log_odds(one.score), one.mark, 1.0) for one in seen if one.mark is not None and (one.shown or not only_found)
    ]
    if len(evidence) < _LEAST_MARKS:
        why = f"the threshold takes {_LEAST_MARKS} marked articles that could match, and there are {len(evidence)}"
        return CutOff(threshold, 0.0, 0.0, why)
    evidence += [(log_odds(one.score), True, quiet) for one in seen if one.shown and one.mark is None and quiet]
    meanings = _meanings(evidence)
    grid = sorted({*(at for at in _GRID if abs(at - threshold) > 0.015), threshold}, reverse=True)
    curves = [(weight, _expected(seen, quiet, shift, stretch, grid)) for weight, shift, stretch in meanings]
    place = grid.index(threshold)
    few = sum(one.score >= threshold for one in seen) < _LEAST_FOUND
    means = [sum(weight * curve[at] for weight, curve in curves) for at in range(len(grid))]
    now = means[place]
    hopeful = [at for at in range(len(grid)) if means[at] >= now + _LEAST_GAIN]
    sure = [at for at in hopeful if sum(w for w, curve in curves if curve[at] >= curve[place]) >= _SURE]
    found = [
        _Candidate(grid[at], means[at])
        for at in sure
        if not (only_found if grid[at] < threshold else few)
        and _borne_out(seen, quiet, threshold, grid[at], max(now, means[at]) / 2)
    ]
    if not found:
        return CutOff(threshold, now, now, _why_not(bool(hopeful), bool(sure)))
    best = max(each.expected for each in found)
    enough = [each for each in found if each.expected >= now + _MOST_OF_GAIN * (best - now)]
    chosen = min(enough, key=lambda each: abs(log_odds(each.threshold) - log_odds(threshold)))
    way = "raised: most marked articles just above it are wrong" if chosen.threshold > threshold else (
        "lowered: enough marked articles just below it are right"
    )  # fmt: skip
    return CutOff(chosen.threshold, now, chosen.expected, f"the threshold is {way}")


def _why_not(hopeful: bool, sure: bool) -> str:
    if not hopeful:
        return "the marks say that the threshold is where it should be"
    if not sure:
        return "the marks hint at another threshold, and are too few to be sure"
    return "too few marked articles lie between the threshold and a better one"


def silence(seen: Sequence[Seen]) -> float:
    """How far an article that was not marked counts as judged rightly.

    Fully for a person who marks only errors, and by half for each mark that agrees with what was shown, since then
    silence means that they did not get there.
    """
    value: float = 0.5 ** sum(one.mark == one.shown for one in seen)
    return value if value >= 0.05 else 0.0


def _marks_only_misses(seen: Sequence[Seen]) -> bool:
    """Whether all marks of what was not shown are "right": sought on purpose, they say nothing of what lies there."""
    marks = [one.mark for one in seen if not one.shown and one.mark is not None]
    return bool(marks) and all(marks)


def _meanings(evidence: Sequence[tuple[float, bool, float]]) -> list[tuple[float, float, float]]:
    """(chance, shift, stretch) of what the scores may mean, the likely ones."""
    found = []
    for shift in _SHIFTS:
        for stretch in _STRETCHES:
            total = -((shift / _SHIFT) ** 2 + ((stretch - 1) / _STRETCH) ** 2) / 2
            for odds, relevant, weight in evidence:
                chance = _chance(shift + stretch * odds)
                total += weight * log(max(1e-9, chance if relevant else 1 - chance))
            found.append((total, shift, stretch))
    most = max(total for total, _, _ in found)
    likely = [(exp(total - most), shift, stretch) for total, shift, stretch in found if total > most - 6]
    whole = sum(weight for weight, _, _ in likely)
    return [(weight / whole, shift, stretch) for weight, shift, stretch in likely]


def _expected(seen: Sequence[Seen], quiet: float, shift: float, stretch: float, grid: Sequence[float]) -> list[float]:
    """The F1 to be expected at each threshold, if scores mean that. Both run from high to low."""
    chances = []
    for one in seen:
        chance = _chance(shift + stretch * log_odds(one.score)) if one.mark is None else float(one.mark)
        chances.append(chance + quiet * (1 - chance) if one.shown and one.mark is None else chance)
    total = sum(chances)
    found, right, place = [], 0.0, 0
    for at in grid:
        while place < len(seen) and seen[place].score >= at:
            right += chances[place]
            place += 1
        found.append(2 * right / (place + total) if place + total else 0.0)
    return found


def _borne_out(seen: Sequence[Seen], quiet: float, old: float, new: float, enough: float) -> bool:
    """Whether the marks between two thresholds say by themselves that the articles there are worth it, or are not.

    enough: the share relevant from which they are: half the F1 (Lipton, Elkan & Naryanaswamy, "Optimal Thresholding of
    Classifiers to Maximize F1 Measure", 2014).
    """
    between = [one for one in seen if min(old, new) <= one.score < max(old, new)]
    marks = [one.mark for one in between if one.mark is not None]
    if len(marks) < _LEAST_BETWEEN:
        return False
    lowest = [one.mark for one in between[-max(1, len(between) // 3) :] if one.mark is not None]
    if new < old and (len(lowest) < _LEAST_LOWEST or sum(lowest) < len(lowest) / 2):
        return False
    unmarked = quiet * sum(one.shown and one.mark is None for one in between)
    prior = sum(one.score for one in between) / len(between)
    right, wrong = prior + sum(marks) + unmarked, 1 - prior + len(marks) - sum(marks)
    below = _share_below(enough, right, wrong)
    return below >= _SURE_RAISED if new > old else 1 - below >= _SURE_LOWERED


def _share_below(at: float, right: float, wrong: float) -> float:
    """The chance that a share is below ``at``, by a beta distribution; its ends add nothing that counts here."""
    steps = [(step + 0.5) / 400 for step in range(400)]
    logs = [(right - 1) * log(step) + (wrong - 1) * log(1 - step) for step in steps]
    most = max(logs)
    heights = [exp(each - most) for each in logs]
    return sum(height for step, height in zip(steps, heights, strict=True) if step < at) / sum(heights)


def _chance(value: float) -> float:
    return 1 / (1 + exp(-max(-35.0, min(35.0, value))))
